package org.wsktrace.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Values out of a row. Columns count from 1. */
final class Columns {
  private Columns() {}

  /** A text that is NOT NULL in the schema: SQLite does not check that when it reads. */
  static String text(ResultSet row, int column) throws SQLException {
    String text = row.getString(column);
    if (text == null) {
      throw new SQLException("the column " + row.getMetaData().getColumnName(column) + " is empty");
    }
    return text;
  }

  static @Nullable Long nullableLong(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }
}
