package org.wsktrace.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.Verb;
import org.wsktrace.track.fact.Fact;
import org.wsktrace.track.fact.Operation;

class OperationTrackerTest {
  private static final String ENTER =
      "op:7 client:1 tid:76 irql:2 rva:0x1100 SendEnter verb=WskSend socket=0x50 flags=0x2 length=100"
          + " irpSnap{ptr=0xb0 completion=0x1f00} mdlSnap{ptr=0xd0 startVa=0x9000 byteOffset=8 byteCount=100 mdlFlags=0x4}\n";
  private static final String PENDING = "op:7 OpExit verb=WskSend irp=0xb0 status=STATUS_PENDING\n";
  private static final String COMPLETE =
      "5ms op:7 OpComplete verb=WskSend irp=0xb0 ioStatus=STATUS_CANCELLED information=60\n";

  @Test
  void anOperationHasThreeMomentsAndItsBuffers() throws Exception {
    assertThat(TrackedText.facts(Operation.class, ENTER + PENDING + COMPLETE))
        .containsExactly(
            new Operation(
                7,
                1,
                Verb.WSK_SEND,
                1L,
                1L,
                new Operation.Enter(1, 1_000, 76, 2, 0x1100),
                new Operation.Exit(2, 2_000, NtStatus.PENDING),
                new Operation.Completion(3, 5_000_000, 0xC0000120, 60),
                100,
                2,
                List.of(new Operation.Buffer(1, 0xd0, 0x9008, 100, 4))));
  }

  @Test
  void theCompletionMayComeBeforeTheReturn() throws Exception {
    List<Fact> facts = new ArrayList<>();
    TrackedText.tracks(ENTER + COMPLETE, facts);
    assertThat(facts).isEmpty();

    TrackedText.tracks(ENTER + COMPLETE + PENDING, facts);
    assertThat(facts).hasSize(1);
  }

  @Test
  void whatIsPendingAtTheEndHasNoCompletion() throws Exception {
    assertThat(TrackedText.facts(Operation.class, ENTER + PENDING))
        .singleElement()
        .extracting(Operation::completion)
        .isNull();
  }

  @Test
  void anOperationWhoseEnterIsMissingIsKnownByTheRest() throws Exception {
    assertThat(TrackedText.facts(Operation.class, PENDING + COMPLETE))
        .singleElement()
        .satisfies(
            operation -> {
              assertThat(operation.enter()).isNull();
              assertThat(operation.irpLife()).isNull();
              assertThat(operation.completion()).isNotNull();
            });
  }

  @Test
  void aCallWithoutAnIrpIsDoneWhenItReturns() throws Exception {
    List<Fact> facts = new ArrayList<>();
    TrackedText.tracks(
        """
        op:1 OpEnter verb=WskControlSocket socket=0x50
        op:1 OpExit verb=WskControlSocket
        """,
        facts);

    assertThat(facts).hasSize(1);
  }

  @Test
  void theBuffersOfOneWskSendMessagesAreOneOperation() throws Exception {
    assertThat(
            TrackedText.facts(
                Operation.class,
                """
                op:1 SendEnter verb=WskSendMessages length=10 bufCount=2 mdlSnap{ptr=0xd0} mdlSnap{ptr=0xd1}
                op:1 SendEnter verb=WskSendMessages length=20 bufCount=2 bufIndex=1 mdlSnap{ptr=0xd2}
                op:1 OpMdlMore firstIndex=1 mdlSnap{ptr=0xd3}
                """))
        .singleElement()
        .satisfies(
            operation -> {
              assertThat(operation.length()).isEqualTo(30);
              assertThat(operation.buffers())
                  .extracting(Operation.Buffer::mdl)
                  .containsExactly(0xd0L, 0xd1L, 0xd2L, 0xd3L);
            });
  }

  @Test
  void anEventThatComesTwiceMakesNoSecondOperation() throws Exception {
    assertThat(TrackedText.facts(Operation.class, ENTER + PENDING + COMPLETE + COMPLETE + PENDING))
        .hasSize(1);
  }

  @Test
  void howOneCompletedIsKnownWhenItIsDone() throws Exception {
    Tracks tracks =
        TrackedText.tracks(
            """
            op:1 OpEnter verb=WskBind irpSnap{ptr=0xb0 completion=0x1f00}
            op:1 OpComplete verb=WskBind
            op:1 OpExit verb=WskBind
            op:2 OpEnter verb=WskBind irpSnap{ptr=0xb8}
            op:2 OpExit verb=WskBind
            """,
            new ArrayList<>());

    assertThat(tracks.operations().completionOf(1))
        .satisfies(completion -> assertThat(completion.seq()).isEqualTo(2));
    assertThat(tracks.operations().completionOf(2)).isNull();
  }
}
