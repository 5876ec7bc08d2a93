package org.wsktrace.rule.judge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.wsktrace.event.WskEvent;

/**
 * Who wants to hear what. An event costs those rules nothing that do not want it: who hears an
 * event of a class is found out once.
 */
final class Ears {
  /** What a rule wants called; {@link Seat} keeps its exceptions. */
  private record Ear(Seat seat, Class<? extends WskEvent> kind, Consumer<? super WskEvent> ear) {}

  private static final Ear[] NOBODY = {};

  private final List<Ear> all = new ArrayList<>();
  private final Map<Class<?>, Ear[]> byClass = new HashMap<>();

  <E extends WskEvent> void add(Seat seat, Class<E> kind, Consumer<? super E> ear) {
    all.add(new Ear(seat, kind, event -> ear.accept(kind.cast(event))));
    byClass.clear();
  }

  void hear(WskEvent event) {
    Ear[] ears = byClass.get(event.getClass());
    if (ears == null) {
      ears = all.stream().filter(ear -> ear.kind.isInstance(event)).toList().toArray(NOBODY);
      byClass.put(event.getClass(), ears);
    }
    for (Ear ear : ears) {
      ear.seat.call(ear.ear, event);
    }
  }
}
