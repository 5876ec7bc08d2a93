package org.wsktrace.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A session that cannot be written or read. One class per cause; the message is one line that says
 * which file, what is wrong and what to do, and may be shown as it is.
 */
public abstract sealed class StoreException extends IOException {
  private static final long serialVersionUID = 1;

  private StoreException(Path path, String wrong, String remedy, @Nullable Throwable cause) {
    super(path + ": " + wrong + "; " + remedy, cause);
  }

  /** Java's message of a denied access is only the name of the file. */
  private static String reason(Throwable cause) {
    return cause instanceof AccessDeniedException
        ? "access is denied"
        : String.valueOf(cause.getMessage());
  }

  /** There is something at the path already. */
  public static final class Exists extends StoreException {
    private static final long serialVersionUID = 1;

    Exists(Path path) {
      super(path, "the file exists already", "give another name, or --force to replace it", null);
    }
  }

  /** A folder is where the session should be. */
  public static final class IsFolder extends StoreException {
    private static final long serialVersionUID = 1;

    IsFolder(Path path) {
      super(path, "this is a folder", "give the name of a file in it", null);
    }
  }

  /** What an import that did not end has left, or is still writing. */
  public static final class Unfinished extends StoreException {
    private static final long serialVersionUID = 1;

    Unfinished(Path part) {
      super(
          part,
          "another import is writing this file, or was interrupted",
          "wait for it, or delete the file",
          null);
    }
  }

  /** The folder of the session does not exist. */
  public static final class FolderMissing extends StoreException {
    private static final long serialVersionUID = 1;

    FolderMissing(Path path, Path folder) {
      super(path, "there is no folder " + folder, "make it, or give another name", null);
    }
  }

  /** The system does not let us write there. */
  public static final class NotWritable extends StoreException {
    private static final long serialVersionUID = 1;

    NotWritable(Path path, Throwable cause) {
      super(
          path,
          "the session cannot be written (" + reason(cause) + ")",
          "get the right to write there, or give another folder",
          cause);
    }
  }

  /** No room. */
  public static final class DiskFull extends StoreException {
    private static final long serialVersionUID = 1;

    DiskFull(Path path, Throwable cause) {
      super(
          path,
          "the disk is full, and nothing was written",
          "make room, or give a name on another disk",
          cause);
    }
  }

  /** No SQLite file, or another program's. */
  public static final class Foreign extends StoreException {
    private static final long serialVersionUID = 1;

    Foreign(Path path, String what) {
      super(
          path,
          "this is " + what + ", not a wsktrace session",
          "give a .wskdb file that wsktrace import wrote",
          null);
    }
  }

  /** Of a version to come. */
  public static final class Newer extends StoreException {
    private static final long serialVersionUID = 1;

    Newer(Path path, long version, long known) {
      super(
          path,
          "a newer wsktrace wrote this session (format %d; this one reads format %d)"
              .formatted(version, known),
          "update wsktrace, or import the trace again with this one",
          null);
    }
  }

  /** Ours, and broken. */
  public static final class Damaged extends StoreException {
    private static final long serialVersionUID = 1;

    Damaged(Path path, String what, @Nullable Throwable cause) {
      super(
          path,
          "the session is damaged (" + what + ")",
          "copy it again, or import the trace again",
          cause);
    }
  }

  /** The system does not let us read it. */
  public static final class NotReadable extends StoreException {
    private static final long serialVersionUID = 1;

    NotReadable(Path path, Throwable cause) {
      super(
          path,
          "the session cannot be read (" + reason(cause) + ")",
          "get the right to read it, or close the program that holds it",
          cause);
    }
  }
}
