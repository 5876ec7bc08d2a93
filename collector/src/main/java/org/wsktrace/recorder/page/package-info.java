/**
 * A page of the flight recorder, byte by byte: where one may begin, what its header says, and the
 * records in it. capture-driver/src/ring.h is the definition.
 *
 * <p>Must not know the file around a page, nor what the records mean.
 */
@NullMarked
package org.wsktrace.recorder.page;

import org.jspecify.annotations.NullMarked;
