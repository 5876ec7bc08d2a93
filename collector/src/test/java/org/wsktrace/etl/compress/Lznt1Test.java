package org.wsktrace.etl.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What only LZNT1 has: chunks. */
final class Lznt1Test {
  private static final int CHUNK = Lznt1Encoder.CHUNK;

  @Test
  void chunksThatAreNotCompressed() throws IOException {
    byte[] bytes = new byte[2 * CHUNK + 5];
    new java.util.Random(3).nextBytes(bytes);
    byte[] stream = Encoder.encode(Compression.LZNT1, bytes);

    assertThat(stream).as("grows by three headers").hasSize(bytes.length + 6);
    assertThat(decode(stream, bytes.length)).isEqualTo(new Text(bytes, false));
  }

  @Test
  void aHeaderOfZeroEndsTheStream() throws IOException {
    assertThat(decode(hex("0230616263" + "0000" + "0230646566"), 3)).isEqualTo(text("abc", false));
    assertThat(decode(hex("0230616263" + "0000" + "0230646566"), 6)).isEqualTo(text("abc", true));
  }

  @Test
  void aShortChunkThatIsNotTheLastEndsInZeros() throws IOException {
    byte[] expected = new byte[CHUNK + 3];
    System.arraycopy(new byte[] {'a', 'b', 'c'}, 0, expected, 0, 3);
    System.arraycopy(new byte[] {'d', 'e', 'f'}, 0, expected, CHUNK, 3);

    assertThat(decode(hex("0230616263" + "0230646566"), CHUNK + 3))
        .isEqualTo(new Text(expected, false));
  }

  @Test
  void whatAChunkHasBeyondItsSizeIsPassedOver() throws IOException {
    // a, and a match of 4098 more; then b, which has no room; then the next chunk.
    var stream = new ByteArrayOutputStream();
    stream.writeBytes(hex("04b0" + "02" + "61" + "ff0f" + "62"));
    stream.writeBytes(hex("0030" + "63"));
    byte[] expected = new byte[CHUNK + 1];
    Arrays.fill(expected, (byte) 'a');
    expected[CHUNK] = 'c';

    assertThat(decode(stream.toByteArray(), CHUNK + 1)).isEqualTo(new Text(expected, false));
  }

  @Test
  void aMatchThatTheChunkEndsInIsDamage() throws IOException {
    assertThat(decode(hex("02b0" + "02" + "61" + "00"), 4)).isEqualTo(text("a", true));
    assertThat(decode(hex("02b0" + "02" + "61" + "00" + "0030" + "62"), 4))
        .isEqualTo(text("a", true));
  }

  @Test
  void aHeaderWithoutItsSignatureIsDamage() throws IOException {
    assertThat(decode(hex("0230616263" + "02c0646566"), 6).damaged()).isTrue();
  }

  private record Text(String hex, boolean damaged) {
    Text(byte[] bytes, boolean damaged) {
      this(HexFormat.of().formatHex(bytes), damaged);
    }
  }

  private static Text text(String text, boolean damaged) {
    return new Text(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII), damaged);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static Text decode(byte[] stream, int size) throws IOException {
    Decoded decoded = Decoded.of(Compression.LZNT1, stream, size);
    return new Text(decoded.bytes(), decoded.damaged());
  }
}
