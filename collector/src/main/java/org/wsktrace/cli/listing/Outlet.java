package org.wsktrace.cli.listing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * Where lines go. Its failures can be told from those of the file that is read, and that nobody
 * reads any more, as behind {@code | head}, from a full disk.
 */
public final class Outlet extends FilterOutputStream {
  /** The output takes no more. */
  public static final class Failure extends IOException {
    private static final long serialVersionUID = 1;

    Failure(IOException cause) {
      super("the output cannot be written: " + cause.getMessage(), cause);
    }

    /**
     * Whether the reader of a pipe has gone. The system's text is all that Java tells; it names the
     * pipe in nearly every language.
     */
    public boolean readerIsGone() {
      return String.valueOf(getCause().getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }
  }

  /** Does not buffer. */
  public Outlet(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    try {
      out.write(b);
    } catch (IOException e) {
      throw new Failure(e);
    }
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      out.write(bytes, from, count);
    } catch (IOException e) {
      throw new Failure(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw new Failure(e);
    }
  }
}
