/**
 * The command line. {@link org.wsktrace.cli.Main} runs one command; a command opens what it is
 * given as a {@link org.wsktrace.cli.judgement.Judgement} and prints it.
 *
 * <p>Every expected failure is one line on stderr and an exit status; see {@link
 * org.wsktrace.cli.ExitStatus}.
 */
@NullMarked
package org.wsktrace.cli;

import org.jspecify.annotations.NullMarked;
