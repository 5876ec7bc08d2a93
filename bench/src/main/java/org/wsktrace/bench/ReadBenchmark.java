package org.wsktrace.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.wsktrace.etl.EtlFile;

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

  /** Keeps the work from being optimised away. */
  private static final class Sum {
    private long value;

    void add(long more) {
      value += more;
    }
  }
}
