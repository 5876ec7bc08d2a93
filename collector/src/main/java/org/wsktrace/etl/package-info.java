/**
 * Reads .etl files, what Event Tracing for Windows (ETW) records to, on any system. Open one, look
 * at its header, read its events:
 *
 * {@snippet lang=java :
 * try (EtlFile file = EtlFile.open(path)) {
 *   System.out.println(file.header().loggerName());
 *   EtlSummary summary =
 *       file.read(event -> System.out.println(event.instant() + " " + event.provider() + " " + event.id()));
 *   if (!summary.complete()) {
 *     System.out.println(summary);
 *   }
 * }
 * }
 *
 * <p><b>Buffer.</b> A trace session owns buffers of one size, and each processor fills its own, so
 * that logging needs no lock. A full buffer is appended to the file as it is, unused end included.
 * The file is nothing but buffers, one behind the other; each begins with a header that says how
 * long it is, how far it is filled and which processor filled it.
 *
 * <pre>
 *   |  buffer 0, processor 0  |  buffer 1, processor 3  |  buffer 2, processor 0  | ...
 *   |header|trace header|  ff |header|event|event|event |header|event|event|  ff  |
 * </pre>
 *
 * <p><b>Event.</b> What a program or the kernel logged once: who, when and where in a header of one
 * of several {@linkplain HeaderType types}, then a payload that only the provider understands. The
 * first event of a file is ETW's own, and describes the trace: {@link EtlHeader}.
 *
 * <p><b>Order.</b> Events of one processor are in order of time; the buffers of several are mixed
 * in the file as they became full. {@link EtlFile#read} and {@link EventCursor} merge them by time.
 * Two events of the same tick come in the order of the file, which says nothing of which was first.
 *
 * <p><b>Clock.</b> Time stamps are ticks of the performance counter, of the system time or of the
 * processor; {@link EtlClock} turns them into nanoseconds since the start of the trace and into
 * wall-clock time. Start and end in the header are statements about the session: events may lie
 * outside of them by seconds, and are delivered all the same.
 *
 * <p><b>Loss.</b> A session that has no free buffer drops events and counts them; a file may be cut
 * short or broken. {@link EtlSummary} has a number for each way in which something is missing, and
 * a file that is cut off or broken is refused unless asked for ({@link EtlFile.Truncation}); then
 * every buffer that makes sense is read, also behind one that does not. Bytes are never trusted:
 * whatever they say, reading ends with a summary or an {@link EtlException}.
 *
 * <p><b>Compression.</b> Who merges traces, and some sessions, compress each buffer behind its
 * header. Such buffers are decoded while they are read, a few KiB at a time ({@link
 * org.wsktrace.etl.compress}), and are no different otherwise.
 *
 * <p>Header types of which nothing is known but their size are skipped and counted.
 *
 * <p>What an event is stands in {@link org.wsktrace.etl.record}, the bytes of all structures in
 * {@link org.wsktrace.etl.layout}. Must not know any provider's payload, WSK least of all, nor what
 * becomes of the events.
 */
@NullMarked
package org.wsktrace.etl;

import org.jspecify.annotations.NullMarked;
import org.wsktrace.etl.record.EtlClock;
import org.wsktrace.etl.record.HeaderType;
