package org.wsktrace.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the header that the capture driver compiles: structs, ids, descriptors, keywords, names of
 * values.
 */
final class CHeader {
  private final Manifest manifest;
  private final StringBuilder out = new StringBuilder();

  private CHeader(Manifest manifest) {
    this.manifest = manifest;
  }

  static String of(Manifest manifest) {
    return new CHeader(manifest).write();
  }

  private String write() {
    out.append(
        """
        /* Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`. */
        #pragma once

        #include <stddef.h>

        /* The includer has declared UINT8, UINT16, UINT32 and UINT64, as ntddk.h and windows.h do. */

        """);
    out.append(
        "#define %s_GUID %s\n\n"
            .formatted(manifest.providerSymbol(), guid(manifest.providerGuid())));
    manifest
        .keywords()
        .forEach(
            (name, mask) ->
                out.append(
                    "#define WSKTRACE_KEYWORD_%s 0x%xULL\n"
                        .formatted(name.toUpperCase(Locale.ROOT), mask)));
    for (ValueMap map : manifest.maps()) {
      out.append("\nenum {\n");
      map.entries()
          .forEach(entry -> out.append("    %s = %d,\n".formatted(entry.symbol(), entry.value())));
      out.append("};\n");
    }
    structs();
    for (Event event : manifest.events()) {
      String name = Names.upperSnake(event.symbol());
      out.append("\n#define WSKT_%s_ID %d\n".formatted(name, event.id()));
      out.append(
          "#define WSKT_%s_DESCRIPTOR { %d, %d, 0, %d, 0, %d, 0x%xULL }\n"
              .formatted(
                  name, event.id(), event.version(), event.level(), event.task(), event.keyword()));
    }
    return out.toString();
  }

  private void structs() {
    Map<String, Field.Struct> nested = new LinkedHashMap<>();
    for (Template template : manifest.templates()) {
      for (Field field : template.fields()) {
        if (field instanceof Field.Struct struct) {
          nested.putIfAbsent(struct.name(), struct);
        }
      }
    }
    struct(
        "HEADER",
        manifest.templates().getFirst().headerFields(),
        Manifest.HEADER_SIZE,
        "What every event begins with.");
    nested
        .values()
        .forEach(s -> struct(Names.upperSnake(s.name()), s.fields(), s.structSize(), ""));
    for (Template template : manifest.templates()) {
      payload(template);
    }
  }

  private void payload(Template template) {
    String tail =
        switch (template.fields().getLast()) {
          case Field.Text text -> "Behind it: WCHAR " + text.name() + "[], with its NUL.";
          case Field.Struct s when s.countField() != null ->
              "Behind it: WSKT_%s[%s].".formatted(Names.upperSnake(s.name()), s.countField());
          default -> "";
        };
    struct(Names.upperSnake(template.tid()), template.ownFields(), template.fixedSize(), tail);
  }

  private void struct(String name, List<Field> fields, int size, String comment) {
    out.append(comment.isEmpty() ? "\n" : "\n/* " + comment + " */\n");
    out.append("typedef struct _WSKT_%s {\n".formatted(name));
    if (!fields.isEmpty() && fields.getFirst().offset() == Manifest.HEADER_SIZE) {
      out.append("    WSKT_HEADER Header;\n");
    }
    fields.stream()
        .filter(field -> field.size() > 0)
        .forEach(field -> out.append("    " + member(field) + ";\n"));
    out.append("} WSKT_%s;\n".formatted(name));
    assertion("sizeof(WSKT_%s) == %d".formatted(name, size), name + " has grown a hole");
    for (Field field : fields) {
      if (field.size() > 0) {
        assertion(
            "offsetof(WSKT_%s, %s) == %d".formatted(name, field.name(), field.offset()),
            name + "." + field.name());
      }
    }
  }

  private void assertion(String condition, String message) {
    out.append("_Static_assert(%s, \"%s\");\n".formatted(condition, message));
  }

  private static String member(Field field) {
    return switch (field) {
      case Field.Unsigned number -> "UINT%d %s".formatted(number.size() * 8, number.name());
      case Field.Bytes bytes -> "UINT8 %s[%d]".formatted(bytes.name(), bytes.size());
      case Field.Struct struct ->
          "WSKT_%s %s".formatted(Names.upperSnake(struct.name()), struct.name());
      case Field.Text text -> throw new IllegalArgumentException(text.name() + " is no member");
    };
  }

  private static String guid(String text) {
    String hex = text.replaceAll("[{}-]", "");
    StringBuilder bytes = new StringBuilder();
    for (int i = 16; i < 32; i += 2) {
      bytes.append(i == 16 ? "" : ", ").append("0x").append(hex, i, i + 2);
    }
    return "{ 0x%s, 0x%s, 0x%s, { %s } }"
        .formatted(hex.substring(0, 8), hex.substring(8, 12), hex.substring(12, 16), bytes);
  }
}
