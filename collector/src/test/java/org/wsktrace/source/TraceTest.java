package org.wsktrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.BufferWriter;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.etl.compress.Compression;
import org.wsktrace.event.WskEvent;
import org.wsktrace.source.SourceLoss.Cause;

final class TraceTest {
  private static final String TWO_FREES =
      """
      wtrace 1
      1 10us IrpFree irp=0x10
      2 20us IrpFree irp=0x20
      """;

  @TempDir private Path folder;
  private final Heard heard = new Heard();

  @Test
  void aTextTraceAndTheEtlMadeFromItHoldTheSameEvents() throws IOException {
    read(Files.writeString(folder.resolve("a.wtrace"), TWO_FREES));
    read(TextToEtl.file(TWO_FREES).write(folder.resolve("a.etl")));

    assertThat(heard).hasToString("1, 2, 1, 2");
    assertThat(heard.events.subList(2, 4)).isEqualTo(heard.events.subList(0, 2));
    assertThat(heard.events.getLast().nanos()).isEqualTo(20_000);
    assertThat(heard.events.getLast().event())
        .isInstanceOfSatisfying(
            WskEvent.IrpFree.class, free -> assertThat(free.irp()).isEqualTo(0x20));
  }

  /** Payload pointers have 8 bytes there too, the upper four 0; only the headers differ. */
  @Test
  void aRecordingOfA32BitKernelHoldsTheSameEvents() throws IOException {
    String text =
        """
        wtrace 1
        1 10us op:3 SendEnter verb=WskSend socket=0x8a001000 irpSnap{ptr=0x8a002010} length=4096 \
        mdlSnap{ptr=0xfffff018 byteCount=4096}
        2 20us IrpFree irp=0xffffffff
        """;
    TraceCounts wide = read(TextToEtl.file(text).write(folder.resolve("64.etl")));
    TraceCounts narrow = read(TextToEtl.file32(text).write(folder.resolve("32.etl")));

    assertThat(heard).hasToString("1, 2, 1, 2");
    assertThat(heard.events.subList(2, 4)).isEqualTo(heard.events.subList(0, 2));
    assertThat(narrow.byId()).isEqualTo(wide.byId());
    assertThat(heard.events.getLast().event())
        .isInstanceOfSatisfying(
            WskEvent.IrpFree.class, free -> assertThat(free.irp()).isEqualTo(0xffffffffL));
  }

  @Test
  void aCompressedTraceHoldsTheSameEvents() throws IOException {
    EtlWriter packed = TextToEtl.file(TWO_FREES).compressed(Compression.XPRESS);
    read(packed.write(folder.resolve("a.etl")));

    assertThat(heard).hasToString("1, 2");
    assertThat(heard.events.getLast().event())
        .isInstanceOfSatisfying(
            WskEvent.IrpFree.class, free -> assertThat(free.irp()).isEqualTo(0x20));
  }

  @Test
  void processorsThatAreOutOfStepComeInOrderOfSeq() throws IOException {
    EtlWriter file =
        new EtlWriter()
            .buffer(TextToEtl.buffer("wtrace 1\n2 10us IrpFree\n3 30us IrpFree\n"))
            .buffer(TextToEtl.buffer("wtrace 1\n1 11us IrpFree\n4 29us IrpFree\n"));

    TraceCounts counts = read(file.write(folder.resolve("a.etl")));

    assertThat(heard).hasToString("1, 2, 3, 4");
    assertThat(counts.firstNanos()).isEqualTo(11_000);
    assertThat(counts.lastNanos()).isEqualTo(30_000);
  }

  @Test
  void eventsOfOthersAreCounted() throws IOException {
    BufferWriter buffer =
        TextToEtl.buffer(TWO_FREES)
            .add(EventWriter.at(300).id(42).payload(new byte[64]))
            .add(EventWriter.system(301, 3, 1));

    TraceCounts counts = read(new EtlWriter().buffer(buffer).write(folder.resolve("a.etl")));

    assertThat(heard).hasToString("1, 2");
    assertThat(counts.events()).isEqualTo(2);
    // One by the provider of the test, one by the kernel, and the header of the file.
    assertThat(counts.foreign()).isEqualTo(3);
  }

  @Test
  void anEventThatADriverToComeLogsLeavesNoGap() throws IOException {
    BufferWriter buffer =
        TextToEtl.buffer("wtrace 1\n1 10us IrpFree\n3 30us IrpFree\n")
            .add(TextToEtl.ours(31_000, 999, numbered(2, 64)));

    TraceCounts counts = read(new EtlWriter().buffer(buffer).write(folder.resolve("a.etl")));

    assertThat(heard).hasToString("1, 2, 3");
    assertThat(heard.events.get(1).event()).isNull();
    assertThat(heard.events.get(1).payload().size()).isEqualTo(64);
    assertThat(counts.unknownIds()).isEqualTo(1);
    assertThat(counts.byId()).containsEntry(999, 1L).containsEntry(42, 2L);
  }

  @Test
  void anEventThatIsTooShortIsALoss() throws IOException {
    BufferWriter buffer =
        TextToEtl.buffer(TWO_FREES)
            .add(TextToEtl.ours(21_000, 42, numbered(3, 64)))
            .add(TextToEtl.ours(22_000, 42, (byte) 1, (byte) 2));

    TraceCounts counts = read(new EtlWriter().buffer(buffer).write(folder.resolve("a.etl")));

    assertThat(heard).hasToString("1, 2, lost 3-3, 3");
    assertThat(heard.losses.getFirst().cause()).isEqualTo(Cause.DAMAGED_EVENT);
    assertThat(counts.damaged()).isEqualTo(1);
    assertThat(counts.unnumbered()).isEqualTo(1);
  }

  @Test
  void whatTheSessionLostAndNoGapExplainsIsALossAtTheEnd() throws IOException {
    EtlWriter file = TextToEtl.file("wtrace 1\n1 10us IrpFree\n4 40us IrpFree\n").lost(5, 0);

    read(file.write(folder.resolve("a.etl")));

    assertThat(heard).hasToString("1, lost 2-3, 4, lost 5-7");
    assertThat(heard.losses.getLast().cause()).isEqualTo(Cause.SESSION_LOST);
  }

  @Test
  void whatWasOverwrittenBeforeTheFirstEventIsNoLossAtTheEnd() throws IOException {
    EtlWriter file = TextToEtl.file("wtrace 1\n4 10us IrpFree\n6 40us IrpFree\n").lost(4, 0);

    read(file.write(folder.resolve("a.etl")));

    assertThat(heard).hasToString("4, lost 5-5, 6");
  }

  @Test
  void theSeqOfADamagedFileCannotBeAnything() throws IOException {
    BufferWriter buffer =
        TextToEtl.buffer(TWO_FREES)
            .add(TextToEtl.ours(21_000, 42, numbered(0, 72)))
            .add(TextToEtl.ours(22_000, 42, numbered(-1, 72)))
            .add(TextToEtl.ours(23_000, 42, numbered(Long.MAX_VALUE, 72)))
            .add(TextToEtl.ours(24_000, 42, numbered(Long.MAX_VALUE - 1, 72)));

    TraceCounts counts = read(new EtlWriter().buffer(buffer).write(folder.resolve("a.etl")));

    assertThat(heard).hasToString("1, 2, lost 3-9223372036854775805, 9223372036854775806");
    assertThat(counts.unnumbered()).isEqualTo(3);
  }

  @Test
  void aLineWithoutMeaningIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("a.wtrace"), "wtrace 1\nIrpFrei irp=1\n");

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(SourceException.BadLine.class)
        .hasMessageStartingWith(file + ": line 2: there is no event 'IrpFrei'");
  }

  @Test
  void aTextTraceThatTurnsIntoSomethingElseIsNotText() throws IOException {
    byte[] start = ("wtrace 1\n" + "# x\n".repeat(4096)).getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Arrays.copyOf(start, start.length + 1);
    bytes[start.length] = (byte) 0xFF;
    Path file = Files.write(folder.resolve("a.wtrace"), bytes);

    assertThatThrownBy(() -> read(file)).isInstanceOf(SourceException.NotText.class);
  }

  private TraceCounts read(Path file) throws IOException {
    try (Trace trace = Trace.open(file)) {
      return trace.read(heard);
    }
  }

  private static byte[] numbered(long seq, int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putLong(0, seq).array();
  }
}
