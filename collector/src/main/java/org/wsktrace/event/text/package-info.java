/**
 * Text traces, {@code .wtrace}: one event a line, by the layouts of {@link
 * org.wsktrace.event.EventLayouts}, to read, to write by hand and to compare; and single events as
 * sentences for people.
 */
@NullMarked
package org.wsktrace.event.text;

import org.jspecify.annotations.NullMarked;
