package org.wsktrace.rule.socket;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.EventMask;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.RegExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;
import org.wsktrace.track.fact.SocketLife.State;
import org.wsktrace.track.registration.LiveRegistration;
import org.wsktrace.track.registration.LiveRegistration.Kind;

/**
 * A socket is open when its driver has left WSK: when the last WskDeregister has returned, or waits
 * at the end of the trace, or the driver is unloaded. A socket that another thread closes while
 * WskDeregister waits is none, nor is one whose close is in flight. An accepted socket that nobody
 * touches for a long time is suspected before that. Judged once for each socket.
 */
public final class SocketLeaked {
  private static final Setting WAIT =
      Setting.seconds(
          "WSK-SOCK-005.wait",
          "a WskDeregister that waits so long at the end of the trace waits for ever",
          1);

  private static final Setting UNUSED =
      Setting.seconds(
          "WSK-SOCK-005.unused",
          "an accepted socket on which nothing is called for so long is forgotten",
          60);

  private static final long ITS_CALLBACKS =
      EventMask.RECEIVE | EventMask.DISCONNECT | EventMask.SEND_BACKLOG;

  private static final String FORGOTTEN =
      "Socket {socket} was accepted {age} ago, and nothing was called on it since";

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-005", "Socket never closed")
          .error(Effect.HANG)
          .proved()
          .title("Socket {socket} is open, and its driver {how}")
          .why(
              "WskDeregister waits until every socket of the client is closed. A socket that nobody closes makes the unload of the"
                  + " driver, and later the shutdown of Windows, wait for ever.")
          .fix(
              "Keep account of all sockets, accepted ones too, and close them on every path, errors included, before WskDeregister.")
          .source("windows-hardware/drivers/network/closing-a-socket")
          .settings(WAIT, UNUSED)
          .judgedBy(SocketLeaked::new);

  private final Trial trial;

  /** Sockets that are judged have one. */
  private final Memo<LiveSocket, Boolean> judged;

  /** Addresses of what was accepted. */
  private final Overdue<Long> accepted;

  private SocketLeaked(Trial trial) {
    this.trial = trial;
    this.judged = trial.tracks().sockets().memo(() -> true);
    this.accepted = new Overdue<>(trial.value(UNUSED));
    trial.on(OpComplete.class, this::completed);
    trial.on(CallbackEnter.class, this::called);
    trial.onTick(() -> accepted.poll(trial.nanos(), this::unused));
    trial.on(RegExit.class, this::returned);
    trial.on(DriverUnloadExit.class, this::unloaded);
    trial.onEnd(this::end);
  }

  private void completed(OpComplete complete) {
    if (complete.verb() == Verb.WSK_ACCEPT
        && complete.ioStatus() >= 0
        && complete.information() != 0) {
      accepted.watch(complete.information(), trial.event());
    }
  }

  private void called(CallbackEnter call) {
    if (call.kind() == CallbackKind.WSK_ACCEPT_EVENT && call.acceptSocket() != 0) {
      accepted.watch(call.acceptSocket(), trial.event());
    }
  }

  private void unused(long address, TimedEvent birth) {
    LiveSocket socket = trial.tracks().sockets().living(address);
    if (socket != null
        && socket.begin().seq() == birth.seq()
        && socket.lastUse() == null
        && socket.connection().disabled(ITS_CALLBACKS)) {
      trial.charge(
          Charge.late(trial.event())
              .with(socket.creation(), "create")
              .with(birth, "accepted")
              .blaming(socket.creation())
              .saying(FORGOTTEN)
              .address("socket", address)
              .nanos("age", trial.nanos() - birth.nanos())
              .as(Severity.WARNING)
              .doubted("it may be used later"));
    }
  }

  private void returned(RegExit exit) {
    LiveRegistration over = trial.tracks().registrations().endedBy(exit);
    if (over != null && leaves(over)) {
      judge(over.client(), over.deregister(), trial.event(), "deregistered", "has left WSK", "");
    }
  }

  private void unloaded(DriverUnloadExit unload) {
    int client = unload.header().client();
    TimedEvent deregister = null;
    for (LiveRegistration known : trial.tracks().registrations().of(client)) {
      deregister = known.deregister() == null ? deregister : known.deregister();
    }
    judge(client, deregister, trial.event(), "unloaded", "is unloaded", "");
  }

  private void end() {
    for (LiveRegistration known : trial.tracks().registrations().living()) {
      TimedEvent enter = known.deregister();
      if (known.state() == LiveRegistration.State.DRAINING && enter != null && leaves(known)) {
        judge(
            known.client(),
            null,
            enter,
            "deregister",
            "waits in " + (known.kind() == Kind.WSK ? "WskDeregister" : "NmrDeregisterClient"),
            trial.nanos() - enter.nanos() >= trial.value(WAIT)
                ? ""
                : "the trace ends so soon after that the socket may have been closed later");
      }
    }
  }

  /** A driver may have several registrations; the last one waits for all its sockets. */
  private boolean leaves(LiveRegistration registration) {
    return !trial.tracks().registrations().staysWithout(registration);
  }

  private void judge(
      int client,
      @Nullable TimedEvent deregister,
      TimedEvent act,
      String role,
      String how,
      String doubt) {
    for (LiveSocket socket : List.copyOf(trial.tracks().sockets().living())) {
      if (socket.client() == client
          && socket.state() == State.OPEN
          && judged.known(socket) == null) {
        judged.of(socket);
        trial.charge(
            Charge.of(act, role)
                .with(socket.creation(), socket.adopted() ? "first use" : "create")
                .with(deregister, "deregister")
                .blaming(socket.creation())
                // Whether it was the last registration is a matter of all the trace.
                .since(role.equals("unloaded") ? Long.MAX_VALUE : 0)
                .address("socket", socket.address())
                .words("how", how)
                .doubted(doubt));
      }
    }
  }
}
