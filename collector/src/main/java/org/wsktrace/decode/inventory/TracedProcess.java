package org.wsktrace.decode.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A process that the trace tells of.
 *
 * @param processId unsigned
 * @param parentId unsigned
 * @param sessionId terminal session; unsigned, -1 where it has none
 * @param imageName of its executable, such as "notepad.exe"
 * @param commandLine or empty
 * @param user SID such as "S-1-5-18", or empty
 * @param started null where it ran before the trace began
 * @param ended null where the trace saw no end
 * @param exitStatus NTSTATUS or what the process gave, null where the trace saw no end
 */
public record TracedProcess(
    int processId,
    int parentId,
    int sessionId,
    String imageName,
    String commandLine,
    String user,
    @Nullable Instant started,
    @Nullable Instant ended,
    @Nullable Integer exitStatus) {}
