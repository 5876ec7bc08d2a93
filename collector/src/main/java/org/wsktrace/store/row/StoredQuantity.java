package org.wsktrace.store.row;

/**
 * What stands in a finding's title in place of a name.
 *
 * @param name such as mdl
 * @param kind address, count, bytes, nanos, status or words
 * @param value of a status the NTSTATUS as a signed number; 0 for words
 * @param text as the title has it
 */
public record StoredQuantity(String name, String kind, long value, String text) {
  public static final String ADDRESS = "address";
  public static final String WORDS = "words";
}
