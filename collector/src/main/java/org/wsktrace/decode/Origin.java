package org.wsktrace.decode;

/** Where the description of an event came from. */
public enum Origin {
  /** The event carries it. */
  TRACE_LOGGING,
  /** A TRACE_EVENT_INFO, which was put into the file when it was merged. */
  EVENT_INFO,
  /** An instrumentation manifest: from an EventSource in the trace, or given by the caller. */
  MANIFEST,
  /** Built in: the kernel's classic events. */
  KERNEL,
  /** A WPP message, whose arguments only a PDB or TMF file describes. */
  WPP,
  /** None was found. */
  UNKNOWN
}
