package org.wsktrace.cli.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.decode.Origin;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.etl.record.EventRecord;

final class EventFilterTest {
  private static final String GUID = "1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e";
  private static final EventWriter EVENT =
      EventWriter.at(10).from(UUID.fromString(GUID), 4, 8).id(12);

  @Test
  void withoutConditionsEverythingPasses() throws IOException {
    assertThat(passes(List.of(), List.of(), EVENT)).isTrue();
  }

  @Test
  void aProviderByGuidWithOrWithoutBracesOrByNameInAnyCase() throws IOException {
    assertThat(passes(List.of(GUID), List.of(), EVENT)).isTrue();
    assertThat(
            passes(List.of("{" + GUID.toUpperCase(java.util.Locale.ROOT) + "}"), List.of(), EVENT))
        .isTrue();
    assertThat(passes(List.of("some-PROVIDER"), List.of(), EVENT)).isTrue();
    assertThat(passes(List.of("Some-Provide"), List.of(), EVENT)).isFalse();
    assertThat(passes(List.of("0" + GUID.substring(1)), List.of(), EVENT)).isFalse();
    assertThat(passes(List.of("Other", GUID), List.of(), EVENT)).isTrue();
  }

  @Test
  void aClassOfEventsAsInfoNamesIt() throws IOException {
    assertThat(passes(List.of("Some-Provider/Task"), List.of(), EVENT)).isTrue();
    assertThat(passes(List.of("Some-Provider/Task/Start"), List.of(), EVENT)).isTrue();
    assertThat(passes(List.of("Some-Provider/Tas"), List.of(), EVENT)).isFalse();
    assertThat(passes(List.of("Some-Provider/Task/Start/More"), List.of(), EVENT)).isFalse();
    assertThat(passes(List.of("Some-Provider/"), List.of(), EVENT)).isFalse();
  }

  @Test
  void aGroupOfTheKernelAsInfoNamesIt() throws IOException {
    EventWriter load = EventWriter.system(1, 0x14, 10);

    assertThat(passes(List.of("kernel:image"), List.of(), load)).isTrue();
    assertThat(passes(List.of("kernel:Process"), List.of(), load)).isFalse();
    assertThat(passes(List.of("kernel:Image"), List.of(), EVENT)).isFalse();
  }

  @Test
  void anEventByNumberOrByName() throws IOException {
    assertThat(passes(List.of(), List.of("12"), EVENT)).isTrue();
    assertThat(passes(List.of(), List.of("012"), EVENT)).isTrue();
    assertThat(passes(List.of(), List.of("0xC"), EVENT)).isTrue();
    assertThat(passes(List.of(), List.of("13", "task/start"), EVENT)).isTrue();
    assertThat(passes(List.of(), List.of("13"), EVENT)).isFalse();
    assertThat(passes(List.of("Other"), List.of("12"), EVENT)).isFalse();
  }

  @Test
  void aKernelEventByItsHookId() throws IOException {
    assertThat(passes(List.of(), List.of("0x0301"), EventWriter.system(1, 3, 1))).isTrue();
    assertThat(passes(List.of(), List.of("1"), EventWriter.system(1, 3, 1))).isFalse();
  }

  @Test
  void fromIsInsideAndToIsOutside() throws IOException {
    EventRecord event = Records.of(EVENT);

    assertThat(between("1us", "2us").mayPass(event)).isTrue();
    assertThat(between("0", "1us").mayPass(event)).isFalse();
    assertThat(between("1.1us", "2us").mayPass(event)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"65536", "0x10000", "12x", "0x", "99999999999"})
  void whatIsNoId(String text) {
    assertThatThrownBy(() -> EventFilter.Kind.parse(text))
        .hasMessage("'" + text + "' is no event id: give 0 to 65535, in hex 0x0 to 0xffff");
  }

  private static EventFilter between(String from, String to) {
    return new EventFilter(List.of(), List.of(), TracePoint.parse(from), TracePoint.parse(to));
  }

  private static boolean passes(List<String> providers, List<String> kinds, EventWriter writer)
      throws IOException {
    var filter =
        new EventFilter(
            providers.stream().map(EventFilter.Provider::parse).toList(),
            kinds.stream().map(EventFilter.Kind::parse).toList(),
            null,
            null);
    EventRecord event = Records.of(writer);
    var decoded = new DecodedEvent("Some-Provider", "Task/Start", Origin.MANIFEST, List.of(), 0);
    return filter.mayPass(event) && filter.passes(event, decoded);
  }
}
