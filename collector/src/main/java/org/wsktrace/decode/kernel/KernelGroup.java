package org.wsktrace.decode.kernel;

import java.util.List;

/**
 * What the kernel calls the groups of its events: EVENT_TRACE_GROUP_ of ntwmi.h, in the spelling of
 * the classes.
 */
public final class KernelGroup {
  private static final List<String> NAMES =
      List.of(
          "EventTrace",
          "DiskIo",
          "PageFault",
          "Process",
          "FileIo",
          "Thread",
          "TcpIp",
          "Job",
          "UdpIp",
          "Registry",
          "DbgPrint",
          "SysConfig",
          "0x0C",
          "Wnf",
          "Pool",
          "PerfInfo",
          "Heap",
          "Object",
          "Power",
          "ModBound",
          "Image",
          "Dpc",
          "Cc",
          "CritSec",
          "StackWalk",
          "Ums",
          "ALPC",
          "SplitIo",
          "ThreadPool",
          "Hypervisor",
          "HypervisorX");

  private KernelGroup() {}

  /**
   * The name of a group, or its number in hex.
   *
   * @param group 0 to 255, as of {@link org.wsktrace.etl.record.EventRecord#group}
   */
  public static String name(int group) {
    return group < NAMES.size() ? NAMES.get(group) : "0x%02X".formatted(group);
  }
}
