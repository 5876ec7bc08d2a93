package org.wsktrace.decode.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.decode.EventDecoder;
import org.wsktrace.decode.Field;
import org.wsktrace.decode.Origin;
import org.wsktrace.decode.Schemas;
import org.wsktrace.decode.Value;
import org.wsktrace.etl.Corpus;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.etl.record.EventRecord;

/** The kernel's events of real files are read to their last byte, and say what can be. */
final class KernelCorpusTest {
  private static final Pattern PATH = Pattern.compile("(\\\\|[A-Z]:\\\\)[^\\x00-\\x1F]+");

  // 64-bit Windows has its own memory up there.
  private static final long KERNEL_SPACE = 0xFFFF_8000_0000_0000L;

  private static final Set<String> OBJECTS = Set.of("Irp", "FileObject", "UniqueProcessKey");

  /** What is asked of each event. */
  private interface Question {
    void ask(EventRecord event, DecodedEvent said);
  }

  /** Asks of every classic event of a file. */
  private static void each(Corpus.Sample sample, Question question) throws IOException {
    var decoder = new EventDecoder(new Schemas());
    try (EtlFile etl = EtlFile.open(sample.file())) {
      etl.read(
          event -> {
            switch (event.headerType()) {
              case EVENT32, EVENT64, MESSAGE -> {}
              default -> question.ask(event, decoder.decode(event));
            }
          });
    }
  }

  @Test
  void everyClassicEventIsKnownAndEndsAtItsLastByte() throws IOException {
    SoftAssertions softly = new SoftAssertions();
    Map<String, Long> events = new TreeMap<>();
    for (Corpus.Sample sample : Corpus.samples()) {
      each(
          sample,
          (event, said) -> {
            String name = said.provider() + " " + said.event() + " v" + event.version();
            if (said.origin() != Origin.KERNEL || said.leftover() != 0) {
              softly.fail(
                  "%s: %s, %s: %d bytes left", sample, name, said.origin(), said.leftover());
            }
            events.merge(said.event(), 1L, Long::sum);
          });
    }
    softly.assertAll();
    assertThat(events).hasSizeGreaterThan(70).containsEntry("Image/Load", 123L);
  }

  @Test
  void everyDiskReadEndsWhatWasBegunWithItsIrp() throws IOException {
    Map<Long, Deque<Long>> begun = new HashMap<>();
    int[] paired = new int[1];
    each(
        Corpus.sample("pv_net452x64__net.4.5.2.x64.etl"),
        (event, said) -> {
          if (said.event().equals("DiskIo/ReadInit")) {
            begun.computeIfAbsent(irp(said), _ -> new ArrayDeque<>()).add(event.timestamp());
          } else if (said.event().equals("DiskIo/Read")) {
            assertThat(begun).containsKey(irp(said));
            assertThat(begun.get(irp(said)).remove()).isLessThan(event.timestamp());
            paired[0]++;
          }
        });

    assertThat(paired[0]).isEqualTo(1208);
    assertThat(begun.values()).allMatch(Deque::isEmpty);
  }

  private static long irp(DecodedEvent said) {
    return said.fields().stream()
        .filter(field -> field.name().equals("Irp"))
        .map(field -> ((Value.Hex) field.value()).number())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatEventsSayCanBe() throws IOException {
    List<String> impossible = new ArrayList<>();
    for (Corpus.Sample sample : Corpus.samples()) {
      each(
          sample,
          (_, said) -> {
            for (Field field : said.fields()) {
              if (!canBe(said, field)) {
                impossible.add(sample + " " + said.event() + " " + field);
              }
            }
          });
    }
    assertThat(impossible).isEmpty();
  }

  /** Paths are paths, ids of processes are multiples of 4, and what the kernel owns is its own. */
  private static boolean canBe(DecodedEvent said, Field field) {
    return switch (field.value()) {
      case Value.Text(String text) when field.name().equals("FileName") ->
          said.event().startsWith("ImageID/") || PATH.matcher(text).matches();
      case Value.Unsigned(long id) when field.name().endsWith("ProcessId") -> (id & 3) == 0;
      case Value.Hex(long address, int bytes) when bytes == 8 && OBJECTS.contains(field.name()) ->
          Long.compareUnsigned(address, KERNEL_SPACE) > 0;
      default -> true;
    };
  }
}
