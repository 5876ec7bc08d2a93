package org.wsktrace.decode.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field of a payload. Make one with {@link #of} or {@link #struct} and say what differs:
 *
 * {@snippet lang=java :
 * FieldSchema.of("Status", InType.UINT32).as(OutType.NTSTATUS);
 * FieldSchema.of("Stack", InType.POINTER).times(Extent.REST);
 * }
 *
 * @param name as the provider wrote it
 * @param in how it lies in the payload
 * @param out what it means
 * @param count NONE for a single value, otherwise an array of so many
 * @param length of each value, where the type does not say it
 * @param map names of its numbers, or null
 * @param members of a STRUCT, otherwise empty
 * @param slot where its number is kept for a later field whose count or length it is; -1 where none
 *     asks
 */
public record FieldSchema(
    String name,
    InType in,
    OutType out,
    Extent count,
    Extent length,
    @Nullable ValueMap map,
    List<FieldSchema> members,
    int slot) {

  /** Slots of one schema are numbered from 0 and below this. */
  public static final int MAX_SLOTS = 1024;

  /** Checks the slot. */
  public FieldSchema {
    members = List.copyOf(members);
    if (slot < -1 || slot >= MAX_SLOTS) {
      throw new IllegalArgumentException("slot " + slot);
    }
  }

  /** A single value of this type. */
  public static FieldSchema of(String name, InType in) {
    return new FieldSchema(
        name, in, OutType.DEFAULT, Extent.NONE, Extent.NONE, null, List.of(), -1);
  }

  /** A single struct. */
  public static FieldSchema struct(String name, List<FieldSchema> members) {
    return new FieldSchema(
        name, InType.STRUCT, OutType.DEFAULT, Extent.NONE, Extent.NONE, null, members, -1);
  }

  /** The same field with this meaning. */
  public FieldSchema as(OutType newOut) {
    return new FieldSchema(name, in, newOut, count, length, map, members, slot);
  }

  /** An array of so many. */
  public FieldSchema times(Extent newCount) {
    return new FieldSchema(name, in, out, newCount, length, map, members, slot);
  }

  /** The same field with values of this length. */
  public FieldSchema sized(Extent newLength) {
    return new FieldSchema(name, in, out, count, newLength, map, members, slot);
  }

  /** The same field with names for its numbers. */
  public FieldSchema named(@Nullable ValueMap newMap) {
    return new FieldSchema(name, in, out, count, length, newMap, members, slot);
  }

  /** The same field, whose number is kept for others. */
  public FieldSchema keptAs(int newSlot) {
    return new FieldSchema(name, in, out, count, length, map, members, newSlot);
  }
}
