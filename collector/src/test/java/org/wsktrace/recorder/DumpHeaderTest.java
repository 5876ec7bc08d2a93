package org.wsktrace.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class DumpHeaderTest {
  @Test
  void aDumpOf64Bits() {
    assertThat(DumpHeader.of(page("DU64").putInt(0x38, 0xD1).putInt(0xF98, 5).array()))
        .hasValueSatisfying(
            dump -> {
              assertThat(dump.bits()).isEqualTo(64);
              assertThat(dump.bugCheckCode()).isEqualTo(0xD1);
              assertThat(dump.bugCheckParameters()).containsExactly(0x1011L, 0x2022L, 3L, 4L);
              assertThat(dump.typeName()).isEqualTo("complete");
              assertThat(dump.systemTime()).isEqualTo(0x01DC_0000_0000_0000L);
            });
  }

  @Test
  void aDumpOf32Bits() {
    byte[] page =
        page("DUMP")
            .putInt(0x28, 0x50)
            .putInt(0x2C, 0xFFFF_0001)
            .putInt(0xF88, 4)
            .putLong(0xFC0, 0x01DC_0000_0000_0001L)
            .array();
    assertThat(DumpHeader.of(page))
        .hasValueSatisfying(
            dump -> {
              assertThat(dump.bits()).isEqualTo(32);
              assertThat(dump.bugCheckCode()).isEqualTo(0x50);
              assertThat(dump.bugCheckParameters()).startsWith(0xFFFF_0001L);
              assertThat(dump.typeName()).isEqualTo("small");
              assertThat(dump.systemTime()).isEqualTo(0x01DC_0000_0000_0001L);
            });
  }

  @Test
  void whatWindowsDidNotSetIsNotThere() {
    byte[] bytes = page("DU64").array();
    for (int at = 0x38; at < bytes.length; at += 4) {
      System.arraycopy("PAGE".getBytes(StandardCharsets.US_ASCII), 0, bytes, at, 4);
    }

    assertThat(DumpHeader.of(bytes))
        .hasValueSatisfying(
            dump -> {
              assertThat(dump.bugCheckCode()).isNull();
              assertThat(dump.bugCheckParameters()).isEmpty();
              assertThat(dump.systemTime()).isNull();
              assertThat(dump.type()).isNull();
              assertThat(dump.typeName()).isEmpty();
            });
  }

  @Test
  void whatIsNoDumpHasNoHeader() {
    assertThat(DumpHeader.of(new byte[DumpHeader.BYTES])).isEmpty();
    assertThat(DumpHeader.of(Arrays.copyOf(page("DU64").array(), 100))).isEmpty();
    assertThat(DumpHeader.isDump(new byte[3])).isFalse();
  }

  private static ByteBuffer page(String valid) {
    return ByteBuffer.allocate(DumpHeader.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(0, ("PAGE" + valid).getBytes(StandardCharsets.US_ASCII))
        .putLong(0x40, 0x1011)
        .putLong(0x48, 0x2022)
        .putLong(0x50, 3)
        .putLong(0x58, 4)
        .putLong(0xFA8, 0x01DC_0000_0000_0000L);
  }
}
