package org.wsktrace.track.registration;

import static org.wsktrace.track.registration.LiveRegistration.State.CAPTURED;
import static org.wsktrace.track.registration.LiveRegistration.State.DRAINING;
import static org.wsktrace.track.registration.LiveRegistration.State.REG;
import static org.wsktrace.track.registration.LiveRegistration.State.UNREG;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.RegVerb;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.DriverUnload;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.event.WskEvent.RegEnter;
import org.wsktrace.event.WskEvent.RegExit;
import org.wsktrace.track.Memo;
import org.wsktrace.track.registration.LiveRegistration.Capture;
import org.wsktrace.track.registration.LiveRegistration.Kind;
import org.wsktrace.track.registration.LiveRegistration.State;

/**
 * The registrations: by the address of the WSK_REGISTRATION, or by the handle of the registrar.
 * Bounded: of too many the eldest is forgotten. A client has one registration with the registrar at
 * most, as an attach does not say whose it is.
 */
public final class RegistrationTracker {
  private static final int MAX_LIVING = 1 << 10;
  private static final int MAX_DEAD = 1 << 10;

  private final Map<Long, LiveRegistration> living = new LinkedHashMap<>();
  private final Map<Long, LiveRegistration> dead = new LinkedHashMap<>();
  private final Map<Integer, List<LiveRegistration>> byClient = new HashMap<>();

  /** Registrations whose NmrRegisterClient has not returned: the attach may come before. */
  private final Map<Integer, LiveRegistration> registering = new HashMap<>();

  private final Map<Integer, LiveRegistration> lastEnded = new HashMap<>();
  private final Memo.Numbers<LiveRegistration> memos = new Memo.Numbers<>();
  private long lastId;

  /** What happens to a registration. */
  private enum Step {
    REGISTERED,
    CAPTURED_OR_RELEASED,
    DEREGISTER,
    DEREGISTER_FAILED,
    ENDED
  }

  /**
   * The transitions.
   *
   * @param held how often the provider NPI is held after the step
   */
  private static State next(State from, Step step, long held) {
    return switch (step) {
      case REGISTERED, DEREGISTER_FAILED -> held > 0 ? CAPTURED : REG;
      // While it drains a release is what WskDeregister waits for. Before NmrRegisterClient has
      // returned the registrar may attach the provider.
      case CAPTURED_OR_RELEASED ->
          switch (from) {
            case UNREG, DRAINING -> from;
            case REG, CAPTURED -> held > 0 ? CAPTURED : REG;
          };
      // From DRAINING: deregistered twice, WSK-REG-001.
      case DEREGISTER -> DRAINING;
      case ENDED -> UNREG;
    };
  }

  /** Something to remember of each registration as long as it lives. */
  public <T> Memo<LiveRegistration, T> memo(Supplier<T> fresh) {
    return memos.memo(fresh);
  }

  /** The registration of an address or a handle; null when there is none. */
  public @Nullable LiveRegistration living(long address) {
    return living.get(address);
  }

  /** All that are not ended, eldest first. */
  public Collection<LiveRegistration> living() {
    return Collections.unmodifiableCollection(living.values());
  }

  /** The last registration of an address that has none now. */
  public @Nullable LiveRegistration dead(long address) {
    return dead.get(address);
  }

  /** Those of a driver that are not ended, eldest first. */
  public List<LiveRegistration> of(int client) {
    return Collections.unmodifiableList(byClient.getOrDefault(client, List.of()));
  }

  /** The last one of a driver that ended; null when none did since the driver was loaded. */
  public @Nullable LiveRegistration lastEnded(int client) {
    return lastEnded.get(client);
  }

  /** True when a driver has another registration that it was not asked to give up. */
  public boolean staysWithout(LiveRegistration leaving) {
    for (LiveRegistration other : of(leaving.client())) {
      if (other != leaving && other.state() != DRAINING) {
        return true;
      }
    }
    return false;
  }

  /** The registration that is over with this return; null when none is. */
  public @Nullable LiveRegistration endedBy(RegExit exit) {
    boolean over =
        switch (exit.verb()) {
          case WSK_DEREGISTER -> true;
          // STATUS_PENDING: it is over when the wait for it returns.
          case NMR_DEREGISTER_CLIENT -> exit.status() == NtStatus.SUCCESS;
          case NMR_WAIT_FOR_CLIENT_DEREGISTER_COMPLETE -> exit.status() >= 0;
          default -> false;
        };
    LiveRegistration known = over ? living.get(exit.registration()) : null;
    return known != null && known.state == DRAINING ? known : null;
  }

  public void enter(TimedEvent timed, RegEnter enter) {
    switch (enter.verb()) {
      case WSK_CAPTURE_PROVIDER_NPI -> {
        LiveRegistration known = use(timed, enter);
        if (known != null) {
          known.refusal = null;
        }
      }
      case WSK_RELEASE_PROVIDER_NPI -> {
        LiveRegistration known = use(timed, enter);
        if (known != null) {
          known.removeCapture();
          known.release = timed;
          step(known, Step.CAPTURED_OR_RELEASED);
        }
      }
      case WSK_QUERY_PROVIDER_CHARACTERISTICS -> use(timed, enter);
      case WSK_DEREGISTER, NMR_DEREGISTER_CLIENT -> {
        LiveRegistration known = use(timed, enter);
        if (known != null && known.state != DRAINING) {
          known.deregister = timed;
          step(known, Step.DEREGISTER);
        }
      }
      case NMR_REGISTER_CLIENT ->
          registering.put(
              enter.header().client(),
              new LiveRegistration(++lastId, 0, enter.header().client(), Kind.NMR, false, timed));
      case WSK_REGISTER,
          NMR_CLIENT_ATTACH_PROVIDER,
          NMR_WAIT_FOR_CLIENT_DEREGISTER_COMPLETE,
          UNKNOWN -> {}
    }
  }

  /**
   * @param enter of the same call; null when it is missing
   */
  public void exit(TimedEvent timed, RegExit exit, @Nullable TimedEvent enter) {
    LiveRegistration over = endedBy(exit);
    if (over != null) {
      end(over);
      return;
    }
    boolean success = exit.status() >= 0;
    switch (exit.verb()) {
      case WSK_REGISTER -> {
        if (success) {
          registered(
              new LiveRegistration(
                  ++lastId,
                  exit.registration(),
                  exit.header().client(),
                  Kind.WSK,
                  false,
                  enter == null ? timed : enter));
        }
      }
      case NMR_REGISTER_CLIENT -> {
        LiveRegistration coming = registering.remove(exit.header().client());
        if (success && coming != null) {
          coming.address = exit.registration();
          registered(coming);
        }
      }
      case WSK_CAPTURE_PROVIDER_NPI ->
          captured(timed, exit, enter, living.get(exit.registration()));
      case NMR_CLIENT_ATTACH_PROVIDER -> captured(timed, exit, enter, attached(exit));
      case NMR_DEREGISTER_CLIENT -> {
        LiveRegistration known = living.get(exit.registration());
        if (!success && known != null) {
          step(known, Step.DEREGISTER_FAILED);
        }
      }
      default -> {}
    }
  }

  /** A driver is gone, and what it was registered with. */
  public void unload(DriverUnload unload) {
    if (unload instanceof DriverUnloadExit) {
      int client = unload.header().client();
      registering.remove(client);
      List.copyOf(of(client)).forEach(this::end);
      lastEnded.remove(client);
    }
  }

  private void captured(
      TimedEvent timed,
      RegExit exit,
      @Nullable TimedEvent enter,
      @Nullable LiveRegistration registration) {
    if (registration == null) {
      return;
    }
    if (exit.status() < 0) {
      registration.refusal = timed;
    } else {
      registration.add(new Capture(enter, timed, exit.providerClient(), exit.providerDispatch()));
      step(registration, Step.CAPTURED_OR_RELEASED);
    }
  }

  /** An attach names a binding, not the registration. */
  private @Nullable LiveRegistration attached(RegExit exit) {
    int client = exit.header().client();
    for (LiveRegistration known : of(client)) {
      if (known.kind() == Kind.NMR) {
        return known;
      }
    }
    return registering.get(client);
  }

  private void registered(LiveRegistration registration) {
    bear(registration);
    step(registration, Step.REGISTERED);
  }

  /** The registration that a call is for; one that is over is not used again. */
  private @Nullable LiveRegistration use(TimedEvent timed, RegEnter enter) {
    LiveRegistration known = living.get(enter.registration());
    boolean over =
        enter.registration() == 0
            || (dead.containsKey(enter.registration())
                && enter.verb() != RegVerb.WSK_CAPTURE_PROVIDER_NPI);
    if (known != null || over) {
      return known;
    }
    Kind kind = enter.verb() == RegVerb.NMR_DEREGISTER_CLIENT ? Kind.NMR : Kind.WSK;
    var adopted =
        new LiveRegistration(
            ++lastId, enter.registration(), enter.header().client(), kind, true, timed);
    registered(adopted);
    return adopted;
  }

  private void bear(LiveRegistration registration) {
    LiveRegistration previous = living.get(registration.address);
    if (previous != null) {
      end(previous);
    }
    dead.remove(registration.address);
    living.put(registration.address, registration);
    byClient.computeIfAbsent(registration.client(), _ -> new ArrayList<>(1)).add(registration);
    if (living.size() > MAX_LIVING) {
      end(living.values().iterator().next());
    }
  }

  private void end(LiveRegistration registration) {
    step(registration, Step.ENDED);
    living.remove(registration.address, registration);
    byClient.computeIfPresent(
        registration.client(),
        (_, all) -> {
          all.remove(registration);
          return all.isEmpty() ? null : all;
        });
    lastEnded.put(registration.client(), registration);
    dead.put(registration.address, registration);
    if (dead.size() > MAX_DEAD) {
      dead.remove(dead.keySet().iterator().next());
    }
  }

  private static void step(LiveRegistration registration, Step step) {
    registration.state = next(registration.state, step, registration.held);
  }
}
