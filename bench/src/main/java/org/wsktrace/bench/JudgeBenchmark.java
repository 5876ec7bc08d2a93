package org.wsktrace.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.wsktrace.event.text.TextTraceException;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Settings;
import org.wsktrace.rule.judge.Catalogue;
import org.wsktrace.rule.judge.Judge;

/** A trace before the judge, from the payloads on; events per second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Xmx2g", "--enable-native-access=ALL-UNNAMED"})
public class JudgeBenchmark {
  private static final int EVENTS = 10_000;

  /** Sends in flight at any time. */
  @Param({"3000", "200000"})
  int inFlight;

  /** Which rules judge: all, none, or the id of one, which tells what it costs. */
  @Param("all")
  String rules = "all";

  private ClientTrace trace;
  private Judge judge;

  /** Sends until so many are in flight. */
  @Setup(Level.Trial)
  public void begin() throws IOException, TextTraceException {
    trace = new ClientTrace(inFlight);
    judge = new Judge(chosen(), Settings.INITIAL, _ -> {});
    trace.preamble().forEach(judge::event);
  }

  private List<Rule> chosen() {
    return switch (rules) {
      case "all" -> Catalogue.RULES;
      case "none" -> List.of();
      default -> List.of(Catalogue.find(rules).orElseThrow());
    };
  }

  /** Decodes, tracks and judges. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public void replay() {
    for (int i = 0; i < EVENTS; i++) {
      judge.event(trace.next());
    }
  }

  /** Only decodes: what the rest has to be compared with. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long decode() {
    long sum = 0;
    for (int i = 0; i < EVENTS; i++) {
      sum += trace.next().seq();
    }
    return sum;
  }
}
