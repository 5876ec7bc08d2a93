package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wsktrace.rule.Setting;

final class SettingWordTest {
  private static final Setting SIZE = Setting.bytes("WSK-PERF-999.size", "a size", 65_536);
  private static final Setting SHARE = Setting.percent("WSK-PERF-999.share", "a share", 95);
  private static final Setting NUMBER = Setting.count("WSK-PERF-999.number", "a number", 5);

  @ParameterizedTest
  @CsvSource({
    "250ms, 250000000",
    "0, 0",
    "17, 17",
    "3us, 3000",
    "1.5s, 1500000000",
    "5 S, 5000000000",
    "2m, 120000000000",
    "1h, 3600000000000",
    "40ns, 40",
  })
  void timesHaveUnits(String text, long nanos) {
    SettingWord word = SettingWord.parse("WSK-SOCK-005.wait=" + text);

    assertThat(word.setting().name()).isEqualTo("WSK-SOCK-005.wait");
    assertThat(word.value()).isEqualTo(nanos);
  }

  @Test
  void othersHaveOthers() {
    assertThat(SettingWord.value(SIZE, "64KiB")).isEqualTo(65_536);
    assertThat(SettingWord.value(SIZE, "4MiB")).isEqualTo(4 << 20);
    assertThat(SettingWord.value(SIZE, "0.5gib")).isEqualTo(512 << 20);
    assertThat(SettingWord.value(SIZE, "1500")).isEqualTo(1500);
    assertThat(SettingWord.value(SHARE, "95%")).isEqualTo(95);
    assertThat(SettingWord.value(SHARE, "95")).isEqualTo(95);
    assertThat(SettingWord.value(NUMBER, "7")).isEqualTo(7);
  }

  @Test
  void theNameIsThatOfTheSettingInAnyCase() {
    assertThat(SettingWord.parse("sock-005.WAIT = 5s"))
        .isEqualTo(SettingWord.parse("WSK-SOCK-005.wait=5000ms"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "1.5ns", "ms", "5 minutes", "64KiB", "99999999999h", "1e9", "½"})
  void whatIsNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> SettingWord.parse("WSK-SOCK-005.wait=" + text))
        .hasMessage(
            "WSK-SOCK-005.wait cannot be '%s': it is a time such as 250ms: a number and ns, us, ms, s,"
                    .formatted(text)
                + " m or h (1 s unless set)");
  }

  @Test
  void whatIsNoSizeNoShareAndNoNumberIsRefused() {
    assertThatThrownBy(() -> SettingWord.value(SIZE, "64KB"))
        .hasMessageContaining("a number of bytes, or one with KiB, MiB or GiB (64 KiB unless set)");
    assertThatThrownBy(() -> SettingWord.value(SHARE, "0.5"))
        .hasMessageContaining("a whole number of percent such as 95% (95 % unless set)");
    assertThatThrownBy(() -> SettingWord.value(NUMBER, "5s"))
        .hasMessageContaining("a whole number (5 unless set)");
  }

  @Test
  void aNameThatIsNone() {
    assertThatThrownBy(() -> SettingWord.parse("WSK-SOCK-005"))
        .hasMessage("'WSK-SOCK-005' is not NAME=VALUE, such as WSK-SOCK-005.wait=250ms");
    assertThatThrownBy(() -> SettingWord.parse("sock-005.patience=1s"))
        .hasMessage(
            "there is no setting sock-005.patience; WSK-SOCK-005 has WSK-SOCK-005.wait, WSK-SOCK-005.unused");
    assertThatThrownBy(() -> SettingWord.parse("SOCK-05.wait=1s"))
        .hasMessageStartingWith(
            "there is no setting SOCK-05.wait; the nearest are WSK-SOCK-005.wait");
  }
}
