/**
 * The desktop program: a window on one session.
 *
 * <p>Reads sessions through store, filter and explain, read-only. Must not know etl, etw, trackers,
 * rules or native code.
 */
@NullMarked
package org.wsktrace.ui;

import org.jspecify.annotations.NullMarked;
