package org.wsktrace.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.track.registration.LiveRegistration;
import org.wsktrace.track.registration.LiveRegistration.Capture;
import org.wsktrace.track.registration.LiveRegistration.State;
import org.wsktrace.track.registration.RegistrationTracker;

class RegistrationTrackerTest {
  private static final Map<String, String> EVENTS =
      Map.ofEntries(
          Map.entry("register", call("WskRegister", "")),
          Map.entry("refused", call("WskRegister", "status=STATUS_INSUFFICIENT_RESOURCES")),
          Map.entry("capture", call("WskCaptureProviderNPI", "providerClient=0xc1")),
          Map.entry("notReady", call("WskCaptureProviderNPI", "status=STATUS_DEVICE_NOT_READY")),
          Map.entry("release", call("WskReleaseProviderNPI", "")),
          Map.entry("query", call("WskQueryProviderCharacteristics", "")),
          Map.entry("draining", "client:1 RegEnter verb=WskDeregister registration=0xe0"),
          Map.entry("deregister", call("WskDeregister", "")),
          Map.entry("nmr", call("NmrRegisterClient", "")),
          Map.entry("nmrComing", "client:1 RegEnter verb=NmrRegisterClient"),
          Map.entry("nmrThere", "client:1 RegExit verb=NmrRegisterClient registration=0xe0"),
          Map.entry(
              "attach",
              call("NmrClientAttachProvider", "providerClient=0xc1").replace("0xe0", "0xf0")),
          Map.entry("nmrLeave", call("NmrDeregisterClient", "")),
          Map.entry("nmrPending", call("NmrDeregisterClient", "status=STATUS_PENDING")),
          Map.entry("nmrFails", call("NmrDeregisterClient", "status=STATUS_INVALID_PARAMETER")),
          Map.entry("nmrWait", call("NmrWaitForClientDeregisterComplete", "")),
          Map.entry("unload", "client:1 DriverUnloadExit"));

  private static String call(String verb, String result) {
    return "client:1 RegEnter verb=%1$s registration=0xe0\nclient:1 RegExit verb=%1$s registration=0xe0 %2$s"
        .formatted(verb, result);
  }

  @ParameterizedTest
  @CsvSource({
    "register,                            REG,      0",
    "register register,                   REG,      0",
    "register capture,                    CAPTURED, 1",
    "register capture capture,            CAPTURED, 2",
    "register capture capture release,    CAPTURED, 1",
    "register capture release,            REG,      0",
    "register release,                    REG,      0",
    "register notReady,                   REG,      0",
    "register query,                      REG,      0",
    "register draining,                   DRAINING, 0",
    "register capture draining,           DRAINING, 1",
    "register capture draining release,   DRAINING, 0",
    "register capture draining draining,  DRAINING, 1",
    "register deregister register,        REG,      0",
    "capture,                             CAPTURED, 1",
    "release,                             REG,      0",
    "query,                               REG,      0",
    "draining,                            DRAINING, 0",
    "nmr,                                 REG,      0",
    "nmr attach,                          CAPTURED, 1",
    "nmrComing attach nmrThere,           CAPTURED, 1",
    "nmr attach nmrPending,               DRAINING, 1",
    "nmr attach nmrFails,                 CAPTURED, 1",
    "nmr nmrFails,                        REG,      0",
  })
  void states(String events, State state, int held) throws Exception {
    assertThat(tracker(events).living(0xe0))
        .satisfies(
            known -> {
              assertThat(known.state()).isEqualTo(state);
              assertThat(known.held()).isEqualTo(held);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "refused", "register deregister", "deregister", "register deregister release",
    "register unload", "nmr nmrLeave", "nmr attach nmrPending nmrWait", "nmrComing unload"
  })
  void nobodyIsRegistered(String events) throws Exception {
    assertThat(tracker(events).living()).isEmpty();
    assertThat(tracker(events).of(1)).isEmpty();
  }

  @Test
  void aCaptureKnowsWhatItReturned() throws Exception {
    LiveRegistration known = Objects.requireNonNull(tracker("register capture").living(0xe0));

    assertThat(known.captures()).extracting(Capture::client).containsExactly(0xc1L);
    assertThat(known.captures()).extracting(capture -> capture.call().seq()).containsExactly(3L);
    assertThat(known.first().seq()).isEqualTo(1);
    assertThat(known.adopted()).isFalse();
  }

  @Test
  void aRefusalLastsUntilTheNextTry() throws Exception {
    assertThat(tracker("register notReady").living(0xe0))
        .satisfies(known -> assertThat(known.refusal()).isNotNull());
    assertThat(tracker("register notReady capture").living(0xe0))
        .satisfies(known -> assertThat(known.refusal()).isNull());
  }

  @Test
  void whoIsFirstSeenInUseIsAdopted() throws Exception {
    assertThat(tracker("capture").living(0xe0))
        .satisfies(known -> assertThat(known.adopted()).isTrue());
  }

  @Test
  void aDriverStaysAsLongAsItHasARegistrationThatItWasNotAskedToGiveUp() throws Exception {
    RegistrationTracker tracker =
        TrackedText.tracks(
                """
                client:1 RegExit verb=WskRegister registration=0xe0
                client:1 RegExit verb=WskRegister registration=0xe8
                client:2 RegExit verb=WskRegister registration=0xf0
                client:1 RegEnter verb=WskDeregister registration=0xe0
                """,
                new ArrayList<>())
            .registrations();

    assertThat(tracker.staysWithout(Objects.requireNonNull(tracker.living(0xe0)))).isTrue();
    assertThat(tracker.staysWithout(Objects.requireNonNull(tracker.living(0xe8)))).isFalse();
    assertThat(tracker.staysWithout(Objects.requireNonNull(tracker.living(0xf0)))).isFalse();
  }

  private static RegistrationTracker tracker(String events) throws Exception {
    String lines =
        Stream.of(events.split(" ")).map(EVENTS::get).collect(Collectors.joining("\n", "", "\n"));
    return TrackedText.tracks(lines, new ArrayList<>()).registrations();
  }
}
