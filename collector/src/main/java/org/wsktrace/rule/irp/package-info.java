/**
 * The IRP of an operation: how it is set up, whose it is, one operation at a time, and not freed or
 * initialised again until it completes; that it does complete, once; and what becomes of it then.
 */
@NullMarked
package org.wsktrace.rule.irp;

import org.jspecify.annotations.NullMarked;
