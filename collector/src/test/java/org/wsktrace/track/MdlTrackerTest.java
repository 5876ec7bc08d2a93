package org.wsktrace.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.track.fact.MdlLife;
import org.wsktrace.track.fact.MdlLife.State;

class MdlTrackerTest {
  private static final Map<String, String> EVENTS =
      Map.of(
          "birth", "MdlBirth mdl=0xd0 kind=IoAllocateMdl va=0x9008 length=100",
          "adopt", "flags:Adopted MdlBirth mdl=0xd0 kind=Adopted va=0x9008 length=100",
          "build", "MdlBuild mdl=0xd0",
          "lock", "MdlLock mdl=0xd0",
          "lockRaises", "MdlLock mdl=0xd0 status=STATUS_ACCESS_VIOLATION",
          "unlock", "MdlUnlock mdl=0xd0",
          "partial", "MdlPartial mdl=0xd0 sourceMdl=0xd8",
          "prepare", "MdlPrepareReuse mdl=0xd0",
          "advance", "MdlAdvance mdl=0xd0 length=1",
          "use", "op:1 SendEnter verb=WskSend mdlSnap{ptr=0xd0 mdlFlags=0x2}");

  @ParameterizedTest
  @CsvSource({
    "birth,                 RAW,        0",
    "birth build,           DESCRIBED,  0",
    "birth partial,         DESCRIBED,  0",
    "birth partial prepare, RAW,        0",
    "birth lock,            LOCKED,     1",
    "birth lockRaises,      RAW,        0",
    "birth lock advance,    LOCKED,     1",
    "birth lock unlock,     RAW,        0",
    "birth build unlock,    DESCRIBED, -1",
    "use,                   LOCKED,     0",
    "use unlock,            RAW,       -1",
    "adopt use,             LOCKED,     0",
    "adopt use unlock,      RAW,       -1",
    "adopt unlock use,      LOCKED,    -1",
    "birth use,             LOCKED,     0",
    "birth lock unlock use, LOCKED,     0",
    "birth lock lock,       LOCKED,     2",
  })
  void states(String events, State state, int lockBalance) throws Exception {
    String lines =
        Stream.of(events.split(" ")).map(EVENTS::get).collect(Collectors.joining("\n", "", "\n"));

    assertThat(TrackedText.facts(MdlLife.class, lines))
        .singleElement()
        .satisfies(
            life -> {
              assertThat(life.state()).isEqualTo(state);
              assertThat(life.lockBalance()).isEqualTo(lockBalance);
            });
  }

  @Test
  void anMdlIsHeldByOperationsUntilTheyComplete() throws Exception {
    String enter = "SendEnter verb=WskSend irpSnap{ptr=0xb%d completion=0x1f00} mdlSnap{ptr=0xd0}";
    String both = "op:1 %s%nop:2 %s%n".formatted(enter.formatted(1), enter.formatted(2));

    assertThat(holders(both)).isEqualTo(2);
    assertThat(holders(both + "op:1 OpExit verb=WskSend\n")).isEqualTo(2);
    assertThat(holders(both + "op:1 OpComplete verb=WskSend\n")).isEqualTo(1);
  }

  @Test
  void theLockIsKnownAsLongAsItHolds() throws Exception {
    String locked = "MdlBirth mdl=0xd0 kind=IoAllocateMdl\nMdlLock mdl=0xd0\n";

    assertThat(mdl(locked).lock()).isNotNull().extracting(TimedEvent::seq).isEqualTo(2L);
    assertThat(mdl(locked + "MdlUnlock mdl=0xd0\n").lock()).isNull();
    assertThat(mdl(locked + "MdlUnlock mdl=0xd0\n").unlock()).isNotNull();
    assertThat(mdl("MdlLock mdl=0xd0 status=STATUS_ACCESS_VIOLATION\n").lock()).isNull();
  }

  @Test
  void aPartialMdlKnowsItsSourceUntilOneOfThemIsFreedOrPrepared() throws Exception {
    String partial =
        """
        MdlBirth mdl=0xe0 kind=IoAllocateMdl
        MdlBirth mdl=0xd0 kind=IoAllocateMdl
        MdlPartial mdl=0xd0 sourceMdl=0xe0
        """;

    assertThat(mdl(partial).source()).isNotNull().extracting(LiveMdl::address).isEqualTo(0xe0L);
    for (String end :
        List.of("MdlFree mdl=0xe0", "MdlPrepareReuse mdl=0xd0", "MdlPartial mdl=0xd0")) {
      assertThat(mdl(partial + end + "\n").source()).as(end).isNull();
    }
    Tracks freed = TrackedText.tracks(partial + "MdlFree mdl=0xd0\n", new ArrayList<>());
    assertThat(freed.mdls().living(0xe0)).isNotNull().matches(mdl -> mdl.parts().isEmpty());
  }

  @Test
  void onlyWhatWasAllocatedInTheTraceAndForNoIrpIsTheDriversOwn() throws Exception {
    assertThat(mdl("MdlBirth mdl=0xd0 kind=IoAllocateMdl\n").owned()).isTrue();
    assertThat(mdl("MdlBirth mdl=0xd0 kind=IoAllocateMdl irp=0xb0\n").owned()).isFalse();
    assertThat(mdl("MdlBirth mdl=0xd0 kind=Adopted\n").owned()).isFalse();
    assertThat(mdl("MdlLock mdl=0xd0\n").owned()).isFalse();
  }

  @Test
  void aProgramsAddressIsBelowTheSpaceOfItsMdl() throws Exception {
    MdlTracker wide = TrackedText.tracks("", new ArrayList<>()).mdls();
    MdlTracker narrow = TrackedText.tracks("SessionInfo pointerSize=4\n", new ArrayList<>()).mdls();

    assertThat(wide.isUserAddress(0x1e0004000L, 0xffffa00000000d00L)).isTrue();
    assertThat(wide.isUserAddress(0xffffa00000009000L, 0xffffa00000000d00L)).isFalse();
    assertThat(wide.isUserAddress(0x9000, 0xd0)).isFalse();
    assertThat(narrow.isUserAddress(0x7ff00000L, 0x80000d00L)).isTrue();
    assertThat(narrow.isUserAddress(0x80009000L, 0x80000d00L)).isFalse();
  }

  private static LiveMdl mdl(String lines) throws Exception {
    return Objects.requireNonNull(TrackedText.tracks(lines, new ArrayList<>()).mdls().living(0xd0));
  }

  private static int holders(String lines) throws Exception {
    LiveMdl mdl = TrackedText.tracks(lines, new ArrayList<>()).mdls().living(0xd0);
    return mdl == null ? 0 : mdl.holders().size();
  }
}
