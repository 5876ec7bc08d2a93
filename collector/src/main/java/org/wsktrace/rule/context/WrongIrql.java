package org.wsktrace.rule.context;

import org.wsktrace.event.ControlCode;
import org.wsktrace.event.WskEvent.AddrInfoFree;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.event.WskEvent.RegEnter;
import org.wsktrace.event.WskEvent.ReleaseEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;

/** A function is called at a higher IRQL than its page allows. */
public final class WrongIrql {
  public static final Rule RULE =
      Rule.declare("WSK-CTX-001", "Called at too high an IRQL")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{function} was called at {irql}; it may be called at {limit} at most")
          .why(
              "A function for PASSIVE_LEVEL waits or touches pageable memory: at DISPATCH_LEVEL that is a bugcheck (0xA, 0xD1) as soon"
                  + " as the page is not there, or a hang. Above DISPATCH_LEVEL no lock of the network stack can be taken.")
          .fix("Let a work item or a thread of the driver's own make the call, at PASSIVE_LEVEL.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_get_address_info")
          .judgedBy(WrongIrql::new);

  private final Trial trial;

  private WrongIrql(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
    trial.on(RegEnter.class, this::registration);
    trial.on(
        AddrInfoFree.class,
        free -> judge(free.header().irql(), Irql.PASSIVE, "WskFreeAddressInfo"));
    trial.on(ReleaseEnter.class, call -> judge(call.header().irql(), Irql.DISPATCH, "WskRelease"));
  }

  private void entered(CallEnter call) {
    int irql = call.header().irql();
    if (irql == Irql.PASSIVE || trial.operation() != null) {
      return;
    }
    switch (call.verb()) {
      case WSK_GET_ADDRESS_INFO, WSK_GET_NAME_INFO, WSK_FREE_ADDRESS_INFO ->
          judge(irql, Irql.PASSIVE, call.verb().label());
      case WSK_CONTROL_SOCKET -> {
        ControlCode code = call instanceof OpEnter enter ? ControlCode.of(enter) : null;
        switch (code) {
          case SIO_ADDRESS_LIST_QUERY, SIO_ADDRESS_LIST_CHANGE, SIO_ADDRESS_LIST_SORT ->
              judge(irql, Irql.PASSIVE, "WskControlSocket with " + code.name());
          case null, default -> judge(irql, Irql.DISPATCH, call.verb().label());
        }
      }
      default -> judge(irql, Irql.DISPATCH, call.verb().label());
    }
  }

  private void registration(RegEnter call) {
    int limit =
        switch (call.verb()) {
          case WSK_RELEASE_PROVIDER_NPI, WSK_QUERY_PROVIDER_CHARACTERISTICS, UNKNOWN ->
              Irql.DISPATCH;
          // WSK_NO_WAIT
          case WSK_CAPTURE_PROVIDER_NPI -> call.timeout() == 0 ? Irql.DISPATCH : Irql.PASSIVE;
          case WSK_REGISTER,
              WSK_DEREGISTER,
              NMR_REGISTER_CLIENT,
              NMR_CLIENT_ATTACH_PROVIDER,
              NMR_DEREGISTER_CLIENT,
              NMR_WAIT_FOR_CLIENT_DEREGISTER_COMPLETE ->
              Irql.PASSIVE;
        };
    judge(call.header().irql(), limit, call.verb().label());
  }

  private void judge(int irql, int limit, String function) {
    if (irql <= limit) {
      return;
    }
    Charge charge =
        Charge.of(trial.event(), "enter")
            .words("function", function)
            .words("irql", Irql.name(irql))
            .words("limit", Irql.name(limit));
    // At APC_LEVEL pages can still be read in and threads wait.
    trial.charge(irql == Irql.APC ? charge.as(Severity.WARNING) : charge);
  }
}
