/**
 * One event as ETW lays it down, in a file or in a live session's buffer: {@link
 * org.wsktrace.etl.record.EventRecord} shows its header and where its payload lies, whichever of
 * the {@linkplain org.wsktrace.etl.record.HeaderType header types} it has; {@link
 * org.wsktrace.etl.record.EtlClock} turns its ticks into time.
 *
 * <p>Must not know where the bytes came from, nor what a payload means.
 */
@NullMarked
package org.wsktrace.etl.record;

import org.jspecify.annotations.NullMarked;
