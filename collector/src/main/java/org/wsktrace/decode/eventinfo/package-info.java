/**
 * Descriptions of events as Windows' own decoder (TDH) gives them: TRACE_EVENT_INFO and
 * EVENT_MAP_INFO of tdh.h. Tools that merge traces write them into the file, as events of
 * {bbccf6c1-6cd1-48c4-80ff-839482e37671} with opcodes 32 and 33, so that it can be read where the
 * provider is not installed.
 *
 * <p>They were made by the machine that merged: texts are in its language, and what it says of
 * pointer sizes is of no concern.
 *
 * <p>Must not know where the bytes lay.
 */
@NullMarked
package org.wsktrace.decode.eventinfo;

import org.jspecify.annotations.NullMarked;
