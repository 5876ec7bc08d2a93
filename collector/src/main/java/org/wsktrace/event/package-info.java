/**
 * The events of a capture as values: {@link org.wsktrace.event.WskEvent} and its records are
 * generated from {@code schema/wsktrace.man}, as are the layouts that text traces and tables are
 * made from.
 *
 * <p>Must not know where the bytes came from: no file formats, no live sessions, no SQL.
 */
@NullMarked
package org.wsktrace.event;

import org.jspecify.annotations.NullMarked;
