/**
 * What {@code wsktrace check} prints: {@link org.wsktrace.cli.report.CheckReport} in the form of
 * people (text), scripts (JSON), code scanners (SARIF) and builds (JUnit), and what of it was known
 * before ({@link org.wsktrace.cli.report.Baseline}).
 *
 * <p>Must not know where the report came from: it gets values of {@code store}.
 */
@NullMarked
package org.wsktrace.cli.report;

import org.jspecify.annotations.NullMarked;
