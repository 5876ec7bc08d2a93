package org.wsktrace.cli.report;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.wsktrace.cli.print.Words;
import org.wsktrace.store.row.StoredFinding;

/**
 * The fingerprints of findings that are known and fail no check. As a file: one a line, in order;
 * an empty line and one that begins with # say nothing.
 */
public final class Baseline {
  private static final Pattern FINGERPRINT = Pattern.compile("WSK-[A-Z]+-\\d{3}@.+");

  private static final Pattern OFFSET = Pattern.compile("\\+0x[0-9a-f]+$");

  private final TreeSet<String> fingerprints;

  private Baseline(Set<String> fingerprints) {
    this.fingerprints = new TreeSet<>(fingerprints);
  }

  /** That knows these findings. */
  public static Baseline of(List<StoredFinding> findings) {
    return new Baseline(findings.stream().map(Baseline::line).collect(Collectors.toSet()));
  }

  /**
   * Reads the lines of a file.
   *
   * @throws IllegalArgumentException where a line is no fingerprint; the message says which
   */
  public static Baseline parse(List<String> lines) {
    var fingerprints = new TreeSet<String>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (!FINGERPRINT.matcher(line).matches()) {
        throw new IllegalArgumentException(
            "line %d is no fingerprint such as WSK-BUF-001@client.sys+0x1200; a comment begins with #"
                .formatted(i + 1));
      }
      fingerprints.add(line);
    }
    return new Baseline(fingerprints);
  }

  /** As a file has it. */
  public String text(String source) {
    return """
        # Findings that wsktrace check --baseline takes as known: a rule and where it was broken.
        # Written from %s.
        """
            .formatted(Words.printable(source))
        + fingerprints.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  boolean knows(StoredFinding finding) {
    return fingerprints.contains(line(finding));
  }

  /** Those that none of these findings has. */
  List<String> but(List<StoredFinding> findings) {
    Set<String> found = findings.stream().map(Baseline::line).collect(Collectors.toSet());
    return fingerprints.stream().filter(line -> !found.contains(line)).toList();
  }

  /** The rule of a fingerprint. */
  static String rule(String fingerprint) {
    return fingerprint.substring(0, fingerprint.indexOf('@'));
  }

  /** The driver and the offset of a fingerprint. */
  static String place(String fingerprint) {
    return fingerprint.substring(fingerprint.indexOf('@') + 1);
  }

  /** The driver of a fingerprint, in small letters. */
  static String driver(String fingerprint) {
    return OFFSET.matcher(place(fingerprint)).replaceFirst("");
  }

  /** The name of a driver is untrusted, and ends no line. */
  private static String line(StoredFinding finding) {
    return Words.printable(finding.fingerprint()).strip();
  }
}
