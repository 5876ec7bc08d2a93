package org.wsktrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.UUID;
import org.wsktrace.decode.Schemas;
import org.wsktrace.etl.record.EventRecord;
import org.wsktrace.event.WskEvent;

/**
 * Adds what describes the capture driver's events to the schemas of a trace that has such events.
 * Reading the manifest takes 0.1 s, which other traces need not wait for.
 */
final class OwnEvents {
  // Copied into the jar from schema/.
  private static final String MANIFEST = "wsktrace.man";
  private static final UUID PROVIDER = UUID.fromString(WskEvent.PROVIDER);

  private final Schemas schemas;
  private boolean added;

  OwnEvents(Schemas schemas) {
    this.schemas = schemas;
  }

  /** Looks at an event before it is decoded. */
  void notice(EventRecord event) throws IOException {
    if (!added && event.isFrom(PROVIDER)) {
      added = true;
      try (InputStream in = OwnEvents.class.getResourceAsStream(MANIFEST)) {
        schemas.addManifest(Objects.requireNonNull(in, "the manifest is not in the jar"));
      }
    }
  }
}
