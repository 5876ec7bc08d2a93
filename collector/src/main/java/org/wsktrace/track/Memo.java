package org.wsktrace.track;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a rule remembers of each life of a kind: it is found at once, and gone with the life.
 *
 * @param <L> the kind of life; a memo of one kind does not fit another
 */
public final class Memo<L extends Live, T> {
  /** Gives the memos of one kind their numbers; the tracker of the kind has it. */
  public static final class Numbers<L extends Live> {
    private int next;

    public <T> Memo<L, T> memo(Supplier<T> fresh) {
      return new Memo<>(next++, fresh);
    }
  }

  private final int number;
  private final Supplier<T> fresh;

  private Memo(int number, Supplier<T> fresh) {
    this.number = number;
    this.fresh = fresh;
  }

  /** What is remembered; made when it is asked for first. */
  public T of(L life) {
    T known = known(life);
    if (known == null) {
      known = fresh.get();
      put(life, known);
    }
    return known;
  }

  /** What is remembered; null when nothing was yet. */
  @SuppressWarnings("unchecked") // put by this memo alone, as the number is its own
  public @Nullable T known(L life) {
    @Nullable Object[] memos = life.memos;
    return memos == null || memos.length <= number ? null : (T) memos[number];
  }

  private void put(L life, T value) {
    @Nullable Object[] memos = life.memos;
    if (memos == null) {
      memos = new @Nullable Object[number + 1];
    } else if (memos.length <= number) {
      memos = Arrays.copyOf(memos, number + 4);
    }
    memos[number] = value;
    life.memos = memos;
  }
}
