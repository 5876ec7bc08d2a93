package org.wsktrace.track;

import org.jspecify.annotations.Nullable;

/** What has lives: it carries what rules remember of it, so that the memory ends with the life. */
public abstract class Live {
  /** By the number of the memo; grown on demand. */
  @Nullable Object @Nullable [] memos;

  protected Live() {}
}
