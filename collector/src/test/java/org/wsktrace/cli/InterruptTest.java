package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.BufferWriter;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.etl.EventWriter;

/** A program that is told to end in the middle of its output ends it behind a line. */
final class InterruptTest {
  private static final int EVENTS = 20_000;
  private static final int EXIT_OF_SIGTERM = 128 + 15;

  @TempDir private Path folder;

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Process.destroy asks nobody there")
  void theLastLineIsWhole() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "events",
                "--format",
                "json",
                trace().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();

    List<String> lines = new ArrayList<>();
    try (BufferedReader out = process.inputReader()) {
      lines.add(out.readLine());
      // It has filled the pipe, or will, and waits for a reader in the middle of its output.
      // Process.destroy would close our end.
      process.toHandle().destroy();
      out.lines().forEach(lines::add);
    }

    assertThat(process.waitFor()).isEqualTo(EXIT_OF_SIGTERM);
    assertThat(lines).hasSizeLessThan(EVENTS);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(JsonTree.object(lines.get(i))).containsEntry("seq", i + 1L);
    }
  }

  private Path trace() throws IOException {
    BufferWriter buffer = BufferWriter.on(0);
    for (int i = 0; i < EVENTS; i++) {
      buffer.add(EventWriter.at(i).id(1).payload(new byte[200]));
    }
    return new EtlWriter().buffer(buffer).write(folder.resolve("a.etl"));
  }
}
