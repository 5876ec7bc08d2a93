/**
 * Says what the events of a trace mean: which provider logged them, what they are called, and what
 * their payloads say, field by field. The bytes come from {@link org.wsktrace.etl}.
 *
 * <p>Must not know WSK, and of providers but the kernel only what they are called.
 */
@NullMarked
package org.wsktrace.decode;

import org.jspecify.annotations.NullMarked;
