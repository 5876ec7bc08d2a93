package org.wsktrace.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wsktrace.etl.compress.Compression;
import org.wsktrace.etl.layout.BufferHeader;

/** Large files need no more memory than small ones, and no place in them is too far. */
final class EtlSizeTest {
  @TempDir private Path folder;

  @Test
  void placesBeyondFourGigabytesAreRead() throws IOException {
    // 64 buffers of 64 MiB, each with one event; the holes between take no room where files can be
    // sparse.
    long stride = BufferIndex.MAX_BUFFER_BYTES;
    Path file = folder.resolve("large.etl");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      byte[] first = new EtlWriter().buffersWritten(0).toBytes();
      channel.write(ByteBuffer.wrap(first));
      for (int i = 0; i < 66; i++) {
        byte[] buffer = BufferWriter.on(i % 3).add(EventWriter.at(1000 - i).id(i)).toBytes(0, i);
        channel.write(sized(buffer, stride), first.length + i * stride);
      }
      channel.write(ByteBuffer.allocate(1), first.length + 66 * stride - 1);
    } catch (IOException e) {
      assumeTrue(false, "no room for a sparse file of 4 GiB here: " + e.getMessage());
    }

    List<Long> positions = new ArrayList<>();
    try (EtlFile etl = EtlFile.open(file)) {
      EtlSummary summary = etl.read(event -> positions.add(event.filePosition()));
      assertThat(summary.buffers()).isEqualTo(67);
      assertThat(summary.complete()).isTrue();
    }
    assertThat(positions).hasSize(67);
    // The last buffer has the earliest event, behind the one that describes the trace.
    assertThat(positions.get(1)).isEqualTo(4096 + 65 * stride + BufferHeader.BYTES);
    assertThat(positions.get(1)).isGreaterThan(1L << 32);
  }

  private static ByteBuffer sized(byte[] buffer, long size) {
    return ByteBuffer.wrap(buffer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(BufferHeader.BUFFER_SIZE, (int) size)
        .position(0);
  }

  @Test
  void anEventCostsNoHeap() throws IOException {
    Path few = trace("few.etl", 100, null);
    Path many = trace("many.etl", 1_000, null);
    long[] sum = new long[1];
    EventConsumer everyField =
        event ->
            sum[0] +=
                event.providerHigh()
                    + event.providerLow()
                    + event.id()
                    + event.version()
                    + event.nanoseconds()
                    + event.fileTime()
                    + event.payloadSize()
                    + event.processId()
                    + event.headerType().headerBytes();
    // Both once before, so that what the virtual machine allocates at first use is over.
    heapOf(few, everyField);
    heapOf(many, everyField);

    long heapOfFew = heapOf(few, everyField);
    long heapOfMany = heapOf(many, everyField);

    // 900 buffers and 45,000 events more: a reference and an entry of the index for each buffer,
    // nothing per event.
    assertThat((heapOfMany - heapOfFew) / 900.0).as("bytes per buffer").isLessThan(200);
    assertThat(sum[0]).isNotZero();
  }

  @ParameterizedTest
  @EnumSource
  void aCompressedBufferCostsNoHeapOfItsOwn(Compression compression) throws IOException {
    Path few = trace("few.etl", 100, compression);
    Path many = trace("many.etl", 1_000, compression);
    heapOf(few, _ -> {});
    heapOf(many, _ -> {});

    long heapOfFew = heapOf(few, _ -> {});
    long heapOfMany = heapOf(many, _ -> {});

    assertThat((heapOfMany - heapOfFew) / 900.0).as("bytes per buffer").isLessThan(200);
  }

  @ParameterizedTest
  @EnumSource
  void aCompressedBufferOf16MiBNeedsNoMoreMemoryThanASmallOne(Compression compression)
      throws IOException {
    Path small = buffer("small.etl", 300_000, compression);
    Path large = buffer("large.etl", 16 << 20, compression);
    heapOf(small, _ -> {});
    heapOf(large, _ -> {});

    assertThat(heapOf(large, _ -> {}) - heapOf(small, _ -> {}))
        .as("bytes more")
        .isLessThan(16 << 10);
    assertThat(Seen.in(large).summary().complete()).isTrue();
  }

  /** A file with one buffer, of about this size when it is not compressed. */
  private Path buffer(String name, int size, Compression compression) throws IOException {
    BufferWriter buffer = BufferWriter.on(0);
    for (int i = 0; i < size / 65_000; i++) {
      buffer.add(EventWriter.at(i).payload(new byte[64_900]));
    }
    return new EtlWriter().compressed(compression).buffer(buffer).write(folder.resolve(name));
  }

  private static long heapOf(Path file, EventConsumer consumer) throws IOException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (EtlFile etl = EtlFile.open(file)) {
      etl.read(consumer);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private Path trace(String name, int buffers, @Nullable Compression compression)
      throws IOException {
    EtlWriter writer = new EtlWriter().bufferSize(8192);
    if (compression != null) {
      writer.compressed(compression);
    }
    for (int i = 0; i < buffers; i++) {
      BufferWriter buffer = BufferWriter.on(i % 4);
      for (int e = 0; e < 50; e++) {
        buffer.add(EventWriter.at(50L * i + e).item(1, new byte[16]).payload(new byte[16]));
      }
      writer.buffer(buffer);
    }
    return writer.write(folder.resolve(name));
  }

  @Test
  void twoThousandProcessorsAreMerged() throws IOException {
    EtlWriter writer = new EtlWriter().bufferSize(256);
    int[] expected = new int[2048];
    for (int p = 0; p < 2048; p++) {
      writer.buffer(BufferWriter.on(p).add(EventWriter.at(5000 - p).id(5000 - p)));
      expected[p] = 5000 - p;
    }
    Arrays.sort(expected);

    Seen seen = Seen.in(writer.write(folder.resolve("test.etl")));

    assertThat(seen.ids()).containsExactlyElementsOf(Arrays.stream(expected).boxed().toList());
  }

  @Test
  void moreBuffersThanAnIndexMayHoldAreRefused() throws IOException {
    Path file =
        new EtlWriter()
            .buffer(BufferWriter.on(0))
            .buffer(BufferWriter.on(0))
            .write(folder.resolve("test.etl"));
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file)) {
      var window = new FileWindow(file, channel, arena, 4096);
      var start = new TraceStart(file, window, channel.size());
      EtlHeader header = start.first();

      assertThat(BufferIndex.of(file, window, channel.size(), header, start::appended, 3).buffers())
          .isEqualTo(3);
      assertThatThrownBy(
              () -> BufferIndex.of(file, window, channel.size(), header, start::appended, 2))
          .isInstanceOf(EtlException.Unsupported.class)
          .hasMessageContaining("it has more than 2 buffers");
    }
  }
}
