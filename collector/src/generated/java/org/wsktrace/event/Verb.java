// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map Verb. */
public enum Verb {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  WSK_SOCKET(1, "WskSocket"),
  WSK_SOCKET_CONNECT(2, "WskSocketConnect"),
  WSK_CONTROL_CLIENT(3, "WskControlClient"),
  WSK_GET_ADDRESS_INFO(4, "WskGetAddressInfo"),
  WSK_FREE_ADDRESS_INFO(5, "WskFreeAddressInfo"),
  WSK_GET_NAME_INFO(6, "WskGetNameInfo"),
  WSK_CONTROL_SOCKET(10, "WskControlSocket"),
  WSK_CLOSE_SOCKET(11, "WskCloseSocket"),
  WSK_BIND(12, "WskBind"),
  WSK_LISTEN(13, "WskListen"),
  WSK_ACCEPT(14, "WskAccept"),
  WSK_INSPECT_COMPLETE(15, "WskInspectComplete"),
  WSK_CONNECT(16, "WskConnect"),
  WSK_CONNECT_EX(17, "WskConnectEx"),
  WSK_GET_LOCAL_ADDRESS(18, "WskGetLocalAddress"),
  WSK_GET_REMOTE_ADDRESS(19, "WskGetRemoteAddress"),
  WSK_SEND(20, "WskSend"),
  WSK_RECEIVE(21, "WskReceive"),
  WSK_DISCONNECT(22, "WskDisconnect"),
  WSK_RELEASE(23, "WskRelease"),
  WSK_SEND_TO(24, "WskSendTo"),
  WSK_RECEIVE_FROM(25, "WskReceiveFrom"),
  WSK_SEND_MESSAGES(26, "WskSendMessages"),
  WSK_SEND_EX(27, "WskSendEx"),
  WSK_RECEIVE_EX(28, "WskReceiveEx");

  private final int value;
  private final String label;

  Verb(int value, String label) {
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
  public static Verb of(int value) {
    return switch (value) {
      case 1 -> WSK_SOCKET;
      case 2 -> WSK_SOCKET_CONNECT;
      case 3 -> WSK_CONTROL_CLIENT;
      case 4 -> WSK_GET_ADDRESS_INFO;
      case 5 -> WSK_FREE_ADDRESS_INFO;
      case 6 -> WSK_GET_NAME_INFO;
      case 10 -> WSK_CONTROL_SOCKET;
      case 11 -> WSK_CLOSE_SOCKET;
      case 12 -> WSK_BIND;
      case 13 -> WSK_LISTEN;
      case 14 -> WSK_ACCEPT;
      case 15 -> WSK_INSPECT_COMPLETE;
      case 16 -> WSK_CONNECT;
      case 17 -> WSK_CONNECT_EX;
      case 18 -> WSK_GET_LOCAL_ADDRESS;
      case 19 -> WSK_GET_REMOTE_ADDRESS;
      case 20 -> WSK_SEND;
      case 21 -> WSK_RECEIVE;
      case 22 -> WSK_DISCONNECT;
      case 23 -> WSK_RELEASE;
      case 24 -> WSK_SEND_TO;
      case 25 -> WSK_RECEIVE_FROM;
      case 26 -> WSK_SEND_MESSAGES;
      case 27 -> WSK_SEND_EX;
      case 28 -> WSK_RECEIVE_EX;
      default -> UNKNOWN;
    };
  }
}
