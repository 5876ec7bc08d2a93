package org.wsktrace.track.receive;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;

/** What one socket's driver retains. */
public final class Retained {
  /** Nothing. */
  static final Retained NOTHING = new Retained();

  final Set<Indication> indications = new LinkedHashSet<>();
  int elements;
  long bytes;

  Retained() {}

  /** Those of which an element is RETAINED, in the order in which their callbacks returned. */
  public Collection<Indication> indications() {
    return Collections.unmodifiableCollection(indications);
  }

  /** The return of the callback that retained the eldest of them; null when there is none. */
  public @Nullable TimedEvent first() {
    return indications.isEmpty() ? null : indications.iterator().next().exit();
  }

  public int elements() {
    return elements;
  }

  public long bytes() {
    return bytes;
  }
}
