package org.wsktrace.rule.argument;

/** Flags of WskReceive (wsk.h). */
final class ReceiveFlags {
  /** WSK_FLAG_WAITALL: complete when the buffer is full. */
  static final long WAITALL = 0x2;

  /** WSK_FLAG_DRAIN: throw away what comes until the connection ends. */
  static final long DRAIN = 0x4;

  private ReceiveFlags() {}
}
