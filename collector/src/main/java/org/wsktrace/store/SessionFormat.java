package org.wsktrace.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What makes an SQLite file a session: its marks and its tables. */
final class SessionFormat {
  /** 'wskt'. */
  static final int APPLICATION_ID = 0x77736B74;

  /** Grows when a table changes; a reader reads its own version and older ones. */
  static final int VERSION = 2;

  private SessionFormat() {}

  /** The statements that make the tables. */
  static List<String> tables() {
    return statements().stream().filter(sql -> !isIndex(sql)).toList();
  }

  /** The statements that make the indexes, for after the load. */
  static List<String> indexes() {
    return statements().stream().filter(SessionFormat::isIndex).toList();
  }

  private static boolean isIndex(String statement) {
    return statement
        .lines()
        .filter(line -> !line.startsWith("--"))
        .anyMatch(line -> line.startsWith("CREATE INDEX"));
  }

  /** session.sql, cut where a line ends with a semicolon. */
  private static List<String> statements() {
    try (InputStream in = SessionFormat.class.getResourceAsStream("session.sql")) {
      String sql = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(sql.split(";\\R")).filter(statement -> !statement.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens an SQLite file. As a URI, so that no character of its name means anything.
   *
   * @param mode of SQLite: ro, rwc
   */
  static Connection connect(Path path, String mode) throws SQLException {
    URI uri = path.toAbsolutePath().toUri();
    // Of a file on a Windows share; SQLite wants it in the path.
    String host = uri.getRawAuthority() == null ? "" : "//" + uri.getRawAuthority();
    return DriverManager.getConnection(
        "jdbc:sqlite:file://" + host + uri.getRawPath() + "?mode=" + mode);
  }
}
