/**
 * A trace before the judge: {@link org.wsktrace.cli.judgement.Hearing} leads the events from the
 * source to the judge and to a session, {@link org.wsktrace.cli.judgement.Judgement} is what comes
 * of it, or what a session kept of it. Here alone source, track, rule and store meet.
 */
@NullMarked
package org.wsktrace.cli.judgement;

import org.jspecify.annotations.NullMarked;
