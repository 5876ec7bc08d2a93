package org.wsktrace.event;

/** A payload is too short for its event: the file is damaged, or another provider uses our id. */
public final class MalformedEventException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedEventException(int id, long size, long needed) {
    super(
        "event %d has a payload of %d bytes and needs %d; record the trace again"
            .formatted(id, size, needed));
  }
}
