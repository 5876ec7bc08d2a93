package org.wsktrace.cli.listing;

import java.time.Instant;
import java.time.LocalDate;

/** Writes numbers as characters, without an object for each. Belongs to one thread. */
final class Digits {
  /** Characters of a time: 2026-01-01T00:00:00.0000000Z. */
  static final int TIME = 28;

  private static final String HEX = "0123456789abcdef";
  private static final long PER_SECOND = 10_000_000;
  private static final long PER_DAY = 86_400 * PER_SECOND;
  private static final long DAYS_TO_1970 = 134_774;
  // FILETIME of the first day of the year 10000.
  private static final long TIME_LIMIT = 2_650_467_744_000_000_000L;

  private static final int DATE = 10;

  private final char[] text = new char[TIME];
  // The date of the day that was written last: events of a trace are mostly of one.
  private final char[] date = new char[DATE];
  private long day = Long.MIN_VALUE;

  /** What was written last. */
  char[] text() {
    return text;
  }

  /**
   * Writes a FILETIME, in UTC, to 100 ns.
   *
   * @return how many characters; 0 where it is no time in the years 1601 to 9999
   */
  int time(long fileTime) {
    if (fileTime < 0 || fileTime >= TIME_LIMIT) {
      return 0;
    }
    if (fileTime / PER_DAY != day) {
      day = fileTime / PER_DAY;
      LocalDate.ofEpochDay(day - DAYS_TO_1970).toString().getChars(0, DATE, date, 0);
    }
    System.arraycopy(date, 0, text, 0, DATE);
    long rest = fileTime % PER_DAY;
    int seconds = (int) (rest / PER_SECOND);
    text[10] = 'T';
    decimal(11, 2, seconds / 3600);
    text[13] = ':';
    decimal(14, 2, seconds / 60 % 60);
    text[16] = ':';
    decimal(17, 2, seconds % 60);
    text[19] = '.';
    decimal(20, 7, (int) (rest % PER_SECOND));
    text[27] = 'Z';
    return TIME;
  }

  /** The same as a text of its own, also outside of these years. */
  static String timeText(Instant instant) {
    String text = instant.toString();
    // Instant leaves out the zeros at the end.
    int point = text.indexOf('.');
    String fraction = point < 0 ? "" : text.substring(point + 1, text.length() - 1);
    return text.substring(0, point < 0 ? text.length() - 1 : point)
        + '.'
        + (fraction + "0000000").substring(0, 7)
        + 'Z';
  }

  /**
   * Writes 0x and hex digits.
   *
   * @param digits 1 to 16, with zeros in front
   * @return how many characters
   */
  int hex(long number, int digits) {
    text[0] = '0';
    text[1] = 'x';
    long rest = number;
    for (int i = 1 + digits; i > 1; i--) {
      text[i] = HEX.charAt((int) (rest & 0xF));
      rest >>>= 4;
    }
    return 2 + digits;
  }

  private void decimal(int at, int digits, int number) {
    int rest = number;
    for (int i = at + digits - 1; i >= at; i--) {
      text[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
