/**
 * What a rule is and what it finds. One class per rule, in a sub-package by subject; {@link
 * org.wsktrace.rule.judge} runs them.
 *
 * <p>Verdict and severity are two things: a verdict says how sure the trace makes us, a severity
 * how bad it is.
 *
 * <p>Must not know SQL, screens or wall-clock time.
 */
@NullMarked
package org.wsktrace.rule;

import org.jspecify.annotations.NullMarked;
