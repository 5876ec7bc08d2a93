/**
 * Finds the flight recorder of the capture driver in a crash dump or in any other image of memory,
 * and reads it:
 *
 * {@snippet lang=java :
 * try (MemoryImage image = MemoryImage.open(path)) {
 *   Capture newest = image.survey((done, total) -> true).newest();
 *   RecordCursor records = image.records(newest);
 *   while (records.next()) {
 *     System.out.println(records.event().instant() + " " + records.event().id());
 *   }
 * }
 * }
 *
 * <p><b>Page.</b> A ring of the recorder is a row of pages of 4 KiB, and each page says itself what
 * it is: capture-driver/src/ring.h has the layout, {@link org.wsktrace.recorder.page.PageLayout}
 * the same numbers. So nothing has to be known of the image around it. The whole file is searched
 * for the eight bytes that a page begins with, at any place, for the data that a driver adds to a
 * dump need not begin at a page of the file; the check sum of the page's header decides.
 *
 * <p><b>Capture.</b> A page names the start of its capture. Memory that was given back keeps pages
 * of older captures: those of one start belong together, the newest start is what one wants.
 *
 * <p><b>Copies.</b> One page may be in a dump twice, with the memory of the machine and with what
 * the driver added. A page is the same when its capture, its processor and its position are; the
 * copy with more records wins.
 *
 * <p><b>Record.</b> What stands in a page is an event as ETW has it on disk ({@link
 * org.wsktrace.etl.layout.EventHeader}), so {@link org.wsktrace.etl.record.EventRecord} shows it.
 * Its payload begins with its number in the capture, which is the order of all records. A record
 * whose check sum is wrong is left out and counted; one behind it is found by its stamp.
 *
 * <p><b>Trust.</b> None: whatever the bytes are, the search ends, in time and memory that the size
 * of the file bounds.
 *
 * <p>Must not know what the events mean, nor what becomes of them.
 */
@NullMarked
package org.wsktrace.recorder;

import org.jspecify.annotations.NullMarked;
