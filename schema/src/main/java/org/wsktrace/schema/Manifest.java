package org.wsktrace.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * An ETW instrumentation manifest (format: learn.microsoft.com, "EventManifest Schema"), with the
 * layout that its templates give to payloads.
 *
 * <p>Reading checks what the manifest compiler of the SDK would check and what wsktrace adds to it:
 * ids and values are unique, every reference is answered, each template starts with the same
 * 64-byte header, every field is aligned to its size.
 */
public record Manifest(
    String providerName,
    String providerGuid,
    String providerSymbol,
    Map<String, Long> keywords,
    List<ValueMap> maps,
    List<Template> templates,
    List<Event> events) {

  /** Bytes of the fields that every payload begins with. */
  public static final int HEADER_SIZE = 64;

  private static final Map<String, Integer> LEVELS =
      Map.of(
          "win:Critical",
          1,
          "win:Error",
          2,
          "win:Warning",
          3,
          "win:Informational",
          4,
          "win:Verbose",
          5);

  /**
   * @throws ManifestException when the file is not a manifest of the kind described above
   */
  public static Manifest read(Path file) throws IOException {
    Document document;
    try (var in = Files.newInputStream(file)) {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      document = factory.newDocumentBuilder().parse(in);
    } catch (ParserConfigurationException | SAXException e) {
      throw new ManifestException(file + " is not well-formed XML: " + e.getMessage(), e);
    }
    return new Reader(document).manifest();
  }

  /** Reads one document; lives for one call of {@link #read}. */
  private static final class Reader {
    private final Document document;
    private final Map<String, String> strings = new HashMap<>();
    private final Map<String, Long> keywords = new LinkedHashMap<>();
    private final Map<String, Integer> tasks = new HashMap<>();
    private final Map<String, ValueMap> maps = new LinkedHashMap<>();
    private final Map<String, Template> templates = new LinkedHashMap<>();

    Reader(Document document) {
      this.document = document;
    }

    Manifest manifest() {
      for (Element string : all("string")) {
        put(strings, attribute(string, "id"), attribute(string, "value"), "string");
      }
      for (Element keyword : all("keyword")) {
        message(keyword);
        put(
            keywords,
            attribute(keyword, "name"),
            Long.decode(attribute(keyword, "mask")),
            "keyword");
      }
      for (Element task : all("task")) {
        message(task);
        put(tasks, attribute(task, "name"), Integer.decode(attribute(task, "value")), "task");
      }
      for (String kind : List.of("valueMap", "bitMap")) {
        for (Element map : all(kind)) {
          put(maps, attribute(map, "name"), valueMap(map, kind.equals("bitMap")), "map");
        }
      }
      for (Element template : all("template")) {
        put(templates, attribute(template, "tid"), template(template), "template");
      }
      checkHeaders();
      Element provider = all("provider").getFirst();
      message(provider);
      return new Manifest(
          attribute(provider, "name"),
          attribute(provider, "guid"),
          attribute(provider, "symbol"),
          keywords,
          List.copyOf(maps.values()),
          List.copyOf(templates.values()),
          events());
    }

    private List<Event> events() {
      Set<Integer> ids = new HashSet<>();
      List<Event> events = new ArrayList<>();
      for (Element element : all("event")) {
        message(element);
        int id = Integer.decode(attribute(element, "value"));
        if (id < 1 || id > 0xFFFF || !ids.add(id)) {
          throw new ManifestException("event id " + id + " is out of range or used twice");
        }
        long keyword = 0;
        for (String name : attribute(element, "keywords").split(" ", -1)) {
          keyword |= resolve(keywords, name, "keyword");
        }
        events.add(
            new Event(
                id,
                Integer.decode(attribute(element, "version")),
                attribute(element, "symbol"),
                resolve(LEVELS, attribute(element, "level"), "level"),
                resolve(tasks, attribute(element, "task"), "task"),
                keyword,
                resolve(templates, attribute(element, "template"), "template")));
      }
      return events;
    }

    private ValueMap valueMap(Element map, boolean bits) {
      String name = attribute(map, "name");
      Set<Long> values = new HashSet<>();
      List<ValueMap.Entry> entries = new ArrayList<>();
      for (Element entry : children(map)) {
        long value = Long.decode(attribute(entry, "value"));
        if (!values.add(value) || (bits && Long.bitCount(value) != 1)) {
          throw new ManifestException(
              "map " + name + ": value " + value + " is used twice or is not one bit");
        }
        entries.add(new ValueMap.Entry(value, attribute(entry, "symbol"), message(entry)));
      }
      return new ValueMap(name, bits, entries);
    }

    private Template template(Element element) {
      String tid = attribute(element, "tid");
      List<Field> fields = fields(element, tid);
      int fixedSize = end(fields);
      if (fixedSize % 8 != 0) {
        throw new ManifestException(
            "template "
                + tid
                + " has a fixed part of "
                + fixedSize
                + " bytes: pad it to a multiple of 8");
      }
      return new Template(tid, fields, fixedSize);
    }

    private List<Field> fields(Element parent, String place) {
      List<Field> fields = new ArrayList<>();
      int offset = 0;
      for (Element element : children(parent)) {
        if (!fields.isEmpty() && isTail(fields.getLast())) {
          throw new ManifestException(
              place + ": a string or a counted struct can only be the last field");
        }
        Field field =
            element.getTagName().equals("struct") ? struct(element, offset) : data(element, offset);
        int alignment = alignment(field);
        if (offset % alignment != 0) {
          throw new ManifestException(
              place
                  + "."
                  + field.name()
                  + " stands at "
                  + offset
                  + ", not at a multiple of "
                  + alignment);
        }
        if (field instanceof Field.Struct(_, _, _, _, String countField)
            && countField != null
            && fields.stream().noneMatch(earlier -> earlier.name().equals(countField))) {
          throw new ManifestException(
              place + "." + field.name() + " is counted by an unknown field " + countField);
        }
        fields.add(field);
        offset += field.size();
      }
      return List.copyOf(fields);
    }

    private Field.Struct struct(Element element, int offset) {
      String name = attribute(element, "name");
      List<Field> fields = fields(element, name);
      return new Field.Struct(name, offset, end(fields), fields, optional(element, "count"));
    }

    private Field data(Element element, int offset) {
      String name = attribute(element, "name");
      String mapName = optional(element, "map");
      ValueMap map = mapName == null ? null : resolve(maps, mapName, "map");
      String out = optional(element, "outType");
      Field.Meaning meaning =
          switch (out) {
            case null -> Field.Meaning.PLAIN;
            case "win:NTSTATUS" -> Field.Meaning.NTSTATUS;
            case String hex when hex.startsWith("win:HexInt") -> Field.Meaning.HEX;
            default -> Field.Meaning.PLAIN;
          };
      return switch (attribute(element, "inType")) {
        case "win:UInt8" -> new Field.Unsigned(name, offset, 1, meaning, map);
        case "win:UInt16" -> new Field.Unsigned(name, offset, 2, meaning, map);
        case "win:UInt32" -> new Field.Unsigned(name, offset, 4, meaning, map);
        case "win:UInt64" -> new Field.Unsigned(name, offset, 8, meaning, map);
        case "win:FILETIME" -> new Field.Unsigned(name, offset, 8, Field.Meaning.FILETIME, null);
        case "win:Binary" ->
            new Field.Bytes(
                name,
                offset,
                Integer.decode(attribute(element, "length")),
                "win:SocketAddress".equals(out));
        case "win:UnicodeString" -> new Field.Text(name, offset);
        case String other ->
            throw new ManifestException(name + ": inType " + other + " is not one we lay out");
      };
    }

    private void checkHeaders() {
      List<Field> header = templates.values().iterator().next().headerFields();
      for (Template template : templates.values()) {
        if (!template.headerFields().equals(header)
            || end(template.headerFields()) != HEADER_SIZE) {
          throw new ManifestException(
              "template " + template.tid() + " does not begin with the common header");
        }
      }
    }

    private static boolean isTail(Field field) {
      return field instanceof Field.Text
          || (field instanceof Field.Struct struct && struct.countField() != null);
    }

    private static int alignment(Field field) {
      return switch (field) {
        case Field.Unsigned number -> number.size();
        case Field.Bytes _ -> 1;
        case Field.Text _ -> 2;
        case Field.Struct struct ->
            struct.fields().stream().mapToInt(Reader::alignment).max().orElse(1);
      };
    }

    private static int end(List<Field> fields) {
      return fields.stream().mapToInt(Field::size).sum();
    }

    /** The text behind a message attribute such as $(string.Verb.WskSend). */
    private String message(Element element) {
      String reference = attribute(element, "message");
      if (!reference.startsWith("$(string.") || !reference.endsWith(")")) {
        throw new ManifestException("message " + reference + " is not of the form $(string.ID)");
      }
      return resolve(
          strings, reference.substring("$(string.".length(), reference.length() - 1), "string");
    }

    private List<Element> all(String tag) {
      return elements(document.getElementsByTagName(tag));
    }

    private static List<Element> children(Element parent) {
      return elements(parent.getChildNodes());
    }

    private static List<Element> elements(NodeList nodes) {
      return IntStream.range(0, nodes.getLength())
          .mapToObj(nodes::item)
          .filter(Element.class::isInstance)
          .map(Element.class::cast)
          .toList();
    }

    private static String attribute(Element element, String name) {
      String value = optional(element, name);
      if (value == null) {
        throw new ManifestException("<" + element.getTagName() + "> lacks the attribute " + name);
      }
      return value;
    }

    private static @Nullable String optional(Element element, String name) {
      return element.hasAttribute(name) ? element.getAttribute(name) : null;
    }

    private static <V> V resolve(Map<String, V> table, String key, String kind) {
      V value = table.get(key);
      if (value == null) {
        throw new ManifestException("there is no " + kind + " named " + key);
      }
      return value;
    }

    private static <V> void put(Map<String, V> table, String key, V value, String kind) {
      if (table.put(key, value) != null) {
        throw new ManifestException("there are two " + kind + "s named " + key);
      }
    }
  }
}
