package org.wsktrace.schema;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes WskEventDecoder: from the bytes of a payload to the record of the event. */
final class JavaDecoder {
  private final Manifest manifest;

  JavaDecoder(Manifest manifest) {
    this.manifest = manifest;
  }

  String write() {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        import java.lang.foreign.MemorySegment;
        import org.jspecify.annotations.Nullable;

        /**
         * Reads events from bytes. Bytes behind the fields it knows are ignored: a newer driver may have appended fields.
         * Stateless; any thread.
         */
        public final class WskEventDecoder {
          private WskEventDecoder() {}

          /**
           * @param id of the event
           * @param segment holds the payload, {@code size} bytes from {@code offset}
           * @return null for an id that this version does not know
           * @throws MalformedEventException when the payload is shorter than its event
           */
          public static @Nullable WskEvent decode(int id, MemorySegment segment, long offset, long size)
              throws MalformedEventException {
            var payload = new Payload(id, segment, offset, size);
            return switch (id) {
        """);
    manifest
        .events()
        .forEach(
            e ->
                out.append(
                    "      case %d -> %s(payload);\n"
                        .formatted(e.id(), Names.lowerCamel(e.symbol()))));
    out.append("      default -> null;\n    };\n  }\n");
    method(out, "EventHeader", "header", "", manifest.templates().getFirst().headerFields(), 0);
    manifest.templates().stream()
        .flatMap(template -> template.fields().stream())
        .filter(Field.Struct.class::isInstance)
        .map(Field.Struct.class::cast)
        .map(s -> new Field.Struct(s.name(), 0, s.structSize(), s.fields(), null))
        .distinct()
        .forEach(s -> method(out, s.name(), Names.lowerCamel(s.name()), "at + ", s.fields(), 0));
    for (Event event : manifest.events()) {
      method(
          out,
          "WskEvent." + event.symbol(),
          Names.lowerCamel(event.symbol()),
          "",
          event.template().ownFields(),
          event.template().fixedSize());
    }
    return out.append("}\n").toString();
  }

  private static void method(
      StringBuilder out, String type, String name, String base, List<Field> fields, int fixedSize) {
    String parameters = base.isEmpty() ? "Payload payload" : "Payload payload, long at";
    String guard = fixedSize == 0 ? "" : "    payload.require(" + fixedSize + ");\n";
    Stream<String> header = fixedSize == 0 ? Stream.empty() : Stream.of("header(payload)");
    Stream<String> own =
        fields.stream()
            .filter(field -> !field.reserved())
            .map(field -> read(field, base, fields, fixedSize));
    String values = Stream.concat(header, own).collect(Collectors.joining(",\n        "));
    String thrown = fixedSize == 0 ? "" : " throws MalformedEventException";
    out.append(
        "\n  private static %s %s(%s)%s {\n%s    return new %s(\n        %s);\n  }\n"
            .formatted(type, name, parameters, thrown, guard, type, values));
  }

  private static String read(Field field, String base, List<Field> siblings, int fixedSize) {
    String at = base + field.offset();
    return switch (field) {
      case Field.Unsigned number -> number(number, JavaEvents.type(number), at);
      case Field.Bytes bytes when bytes.socketAddress() ->
          "SocketAddress.of(payload.bytes(%s, %d))".formatted(at, bytes.size());
      case Field.Bytes bytes -> "payload.bytes(%s, %d)".formatted(at, bytes.size());
      case Field.Text _ -> "payload.text(%s)".formatted(at);
      case Field.Struct struct when struct.countField() == null ->
          "%s(payload, %s)".formatted(Names.lowerCamel(struct.name()), at);
      case Field.Struct struct ->
          "payload.list(%d, %d, payload.u2(%d), WskEventDecoder::%s)"
              .formatted(
                  fixedSize,
                  struct.structSize(),
                  offsetOf(struct.countField(), siblings),
                  Names.lowerCamel(struct.name()));
    };
  }

  private static int offsetOf(@Nullable String name, List<Field> fields) {
    return fields.stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow()
        .offset();
  }

  private static String number(Field.Unsigned number, String type, String at) {
    String raw =
        "payload.%s(%s)"
            .formatted(type.equals("int") && number.size() == 4 ? "i4" : "u" + number.size(), at);
    return type.equals("int") || type.equals("long") ? raw : type + ".of(" + raw + ")";
  }
}
