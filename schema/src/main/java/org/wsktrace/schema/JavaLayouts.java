package org.wsktrace.schema;

import java.util.List;
import java.util.stream.Collectors;

/** Writes EventLayouts: the manifest as a table, for text traces and generic views. */
final class JavaLayouts {
  private final Manifest manifest;

  JavaLayouts(Manifest manifest) {
    this.manifest = manifest;
  }

  String write() {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        import java.util.List;
        import org.wsktrace.event.FieldLayout.Blob;
        import org.wsktrace.event.FieldLayout.Meaning;
        import org.wsktrace.event.FieldLayout.Named;
        import org.wsktrace.event.FieldLayout.Plain;
        import org.wsktrace.event.FieldLayout.Structs;
        import org.wsktrace.event.FieldLayout.Text;

        /** The layout of every event of the manifest, by id. */
        public final class EventLayouts {
          private EventLayouts() {}

        """);
    manifest.maps().forEach(map -> out.append(map(map)));
    out.append("  private static final List<FieldLayout> HEADER =\n      ")
        .append(list(manifest.templates().getFirst().headerFields()))
        .append(
            ";\n\n  /** All events, in the order of their ids. */\n  public static final List<EventLayout> ALL =\n      List.of(\n");
    out.append(
        manifest.events().stream()
            .map(
                e ->
                    "          new EventLayout(%d, %d, \"%s\", %d, HEADER, %s)"
                        .formatted(
                            e.id(),
                            e.version(),
                            e.symbol(),
                            e.template().fixedSize(),
                            list(e.template().ownFields())))
            .collect(Collectors.joining(",\n")));
    return out.append(");\n}\n").toString();
  }

  private static String map(ValueMap map) {
    return map.entries().stream()
        .map(entry -> "new ValueNames.Entry(%d, \"%s\")".formatted(entry.value(), entry.name()))
        .collect(
            Collectors.joining(
                ",\n              ",
                "  private static final ValueNames %s =\n      new ValueNames(\n          \"%s\",\n          %s,\n          List.of(\n              "
                    .formatted(Names.upperSnake(map.name()), map.name(), map.bits()),
                "));\n\n"));
  }

  private static String list(List<Field> fields) {
    return fields.stream()
        .filter(field -> !field.reserved())
        .map(JavaLayouts::field)
        .collect(Collectors.joining(",\n              ", "List.of(\n              ", ")"));
  }

  private static String field(Field field) {
    String name = Names.lowerCamel(field.name());
    return switch (field) {
      case Field.Unsigned(_, int offset, int size, _, ValueMap map) when map != null ->
          "new Named(\"%s\", %d, %d, %s)"
              .formatted(name, offset, size, Names.upperSnake(map.name()));
      case Field.Unsigned(_, int offset, int size, Field.Meaning meaning, _) ->
          "new Plain(\"%s\", %d, %d, Meaning.%s)".formatted(name, offset, size, meaning);
      case Field.Bytes(_, int offset, int size, boolean address) ->
          "new Blob(\"%s\", %d, %d, %s)".formatted(name, offset, size, address);
      case Field.Text(_, int offset) -> "new Text(\"%s\", %d)".formatted(name, offset);
      case Field.Struct(_, int offset, int size, List<Field> fields, String countField) ->
          "new Structs(\"%s\", %d, %d, %s, %s)"
              .formatted(name, offset, size, countField != null, list(fields));
    };
  }
}
