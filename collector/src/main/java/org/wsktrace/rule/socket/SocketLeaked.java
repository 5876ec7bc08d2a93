package org.wsktrace.rule.socket;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.RegVerb;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.event.WskEvent.RegEnter;
import org.wsktrace.event.WskEvent.RegExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Confidence;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife.State;

/**
 * A socket is open when its driver has left WSK: when the last WskDeregister has returned, or waits
 * at the end of the trace, or the driver is unloaded. A socket that another thread closes while
 * WskDeregister waits is none, nor is one whose close is in flight. Judged once for each socket.
 */
public final class SocketLeaked implements Rule {
  /** A WskDeregister that waits shorter than this at the end of the trace is perhaps only slow. */
  private static final long SURELY_WAITING_NANOS = 1_000_000_000;

  private static final RuleInfo INFO =
      new RuleInfo(
          "WSK-SOCK-005",
          "Socket never closed",
          "socket",
          Severity.ERROR,
          Effect.HANG,
          Confidence.PROVED,
          Set.of(Need.CALLS),
          "WskDeregister waits until every socket of the client is closed. A socket that nobody closes makes the unload of the"
              + " driver, and later the shutdown of Windows, wait for ever.",
          "Keep account of all sockets, accepted ones too, and close them on every path, errors included, before WskDeregister.",
          "",
          "https://learn.microsoft.com/windows-hardware/drivers/network/closing-a-socket");

  /** Calls of WskDeregister that have not returned, by client. */
  private final Map<Integer, TimedEvent> deregistering = new HashMap<>();

  /**
   * Registrations by client; a driver may have several, and only the last WskDeregister waits for
   * all its sockets.
   */
  private final Map<Integer, Set<Long>> registrations = new HashMap<>();

  /** Ids of the socket lives that are judged. */
  private final Set<Long> judged = new HashSet<>();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void judge(TimedEvent timed, Trial trial) {
    int client = timed.event().header().client();
    switch (timed.event()) {
      case RegExit exit when exit.verb() == RegVerb.WSK_REGISTER && exit.status() >= 0 ->
          registrations.computeIfAbsent(client, _ -> new HashSet<>()).add(exit.registration());
      case RegEnter enter when enter.verb() == RegVerb.WSK_DEREGISTER -> {
        Set<Long> left = registrations.computeIfAbsent(client, _ -> new HashSet<>());
        left.remove(enter.registration());
        if (left.isEmpty()) {
          deregistering.put(client, timed);
        }
      }
      case RegExit exit when exit.verb() == RegVerb.WSK_DEREGISTER -> {
        TimedEvent enter = deregistering.remove(client);
        if (enter != null) {
          judge(client, enter, timed, "deregistered", "", trial);
        }
      }
      case DriverUnloadExit _ ->
          judge(client, deregistering.remove(client), timed, "unloaded", "", trial);
      default -> {}
    }
  }

  @Override
  public void end(Trial trial) {
    deregistering.forEach(
        (client, enter) ->
            judge(
                client,
                null,
                enter,
                "deregister",
                trial.nanos() - enter.nanos() >= SURELY_WAITING_NANOS
                    ? ""
                    : "the trace ends so soon after that the socket may have been closed later",
                trial));
  }

  private void judge(
      int client,
      @Nullable TimedEvent deregister,
      TimedEvent act,
      String role,
      String doubt,
      Trial trial) {
    for (LiveSocket socket : List.copyOf(trial.tracks().sockets().living())) {
      if (socket.client() == client && socket.state() == State.OPEN && judged.add(socket.id())) {
        String title =
            "Socket 0x%x is open, and its driver %s"
                .formatted(
                    socket.address(),
                    switch (role) {
                      case "deregister" -> "waits in WskDeregister";
                      case "unloaded" -> "is unloaded";
                      default -> "has left WSK";
                    });
        trial.charge(
            Charge.of(act, role, title, trial.tracks())
                .with(socket.creation(), socket.adopted() ? "first use" : "create", trial.tracks())
                .with(deregister, "deregister", trial.tracks())
                .blaming(socket.creation(), trial.tracks())
                .doubted(
                    socket.maybeClosed()
                        ? "a socket at this address was closed before; perhaps it is that one, used after its close"
                        : doubt));
      }
    }
  }
}
