package org.wsktrace.rule.buffer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.wsktrace.event.EventHeader;
import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.event.WskEvent.MdlFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveMdl;
import org.wsktrace.track.Memo;

/**
 * An MDL that the driver allocated and gave to WSK is never freed: it is there when the driver is
 * unloaded; or the first MDL of its chain was freed and it was not, which may be meant so once and
 * is not when the same place does it to another MDL; or, only suspected, MDLs pile up that served
 * one operation each. MDLs of others and of IRPs are theirs to free.
 */
public final class MdlLeaked {
  private static final Setting REST =
      Setting.seconds(
          "WSK-BUF-013.rest",
          "the rest of a chain whose first MDL was freed so long ago is forgotten",
          1);

  private static final Setting IDLE =
      Setting.seconds(
          "WSK-BUF-013.idle", "an MDL that served one call and rests so long may be lost", 10);

  private static final Setting COUNT =
      Setting.count(
          "WSK-BUF-013.count", "so many such MDLs from one place are more than a cache", 256);

  public static final Rule RULE =
      Rule.declare("WSK-BUF-013", "MDL never freed")
          .error(Effect.LEAK)
          .strong()
          .needs(Need.CALLS, Need.MDL_CALLS)
          .title("MDL {mdl} was not freed {how}")
          .why(
              "IoFreeMdl frees one MDL and not the chain behind it, and IoFreeIrp frees none. What is left is nonpaged pool that nobody gets"
                  + " back: bugcheck 0x62 at the unload under Driver Verifier, a machine without memory in the end.")
          .fix("Walk the chain: read Next of each MDL, then free that MDL.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-iofreemdl")
          .settings(REST, IDLE, COUNT)
          .judgedBy(MdlLeaked::new);

  private static final int MAX_WAITING = 1 << 14;
  private static final int MAX_PLACES = 1 << 12;

  /** A life of an MDL, without holding on to it. */
  private record Life(long address, long id) {}

  /** An MDL of a chain whose first one was freed. */
  private record Left(Life life, TimedEvent free) {}

  private record Place(int client, long rva) {}

  private final Trial trial;

  /** What followed an MDL in the last chain that began with it. */
  private final Memo<LiveMdl, List<Life>> rests;

  private final Deque<Left> waiting = new ArrayDeque<>();

  /** By its place, the first free that has left an MDL behind. */
  private final Map<Place, TimedEvent> left = new HashMap<>();

  private MdlLeaked(Trial trial) {
    this.trial = trial;
    this.rests = trial.tracks().mdls().memo(ArrayList::new);
    trial.on(DataEnter.class, this::entered);
    trial.on(MdlFree.class, this::freed);
    trial.on(DriverUnloadExit.class, this::unloaded);
    trial.onTick(this::tick);
    new IdleMdls(trial, IDLE, COUNT, mdl -> mdl.owned() ? mdl.first() : null, this::piled);
  }

  private void entered(DataEnter data) {
    List<MdlSnap> snaps = data.mdlSnaps();
    if (snaps.size() < 2) {
      return;
    }
    LiveMdl head = trial.tracks().mdls().living(snaps.getFirst().ptr());
    if (head == null || !head.owned()) {
      return;
    }
    List<Life> rest = rests.of(head);
    rest.clear();
    for (MdlSnap snap : snaps.subList(1, snaps.size())) {
      LiveMdl mdl = trial.tracks().mdls().living(snap.ptr());
      if (mdl != null && mdl.owned()) {
        rest.add(new Life(mdl.address(), mdl.id()));
      }
    }
  }

  private void freed(MdlFree free) {
    LiveMdl head = trial.tracks().mdls().living(free.mdl());
    List<Life> rest = head == null ? null : rests.known(head);
    if (rest != null) {
      for (Life life : rest) {
        if (waiting.size() < MAX_WAITING) {
          waiting.add(new Left(life, trial.event()));
        }
      }
    }
  }

  private void tick() {
    while (!waiting.isEmpty()
        && trial.nanos() - waiting.getFirst().free.nanos() >= trial.value(REST)) {
      Left next = waiting.removeFirst();
      LiveMdl mdl = trial.tracks().mdls().living(next.life.address);
      if (mdl != null
          && mdl.id() == next.life.id
          && mdl.operations() == 1
          && mdl.holders().isEmpty()) {
        left(mdl, next.free);
      }
    }
  }

  private void left(LiveMdl mdl, TimedEvent free) {
    EventHeader header = free.event().header();
    var place = new Place(header.client(), header.callerRva());
    TimedEvent before = left.get(place);
    if (before == null) {
      if (left.size() < MAX_PLACES) {
        left.put(place, free);
      }
      return;
    }
    trial.charge(
        Charge.late(trial.event())
            .with(before, "free of a head before")
            .with(mdl.first(), "birth")
            .with(mdl.lastUse(), "last use")
            .with(free, "free of the head")
            .blaming(free)
            .address("mdl", mdl.address())
            .words("how", "when the first MDL of its chain was"));
  }

  private void unloaded(DriverUnloadExit unload) {
    for (LiveMdl mdl : trial.tracks().mdls().living()) {
      if (mdl.client() == unload.header().client() && mdl.owned() && mdl.operations() != 0) {
        trial.charge(
            Charge.of(trial.event(), "unload")
                .with(mdl.first(), "birth")
                .with(mdl.lastUse(), "last use")
                .blaming(mdl.first())
                .address("mdl", mdl.address())
                .words("how", "before its driver was unloaded"));
      }
    }
  }

  private void piled(LiveMdl eldest, TimedEvent birth, long count) {
    trial.charge(
        Charge.late(trial.event())
            .with(birth, "birth")
            .with(eldest.lastUse(), "last use")
            .blaming(birth)
            .saying("{count} MDLs served one call each and rest since; MDL {mdl} is the eldest")
            .count("count", count)
            .address("mdl", eldest.address())
            .doubted("they may be a cache"));
  }
}
