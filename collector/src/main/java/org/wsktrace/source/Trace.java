package org.wsktrace.source;

import java.io.IOException;
import java.nio.file.Path;
import org.wsktrace.etl.EtlFile.Truncation;

/** A recorded trace. Belongs to one thread. */
public sealed interface Trace extends AutoCloseable permits EtlTrace, TextTrace, RecorderTrace {
  /** Opens a trace that must be whole. */
  static Trace open(Path path) throws IOException {
    return open(path, Truncation.REFUSE);
  }

  /**
   * Opens an .etl, a text trace or an image of memory, whichever it is.
   *
   * @param truncation what to do with an .etl that ends before its trace does; of others nobody
   *     knows
   * @throws IOException whose message is one line that says which file, what is wrong and what to
   *     do
   * @throws IllegalArgumentException for a {@link FileKind#SQLITE}: look before you open
   */
  static Trace open(Path path, Truncation truncation) throws IOException {
    return switch (FileKind.of(path)) {
      case ETL -> EtlTrace.open(path, truncation);
      case TEXT_TRACE -> TextTrace.open(path);
      case CRASH_DUMP, MEMORY -> RecorderTrace.open(path);
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

  /** What the file says of the whole trace; of an image after {@link #read}. */
  TraceOrigin origin();

  @Override
  void close() throws IOException;
}
