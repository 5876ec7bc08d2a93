package org.wsktrace.rule.argument;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.ControlCode;
import org.wsktrace.event.EventMask;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/**
 * A control code that must have an IRP has none, or one that must not have one has. Codes that take
 * both, those whose page does not say, and those of transports are left alone.
 */
public final class ControlIrpWrong {
  public static final Rule RULE =
      Rule.declare("WSK-ARG-006", "Control code with or without an IRP")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("{code} was called {how} an IRP, and {must}")
          .why(
              "Whether a control request completes through an IRP is a matter of its code. Without the IRP that it needs it fails, or"
                  + " WSK dereferences NULL; with one that it must not have it may fail, or never complete it, and a driver that"
                  + " waits for the completion waits for ever.")
          .fix(
              "Pass what the page of the control code says; where it says NULL the call's status is the result.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_control_socket")
          .judgedBy(ControlIrpWrong::new);

  /** What a control code wants. */
  private enum Want {
    IRP("must have one"),
    NONE("must have none"),
    EITHER("");

    private final String must;

    Want(String must) {
      this.must = must;
    }
  }

  private final Trial trial;

  private ControlIrpWrong(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    if (call.verb() != Verb.WSK_CONTROL_SOCKET && call.verb() != Verb.WSK_CONTROL_CLIENT) {
      return;
    }
    ControlCode code = ControlCode.of(call);
    Want want = want(code, call);
    boolean given = call.irpSnap().ptr() != 0;
    if (code != null && want != Want.EITHER && given != (want == Want.IRP)) {
      trial.charge(
          Charge.of(trial.event(), "control")
              .words("code", code.name())
              .words("how", given ? "with" : "without")
              .words("must", want.must));
    }
  }

  private static Want want(@Nullable ControlCode code, OpEnter call) {
    return switch (code) {
      case SO_WSK_SECURITY,
          SO_CONDITIONAL_ACCEPT,
          SIO_WSK_SET_REMOTE_ADDRESS,
          SIO_WSK_SET_SENDTO_ADDRESS,
          SIO_WSK_QUERY_IDEAL_SEND_BACKLOG,
          SIO_WSK_QUERY_RECEIVE_BACKLOG,
          SIO_WSK_SET_TCP_SILENT_MODE,
          WSK_TRANSPORT_LIST_CHANGE ->
          Want.IRP;
      case SIO_WSK_QUERY_INSPECT_ID,
          SIO_WSK_REGISTER_EXTENSION,
          WSK_CACHE_SD,
          WSK_RELEASE_SD,
          WSK_TRANSPORT_LIST_QUERY,
          WSK_SET_STATIC_EVENT_CALLBACKS ->
          Want.NONE;
      case SO_WSK_EVENT_CALLBACK -> enables(call) ? Want.NONE : Want.EITHER;
      case null, default -> Want.EITHER;
    };
  }

  /** To disable a callback both is legal. */
  private static boolean enables(OpEnter call) {
    long mask = EventMask.of(call);
    return ControlCode.SO_WSK_EVENT_CALLBACK.isSetBy(call)
        && mask != EventMask.UNKNOWN
        && (mask & EventMask.DISABLE) == 0;
  }
}
