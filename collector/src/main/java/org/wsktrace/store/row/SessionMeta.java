package org.wsktrace.store.row;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The trace as a whole. Null is what the trace does not say.
 *
 * @param createdBy program and version that wrote the session
 * @param created when the session was written
 * @param sourceName name of the trace file, without its folder
 * @param sourceKind etl, wtrace, dump (a crash dump) or memory (another image of it)
 * @param sourceBytes size of the trace file
 * @param start when the trace started
 * @param end when it was stopped, or the machine; null also where it never was
 * @param durationNanos from the first to the last event of the capture driver
 * @param qpcFrequency ticks per second of the performance counter
 * @param osBuild of Windows, such as 22631
 * @param processors of the traced machine
 * @param probeVersion of the capture driver
 * @param tiers what the driver recorded: 1 WSK calls, 2 IRP calls, 4 MDL calls, 8 pool calls
 * @param events of the capture driver
 * @param foreignEvents of other providers; not in the session
 * @param unknownEvents of the capture driver, with an id that this version does not know
 * @param damagedEvents of the capture driver, with a payload that makes no sense
 * @param droppedEvents that came twice, or after they had been taken as lost; not in the session
 */
public record SessionMeta(
    String createdBy,
    Instant created,
    String sourceName,
    String sourceKind,
    long sourceBytes,
    @Nullable Instant start,
    @Nullable Instant end,
    long durationNanos,
    @Nullable Long qpcFrequency,
    @Nullable Long osBuild,
    @Nullable Long processors,
    @Nullable Long probeVersion,
    @Nullable Long tiers,
    long events,
    long foreignEvents,
    long unknownEvents,
    long damagedEvents,
    long droppedEvents) {}
