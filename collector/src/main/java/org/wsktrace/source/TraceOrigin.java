package org.wsktrace.source;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a file says of the whole trace, beside its events. Null is what it does not say.
 *
 * @param kind etl, wtrace, dump or memory
 * @param start when the trace started
 * @param end when it was stopped, or the machine was
 * @param qpcFrequency ticks per second of the performance counter
 * @param osBuild of Windows
 * @param processors of the machine
 */
public record TraceOrigin(
    String kind,
    @Nullable Instant start,
    @Nullable Instant end,
    @Nullable Long qpcFrequency,
    @Nullable Long osBuild,
    @Nullable Long processors) {}
