package org.wsktrace.event;

import org.wsktrace.event.WskEvent.OpEnter;

/**
 * Which event callbacks a request turns on or off: EventMask of the WSK_EVENT_CALLBACK_CONTROL
 * (wsk.h) that SO_WSK_EVENT_CALLBACK and WSK_SET_STATIC_EVENT_CALLBACKS have as input.
 */
public final class EventMask {
  public static final long SEND_BACKLOG = 0x10;
  public static final long RECEIVE = 0x40;
  public static final long DISCONNECT = 0x80;
  public static final long RECEIVE_FROM = 0x100;
  public static final long ACCEPT = 0x200;

  /** Turns off instead of on; with one of the others only. */
  public static final long DISABLE = 0x80000000L;

  /** The mask is not in the trace. */
  public static final long UNKNOWN = -1;

  /** A pointer to the NPIID comes first: the size of all tells how long that is. */
  private static final int SIZE_OF_32_BIT = 8;

  private EventMask() {}

  /**
   * The mask of a request.
   *
   * @return bits 0..31, or {@link #UNKNOWN} where the request has no input of that shape
   */
  public static long of(OpEnter request) {
    if (request.inputBuffer() == 0 || request.inputSize() < SIZE_OF_32_BIT) {
      return UNKNOWN;
    }
    int at = request.inputSize() == SIZE_OF_32_BIT ? 4 : 8;
    if (request.inputSize() < at + 4 || request.input().size() < at + 4) {
      return UNKNOWN;
    }
    Bytes input = request.input();
    return input.at(at)
        | input.at(at + 1) << 8
        | input.at(at + 2) << 16
        | (long) input.at(at + 3) << 24;
  }

  /**
   * The callbacks of a socket after a request that succeeds.
   *
   * @param before the bits that were on
   * @param mask of the request, not {@link #UNKNOWN}
   */
  public static long after(long before, long mask) {
    return (mask & DISABLE) != 0 ? before & ~mask : before | mask;
  }
}
