package org.wsktrace.decode.schema;

/**
 * How many: values of an array, or units of a value's length (UTF-16 units of a UNICODE_STRING,
 * otherwise bytes).
 *
 * @param kind who says it
 * @param number of a FIXED extent how many, of a SLOT extent which slot; 0 otherwise
 */
public record Extent(Kind kind, int number) {
  /** Of a count: a single value. Of a length: what the type itself says. */
  public static final Extent NONE = new Extent(Kind.NONE, 0);

  /** A u16 in front says it. */
  public static final Extent PREFIX = new Extent(Kind.PREFIX, 0);

  /** As much as the payload still has. */
  public static final Extent REST = new Extent(Kind.REST, 0);

  /** Who says how many. */
  public enum Kind {
    /** See {@link Extent#NONE}. */
    NONE,
    /** The schema. */
    FIXED,
    /** See {@link Extent#PREFIX}. */
    PREFIX,
    /** A field that was read before: the one whose {@link FieldSchema#slot} it is. */
    SLOT,
    /** See {@link Extent#REST}. */
    REST
  }

  /** Checks the number. */
  public Extent {
    if (number < 0 || (kind == Kind.SLOT && number >= FieldSchema.MAX_SLOTS)) {
      throw new IllegalArgumentException("extent " + number);
    }
  }

  /** This many; 0 or more. */
  public static Extent fixed(int number) {
    return new Extent(Kind.FIXED, number);
  }

  /** As many as the field with this slot says. */
  public static Extent slot(int slot) {
    return new Extent(Kind.SLOT, slot);
  }
}
