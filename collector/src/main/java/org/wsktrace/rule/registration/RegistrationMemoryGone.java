package org.wsktrace.rule.registration;

import org.wsktrace.event.EventHeader;
import org.wsktrace.event.RegVerb;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.event.WskEvent.RegEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.registration.LiveRegistration;
import org.wsktrace.track.registration.LiveRegistration.State;

/**
 * The WSK_REGISTRATION or the WSK_CLIENT_DISPATCH is gone while it is registered: it stood on the
 * stack, and its thread is seen above that place again; or in a block of pool that is freed. A
 * registration on the stack of a function that deregisters before it returns is legal. The capture
 * driver tells of a free only where it knows something else in the block, so most frees are not
 * seen; and a frame that is left is seen only when its thread calls WSK once more.
 */
public final class RegistrationMemoryGone {
  /** Kernel stacks of 64-bit Windows have this size: what is further above is no stack. */
  private static final long STACK_BYTES = 24 << 10;

  public static final Rule RULE =
      Rule.declare("WSK-REG-004", "Registration in memory that is gone")
          .error(Effect.BUGCHECK)
          .strong()
          .title("The {what} {address} is registered, and {gone}")
          .why(
              "WSK keeps pointers to the WSK_REGISTRATION and to the client's dispatch table until WskDeregister returns. When that"
                  + " memory holds something else WSK follows it all the same.")
          .fix(
              "Make both static data of the driver, or part of something that lives until WskDeregister has returned.")
          .source("windows-hardware/drivers/network/registering-a-winsock-kernel-application")
          .judgedBy(RegistrationMemoryGone::new);

  private final Trial trial;

  /** Calls of WskRegister that were given something on the stack, by their thread. */
  private final Recent<Long, TimedEvent> onStack = new Recent<>();

  private RegistrationMemoryGone(Trial trial) {
    this.trial = trial;
    trial.on(RegEnter.class, this::entered);
    trial.on(CallEnter.class, call -> look(call.header()));
    trial.on(PoolFree.class, this::freed);
  }

  private void entered(RegEnter enter) {
    look(enter.header());
    if (enter.verb() == RegVerb.WSK_REGISTER
        && (isAbove(enter.header(), enter.registration())
            || isAbove(enter.header(), enter.dispatch()))) {
      onStack.put(enter.header().tid(), trial.event());
    }
  }

  private void look(EventHeader header) {
    TimedEvent register = onStack.isEmpty() ? null : onStack.get(header.tid());
    if (register == null || !(register.event() instanceof RegEnter enter)) {
      return;
    }
    long lowest = enter.header().stackPointer();
    LiveRegistration living = trial.tracks().registrations().living(enter.registration());
    if (living == null || !living.first().equals(register)) {
      return;
    }
    if (isAbove(enter.header(), enter.registration())
        && isLeft(header, lowest, enter.registration())) {
      charge(living, "WSK_REGISTRATION", enter.registration());
    } else if (isAbove(enter.header(), enter.dispatch())
        && isLeft(header, lowest, enter.dispatch())) {
      charge(living, "WSK_CLIENT_DISPATCH", enter.dispatch());
    }
  }

  private void charge(LiveRegistration living, String what, long address) {
    onStack.remove(living.first().event().header().tid());
    trial.charge(
        Charge.of(trial.event(), "frame left")
            .with(living.first(), "register")
            .blaming(living.first())
            .words("what", what)
            .address("address", address)
            .words("gone", "the stack frame that it stood in was left"));
  }

  private void freed(PoolFree free) {
    for (LiveRegistration living : trial.tracks().registrations().living()) {
      if (living.state() == State.UNREG || living.client() != free.header().client()) {
        continue;
      }
      boolean block = isIn(free, living.address()) && living.kind() == LiveRegistration.Kind.WSK;
      if (block || isIn(free, living.dispatch())) {
        trial.charge(
            Charge.of(trial.event(), "free")
                .with(living.first(), living.firstRole())
                .words("what", block ? "WSK_REGISTRATION" : "WSK_CLIENT_DISPATCH")
                .address("address", block ? living.address() : living.dispatch())
                .words("gone", "the block of pool that it stands in is freed"));
      }
    }
  }

  private boolean isIn(PoolFree free, long address) {
    return address != 0
        && Long.compareUnsigned(address - free.block(), trial.tracks().pool().sizeOf(free)) < 0;
  }

  /** An address on the stack of a call's callers. */
  private static boolean isAbove(EventHeader call, long address) {
    return call.stackPointer() != 0
        && Long.compareUnsigned(address - call.stackPointer(), STACK_BYTES) < 0;
  }

  /** The same stack, and its top is above the address. */
  private static boolean isLeft(EventHeader now, long lowest, long address) {
    return Long.compareUnsigned(now.stackPointer() - lowest, STACK_BYTES) < 0
        && Long.compareUnsigned(now.stackPointer(), address) > 0;
  }
}
