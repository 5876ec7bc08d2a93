/**
 * Runs the rules over a trace: {@link org.wsktrace.rule.judge.Judge} is fed events and losses in
 * order, asks every rule, lets the trackers apply the event, and hands back a {@link
 * org.wsktrace.rule.judge.JudgeReport}.
 */
@NullMarked
package org.wsktrace.rule.judge;

import org.jspecify.annotations.NullMarked;
