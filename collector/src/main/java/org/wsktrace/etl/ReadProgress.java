package org.wsktrace.etl;

/** Is told how far reading is, now and then, on the thread that reads; can end it. */
@FunctionalInterface
public interface ReadProgress {
  /** How many events go by between two calls. */
  int EVENTS = 8192;

  /**
   * Some events are read.
   *
   * @param done bytes read so far, never less than the last time
   * @param total bytes of the file, more than 0
   * @return false to read no further
   */
  boolean at(long done, long total);
}
