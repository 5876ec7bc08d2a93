package org.wsktrace.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.event.EventMask;
import org.wsktrace.track.Connection.Receiving;
import org.wsktrace.track.Connection.State;
import org.wsktrace.track.Connection.Step;

class ConnectionTrackerTest {
  private static final String IRP = " irpSnap{ptr=0xb0 completion=0x1f00}";
  private static final String ENABLE =
      "verb=WskControlSocket socket=0x50 controlCode=0x4002 controlLevel=0xffff inputBuffer=0xc0 inputSize=16 input=0000000000000000";
  private static final String TAIL = "0".repeat(40);

  /** What happens, in one word. OP is a number of its own for each. */
  private static final Map<String, String> EVENTS =
      Map.ofEntries(
          Map.entry("listener", created("flags=0x1")),
          Map.entry("connection", created("flags=0x2")),
          Map.entry("datagram", created("flags=0x4")),
          Map.entry("stream", created("flags=0x8")),
          Map.entry(
              "socketConnect",
              done("OpEnter verb=WskSocketConnect" + IRP, "WskSocketConnect", "information=0x50")),
          Map.entry("used", done("OpEnter verb=WskGetLocalAddress", "WskGetLocalAddress", "")),
          Map.entry("bind", done("OpEnter verb=WskBind" + IRP, "WskBind", "")),
          Map.entry(
              "bindFails",
              done("OpEnter verb=WskBind" + IRP, "WskBind", "ioStatus=STATUS_UNSUCCESSFUL")),
          Map.entry(
              "bindReturns", "op:OP OpEnter verb=WskBind socket=0x50\nop:OP OpExit verb=WskBind"),
          Map.entry(
              "bindUnseen",
              "op:OP OpEnter verb=WskBind socket=0x50 irpSnap{ptr=0xb0}\nop:OP OpExit verb=WskBind status=STATUS_PENDING"),
          Map.entry("bindPends", "op:OP OpEnter verb=WskBind socket=0x50" + IRP),
          Map.entry("listen", done("OpEnter verb=WskListen" + IRP, "WskListen", "")),
          Map.entry("connect", done("OpEnter verb=WskConnect" + IRP, "WskConnect", "")),
          Map.entry(
              "connectWithData", done("SendEnter verb=WskConnectEx" + IRP, "WskConnectEx", "")),
          Map.entry("disconnect", done("OpEnter verb=WskDisconnect" + IRP, "WskDisconnect", "")),
          Map.entry(
              "abort", done("OpEnter verb=WskDisconnect flags=0x1" + IRP, "WskDisconnect", "")),
          Map.entry("fin", "CallbackEnter kind=WskDisconnectEvent socket=0x50"),
          Map.entry("reset", "CallbackEnter kind=WskDisconnectEvent socket=0x50 flags=0x1"),
          Map.entry(
              "receiveNothing", done("RecvEnter verb=WskReceive length=9" + IRP, "WskReceive", "")),
          Map.entry(
              "receiveNoBytes", done("RecvEnter verb=WskReceive length=0" + IRP, "WskReceive", "")),
          Map.entry(
              "drain",
              done("RecvEnter verb=WskReceive length=9 flags=0x4" + IRP, "WskReceive", "")),
          Map.entry(
              "receive",
              done("RecvEnter verb=WskReceive length=9" + IRP, "WskReceive", "information=9")),
          Map.entry(
              "silence",
              done(
                  "OpEnter verb=WskControlSocket requestType=2 controlCode=0x2f000007" + IRP,
                  "WskControlSocket",
                  "")),
          Map.entry("part", received("WskReceiveEvent", "bytesAccepted=9", "bytesAccepted=5")),
          Map.entry("all", received("WskReceiveEvent", "bytesAccepted=9", "bytesAccepted=9")),
          Map.entry("untouched", received("WskReceiveEvent", "", "")),
          Map.entry("refuse", received("WskReceiveEvent", "", "status=STATUS_DATA_NOT_ACCEPTED")),
          Map.entry(
              "refuseDatagram",
              received("WskReceiveFromEvent", "", "status=STATUS_DATA_NOT_ACCEPTED")),
          Map.entry(
              "enableReceiveFrom",
              "op:OP OpEnter "
                  + ENABLE
                  + "00010000"
                  + TAIL
                  + "\nop:OP OpExit verb=WskControlSocket"));

  @ParameterizedTest
  @CsvSource({
    "used,                                        UNKNOWN",
    "connection,                                  OPEN",
    "connection bind,                             BOUND",
    "connection bindFails,                        OPEN",
    "connection bindReturns,                      BOUND",
    "connection bindPends,                        OPEN",
    "connection bindUnseen,                       UNKNOWN",
    "connection bind connect,                     CONNECTED",
    "connection bind connectWithData,             CONNECTED",
    "socketConnect,                               CONNECTED",
    "socketConnect bind,                          CONNECTED",
    "listener bind,                               LISTENING",
    "datagram bind,                               BOUND",
    "stream bind,                                 BOUND",
    "stream bind listen,                          LISTENING",
    "stream bind connect,                         CONNECTED",
    "stream bind connect listen,                  CONNECTED",
    "socketConnect disconnect,                    LOCAL_CLOSED",
    "socketConnect disconnect disconnect,         LOCAL_CLOSED",
    "socketConnect fin,                           PEER_CLOSED",
    "socketConnect receiveNothing,                PEER_CLOSED",
    "socketConnect receiveNoBytes,                CONNECTED",
    "socketConnect drain,                         CONNECTED",
    "socketConnect receive,                       CONNECTED",
    "socketConnect disconnect receiveNothing,     FULL_CLOSED",
    "socketConnect fin disconnect,                FULL_CLOSED",
    "socketConnect abort,                         RESET",
    "socketConnect reset,                         RESET",
    "socketConnect fin reset,                     RESET",
    "connection abort,                            OPEN",
    "socketConnect silence,                       SILENT",
    "used disconnect,                             LOCAL_CLOSED",
  })
  void states(String events, State state) throws Exception {
    assertThat(connection(events).state()).isEqualTo(state);
  }

  @ParameterizedTest
  @CsvSource({
    "socketConnect all,                                     RX_FLOWING",
    "socketConnect untouched,                               RX_FLOWING",
    "socketConnect part,                                    RX_BLOCKED",
    "socketConnect refuse,                                  RX_BLOCKED",
    "socketConnect refuse receive,                          RX_FLOWING",
    "datagram bind enableReceiveFrom refuseDatagram,        RX_BLOCKED",
    "datagram bind refuseDatagram enableReceiveFrom,        RX_FLOWING",
  })
  void receiving(String events, Receiving receiving) throws Exception {
    assertThat(connection(events).receiving()).isEqualTo(receiving);
  }

  @Test
  void eachStepKeepsWhatCausedIt() throws Exception {
    Connection connection = connection("socketConnect fin disconnect");

    assertThat(connection.cause(Step.PEER_CLOSE)).extracting(cause -> cause.seq()).isEqualTo(3L);
    assertThat(connection.cause(Step.LOCAL_CLOSE)).extracting(cause -> cause.seq()).isEqualTo(5L);
    assertThat(connection.cause(Step.ABORT)).isNull();
  }

  @Test
  void aRefusedDatagramTurnsTheCallbackOff() throws Exception {
    assertThat(connection("datagram bind enableReceiveFrom").enabled(EventMask.RECEIVE_FROM))
        .isTrue();
    assertThat(
            connection("datagram bind enableReceiveFrom refuseDatagram")
                .disabled(EventMask.RECEIVE_FROM))
        .isTrue();
    assertThat(connection("used").disabled(EventMask.RECEIVE_FROM)).isFalse();
  }

  @Test
  void staticCallbacksAreOnFromTheStartAndStayOn() throws Exception {
    String statics =
        "op:99 OpEnter "
            + ENABLE.replace("Socket socket=0x50 controlCode=0x4002", "Client controlCode=7")
            + "00010000"
            + TAIL
            + "\nop:99 OpExit verb=WskControlClient\n";

    Connection connection =
        TrackedText.tracks(statics + lines("datagram refuseDatagram"), new ArrayList<>())
            .sockets()
            .living(0x50)
            .connection();

    assertThat(connection.enabled(EventMask.RECEIVE_FROM)).isTrue();
    assertThat(connection.receiving()).isEqualTo(Receiving.RX_FLOWING);
  }

  private static Connection connection(String events) throws Exception {
    return TrackedText.tracks(lines(events), new ArrayList<>()).sockets().living(0x50).connection();
  }

  private static String lines(String events) {
    var lines = new StringBuilder();
    int op = 0;
    for (String word : List.of(events.split(" "))) {
      lines.append(EVENTS.get(word).replace("OP ", ++op + " ")).append('\n');
    }
    return lines.toString();
  }

  private static String created(String category) {
    return done(
        "OpEnter verb=WskSocket %s %s".formatted(category, IRP), "WskSocket", "information=0x50");
  }

  private static String done(String enter, String verb, String result) {
    String socket = verb.startsWith("WskSocket") ? "" : " socket=0x50";
    return "op:OP %s%s\nop:OP OpComplete verb=%s %s".formatted(enter, socket, verb, result);
  }

  private static String received(String kind, String in, String out) {
    return "op:OP CallbackEnter kind=%s socket=0x50 dataIndication=0xd0 bytesIndicated=9 %s\nop:OP CallbackExit kind=%s socket=0x50 %s"
        .formatted(kind, in, kind, out);
  }
}
