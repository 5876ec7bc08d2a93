package org.wsktrace.decode.manifest;

import java.io.IOException;

/** What was given as an instrumentation manifest is none; the message says why in one sentence. */
public final class ManifestException extends IOException {
  private static final long serialVersionUID = 1;

  ManifestException(String reason) {
    super(message(reason));
  }

  ManifestException(String reason, Throwable cause) {
    super(message(reason), cause);
  }

  private static String message(String reason) {
    return "this is not an instrumentation manifest that can be read: "
        + reason.replaceAll("\\s+", " ").replaceAll("[. ]+$", "")
        + ". Give the .man file from which the provider was built.";
  }
}
