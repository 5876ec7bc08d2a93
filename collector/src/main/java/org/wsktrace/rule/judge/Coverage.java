package org.wsktrace.rule.judge;

import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Verdict;

/**
 * What became of one rule over the whole trace.
 *
 * @param verdict the worst that it found; PASSED; or NOT_EVALUATED
 * @param reason why it is NOT_EVALUATED, empty otherwise
 * @param remedy what to do to get it evaluated, empty otherwise
 */
public record Coverage(RuleInfo rule, Verdict verdict, String reason, String remedy) {}
