package org.wsktrace.cli.listing;

import static org.wsktrace.etl.layout.LittleEndian.guidHigh;
import static org.wsktrace.etl.layout.LittleEndian.guidLow;
import static org.wsktrace.etl.layout.LittleEndian.i64;
import static org.wsktrace.etl.layout.LittleEndian.u32;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.UUID;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.record.EventRecord;
import tools.jackson.core.JsonGenerator;

/** What only some events have besides their payload, as members of a JSON object. */
final class ExtraJson {
  private static final UUID NONE = new UUID(0, 0);
  private static final int GUID_BYTES = 16;

  private final Digits digits;

  ExtraJson(Digits digits) {
    this.digits = digits;
  }

  /** Whether there is anything to write. */
  static boolean has(EventRecord event) {
    return event.counterCount() > 0
        || event.instanceId() != 0
        || event.messageFlags() != 0
        || !event.activityId().equals(NONE)
        || hasItems(event);
  }

  private static boolean hasItems(EventRecord event) {
    for (int item = event.firstItem(); item >= 0; item = event.nextItem(item)) {
      if (!isDescription(event.itemType(item))) {
        return true;
      }
    }
    return false;
  }

  /** What only serves to decode the event. */
  private static boolean isDescription(int type) {
    return type == ExtendedItem.EVENT_SCHEMA || type == ExtendedItem.PROVIDER_TRAITS;
  }

  /** Members of an object that is open. */
  void members(JsonGenerator json, EventRecord event) {
    UUID activity = event.activityId();
    if (!activity.equals(NONE)) {
      json.writeStringProperty("activity", activity.toString());
    }
    if (hasItems(event)) {
      json.writeArrayPropertyStart("items");
      for (int item = event.firstItem(); item >= 0; item = event.nextItem(item)) {
        if (!isDescription(event.itemType(item))) {
          item(json, event, item);
        }
      }
      json.writeEndArray();
    }
    if (event.counterCount() > 0) {
      json.writeArrayPropertyStart("counters");
      for (int i = 0; i < event.counterCount(); i++) {
        hex(json, event.counter(i), 16);
      }
      json.writeEndArray();
    }
    if (event.instanceId() != 0) {
      json.writeNumberProperty("instance", Integer.toUnsignedLong(event.instanceId()));
      json.writeNumberProperty("parent_instance", Integer.toUnsignedLong(event.parentInstanceId()));
      json.writeStringProperty("parent_class", event.parentClass().toString());
    }
    if (event.messageFlags() != 0) {
      json.writeName("message_flags");
      hex(json, event.messageFlags(), 4);
    }
  }

  private void item(JsonGenerator json, EventRecord event, int item) {
    int type = event.itemType(item);
    int size = event.itemSize(item);
    long at = event.itemOffset(item);
    MemorySegment segment = event.segment();
    json.writeStartObject();
    json.writeNumberProperty("type", type);
    if (type == ExtendedItem.RELATED_ACTIVITY_ID && size == GUID_BYTES) {
      json.writeStringProperty(
          "related_activity", new UUID(guidHigh(segment, at), guidLow(segment, at)).toString());
    } else if (isStack(type) && size >= Long.BYTES) {
      stack(json, segment, at, size, type == ExtendedItem.STACK_32 ? 4 : 8);
    } else {
      json.writeStringProperty(
          "data",
          HexFormat.of().formatHex(segment.asSlice(at, size).toArray(ValueLayout.JAVA_BYTE)));
    }
    json.writeEndObject();
  }

  private static boolean isStack(int type) {
    return type == ExtendedItem.STACK_32 || type == ExtendedItem.STACK_64;
  }

  private void stack(
      JsonGenerator json, MemorySegment segment, long at, int size, int addressBytes) {
    json.writeName("match");
    hex(json, i64(segment, at), 16);
    json.writeArrayPropertyStart("stack");
    long end = at + size;
    for (long next = at + Long.BYTES; next + addressBytes <= end; next += addressBytes) {
      hex(json, addressBytes == 4 ? u32(segment, next) : i64(segment, next), 2 * addressBytes);
    }
    json.writeEndArray();
  }

  private void hex(JsonGenerator json, long number, int hexDigits) {
    json.writeString(digits.text(), 0, digits.hex(number, hexDigits));
  }
}
