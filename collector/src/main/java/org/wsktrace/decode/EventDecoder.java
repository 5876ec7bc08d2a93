package org.wsktrace.decode;

import static org.wsktrace.etl.layout.LittleEndian.u16;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.kernel.KernelClass;
import org.wsktrace.decode.kernel.KernelGroup;
import org.wsktrace.decode.kernel.KernelSchemas;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.record.EventRecord;

/**
 * Decodes events by what the {@link Schemas} know. Never throws for what bytes say: an event whose
 * payload is not as described keeps what could be read, and one that nothing describes is {@link
 * Origin#UNKNOWN}.
 *
 * <p>An event's own description counts first (TraceLogging), then what was merged into the file
 * (TRACE_EVENT_INFO), then manifests; of classic events what is merged, then what is built in.
 *
 * <p>A classic event that is in no table is named by its group or class and its opcode, as
 * "Power/85".
 *
 * <p>A WPP message has one field, "Arguments", with all its bytes: what they are is told by the PDB
 * of the program, which is not in the trace.
 *
 * <p>Belongs to the thread of its Schemas.
 */
public final class EventDecoder {
  private static final int CHANNEL_TRACE_LOGGING = 11;

  private final Schemas schemas;
  private final KernelSchemas kernel = KernelSchemas.builtIn();
  private final PayloadReader reader = new PayloadReader();

  /** Decodes with what these know when an event comes. */
  public EventDecoder(Schemas schemas) {
    this.schemas = schemas;
  }

  /** What an event says. */
  public DecodedEvent decode(EventRecord event) {
    return switch (event.headerType()) {
      case EVENT32, EVENT64 -> manifested(event);
      case FULL32, FULL64, INSTANCE32, INSTANCE64 -> classic(event);
      case MESSAGE -> message(event);
      default -> kernel(event);
    };
  }

  private DecodedEvent manifested(EventRecord event) {
    int metadata = event.item(ExtendedItem.EVENT_SCHEMA);
    if (metadata >= 0) {
      EventSchema schema =
          schemas.traceLogging(event, event.itemOffset(metadata), event.itemSize(metadata));
      return decoded(event, Origin.TRACE_LOGGING, schema);
    }
    if (event.channel() == CHANNEL_TRACE_LOGGING) {
      return inlineTraceLogging(event);
    }
    EventSchema schema = schemas.eventInfo(event);
    return schema == null
        ? decoded(event, Origin.MANIFEST, schemas.manifest(event))
        : decoded(event, Origin.EVENT_INFO, schema);
  }

  /**
   * Windows before 10 knows no extended items for TraceLogging: traits and description stand in
   * front of the payload, each with its size in a u16.
   */
  private DecodedEvent inlineTraceLogging(EventRecord event) {
    long from = event.payloadOffset();
    int size = event.payloadSize();
    int traits = size < 2 ? size : u16(event.segment(), from);
    int metadata = size - traits < 2 ? -1 : u16(event.segment(), from + traits);
    if (traits < 2 || metadata < 2 || metadata > size - traits) {
      return unknown(event);
    }
    schemas.learnInlineTraits(event, traits);
    EventSchema schema = schemas.traceLogging(event, from + traits, metadata);
    return decoded(event, Origin.TRACE_LOGGING, schema, traits + metadata, event.pointerSize());
  }

  private DecodedEvent classic(EventRecord event) {
    EventSchema schema = schemas.classicInfo(event);
    return schema == null ? kernel(event) : decoded(event, Origin.EVENT_INFO, schema);
  }

  /**
   * A class of the kernel. Old programs of 32 bits that copied a trace of a 64-bit system gave its
   * events headers of their own and left the payloads as they were, so pointers of the other size
   * count where they make the payload come out.
   */
  private DecodedEvent kernel(EventRecord event) {
    EventSchema schema = kernel.find(event);
    if (schema == null) {
      return unknown(event);
    }
    DecodedEvent said = decoded(event, Origin.KERNEL, schema);
    if (said.leftover() == 0) {
      return said;
    }
    int otherSize = event.pointerSize() == 4 ? 8 : 4;
    DecodedEvent other = decoded(event, Origin.KERNEL, schema, 0, otherSize);
    boolean whole = other.leftover() == 0 && other.fields().size() == schema.fields().size();
    return whole ? other : said;
  }

  private DecodedEvent message(EventRecord event) {
    List<Field> fields =
        event.payloadSize() == 0
            ? List.of()
            : List.of(new Field("Arguments", new Value.Binary(event.payloadBytes())));
    return new DecodedEvent("", "", Origin.WPP, fields, 0);
  }

  private DecodedEvent decoded(EventRecord event, Origin origin, @Nullable EventSchema schema) {
    return schema == null ? unknown(event) : decoded(event, origin, schema, 0, event.pointerSize());
  }

  /**
   * @param skipped bytes of the payload in front of the fields
   */
  private DecodedEvent decoded(
      EventRecord event, Origin origin, EventSchema schema, int skipped, int pointerSize) {
    List<Field> fields =
        reader.read(
            schema,
            event.segment(),
            event.payloadOffset() + skipped,
            event.payloadSize() - skipped,
            pointerSize);
    return new DecodedEvent(schema.provider(), schema.event(), origin, fields, reader.leftover());
  }

  private DecodedEvent unknown(EventRecord event) {
    if (event.group() >= 0) {
      return unknown(
          event, KernelSchemas.PROVIDER, KernelGroup.name(event.group()) + "/" + event.opcode());
    }
    KernelClass of = kernel.classOf(event.provider());
    return of == null
        ? unknown(event, schemas.providerName(event.provider()), "")
        : unknown(event, of.provider(), of.name() + "/" + event.opcode());
  }

  private static DecodedEvent unknown(EventRecord event, String provider, String name) {
    return new DecodedEvent(provider, name, Origin.UNKNOWN, List.of(), event.payloadSize());
  }
}
