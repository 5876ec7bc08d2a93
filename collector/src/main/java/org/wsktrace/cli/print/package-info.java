/**
 * How the command line shows things: as text for people, with or without colour, and as JSON with
 * stable keys.
 *
 * <p>Must not know where the things came from: it gets values of {@code store} and declarations of
 * {@code rule}.
 */
@NullMarked
package org.wsktrace.cli.print;

import org.jspecify.annotations.NullMarked;
