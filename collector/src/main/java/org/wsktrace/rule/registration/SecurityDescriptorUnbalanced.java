package org.wsktrace.rule.registration;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.Bytes;
import org.wsktrace.event.ControlCode;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.event.WskEvent.RegExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.registration.LiveRegistration;

/**
 * The protocol of cached security descriptors: WSK_CACHE_SD, their use in WskSocket and
 * WskSocketConnect, WSK_RELEASE_SD. What WSK_CACHE_SD returned is not recorded, and two calls may
 * return the same copy: so calls are counted for each driver, not for each descriptor. A driver
 * that also reads SO_WSK_SECURITY gets copies that are not seen, and is not counted any more.
 * Whether a release comes too early is judged of the last call that used the descriptor.
 */
public final class SecurityDescriptorUnbalanced {
  public static final Rule RULE =
      Rule.declare("WSK-REG-009", "Cached security descriptor used or released wrongly")
          .error(Effect.CORRUPTION)
          .strong()
          .title("Security descriptor {sd} {how}")
          .why(
              "WSK takes the pointer for a cached copy and counts on it until the IRP completes. Released too early, or never cached, it"
                  + " leads into memory of somebody else, and with that into the access check of a socket; never released it leaks.")
          .fix(
              "Cache it with WSK_CACHE_SD, pass what that returned, and release that once, when the IRPs of all calls that got it have"
                  + " completed.")
          .source("windows-hardware/drivers/network/wsk-cache-sd")
          .judgedBy(SecurityDescriptorUnbalanced::new);

  private final Trial trial;

  /** By driver. */
  private final Recent<Integer, Account> accounts = new Recent<>();

  /** What one driver has cached. */
  private static final class Account {
    long held;
    boolean countable = true;
    @Nullable TimedEvent lastCache;

    /** Uncached descriptors, with the WSK_CACHE_SD that they were given to. */
    final Recent<Long, TimedEvent> originals = new Recent<>();

    final Recent<Long, TimedEvent> releases = new Recent<>();

    /** The last operation that used a descriptor. */
    final Recent<Long, Long> uses = new Recent<>();
  }

  private SecurityDescriptorUnbalanced(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
    trial.on(OpExit.class, this::returned);
    trial.on(RegExit.class, this::left);
    trial.on(DriverUnloadExit.class, unload -> leave(unload.header().client(), "unloaded"));
  }

  private void entered(OpEnter call) {
    switch (call.verb()) {
      case WSK_SOCKET, WSK_SOCKET_CONNECT -> {
        if (call.securityDescriptor() != 0) {
          used(call, account(call.header().client()));
        }
      }
      case WSK_CONTROL_CLIENT -> {
        if (ControlCode.WSK_RELEASE_SD.isSetBy(call)) {
          released(pointer(call), account(call.header().client()));
        }
      }
      case WSK_CONTROL_SOCKET -> {
        if (ControlCode.of(call) == ControlCode.SO_WSK_SECURITY
            && call.requestType() == ControlCode.WSK_GET_OPTION) {
          account(call.header().client()).countable = false;
        }
      }
      default -> {}
    }
  }

  private void used(OpEnter call, Account account) {
    long sd = call.securityDescriptor();
    account.uses.put(sd, call.header().opId());
    if (!account.countable || trial.tracks().drivers().name(call.header().client()) == null) {
      return;
    }
    TimedEvent original = account.originals.get(sd);
    TimedEvent release = account.releases.get(sd);
    if (original != null && release == null) {
      charge(
          Charge.of(trial.event(), "use").with(original, "cache"),
          sd,
          "is the one that was given to WSK_CACHE_SD, not the cached copy that came back");
    } else if (account.held <= 0) {
      charge(
          Charge.of(trial.event(), "use").with(release, "release"),
          sd,
          release == null
              ? "was never cached by WSK_CACHE_SD, and a socket is created with it"
              : "was released, and a socket is created with it");
    }
  }

  private void released(long sd, Account account) {
    if (sd == 0) {
      return;
    }
    Long user = account.uses.get(sd);
    LiveOperation operation = user == null ? null : trial.tracks().operations().living(user);
    if (operation != null && operation.inFlight()) {
      trial.charge(
          Charge.of(trial.event(), "release")
              .against(operation)
              .address("sd", sd)
              .words("how", "was released while %s was in flight".formatted(operation.describe())));
    } else if (account.countable
        && account.held <= 0
        && account.releases.get(sd) != null
        && trial.tracks().drivers().name(trial.event().event().header().client()) != null) {
      charge(
          Charge.of(trial.event(), "release again").with(account.releases.get(sd), "release"),
          sd,
          "was released more often than WSK_CACHE_SD returned one");
    }
    account.held--;
    account.releases.put(sd, trial.event());
  }

  private void returned(OpExit exit) {
    LiveOperation operation = trial.operation();
    if (exit.verb() == Verb.WSK_CONTROL_CLIENT
        && exit.status() >= 0
        && operation != null
        && operation.enter() != null
        && operation.enter().event() instanceof OpEnter call
        && ControlCode.WSK_CACHE_SD.isSetBy(call)) {
      Account account = account(call.header().client());
      account.held++;
      account.lastCache = operation.enter();
      account.releases.clear();
      account.originals.put(pointer(call), operation.enter());
    }
  }

  private void left(RegExit exit) {
    LiveRegistration over = trial.tracks().registrations().endedBy(exit);
    if (over != null && !trial.tracks().registrations().staysWithout(over)) {
      leave(over.client(), "deregistered");
    }
  }

  private void leave(int client, String role) {
    Account account = accounts.remove(client);
    if (account != null
        && account.countable
        && account.held > 0
        && account.lastCache != null
        && account.lastCache.event() instanceof OpEnter call) {
      charge(
          Charge.of(trial.event(), role)
              .with(account.lastCache, "cache")
              .blaming(account.lastCache)
              .as(Severity.WARNING),
          pointer(call),
          "was cached, and its driver has left WSK without WSK_RELEASE_SD of the copy");
    }
  }

  /** What was cached and released before is a matter of all the trace. */
  private void charge(Charge charge, long sd, String how) {
    trial.charge(charge.since(0).address("sd", sd).words("how", how));
  }

  private Account account(int client) {
    return accounts.of(client, Account::new);
  }

  /** The pointer that the input of a call begins with; 0 when it is not recorded. */
  private static long pointer(OpEnter call) {
    long size = Math.min(call.inputSize(), Long.BYTES);
    Bytes input = call.input();
    long value = 0;
    for (int i = 0; i < size && i < input.size(); i++) {
      value |= (long) input.at(i) << (8 * i);
    }
    return value;
  }
}
