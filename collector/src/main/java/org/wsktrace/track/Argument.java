package org.wsktrace.track;

import java.util.ArrayList;
import java.util.List;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.event.WskEvent.SendEnter;

/**
 * Memory that an argument of a call points to, besides its data and its IRP: WSK uses it until the
 * IRP completes.
 *
 * @param name as the documentation calls the argument
 * @param start first byte, not 0
 * @param size in bytes, at least 1; the smallest that it can be where nothing tells
 * @param out WSK writes to it
 */
public record Argument(String name, long start, long size, boolean out) {
  /** A SOCKADDR_IN: of an address that is to be filled in at least so much is. */
  private static final long ADDRESS = 16;

  /** The arguments of a call, as far as its event has them. */
  public static List<Argument> of(CallEnter call) {
    return switch (call.verb()) {
      case WSK_SEND, WSK_RECEIVE -> List.of();
      default ->
          switch (call) {
            case OpEnter enter -> of(enter);
            case RecvEnter enter -> of(enter);
            case SendEnter enter -> of(enter);
          };
    };
  }

  private static List<Argument> of(OpEnter call) {
    List<Argument> found = new ArrayList<>(2);
    boolean names =
        call.verb() == Verb.WSK_GET_ADDRESS_INFO || call.verb() == Verb.WSK_GET_NAME_INFO;
    add(found, "LocalAddress", call.localAddressOut(), ADDRESS, true);
    add(found, "RemoteAddress", call.remoteAddressOut(), ADDRESS, true);
    add(found, names ? "Result" : "OutputBuffer", call.outputBuffer(), call.outputSize(), true);
    add(found, "OutputSizeReturned", call.outputSizeReturned(), 1, true);
    add(found, names ? "NodeName" : "InputBuffer", call.inputBuffer(), call.inputSize(), false);
    return found;
  }

  private static List<Argument> of(RecvEnter call) {
    List<Argument> found = new ArrayList<>(4);
    add(found, "RemoteAddress", call.remoteAddressOut(), ADDRESS, true);
    add(found, "ControlInfo", call.controlOut(), call.controlLength(), true);
    add(found, "ControlInfoLength", call.controlLengthOut(), 4, true);
    add(found, "ControlFlags", call.controlFlagsOut(), 4, true);
    return found;
  }

  private static List<Argument> of(SendEnter call) {
    List<Argument> found = new ArrayList<>(1);
    add(found, "ControlInfo", call.control(), call.controlLength(), false);
    return found;
  }

  private static void add(List<Argument> found, String name, long start, long size, boolean out) {
    if (start != 0) {
      found.add(new Argument(name, start, Math.max(1, size), out));
    }
  }
}
