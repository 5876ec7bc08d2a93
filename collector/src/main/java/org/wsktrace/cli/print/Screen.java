package org.wsktrace.cli.print;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/**
 * Where a command prints.
 *
 * @param bytes what {@code out} writes to, for results of many lines: unlike {@code out} it tells
 *     when it fails. Flush {@code out} before it is used
 * @param charset of {@code out}
 * @param out results
 * @param err what is wrong, and progress
 * @param colour whether results may be coloured
 * @param interactive whether somebody watches, so that progress is worth showing
 */
public record Screen(
    OutputStream bytes,
    Charset charset,
    PrintWriter out,
    PrintWriter err,
    boolean colour,
    boolean interactive) {
  /** What a colour says. Others than these are not used. */
  public enum Tone {
    ERROR("1;31"),
    WARNING("1;33"),
    NOTE("1;36"),
    GOOD("1;32"),
    STRONG("1"),
    FAINT("2");

    private final String code;

    Tone(String code) {
      this.code = code;
    }
  }

  /** Results to this stream, in this character set. */
  public static Screen on(
      OutputStream bytes, Charset charset, PrintWriter err, boolean colour, boolean interactive) {
    var out = new PrintWriter(new OutputStreamWriter(bytes, charset));
    return new Screen(bytes, charset, out, err, colour, interactive);
  }

  /** The text in a tone, or as it is where there is no colour. */
  public String tone(Tone tone, String text) {
    return colour ? "\u001B[" + tone.code + "m" + text + "\u001B[0m" : text;
  }

  /** Prints a line. Every line ends the same way on every system. */
  public void line(String text) {
    out.print(text);
    out.print('\n');
  }
}
