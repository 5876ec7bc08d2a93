package org.wsktrace.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the Java records of the events, one file per type, and the code that reads them from
 * bytes.
 */
final class JavaEvents {
  private static final String PREAMBLE =
      """
      // Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
      package org.wsktrace.event;

      """;

  /**
   * What the events of several templates have in common; a template with all these fields gets the
   * interface.
   */
  private static final Map<String, List<String>> VIEWS =
      Map.of(
          "CallEnter",
          List.of("Socket", "IrpSnap", "StackLow", "StackHigh", "Flags", "Verb"),
          "DataEnter",
          List.of(
              "Socket",
              "IrpSnap",
              "WskBuf",
              "MdlHead",
              "Length",
              "Offset",
              "Truncated",
              "MdlCount",
              "MdlSnap"));

  private final Manifest manifest;
  private final Map<String, String> files = new LinkedHashMap<>();

  private JavaEvents(Manifest manifest) {
    this.manifest = manifest;
  }

  /** File name to text. */
  static Map<String, String> of(Manifest manifest) {
    return new JavaEvents(manifest).write();
  }

  private Map<String, String> write() {
    manifest.maps().stream().filter(map -> !map.bits()).forEach(this::valueEnum);
    file(
        "EventHeader", record("EventHeader", header(), "", "What every event begins with.") + "\n");
    for (Field.Struct struct : structs()) {
      file(
          struct.name(),
          imports(struct.fields())
              + record(
                  struct.name(),
                  struct.fields(),
                  "",
                  "A copy of fields of a kernel object, taken when the event was logged.")
              + "\n");
    }
    file("WskEvent", events());
    file("WskEventDecoder", new JavaDecoder(manifest).write());
    file("EventLayouts", new JavaLayouts(manifest).write());
    return files;
  }

  private void file(String type, String text) {
    files.put(type + ".java", PREAMBLE + text);
  }

  private List<Field> header() {
    return manifest.templates().getFirst().headerFields();
  }

  private List<Field.Struct> structs() {
    return manifest.templates().stream()
        .flatMap(template -> template.fields().stream())
        .filter(Field.Struct.class::isInstance)
        .map(Field.Struct.class::cast)
        .collect(
            Collectors.toMap(Field.Struct::name, s -> s, (first, _) -> first, LinkedHashMap::new))
        .values()
        .stream()
        .toList();
  }

  private void valueEnum(ValueMap map) {
    StringBuilder out = new StringBuilder();
    out.append("/** Values of the manifest's map ").append(map.name()).append(". */\n");
    out.append("public enum ").append(map.name()).append(" {\n");
    out.append("  /** A value that this version does not know. */\n  UNKNOWN(0, \"unknown\"),\n");
    out.append(
        map.entries().stream()
            .map(e -> "  %s(%d, \"%s\")".formatted(Names.upperSnake(e.name()), e.value(), e.name()))
            .collect(Collectors.joining(",\n", "", ";\n")));
    out.append(
        """

          private final int value;
          private final String label;

          %1$s(int value, String label) {
            this.value = value;
            this.label = label;
          }

          /** The number in the event. */
          public int value() {
            return value;
          }

          /** The name as people write it. */
          public String label() {
            return label;
          }

          /** The constant of a number; UNKNOWN for a number without a name. */
          public static %1$s of(int value) {
            return switch (value) {
        """
            .formatted(map.name()));
    map.entries()
        .forEach(
            e ->
                out.append(
                    "      case %d -> %s;\n".formatted(e.value(), Names.upperSnake(e.name()))));
    out.append("      default -> UNKNOWN;\n    };\n  }\n}\n");
    file(map.name(), out.toString());
  }

  private String events() {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        import java.util.List;

        /** One event of a capture. Numbers without a sign are widened, addresses are the bits as they are. */
        public sealed interface WskEvent {
          /** The id of the provider that logs these events. */
          String PROVIDER = "%s";

          /** What every event begins with. */
          EventHeader header();

          /** The number of this event in its capture, over all processors, from 1. */
          default long seq() {
            return header().seq();
          }

        """
            .formatted(manifest.providerGuid().toLowerCase(Locale.ROOT).replaceAll("[{}]", "")));
    VIEWS.keySet().stream().sorted().forEach(view -> out.append(view(view)));
    manifest.templates().stream()
        .filter(this::isShared)
        .forEach(template -> out.append(sharedInterface(template)));
    for (Event event : manifest.events()) {
      out.append(
          indent(
              record(
                  event.symbol(),
                  event.template().ownFields(),
                  " implements " + String.join(", ", interfaces(event.template())),
                  "Event %d, version %d.".formatted(event.id(), event.version()))));
      out.append("\n");
    }
    return out.append("}\n").toString();
  }

  private String view(String view) {
    List<String> names = Objects.requireNonNull(VIEWS.get(view));
    Template template =
        manifest.templates().stream().filter(t -> has(t, names)).findFirst().orElseThrow();
    List<Field> fields =
        template.ownFields().stream().filter(field -> names.contains(field.name())).toList();
    String parent = view.equals("DataEnter") ? "CallEnter" : "WskEvent";
    return sealedInterface(view, parent, fields, "What the enter events of calls have in common.");
  }

  private String sharedInterface(Template template) {
    return sealedInterface(
        template.tid(),
        "WskEvent",
        template.ownFields(),
        "What events with this payload have in common.");
  }

  private static String sealedInterface(
      String name, String parent, List<Field> fields, String comment) {
    return fields.stream()
        .filter(field -> !field.reserved())
        .map(field -> "    %s %s();\n".formatted(type(field), component(field)))
        .collect(
            Collectors.joining(
                "\n",
                "  /** %s */\n  sealed interface %s extends %s {\n"
                    .formatted(comment, name, parent),
                "  }\n\n"));
  }

  private boolean isShared(Template template) {
    return manifest.events().stream().filter(event -> event.template().equals(template)).count()
        > 1;
  }

  private List<String> interfaces(Template template) {
    List<String> names = new ArrayList<>();
    if (isShared(template)) {
      names.add(template.tid());
    }
    if (has(template, Objects.requireNonNull(VIEWS.get("DataEnter")))) {
      names.add("DataEnter");
    } else if (has(template, Objects.requireNonNull(VIEWS.get("CallEnter")))) {
      names.add("CallEnter");
    }
    return names.isEmpty() ? List.of("WskEvent") : names;
  }

  private static boolean has(Template template, List<String> names) {
    return template.fields().stream().map(Field::name).toList().containsAll(names);
  }

  private static String record(String name, List<Field> fields, String suffix, String comment) {
    Stream<String> header =
        !fields.isEmpty() && fields.getFirst().offset() == Manifest.HEADER_SIZE
            ? Stream.of("EventHeader header")
            : Stream.empty();
    Stream<String> own =
        fields.stream()
            .filter(field -> !field.reserved())
            .map(field -> type(field) + " " + component(field));
    return Stream.concat(header, own)
        .collect(
            Collectors.joining(
                ",\n    ",
                "/** " + comment + " */\npublic record " + name + "(\n    ",
                ")" + suffix + " {}\n"));
  }

  private static String imports(List<Field> fields) {
    return fields.stream().anyMatch(field -> type(field).startsWith("List<"))
        ? "import java.util.List;\n\n"
        : "";
  }

  private static String indent(String text) {
    return text.replaceAll("(?m)^(?=.)", "  ").replace("  public record", "  record");
  }

  static String component(Field field) {
    String name = Names.lowerCamel(field.name());
    return field instanceof Field.Struct struct && struct.countField() != null ? name + "s" : name;
  }

  static String type(Field field) {
    return switch (field) {
      case Field.Unsigned(_, _, _, _, ValueMap map) when map != null && !map.bits() -> map.name();
      case Field.Unsigned(_, _, int size, Field.Meaning meaning, _) ->
          size <= 2 || meaning == Field.Meaning.NTSTATUS ? "int" : "long";
      case Field.Bytes bytes -> bytes.socketAddress() ? "SocketAddress" : "Bytes";
      case Field.Text _ -> "String";
      case Field.Struct struct ->
          struct.countField() == null ? struct.name() : "List<" + struct.name() + ">";
    };
  }
}
