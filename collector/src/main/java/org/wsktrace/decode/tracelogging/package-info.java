/**
 * TraceLogging: events that carry their own description, in an extended item of type 11. The layout
 * is that of TraceLoggingProvider.h of the Windows SDK.
 *
 * <pre>
 *   u16 size | tag bytes, while bit 7 | event name, NUL | field | field | ...
 *   field: name, NUL | u8 in | u8 out, if in bit 7 | tag bytes, if out bit 7, while bit 7
 *          | u16 count, if in &amp; 0x60 = 0x20 | u16 size and bytes, if in &amp; 0x60 = 0x60
 * </pre>
 *
 * <p>A provider's events all have the same id, 0: what tells them apart is the description itself.
 *
 * <p>Must not know where the bytes lay.
 */
@NullMarked
package org.wsktrace.decode.tracelogging;

import org.jspecify.annotations.NullMarked;
