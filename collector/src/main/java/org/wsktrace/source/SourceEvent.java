package org.wsktrace.source;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.Bytes;
import org.wsktrace.event.WskEvent;

/**
 * One event of the capture driver.
 *
 * @param id in the manifest
 * @param seq the event's number in its capture, from 1
 * @param nanos since the start of the trace; may be below 0 for an event logged before it
 * @param payload the bytes as they were recorded
 * @param event null where this version does not know the id, or where the payload is damaged
 */
public record SourceEvent(int id, long seq, long nanos, Bytes payload, @Nullable WskEvent event) {}
