package org.wsktrace.track.fact;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.SocketAddress;

/**
 * One incarnation of a socket's address.
 *
 * @param id unique among the socket lives of a trace, from 1
 * @param address of the WSK_SOCKET; alias: later lives may have the same
 * @param adopted true when it was first seen in use
 * @param category as the WskSocket call said; UNKNOWN when adopted
 * @param creatorOpId {@link Operation#opId} of the WskSocket, WskSocketConnect or WskAccept; null
 *     when adopted, or brought by WskAcceptEvent
 * @param begin when its creator completed, or its first use when adopted
 * @param closeEnter the call of WskCloseSocket; null when there was none
 * @param end when WskCloseSocket completed, or when the next socket at its address was born
 * @param context SocketContext of the creator, 0 when unknown
 * @param local of a successful WskBind or WskSocketConnect, or of WskAcceptEvent
 * @param remote of a successful WskConnect or WskSocketConnect, or of WskAcceptEvent
 */
public record SocketLife(
    long id,
    long address,
    int client,
    boolean adopted,
    Category category,
    @Nullable Long creatorOpId,
    Moment begin,
    @Nullable Moment closeEnter,
    @Nullable Moment end,
    State state,
    long context,
    @Nullable SocketAddress local,
    @Nullable SocketAddress remote)
    implements Fact {

  /** Where a socket stands. A socket that is being created has no address and so no life yet. */
  public enum State {
    OPEN,
    /** From the enter of WskCloseSocket. */
    CLOSING,
    /** WskCloseSocket completed, or WskAcceptEvent refused it and WSK closed it. */
    CLOSED,
    /** Replaced by the next socket at its address. */
    GONE
  }

  /** The socket categories of WSK. */
  public enum Category {
    UNKNOWN,
    BASIC,
    LISTEN,
    DATAGRAM,
    CONNECTION,
    STREAM;

    /** Of the Flags of WskSocket: the WSK_FLAG_x_SOCKET bits of wsk.h. */
    public static Category ofFlags(long flags) {
      return switch ((int) (flags & 0xF)) {
        case 0x0 -> BASIC;
        case 0x1 -> LISTEN;
        case 0x2 -> CONNECTION;
        case 0x4 -> DATAGRAM;
        case 0x8 -> STREAM;
        default -> UNKNOWN;
      };
    }
  }
}
