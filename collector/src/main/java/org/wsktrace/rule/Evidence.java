package org.wsktrace.rule;

/**
 * One event that proves a finding.
 *
 * @param seq number of the event
 * @param nanos since the trace started
 * @param role of the event in the story: enter, return, free, complete ...
 * @param text the event in one line for people
 */
public record Evidence(long seq, long nanos, int cpu, long tid, String role, String text) {}
