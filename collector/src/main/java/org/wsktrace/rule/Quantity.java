package org.wsktrace.rule;

import org.wsktrace.event.NtStatus;

/** What stands in a title in place of a name: kept as a value, shown as text. */
public sealed interface Quantity {
  /** As the title has it. */
  String text();

  /** Of an IRP, an MDL, a socket, a buffer. */
  record Address(long value) implements Quantity {
    @Override
    public String text() {
      return "0x" + Long.toHexString(value);
    }
  }

  /** So many of something. */
  record Count(long value) implements Quantity {
    @Override
    public String text() {
      return Long.toString(value);
    }
  }

  /** A size. */
  record Bytes(long value) implements Quantity {
    @Override
    public String text() {
      return Sizes.of(value);
    }
  }

  /** A span of time. */
  record Nanos(long value) implements Quantity {
    @Override
    public String text() {
      return Durations.of(value);
    }
  }

  /** An NTSTATUS. */
  record Status(int value) implements Quantity {
    @Override
    public String text() {
      return NtStatus.name(value);
    }
  }

  /** Words. */
  record Words(String text) implements Quantity {}
}
