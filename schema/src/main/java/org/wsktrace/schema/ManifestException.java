package org.wsktrace.schema;

/**
 * The manifest breaks a rule that the layout of our events rests on; the message names the place
 * and the rule.
 */
public final class ManifestException extends RuntimeException {
  ManifestException(String message) {
    super(message);
  }

  ManifestException(String message, Throwable cause) {
    super(message, cause);
  }
}
