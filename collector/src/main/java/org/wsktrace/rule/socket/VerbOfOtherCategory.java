package org.wsktrace.rule.socket;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.SessionInfo;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife.Category;

/**
 * A function of another category's table was called: the driver keeps a table and uses it for a
 * socket of another kind. Where it casts the socket's own table, the function that lies in that
 * slot runs, and what is recorded is that one: it is noticed where what came as IRP can be none by
 * its size. Other arguments that lie in the wrong place are not seen.
 */
public final class VerbOfOtherCategory {
  private static final String NO_IRP =
      "{verb} was called on the {category} socket {socket} with something at {irp} that is no IRP";

  /** Bytes of an IRP without a stack location (wdm.h), by the size of a pointer. */
  private static final int IRP_OF_64_BIT = 0xD0;

  private static final int IRP_OF_32_BIT = 0x70;

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-007", "Dispatch table of another socket category")
          .error(Effect.BUGCHECK)
          .heuristic()
          .title("{verb} was called on socket {socket}: a {category} socket has no such function")
          .why(
              "Each category of socket has a table of its own. The same slot holds WskAccept, WskSendTo or WskConnect; called through"
                  + " the wrong type, a function gets arguments that are not meant for it.")
          .fix(
              "Keep the typed dispatch pointer with the socket when it is created, and take it from there only.")
          .source("windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_socket")
          .judgedBy(VerbOfOtherCategory::new);

  private final Trial trial;
  private int smallestIrp = IRP_OF_64_BIT;

  private VerbOfOtherCategory(Trial trial) {
    this.trial = trial;
    trial.on(SessionInfo.class, this::begun);
    trial.on(CallEnter.class, this::entered);
  }

  private void begun(SessionInfo info) {
    smallestIrp = info.pointerSize() == 4 ? IRP_OF_32_BIT : IRP_OF_64_BIT;
  }

  private void entered(CallEnter call) {
    LiveSocket socket = trial.socket();
    if (socket == null || socket.category() == Category.UNKNOWN || trial.operation() != null) {
      return;
    }
    if (!SocketVerbs.has(socket.category(), call.verb()) && !isBasicBind(socket, call.verb())) {
      trial.charge(charge(call, socket));
    } else if (call.irpSnap().size() != 0 && call.irpSnap().size() < smallestIrp) {
      trial.charge(charge(call, socket).saying(NO_IRP).address("irp", call.irpSnap().ptr()));
    }
  }

  private Charge charge(CallEnter call, LiveSocket socket) {
    return Charge.of(trial.event(), "call")
        .with(socket.creation(), "create")
        .words("verb", call.verb().label())
        .address("socket", socket.address())
        .words("category", SocketWords.of(socket.category()));
  }

  /** That is WSK-SOCK-008's. */
  private static boolean isBasicBind(LiveSocket socket, Verb verb) {
    return socket.category() == Category.BASIC && verb == Verb.WSK_BIND;
  }
}
