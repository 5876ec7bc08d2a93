/**
 * Performance smells: what works, and could work better. Notes and warnings that are guesses, never
 * misuse. Constant work for an event, constant memory for a life: these rules run on every send and
 * receive.
 */
@NullMarked
package org.wsktrace.rule.performance;

import org.jspecify.annotations.NullMarked;
