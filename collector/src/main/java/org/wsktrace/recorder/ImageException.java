package org.wsktrace.recorder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.wsktrace.recorder.page.PageLayout;

/**
 * An image out of which no flight recorder can be read. One class per cause; the message is one
 * line that says what is wrong and what to do, and may be shown as it is.
 */
public abstract sealed class ImageException extends IOException {
  private static final long serialVersionUID = 1;

  private ImageException(Path path, String wrong, String remedy) {
    super(path + ": " + wrong + "; " + remedy);
  }

  /** There is no page in it. */
  public static final class NothingFound extends ImageException {
    private static final long serialVersionUID = 1;

    NothingFound(Path path, String wrong, String remedy) {
      super(path, wrong, remedy);
    }
  }

  /** All pages in it have layouts that this version does not know. */
  public static final class UnknownLayout extends ImageException {
    private static final long serialVersionUID = 1;

    UnknownLayout(Path path, Set<Integer> layouts) {
      super(
          path,
          "another version of the capture driver wrote the flight recorder in it (layout %s; this wsktrace reads layout %d)"
              .formatted(
                  layouts.stream().map(String::valueOf).collect(Collectors.joining(", ")),
                  PageLayout.LAYOUT),
          "use the wsktrace of that version");
    }
  }

  /** More than is indexed: no machine has as much. */
  public static final class TooMuch extends ImageException {
    private static final long serialVersionUID = 1;

    TooMuch(Path path, String what) {
      super(
          path,
          "it holds flight recorders " + what,
          "give the crash dump or the image of one machine alone");
    }
  }

  /** It became shorter while it was read. */
  public static final class Changed extends ImageException {
    private static final long serialVersionUID = 1;

    Changed(Path path) {
      super(
          path,
          "the file became shorter while it was being read",
          "wait until what writes or copies it has ended");
    }
  }
}
