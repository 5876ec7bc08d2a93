package org.wsktrace.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.event.IrpKind;
import org.wsktrace.track.fact.IrpLife;
import org.wsktrace.track.fact.IrpLife.State;
import org.wsktrace.track.fact.Moment;

class IrpTrackerTest {
  private static final Map<String, String> EVENTS =
      Map.of(
          "birth", "IrpBirth irp=0xb0 kind=IoAllocateIrp",
          "rundown", "IrpBirth irp=0xb0 kind=Adopted",
          "reuse", "IrpReuse irp=0xb0",
          "cancel", "IrpCancel irp=0xb0",
          "enter", "op:1 OpEnter verb=WskBind irpSnap{ptr=0xb0 completion=0x1f00}",
          "enterUnseen", "op:1 OpEnter verb=WskBind irpSnap{ptr=0xb0}",
          "pending", "op:1 OpExit verb=WskBind status=STATUS_PENDING",
          "failed", "op:1 OpExit verb=WskBind status=STATUS_NOT_SUPPORTED",
          "complete", "op:1 OpComplete verb=WskBind");

  @ParameterizedTest
  @CsvSource({
    "birth,                            IDLE",
    "rundown,                          UNKNOWN",
    "cancel,                           UNKNOWN",
    "enter,                            SUBMITTED",
    "birth enter pending,              PENDING",
    "birth enter failed,               AWAIT",
    "birth enter failed complete,      COMPLETED",
    "birth enter pending complete,     COMPLETED",
    "birth enter complete,             COMPLETED",
    "birth enter complete pending,     COMPLETED",
    "birth enter cancel,               CANCELLING",
    "birth enter cancel pending,       CANCELLING",
    "birth enter pending cancel,       CANCELLING",
    "birth enter cancel complete,      COMPLETED",
    "birth enter complete reuse,       IDLE",
    "birth enter pending reuse,        PENDING",
    "birth enter failed reuse,         IDLE",
    "birth enter pending birth,        IDLE",
    "enterUnseen,                      SUBMITTED",
    "enterUnseen pending,              UNKNOWN",
  })
  void states(String events, State state) throws Exception {
    String lines =
        Stream.of(events.split(" ")).map(EVENTS::get).collect(Collectors.joining("\n", "", "\n"));

    Tracks tracks = TrackedText.tracks(lines, new ArrayList<>());

    assertThat(tracks.irps().living(0xb0))
        .satisfies(irp -> assertThat(irp.state()).isEqualTo(state));
  }

  @Test
  void aBirthRetiresThePreviousHolderOfTheAddress() throws Exception {
    assertThat(
            TrackedText.facts(
                IrpLife.class,
                """
                client:1 IrpBirth irp=0xb0 kind=IoAllocateIrp
                client:1 IrpFree irp=0xb0
                client:1 IrpBirth irp=0xb0 kind=IoInitializeIrp
                client:1 IrpBirth irp=0xb0 kind=IoInitializeIrp
                """))
        .containsExactly(
            life(1, IrpKind.IO_ALLOCATE_IRP, 1, 2),
            life(2, IrpKind.IO_INITIALIZE_IRP, 3, 4),
            new IrpLife(
                3, 0xb0, 1, IrpKind.IO_INITIALIZE_IRP, new Moment(4, 4_000), null, State.IDLE, 0));
  }

  @Test
  void anIrpFirstSeenInUseIsAdopted() throws Exception {
    assertThat(TrackedText.facts(IrpLife.class, EVENTS.get("enter") + "\n"))
        .singleElement()
        .satisfies(
            life -> {
              assertThat(life.kind()).isEqualTo(IrpKind.ADOPTED);
              assertThat(life.operations()).isEqualTo(1);
            });
  }

  @Test
  void whoHasItAfterTheCompletionRoutine() throws Exception {
    String completed =
        EVENTS.get("birth") + "\n" + EVENTS.get("enter") + "\n" + EVENTS.get("complete");
    String returned = completed + "\nop:1 OpCompleteExit verb=WskBind status=";

    assertThat(irp(returned + "STATUS_MORE_PROCESSING_REQUIRED").passedOn()).isNull();
    assertThat(irp(returned + "STATUS_SUCCESS").passedOn())
        .satisfies(by -> assertThat(by.seq()).isEqualTo(4));
    assertThat(irp(completed + "\nIrpCompleteRequest irp=0xb0").passedOn())
        .satisfies(by -> assertThat(by.seq()).isEqualTo(4));
    assertThat(
            irp(returned + "STATUS_SUCCESS\nop:2 " + EVENTS.get("enter").substring(5)).passedOn())
        .isNull();
  }

  @Test
  void anAdoptedOneKnowsWhatWasFreedAtItsAddress() throws Exception {
    String freed = EVENTS.get("birth") + "\nIrpFree irp=0xb0\n";

    assertThat(irp(freed + EVENTS.get("enter")).freedBefore())
        .satisfies(free -> assertThat(free.seq()).isEqualTo(2));
    assertThat(irp(freed + EVENTS.get("rundown")).freedBefore()).isNotNull();
    assertThat(irp(freed + EVENTS.get("birth")).freedBefore()).isNull();
  }

  private static LiveIrp irp(String lines) throws Exception {
    return TrackedText.tracks(lines + "\n", new ArrayList<>()).irps().living(0xb0);
  }

  private static IrpLife life(long id, IrpKind kind, long first, long last) {
    return new IrpLife(
        id,
        0xb0,
        1,
        kind,
        new Moment(first, first * 1_000),
        new Moment(last, last * 1_000),
        State.IDLE,
        0);
  }
}
