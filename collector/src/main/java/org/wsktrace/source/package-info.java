/**
 * Opens a trace of any kind and delivers its {@link org.wsktrace.event.WskEvent}s in the order in
 * which they happened, with what is missing between them.
 *
 * <p>The order is that of {@code Seq}, the number that the capture driver gives each event: files
 * are in order of time, and two processors' clocks and buffers can be out of step by a little.
 * {@link org.wsktrace.source.SequenceOrder} puts that right; a number that does not come is a loss
 * and is reported as one.
 *
 * <p>Must not know what becomes of the events: no trackers, no rules, no SQL.
 */
@NullMarked
package org.wsktrace.source;

import org.jspecify.annotations.NullMarked;
