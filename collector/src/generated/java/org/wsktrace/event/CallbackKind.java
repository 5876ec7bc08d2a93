// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map CallbackKind. */
public enum CallbackKind {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  WSK_ACCEPT_EVENT(1, "WskAcceptEvent"),
  WSK_INSPECT_EVENT(2, "WskInspectEvent"),
  WSK_ABORT_EVENT(3, "WskAbortEvent"),
  WSK_RECEIVE_EVENT(4, "WskReceiveEvent"),
  WSK_RECEIVE_FROM_EVENT(5, "WskReceiveFromEvent"),
  WSK_DISCONNECT_EVENT(6, "WskDisconnectEvent"),
  WSK_SEND_BACKLOG_EVENT(7, "WskSendBacklogEvent"),
  WSK_CLIENT_EVENT(8, "WskClientEvent");

  private final int value;
  private final String label;

  CallbackKind(int value, String label) {
    this.value = value;
    this.label = label;
  }

  /** The number in the event. */
  public int value() {
    return value;
  }

  /** The name as people write it. */
  public String label() {
    return label;
  }

  /** The constant of a number; UNKNOWN for a number without a name. */
  public static CallbackKind of(int value) {
    return switch (value) {
      case 1 -> WSK_ACCEPT_EVENT;
      case 2 -> WSK_INSPECT_EVENT;
      case 3 -> WSK_ABORT_EVENT;
      case 4 -> WSK_RECEIVE_EVENT;
      case 5 -> WSK_RECEIVE_FROM_EVENT;
      case 6 -> WSK_DISCONNECT_EVENT;
      case 7 -> WSK_SEND_BACKLOG_EVENT;
      case 8 -> WSK_CLIENT_EVENT;
      default -> UNKNOWN;
    };
  }
}
