package org.wsktrace.rule;

/** A subject of the catalogue: the middle of a rule's id, and the sub-package it lives in. */
public enum Group {
  TRACE("TRC", "The trace itself"),
  BUFFER("BUF", "Buffers and MDLs"),
  IRP("IRP", "IRPs"),
  ARGUMENT("ARG", "Arguments"),
  SOCKET("SOCK", "Sockets: state and order"),
  CONTEXT("CTX", "IRQL and context"),
  RECEIVE("RCV", "Data indications and event callbacks"),
  REGISTRATION("REG", "Registration and control objects"),
  PERFORMANCE("PERF", "Performance");

  private final String code;
  private final String heading;

  Group(String code, String heading) {
    this.code = code;
    this.heading = heading;
  }

  /** As ids have it: BUF of WSK-BUF-001. */
  public String code() {
    return code;
  }

  /** For people. */
  public String heading() {
    return heading;
  }

  /**
   * The group of a rule's id.
   *
   * @throws IllegalArgumentException for an id that is none
   */
  static Group of(String id) {
    for (Group group : values()) {
      if (id.matches("WSK-" + group.code + "-\\d{3}")) {
        return group;
      }
    }
    throw new IllegalArgumentException("no rule has an id like " + id);
  }
}
