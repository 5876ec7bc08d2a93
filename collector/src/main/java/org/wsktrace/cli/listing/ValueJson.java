package org.wsktrace.cli.listing;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wsktrace.decode.Field;
import org.wsktrace.decode.Value;
import tools.jackson.core.JsonGenerator;

/** Fields and their values as JSON; docs/json.md says how. Belongs to one thread. */
final class ValueJson {
  /** The largest whole number that every JSON reader keeps: they read numbers as doubles. */
  private static final long MAX_SAFE = (1L << 53) - 1;

  /** Fields deeper than that are left out; nobody nests them so, and readers have limits too. */
  static final int MAX_DEPTH = 64;

  private static final int FEW = 32;

  private final Digits digits;

  ValueJson(Digits digits) {
    this.digits = digits;
  }

  /** An object of the fields by name. */
  void fields(JsonGenerator json, List<Field> fields) {
    fields(json, fields, 0);
  }

  private void fields(JsonGenerator json, List<Field> fields, int depth) {
    json.writeStartObject();
    if (areUnique(fields)) {
      for (Field field : fields) {
        json.writeName(field.name());
        value(json, field.value(), depth + 1);
      }
    } else {
      List<String> names = uniqueNames(fields);
      for (int i = 0; i < names.size(); i++) {
        json.writeName(names.get(i));
        value(json, fields.get(i).value(), depth + 1);
      }
    }
    json.writeEndObject();
  }

  private void value(JsonGenerator json, Value value, int depth) {
    switch (value) {
      case Value.Int(long number) -> {
        if (-MAX_SAFE <= number && number <= MAX_SAFE) {
          json.writeNumber(number);
        } else {
          json.writeString(Long.toString(number));
        }
      }
      case Value.Unsigned(long number) -> {
        if (0 <= number && number <= MAX_SAFE) {
          json.writeNumber(number);
        } else {
          json.writeString(Long.toUnsignedString(number));
        }
      }
      case Value.Hex(long number, int bytes) ->
          json.writeString(digits.text(), 0, digits.hex(number, 2 * bytes));
      case Value.Bool(boolean is) -> json.writeBoolean(is);
      case Value.Real(double number, int bytes) -> {
        // Quoted where it is not a number or infinite.
        if (bytes == Float.BYTES) {
          json.writeNumber((float) number);
        } else {
          json.writeNumber(number);
        }
      }
      case Value.Time(long fileTime) -> time(json, fileTime);
      case Value.Struct(List<Field> members) -> {
        if (depth < MAX_DEPTH) {
          fields(json, members, depth);
        } else {
          json.writeNull();
        }
      }
      case Value.Array(List<Value> values) -> {
        if (depth < MAX_DEPTH) {
          json.writeStartArray();
          for (Value element : values) {
            value(json, element, depth + 1);
          }
          json.writeEndArray();
        } else {
          json.writeNull();
        }
      }
      case Value.Named(Value number, String _) -> value(json, number, depth);
      case Value.Text(String text) -> json.writeString(text);
      case Value.Guid _, Value.SystemTime _, Value.Sid _, Value.Ip _, Value.Binary _ ->
          json.writeString(value.toString());
    }
  }

  /** A FILETIME. */
  void time(JsonGenerator json, long fileTime) {
    int length = digits.time(fileTime);
    if (length > 0) {
      json.writeString(digits.text(), 0, length);
    } else {
      json.writeString(Digits.timeText(new Value.Time(fileTime).instant()));
    }
  }

  /** Whether a number in the fields has a name. */
  static boolean hasNames(List<Field> fields) {
    for (Field field : fields) {
      if (hasNames(field.value(), 1)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasNames(Value value, int depth) {
    return switch (value) {
      case Value.Named _ -> true;
      case Value.Struct(List<Field> members) ->
          depth < MAX_DEPTH
              && members.stream().anyMatch(member -> hasNames(member.value(), depth + 1));
      case Value.Array(List<Value> values) ->
          depth < MAX_DEPTH && values.stream().anyMatch(element -> hasNames(element, depth + 1));
      default -> false;
    };
  }

  /** An object of the numbers' names, by the path of the field: a, a.b, a[0]. */
  static void names(JsonGenerator json, List<Field> fields) {
    json.writeStartObject();
    names(json, "", fields, 0);
    json.writeEndObject();
  }

  private static void names(JsonGenerator json, String prefix, List<Field> fields, int depth) {
    List<String> names = uniqueNames(fields);
    for (int i = 0; i < names.size(); i++) {
      names(json, prefix + names.get(i), fields.get(i).value(), depth + 1);
    }
  }

  private static void names(JsonGenerator json, String path, Value value, int depth) {
    switch (value) {
      case Value.Named(Value _, String name) -> json.writeStringProperty(path, name);
      case Value.Struct(List<Field> members) when depth < MAX_DEPTH && hasNames(value, depth) ->
          names(json, path + ".", members, depth);
      case Value.Array(List<Value> values) when depth < MAX_DEPTH && hasNames(value, depth) -> {
        for (int i = 0; i < values.size(); i++) {
          names(json, path + "[" + i + "]", values.get(i), depth + 1);
        }
      }
      default -> {}
    }
  }

  private static boolean areUnique(List<Field> fields) {
    int count = fields.size();
    if (count > FEW) {
      Set<String> seen = new HashSet<>();
      return fields.stream().allMatch(field -> seen.add(field.name()));
    }
    for (int i = 1; i < count; i++) {
      String name = fields.get(i).name();
      for (int j = 0; j < i; j++) {
        if (name.equals(fields.get(j).name())) {
          return false;
        }
      }
    }
    return true;
  }

  /** The second "a" is "a_2", the third "a_3", or the next that is free. */
  private static List<String> uniqueNames(List<Field> fields) {
    Set<String> taken = new HashSet<>();
    Map<String, Integer> next = new HashMap<>();
    return fields.stream()
        .map(
            field -> {
              String name = field.name();
              while (!taken.add(name)) {
                name = field.name() + "_" + next.merge(field.name(), 2, (k, _) -> k + 1);
              }
              return name;
            })
        .toList();
  }
}
