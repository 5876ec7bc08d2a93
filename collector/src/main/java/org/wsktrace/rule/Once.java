package org.wsktrace.rule;

/** What is said once of each life: kept in a {@link org.wsktrace.track.Memo} of it. */
public final class Once {
  private boolean said;

  /** True the first time it is asked. */
  public boolean first() {
    boolean first = !said;
    said = true;
    return first;
  }
}
