package org.wsktrace.store.row;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A misuse and its proof.
 *
 * @param severity error, warning or note: mostly that of the rule
 * @param verdict violation or suspected
 * @param title one sentence with the numbers filled in
 * @param quantities what the title says in numbers, in its order
 * @param doubt why it is only suspected; empty for a violation
 * @param driver file name of the driver that made the call
 * @param offset of the call in the driver's image, in bytes; 0 when unknown
 * @param evidence in the order in which it happened
 * @param fingerprint the same for the same mistake in every trace
 * @param opId the operation that was harmed
 * @param occurrences how often it happened, from 1
 */
public record StoredFinding(
    StoredRule rule,
    String severity,
    String verdict,
    String title,
    List<StoredQuantity> quantities,
    String doubt,
    String driver,
    long offset,
    List<StoredEvidence> evidence,
    String fingerprint,
    @Nullable Long opId,
    long occurrences) {
  /** Keeps copies of the lists. */
  public StoredFinding {
    quantities = List.copyOf(quantities);
    evidence = List.copyOf(evidence);
  }
}
