package org.wsktrace.event.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.wsktrace.event.EventLayout;
import org.wsktrace.event.EventLayouts;
import org.wsktrace.event.FieldLayout;
import org.wsktrace.event.FieldLayout.Structs;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEventDecoder;

/** Bytes, to text, to bytes: the same event, whatever is in its fields. */
class RoundTripTest {
  private static final int ROUNDS = 200;

  @Test
  void everyEventSurvivesAsText() throws Exception {
    long seed = Long.getLong("wsktrace.seed", System.nanoTime());
    System.out.println("RoundTripTest: -Dwsktrace.seed=" + seed);
    var random = new Random(seed);
    for (EventLayout layout : EventLayouts.ALL) {
      for (int round = 0; round < ROUNDS; round++) {
        MemorySegment payload = MemorySegment.ofArray(randomPayload(layout, random));
        long nanos = random.nextLong() >> random.nextInt(64);
        long frequency = 1L + random.nextInt(1_000_000_000);

        var text = new StringBuilder();
        new TextTraceWriter(text, frequency).write(layout.id(), payload, nanos);
        var entry = new TextTraceReader(new StringReader(text.toString())).next();

        assertThat(entry).as(text.toString()).isNotNull();
        assertThat(entry.event().event()).as(text.toString()).isEqualTo(decode(layout, payload));
        assertThat(entry.nanos()).as(text.toString()).isEqualTo(nanos);
      }
    }
  }

  private static WskEvent decode(EventLayout layout, MemorySegment payload) throws Exception {
    WskEvent event = WskEventDecoder.decode(layout.id(), payload, 0, payload.byteSize());
    assertThat(event).isNotNull();
    return event;
  }

  private static byte[] randomPayload(EventLayout layout, Random random) {
    byte[] tail = new byte[0];
    int count = 0;
    FieldLayout last = layout.fields().getLast();
    if (last instanceof Structs several && several.counted()) {
      count = random.nextInt(4);
      tail = fill(random, new byte[count * several.size()]);
    } else if (last instanceof FieldLayout.Text) {
      String name =
          random
              .ints(random.nextInt(9), 1, 0x10000)
              .collect(
                  StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
              .toString();
      tail = (name + '\0').getBytes(StandardCharsets.UTF_16LE);
    }
    ByteBuffer payload =
        ByteBuffer.allocate(layout.fixedSize() + tail.length).order(ByteOrder.LITTLE_ENDIAN);
    payload.put(fill(random, new byte[layout.fixedSize()])).put(tail);
    if (last instanceof Structs several && several.counted()) {
      payload.putShort(several.offset() - 2, (short) count);
    }
    return payload.array();
  }

  /** Half of the bytes 0, so that fields are left out too, and addresses look like some. */
  private static byte[] fill(Random random, byte[] bytes) {
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      if (random.nextBoolean()) {
        bytes[i] = (byte) (random.nextInt(8) == 0 ? 2 : 0);
      }
    }
    return bytes;
  }
}
