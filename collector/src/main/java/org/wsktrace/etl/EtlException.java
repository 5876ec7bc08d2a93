package org.wsktrace.etl;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A trace file that cannot be read, or not wholly. One class per cause; the message is one line
 * that says what is wrong and what to do, and may be shown as it is.
 */
public abstract sealed class EtlException extends IOException {
  private static final long serialVersionUID = 1;

  private EtlException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  private EtlException(String message) {
    this(message, null);
  }

  /** There is nothing at this path. */
  public static final class Missing extends EtlException {
    private static final long serialVersionUID = 1;

    Missing(Path path, @Nullable Throwable cause) {
      super(path + ": there is no such file. Check the name and the folder.", cause);
    }
  }

  /** A folder, a device, a pipe. */
  public static final class NotAFile extends EtlException {
    private static final long serialVersionUID = 1;

    NotAFile(Path path, boolean folder) {
      super(
          path
              + (folder
                  ? ": this is a folder. Give the .etl file in it."
                  : ": this is not an ordinary file. Copy the trace to a file and give that."));
    }
  }

  /** The system does not let us read it. */
  public static final class NotReadable extends EtlException {
    private static final long serialVersionUID = 1;

    NotReadable(Path path, IOException cause) {
      super(
          path
              + ": the system refuses to open it ("
              + reason(cause)
              + "). Stop the trace session that holds it, or get the right to read it.",
          cause);
    }

    /** The message of most file system exceptions is only the path. */
    private static @Nullable String reason(IOException cause) {
      return switch (cause) {
        case AccessDeniedException _ -> "access denied";
        case FileSystemException e when e.getReason() != null -> e.getReason();
        default -> cause.getMessage();
      };
    }
  }

  /** Zero bytes. */
  public static final class Empty extends EtlException {
    private static final long serialVersionUID = 1;

    Empty(Path path) {
      super(
          path
              + ": the file is empty. The trace session has written nothing; stop it before you"
              + " copy its file, and record again.");
    }
  }

  /** Does not begin as a trace does. */
  public static final class NotEtl extends EtlException {
    private static final long serialVersionUID = 1;

    NotEtl(Path path, String reason) {
      super(
          path
              + ": this is not an .etl trace: "
              + reason
              + ". Give the file that the trace session wrote.");
    }
  }

  /**
   * The file ends before the trace does. {@link EtlFile.Truncation#TOLERATE} reads what is there.
   */
  public static final class Truncated extends EtlException {
    private static final long serialVersionUID = 1;

    Truncated(Path path, String reason) {
      super(
          path
              + ": the trace is truncated: "
              + reason
              + ". Copy it again in whole, after the session was stopped.");
    }
  }

  /**
   * A buffer header that makes no sense, so what lies behind it cannot be found. {@link
   * EtlFile.Truncation#TOLERATE} reads what lies before it.
   */
  public static final class Damaged extends EtlException {
    private static final long serialVersionUID = 1;

    Damaged(Path path, String reason) {
      super(
          path
              + ": the trace is damaged: "
              + reason
              + ". Copy it again from where it was recorded.");
    }
  }

  /** A trace, but made in a way that this version cannot read. */
  public static final class Unsupported extends EtlException {
    private static final long serialVersionUID = 1;

    Unsupported(Path path, String reason) {
      super(path + ": " + reason);
    }
  }

  /** The file became shorter while it was read. */
  public static final class Changed extends EtlException {
    private static final long serialVersionUID = 1;

    Changed(Path path) {
      super(
          path
              + ": the file became shorter while it was being read. Stop the session or the copy that"
              + " writes it, and read it again.");
    }
  }
}
