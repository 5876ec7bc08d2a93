package org.wsktrace.track.receive;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.track.Live;
import org.wsktrace.track.receive.Element.State;

/** A data indication: what one call of a receive callback brought. */
public final class Indication extends Live {
  private final TimedEvent enter;
  private final long socket;
  private final List<Element> elements = new ArrayList<>(2);
  @Nullable TimedEvent exit;
  int retained;
  long retainedBytes;

  Indication(TimedEvent enter, long socket) {
    this.enter = enter;
    this.socket = socket;
  }

  /** The call of the callback; where that is missing from the trace, its first element. */
  public TimedEvent enter() {
    return enter;
  }

  /** The return of the callback; null as long as it runs. */
  public @Nullable TimedEvent exit() {
    return exit;
  }

  /** Address of the socket that received it. */
  public long socket() {
    return socket;
  }

  /** WSK_FLAG_x bits of the callback; 0 when its call was not seen. */
  public long flags() {
    return enter.event() instanceof CallbackEnter callback ? callback.flags() : 0;
  }

  /** Those that were logged: the first 64 of a list. */
  public List<Element> elements() {
    return Collections.unmodifiableList(elements);
  }

  /** How many elements are RETAINED. */
  public int retained() {
    return retained;
  }

  /** Bytes of the elements that are RETAINED. */
  public long retainedBytes() {
    return retainedBytes;
  }

  void add(Element element) {
    elements.add(element);
  }

  /** Counts an element that has just gone from one state to another. */
  void count(Element element, State from) {
    int change = (element.state == State.RETAINED ? 1 : 0) - (from == State.RETAINED ? 1 : 0);
    retained += change;
    retainedBytes += change * element.bytes();
  }
}
