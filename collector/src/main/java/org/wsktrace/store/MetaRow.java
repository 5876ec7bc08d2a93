package org.wsktrace.store;

import static org.wsktrace.store.Columns.nullableLong;
import static org.wsktrace.store.Columns.text;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.wsktrace.store.row.SessionMeta;

/** The one row of the table meta, both ways. */
final class MetaRow {
  private MetaRow() {}

  static void write(Connection connection, SessionMeta meta) throws SQLException {
    try (var row = new BatchInsert(connection, "INSERT", "meta", 19)) {
      row.add(
          1,
          meta.createdBy(),
          meta.created().toString(),
          meta.sourceName(),
          meta.sourceKind(),
          meta.sourceBytes(),
          iso(meta.start()),
          iso(meta.end()),
          meta.durationNanos(),
          meta.qpcFrequency(),
          meta.osBuild(),
          meta.processors(),
          meta.probeVersion(),
          meta.tiers(),
          meta.events(),
          meta.foreignEvents(),
          meta.unknownEvents(),
          meta.damagedEvents(),
          meta.droppedEvents());
      row.flush();
    }
  }

  static SessionMeta read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT created_by, created_utc, source_name, source_kind, source_bytes, start_utc,
                       end_utc, duration_nanos, qpc_frequency, os_build, processors,
                       probe_version, tiers, event_count, foreign_count, unknown_count,
                       damaged_count, dropped_count
                FROM meta
                """)) {
      if (!row.next()) {
        throw new SQLException("the table meta is empty");
      }
      return new SessionMeta(
          text(row, 1),
          Instant.parse(text(row, 2)),
          text(row, 3),
          text(row, 4),
          row.getLong(5),
          instant(row.getString(6)),
          instant(row.getString(7)),
          row.getLong(8),
          nullableLong(row, 9),
          nullableLong(row, 10),
          nullableLong(row, 11),
          nullableLong(row, 12),
          nullableLong(row, 13),
          row.getLong(14),
          row.getLong(15),
          row.getLong(16),
          row.getLong(17),
          row.getLong(18));
    } catch (DateTimeException e) {
      throw new SQLException("a time in the table meta is no time", e);
    }
  }

  private static @Nullable String iso(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }

  private static @Nullable Instant instant(@Nullable String text) {
    return text == null ? null : Instant.parse(text);
  }
}
