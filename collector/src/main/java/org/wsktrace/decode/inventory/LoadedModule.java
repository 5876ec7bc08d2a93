package org.wsktrace.decode.inventory;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An image in the address space of a process, from its load to its unload.
 *
 * @param processId unsigned; 0 or 4 for the kernel and its drivers
 * @param path as the kernel names the file, such as "\Device\HarddiskVolume1\Windows\..."
 * @param base address; unsigned
 * @param size bytes; unsigned
 * @param checksum of its header; unsigned
 * @param timeDateStamp of its header, seconds since 1970 unless the linker put a hash there;
 *     unsigned
 * @param loaded null where it was there before the trace began
 * @param unloaded null where the trace saw no unload
 * @param pdb which symbols it has, or null where the trace does not say
 */
public record LoadedModule(
    int processId,
    String path,
    long base,
    long size,
    int checksum,
    int timeDateStamp,
    @Nullable Instant loaded,
    @Nullable Instant unloaded,
    @Nullable Pdb pdb) {

  /**
   * Names the symbols of a module, as symbol servers do.
   *
   * @param age how often the linker has written it anew
   * @param name file name or path
   */
  public record Pdb(UUID guid, int age, String name) {}
}
