package org.wsktrace.cli;

/** What a command's exit status says. Part of the interface: the numbers stay. */
public final class ExitStatus {
  /** Done; of check: no finding at or above --fail-on. */
  public static final int GOOD = 0;

  /** Check has findings at or above --fail-on. */
  public static final int FINDINGS = 1;

  /** The command line makes no sense. */
  public static final int USAGE = 2;

  /** A file cannot be read or written, or there is nothing in it to judge. */
  public static final int FILE = 3;

  /** A mistake of this program; EX_SOFTWARE of sysexits.h. */
  public static final int BUG = 70;

  private ExitStatus() {}
}
