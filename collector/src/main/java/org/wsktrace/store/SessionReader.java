package org.wsktrace.store;

import static org.wsktrace.store.Columns.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sqlite.SQLiteErrorCode;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredDriver;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredReport;

/**
 * Reads one session. Opens it read-only and makes no file beside it, so that one in a folder that
 * nobody may write to, or on a read-only disk, can be read too.
 *
 * <p>One thread at a time.
 */
public final class SessionReader implements AutoCloseable {
  private final Path path;
  private final Connection connection;
  private long version;

  private SessionReader(Path path, Connection connection) {
    this.path = path;
    this.connection = connection;
  }

  /**
   * Opens a session.
   *
   * @throws StoreException where it is none, or none that this version can read
   */
  public static SessionReader open(Path path) throws IOException {
    Connection connection;
    try {
      connection = SessionFormat.connect(path, "ro");
    } catch (SQLException e) {
      throw cause(path, e);
    }
    var reader = new SessionReader(path, connection);
    try {
      reader.check();
      return reader;
    } catch (Throwable e) {
      try (reader) {
        throw e;
      }
    }
  }

  private void check() throws IOException {
    long applicationId = number("PRAGMA application_id");
    if (applicationId != SessionFormat.APPLICATION_ID) {
      throw new StoreException.Foreign(path, "an SQLite file of another program");
    }
    version = number("PRAGMA user_version");
    if (version > SessionFormat.VERSION) {
      throw new StoreException.Newer(path, version, SessionFormat.VERSION);
    }
    if (version < 1) {
      throw new StoreException.Damaged(path, "it has the impossible format " + version, null);
    }
    long bytes = number("PRAGMA page_count") * number("PRAGMA page_size");
    long there = Files.size(path);
    if (there < bytes) {
      throw new StoreException.Damaged(path, "it has %d of %d bytes".formatted(there, bytes), null);
    }
  }

  private long number(String pragma) throws IOException {
    return attempt(
        () -> {
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery(pragma)) {
            return row.getLong(1);
          }
        });
  }

  /** The trace as a whole. */
  public SessionMeta meta() throws IOException {
    return attempt(() -> MetaRow.read(connection));
  }

  /** How it was judged. */
  public StoredReport report() throws IOException {
    return attempt(() -> ReportRows.read(connection, version));
  }

  /** How many events there are of each id, in order of id. */
  public Map<Integer, Long> eventCounts() throws IOException {
    return attempt(
        () -> {
          Map<Integer, Long> counts = new LinkedHashMap<>();
          try (Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery(
                      "SELECT id, count(*) FROM event GROUP BY id ORDER BY id")) {
            while (row.next()) {
              counts.put(row.getInt(1), row.getLong(2));
            }
          }
          return counts;
        });
  }

  /** What is missing, in order of seq. */
  public List<StoredLoss> losses() throws IOException {
    return attempt(
        () -> {
          List<StoredLoss> losses = new ArrayList<>();
          try (Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery(
                      """
                      SELECT first_seq, last_seq, event_count, reason, reason_text
                      FROM loss ORDER BY first_seq, loss_id
                      """)) {
            while (row.next()) {
              losses.add(
                  new StoredLoss(
                      row.getLong(1), row.getLong(2), row.getLong(3), text(row, 4), text(row, 5)));
            }
          }
          return losses;
        });
  }

  /** The drivers under test, in order of their load. */
  public List<StoredDriver> drivers() throws IOException {
    return attempt(
        () -> {
          List<StoredDriver> drivers = new ArrayList<>();
          try (Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery(
                      """
                      SELECT client, name, base, size
                      FROM driver ORDER BY load_seq, driver_id
                      """)) {
            while (row.next()) {
              drivers.add(
                  new StoredDriver(row.getInt(1), text(row, 2), row.getLong(3), row.getLong(4)));
            }
          }
          return drivers;
        });
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw cause(path, e);
    }
  }

  /** A question to the database. */
  private interface Query<T> {
    T run() throws SQLException;
  }

  private <T> T attempt(Query<T> query) throws StoreException {
    try {
      return query.run();
    } catch (SQLException e) {
      throw cause(path, e);
    }
  }

  private static StoreException cause(Path path, SQLException e) {
    int code = e.getErrorCode() & 0xFF;
    if (code == SQLiteErrorCode.SQLITE_NOTADB.code) {
      return new StoreException.Foreign(path, "no SQLite file");
    }
    boolean system =
        code == SQLiteErrorCode.SQLITE_CANTOPEN.code
            || code == SQLiteErrorCode.SQLITE_PERM.code
            || code == SQLiteErrorCode.SQLITE_IOERR.code
            || code == SQLiteErrorCode.SQLITE_BUSY.code;
    return system
        ? new StoreException.NotReadable(path, e)
        : new StoreException.Damaged(path, String.valueOf(e.getMessage()), e);
  }
}
