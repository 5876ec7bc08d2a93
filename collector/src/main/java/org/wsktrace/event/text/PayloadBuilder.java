package org.wsktrace.event.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.wsktrace.event.EventLayout;
import org.wsktrace.event.FieldLayout;
import org.wsktrace.event.FieldLayout.Blob;
import org.wsktrace.event.FieldLayout.Named;
import org.wsktrace.event.FieldLayout.Plain;
import org.wsktrace.event.FieldLayout.Structs;
import org.wsktrace.event.FieldLayout.Text;

/** Turns the fields of one line into the bytes of a payload. What the line leaves out is 0. */
final class PayloadBuilder {
  /** Bytes of the number that counts the structs behind it. */
  private static final int COUNT_SIZE = 2;

  private static final int MAX_COUNT = 0xFFFF;

  private final EventLayout layout;
  private final Line line;
  private final ByteBuffer fixed;
  private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
  private int structs;

  PayloadBuilder(EventLayout layout, Line line) {
    this.layout = layout;
    this.line = line;
    this.fixed = ByteBuffer.allocate(layout.fixedSize()).order(ByteOrder.LITTLE_ENDIAN);
  }

  void put(FieldLayout field, long value) {
    put(fixed, field, value);
  }

  void readFields() throws TextTraceException {
    Set<String> seen = readFields(layout.name(), layout.fields(), fixed, "");
    for (FieldLayout field : layout.fields()) {
      if (field instanceof Structs several && several.counted()) {
        count(several, seen);
      }
    }
  }

  byte[] bytes() {
    byte[] payload = new byte[fixed.capacity() + tail.size()];
    fixed.get(0, payload, 0, fixed.capacity());
    System.arraycopy(tail.toByteArray(), 0, payload, fixed.capacity(), tail.size());
    return payload;
  }

  /** The count stands right before the structs; a line may leave it out. */
  private void count(Structs several, Set<String> seen) throws TextTraceException {
    FieldLayout count =
        layout.fields().stream()
            .filter(field -> field.offset() == several.offset() - COUNT_SIZE)
            .findFirst()
            .orElseThrow();
    int said = Short.toUnsignedInt(fixed.getShort(count.offset()));
    if (seen.contains(count.name()) && said != structs) {
      throw line.problem(
          "%s says %d and %d %s{...} follow; leave %s out, it is counted"
              .formatted(count.name(), said, structs, several.name(), count.name()));
    }
    put(fixed, count, structs);
  }

  private Set<String> readFields(
      String owner, List<FieldLayout> fields, ByteBuffer to, String closing)
      throws TextTraceException {
    Set<String> seen = new HashSet<>();
    while (true) {
      if (line.atEnd()) {
        if (!closing.isEmpty()) {
          throw line.problem(owner + "{ has no end; write a } behind its fields");
        }
        return seen;
      }
      if (!closing.isEmpty() && line.take('}')) {
        return seen;
      }
      String name = line.name();
      FieldLayout field = find(owner, fields, name);
      boolean repeatable = field instanceof Structs several && several.counted();
      if (!seen.add(name) && !repeatable) {
        throw line.problem("%s has the field %s twice; write it once".formatted(owner, name));
      }
      read(owner, field, to);
    }
  }

  private FieldLayout find(String owner, List<FieldLayout> fields, String name)
      throws TextTraceException {
    return fields.stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                line.problem(
                    "%s has no field '%s'; its fields are %s"
                        .formatted(
                            owner,
                            name,
                            fields.stream()
                                .map(FieldLayout::name)
                                .collect(Collectors.joining(", ")))));
  }

  private void read(String owner, FieldLayout field, ByteBuffer to) throws TextTraceException {
    if (field instanceof Structs several) {
      struct(owner, several, to);
      return;
    }
    if (!line.take('=')) {
      throw line.problem("%s needs a value; write %s=...".formatted(field.name(), field.name()));
    }
    String value = line.value();
    switch (field) {
      case Plain plain -> put(to, plain, number(plain, value));
      case Named named -> put(to, named, number(named, value));
      case Blob blob -> to.put(blob.offset(), blob(blob, value));
      case Text _ -> tail.writeBytes((value + '\0').getBytes(StandardCharsets.UTF_16LE));
      case Structs _ -> throw new IllegalStateException("handled above");
    }
  }

  private void struct(String owner, Structs several, ByteBuffer to) throws TextTraceException {
    String name = several.name();
    if (!line.take('{')) {
      throw line.problem(
          "%s of %s is a struct; write %s{field=value ...}".formatted(name, owner, name));
    }
    ByteBuffer one = ByteBuffer.allocate(several.size()).order(ByteOrder.LITTLE_ENDIAN);
    readFields(name, several.fields(), one, "}");
    if (!several.counted()) {
      to.put(several.offset(), one.array());
    } else if (structs == MAX_COUNT) {
      throw line.problem(
          "more than %d %s{...}; write the rest as another event".formatted(MAX_COUNT, name));
    } else {
      tail.writeBytes(one.array());
      structs++;
    }
  }

  private byte[] blob(Blob blob, String value) throws TextTraceException {
    byte[] raw =
        blob.socketAddress()
            ? AddressText.read(value, blob.size())
            : AddressText.hex(value, blob.size());
    if (raw == null) {
      throw line.problem(
          "%s=%s is no value; expected %s%d hexadecimal digits"
              .formatted(
                  blob.name(),
                  value,
                  blob.socketAddress() ? "an address such as 127.0.0.1:80 or [::1]:80, or " : "",
                  2 * blob.size()));
    }
    return raw;
  }

  /** The number that a word means in a field. */
  long number(FieldLayout field, String word) throws TextTraceException {
    OptionalLong value = NumberText.read(field, word);
    if (value.isEmpty() || !NumberText.fits(value.getAsLong(), field.size())) {
      throw line.problem(
          "%s=%s is no value; expected %s"
              .formatted(field.name(), word, NumberText.expected(field)));
    }
    return value.getAsLong();
  }

  private static void put(ByteBuffer to, FieldLayout field, long value) {
    switch (field.size()) {
      case Byte.BYTES -> to.put(field.offset(), (byte) value);
      case Short.BYTES -> to.putShort(field.offset(), (short) value);
      case Integer.BYTES -> to.putInt(field.offset(), (int) value);
      case Long.BYTES -> to.putLong(field.offset(), value);
      default -> throw new IllegalStateException("a number of " + field.size() + " bytes");
    }
  }
}
