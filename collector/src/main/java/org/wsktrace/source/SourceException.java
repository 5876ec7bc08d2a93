package org.wsktrace.source;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.text.TextTraceException;

/**
 * A file that is no trace, or that the system does not let us read. One class per cause; the
 * message is one line that says which file, what is wrong and what to do, and may be shown as it
 * is.
 */
public abstract sealed class SourceException extends IOException {
  private static final long serialVersionUID = 1;

  private SourceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  private SourceException(Path path, String wrong, String remedy, @Nullable Throwable cause) {
    this(path + ": " + wrong + "; " + remedy, cause);
  }

  /** There is nothing at this path. */
  public static final class Missing extends SourceException {
    private static final long serialVersionUID = 1;

    Missing(Path path) {
      super(path, "there is no such file", "check the name and the folder", null);
    }
  }

  /** A folder. */
  public static final class Folder extends SourceException {
    private static final long serialVersionUID = 1;

    Folder(Path path) {
      super(path, "this is a folder", "give a trace file in it", null);
    }
  }

  /** A device, a pipe, a socket. */
  public static final class NotAFile extends SourceException {
    private static final long serialVersionUID = 1;

    NotAFile(Path path) {
      super(path, "this is not an ordinary file", "copy the trace to a file and give that", null);
    }
  }

  /** The system does not let us read it. */
  public static final class NotReadable extends SourceException {
    private static final long serialVersionUID = 1;

    NotReadable(Path path, IOException cause) {
      super(
          path,
          "the system refuses to read it",
          "get the right to read it, or stop the session that still writes it",
          cause);
    }
  }

  /** Zero bytes. */
  public static final class Empty extends SourceException {
    private static final long serialVersionUID = 1;

    Empty(Path path) {
      super(
          path,
          "the file is empty",
          "stop the recording before its file is copied, and record again",
          null);
    }
  }

  /** Text, and not a text trace. */
  public static final class PlainText extends SourceException {
    private static final long serialVersionUID = 1;

    PlainText(Path path) {
      super(
          path,
          "this is text, not a recorded trace",
          "give the .etl file that was recorded, or name a text trace .wtrace",
          null);
    }
  }

  /** Named as a text trace, and not text. */
  public static final class NotText extends SourceException {
    private static final long serialVersionUID = 1;

    NotText(Path path) {
      super(path, "this is named .wtrace and is not text", "give a text trace in UTF-8", null);
    }
  }

  /** A line of a text trace that has no meaning. */
  public static final class BadLine extends SourceException {
    private static final long serialVersionUID = 1;

    BadLine(Path path, TextTraceException cause) {
      super(path + ": " + cause.getMessage(), cause);
    }
  }
}
