/**
 * Arguments of WSK calls that the documentation forbids: what can be told from one call, and from
 * the socket that it is made on. Must not know in which order calls come.
 */
@NullMarked
package org.wsktrace.rule.argument;

import org.jspecify.annotations.NullMarked;
