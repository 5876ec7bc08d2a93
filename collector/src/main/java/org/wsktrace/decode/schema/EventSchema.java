package org.wsktrace.decode.schema;

import java.util.List;

/**
 * What the payload of one event is made of, and what the event is called.
 *
 * @param provider name of the provider, or empty
 * @param event name of the event, or empty
 * @param fields in the order of the payload
 * @param slots how many numbers are kept while a payload is read; see {@link FieldSchema#slot}
 */
public record EventSchema(String provider, String event, List<FieldSchema> fields, int slots) {
  /** Copies the fields, checks the slots. */
  public EventSchema {
    fields = List.copyOf(fields);
    if (slots < 0 || slots > FieldSchema.MAX_SLOTS) {
      throw new IllegalArgumentException("slots " + slots);
    }
  }

  /** Counts the slots itself. */
  public static EventSchema of(String provider, String event, List<FieldSchema> fields) {
    return new EventSchema(provider, event, fields, slotsOf(fields));
  }

  private static int slotsOf(List<FieldSchema> fields) {
    int slots = 0;
    for (FieldSchema field : fields) {
      slots = Math.max(slots, Math.max(field.slot() + 1, slotsOf(field.members())));
      slots = Math.max(slots, Math.max(asked(field.count()), asked(field.length())));
    }
    return slots;
  }

  private static int asked(Extent extent) {
    return extent.kind() == Extent.Kind.SLOT ? extent.number() + 1 : 0;
  }
}
