package org.wsktrace.rule.performance;

import java.util.HashMap;
import java.util.Map;
import org.wsktrace.event.ControlCode;
import org.wsktrace.event.EventMask;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Once;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;

/**
 * A driver turns on the same event callbacks, socket by socket, on many sockets: told when the
 * number is reached, and again with each further number. Different callbacks on different sockets
 * are what SO_WSK_EVENT_CALLBACK is for.
 */
public final class DynamicCallbacks {
  private static final Setting SOCKETS =
      Setting.count("WSK-PERF-011.sockets", "more sockets than this with the same callbacks", 100);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-011", "The same event callbacks enabled on every socket")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .title(
              "More than {sockets} sockets in a row had the same event callbacks enabled one by one")
          .why(
              "Callbacks that may be turned on and off need a lock around each call of them, and a request for each socket. Those that"
                  + " are set once for the whole client need neither.")
          .fix("Set them with WSK_SET_STATIC_EVENT_CALLBACKS, before the first socket is created.")
          .source("windows-hardware/drivers/network/wsk-set-static-event-callbacks")
          .settings(SOCKETS)
          .judgedBy(DynamicCallbacks::new);

  private final Trial trial;
  private final long sockets;
  private final Memo<LiveSocket, Once> seen;

  /** By driver; their ids have 16 bits. */
  private final Map<Integer, Row> rows = new HashMap<>();

  /** Sockets in a row with the same callbacks. */
  private static final class Row {
    long mask;
    long count;
  }

  private DynamicCallbacks(Trial trial) {
    this.trial = trial;
    this.sockets = trial.value(SOCKETS);
    this.seen = trial.tracks().sockets().memo(Once::new);
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    LiveSocket socket = trial.socket();
    if (call.verb() != Verb.WSK_CONTROL_SOCKET
        || socket == null
        || !ControlCode.SO_WSK_EVENT_CALLBACK.isSetBy(call)) {
      return;
    }
    long mask = EventMask.of(call);
    if (mask == EventMask.UNKNOWN || (mask & EventMask.DISABLE) != 0 || !seen.of(socket).first()) {
      return;
    }
    Row row = rows.computeIfAbsent(call.header().client(), _ -> new Row());
    if (row.mask != mask) {
      row.mask = mask;
      row.count = 0;
    }
    row.count++;
    if (row.count > sockets) {
      row.count = 0;
      trial.charge(Charge.of(trial.event(), "enable").count("sockets", sockets));
    }
  }
}
