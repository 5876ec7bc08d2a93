package org.wsktrace.cli.print;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers and texts as people read them. The same on every machine. */
public final class Words {
  private static final String[] BYTE_UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

  private Words() {}

  /** 850 ns, 12.5 us, 3.1 ms, 2.2 s. */
  public static String duration(long nanos) {
    if (nanos == Long.MIN_VALUE || nanos < 0) {
      return "-" + duration(nanos == Long.MIN_VALUE ? Long.MAX_VALUE : -nanos);
    }
    if (nanos < 1_000) {
      return nanos + " ns";
    }
    if (nanos < 999_950) {
      return number("%.1f us", nanos / 1e3);
    }
    if (nanos < 999_950_000) {
      return number("%.1f ms", nanos / 1e6);
    }
    return number("%.1f s", nanos / 1e9);
  }

  /** A moment since the start of the trace, to the microsecond: 2.234567 s. */
  public static String moment(long nanos) {
    return number("%.6f s", nanos / 1e9);
  }

  /** 1,234. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** 1 event, 2 events. */
  public static String count(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /** 512 bytes, 64.0 KiB. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " bytes" : number("%.1f ", value) + BYTE_UNITS[unit];
  }

  /** 0xfffff80312340000. */
  public static String address(long address) {
    return String.format(Locale.ROOT, "0x%016x", address);
  }

  /** client.sys+0x1a2b, or the driver alone where the offset is not known. */
  public static String place(String driver, long offset) {
    return offset == 0 ? driver : String.format(Locale.ROOT, "%s+0x%x", driver, offset);
  }

  /**
   * The text without characters that would move the cursor or end the line: names in a trace are
   * untrusted.
   */
  public static String printable(String text) {
    var clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (type == Character.CONTROL
                  || type == Character.FORMAT
                  || type == Character.SURROGATE
                  || type == Character.LINE_SEPARATOR
                  || type == Character.PARAGRAPH_SEPARATOR) {
                clean.append('?');
              } else {
                clean.appendCodePoint(c);
              }
            });
    return clean.toString();
  }

  /** The text in lines of at most so many characters, cut at spaces; a longer word stays whole. */
  public static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    var line = new StringBuilder();
    for (String word : text.strip().split("\\s+", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      if (!line.isEmpty()) {
        line.append(' ');
      }
      line.append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
