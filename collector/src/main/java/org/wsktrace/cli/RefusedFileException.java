package org.wsktrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file beside the trace that cannot be used; the message is one line and may be shown as it is.
 */
final class RefusedFileException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedFileException(Path path, String why, @Nullable IOException cause) {
    super(path + ": " + why, cause);
  }
}
