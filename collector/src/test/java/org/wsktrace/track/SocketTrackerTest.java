package org.wsktrace.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.wsktrace.track.fact.Moment;
import org.wsktrace.track.fact.SocketLife;
import org.wsktrace.track.fact.SocketLife.Category;
import org.wsktrace.track.fact.SocketLife.State;

class SocketTrackerTest {
  private static final String IRP = "irpSnap{ptr=0xb0 completion=0x1f00}";
  private static final String CREATE =
      """
      op:1 client:1 OpEnter verb=WskSocket flags=0x2 socketContext=0xc0 %s
      op:1 client:1 OpComplete verb=WskSocket information=0x50
      """
          .formatted(IRP);
  private static final String CONNECT =
      """
      op:2 client:1 OpEnter verb=WskBind socket=0x50 localAddress=0.0.0.0:0 %s
      op:2 client:1 OpComplete verb=WskBind
      op:3 client:1 OpEnter verb=WskConnect socket=0x50 remoteAddress=192.0.2.1:80 %s
      op:3 client:1 OpComplete verb=WskConnect
      """
          .formatted(IRP, IRP);
  private static final String CLOSE =
      """
      op:4 client:1 OpEnter verb=WskCloseSocket socket=0x50 %s
      op:4 client:1 OpExit verb=WskCloseSocket status=STATUS_PENDING
      """
          .formatted(IRP);
  private static final String CLOSED = "op:4 client:1 OpComplete verb=WskCloseSocket\n";

  @Test
  void fromItsCreationToTheCompletionOfItsClose() throws Exception {
    assertThat(TrackedText.facts(SocketLife.class, CREATE + CONNECT + CLOSE + CLOSED))
        .singleElement()
        .satisfies(
            life -> {
              assertThat(life.adopted()).isFalse();
              assertThat(life.creatorOpId()).isEqualTo(1);
              assertThat(life.category()).isEqualTo(Category.CONNECTION);
              assertThat(life.context()).isEqualTo(0xc0);
              assertThat(life.begin()).isEqualTo(new Moment(2, 2_000));
              assertThat(life.closeEnter()).isEqualTo(new Moment(7, 7_000));
              assertThat(life.end()).isEqualTo(new Moment(9, 9_000));
              assertThat(life.state()).isEqualTo(State.CLOSED);
              assertThat(life.local()).hasToString("0.0.0.0:0");
              assertThat(life.remote()).hasToString("192.0.2.1:80");
            });
  }

  @Test
  void closingUntilTheCloseCompletes() throws Exception {
    assertThat(TrackedText.facts(SocketLife.class, CREATE + CLOSE))
        .extracting(SocketLife::state)
        .containsExactly(State.CLOSING);
  }

  @Test
  void aCloseThatFailsLeavesItOpen() throws Exception {
    assertThat(
            TrackedText.facts(
                SocketLife.class,
                CREATE + CLOSE + CLOSED.trim() + " ioStatus=STATUS_INVALID_HANDLE"))
        .extracting(SocketLife::state)
        .containsExactly(State.OPEN);
  }

  @Test
  void aNewSocketAtTheAddressReplacesTheOld() throws Exception {
    assertThat(TrackedText.facts(SocketLife.class, CREATE + CREATE.replace("op:1", "op:9")))
        .extracting(SocketLife::id, SocketLife::state)
        .containsExactly(tuple(1L, State.GONE), tuple(2L, State.OPEN));
  }

  @Test
  void anAcceptedSocketIsTheInformationOfItsWskAccept() throws Exception {
    assertThat(
            TrackedText.facts(
                SocketLife.class,
                """
                op:1 OpEnter verb=WskAccept socket=0x50 %s
                op:1 OpComplete verb=WskAccept information=0x58
                """
                    .formatted(IRP)))
        .extracting(SocketLife::address, SocketLife::adopted)
        .containsExactly(tuple(0x50L, true), tuple(0x58L, false));
  }

  @Test
  void aCallThatFailsMakesNoSocket() throws Exception {
    assertThat(
            TrackedText.facts(
                SocketLife.class,
                CREATE.replace("information", "ioStatus=STATUS_UNSUCCESSFUL information")))
        .isEmpty();
  }

  @Test
  void anAcceptCallbackBringsASocket() throws Exception {
    assertThat(TrackedText.facts(SocketLife.class, accepted("")))
        .filteredOn(life -> life.address() == 0x58)
        .singleElement()
        .satisfies(
            life -> {
              assertThat(life.adopted()).isFalse();
              assertThat(life.category()).isEqualTo(Category.CONNECTION);
              assertThat(life.context()).isEqualTo(0xc8);
              assertThat(life.remote()).hasToString("192.0.2.1:80");
              assertThat(life.state()).isEqualTo(State.OPEN);
            });
  }

  @Test
  void whatTheCallbackRefusesWskCloses() throws Exception {
    String lines = accepted("status=STATUS_REQUEST_NOT_ACCEPTED");

    assertThat(TrackedText.facts(SocketLife.class, lines))
        .filteredOn(life -> life.address() == 0x58)
        .extracting(SocketLife::state)
        .containsExactly(State.CLOSED);
    assertThat(TrackedText.tracks(lines, new ArrayList<>()).sockets().dead(0x58).rejection())
        .isNotNull();
  }

  @Test
  void aClosedSocketThatIsUsedIsNotBornByThat() throws Exception {
    String use = "op:7 OpEnter verb=WskGetLocalAddress socket=0x50 %s\n".formatted(IRP);

    assertThat(TrackedText.facts(SocketLife.class, CREATE + CLOSE + CLOSED + use)).hasSize(1);
    assertThat(
            TrackedText.facts(
                SocketLife.class,
                CREATE + CLOSE + CLOSED + use + "op:7 OpComplete verb=WskGetLocalAddress\n"))
        .as("no call succeeds on a closed socket, so a birth was missed")
        .extracting(SocketLife::adopted)
        .containsExactly(false, true);
  }

  private static String accepted(String answer) {
    return """
        op:1 client:1 OpEnter verb=WskSocket flags=0x1 %s
        op:1 client:1 OpComplete verb=WskSocket information=0x50
        op:2 client:1 CallbackEnter kind=WskAcceptEvent socket=0x50 acceptSocket=0x58 remoteAddress=192.0.2.1:80
        op:2 client:1 CallbackExit kind=WskAcceptEvent socket=0x50 acceptSocket=0x58 acceptContext=0xc8 %s
        """
        .formatted(IRP, answer);
  }
}
