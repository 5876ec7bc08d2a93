package org.wsktrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.wsktrace.etl.EtlFile;

/** The trace that is read: one that is made for it, or with {@code -p file=PATH} another. */
@State(Scope.Benchmark)
public class TraceFile {
  /** A file to read instead of the made one. */
  @Param("")
  String file = "";

  /** Size of the made one, in MiB. */
  @Param("1024")
  int mebibytes;

  private Path path = Path.of("");
  private boolean made;
  private long events;

  /** Makes the file. It is then in the system's file cache, where there is room. */
  @Setup(Level.Trial)
  public void make() throws IOException {
    made = file.isEmpty();
    if (made) {
      path = Files.createTempFile("wsktrace-bench", ".etl");
      LargeTrace.write(path, (long) mebibytes << 20);
    } else {
      path = Path.of(file);
    }
    try (EtlFile etl = EtlFile.open(path)) {
      events = etl.read(_ -> {}).events();
    }
  }

  /** Removes what was made. */
  @TearDown(Level.Trial)
  public void remove() throws IOException {
    if (made) {
      Files.deleteIfExists(path);
    }
  }

  long events() {
    return events;
  }

  Path path() {
    return path;
  }
}
