/**
 * Memory by address range: what operations in flight need, and what is known of pool blocks.
 * Addresses are unsigned. Must not know what an operation is.
 */
@NullMarked
package org.wsktrace.track.memory;

import org.jspecify.annotations.NullMarked;
