package org.wsktrace.recorder;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was found in an image.
 *
 * @param captures newest first
 * @param copies pages that are in the image once more
 * @param otherLayouts of pages that this version cannot read
 */
public record Survey(Path path, List<Capture> captures, long copies, Set<Integer> otherLayouts) {
  /** Keeps copies. */
  public Survey {
    captures = List.copyOf(captures);
    otherLayouts = new TreeSet<>(otherLayouts);
  }
}
