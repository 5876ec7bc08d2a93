package org.wsktrace.source;

import java.io.IOException;
import java.nio.file.Path;
import org.wsktrace.etl.EtlFile.Truncation;

/** A recorded trace. Belongs to one thread. */
public sealed interface Trace extends AutoCloseable permits EtlTrace, TextTrace {
  /** Opens a trace that must be whole. */
  static Trace open(Path path) throws IOException {
    return open(path, Truncation.REFUSE);
  }

  /**
   * Opens an .etl or a text trace, whichever it is.
   *
   * @param truncation what to do with an .etl that ends before its trace does
   * @throws IOException whose message is one line that says which file, what is wrong and what to
   *     do
   * @throws IllegalArgumentException for a {@link FileKind#SQLITE}: look before you open
   */
  static Trace open(Path path, Truncation truncation) throws IOException {
    return switch (FileKind.of(path)) {
      case ETL -> EtlTrace.open(path, truncation);
      case TEXT_TRACE -> TextTrace.open(path);
      case SQLITE -> throw new IllegalArgumentException("a session is not a trace: " + path);
    };
  }

  /** As it was given to {@link #open}. */
  Path path();

  /** Bytes of the file. */
  long size() throws IOException;

  /**
   * Delivers what the trace holds, in order of {@code seq}. An exception of the consumer ends it.
   */
  TraceCounts read(TraceConsumer consumer) throws IOException;

  @Override
  void close() throws IOException;
}
