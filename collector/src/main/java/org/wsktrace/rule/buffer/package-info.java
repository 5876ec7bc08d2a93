/**
 * The memory of an operation: its MDL chain must stay allocated and locked until the IRP completes,
 * as WSK does not buffer.
 */
@NullMarked
package org.wsktrace.rule.buffer;

import org.jspecify.annotations.NullMarked;
