package org.wsktrace.store;

/**
 * Events that are missing from the trace.
 *
 * @param firstSeq lowest number that may be missing
 * @param lastSeq highest number that may be missing
 * @param count how many are missing
 * @param reason sequence_gap, ring_overwritten, ...
 * @param reasonText the same in words
 */
public record StoredLoss(
    long firstSeq, long lastSeq, long count, String reason, String reasonText) {}
