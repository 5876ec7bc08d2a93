package org.wsktrace.track.fact;

import org.jspecify.annotations.Nullable;

/**
 * A driver under test while it was loaded.
 *
 * @param client the id by which events name it
 * @param name file name, such as client.sys
 * @param base address of its image
 * @param size of its image in bytes
 * @param timeDateStamp of its PE header
 * @param checkSum of its PE header
 * @param load null when only its unload was seen
 * @param unload when its unload routine returned; null when it was loaded at the end of the trace
 */
public record DriverImage(
    int client,
    String name,
    long base,
    long size,
    long timeDateStamp,
    long checkSum,
    @Nullable Moment load,
    @Nullable Moment unload)
    implements Fact {}
