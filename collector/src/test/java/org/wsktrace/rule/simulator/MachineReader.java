package org.wsktrace.rule.simulator;

import java.io.Reader;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The trace of a machine while it runs: as long as wanted, and never whole in memory. */
public final class MachineReader extends Reader {
  private static final int AT_ONCE = 1 << 16;

  private final Machine machine;
  private final Client client;
  private final long wanted;
  private String text = "";
  private int at;
  private boolean unloaded;

  /**
   * @param events so many at least; then the client leaves, which takes some more
   * @param sin null for a client that does everything right
   */
  public MachineReader(long seed, long events, @Nullable Sin sin) {
    this.machine = new Machine(new Random(seed));
    this.client = new Client(machine, sin);
    this.wanted = events;
    client.load();
  }

  @Override
  public int read(char[] to, int offset, int length) {
    while (at == text.length()) {
      if (unloaded) {
        return -1;
      }
      more();
    }
    int count = Math.min(length, text.length() - at);
    text.getChars(at, at + count, to, offset);
    at += count;
    return count;
  }

  private void more() {
    long before = machine.events();
    while (machine.events() < wanted && machine.events() - before < AT_ONCE / 64) {
      if (machine.stories() > 40 || !client.begin()) {
        machine.step();
      } else if (machine.random.nextBoolean()) {
        machine.step();
      }
    }
    if (machine.events() >= wanted) {
      client.unload();
      unloaded = true;
    }
    text = machine.take();
    at = 0;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
