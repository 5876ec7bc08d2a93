package org.wsktrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class SessionSchemaTest {
  @Test
  void everyColumnAndEveryTableHasAComment() throws SQLException {
    List<String> undocumented = new ArrayList<>();
    int columns = 0;
    for (String table : SessionFormat.tables()) {
      List<String> lines = table.lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        boolean column = line.matches("[a-z_]+ (INTEGER|TEXT|BLOB)\\b.*");
        if (column || line.startsWith("CREATE TABLE")) {
          columns += column ? 1 : 0;
          if (i == 0 || !lines.get(i - 1).strip().matches("-- .+")) {
            undocumented.add(line);
          }
        }
      }
    }

    assertThat(undocumented).isEmpty();
    // The lines above are all the columns that there are.
    assertThat(columns).isEqualTo(columnsOfSqlite());
  }

  @Test
  void everyTableIsTypedAndEveryNameIsLowerSnake() throws SQLException {
    try (Connection connection = inMemory();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT t.name, t.strict, c.name
                FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c
                WHERE t.name NOT LIKE 'sqlite_%'
                """)) {
      while (row.next()) {
        assertThat(row.getInt(2)).as(row.getString(1)).isEqualTo(1);
        assertThat(row.getString(1)).matches("[a-z_]+");
        assertThat(row.getString(3)).matches("[a-z_]+");
      }
    }
  }

  @Test
  void noLineIsLongerThanAHundred() {
    assertThat(SessionFormat.tables())
        .allSatisfy(
            table ->
                assertThat(table.lines())
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100)));
  }

  private static int columnsOfSqlite() throws SQLException {
    try (Connection connection = inMemory();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT count(*) FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c
                WHERE t.name NOT LIKE 'sqlite_%'
                """)) {
      return row.getInt(1);
    }
  }

  private static Connection inMemory() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
    try (Statement statement = connection.createStatement()) {
      for (String table : SessionFormat.tables()) {
        statement.execute(table);
      }
      for (String index : SessionFormat.indexes()) {
        assertThat(index.toUpperCase(Locale.ROOT)).contains("CREATE INDEX");
        statement.execute(index);
      }
    }
    return connection;
  }
}
