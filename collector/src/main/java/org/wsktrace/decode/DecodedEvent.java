package org.wsktrace.decode;

import java.util.List;

/**
 * What an event says. Owns everything it has, so it may be kept and shared.
 *
 * <p><b>Name.</b> TraceLogging events have a name of their own. Others are called by task and
 * opcode, "Task/Opcode", where an opcode 0 (info) and an opcode without a name are left out; by the
 * name or the symbol of the event where there is no task.
 *
 * @param provider its name, or empty
 * @param event its name, or empty; not always unique within the provider
 * @param origin where the description came from
 * @param fields in the order of the payload, as far as it could be read
 * @param leftover bytes at the end of the payload that no field here describes: all of them where
 *     the origin is UNKNOWN
 */
public record DecodedEvent(
    String provider, String event, Origin origin, List<Field> fields, int leftover) {
  /** Copies the fields. */
  public DecodedEvent {
    fields = List.copyOf(fields);
  }
}
