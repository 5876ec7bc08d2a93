package org.wsktrace.schema;

import java.util.List;

/**
 * A payload shared by one or more events.
 *
 * @param fields in order, the common header's first
 * @param fixedSize bytes before a trailing string or counted struct
 */
public record Template(String tid, List<Field> fields, int fixedSize) {
  /** The fields that only this template has. */
  public List<Field> ownFields() {
    return fields.stream().filter(field -> field.offset() >= Manifest.HEADER_SIZE).toList();
  }

  /** The fields that every template begins with. */
  public List<Field> headerFields() {
    return fields.stream().filter(field -> field.offset() < Manifest.HEADER_SIZE).toList();
  }
}
