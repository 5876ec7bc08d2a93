package org.wsktrace.decode.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.schema.Extent;
import org.wsktrace.decode.schema.FieldSchema;
import org.wsktrace.decode.schema.InType;
import org.wsktrace.decode.schema.OutType;

/** Reads a table of event classes; the package documentation has its form. */
final class ClassTable {
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
        table.line(line);
      } catch (IllegalStateException | IllegalArgumentException e) {
        throw new IllegalStateException("%s:%d: %s".formatted(name, number, e.getMessage()), e);
      }
    }
    table.endVersion();
    return table.entries;
  }

  // Without regular expressions: this runs before the first event can be read.
  private void line(String line) {
    var words = new StringTokenizer(line);
    if (!words.hasMoreTokens() || line.startsWith("#")) {
      return;
    }
    String first = next(words);
    switch (first) {
      case "provider" -> provider = next(words);
      case "class" -> beginClass(words);
      case "events" -> beginEvents(words);
      case "version" -> {
        endVersion();
        version = Integer.parseInt(next(words));
      }
      default -> fields.add(field(first, next(words)));
    }
    if (words.hasMoreTokens()) {
      throw new IllegalStateException("not understood: " + words.nextToken());
    }
  }

  private static String next(StringTokenizer words) {
    if (!words.hasMoreTokens()) {
      throw new IllegalStateException("a word is missing");
    }
    return words.nextToken();
  }

  private void beginClass(StringTokenizer words) {
    endVersion();
    of = new KernelClass(provider, next(words), UUID.fromString(next(words)));
    group = -1;
    if (words.hasMoreTokens() && next(words).equals("group")) {
      group = Integer.parseInt(next(words), 16);
    }
    events = List.of();
  }

  private void beginEvents(StringTokenizer words) {
    endVersion();
    List<Event> begun = new ArrayList<>();
    boolean more = true;
    while (more) {
      String number = next(words);
      int at = number.indexOf('@');
      int opcode = Integer.parseInt(at < 0 ? number : number.substring(0, at));
      int hook = group < 0 ? -1 : group << 8 | opcode;
      if (at >= 0) {
        hook = Integer.parseInt(number.substring(at + 1), 16);
      }
      String name = next(words);
      more = name.endsWith(",");
      begun.add(new Event(opcode, hook, more ? name.substring(0, name.length() - 1) : name));
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

  /** A type, and a name with its length in () and its count in []. */
  private FieldSchema field(String type, String name) {
    int length = name.indexOf('(');
    int count = name.indexOf('[');
    int end = length >= 0 ? length : count >= 0 ? count : name.length();
    FieldSchema field = typed(type, name.substring(0, end));
    if (length >= 0) {
      field = field.sized(extent(name.substring(length + 1, name.indexOf(')'))));
    }
    if (count >= 0) {
      field = field.times(extent(name.substring(count + 1, name.indexOf(']'))));
    }
    return field;
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
}
