package org.wsktrace.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WordsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 ns",
    "999, 999 ns",
    "1000, 1.0 us",
    "12500, 12.5 us",
    "999949, 999.9 us",
    "999950, 1.0 ms",
    "999950000, 1.0 s",
    "2200000000, 2.2 s",
    "-12500, -12.5 us",
    "-9223372036854775808, -9223372036.9 s"
  })
  void aDurationHasTheUnitThatFits(long nanos, String text) {
    assertThat(Words.duration(nanos)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1023, 1023 bytes",
    "1024, 1.0 KiB",
    "65536, 64.0 KiB",
    "3145728, 3.0 MiB"
  })
  void aSizeHasTheUnitThatFits(long bytes, String text) {
    assertThat(Words.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void oneIsNotMany() {
    assertThat(Words.count(1, "event")).isEqualTo("1 event");
    assertThat(Words.count(1_234_567, "event")).isEqualTo("1,234,567 events");
  }

  @Test
  void anAddressHasAllItsDigits() {
    assertThat(Words.address(0xfffff803_12340000L)).isEqualTo("0xfffff80312340000");
    assertThat(Words.address(0x10)).isEqualTo("0x0000000000000010");
  }

  @Test
  void aNameCannotMoveTheCursorNorEndTheLine() {
    assertThat(Words.printable("a\u001B[2Jb\nc\u202Ed\u0085e\uD800f ü 漢"))
        .isEqualTo("a?[2Jb?c?d?e?f ü 漢");
  }

  @Test
  void aLongTextIsCutAtSpaces() {
    assertThat(Words.wrapped("one two  three four", 9)).containsExactly("one two", "three", "four");
    assertThat(Words.wrapped("unbreakable", 3)).containsExactly("unbreakable");
    assertThat(Words.wrapped("", 3)).containsExactly("");
  }
}
