package org.wsktrace.cli.judgement;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wsktrace.cli.info.RecorderContent;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.source.FileKind;
import org.wsktrace.source.Trace;
import org.wsktrace.store.SessionReader;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredDriver;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredReport;

/**
 * What is known of a trace after it was judged, just now or when its session was made.
 *
 * @param eventCounts events of the capture driver, by id
 * @param losses what is missing
 * @param drivers drivers under test
 */
public record Judgement(
    SessionMeta meta,
    Map<Integer, Long> eventCounts,
    List<StoredLoss> losses,
    List<StoredDriver> drivers,
    StoredReport report) {

  /**
   * Judges a trace, or reads a session.
   *
   * @param truncation what to do with an .etl that ends before its trace does
   * @param terms of the judgement; a session was judged by its own
   * @throws NothingToJudgeException where a trace has no event of the capture driver
   */
  public static Judgement of(Path path, EtlFile.Truncation truncation, Terms terms, Screen screen)
      throws IOException {
    if (FileKind.of(path) == FileKind.SQLITE) {
      return ofSession(path);
    }
    try (Trace trace = Trace.open(path, truncation)) {
      Judgement judgement = Hearing.hold(trace, terms, Hearing.Transcript.NONE, screen);
      judgement.requireEvents(path);
      RecorderContent.tellLeftOut(trace, screen);
      return judgement;
    }
  }

  /** What a session kept. */
  public static Judgement ofSession(Path path) throws IOException {
    try (SessionReader session = SessionReader.open(path)) {
      return new Judgement(
          session.meta(),
          session.eventCounts(),
          session.losses(),
          session.drivers(),
          session.report());
    }
  }

  /** The part of it that is about some of the rules. */
  public Judgement only(Set<String> rules) {
    return new Judgement(
        meta,
        eventCounts,
        losses,
        drivers,
        new StoredReport(
            report.rules().stream().filter(rule -> rules.contains(rule.id())).toList(),
            report.findings().stream()
                .filter(finding -> rules.contains(finding.rule().id()))
                .toList()));
  }

  /** A trace without events is no clean one. */
  public void requireEvents(Path path) throws NothingToJudgeException {
    if (meta.events() == 0) {
      throw new NothingToJudgeException(path, meta.foreignEvents());
    }
  }
}
