/**
 * The IRP of an operation: one operation at a time, and not freed or initialised again until it
 * completes.
 */
@NullMarked
package org.wsktrace.rule.irp;

import org.jspecify.annotations.NullMarked;
