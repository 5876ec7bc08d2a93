package org.wsktrace.rule.socket;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Connection;
import org.wsktrace.track.Connection.Step;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife;
import org.wsktrace.track.fact.SocketLife.Category;

/**
 * WskBind on a basic socket, or on one that has its address: by an earlier WskBind, also one that
 * is under way, by WskSocketConnect or because it was accepted. A bind after one that failed is
 * fine.
 */
public final class BoundTwice {
  private static final String BASIC = "WskBind was called on socket {socket}, which is a basic one";

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-008", "Bind of a basic or a bound socket")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("WskBind was called on socket {socket}, {how}")
          .why(
              "A socket is bound once; a basic socket never, as it is for control requests only. The call fails, and what the client"
                  + " believes of its address is wrong.")
          .fix(
              "Create a socket of the category that is needed, bind it once, and use a new socket for another address.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_bind")
          .judgedBy(BoundTwice::new);

  private final Trial trial;

  private BoundTwice(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    LiveSocket socket = trial.socket();
    if (call.verb() != Verb.WSK_BIND
        || socket == null
        || socket.state() != SocketLife.State.OPEN
        || socket.category() == Category.UNKNOWN) {
      return;
    }
    Charge charge =
        Charge.of(trial.event(), "bind")
            .with(socket.creation(), "create")
            .address("socket", socket.address());
    if (socket.category() == Category.BASIC) {
      trial.charge(charge.saying(BASIC));
      return;
    }
    LiveOperation first = Reach.BOUND.underWay(socket);
    if (first != null) {
      trial.charge(
          charge.with(first.enter(), "first bind").words("how", "whose WskBind is under way"));
    } else if (socket.connection().state() != Connection.State.OPEN
        && socket.connection().state() != Connection.State.UNKNOWN) {
      trial.charge(
          charge
              .with(socket.connection().cause(Step.BIND), "bound")
              .words(
                  "how",
                  socket.connection().cause(Step.BIND) == null
                      ? "which was born with an address"
                      : "which is bound"));
    }
  }
}
