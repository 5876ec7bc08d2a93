package org.wsktrace.rule.buffer;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.EventHeader;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveMdl;

/**
 * MDLs that served one operation, and nobody since, where they pile up: so many from one place that
 * a cache is no explanation. Looked for now and then, as it is a pass over all MDLs.
 */
final class IdleMdls {
  /** Between two looks, in nanoseconds of the trace. */
  private static final long LOOK_NANOS = 5_000_000_000L;

  /** A call in a driver. */
  private record Place(int client, long rva) {}

  /** What piles up from one place. */
  private static final class Pile {
    private long count;
    private @Nullable LiveMdl eldest;
  }

  /** Hears of a pile, once for each place. */
  interface Ear {
    /**
     * @param origin the event at that place of the eldest of them
     */
    void piled(LiveMdl eldest, TimedEvent origin, long count);
  }

  private final Trial trial;
  private final Setting idle;
  private final Setting least;
  private final Function<LiveMdl, @Nullable TimedEvent> origin;
  private final Ear ear;
  private final Map<Place, Boolean> heard = new HashMap<>();
  private long lastLook;

  /**
   * @param idle unused for so long
   * @param least so many
   * @param origin the event that an MDL comes from; null where it does not count
   */
  IdleMdls(
      Trial trial,
      Setting idle,
      Setting least,
      Function<LiveMdl, @Nullable TimedEvent> origin,
      Ear ear) {
    this.trial = trial;
    this.idle = idle;
    this.least = least;
    this.origin = origin;
    this.ear = ear;
    trial.onTick(this::tick);
  }

  private void tick() {
    boolean many = trial.tracks().mdls().living().size() >= trial.value(least);
    if (many && trial.nanos() - lastLook >= LOOK_NANOS) {
      lastLook = trial.nanos();
      look();
    }
  }

  private void look() {
    Map<Place, Pile> piles = new HashMap<>();
    for (LiveMdl mdl : trial.tracks().mdls().living()) {
      TimedEvent from = isIdle(mdl) ? origin.apply(mdl) : null;
      if (from != null) {
        EventHeader header = from.event().header();
        Pile pile =
            piles.computeIfAbsent(new Place(header.client(), header.callerRva()), _ -> new Pile());
        pile.count++;
        pile.eldest = pile.eldest == null ? mdl : pile.eldest;
      }
    }
    piles.forEach(this::found);
  }

  private boolean isIdle(LiveMdl mdl) {
    TimedEvent use = mdl.lastUse();
    return use != null
        && mdl.operations() == 1
        && mdl.holders().isEmpty()
        && trial.nanos() - use.nanos() >= trial.value(idle);
  }

  private void found(Place place, Pile pile) {
    LiveMdl eldest = pile.eldest;
    TimedEvent from = eldest == null ? null : origin.apply(eldest);
    if (eldest != null
        && from != null
        && pile.count >= trial.value(least)
        && heard.put(place, true) == null) {
      ear.piled(eldest, from, pile.count);
    }
  }
}
