/**
 * What a payload is made of: one model for every origin that describes events. TraceLogging
 * metadata, TDH's TRACE_EVENT_INFO, instrumentation manifests and the kernel's classes all become
 * an {@link org.wsktrace.decode.schema.EventSchema}, and one interpreter reads payloads by it.
 *
 * <p>Types are numbered and named as tdh.h has them (TDH_IN_TYPE, TDH_OUT_TYPE). A schema says
 * nothing of the pointer size: that is the event's, since one schema serves 32 and 64 bit programs.
 *
 * <p>Everything here is immutable and may be shared by threads. Must not know where a schema came
 * from, nor values.
 */
@NullMarked
package org.wsktrace.decode.schema;

import org.jspecify.annotations.NullMarked;
