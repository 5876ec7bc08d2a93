package org.wsktrace.track.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.event.text.TextTraceReader;
import org.wsktrace.track.Tracks;
import org.wsktrace.track.receive.Inspection.State;

class InspectionTrackerTest {
  private static final String ID = "inspectId=0x80 inspectKey=7 inspectSerial=3\n";

  private static final Map<String, String> EVENTS =
      Map.of(
          "asked", "op:1 CallbackEnter kind=WskInspectEvent socket=0x50 " + ID,
          "reject", "op:1 CallbackExit kind=WskInspectEvent socket=0x50 status=0\n",
          "accept", "op:1 CallbackExit kind=WskInspectEvent socket=0x50 status=1\n",
          "pend", "op:1 CallbackExit kind=WskInspectEvent socket=0x50 status=2\n",
          "complete",
              "op:2 OpEnter verb=WskInspectComplete socket=0x50 irpSnap{ptr=0xb0 completion=1} inspectAction=1 "
                  + ID,
          "done", "op:2 OpComplete verb=WskInspectComplete irp=0xb0\n",
          "failed",
              "op:2 OpComplete verb=WskInspectComplete irp=0xb0 ioStatus=STATUS_INSUFFICIENT_RESOURCES\n",
          "abort", "op:3 CallbackEnter kind=WskAbortEvent socket=0x50 " + ID,
          "close",
              "op:4 OpEnter verb=WskCloseSocket socket=0x50 irpSnap{ptr=0xb8 completion=1}\nop:4 OpComplete verb=WskCloseSocket irp=0xb8\n");

  @ParameterizedTest
  @CsvSource({
    "asked,                        INSPECTED",
    "asked reject,                 ANSWERED",
    "asked accept,                 ANSWERED",
    "asked pend,                   PENDED",
    "asked pend complete,          COMPLETED",
    "asked pend complete done,     COMPLETED",
    "asked pend complete failed,   PENDED",
    "asked complete pend,          COMPLETED",
    "asked pend abort,             ABORTED",
    "asked accept abort,           ABORTED",
    "asked pend abort complete,    ABORTED",
    "asked accept asked,           INSPECTED",
  })
  void states(String events, State state) throws Exception {
    assertThat(after(events).of(0x50, 7, 3))
        .satisfies(inspection -> assertThat(inspection.state()).isEqualTo(state));
  }

  @ParameterizedTest
  @CsvSource({
    "asked,                  1",
    "asked pend,             1",
    "asked accept,           0",
    "asked pend complete,    0",
    "asked pend abort,       0",
    "asked pend close,       0",
  })
  void requestsThatWait(String events, int open) throws Exception {
    assertThat(after(events).open(0x50)).hasSize(open);
  }

  @Test
  void anotherSerialNumberIsAnotherRequest() throws Exception {
    InspectionTracker tracker = after("asked pend");

    assertThat(tracker.of(0x50, 7, 4)).isNull();
    assertThat(tracker.of(0x58, 7, 3)).isNull();
  }

  private static InspectionTracker after(String events) throws Exception {
    String lines = Stream.of(events.split(" ")).map(EVENTS::get).collect(Collectors.joining());
    var tracks = new Tracks(_ -> {});
    var reader = new TextTraceReader(new StringReader("wtrace 1\n" + lines));
    for (var entry = reader.next(); entry != null; entry = reader.next()) {
      tracks.apply(entry.event());
    }
    return tracks.inspections();
  }
}
