package org.wsktrace.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.wsktrace.cli.ExitStatus;
import org.wsktrace.cli.Main;
import org.wsktrace.decode.EventDecoder;
import org.wsktrace.decode.Schemas;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.etl.EventCursor;

/** Whole files, from open to close; operations, bytes and events per second. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Xmx256m", "--enable-native-access=ALL-UNNAMED"})
public class ReadBenchmark {
  /** Every event's provider, id, time and thread, and nothing of its payload. */
  @Benchmark
  public long headers(TraceFile trace, Amount amount) throws IOException {
    var sum = new Sum();
    try (EtlFile file = EtlFile.open(trace.path())) {
      amount.events +=
          file.read(
                  event ->
                      sum.add(
                          event.providerHigh()
                              ^ event.providerLow()
                              ^ event.id()
                              ^ event.nanoseconds()
                              ^ event.threadId()))
              .events();
      amount.bytes += file.size();
    }
    return sum.value;
  }

  /** From opening the file to its first event; for {@code -p mebibytes=10240}. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  @Warmup(iterations = 0)
  @Measurement(iterations = 3)
  public long firstEvent(TraceFile trace) throws IOException {
    try (EtlFile file = EtlFile.open(trace.path());
        EventCursor cursor = file.cursor()) {
      return cursor.next() ? cursor.event().timestamp() : 0;
    }
  }

  /** Every event's fields, after a first pass that learns what describes them. */
  @Benchmark
  public long decoded(TraceFile trace, Amount amount) throws IOException {
    var sum = new Sum();
    try (EtlFile file = EtlFile.open(trace.path())) {
      var schemas = new Schemas();
      file.read(schemas::learn);
      var decoder = new EventDecoder(schemas);
      amount.events += file.read(event -> sum.add(decoder.decode(event).fields().size())).events();
      amount.bytes += file.size();
    }
    return sum.value;
  }

  /** {@code wsktrace info FILE}, as in a process that runs already. */
  @Benchmark
  public int info(TraceFile trace, Amount amount) throws IOException {
    return run(trace, amount, "info", trace.path().toString());
  }

  /** {@code wsktrace events --format json FILE}, likewise, into nothing. */
  @Benchmark
  public int json(TraceFile trace, Amount amount) throws IOException {
    return run(trace, amount, "events", "--format", "json", trace.path().toString());
  }

  /** {@code wsktrace events --raw --format json FILE}, likewise: one pass. */
  @Benchmark
  public int jsonRaw(TraceFile trace, Amount amount) throws IOException {
    return run(trace, amount, "events", "--raw", "--format", "json", trace.path().toString());
  }

  private static int run(TraceFile trace, Amount amount, String... args) throws IOException {
    int status = Main.run(args, OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
    if (status != ExitStatus.GOOD) {
      throw new IllegalStateException("exit status " + status);
    }
    amount.events += trace.events();
    amount.bytes += Files.size(trace.path());
    return status;
  }

  /** Keeps the work from being optimised away. */
  private static final class Sum {
    private long value;

    void add(long more) {
      value += more;
    }
  }
}
