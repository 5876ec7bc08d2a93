/**
 * The traces that ship with the program, for {@code wsktrace samples}, {@code wsktrace demo} and
 * {@code wsktrace check sample:NAME}: files in the jar, and an index that says what each shows.
 */
@NullMarked
package org.wsktrace.cli.sample;

import org.jspecify.annotations.NullMarked;
