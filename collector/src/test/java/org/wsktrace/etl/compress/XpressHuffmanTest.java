package org.wsktrace.etl.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What only XPRESS_HUFF has: blocks and their codes. */
final class XpressHuffmanTest {
  private static final int BLOCK = 1 << 16;

  @Test
  void aMatchGoesOnBeyondItsBlock() throws IOException {
    // 65537 zeros as Windows writes them: a literal, a match, and no second block.
    byte[] stream = new XpressHuffmanEncoder().literal(0).match(1, BLOCK).toBytes();
    assertThat(stream).hasSize(256 + 4 + 3);

    assertDecodes(stream, new byte[BLOCK + 1]);
  }

  @Test
  void aBlockBeginsWhereTheLastMatchOfTheOneBeforeEnded() throws IOException {
    byte[] bytes = new byte[BLOCK - 1 + 100_000 + BLOCK + 5];
    Random random = new Random(4);
    byte[] start = new byte[BLOCK - 1];
    random.nextBytes(start);
    byte[] end = new byte[BLOCK + 5];
    random.nextBytes(end);
    System.arraycopy(start, 0, bytes, 0, start.length);
    Arrays.fill(bytes, start.length, start.length + 100_000, start[start.length - 1]);
    System.arraycopy(end, 0, bytes, start.length + 100_000, end.length);
    Encoder encoder = new XpressHuffmanEncoder().literals(start).match(1, 100_000).literals(end);

    assertDecodes(encoder.toBytes(), bytes);
  }

  @Test
  void aMatchReachesBackIntoTheBlockBefore() throws IOException {
    byte[] start = new byte[BLOCK];
    new Random(5).nextBytes(start);
    byte[] bytes = Arrays.copyOf(start, BLOCK + 1 + 70_000);
    bytes[BLOCK] = 9;
    for (int i = BLOCK + 1; i < bytes.length; i++) {
      bytes[i] = bytes[i - 65_000];
    }
    Encoder encoder = new XpressHuffmanEncoder().literals(start).literal(9).match(65_000, 70_000);

    assertDecodes(encoder.toBytes(), bytes);
  }

  @Test
  void codesOfUpToFifteenBits() throws IOException {
    // Each value twice as often as the one before it.
    byte[] bytes = new byte[(1 << 16) - 1];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (31 - Integer.numberOfLeadingZeros(i + 1));
    }
    Encoder encoder = new XpressHuffmanEncoder().literals(bytes);
    byte[] stream = encoder.toBytes();

    assertThat(stream[0] & 0xF).as("bits of the rarest").isEqualTo(15);
    assertDecodes(stream, bytes);
  }

  private static void assertDecodes(byte[] stream, byte[] expected) throws IOException {
    Decoded decoded = Decoded.of(Compression.XPRESS_HUFF, stream, expected.length);
    assertThat(decoded.bytes()).isEqualTo(expected);
    assertThat(decoded.damaged()).isFalse();
  }

  @Test
  void codesThatLeaveSomethingOverAreDamage() throws IOException {
    // Symbols 0 and 1 of one bit each are right; one alone is too few, three are too many.
    assertThat(Decoded.of(Compression.XPRESS_HUFF, table(0x11, 0), 8).bytes()).hasSize(8);
    assertThat(Decoded.of(Compression.XPRESS_HUFF, table(0x01, 0), 8)).matches(Decoded::damaged);
    assertThat(Decoded.of(Compression.XPRESS_HUFF, table(0x11, 1), 8)).matches(Decoded::damaged);
    assertThat(Decoded.of(Compression.XPRESS_HUFF, table(0, 0), 8)).matches(Decoded::damaged);
  }

  private static byte[] table(int first, int second) {
    byte[] stream = new byte[256 + 8];
    stream[0] = (byte) first;
    stream[1] = (byte) second;
    return stream;
  }
}
