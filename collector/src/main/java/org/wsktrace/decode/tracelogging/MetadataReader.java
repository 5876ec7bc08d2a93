package org.wsktrace.decode.tracelogging;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.schema.Extent;
import org.wsktrace.decode.schema.FieldSchema;
import org.wsktrace.decode.schema.InType;
import org.wsktrace.decode.schema.OutType;
import org.wsktrace.etl.layout.LittleEndian;

/**
 * Reads the description of one event. Where it is cut or makes no sense, the fields in front stay,
 * with one of {@link InType#UNKNOWN} behind them: what follows in payloads cannot be found.
 */
final class MetadataReader {
  /** Structs within structs; more is not a description. */
  static final int MAX_DEPTH = 16;

  private static final int CHAIN = 0x80;
  private static final int IN_TYPE = 0x1F;
  private static final int COUNT = 0x60;
  private static final int COUNT_CONSTANT = 0x20;
  private static final int COUNT_VARIABLE = 0x40;
  private static final int COUNT_CUSTOM = 0x60;
  private static final int IN_BINARY = 14;
  private static final int IN_STRUCT = 24;

  private final MemorySegment metadata;
  private final long end;
  private long at = 2;

  private MetadataReader(MemorySegment metadata) {
    this.metadata = metadata;
    end =
        metadata.byteSize() < 2 ? 0 : Math.min(metadata.byteSize(), LittleEndian.u16(metadata, 0));
  }

  /**
   * @param metadata from its size on
   */
  static EventSchema read(String provider, MemorySegment metadata) {
    var reader = new MetadataReader(metadata);
    try {
      reader.skipTags();
      String event = reader.text();
      return EventSchema.of(provider, event, reader.fields(Integer.MAX_VALUE, 0));
    } catch (Cut _) {
      return EventSchema.of(provider, "", List.of());
    }
  }

  /** The description ends inside something. Without a stack: bad bytes are normal. */
  private static final class Cut extends Exception {
    private static final long serialVersionUID = 1;

    Cut() {
      super("the metadata are cut", null, false, false);
    }
  }

  private List<FieldSchema> fields(int most, int depth) {
    List<FieldSchema> fields = new ArrayList<>();
    try {
      while (fields.size() < most && (at < end || depth > 0)) {
        FieldSchema field = field(depth);
        fields.add(field);
        if (field.in() == InType.UNKNOWN) {
          break;
        }
      }
    } catch (Cut _) {
      fields.add(FieldSchema.of("", InType.UNKNOWN));
      at = end;
    }
    return fields;
  }

  private FieldSchema field(int depth) throws Cut {
    String name = text();
    int in = u8();
    int out = 0;
    if ((in & CHAIN) != 0) {
      int outAndChain = u8();
      out = outAndChain & ~CHAIN;
      if ((outAndChain & CHAIN) != 0) {
        skipTags();
      }
    }
    Extent count =
        switch (in & COUNT) {
          case COUNT_CONSTANT -> Extent.fixed(u16());
          case COUNT_VARIABLE -> Extent.PREFIX;
          default -> Extent.NONE;
        };
    if ((in & COUNT) == COUNT_CUSTOM) {
      skip(u16());
      // Of a kind that only its provider knows; counted bytes.
      return FieldSchema.of(name, InType.COUNTED_BINARY);
    }
    if ((in & IN_TYPE) == IN_STRUCT) {
      // The out-type says how many of the next fields are its members.
      return depth == MAX_DEPTH
          ? FieldSchema.of(name, InType.UNKNOWN)
          : FieldSchema.struct(name, fields(out, depth + 1)).times(count);
    }
    return FieldSchema.of(name, inType(in & IN_TYPE)).as(outType(out)).times(count);
  }

  private static InType inType(int number) {
    // TraceLogging counts its binaries; TDH's 14 has a length elsewhere.
    return number == IN_BINARY ? InType.COUNTED_BINARY : InType.of(number);
  }

  /** TlgOut_t. */
  private static OutType outType(int number) {
    return switch (number) {
      case 2 -> OutType.STRING;
      case 3 -> OutType.BOOLEAN;
      case 4 -> OutType.HEX;
      case 5 -> OutType.PID;
      case 6 -> OutType.TID;
      case 7 -> OutType.PORT;
      case 8 -> OutType.IPV4;
      case 9 -> OutType.IPV6;
      case 10 -> OutType.SOCKET_ADDRESS;
      case 11 -> OutType.XML;
      case 12 -> OutType.JSON;
      case 13 -> OutType.WIN32_ERROR;
      case 14 -> OutType.NTSTATUS;
      case 15 -> OutType.HRESULT;
      case 16, 38 -> OutType.DATE_TIME;
      case 17 -> OutType.SIGNED;
      case 18 -> OutType.UNSIGNED;
      case 35 -> OutType.UTF8;
      case 37 -> OutType.CODE_POINTER;
      default -> OutType.DEFAULT;
    };
  }

  private void skipTags() throws Cut {
    while ((u8() & CHAIN) != 0) {
      // All of them are of no concern.
    }
  }

  private int u8() throws Cut {
    skip(1);
    return LittleEndian.u8(metadata, at - 1);
  }

  private int u16() throws Cut {
    skip(2);
    return LittleEndian.u16(metadata, at - 2);
  }

  private void skip(int bytes) throws Cut {
    if (bytes > end - at) {
      throw new Cut();
    }
    at += bytes;
  }

  private String text() throws Cut {
    long from = at;
    while (u8() != 0) {
      // Up to the NUL.
    }
    byte[] bytes = metadata.asSlice(from, at - 1 - from).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
