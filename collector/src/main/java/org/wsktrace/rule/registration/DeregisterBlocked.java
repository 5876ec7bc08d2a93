package org.wsktrace.rule.registration;

import java.util.ArrayList;
import java.util.List;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Once;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;
import org.wsktrace.track.fact.SocketLife;
import org.wsktrace.track.registration.LiveRegistration;
import org.wsktrace.track.registration.LiveRegistration.Capture;
import org.wsktrace.track.registration.LiveRegistration.State;

/**
 * WskDeregister, or a deregistration from the registrar, does not come to its end. Names what it
 * waits for: sockets that are not closed, captures that are not released, calls of the provider
 * that have not returned, IRPs of the client that have not completed. When all that is left are
 * sockets whose close is under way the peers may be slow, and it is a warning. Which of several
 * registrations a socket belongs to is not recorded: all of the driver are named.
 */
public final class DeregisterBlocked {
  private static final Setting WAIT =
      Setting.seconds("WSK-REG-005.wait", "a deregistration that waits longer is blocked", 5);

  public static final Rule RULE =
      Rule.declare("WSK-REG-005", "WskDeregister blocked")
          .error(Effect.HANG)
          .proved()
          .title("{call} waits since {age} for {blockers}")
          .why(
              "It returns when every socket of the client is closed, every capture released and every call and IRP done. Until then the"
                  + " unload of the driver hangs, and later the shutdown of Windows.")
          .fix("Look at what is named: where it was made, and on which path nobody gives it back.")
          .source("windows-hardware/drivers/ddi/wsk/nf-wsk-wskderegister")
          .settings(WAIT)
          .judgedBy(DeregisterBlocked::new);

  private static final int SHOWN = 8;

  private final Trial trial;
  private final Memo<LiveRegistration, Once> judged;

  private DeregisterBlocked(Trial trial) {
    this.trial = trial;
    this.judged = trial.tracks().registrations().memo(Once::new);
    trial.onTick(this::look);
  }

  private void look() {
    for (LiveRegistration known : trial.tracks().registrations().living()) {
      TimedEvent deregister = known.deregister();
      if (known.state() == State.DRAINING
          && deregister != null
          && trial.nanos() - deregister.nanos() >= trial.value(WAIT)
          && judged.of(known).first()) {
        charge(known, deregister);
      }
    }
  }

  private void charge(LiveRegistration waiting, TimedEvent deregister) {
    var found = new Blockers();
    for (LiveSocket socket : trial.tracks().sockets().living()) {
      if (socket.client() == waiting.client()) {
        found.add(socket);
      }
    }
    found.add(waiting);
    for (LiveOperation operation : trial.tracks().operations().living()) {
      if (operation.client() == waiting.client() && ProviderCalls.contains(operation.verb())) {
        found.add(operation);
      }
    }
    Charge charge = Charge.late(trial.event()).with(deregister, "deregister").blaming(deregister);
    for (Charge.Exhibit shown : found.shown) {
      charge = charge.with(shown.event(), shown.role());
    }
    trial.charge(
        charge
            .words(
                "call",
                waiting.kind() == LiveRegistration.Kind.WSK
                    ? "WskDeregister"
                    : "The deregistration by NmrDeregisterClient")
            .nanos("age", trial.nanos() - deregister.nanos())
            .words("blockers", found.describe())
            .as(found.onlyCloses() ? Severity.WARNING : Severity.ERROR));
  }

  /** What a deregistration waits for. */
  private static final class Blockers {
    final List<Charge.Exhibit> shown = new ArrayList<>();
    private final List<String> sockets = new ArrayList<>();
    private int open;
    private int closing;
    private long captures;
    private int calls;
    private int irps;

    void add(LiveSocket socket) {
      boolean isOpen = socket.state() == SocketLife.State.OPEN;
      open += isOpen ? 1 : 0;
      closing += isOpen ? 0 : 1;
      if (isOpen && sockets.size() < SHOWN) {
        sockets.add("0x" + Long.toHexString(socket.address()));
      }
      show(socket.creation(), isOpen ? "open socket" : "closing socket");
    }

    void add(LiveRegistration waiting) {
      // What the registrar attached is detached by itself when the rest is done.
      if (waiting.kind() == LiveRegistration.Kind.WSK) {
        captures = waiting.held();
        for (Capture capture : waiting.captures()) {
          show(capture.call(), "capture");
        }
      }
    }

    void add(LiveOperation operation) {
      TimedEvent enter = operation.enter();
      if (enter != null && operation.inCall()) {
        calls++;
        show(enter, "call");
      } else if (enter != null && operation.inFlight() && !operation.unsettled()) {
        irps++;
        show(enter, "IRP in flight");
      }
    }

    boolean onlyCloses() {
      return closing > 0 && open + captures + calls + irps == 0;
    }

    String describe() {
      List<String> parts = new ArrayList<>();
      if (open > 0) {
        String more = open > sockets.size() ? " and others" : "";
        parts.add(count(open, "open socket") + " (" + String.join(", ", sockets) + more + ")");
      }
      if (closing > 0) {
        parts.add(count(closing, "socket") + " whose close has not completed");
      }
      if (captures > 0) {
        parts.add(count(captures, "capture") + " of the provider NPI");
      }
      if (calls > 0) {
        parts.add(count(calls, "call") + " of the provider in progress");
      }
      if (irps > 0) {
        parts.add(count(irps, "IRP") + " of the client in flight");
      }
      return parts.isEmpty() ? "something that the trace does not show" : String.join(", ", parts);
    }

    private void show(TimedEvent event, String role) {
      if (shown.size() < SHOWN) {
        shown.add(new Charge.Exhibit(event, role, ""));
      }
    }

    private static String count(long number, String what) {
      return number == 1 ? "1 " + what : number + " " + what + "s";
    }
  }
}
