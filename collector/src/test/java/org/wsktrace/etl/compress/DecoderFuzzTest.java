package org.wsktrace.etl.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wsktrace.etl.Fuzz;

/**
 * Whatever was encoded comes out again, in whatever parts, and whatever is not a stream ends as
 * damage. WSKTRACE_LONG=1 in the environment makes it a hundred times as long, WSKTRACE_SEED=number
 * repeats a run.
 */
// Against a hang, not for speed.
@Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
final class DecoderFuzzTest {
  private static final int ROUNDS = "1".equals(System.getenv("WSKTRACE_LONG")) ? 100 : 1;

  private static Random random(String test, Compression compression) {
    return new Random(Fuzz.seed("DecoderFuzzTest " + test + " " + compression));
  }

  @ParameterizedTest
  @EnumSource
  void whatWasEncodedComesOutInWhateverParts(Compression compression) throws IOException {
    Random random = random("round trips", compression);
    for (int round = 0; round < 60 * ROUNDS; round++) {
      byte[] bytes = bytes(random, 1 << random.nextInt(20));
      byte[] stream = Encoder.encode(compression, bytes);
      int piece = 1 + random.nextInt(1 << random.nextInt(17));
      int part = 1 + random.nextInt(1 << random.nextInt(18));
      var reader = new Decoded.Reader(compression, piece);

      // The second time, with what the first has left behind in the decoder.
      for (int time = 0; time < 2; time++) {
        Decoded decoded = reader.read(stream, bytes.length, () -> 1 + random.nextInt(part));
        assertThat(Arrays.mismatch(decoded.bytes(), bytes))
            .as(
                "%s, round %d, piece %d, part %d: first wrong byte",
                compression, round, piece, part)
            .isEqualTo(-1);
        assertThat(decoded.damaged()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamIsResumedAtEachPlace(Compression compression) throws IOException {
    Random random = random("resumption", compression);
    byte[] bytes = bytes(random, 9000);
    byte[] stream = Encoder.encode(compression, bytes);
    var reader = new Decoded.Reader(compression, 700);
    for (int stop = 0; stop <= bytes.length; stop++) {
      int[] parts = {stop, bytes.length - stop};
      int[] next = new int[1];
      Decoded decoded = reader.read(stream, bytes.length, () -> parts[next[0]++ & 1]);
      assertThat(Arrays.mismatch(decoded.bytes(), bytes)).as("stopped at %d", stop).isEqualTo(-1);
    }
    assertThat(reader.read(stream, bytes.length, () -> 1).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @EnumSource
  void ofAStreamThatIsCutOffComesWhatIsThere(Compression compression) throws IOException {
    Random random = random("truncation", compression);
    byte[] bytes = bytes(random, 6000);
    byte[] stream = Encoder.encode(compression, bytes);
    var reader = new Decoded.Reader(compression, 4096);
    int before = 0;
    for (int size = 0; size < stream.length; size++) {
      Decoded decoded =
          reader.read(Arrays.copyOf(stream, size), bytes.length, () -> Integer.MAX_VALUE);
      int length = decoded.bytes().length;
      assertThat(Arrays.equals(decoded.bytes(), 0, length, bytes, 0, length)).isTrue();
      assertThat(decoded.damaged()).as("cut to %d", size).isEqualTo(length < bytes.length);
      assertThat(length).as("cut to %d", size).isGreaterThanOrEqualTo(before);
      before = length;
    }
  }

  @ParameterizedTest
  @EnumSource
  void mutationsAreDamageOrOtherBytes(Compression compression) throws IOException {
    Random random = random("mutations", compression);
    byte[] bytes = bytes(random, 5000);
    byte[] original = Encoder.encode(compression, bytes);
    var reader = new Decoded.Reader(compression, 1000);
    for (int round = 0; round < 10_000 * ROUNDS; round++) {
      byte[] stream = Arrays.copyOf(original, random.nextInt(20) == 0 ? 3 : original.length);
      int start = random.nextBoolean() ? Math.min(stream.length, 300) : stream.length;
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        int at = random.nextInt(start);
        int edge = random.nextInt(3);
        stream[at] = (byte) (edge == 0 ? 0xFF : edge == 1 ? 0 : random.nextInt());
      }
      int part = 1 + random.nextInt(3000);
      Decoded decoded = reader.read(stream, bytes.length, () -> part);
      assertThat(decoded.bytes().length < bytes.length).isEqualTo(decoded.damaged());
    }
    // No matter what was before.
    assertThat(reader.read(original, bytes.length, () -> 500).bytes()).isEqualTo(bytes);
  }

  /** Random ones, runs, and repetitions from near and far. */
  private static byte[] bytes(Random random, int size) {
    byte[] bytes = new byte[size];
    int kinds = 1 + random.nextInt(7);
    int values = 1 << random.nextInt(9);
    int at = 0;
    while (at < size) {
      int kind = (1 << random.nextInt(3)) & kinds;
      int length = Math.min(size - at, 1 + random.nextInt(1 << random.nextInt(kind == 0 ? 4 : 18)));
      int distance = at == 0 ? 0 : 1 + random.nextInt(Math.min(at, 1 << random.nextInt(18)));
      for (int end = at + length; at < end; at++) {
        bytes[at] =
            switch (kind) {
              case 1 -> (byte) length;
              case 2 -> distance == 0 ? 0 : bytes[at - distance];
              default -> (byte) random.nextInt(values);
            };
      }
    }
    return bytes;
  }
}
