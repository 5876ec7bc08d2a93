package org.wsktrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.wsktrace.decode.Schemas;

/** What is known of events before a trace is read: those of the capture driver. */
final class OwnSchemas {
  // Copied into the jar from schema/.
  private static final String MANIFEST = "wsktrace.man";

  private OwnSchemas() {}

  /** New ones, which nothing was added to yet. */
  static Schemas create() throws IOException {
    var schemas = new Schemas();
    try (InputStream in = OwnSchemas.class.getResourceAsStream(MANIFEST)) {
      schemas.addManifest(Objects.requireNonNull(in, "the manifest is not in the jar"));
    }
    return schemas;
  }
}
