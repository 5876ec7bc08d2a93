package org.wsktrace.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.wsktrace.event.Bytes;
import org.wsktrace.source.SourceLoss.Cause;

final class SequenceOrderTest {
  private final Heard heard = new Heard();

  @Test
  void whatComesInOrderGoesThroughAtOnce() throws IOException {
    SequenceOrder order = add(4, 1, 2, 3);

    assertThat(heard).hasToString("1, 2, 3");
    order.end();
    assertThat(heard).hasToString("1, 2, 3");
  }

  @Test
  void eventsThatAreOutOfStepComeInOrder() throws IOException {
    add(4, 1, 3, 2, 6, 5, 4, 7);

    assertThat(heard).hasToString("1, 2, 3, 4, 5, 6, 7");
  }

  @Test
  void aGapIsDeclaredAtTheEnd() throws IOException {
    SequenceOrder order = add(4, 1, 2, 6, 7);

    assertThat(heard).hasToString("1, 2");
    order.end();
    assertThat(heard).hasToString("1, 2, lost 3-5, 6, 7");
    assertThat(heard.losses).containsExactly(new SourceLoss(Cause.SEQUENCE_GAP, 3, 5, 3, nanos(6)));
  }

  @Test
  void aGapIsDeclaredWhenTheWindowIsFull() throws IOException {
    add(4, 1, 3, 4, 5);

    assertThat(heard).hasToString("1");
    add(4, 1, 3, 4, 5, 6);
    assertThat(heard).hasToString("1, 1, lost 2-2, 3, 4, 5, 6");
  }

  @Test
  void twoGapsAreTwoLosses() throws IOException {
    add(4, 1, 3, 5).end();

    assertThat(heard).hasToString("1, lost 2-2, 3, lost 4-4, 5");
  }

  @Test
  void aTraceThatBeginsLateHasLostNothing() throws IOException {
    SequenceOrder order = add(4, 101, 100, 102);
    order.end();

    assertThat(heard).hasToString("100, 101, 102");
    assertThat(order.first()).isEqualTo(100);
    assertThat(order.last()).isEqualTo(102);
  }

  @Test
  void anEventThatComesTwiceIsDeliveredOnce() throws IOException {
    SequenceOrder order = add(8, 1, 2, 2, 4, 4, 3, 1);

    assertThat(heard).hasToString("1, 2, 3, 4");
    assertThat(order.duplicates()).isEqualTo(3);
    assertThat(order.late()).isZero();
  }

  @Test
  void anEventThatComesAfterItWasDeclaredLostIsCounted() throws IOException {
    SequenceOrder order = add(2, 1, 3, 4, 2);

    assertThat(heard).hasToString("1, lost 2-2, 3, 4");
    assertThat(order.late()).isEqualTo(1);
    assertThat(order.duplicates()).isZero();
  }

  @Test
  void aShuffleWithinTheWindowLosesNothing() throws IOException {
    long seed = Long.getLong("wsktrace.seed", System.nanoTime());
    System.out.println("SequenceOrderTest: -Dwsktrace.seed=" + seed);
    var random = new Random(seed);
    int window = 64;
    List<Long> seqs = new ArrayList<>(LongStream.rangeClosed(1, 10_000).boxed().toList());
    for (int i = 0; i + window / 2 < seqs.size(); i += window / 2) {
      Collections.shuffle(seqs.subList(i, i + window / 2), random);
    }

    add(window, seqs.stream().mapToLong(Long::longValue).toArray()).end();

    assertThat(heard.losses).isEmpty();
    assertThat(heard.events).extracting(SourceEvent::seq).isSorted().hasSize(10_000);
  }

  @Test
  void whateverComesEachNumberIsDeliveredLostOrBeforeTheFirst() throws IOException {
    long seed = Long.getLong("wsktrace.seed", System.nanoTime());
    System.out.println("SequenceOrderTest: -Dwsktrace.seed=" + seed);
    var random = new Random(seed);
    long[] seqs = random.longs(5_000, 1, 2_000).toArray();

    SequenceOrder order = add(32, seqs);
    order.end();

    long lost = heard.losses.stream().mapToLong(SourceLoss::count).sum();
    assertThat(heard.events).extracting(SourceEvent::seq).isSorted().doesNotHaveDuplicates();
    assertThat(heard.events.size() + lost).isEqualTo(order.last() - order.first() + 1);
    assertThat(heard.events.size() + order.duplicates() + order.late()).isEqualTo(seqs.length);
  }

  private SequenceOrder add(int window, long... seqs) throws IOException {
    var order = new SequenceOrder(heard, window);
    for (long seq : seqs) {
      order.add(new SourceEvent(20, seq, nanos(seq), Bytes.of(), null));
    }
    return order;
  }

  private static long nanos(long seq) {
    return 1000 * seq;
  }
}
