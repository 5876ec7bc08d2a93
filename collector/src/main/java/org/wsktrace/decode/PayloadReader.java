package org.wsktrace.decode;

import static org.wsktrace.etl.layout.LittleEndian.i32;
import static org.wsktrace.etl.layout.LittleEndian.i64;
import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u32;
import static org.wsktrace.etl.layout.LittleEndian.u8;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.schema.Extent;
import org.wsktrace.decode.schema.FieldSchema;
import org.wsktrace.decode.schema.InType;
import org.wsktrace.decode.schema.OutType;

/**
 * Reads payloads by their schemas; the only place that does.
 *
 * <p>What the bytes say is never trusted. Reading ends at the first value that is not wholly there
 * (a length or count that lies, a payload that is too short, a type that is not known): what was
 * read stays, also the first values of an array and the first members of a struct, and {@link
 * #leftover} says how many bytes were not. A text that ends at a NUL may end at the payload's end
 * instead; a field for which no byte is left is not there.
 *
 * <p>Belongs to one thread.
 */
final class PayloadReader {
  // Values without bytes, beyond one for each field and two for each byte of payload: bounds what
  // an event may cost.
  private static final int SPARE_VALUES = 1024;

  private static final long NOT_READ = Long.MIN_VALUE;

  private final PayloadText text = new PayloadText();
  private final long[] slots = new long[FieldSchema.MAX_SLOTS];
  private MemorySegment segment = MemorySegment.NULL;
  // The next byte, and that behind the last.
  private long at;
  private long end;
  private int pointerSize = 8;
  private int valuesLeft;
  // Whether a value was not wholly there.
  private boolean ended;

  /**
   * The fields of a payload, as far as they are there.
   *
   * @param offset of the payload in the segment
   * @param size of the payload in bytes
   * @param newPointerSize of who logged it, 4 or 8
   */
  List<Field> read(
      EventSchema schema, MemorySegment newSegment, long offset, int size, int newPointerSize) {
    segment = newSegment;
    at = offset;
    end = offset + size;
    pointerSize = newPointerSize;
    valuesLeft = maxValues(schema, size);
    ended = false;
    Arrays.fill(slots, 0, schema.slots(), NOT_READ);
    List<Field> fields = fields(schema.fields());
    segment = MemorySegment.NULL;
    return fields;
  }

  /** The most values that are read of a payload. */
  static int maxValues(EventSchema schema, int size) {
    return SPARE_VALUES + schema.fields().size() + 2 * size;
  }

  /** Bytes at the end of the payload that were not read. */
  int leftover() {
    return (int) (end - at);
  }

  private List<Field> fields(List<FieldSchema> schemas) {
    // A schema may have more fields than the payload has bytes.
    Field[] fields = new Field[(int) Math.min(schemas.size(), end - at + 1)];
    int count = 0;
    while (count < schemas.size() && !ended) {
      FieldSchema schema = schemas.get(count);
      Value value = schema.count().kind() == Extent.Kind.NONE ? single(schema) : array(schema);
      if (value == null) {
        break;
      }
      if (count == fields.length) {
        fields = Arrays.copyOf(fields, 2 * count);
      }
      fields[count++] = new Field(schema.name(), value);
    }
    return List.of(count == fields.length ? fields : Arrays.copyOf(fields, count));
  }

  private @Nullable Value array(FieldSchema schema) {
    long start = at;
    boolean rest = schema.count().kind() == Extent.Kind.REST;
    long count = rest ? Long.MAX_VALUE : amount(schema.count());
    if (count < 0) {
      return absent();
    }
    if (isCharacter(schema)) {
      return characters(
          schema.in().bytes(), rest ? (end - at) / schema.in().bytes() : count, start);
    }
    List<Value> values = new ArrayList<>((int) Math.min(count, Math.min(64, end - at)));
    while (values.size() < count && !ended && !(rest && at >= end)) {
      Value value = single(schema);
      if (value != null) {
        values.add(value);
      }
    }
    if (values.isEmpty() && ended && !rest) {
      // The count was not read either.
      at = start;
      return null;
    }
    return new Value.Array(values);
  }

  private static boolean isCharacter(FieldSchema schema) {
    return schema.out() == OutType.STRING && (schema.in().bytes() == 1 || schema.in().bytes() == 2);
  }

  /** An array of characters is a text; as much of it as is there. */
  private @Nullable Value characters(int bytes, long count, long start) {
    long room = (end - at) / bytes;
    if (count > room) {
      ended = true;
      if (room == 0) {
        at = start;
        return null;
      }
    }
    return bytes == 1 ? bytes(Math.min(count, room), false) : utf16(Math.min(count, room), false);
  }

  /** How many, by whoever says it, or -1 where nobody does. */
  private long amount(Extent extent) {
    return switch (extent.kind()) {
      case NONE -> -1;
      case FIXED -> extent.number();
      case REST -> end - at;
      case PREFIX -> {
        if (end - at < 2) {
          yield -1;
        }
        at += 2;
        yield u16(segment, at - 2);
      }
      case SLOT -> {
        long number = slots[extent.number()];
        yield number == NOT_READ ? -1 : number < 0 ? Long.MAX_VALUE : number;
      }
    };
  }

  private @Nullable Value absent() {
    ended = true;
    return null;
  }

  /** One value, or null where it is not wholly there; then nothing of it was read. */
  private @Nullable Value single(FieldSchema schema) {
    InType in = schema.in();
    int bytes = Math.max(0, in.bytes());
    if (--valuesLeft < 0 || end - at < bytes) {
      return absent();
    }
    long from = at;
    at += bytes;
    Value value =
        switch (in) {
          case NULL -> PayloadValues.binary(OutType.DEFAULT, segment, from, 0);
          case INT8 -> number(schema, u8(segment, from), 1, false);
          case UINT8 -> number(schema, u8(segment, from), 1, true);
          case INT16 -> number(schema, u16(segment, from), 2, false);
          case UINT16 -> number(schema, u16(segment, from), 2, true);
          case INT32 -> number(schema, u32(segment, from), 4, false);
          case UINT32 -> number(schema, u32(segment, from), 4, true);
          case INT64 -> number(schema, i64(segment, from), 8, false);
          case UINT64 -> number(schema, i64(segment, from), 8, true);
          case HEX_INT32 -> hex(schema, u32(segment, from), 4);
          case HEX_INT64 -> hex(schema, i64(segment, from), 8);
          case POINTER, SIZE_T -> pointer(schema);
          case BOOLEAN -> bool(schema, u32(segment, from));
          case FLOAT -> new Value.Real(Float.intBitsToFloat(i32(segment, from)), 4);
          case DOUBLE -> new Value.Real(Double.longBitsToDouble(i64(segment, from)), 8);
          case GUID -> new Value.Guid(PayloadValues.guid(segment, from));
          case FILETIME -> new Value.Time(i64(segment, from));
          case SYSTEMTIME -> PayloadValues.systemTime(segment, from);
          case UNICODE_CHAR -> new Value.Text(text.utf16(segment, from, 1, false));
          case ANSI_CHAR -> new Value.Text(text.ansi(segment, from, 1, false));
          case UNICODE_STRING -> unicode(schema.length());
          case ANSI_STRING -> ansi(schema.length());
          case COUNTED_STRING, MOF_COUNTED_STRING -> countedUtf16(false);
          case REVERSED_COUNTED_STRING -> countedUtf16(true);
          case COUNTED_ANSI_STRING, MOF_COUNTED_ANSI_STRING -> bytes(prefix(2, false), false);
          case REVERSED_COUNTED_ANSI_STRING -> bytes(prefix(2, true), false);
          case NON_NULL_TERMINATED_STRING -> utf16((end - at) / 2, false);
          case NON_NULL_TERMINATED_ANSI_STRING -> bytes(end - at, false);
          case BINARY -> binary(schema.out(), binaryLength(schema));
          case COUNTED_BINARY -> binary(schema.out(), prefix(2, false));
          case HEX_DUMP -> binary(schema.out(), prefix(4, false));
          case SID -> sid();
          case WBEM_SID -> wbemSid();
          case STRUCT -> struct(schema.members());
          case UNKNOWN -> absent();
        };
    if (value == null) {
      at = from;
    }
    return value;
  }

  private @Nullable Value struct(List<FieldSchema> members) {
    List<Field> fields = fields(members);
    return fields.isEmpty() && ended ? null : new Value.Struct(fields);
  }

  // Numbers

  private Value number(FieldSchema schema, long bits, int bytes, boolean unsigned) {
    return kept(schema, bits, PayloadValues.number(schema.out(), bits, bytes, unsigned));
  }

  private Value hex(FieldSchema schema, long bits, int bytes) {
    return schema.out() == OutType.DEFAULT
        ? kept(schema, bits, new Value.Hex(bits, bytes))
        : number(schema, bits, bytes, true);
  }

  private Value bool(FieldSchema schema, long bits) {
    return schema.out() == OutType.DEFAULT
        ? kept(schema, bits, new Value.Bool(bits != 0))
        : number(schema, bits, 4, true);
  }

  private @Nullable Value pointer(FieldSchema schema) {
    if (end - at < pointerSize) {
      return absent();
    }
    long bits = pointerSize == 4 ? u32(segment, at) : i64(segment, at);
    at += pointerSize;
    return hex(schema, bits, pointerSize);
  }

  /** Keeps a number for those that ask for it, and gives it its name. */
  private Value kept(FieldSchema schema, long bits, Value value) {
    if (schema.slot() >= 0) {
      slots[schema.slot()] = bits == NOT_READ ? Long.MAX_VALUE : bits;
    }
    String name = schema.map() == null ? null : schema.map().nameOf(bits);
    return name == null ? value : new Value.Named(value, name);
  }

  // Texts

  private @Nullable Value unicode(Extent length) {
    if (length.kind() != Extent.Kind.NONE) {
      long units = length.kind() == Extent.Kind.REST ? (end - at) / 2 : amount(length);
      return utf16(units, length.kind() == Extent.Kind.FIXED);
    }
    if (at >= end) {
      return absent();
    }
    int units = PayloadText.unitsToNul(segment, at, end);
    Value value = utf16(units < 0 ? (end - at) / 2 : units, false);
    at += units < 0 ? 0 : 2;
    return value;
  }

  private @Nullable Value ansi(Extent length) {
    if (length.kind() != Extent.Kind.NONE) {
      return bytes(amount(length), length.kind() == Extent.Kind.FIXED);
    }
    if (at >= end) {
      return absent();
    }
    int count = PayloadText.bytesToNul(segment, at, end);
    Value value = bytes(count < 0 ? end - at : count, false);
    at += count < 0 ? 0 : 1;
    return value;
  }

  private @Nullable Value countedUtf16(boolean reversed) {
    long count = prefix(2, reversed);
    if (count > end - at) {
      return absent();
    }
    Value value = utf16(count < 0 ? -1 : count / 2, false);
    // An odd count cannot be, but that is what was counted.
    at += value == null ? 0 : count & 1;
    return value;
  }

  /**
   * @param units UTF-16, or -1 where that is not known
   * @param cut whether the text ends at the first NUL
   */
  private @Nullable Value utf16(long units, boolean cut) {
    if (units < 0 || units > (end - at) / 2) {
      return absent();
    }
    String string = text.utf16(segment, at, (int) units, cut);
    at += 2 * units;
    return new Value.Text(string);
  }

  private @Nullable Value bytes(long count, boolean cut) {
    if (count < 0 || count > end - at) {
      return absent();
    }
    String string = text.ansi(segment, at, (int) count, cut);
    at += count;
    return new Value.Text(string);
  }

  // Bytes

  /** The count in front of counted bytes, or -1 where it is not there. */
  private long prefix(int bytes, boolean reversed) {
    if (end - at < bytes) {
      return -1;
    }
    long count = bytes == 4 ? u32(segment, at) : u16(segment, at);
    at += bytes;
    return reversed ? Short.toUnsignedLong(Short.reverseBytes((short) count)) : count;
  }

  private long binaryLength(FieldSchema schema) {
    if (schema.length().kind() != Extent.Kind.NONE) {
      return amount(schema.length());
    }
    return schema.out() == OutType.IPV6 ? 16 : end - at;
  }

  private @Nullable Value binary(OutType out, long count) {
    if (count < 0 || count > end - at) {
      return absent();
    }
    Value value = PayloadValues.binary(out, segment, at, (int) count);
    at += count;
    return value;
  }

  private @Nullable Value sid() {
    int bytes = Addresses.sidBytes(segment, at, end);
    if (bytes < 0) {
      return absent();
    }
    Value value = new Value.Sid(Addresses.sid(segment, at));
    at += bytes;
    return value;
  }

  /** TOKEN_USER, whose first pointer is only good for being 0 or not, and the SID itself. */
  private @Nullable Value wbemSid() {
    if (end - at < 4) {
      return absent();
    }
    // The pointer may have been wiped, so it says little; a SID is told by its own first bytes.
    long behind = at + 2L * pointerSize;
    if (u32(segment, at) == 0 && !isSid(behind)) {
      at += 4;
      return new Value.Sid("");
    }
    at = behind;
    return sid();
  }

  /** Whether a SID of Windows is here: revision 1, one sub authority or more, a small authority. */
  private boolean isSid(long offset) {
    return Addresses.sidBytes(segment, offset, end) > Long.BYTES
        && (i64(segment, offset) & 0x00FF_FFFF_FFFF_00FFL) == 1;
  }
}
