package org.wsktrace.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredQuantity;
import org.wsktrace.store.row.StoredReport;
import org.wsktrace.store.row.StoredRule;

/** Sessions for tests, also of other packages. */
public final class Sessions {
  public static final SessionMeta META =
      new SessionMeta(
          "wsktrace test",
          Instant.parse("2026-11-21T10:00:00Z"),
          "a.etl",
          "etl",
          4096,
          Instant.parse("2026-11-21T09:00:00.1Z"),
          null,
          2_200_000_000L,
          10_000_000L,
          26100L,
          null,
          1L,
          15L,
          3,
          7,
          0,
          0,
          0);

  public static final StoredRule RULE =
      new StoredRule(
          "WSK-BUF-001",
          "MDL freed before completion",
          "buffer",
          "error",
          "bugcheck",
          "proved",
          "the WSK calls",
          "WSK does not buffer.",
          "Free it in the completion routine.",
          "",
          "https://example.org",
          "violation",
          "",
          "");

  public static final StoredRule SILENT_RULE =
      new StoredRule(
          "WSK-BUF-002",
          "Buffer freed before completion",
          "buffer",
          "error",
          "corruption",
          "proved",
          "the pool calls",
          "Why.",
          "Fix.",
          "Record more.",
          "https://example.org",
          "not_evaluated",
          "the pool calls were not recorded",
          "start wskctl with --pool");

  public static final StoredFinding FINDING =
      new StoredFinding(
          RULE,
          "error",
          "violation",
          "MDL 0x10 was freed while WskSend was in flight",
          List.of(
              new StoredQuantity("mdl", "address", 0xffffb00000000010L, "0x10"),
              new StoredQuantity("size", "bytes", 4096, "4096 bytes"),
              new StoredQuantity("operation", "words", 0, "WskSend")),
          "",
          "client.sys",
          0x1a2b,
          List.of(
              new StoredEvidence(1, 1_000, 0, 76, "enter", "WskSend"),
              new StoredEvidence(2, 2_000, 1, 80, "free", "IoFreeMdl")),
          "WSK-BUF-001@client.sys+0x1a2b",
          2L,
          1);

  public static final StoredReport REPORT =
      new StoredReport(List.of(RULE, SILENT_RULE), List.of(FINDING));

  private Sessions() {}

  /** A whole session with one finding and no events. */
  public static Path write(Path path) throws IOException {
    try (SessionWriter writer = SessionWriter.create(path, false)) {
      writer.meta(META);
      writer.report(REPORT);
      writer.commit();
    }
    return path;
  }

  /** Changes a session, or any SQLite file, which is made where there is none. */
  public static Path execute(Path path, String sql) throws SQLException {
    try (Connection connection = SessionFormat.connect(path, "rwc");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return path;
  }

  /** Names of what is in a folder, in order. */
  public static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
