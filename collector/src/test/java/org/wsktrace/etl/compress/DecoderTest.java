package org.wsktrace.etl.compress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams come out as [MS-XCA] says, and what no stream may say is damage. */
final class DecoderTest {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz";

  @Test
  void theExamplesOfPlainLz77() throws IOException {
    assertDecodes(Compression.XPRESS, "3f000000" + hex(ALPHABET), ALPHABET);
    assertDecodes(Compression.XPRESS, "ffffff1f61626317000fff2601", "abc".repeat(100));
  }

  @Test
  void theExamplesOfLz77WithHuffmanCodes() throws IOException {
    assertDecodes(
        Compression.XPRESS_HUFF,
        "00".repeat(48)
            + "50555555555555555555554544"
            + "04"
            + "00".repeat(66)
            + "04"
            + "00".repeat(127)
            + "d8523ed794115be9195ff9d67cdf8d0400000000",
        ALPHABET);
    assertDecodes(
        Compression.XPRESS_HUFF,
        "00".repeat(48)
            + "3023"
            + "00".repeat(78)
            + "02"
            + "00".repeat(14)
            + "20"
            + "00".repeat(112)
            + "a8dc0000ff2601",
        "abc".repeat(100));
  }

  @Test
  void theExampleOfLznt1() throws IOException {
    assertDecodes(
        Compression.LZNT1,
        "38b08846232000204720410010a24701a045204400084501507900c045200524138805b4024a44ef0358"
            + "028c09160148450"
            + "0be009e000401189000",
        "F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E F# G F#"
            + " D E F# G F# E D E A F# F# G A A G F# E D D E F# E D D\0");
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(US_ASCII));
  }

  private static void assertDecodes(Compression compression, String stream, String text)
      throws IOException {
    Decoded decoded = Decoded.of(compression, HexFormat.of().parseHex(stream), text.length());
    assertThat(new String(decoded.bytes(), US_ASCII)).isEqualTo(text);
    assertThat(decoded.damaged()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aNumberIsThatOfWindows(Compression compression) {
    assertThat(Compression.of(compression.number())).isEqualTo(compression);
    assertThat(Compression.of(compression.number() + 3)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void allLiterals(Compression compression) throws IOException {
    byte[] bytes = new byte[200_000];
    new java.util.Random(1).nextBytes(bytes);
    assertRoundTrip(Encoder.of(compression).literals(bytes), compression, bytes);
  }

  @ParameterizedTest
  @EnumSource
  void oneByteAgainAndAgain(Compression compression) throws IOException {
    byte[] bytes = new byte[300_000];
    Arrays.fill(bytes, (byte) 7);
    assertRoundTrip(Encoder.of(compression).add(bytes), compression, bytes);
  }

  /** Each length at which a longer form of it begins, and the first where none does. */
  @ParameterizedTest
  @EnumSource(names = {"XPRESS", "XPRESS_HUFF"})
  void eachLengthOfAMatch(Compression compression) throws IOException {
    Encoder encoder = Encoder.of(compression).literals((byte) 1, (byte) 2, (byte) 3);
    int size = 3;
    for (int length :
        new int[] {
          3, 9, 10, 17, 18, 24, 25, 26, 272, 273, 279, 280, 281, 65_538, 65_539, 400_000
        }) {
      // Twice, for both halves of a byte.
      encoder.match(3, length).match(3, length);
      size += 2 * length;
    }
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i % 3 + 1);
    }
    assertRoundTrip(encoder, compression, bytes);
  }

  @Test
  void theFarthestMatchOfEachFormat() throws IOException {
    assertFarthest(Compression.LZNT1, 4093);
    assertFarthest(Compression.XPRESS, 8192);
    assertFarthest(Compression.XPRESS_HUFF, 65_535);
  }

  private static void assertFarthest(Compression compression, int distance) throws IOException {
    byte[] bytes = new byte[distance];
    new java.util.Random(2).nextBytes(bytes);
    Encoder encoder = Encoder.of(compression).literals(bytes).match(distance, 3);
    assertRoundTrip(encoder, compression, Arrays.copyOf(bytes, distance + 3), bytes);
  }

  private static void assertRoundTrip(
      Encoder encoder, Compression compression, byte[] expected, byte[] start) throws IOException {
    System.arraycopy(start, 0, expected, start.length, expected.length - start.length);
    assertRoundTrip(encoder, compression, expected);
  }

  private static void assertRoundTrip(Encoder encoder, Compression compression, byte[] expected)
      throws IOException {
    Decoded decoded = Decoded.of(compression, encoder.toBytes(), expected.length);
    assertThat(decoded.bytes()).isEqualTo(expected);
    assertThat(decoded.damaged()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aMatchThatReachesBackBeyondTheStartIsDamage(Compression compression) throws IOException {
    Encoder encoder = Encoder.of(compression);
    byte[] stream = encoder.literals(new byte[20]).match(20, 9).toBytes();
    assertThat(Decoded.of(compression, stream, 29).damaged()).isFalse();

    // The same match behind a byte less; LZNT1 would check it when it encodes.
    Decoded decoded = Decoded.of(compression, tooFar(compression), 29);
    assertThat(decoded.damaged()).isTrue();
    assertThat(decoded.bytes()).hasSize(compression == Compression.LZNT1 ? 1 : 19);
  }

  private static byte[] tooFar(Compression compression) {
    return compression == Compression.LZNT1
        ? new byte[] {3, (byte) 0xB0, 2, 'a', 6, 0x10}
        : Encoder.of(compression).literals(new byte[19]).match(20, 9).toBytes();
  }

  @ParameterizedTest
  @EnumSource
  void moreThanTheStreamHasIsDamageBehindItsEnd(Compression compression) throws IOException {
    byte[] bytes = (ALPHABET + ALPHABET).getBytes(US_ASCII);
    Decoded decoded = Decoded.of(compression, Encoder.encode(compression, bytes), 100);

    assertThat(decoded.damaged()).isTrue();
    assertThat(decoded.bytes()).startsWith(bytes).hasSizeLessThan(100);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsDamageWhereSomethingIsExpected(Compression compression) throws IOException {
    assertThat(Decoded.of(compression, new byte[0], 1)).matches(Decoded::damaged);
    assertThat(Decoded.of(compression, new byte[0], 0)).matches(decoded -> !decoded.damaged());
  }

  @Test
  void aLengthThatIsWrittenOutAndShortIsDamage() throws IOException {
    // A literal, then a match of 7, 15 and 255 more, and then 21, which would have fitted the half
    // byte.
    String stream = "ffffff7f" + "61" + "0700" + "0f" + "ff" + "1500";
    assertThat(Decoded.of(Compression.XPRESS, HexFormat.of().parseHex(stream), 9).damaged())
        .isTrue();
    assertDecodes(Compression.XPRESS, stream.replace("1500", "1600"), "a".repeat(1 + 0x16 + 3));
    assertDecodes(
        Compression.XPRESS, stream.replace("1500", "000016000000"), "a".repeat(1 + 0x16 + 3));
    // As long as can be said; there is no end to it.
    assertDecodes(Compression.XPRESS, stream.replace("1500", "0000ffffffff"), "a".repeat(99_999));
  }
}
