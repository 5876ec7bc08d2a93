package org.wsktrace.event;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A transport address as a WSK call was given it: the first 28 bytes of a SOCKADDR (ws2def.h,
 * ws2ipdef.h). All zeros when the call has none.
 *
 * @param raw family (2 bytes, little-endian), port (2 bytes, big-endian), then SOCKADDR_IN or
 *     SOCKADDR_IN6
 */
public record SocketAddress(Bytes raw) {
  /** Bytes of {@link #raw}. */
  public static final int SIZE = 28;

  /** Address family of SOCKADDR_IN. */
  public static final int AF_INET = 2;

  /** Address family of SOCKADDR_IN6, on Windows. */
  public static final int AF_INET6 = 23;

  static SocketAddress of(Bytes raw) {
    return new SocketAddress(raw);
  }

  public boolean isAbsent() {
    return raw.isZero();
  }

  /** AF_INET is 2, AF_INET6 is 23 on Windows. */
  public int family() {
    return raw.at(0) | raw.at(1) << 8;
  }

  /** 0..65535. */
  public int port() {
    return raw.at(2) << 8 | raw.at(3);
  }

  /** 127.0.0.1:80, [::1]:80, "none", or the bytes of a family that we do not know. */
  @Override
  public String toString() {
    return switch (family()) {
      case 0 -> "none";
      case AF_INET -> host(4, 4) + ":" + port();
      case AF_INET6 -> "[" + host(8, 16) + "]:" + port();
      default -> raw.toString();
    };
  }

  private String host(int from, int size) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(raw.toArray(), from, from + size))
          .getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + size + " bytes is legal", e);
    }
  }
}
