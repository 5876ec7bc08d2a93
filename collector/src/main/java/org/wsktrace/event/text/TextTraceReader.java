package org.wsktrace.event.text;

import java.io.IOException;
import java.io.Reader;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.EventLayout;
import org.wsktrace.event.EventLayouts;
import org.wsktrace.event.FieldLayout;
import org.wsktrace.event.MalformedEventException;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEventDecoder;

/**
 * Reads a text trace, event by event.
 *
 * <pre>
 * wtrace 1                                  the format and its version, first of all
 * qpcFrequency 10000000                     ticks in a second, this if left out
 * defaults client:1 tid:76                  header fields of the lines below that do not say otherwise
 * # a comment
 * 17 12.5us cpu1 tid:80 op:3 SendEnter verb=WskSend socket=0x50 irpSnap{ptr=0x10} length=4096 mdlSnap{ptr=0x20}
 * </pre>
 *
 * <p>Fields are those of the manifest, what is left out is 0. Without a number an event has the one
 * behind the last, without a time it happens a microsecond later; the count of structs is counted,
 * qpc follows from the time. Not thread-safe; does not close what it reads from; keeps one line in
 * memory.
 */
public final class TextTraceReader {
  /** The version of the format that this class reads. */
  public static final int VERSION = 1;

  /** Longest line in characters: a payload of 64 KB fits. */
  public static final int MAX_LINE = 1 << 18;

  static final long DEFAULT_FREQUENCY = 10_000_000;
  private static final long MAX_FREQUENCY = 1_000_000_000;
  private static final long STEP_NANOS = 1_000;

  private static final Pattern SEQ = Pattern.compile("\\d+|0x.*");
  private static final Pattern CPU = Pattern.compile("cpu\\d+");

  private final Reader from;
  private final Map<FieldLayout, Long> defaults = new LinkedHashMap<>();
  private long frequency = DEFAULT_FREQUENCY;
  private int lineNumber;
  private boolean begun;
  private long lastSeq;
  private long lastNanos;

  /**
   * One event as bytes.
   *
   * @param line where it stands, from 1
   * @param nanos since the trace started
   */
  public record Entry(int line, int id, MemorySegment payload, long nanos) {
    public TimedEvent event() {
      try {
        return new TimedEvent(
            Objects.requireNonNull(WskEventDecoder.decode(id, payload, 0, payload.byteSize())),
            nanos);
      } catch (MalformedEventException e) {
        throw new IllegalStateException("the payload was built by the layout of its event", e);
      }
    }
  }

  /**
   * @param from read in small pieces: give it a buffer
   */
  public TextTraceReader(Reader from) {
    this.from = from;
  }

  /**
   * @return null at the end
   * @throws TextTraceException when a line has no meaning; reading can't go on
   */
  public @Nullable Entry next() throws IOException, TextTraceException {
    for (String text = readLine(); text != null; text = readLine()) {
      var line = new Line(lineNumber, text);
      if (!begun) {
        firstLine(line);
      } else if (!line.atEnd()) {
        Entry entry = entry(line);
        if (entry != null) {
          return entry;
        }
      }
    }
    if (!begun) {
      throw new TextTraceException(1, "the file is empty; write 'wtrace 1' and one event a line");
    }
    return null;
  }

  private void firstLine(Line line) throws TextTraceException {
    boolean ours = !line.atEnd() && line.word().equals("wtrace") && !line.atEnd();
    OptionalLong version = ours ? NumberText.number(line.word()) : OptionalLong.empty();
    if (version.isEmpty() || !line.atEnd()) {
      throw line.problem("this is no text trace; its first line has to be 'wtrace 1'");
    }
    if (version.getAsLong() != VERSION) {
      throw line.problem(
          "this is version %s of the format and version %d can be read; use a newer wsktrace"
              .formatted(Long.toUnsignedString(version.getAsLong()), VERSION));
    }
    begun = true;
  }

  /** Null for a line that is a setting. */
  private @Nullable Entry entry(Line line) throws TextTraceException {
    var header = new LinkedHashMap<FieldLayout, Long>();
    OptionalLong time = OptionalLong.empty();
    while (!line.atEnd()) {
      String word = line.word();
      OptionalLong asTime = TimeText.read(word);
      if (asTime.isPresent()) {
        time = asTime;
      } else if (!headerField(line, word, header)) {
        return switch (word) {
          case "qpcFrequency" -> readFrequency(line);
          case "defaults" -> readDefaults(line);
          default -> entry(line, layout(line, word), header, time.orElse(lastNanos + STEP_NANOS));
        };
      }
    }
    throw line.problem("the name of an event is missing, such as SendEnter");
  }

  private Entry entry(Line line, EventLayout layout, Map<FieldLayout, Long> header, long nanos)
      throws TextTraceException {
    var payload = new PayloadBuilder(layout, line);
    header.putIfAbsent(HeaderText.SEQ, lastSeq + 1);
    header.putIfAbsent(HeaderText.QPC, TimeText.ticks(nanos, frequency));
    defaults.forEach(header::putIfAbsent);
    header.forEach(payload::put);
    payload.readFields();
    lastSeq = header.get(HeaderText.SEQ);
    lastNanos = nanos;
    return new Entry(line.number(), layout.id(), MemorySegment.ofArray(payload.bytes()), nanos);
  }

  /** False when the word is not a header field. */
  private static boolean headerField(Line line, String word, Map<FieldLayout, Long> header)
      throws TextTraceException {
    int colon = word.indexOf(':');
    FieldLayout field;
    String value;
    if (SEQ.matcher(word).matches()) {
      field = HeaderText.SEQ;
      value = word;
    } else if (CPU.matcher(word).matches()) {
      field = HeaderText.CPU;
      value = word.substring(3);
    } else if (colon > 0) {
      field =
          HeaderText.find(word.substring(0, colon))
              .orElseThrow(
                  () ->
                      line.problem(
                          "'%s' means nothing here; expected %s"
                              .formatted(word, HeaderText.expected())));
      value = word.substring(colon + 1);
    } else {
      return false;
    }
    OptionalLong number = NumberText.read(field, value);
    if (number.isEmpty() || !NumberText.fits(number.getAsLong(), field.size())) {
      throw line.problem("%s: expected %s".formatted(word, NumberText.expected(field)));
    }
    if (header.put(field, number.getAsLong()) != null) {
      throw line.problem("%s is given twice; write it once".formatted(field.name()));
    }
    return true;
  }

  private static EventLayout layout(Line line, String name) throws TextTraceException {
    return EventLayouts.ALL.stream()
        .filter(layout -> layout.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                line.problem(
                    "there is no event '%s'; expected %s, such as SendEnter or MdlFree"
                        .formatted(name, HeaderText.expected())));
  }

  private @Nullable Entry readFrequency(Line line) throws TextTraceException {
    OptionalLong ticks = line.atEnd() ? OptionalLong.empty() : NumberText.number(line.word());
    if (ticks.isEmpty()
        || !line.atEnd()
        || Long.compareUnsigned(ticks.getAsLong() - 1, MAX_FREQUENCY) >= 0) {
      throw line.problem("expected 'qpcFrequency N' with ticks in a second, 1 to " + MAX_FREQUENCY);
    }
    frequency = ticks.getAsLong();
    return null;
  }

  private @Nullable Entry readDefaults(Line line) throws TextTraceException {
    defaults.clear();
    while (!line.atEnd()) {
      String word = line.word();
      if (!headerField(line, word, defaults)) {
        throw line.problem(
            "'%s' can't be a default; write header fields such as tid:76".formatted(word));
      }
    }
    return null;
  }

  private @Nullable String readLine() throws IOException, TextTraceException {
    lineNumber++;
    var text = new StringBuilder();
    for (int c = from.read(); c != '\n'; c = from.read()) {
      if (c < 0) {
        return text.isEmpty() ? null : text.toString();
      }
      if (text.length() == MAX_LINE) {
        throw new TextTraceException(
            lineNumber, "longer than %d characters: this is no text trace".formatted(MAX_LINE));
      }
      text.append((char) c);
    }
    return text.toString();
  }
}
