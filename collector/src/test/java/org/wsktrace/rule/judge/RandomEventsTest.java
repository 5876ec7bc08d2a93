package org.wsktrace.rule.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.wsktrace.event.EventLayout;
import org.wsktrace.event.EventLayouts;
import org.wsktrace.event.FieldLayout;
import org.wsktrace.event.FieldLayout.Structs;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEventDecoder;
import org.wsktrace.rule.Fixture;
import org.wsktrace.rule.Verdict;
import org.wsktrace.track.fact.Fact;
import org.wsktrace.track.fact.Operation;

/**
 * Events that make no sense together, from a damaged or a forged file: no tracker and no rule
 * breaks.
 */
class RandomEventsTest {
  private static final int TRACES = 40;
  private static final int EVENTS = 2_000;

  @Test
  void nonsenseBreaksNothing() throws Exception {
    long seed = Long.getLong("wsktrace.seed", System.nanoTime());
    System.out.println("RandomEventsTest: -Dwsktrace.seed=" + seed);
    var random = new Random(seed);
    for (int trace = 0; trace < TRACES; trace++) {
      List<TimedEvent> events = new ArrayList<>();
      for (int i = 1; i <= EVENTS; i++) {
        events.add(new TimedEvent(event(random, i), random.nextLong()));
      }
      List<Fact> facts = new ArrayList<>();

      JudgeReport report = Fixture.judge(events, Catalogue.RULES, facts::add);

      assertThat(report.coverage())
          .filteredOn(coverage -> coverage.verdict() == Verdict.NOT_EVALUATED)
          .isEmpty();
      assertThat(facts.stream().filter(Operation.class::isInstance).map(Operation.class::cast))
          .extracting(Operation::opId)
          .doesNotContain(0L);
    }
  }

  /** Numbers from a small set, so that events meet each other; and now and then any bits at all. */
  private static WskEvent event(Random random, long seq) throws Exception {
    EventLayout layout = EventLayouts.ALL.get(random.nextInt(EventLayouts.ALL.size()));
    int structs = random.nextInt(3);
    boolean counted = layout.fields().getLast() instanceof Structs several && several.counted();
    int tail = counted ? structs * layout.fields().getLast().size() : 2;
    ByteBuffer payload =
        ByteBuffer.allocate(layout.fixedSize() + tail).order(ByteOrder.LITTLE_ENDIAN);
    layout.header().forEach(field -> put(random, payload, 0, field));
    for (FieldLayout field : layout.fields()) {
      if (field instanceof Structs several) {
        for (int i = 0; i < (several.counted() ? structs : 1); i++) {
          int at = several.offset() + i * several.size();
          several.fields().forEach(inner -> put(random, payload, at, inner));
        }
      } else {
        put(random, payload, 0, field);
      }
    }
    if (counted) {
      payload.putShort(layout.fields().getLast().offset() - 2, (short) structs);
    }
    payload.putLong(0, seq);
    MemorySegment segment = MemorySegment.ofArray(payload.array());
    WskEvent event = WskEventDecoder.decode(layout.id(), segment, 0, segment.byteSize());
    assertThat(event).isNotNull();
    return event;
  }

  private static void put(Random random, ByteBuffer payload, int base, FieldLayout field) {
    boolean wild = random.nextInt(50) == 0;
    long value = wild ? random.nextLong() : random.nextInt(6);
    int at = base + field.offset();
    switch (field.size()) {
      case 1 -> payload.put(at, (byte) (wild ? value : random.nextInt(30)));
      case 2 -> payload.putShort(at, (short) value);
      case 4 -> payload.putInt(at, (int) (random.nextInt(4) == 0 ? 0x103 : value));
      case 8 -> payload.putLong(at, value);
      default -> {}
    }
  }
}
