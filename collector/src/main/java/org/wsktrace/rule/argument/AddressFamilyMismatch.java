package org.wsktrace.rule.argument;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.Bytes;
import org.wsktrace.event.ControlCode;
import org.wsktrace.event.SocketAddress;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.event.WskEvent.SendEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;

/**
 * An address of another family than its socket's: of the one that WskSocket created it with, or of
 * WskSocketConnect's other address. Accepted sockets, and those whose creation was not seen, have
 * no family that we know. IPv4 goes over an IPv6 socket too, but then as an IPv6 address.
 */
public final class AddressFamilyMismatch {
  public static final Rule RULE =
      Rule.declare("WSK-ARG-011", "Address of another family than the socket")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("{verb} was given {address}, an address of family {family}; {other} of {expected}")
          .why(
              "The transport reads the address as one of the socket's own family, whatever it says: it refuses the call, or takes the"
                  + " bytes behind a short SOCKADDR for the rest of a longer one.")
          .fix(
              "Build the SOCKADDR of the socket's address family: SOCKADDR_IN for AF_INET, SOCKADDR_IN6 for AF_INET6. For IPv4 peers of"
                  + " an AF_INET6 socket use IPv4-mapped IPv6 addresses.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_bind")
          .judgedBy(AddressFamilyMismatch::new);

  private static final String SOCKET = "the socket is";

  private final Trial trial;

  private AddressFamilyMismatch(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
    trial.on(SendEnter.class, this::sends);
  }

  private void entered(OpEnter call) {
    switch (call.verb()) {
      case WSK_BIND -> judge(call.verb(), call.localAddress(), trial.socket());
      case WSK_CONNECT -> judge(call.verb(), call.remoteAddress(), trial.socket());
      case WSK_CONTROL_SOCKET -> controlled(call);
      case WSK_SOCKET_CONNECT ->
          judge(
              call.verb(),
              call.remoteAddress(),
              call.localAddress().family(),
              "the local address is",
              null);
      default -> {}
    }
  }

  private void controlled(OpEnter call) {
    ControlCode code = ControlCode.of(call);
    if ((code == ControlCode.SIO_WSK_SET_REMOTE_ADDRESS
            || code == ControlCode.SIO_WSK_SET_SENDTO_ADDRESS)
        && call.inputSize() != 0
        && call.inputBuffer() != 0) {
      byte[] input = Arrays.copyOf(call.input().toArray(), SocketAddress.SIZE);
      judge(call.verb(), new SocketAddress(Bytes.of(input)), trial.socket());
    }
  }

  private void sends(SendEnter call) {
    if (!call.remoteAddress().isAbsent() && trial.operation() == null) {
      judge(call.verb(), call.remoteAddress(), trial.socket());
    }
  }

  private void judge(Verb verb, SocketAddress address, @Nullable LiveSocket socket) {
    if (socket != null && socket.creation().event() instanceof OpEnter creation) {
      boolean known = creation.verb() == Verb.WSK_SOCKET && !socket.adopted();
      judge(verb, address, known ? creation.addressFamily() : 0, SOCKET, socket);
    }
  }

  private void judge(
      Verb verb, SocketAddress address, int expected, String other, @Nullable LiveSocket socket) {
    // 0 is AF_UNSPEC: whatever.
    if (address.family() != expected && address.family() != 0 && expected != 0) {
      trial.charge(
          Charge.of(trial.event(), "call")
              .with(socket == null ? null : socket.creation(), "create")
              .words("verb", verb.label())
              .words("address", address.toString())
              .words("family", name(address.family()))
              .words("other", other)
              .words("expected", name(expected)));
    }
  }

  private static String name(int family) {
    return switch (family) {
      case SocketAddress.AF_INET -> "AF_INET";
      case SocketAddress.AF_INET6 -> "AF_INET6";
      default -> Integer.toString(family);
    };
  }
}
