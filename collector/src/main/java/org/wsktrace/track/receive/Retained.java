package org.wsktrace.track.receive;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

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

  public int elements() {
    return elements;
  }

  public long bytes() {
    return bytes;
  }
}
