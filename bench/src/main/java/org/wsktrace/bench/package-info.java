/**
 * How fast traces are read, by JMH. {@link org.wsktrace.bench.LargeTrace} makes the file that is
 * read; {@code bench/run} starts it all.
 *
 * <p>Nothing depends on this room, and no test waits for it.
 */
@NullMarked
package org.wsktrace.bench;

import org.jspecify.annotations.NullMarked;
