package org.wsktrace.decode.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.schema.Extent;
import org.wsktrace.decode.schema.FieldSchema;
import org.wsktrace.decode.schema.InType;
import org.wsktrace.decode.schema.OutType;

/** Reads a table of event classes; the package documentation has its form. */
final class ClassTable {
  private static final Pattern CLASS =
      Pattern.compile("class (\\w+) ([0-9a-f-]{36})(?: group ([0-9A-F]{2}))?");
  private static final Pattern EVENT =
      Pattern.compile("(\\d{1,3}) ([\\w-]+)(?: hook ([0-9A-F]{4}))?");
  private static final Pattern FIELD =
      Pattern.compile("(\\w+) (\\w+)(?:\\((\\w+|\\*)\\))?(?:\\[(\\w+|\\*)])?");

  /**
   * One version of one event.
   *
   * @param hook group << 8 | opcode, or -1 for a class that has no group
   */
  record Entry(KernelClass of, int opcode, int hook, int version, EventSchema schema) {}

  /** An opcode of the class at hand. */
  private record Event(int opcode, int hook, String name) {}

  private final List<Entry> entries = new ArrayList<>();
  private String provider = KernelSchemas.PROVIDER;
  private @Nullable KernelClass of;
  private int group;
  private List<Event> events = List.of();
  private int version = -1;
  private int slots;
  private final List<FieldSchema> fields = new ArrayList<>();

  private ClassTable() {}

  /**
   * Reads a table that lies beside this class.
   *
   * @throws IllegalStateException where it is not well formed
   */
  static List<Entry> read(String name) {
    try (InputStream in = ClassTable.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing");
      }
      return read(name, new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a table; its name is for messages. */
  static List<Entry> read(String name, BufferedReader lines) throws IOException {
    var table = new ClassTable();
    int number = 0;
    String line;
    while ((line = lines.readLine()) != null) {
      number++;
      try {
        table.line(line.strip().replaceAll("\\s+", " "));
      } catch (IllegalStateException e) {
        throw new IllegalStateException("%s:%d: %s".formatted(name, number, e.getMessage()), e);
      }
    }
    table.endVersion();
    return table.entries;
  }

  private void line(String line) {
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    int space = line.indexOf(' ');
    String rest = line.substring(space + 1);
    switch (line.substring(0, Math.max(0, space))) {
      case "provider" -> provider = rest;
      case "class" -> beginClass(line);
      case "events" -> beginEvents(rest);
      case "version" -> {
        endVersion();
        version = Integer.parseInt(rest);
      }
      default -> fields.add(field(line));
    }
  }

  private void beginClass(String line) {
    endVersion();
    Matcher match = match(CLASS, line);
    of = new KernelClass(provider, match.group(1), UUID.fromString(match.group(2)));
    group = match.group(3) == null ? -1 : Integer.parseInt(match.group(3), 16);
    events = List.of();
  }

  private void beginEvents(String list) {
    endVersion();
    List<Event> begun = new ArrayList<>();
    for (String item : list.split(", ?", -1)) {
      Matcher match = match(EVENT, item);
      int opcode = Integer.parseInt(match.group(1));
      int hook = group < 0 ? -1 : group << 8 | opcode;
      begun.add(
          new Event(
              opcode,
              match.group(3) == null ? hook : Integer.parseInt(match.group(3), 16),
              match.group(2)));
    }
    events = begun;
  }

  private void endVersion() {
    if (version >= 0) {
      if (of == null || events.isEmpty()) {
        throw new IllegalStateException("a version of nothing");
      }
      for (Event event : events) {
        EventSchema schema =
            EventSchema.of(of.provider(), of.name() + "/" + event.name(), List.copyOf(fields));
        entries.add(new Entry(of, event.opcode(), event.hook(), version, schema));
      }
    } else if (!fields.isEmpty()) {
      throw new IllegalStateException("fields of no version");
    }
    version = -1;
    slots = 0;
    fields.clear();
  }

  private FieldSchema field(String line) {
    Matcher match = match(FIELD, line);
    FieldSchema field = typed(match.group(1), match.group(2));
    String length = match.group(3);
    String count = match.group(4);
    return field
        .sized(length == null ? Extent.NONE : extent(length))
        .times(count == null ? Extent.NONE : extent(count));
  }

  /** How many: the rest, a number, or what an earlier field says. */
  private Extent extent(String text) {
    if (text.equals("*")) {
      return Extent.REST;
    }
    return Character.isDigit(text.charAt(0))
        ? Extent.fixed(Integer.parseInt(text))
        : Extent.slot(slotOf(text));
  }

  /** Where the number of an earlier field is kept. */
  private int slotOf(String name) {
    for (int i = 0; i < fields.size(); i++) {
      FieldSchema field = fields.get(i);
      if (field.name().equals(name)) {
        if (field.slot() < 0) {
          fields.set(i, field.keptAs(slots++));
        }
        return fields.get(i).slot();
      }
    }
    throw new IllegalStateException("no field " + name + " in front of it");
  }

  private static FieldSchema typed(String type, String name) {
    return switch (type) {
      case "u8" -> FieldSchema.of(name, InType.UINT8);
      case "i8" -> FieldSchema.of(name, InType.INT8);
      case "hex8" -> FieldSchema.of(name, InType.UINT8).as(OutType.HEX);
      case "bool8" -> FieldSchema.of(name, InType.UINT8).as(OutType.BOOLEAN);
      case "u16" -> FieldSchema.of(name, InType.UINT16);
      case "i16" -> FieldSchema.of(name, InType.INT16);
      case "hex16" -> FieldSchema.of(name, InType.UINT16).as(OutType.HEX);
      case "port" -> FieldSchema.of(name, InType.UINT16).as(OutType.PORT);
      case "u32" -> FieldSchema.of(name, InType.UINT32);
      case "i32" -> FieldSchema.of(name, InType.INT32);
      case "hex32" -> FieldSchema.of(name, InType.HEX_INT32);
      case "pid" -> FieldSchema.of(name, InType.UINT32).as(OutType.PID);
      case "tid" -> FieldSchema.of(name, InType.UINT32).as(OutType.TID);
      case "ntstatus" -> FieldSchema.of(name, InType.UINT32).as(OutType.NTSTATUS);
      case "ipv4" -> FieldSchema.of(name, InType.UINT32).as(OutType.IPV4);
      case "ipv6" -> FieldSchema.of(name, InType.BINARY).as(OutType.IPV6);
      case "u64" -> FieldSchema.of(name, InType.UINT64);
      case "i64" -> FieldSchema.of(name, InType.INT64);
      case "hex64" -> FieldSchema.of(name, InType.HEX_INT64);
      case "filetime" -> FieldSchema.of(name, InType.FILETIME);
      case "systemtime" -> FieldSchema.of(name, InType.SYSTEMTIME);
      case "pointer" -> FieldSchema.of(name, InType.POINTER);
      case "size" -> FieldSchema.of(name, InType.SIZE_T);
      case "guid" -> FieldSchema.of(name, InType.GUID);
      case "sid" -> FieldSchema.of(name, InType.WBEM_SID);
      case "ansi" -> FieldSchema.of(name, InType.ANSI_STRING);
      case "utf8" -> FieldSchema.of(name, InType.ANSI_STRING).as(OutType.UTF8);
      case "utf16" -> FieldSchema.of(name, InType.UNICODE_STRING);
      case "binary" -> FieldSchema.of(name, InType.BINARY);
      default -> throw new IllegalStateException("no type " + type);
    };
  }

  private static Matcher match(Pattern pattern, String text) {
    Matcher match = pattern.matcher(text);
    if (!match.matches()) {
      throw new IllegalStateException("not understood: " + text);
    }
    return match;
  }
}
