package org.wsktrace.decode.tracelogging;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.schema.FieldSchema;

/**
 * The schemas of TraceLogging events, each read once: by provider and the bytes of the description.
 *
 * <p>Bounded: a trace may have as many descriptions as events. When it is full it begins anew, so
 * that what is in use comes back.
 *
 * <p>Belongs to one thread.
 */
public final class TraceLoggingSchemas {
  // About what it may keep, in bytes; some ten thousand descriptions of the usual size.
  private static final long MAX_WEIGHT = 32 << 20;
  private static final int WEIGHT_OF_SCHEMA = 400;
  private static final int WEIGHT_OF_FIELD = 120;

  private final Map<Metadata, EventSchema> schemas = new HashMap<>();
  private final Metadata sought = new Metadata();
  private long weight;

  /**
   * The schema that a description gave when it was {@linkplain #read read}.
   *
   * @param providerHigh high half of the provider's GUID
   * @param providerLow low half
   * @param offset of the description in the segment, where its size stands
   * @param size its bytes, at most 64 KiB
   * @return null where it was not read, or has been forgotten
   */
  public @Nullable EventSchema find(
      long providerHigh, long providerLow, MemorySegment segment, long offset, int size) {
    sought.set(providerHigh, providerLow, segment, offset, size);
    EventSchema schema = schemas.get(sought);
    sought.forget();
    return schema;
  }

  /**
   * Reads a description, as far as it makes sense.
   *
   * @param provider its name, or empty
   */
  public EventSchema read(
      String provider,
      long providerHigh,
      long providerLow,
      MemorySegment segment,
      long offset,
      int size) {
    Metadata metadata = Metadata.copyOf(providerHigh, providerLow, segment, offset, size);
    EventSchema schema = MetadataReader.read(provider, metadata.bytes());
    long more = WEIGHT_OF_SCHEMA + 2L * size + (long) WEIGHT_OF_FIELD * count(schema.fields());
    if (weight + more > MAX_WEIGHT) {
      schemas.clear();
      weight = 0;
    }
    weight += more;
    schemas.put(metadata, schema);
    return schema;
  }

  private static int count(List<FieldSchema> fields) {
    int count = fields.size();
    for (FieldSchema field : fields) {
      count += count(field.members());
    }
    return count;
  }
}
