package org.wsktrace.decode.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.schema.EventNames;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.schema.Extent;
import org.wsktrace.decode.schema.FieldSchema;
import org.wsktrace.decode.schema.InType;
import org.wsktrace.decode.schema.ValueMap;

/**
 * What was read of one provider until now: names refer to what may come later in the manifest, so
 * schemas are made at the end.
 */
final class ProviderDraft {
  private final UUID guid;
  private final String name;
  // Of a task's own opcodes too, by "task/opcode".
  private final Map<String, Integer> opcodes = new HashMap<>();
  private final Map<String, MapDraft> maps = new HashMap<>();
  private final Map<String, List<FieldDraft>> templates = new HashMap<>();
  private final List<EventDraft> events = new ArrayList<>();

  ProviderDraft(UUID guid, String name) {
    this.guid = guid;
    this.name = name;
  }

  /**
   * A field, as its attributes say; empty where one is absent.
   *
   * @param members null of what is no struct
   */
  record FieldDraft(
      String name,
      String in,
      String out,
      String count,
      String length,
      String map,
      @Nullable List<FieldDraft> members) {}

  /** An event, as its attributes say; empty where one is absent. */
  record EventDraft(
      int id,
      int version,
      String name,
      String symbol,
      String task,
      String opcode,
      String template) {}

  /** A map whose names may be references to strings. */
  record MapDraft(boolean bits, Map<Long, String> messages) {}

  void opcode(String task, String opcode, int value) {
    opcodes.put(task.isEmpty() ? opcode : task + "/" + opcode, value);
  }

  Map<Long, String> map(String mapName, boolean bits) {
    return maps.computeIfAbsent(mapName, _ -> new MapDraft(bits, new LinkedHashMap<>())).messages();
  }

  List<FieldDraft> template(String id) {
    return templates.computeIfAbsent(id, _ -> new ArrayList<>());
  }

  void event(EventDraft event) {
    events.add(event);
  }

  /**
   * Makes the schemas.
   *
   * @param strings by their ids
   */
  ProviderManifest manifest(Map<String, String> strings) {
    Map<String, ValueMap> named = new HashMap<>();
    maps.forEach((id, draft) -> named.put(id, map(id, draft, strings)));
    // Made once for each template, however many events have it.
    Map<String, EventSchema> bodies = new HashMap<>();
    templates.forEach((id, drafts) -> bodies.put(id, new Template(drafts, named).schema()));
    EventSchema nothing = EventSchema.of(name, "", List.of());
    Map<Integer, EventSchema> schemas = new HashMap<>();
    for (EventDraft event : events) {
      EventSchema body = bodies.getOrDefault(event.template(), nothing);
      schemas.putIfAbsent(
          ProviderManifest.key(event.id(), event.version()),
          new EventSchema(name, eventName(event), body.fields(), body.slots()));
    }
    return new ProviderManifest(guid, name, schemas);
  }

  private String eventName(EventDraft event) {
    String opcode = event.opcode();
    Integer value = opcodes.get(event.task() + "/" + opcode);
    if (value == null) {
      value = opcodes.get(opcode);
    }
    int number = value == null ? ManifestTypes.opcode(opcode) : value;
    return EventNames.eventName(
        event.name(),
        ManifestTypes.bare(event.task()),
        opcode.isEmpty() ? 0 : number,
        ManifestTypes.bare(opcode),
        event.symbol());
  }

  private static ValueMap map(String id, MapDraft draft, Map<String, String> strings) {
    Map<Long, String> names = new LinkedHashMap<>();
    draft.messages().forEach((value, message) -> names.put(value, text(message, strings)));
    return new ValueMap(id, draft.bits(), names);
  }

  /** "$(string.id)" stands for a string; one that is not there for itself. */
  private static String text(String message, Map<String, String> strings) {
    String prefix = "$(string.";
    boolean reference = message.startsWith(prefix) && message.endsWith(")");
    String id = reference ? message.substring(prefix.length(), message.length() - 1) : message;
    return reference ? strings.getOrDefault(id, id) : message;
  }

  /** Makes the fields of one template. */
  private static final class Template {
    private final List<FieldDraft> drafts;
    private final Map<String, ValueMap> maps;
    private final Set<String> asked = new HashSet<>();
    // Of those that were asked for and have been seen.
    private final Map<String, Integer> slots = new HashMap<>();

    Template(List<FieldDraft> drafts, Map<String, ValueMap> maps) {
      this.drafts = drafts;
      this.maps = maps;
    }

    EventSchema schema() {
      ask(drafts);
      return EventSchema.of("", "", fields(drafts));
    }

    private void ask(List<FieldDraft> fields) {
      for (FieldDraft field : fields) {
        asked.add(field.count());
        asked.add(field.length());
        if (field.members() != null) {
          ask(field.members());
        }
      }
    }

    private List<FieldSchema> fields(List<FieldDraft> from) {
      List<FieldSchema> fields = new ArrayList<>(from.size());
      for (FieldDraft draft : from) {
        FieldSchema field = field(draft);
        fields.add(field);
        if (field.in() == InType.UNKNOWN) {
          break;
        }
      }
      return fields;
    }

    private FieldSchema field(FieldDraft draft) {
      Extent count = extent(draft.count());
      Extent length = extent(draft.length());
      if (count == null || length == null) {
        return FieldSchema.of(draft.name(), InType.UNKNOWN);
      }
      if (draft.members() != null) {
        return FieldSchema.struct(draft.name(), fields(draft.members())).times(count);
      }
      return FieldSchema.of(draft.name(), ManifestTypes.in(draft.in()))
          .as(ManifestTypes.out(draft.out()))
          .times(count)
          .sized(length)
          .named(maps.get(draft.map()))
          .keptAs(keep(draft.name()));
    }

    private int keep(String field) {
      if (!asked.contains(field) || slots.size() == FieldSchema.MAX_SLOTS) {
        return slots.getOrDefault(field, -1);
      }
      return slots.computeIfAbsent(field, _ -> slots.size());
    }

    /** A number, or the name of a field in front; null where there is no such field. */
    private @Nullable Extent extent(String text) {
      if (text.isEmpty()) {
        return Extent.NONE;
      }
      Long number = ManifestReader.number(text);
      if (number != null) {
        return number >= 0 && number <= 0xFFFF ? Extent.fixed(number.intValue()) : null;
      }
      Integer slot = slots.get(text);
      return slot == null ? null : Extent.slot(slot);
    }
  }
}
