package org.wsktrace.decode.inventory;

import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.decode.Field;
import org.wsktrace.decode.Value;

/** Asks a decoded event for a field by name. */
record Said(DecodedEvent event) {
  /** The number, bits as they are, or the other one where there is none. */
  long number(String name, long other) {
    return switch (value(name)) {
      case Value.Unsigned(long number) -> number;
      case Value.Int(long number) -> number;
      case Value.Hex(long number, int _) -> number;
      default -> other;
    };
  }

  /** The text as people read it, or an empty one. */
  String text(String name) {
    return value(name).toString();
  }

  Value value(String name) {
    for (Field field : event.fields()) {
      if (field.name().equals(name)) {
        return field.value();
      }
    }
    return new Value.Text("");
  }
}
