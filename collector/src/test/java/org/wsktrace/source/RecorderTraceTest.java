package org.wsktrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.event.FileTime;
import org.wsktrace.recorder.ImageException;
import org.wsktrace.recorder.RingImage;
import org.wsktrace.source.SourceLoss.Cause;

final class RecorderTraceTest {
  private static final Instant STARTED = Instant.parse("2026-11-21T12:00:00Z");
  private static final long START = FileTime.of(STARTED).orElseThrow();
  private static final String FREES =
      """
      wtrace 1
      1 10us IrpFree irp=0x10
      2 20us cpu1 IrpFree irp=0x20
      3 15us IrpFree irp=0x30
      """;
  // The payload of the second record on processor 0: page and frame header, a record of 152
  // bytes, and the header of the next.
  private static final int IN_THE_SECOND_RECORD = 64 + 16 + 160 + 16 + 80 + 60;

  @TempDir private Path folder;
  private final Heard heard = new Heard();

  @Test
  void anImageHoldsTheEventsOfTheEtlThatADrainWouldHaveBeen() throws IOException {
    read(TextToEtl.file(FREES).write(folder.resolve("a.etl")));
    TraceCounts counts = read(image(RingImage.started(START).trace(FREES).toBytes()));

    assertThat(heard).hasToString("1, 2, 3, 1, 2, 3");
    assertThat(heard.events.subList(3, 6)).isEqualTo(heard.events.subList(0, 3));
    assertThat(counts.firstNanos()).isEqualTo(10_000);
    assertThat(counts.lastNanos()).isEqualTo(20_000);
  }

  @Test
  void aRecordThatWasWrittenOverIsAGap() throws IOException {
    String text = "wtrace 1\n1 1us IrpFree\n2 2us IrpFree\n3 3us IrpFree\n";
    byte[] bytes = RingImage.started(START).trace(text).toBytes();
    bytes[IN_THE_SECOND_RECORD] ^= 1;

    read(image(bytes));

    assertThat(heard).hasToString("1, lost 2-2, 3");
    assertThat(heard.losses.getFirst().cause()).isEqualTo(Cause.SEQUENCE_GAP);
  }

  @Test
  void theLastRecordThatWasWrittenOverIsALossAtTheEnd() throws IOException {
    byte[] bytes =
        RingImage.started(START).trace("wtrace 1\n1 1us IrpFree\n2 2us IrpFree\n").toBytes();
    bytes[IN_THE_SECOND_RECORD] ^= 1;

    read(image(bytes));

    assertThat(heard).hasToString("1, lost 2-2");
    assertThat(heard.losses.getFirst().cause()).isEqualTo(Cause.DAMAGED_BUFFER);
  }

  @Test
  void aPageThatWasWrittenOverIsALossAtTheEnd() throws IOException {
    byte[] bytes = RingImage.started(START).trace(FREES).toBytes();
    bytes[RingImage.PAGE + 45] ^= 1;

    read(image(bytes));

    assertThat(heard).hasToString("1, lost 2-2, 3, lost 4-4");
  }

  @Test
  void whatTheRingHasOverwrittenBeforeItsFirstRecordIsNoGap() throws IOException {
    read(
        image(
            RingImage.started(START)
                .trace("wtrace 1\n70 1us IrpFree\n71 2us IrpFree\n")
                .toBytes()));

    assertThat(heard).hasToString("70, 71");
  }

  @Test
  void aRecordOfAnotherProviderIsCounted() throws IOException {
    byte[] bytes =
        RingImage.started(START)
            .trace(FREES)
            .add(2, EventWriter.at(300).id(42).payload(new byte[64]))
            .toBytes();

    TraceCounts counts = read(image(bytes));

    assertThat(counts.events()).isEqualTo(3);
    assertThat(counts.foreign()).isEqualTo(1);
  }

  @Test
  void theImageSaysWhenTheCaptureBeganAndADumpWhenTheMachineStopped() throws IOException {
    RingImage ring = RingImage.started(START).trace(FREES);

    try (Trace trace = Trace.open(image(ring.toBytes()))) {
      trace.read(heard);
      assertThat(trace.origin())
          .isEqualTo(new TraceOrigin("memory", STARTED, null, 10_000_000L, null, 4L));
    }
    try (Trace trace = Trace.open(image(ring.toDump()))) {
      trace.read(heard);
      assertThat(trace.origin())
          .isEqualTo(
              new TraceOrigin("dump", STARTED, STARTED.plusSeconds(60), 10_000_000L, null, 4L));
    }
  }

  @Test
  void anImageWithoutARecorderIsRefused() {
    assertThatThrownBy(() -> read(image(new byte[10_000])))
        .isInstanceOf(ImageException.NothingFound.class);
  }

  private Path image(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("a.vmem"), bytes);
  }

  private TraceCounts read(Path file) throws IOException {
    try (Trace trace = Trace.open(file)) {
      return trace.read(heard);
    }
  }
}
