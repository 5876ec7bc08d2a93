/** The trace itself: whether it can be trusted. */
@NullMarked
package org.wsktrace.rule.trace;

import org.jspecify.annotations.NullMarked;
