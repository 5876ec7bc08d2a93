package org.wsktrace.event.text;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.Bytes;
import org.wsktrace.event.SocketAddress;

/**
 * SOCKADDR bytes as text: 127.0.0.1:80, [::1]:80, or hexadecimal digits where that would lose
 * something.
 */
final class AddressText {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 23;
  private static final int V4 = 4;
  private static final int V6 = 16;

  private AddressText() {}

  static String write(Bytes raw) {
    String people = new SocketAddress(raw).toString();
    byte @Nullable [] again = read(people, raw.size());
    return again != null && Bytes.of(again).equals(raw) ? people : raw.toString();
  }

  /** Null when the text is not an address of that form. Never asks a name server. */
  static byte @Nullable [] read(String text, int size) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return hex(text, size);
    }
    boolean brackets = text.startsWith("[") && text.charAt(colon - 1) == ']';
    String host = brackets ? text.substring(1, colon - 1) : text.substring(0, colon);
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      byte[] address = InetAddress.ofLiteral(host).getAddress();
      if (port < 0 || port > 0xFFFF || address.length != (brackets ? V6 : V4)) {
        return null;
      }
      ByteBuffer raw = ByteBuffer.allocate(size);
      raw.put(0, (byte) (brackets ? AF_INET6 : AF_INET)).putShort(2, (short) port);
      raw.put(brackets ? 8 : 4, address);
      return raw.array();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static byte @Nullable [] hex(String text, int size) {
    if (text.length() != 2 * size) {
      return null;
    }
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
