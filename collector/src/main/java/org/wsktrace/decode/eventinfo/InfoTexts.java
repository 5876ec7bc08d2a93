package org.wsktrace.decode.eventinfo;

import static org.wsktrace.etl.layout.LittleEndian.u16;

import java.lang.foreign.MemorySegment;

/**
 * The texts in one of TDH's structures. Together they have no more characters than the structure
 * has bytes, twice what is honest: many offsets may lead into one long text.
 */
final class InfoTexts {
  private final MemorySegment info;
  private long left;

  InfoTexts(MemorySegment info) {
    this.info = info;
    left = info.byteSize();
  }

  /**
   * Up to the NUL or the end; without blanks at its end, which TDH adds to names. Empty where the
   * offset is 0 or outside.
   */
  String at(long offset) {
    if (offset == 0) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (long i = offset; i + 2 <= info.byteSize() && left > 0; i += 2) {
      char unit = (char) u16(info, i);
      if (unit == 0) {
        break;
      }
      text.append(unit);
      left--;
    }
    return text.toString().stripTrailing();
  }
}
