package org.wsktrace.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.wsktrace.event.Bytes;
import org.wsktrace.event.EventHeader;
import org.wsktrace.event.WskEvent;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredReport;
import org.wsktrace.track.fact.Fact;

/**
 * Writes one session. Rows go to NAME.part in one transaction; {@link #commit} adds the indexes and
 * gives the file its name, so that a session under its name is always whole. {@link #close} without
 * it leaves nothing behind.
 *
 * <p>One thread.
 */
public final class SessionWriter implements AutoCloseable {
  private final Path path;
  private final Path part;
  private final boolean replace;
  private final Connection connection;
  private final BatchInsert events;
  private final FactRows facts;
  // Ctrl-C ends the program without close().
  private final Thread hook;
  private boolean ended;

  private SessionWriter(Path path, Path part, boolean replace, Connection connection)
      throws SQLException {
    this.path = path;
    this.part = part;
    this.replace = replace;
    this.connection = connection;
    this.hook = Thread.ofPlatform().unstarted(() -> part.toFile().delete());
    try (Statement statement = connection.createStatement()) {
      // Nobody sees the file before it is whole, so neither rollback nor a crash needs a journal.
      statement.execute("PRAGMA journal_mode = OFF");
      statement.execute("PRAGMA synchronous = OFF");
      statement.execute("PRAGMA locking_mode = EXCLUSIVE");
      statement.execute("PRAGMA application_id = " + SessionFormat.APPLICATION_ID);
      statement.execute("PRAGMA user_version = " + SessionFormat.VERSION);
      connection.setAutoCommit(false);
      for (String table : SessionFormat.tables()) {
        statement.execute(table);
      }
    }
    this.events = new BatchInsert(connection, "INSERT", "event", 11);
    this.facts = new FactRows(connection);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Begins a session.
   *
   * @param path of the finished session
   * @param replace whether a file there may be replaced, at {@link #commit}
   * @throws StoreException where it cannot be written; nothing was changed then
   */
  public static SessionWriter create(Path path, boolean replace) throws IOException {
    Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
    if (Files.isDirectory(path)) {
      throw new StoreException.IsFolder(path);
    }
    if (!Files.isDirectory(folder)) {
      throw new StoreException.FolderMissing(path, folder);
    }
    if (Files.exists(path) && !replace) {
      throw new StoreException.Exists(path);
    }
    Path part = path.resolveSibling(path.getFileName() + ".part");
    claim(path, part);
    Connection connection = null;
    try {
      connection = SessionFormat.connect(part, "rw");
      return new SessionWriter(path, part, replace, connection);
    } catch (SQLException e) {
      abandon(connection, part);
      throw cause(path, e);
    }
  }

  private static void abandon(@Nullable Connection connection, Path part) throws IOException {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // What went wrong first is what the caller reports.
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Makes the file, and fails where it is somebody else's. */
  private static void claim(Path path, Path part) throws StoreException {
    try {
      Files.createFile(part);
    } catch (FileAlreadyExistsException e) {
      throw new StoreException.Unfinished(part);
    } catch (IOException e) {
      throw new StoreException.NotWritable(path, e);
    }
  }

  /**
   * Keeps one event.
   *
   * @param seq above that of every event before
   * @param event null where the payload could not be read
   */
  public void event(int id, long seq, long nanos, @Nullable WskEvent event, Bytes payload)
      throws IOException {
    EventHeader header = event == null ? null : event.header();
    attempt(
        () -> {
          if (header == null) {
            events.add(seq, id, nanos, null, null, null, null, null, null, null, payload.toArray());
          } else {
            events.add(
                seq,
                id,
                nanos,
                header.cpu(),
                header.irql(),
                header.pid(),
                header.tid(),
                header.client(),
                header.callerRva(),
                header.opId(),
                payload.toArray());
          }
        });
  }

  /** Keeps one fact. */
  public void fact(Fact fact) throws IOException {
    attempt(() -> facts.add(fact));
  }

  /** Keeps how the trace was judged. Once. */
  public void report(StoredReport report) throws IOException {
    attempt(() -> ReportRows.write(connection, report));
  }

  /** Keeps what the trace is. Once. */
  public void meta(SessionMeta meta) throws IOException {
    attempt(() -> MetaRow.write(connection, meta));
  }

  /**
   * Ends the session and gives the file its name.
   *
   * @throws StoreException where that fails; nothing was changed then
   */
  public void commit() throws IOException {
    attempt(
        () -> {
          events.flush();
          facts.flush();
          try (Statement statement = connection.createStatement()) {
            for (String index : SessionFormat.indexes()) {
              statement.execute(index);
            }
          }
          connection.commit();
          connection.close();
        });
    try {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      publish();
    } catch (FileAlreadyExistsException e) {
      throw new StoreException.Exists(path);
    } catch (IOException e) {
      throw new StoreException.NotWritable(path, e);
    }
    end();
  }

  private void end() {
    ended = true;
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending and the hook runs already.
    }
  }

  /** A move replaces what is there, a link does not: it fails where somebody else was faster. */
  private void publish() throws IOException {
    if (replace) {
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      Files.createLink(path, part);
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (Files.exists(path)) {
        throw new FileAlreadyExistsException(path.toString());
      }
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Files.deleteIfExists(part);
  }

  /** Takes back everything that was not committed. */
  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    end();
    try {
      connection.close();
    } catch (SQLException e) {
      throw cause(path, e);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** For a test: the file may not become larger. */
  void limit(int pages) throws IOException {
    attempt(
        () -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA max_page_count = " + pages);
          }
        });
  }

  /** Some work with the database. */
  private interface Work {
    void run() throws SQLException;
  }

  private void attempt(Work work) throws StoreException {
    try {
      work.run();
    } catch (SQLException e) {
      throw cause(path, e);
    }
  }

  private static StoreException cause(Path path, SQLException e) {
    int code = e.getErrorCode() & 0xFF;
    return code == SQLiteErrorCode.SQLITE_FULL.code
        ? new StoreException.DiskFull(path, e)
        : new StoreException.NotWritable(path, e);
  }
}
