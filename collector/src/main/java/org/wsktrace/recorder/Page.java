package org.wsktrace.recorder;

/**
 * A page in the image.
 *
 * @param offset of its first byte in the file
 * @param bytes of it that are in the file, at least the header
 * @param position in its ring
 * @param framesHaveCrc whether its records have check sums
 * @param records that can be read
 * @param damaged places where a record cannot
 */
record Page(
    long offset, int bytes, long position, boolean framesHaveCrc, int records, int damaged) {

  /** Whether this copy of a page is to be taken in place of the other. */
  boolean isBetterThan(Page other) {
    return records != other.records ? records > other.records : damaged < other.damaged;
  }
}
