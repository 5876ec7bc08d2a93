package org.wsktrace.cli.judgement;

import java.io.IOException;
import java.nio.file.Path;
import org.wsktrace.cli.print.Words;

/** A trace without a single event of the capture driver: that is no clean bill. */
public final class NothingToJudgeException extends IOException {
  private static final long serialVersionUID = 1;

  NothingToJudgeException(Path path, long foreign) {
    super(
        ("%s: there is no WskTrace event in it%s, so there is nothing to judge;"
                + " start the capture driver with wskctl, then record again")
            .formatted(
                path,
                foreign == 0 ? "" : " (" + Words.count(foreign, "event") + " of other providers)"));
  }
}
