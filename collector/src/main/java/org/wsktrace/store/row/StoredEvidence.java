package org.wsktrace.store.row;

/**
 * One event that proves a finding.
 *
 * @param nanos since the start of the trace
 * @param role enter, return, free, complete: what the event is to the finding
 * @param text the event in words
 */
public record StoredEvidence(long seq, long nanos, int cpu, long tid, String role, String text) {}
