package org.wsktrace.track.receive;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.IndicationElem;

/**
 * One element of a data indication, from the callback that brings it until WSK has it back. Drivers
 * split lists, link them anew and use Next for themselves, so each is followed by itself.
 */
public final class Element {
  private final Indication indication;
  private final long address;
  private final long mdl;
  private final long bytes;
  State state = State.INDICATED;
  @Nullable TimedEvent release;

  Element(Indication indication, IndicationElem event) {
    this.indication = indication;
    this.address = event.element();
    this.mdl = event.mdlHead();
    this.bytes = event.length();
  }

  /** Where an element stands. */
  public enum State {
    /** Its callback runs. */
    INDICATED,
    /** Released while its callback runs: fine if that returns STATUS_PENDING. */
    RELEASED_INSIDE,
    /** Its callback returned STATUS_PENDING: the driver has it. */
    RETAINED,
    RELEASED,
    /** Its callback returned STATUS_SUCCESS or STATUS_DATA_NOT_ACCEPTED: WSK has it back. */
    RETURNED,
    /**
     * Nobody can tell: a release named less than it released, or failed, or its callback returned
     * something that the documentation does not know.
     */
    UNKNOWN;

    /** The driver may still read it. */
    public boolean isHeld() {
      return this == INDICATED || this == RETAINED;
    }
  }

  /** What happens to an element. */
  enum Step {
    RETURN_PENDING,
    RETURN_DONE,
    RETURN_OTHER,
    RELEASE,
    LOSE_SIGHT
  }

  /** The transitions. */
  static State next(State from, Step step) {
    return switch (step) {
      case RETURN_PENDING ->
          switch (from) {
            case INDICATED -> State.RETAINED;
            case RELEASED_INSIDE -> State.RELEASED;
            default -> from;
          };
      // From RELEASED_INSIDE: WSK gets it back twice, WSK-RCV-003.
      case RETURN_DONE ->
          from == State.INDICATED || from == State.RELEASED_INSIDE ? State.RETURNED : from;
      case RETURN_OTHER -> State.UNKNOWN;
      // From RELEASED and RETURNED: WSK-RCV-003.
      case RELEASE ->
          switch (from) {
            case INDICATED -> State.RELEASED_INSIDE;
            case RETAINED -> State.RELEASED;
            default -> from;
          };
      case LOSE_SIGHT -> State.UNKNOWN;
    };
  }

  /** What it came with. */
  public Indication indication() {
    return indication;
  }

  /** Of the WSK_DATA_INDICATION or WSK_DATAGRAM_INDICATION. */
  public long address() {
    return address;
  }

  /** The head of its MDL chain. */
  public long mdl() {
    return mdl;
  }

  public long bytes() {
    return bytes;
  }

  public State state() {
    return state;
  }

  /** The WskRelease that gave it back; null when there was none. */
  public @Nullable TimedEvent release() {
    return release;
  }
}
