package org.wsktrace.track.receive;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.IndicationRef;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.IndicationElem;
import org.wsktrace.event.WskEvent.ReleaseEnter;
import org.wsktrace.event.WskEvent.ReleaseExit;
import org.wsktrace.track.Memo;
import org.wsktrace.track.receive.Element.State;
import org.wsktrace.track.receive.Element.Step;

/**
 * Who has the elements of data indications: {@link Element} has the states. Bounded: the eldest
 * element is forgotten. A release that ends in the middle of a list, as events are of limited size
 * and as the capture driver walks only elements that it knows, makes unknown what else its socket
 * has out.
 */
public final class IndicationTracker {
  private static final int MAX_HELD = 1 << 16;
  private static final int MAX_BACK = 1 << 14;
  private static final int MAX_CALLS = 1 << 12;

  /** HeaderFlags.Truncated of the manifest. */
  private static final int TRUNCATED = 0x2;

  /** Elements that WSK has not got back for sure, by address. */
  private final Map<Long, Element> held = new LinkedHashMap<>();

  /** The last that it got back, at addresses that nothing is held at. */
  private final Map<Long, Element> back = new LinkedHashMap<>();

  /** By the number of the callback that brings it, until that returns. */
  private final Map<Long, Indication> arriving = new LinkedHashMap<>();

  /** By the number of the WskRelease, until that returns. */
  private final Map<Long, List<Element>> leaving = new LinkedHashMap<>();

  private final Map<Long, Retained> bySocket = new HashMap<>();
  private final Set<Indication> retained = new LinkedHashSet<>();
  private final Memo.Numbers<Indication> memos = new Memo.Numbers<>();

  /** Something to remember of each indication. */
  public <T> Memo<Indication, T> memo(Supplier<T> fresh) {
    return memos.memo(fresh);
  }

  /** The element at an address, as the last indication that had it there left it. */
  public @Nullable Element at(long address) {
    Element element = held.get(address);
    return element != null ? element : back.get(address);
  }

  /** What a callback under way has brought; null for other callbacks. */
  public @Nullable Indication arriving(long opId) {
    return arriving.get(opId);
  }

  /** What the driver retains of a socket, by the socket's address. */
  public Retained of(long socket) {
    return bySocket.getOrDefault(socket, Retained.NOTHING);
  }

  /**
   * Indications of which an element is RETAINED, in the order in which their callbacks returned.
   */
  public Collection<Indication> retained() {
    return Collections.unmodifiableCollection(retained);
  }

  public void apply(TimedEvent timed) {
    switch (timed.event()) {
      case CallbackEnter enter -> called(timed, enter);
      case IndicationElem element -> brought(timed, element);
      case CallbackExit exit -> returned(timed, exit);
      case ReleaseEnter release -> release(timed, release);
      case ReleaseExit release -> released(release);
      default -> {}
    }
  }

  /** A socket is closed, or begins: nothing at its address is retained. */
  public void forget(long socket) {
    Retained gone = bySocket.remove(socket);
    if (gone == null) {
      return;
    }
    for (Indication indication : gone.indications) {
      retained.remove(indication);
      indication.elements().forEach(element -> held.remove(element.address(), element));
    }
  }

  private void called(TimedEvent timed, CallbackEnter enter) {
    boolean receives =
        enter.kind() == CallbackKind.WSK_RECEIVE_EVENT
            || enter.kind() == CallbackKind.WSK_RECEIVE_FROM_EVENT;
    if (receives && enter.dataIndication() != 0) {
      arriving.put(enter.header().opId(), new Indication(timed, enter.socket()));
      dropEldest(arriving, MAX_CALLS);
    }
  }

  private void brought(TimedEvent timed, IndicationElem event) {
    long opId = event.header().opId();
    Indication indication =
        arriving.computeIfAbsent(opId, _ -> new Indication(timed, event.socket()));
    dropEldest(arriving, MAX_CALLS);
    var element = new Element(indication, event);
    indication.add(element);
    back.remove(element.address());
    Element lost = held.put(element.address(), element);
    if (lost != null) {
      // WSK has it back, or it would not come again.
      step(lost, Step.LOSE_SIGHT);
    }
    Element eldest = dropEldest(held, MAX_HELD);
    if (eldest != null) {
      step(eldest, Step.LOSE_SIGHT);
    }
  }

  private void returned(TimedEvent timed, CallbackExit exit) {
    Indication indication = arriving.remove(exit.header().opId());
    if (indication == null) {
      return;
    }
    indication.exit = timed;
    Step step =
        switch (exit.status()) {
          case NtStatus.PENDING -> Step.RETURN_PENDING;
          case NtStatus.SUCCESS, NtStatus.DATA_NOT_ACCEPTED -> Step.RETURN_DONE;
          default -> Step.RETURN_OTHER;
        };
    for (Element element : indication.elements()) {
      step(element, step);
    }
  }

  private void release(TimedEvent timed, ReleaseEnter release) {
    List<Element> gone = new ArrayList<>(release.indicationRefs().size());
    for (IndicationRef ref : release.indicationRefs()) {
      Element element = held.get(ref.element());
      if (element != null && element.state.isHeld()) {
        element.release = timed;
        step(element, Step.RELEASE);
        gone.add(element);
      }
    }
    if (!gone.isEmpty()) {
      leaving.put(release.header().opId(), gone);
      dropEldest(leaving, MAX_CALLS);
    }
    if ((release.header().headerFlags() & TRUNCATED) != 0) {
      loseSightOf(release.socket());
    }
  }

  private void released(ReleaseExit release) {
    List<Element> gone = leaving.remove(release.header().opId());
    if (gone != null && release.status() < 0) {
      gone.forEach(element -> step(element, Step.LOSE_SIGHT));
    }
  }

  private void loseSightOf(long socket) {
    List<Element> unseen = new ArrayList<>();
    for (Indication indication : of(socket).indications()) {
      unseen.addAll(indication.elements());
    }
    for (Indication indication : arriving.values()) {
      if (indication.socket() == socket) {
        unseen.addAll(indication.elements());
      }
    }
    for (Element element : unseen) {
      if (element.state.isHeld()) {
        step(element, Step.LOSE_SIGHT);
      }
    }
  }

  private void step(Element element, Step step) {
    State from = element.state;
    element.state = Element.next(from, step);
    if (element.state == from) {
      return;
    }
    Indication indication = element.indication();
    indication.count(element, from);
    if (element.state == State.RETAINED || from == State.RETAINED) {
      count(indication, element, element.state == State.RETAINED ? 1 : -1);
    }
    boolean over = !element.state.isHeld() && element.state != State.RELEASED_INSIDE;
    if (over && held.remove(element.address(), element)) {
      back.put(element.address(), element);
      dropEldest(back, MAX_BACK);
    }
  }

  private void count(Indication indication, Element element, int change) {
    Retained all = bySocket.computeIfAbsent(indication.socket(), _ -> new Retained());
    all.elements += change;
    all.bytes += change * element.bytes();
    if (indication.retained() > 0) {
      all.indications.add(indication);
      retained.add(indication);
    } else {
      all.indications.remove(indication);
      retained.remove(indication);
      if (all.elements == 0) {
        bySocket.remove(indication.socket());
      }
    }
  }

  /** What is dropped when there are too many. */
  private static <T> @Nullable T dropEldest(Map<Long, T> map, int most) {
    if (map.size() <= most) {
      return null;
    }
    Iterator<T> all = map.values().iterator();
    T eldest = all.next();
    all.remove();
    return eldest;
  }
}
