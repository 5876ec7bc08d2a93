package org.wsktrace.event.text;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.wsktrace.event.EventLayouts;
import org.wsktrace.event.FieldLayout;

/**
 * The words in front of an event's name: the header fields. Seq and time stand alone, the CPU is
 * cpu1, the rest are key:value.
 */
final class HeaderText {
  static final FieldLayout SEQ = field("seq");
  static final FieldLayout QPC = field("qpc");
  static final FieldLayout CPU = field("cpu");

  /** A header field and the short key that it is written with. */
  record Key(String name, FieldLayout field) {}

  /** In the order in which they are written. */
  static final List<Key> KEYS =
      List.of(
          new Key("qpc", QPC),
          new Key("tid", field("tid")),
          new Key("pid", field("pid")),
          new Key("client", field("client")),
          new Key("irql", field("irql")),
          new Key("rva", field("callerRva")),
          new Key("caller", field("caller")),
          new Key("sp", field("stackPointer")),
          new Key("flags", field("headerFlags")),
          new Key("op", field("opId")));

  private HeaderText() {}

  static Optional<FieldLayout> find(String key) {
    return KEYS.stream().filter(known -> known.name.equals(key)).map(Key::field).findFirst();
  }

  static String expected() {
    return KEYS.stream()
        .map(key -> key.name + ":")
        .collect(
            Collectors.joining(
                ", ",
                "a sequence number, a time such as 12.5us, cpu1, ",
                " or the name of an event"));
  }

  private static FieldLayout field(String name) {
    return EventLayouts.ALL.getFirst().header().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no header field " + name));
  }
}
