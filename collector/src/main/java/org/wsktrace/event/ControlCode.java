package org.wsktrace.event;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.WskEvent.OpEnter;

/**
 * What WskControlSocket and WskControlClient are asked for, spelled as in wsk.h and ws2def.h. The
 * ioctls are a direction (bits 29..31), a family (IOC_WS2 0x08000000, IOC_WSK 0x0F000000) and a
 * number. Options of transports that are not listed here are legal: they have no constant.
 */
public enum ControlCode {
  /** wsk.h: WSK_SO_BASE + 1. */
  SO_WSK_SECURITY(Kind.OPTION, Levels.SOL_SOCKET, 0x4001),
  /** wsk.h: WSK_SO_BASE + 2. See {@link EventMask}. */
  SO_WSK_EVENT_CALLBACK(Kind.OPTION, Levels.SOL_SOCKET, 0x4002),
  /** ws2def.h. */
  SO_CONDITIONAL_ACCEPT(Kind.OPTION, Levels.SOL_SOCKET, 0x3002),
  /** ws2def.h. */
  TCP_NODELAY(Kind.OPTION, Levels.IPPROTO_TCP, 0x1),

  /** wsk.h. */
  SIO_WSK_SET_REMOTE_ADDRESS(Kind.IOCTL, 0, 0x8F000001L),
  /** wsk.h. */
  SIO_WSK_REGISTER_EXTENSION(Kind.IOCTL, 0, 0xCF000002L),
  /** wsk.h. */
  SIO_WSK_QUERY_IDEAL_SEND_BACKLOG(Kind.IOCTL, 0, 0x4F000003L),
  /** wsk.h. */
  SIO_WSK_QUERY_RECEIVE_BACKLOG(Kind.IOCTL, 0, 0x4F000004L),
  /** wsk.h. */
  SIO_WSK_QUERY_INSPECT_ID(Kind.IOCTL, 0, 0x4F000005L),
  /** wsk.h. */
  SIO_WSK_SET_SENDTO_ADDRESS(Kind.IOCTL, 0, 0x8F000006L),
  /** wsk.h. */
  SIO_WSK_SET_TCP_SILENT_MODE(Kind.IOCTL, 0, 0x2F000007L),
  /** ws2def.h. */
  SIO_ADDRESS_LIST_QUERY(Kind.IOCTL, 0, 0x48000016L),
  /** ws2def.h. */
  SIO_ADDRESS_LIST_CHANGE(Kind.IOCTL, 0, 0x28000017L),
  /** ws2def.h. */
  SIO_ADDRESS_LIST_SORT(Kind.IOCTL, 0, 0xC8000019L),

  /** wsk.h. */
  WSK_TRANSPORT_LIST_QUERY(Kind.CLIENT, 0, 2),
  /** wsk.h. */
  WSK_TRANSPORT_LIST_CHANGE(Kind.CLIENT, 0, 3),
  /** wsk.h. */
  WSK_CACHE_SD(Kind.CLIENT, 0, 4),
  /** wsk.h. */
  WSK_RELEASE_SD(Kind.CLIENT, 0, 5),
  /** wsk.h. */
  WSK_TDI_DEVICENAME_MAPPING(Kind.CLIENT, 0, 6),
  /** wsk.h. See {@link EventMask}. */
  WSK_SET_STATIC_EVENT_CALLBACKS(Kind.CLIENT, 0, 7),
  /** wsk.h. */
  WSK_TDI_BEHAVIOR(Kind.CLIENT, 0, 8);

  /** How the code is asked for. */
  public enum Kind {
    /** WskControlSocket with WskSetOption or WskGetOption. */
    OPTION,
    /** WskControlSocket with WskIoctl. */
    IOCTL,
    /** WskControlClient. */
    CLIENT
  }

  /** WSK_CONTROL_SOCKET_TYPE of wsk.h. */
  public static final int WSK_SET_OPTION = 0;

  /** WSK_CONTROL_SOCKET_TYPE of wsk.h. */
  public static final int WSK_GET_OPTION = 1;

  /** WSK_CONTROL_SOCKET_TYPE of wsk.h. */
  public static final int WSK_IOCTL = 2;

  /** Levels of options (ws2def.h). */
  private static final class Levels {
    static final long SOL_SOCKET = 0xffff;
    static final long IPPROTO_TCP = 6;
  }

  private static final List<ControlCode> ALL = List.of(values());

  private final Kind kind;
  private final long level;
  private final long code;

  ControlCode(Kind kind, long level, long code) {
    this.kind = kind;
    this.level = level;
    this.code = code;
  }

  /** What a call asks for; null for other verbs and for codes that are not listed here. */
  public static @Nullable ControlCode of(OpEnter call) {
    return switch (call.verb()) {
      case WSK_CONTROL_CLIENT -> find(Kind.CLIENT, 0, call.controlCode());
      case WSK_CONTROL_SOCKET ->
          call.requestType() == WSK_IOCTL
              // The level of an ioctl means nothing.
              ? find(Kind.IOCTL, 0, call.controlCode())
              : find(Kind.OPTION, call.controlLevel(), call.controlCode());
      default -> null;
    };
  }

  private static @Nullable ControlCode find(Kind kind, long level, long code) {
    for (ControlCode known : ALL) {
      if (known.code == code && known.kind == kind && known.level == level) {
        return known;
      }
    }
    return null;
  }

  /** True when a call sets this option, or sends this ioctl or this client's request. */
  public boolean isSetBy(OpEnter call) {
    return of(call) == this && (kind != Kind.OPTION || call.requestType() == WSK_SET_OPTION);
  }

  public Kind kind() {
    return kind;
  }

  /** SOL_SOCKET or IPPROTO_TCP for an option, 0 for others. */
  public long level() {
    return level;
  }

  /** The number that the call has. */
  public long code() {
    return code;
  }
}
