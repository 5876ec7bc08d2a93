/**
 * IRQL and context: at which IRQL a function may be called, what a completion routine or an event
 * callback may do, and that the driver's code is still there when it is called.
 */
@NullMarked
package org.wsktrace.rule.context;

import org.jspecify.annotations.NullMarked;
