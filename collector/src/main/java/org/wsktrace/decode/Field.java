package org.wsktrace.decode;

/**
 * One field of a decoded event.
 *
 * @param name as the provider wrote it; not always unique, sometimes empty
 * @param value what the payload says
 */
public record Field(String name, Value value) {
  @Override
  public String toString() {
    return name + "=" + value;
  }
}
