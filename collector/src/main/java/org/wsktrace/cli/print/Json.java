package org.wsktrace.cli.print;

import java.io.PrintWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** How every JSON of ours looks: indented, in ASCII, so that no console can spoil it. */
public final class Json {
  /** Value of the key "format" in every object at the top; grows when a key changes its meaning. */
  static final int FORMAT = 1;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private Json() {}

  /** What is written in one object. */
  @FunctionalInterface
  public interface Members {
    /** The object is open, and stays so. */
    void write(JsonGenerator json);
  }

  /** Writes one object of ours, with its format, and a line end. */
  public static void write(PrintWriter to, Members members) {
    writeForeign(
        to,
        json -> {
          json.writeNumberProperty("format", FORMAT);
          members.write(json);
        });
  }

  /** Writes one object in a format of others, and a line end. */
  public static void writeForeign(PrintWriter to, Members members) {
    try (JsonGenerator json = generator(to)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    }
    to.print('\n');
  }

  private static JsonGenerator generator(PrintWriter to) {
    return FACTORY.createGenerator(
        new ObjectWriteContext.Base() {
          @Override
          public PrettyPrinter getPrettyPrinter() {
            var indenter = new DefaultIndenter("  ", "\n");
            return new DefaultPrettyPrinter()
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
          }
        },
        to);
  }
}
