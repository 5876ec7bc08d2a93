package org.wsktrace.rule.irp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.ControlCode;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.Memo;

/**
 * An operation is in flight for longer than its verb may take. What waits for the peer by nature
 * has no limit: receive, accept, notifications of change. What depends on the network is only
 * suspected. Time in which the whole machine stood still does not count.
 */
public final class OperationNeverCompleted {
  private static final Setting LOCAL =
      Setting.seconds(
          "WSK-IRP-016.local", "socket, bind, listen, options, addresses: no network involved", 2);
  private static final Setting CLOSE = Setting.seconds("WSK-IRP-016.close", "WskCloseSocket", 5);
  private static final Setting CONNECT =
      Setting.seconds("WSK-IRP-016.connect", "WskConnect, WskConnectEx, WskSocketConnect", 60);
  private static final Setting RESOLVE =
      Setting.seconds("WSK-IRP-016.resolve", "WskGetAddressInfo, WskGetNameInfo", 30);
  private static final Setting SEND =
      Setting.seconds("WSK-IRP-016.send", "WskSend, WskSendTo, WskSendMessages", 30);
  private static final Setting DISCONNECT =
      Setting.seconds("WSK-IRP-016.disconnect", "WskDisconnect", 30);

  public static final Rule RULE =
      Rule.declare("WSK-IRP-016", "Operation does not complete")
          .error(Effect.HANG)
          .strong()
          .title("{operation} has not completed for {age}")
          .why(
              "Its IRP, its buffers and its socket can't be freed until it completes, and whoever waits for it hangs: a thread, a process"
                  + " that can't end, the unload of the driver.")
          .fix(
              "Bound each wait: after a time, close the socket or disconnect it with WSK_FLAG_ABORTIVE, which completes what is pending,"
                  + " and wait for the completion. Look whether the driver itself keeps it: a callback that does not return, a lock.")
          .recordNext("Record with tier 5 (waits) on to see which threads wait for it.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_disconnect")
          .settings(LOCAL, CLOSE, CONNECT, RESOLVE, SEND, DISCONNECT)
          .judgedBy(OperationNeverCompleted::new);

  /** Limits are seconds, so they are looked at once a second. */
  private static final long EVERY_NANOS = 1_000_000_000;

  private final Trial trial;

  /** Present for those that are charged. */
  private final Memo<LiveOperation, Boolean> charged;

  private final long shortest;
  private long looked;

  private OperationNeverCompleted(Trial trial) {
    this.trial = trial;
    this.charged = trial.tracks().operations().memo(() -> true);
    this.shortest = RULE.info().settings().stream().mapToLong(trial::value).min().orElseThrow();
    trial.onTick(this::tick);
  }

  private void tick() {
    long now = trial.nanos();
    if (now - looked < EVERY_NANOS) {
      return;
    }
    looked = now;
    List<LiveOperation> late = null;
    for (LiveOperation operation : trial.tracks().operations().living()) {
      TimedEvent enter = operation.enter();
      if (enter == null) {
        continue;
      }
      if (now - enter.nanos() < shortest) {
        // They are in the order of their enters.
        break;
      }
      if (isLate(operation, enter, now) && charged.known(operation) == null) {
        late = late == null ? new ArrayList<>() : late;
        late.add(operation);
      }
    }
    if (late != null) {
      late.forEach(this::charge);
    }
  }

  private boolean isLate(LiveOperation operation, TimedEvent enter, long now) {
    Setting limit = limit(operation, enter);
    return limit != null
        && now - enter.nanos() >= trial.value(limit)
        && operation.inFlight()
        && !operation.abandoned()
        && !operation.unsettled()
        && trial.tracks().pauses().awake(enter.nanos(), now) >= trial.value(limit);
  }

  private void charge(LiveOperation operation) {
    charged.of(operation);
    TimedEvent enter = operation.enter();
    Setting limit = enter == null ? null : limit(operation, enter);
    if (enter != null && limit != null) {
      trial.charge(
          Charge.late(trial.event())
              .showing(operation)
              .blaming(enter)
              .operation("operation", operation)
              .nanos("age", trial.value(limit))
              .doubted(
                  limit.equals(LOCAL) || limit.equals(CLOSE)
                      ? ""
                      : "the network or the peer may be that slow"));
    }
  }

  /** Null: it may take any time. */
  private static @Nullable Setting limit(LiveOperation operation, TimedEvent enter) {
    return switch (operation.verb()) {
      case WSK_SOCKET,
          WSK_BIND,
          WSK_LISTEN,
          WSK_GET_LOCAL_ADDRESS,
          WSK_GET_REMOTE_ADDRESS,
          WSK_INSPECT_COMPLETE ->
          LOCAL;
      case WSK_CONTROL_SOCKET ->
          // An ioctl may wait for a change, of addresses for instance.
          enter.event() instanceof OpEnter call && call.requestType() != ControlCode.WSK_IOCTL
              ? LOCAL
              : null;
      case WSK_CLOSE_SOCKET -> CLOSE;
      case WSK_CONNECT, WSK_CONNECT_EX, WSK_SOCKET_CONNECT -> CONNECT;
      case WSK_GET_ADDRESS_INFO, WSK_GET_NAME_INFO -> RESOLVE;
      case WSK_SEND, WSK_SEND_TO, WSK_SEND_MESSAGES, WSK_SEND_EX -> SEND;
      case WSK_DISCONNECT -> DISCONNECT;
      case WSK_RECEIVE,
          WSK_RECEIVE_FROM,
          WSK_RECEIVE_EX,
          WSK_ACCEPT,
          WSK_CONTROL_CLIENT,
          WSK_FREE_ADDRESS_INFO,
          WSK_RELEASE,
          UNKNOWN ->
          null;
    };
  }
}
