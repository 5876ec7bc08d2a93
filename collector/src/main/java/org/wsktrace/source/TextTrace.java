package org.wsktrace.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.wsktrace.event.text.TextTraceException;
import org.wsktrace.event.text.TextTraceReader;

/** A text trace, .wtrace: one event a line, UTF-8. */
public final class TextTrace implements Trace {
  private final Path path;
  private final BufferedReader lines;

  private TextTrace(Path path, BufferedReader lines) {
    this.path = path;
    this.lines = lines;
  }

  static TextTrace open(Path path) throws IOException {
    return new TextTrace(
        path,
        new BufferedReader(
            new InputStreamReader(
                Files.newInputStream(path), StandardCharsets.UTF_8.newDecoder())));
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() throws IOException {
    return Files.size(path);
  }

  /** Once: the lines are gone then. */
  @Override
  public TraceCounts read(TraceConsumer consumer) throws IOException {
    var intake = new EventIntake(consumer);
    var reader = new TextTraceReader(lines);
    try {
      TextTraceReader.Entry entry;
      while ((entry = reader.next()) != null) {
        MemorySegment payload = entry.payload();
        intake.payload(entry.id(), payload, 0, (int) payload.byteSize(), entry.nanos());
      }
    } catch (TextTraceException e) {
      throw new SourceException.BadLine(path, e);
    } catch (CharacterCodingException e) {
      throw new SourceException.NotText(path);
    }
    return intake.end();
  }

  @Override
  public TraceOrigin origin() {
    return new TraceOrigin("wtrace", null, null, null, null, null);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
