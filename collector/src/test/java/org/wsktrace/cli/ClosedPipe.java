package org.wsktrace.cli;

import java.io.IOException;
import java.io.OutputStream;

/** Where nobody reads any more. */
final class ClosedPipe extends OutputStream {
  @Override
  public void write(int b) throws IOException {
    throw new IOException("Broken pipe");
  }

  @Override
  public void flush() throws IOException {
    throw new IOException("Broken pipe");
  }
}
