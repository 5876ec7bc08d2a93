package org.wsktrace.track.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.event.Bytes;
import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.EventHeader;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.SocketAddress;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.text.TextTraceReader;
import org.wsktrace.track.receive.Element.State;

class IndicationTrackerTest {
  private static final Map<String, String> EVENTS =
      Map.of(
          "brought",
          """
          op:1 CallbackEnter kind=WskReceiveEvent socket=0x50 dataIndication=0xe0 elementCount=2
          op:1 IndicationElem socket=0x50 element=0xe0 mdlHead=0xd0 length=100 index=0
          op:1 IndicationElem socket=0x50 element=0xe8 mdlHead=0xd8 length=50 index=1
          """,
          "pending",
          "op:1 CallbackExit kind=WskReceiveEvent socket=0x50 status=STATUS_PENDING\n",
          "success",
          "op:1 CallbackExit kind=WskReceiveEvent socket=0x50\n",
          "refused",
          "op:1 CallbackExit kind=WskReceiveEvent socket=0x50 status=STATUS_DATA_NOT_ACCEPTED\n",
          "illegal",
          "op:1 CallbackExit kind=WskReceiveEvent socket=0x50 status=STATUS_UNSUCCESSFUL\n",
          "release",
          "op:2 ReleaseEnter socket=0x50 head=0xe0 indicationRef{element=0xe0}\n",
          "both",
          "op:2 ReleaseEnter socket=0x50 head=0xe0 indicationRef{element=0xe0} indicationRef{element=0xe8}\n",
          "truncated",
          "op:2 flags:Truncated ReleaseEnter socket=0x50 head=0xe8 indicationRef{element=0xe8}\n",
          "failed",
          "op:2 ReleaseExit socket=0x50 head=0xe0 status=STATUS_INVALID_PARAMETER\n",
          "again",
          """
              op:3 CallbackEnter kind=WskReceiveEvent socket=0x50 dataIndication=0xe0 elementCount=1
              op:3 IndicationElem socket=0x50 element=0xe0 mdlHead=0xd0 length=10 index=0
              """);

  @ParameterizedTest
  @CsvSource({
    "brought,                           INDICATED",
    "brought pending,                   RETAINED",
    "brought success,                   RETURNED",
    "brought refused,                   RETURNED",
    "brought illegal,                   UNKNOWN",
    "brought pending release,           RELEASED",
    "brought release,                   RELEASED_INSIDE",
    "brought release pending,           RELEASED",
    "brought release success,           RETURNED",
    "brought pending release failed,    UNKNOWN",
    "brought pending truncated,         UNKNOWN",
    "brought truncated pending,         UNKNOWN",
    "brought success release,           RETURNED",
    "brought pending again,             INDICATED",
    "brought again pending,             INDICATED",
  })
  void states(String events, State state) throws Exception {
    assertThat(after(events).at(0xe0))
        .satisfies(element -> assertThat(element.state()).isEqualTo(state));
  }

  @Test
  void anElementThatWasNotBroughtIsNotKnown() throws Exception {
    assertThat(after("release").at(0xe0)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "brought,                          0, 0",
    "brought success,                  0, 0",
    "brought pending,                  2, 150",
    "brought pending release,          1, 50",
    "brought pending both,             0, 0",
    "brought pending both failed,      0, 0",
    "brought release pending,          1, 50",
    "brought both pending,             0, 0",
    "brought pending again,            1, 50",
    "brought pending truncated,        0, 0",
  })
  void whatASocketsDriverRetains(String events, int elements, long bytes) throws Exception {
    IndicationTracker tracker = after(events);

    assertThat(tracker.of(0x50).elements()).isEqualTo(elements);
    assertThat(tracker.of(0x50).bytes()).isEqualTo(bytes);
    assertThat(tracker.retained()).hasSize(elements == 0 ? 0 : 1);
    assertThat(tracker.of(0x50).indications()).containsExactlyElementsOf(tracker.retained());
  }

  @Test
  void nothingIsRetainedOfASocketThatIsGone() throws Exception {
    IndicationTracker tracker = after("brought pending");

    tracker.forget(0x50);

    assertThat(tracker.retained()).isEmpty();
    assertThat(tracker.of(0x50).elements()).isZero();
    assertThat(tracker.at(0xe0)).isNull();
  }

  @Test
  void moreThanThereIsRoomForIsForgotten() throws Exception {
    var tracker = new IndicationTracker();
    for (int i = 1; i <= 70_000; i++) {
      tracker.apply(new TimedEvent(element(i), i));
      tracker.apply(new TimedEvent(returned(i), i));
    }

    assertThat(tracker.of(0x50).elements()).isEqualTo(1 << 16);
    assertThat(tracker.of(0x50).bytes()).isEqualTo(1 << 16);
    assertThat(tracker.retained()).hasSize(1 << 16);
    assertThat(tracker.at(70_000 - (1 << 16) + 1)).isNotNull();
  }

  private static WskEvent element(long number) {
    return new WskEvent.IndicationElem(
        header(number), 0x50, number, 0, 1, 0, 0, 0, new SocketAddress(Bytes.of(new byte[28])), 0);
  }

  private static WskEvent returned(long number) {
    return new WskEvent.CallbackExit(
        header(number),
        0x50,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        NtStatus.PENDING,
        CallbackKind.WSK_RECEIVE_EVENT,
        0);
  }

  private static EventHeader header(long number) {
    return new EventHeader(number, 0, number, 0, 0, 0, 0, 0, 0, 1, 0, 0);
  }

  private static IndicationTracker after(String events) throws Exception {
    return read(Stream.of(events.split(" ")).map(EVENTS::get).collect(Collectors.joining()));
  }

  private static IndicationTracker read(String lines) throws Exception {
    var tracker = new IndicationTracker();
    var reader = new TextTraceReader(new StringReader("wtrace 1\n" + lines));
    for (var entry = reader.next(); entry != null; entry = reader.next()) {
      tracker.apply(entry.event());
    }
    return tracker;
  }
}
