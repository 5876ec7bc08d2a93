package org.wsktrace.recorder.page;

import static org.wsktrace.etl.layout.LittleEndian.i32;
import static org.wsktrace.etl.layout.LittleEndian.i64;

import java.lang.foreign.MemorySegment;
import org.wsktrace.etl.record.EventRecord;
import org.wsktrace.etl.record.HeaderType;
import org.wsktrace.etl.record.PayloadStart;

/**
 * Walks along the frames of a page, from record to record, and counts what is damaged. For page
 * after page of one array; belongs to one thread.
 *
 * <p>A frame without its stamp ends the page: free, or not written again since the ring went round.
 * Where frames have check sums, another one behind it can be told from chance, and is gone on with.
 */
public final class FrameWalk {
  /** Bounds what a page made for it can cost: each look may sum up a whole page. */
  private static final int MAX_LOOKS = 8;

  private final byte[] bytes;
  private final MemorySegment segment;
  private final Checksum checksum = new Checksum();

  private int page;
  private int end;
  private long position;
  private boolean haveCrc;
  private int looks;
  private int next;
  private int damaged;
  private int damagedBehind;

  // Of the record.
  private int at;
  private int size;
  private HeaderType type = HeaderType.EVENT64;
  private int payload;

  /** Over pages in this array, as it will be then. */
  public FrameWalk(byte[] bytes) {
    this.bytes = bytes;
    this.segment = MemorySegment.ofArray(bytes).asReadOnly();
  }

  /**
   * Goes to the beginning of a page.
   *
   * @param at where it is in the array
   * @param length bytes of it that are there, at least the header
   */
  public void begin(int at, int length, long position, boolean haveCrc) {
    page = at;
    end = at + Math.min(length, PageLayout.PAGE_BYTES);
    next = at + PageLayout.HEADER_BYTES;
    this.position = position;
    this.haveCrc = haveCrc;
    looks = MAX_LOOKS;
    damaged = 0;
    damagedBehind = 0;
  }

  /** Goes to the next record that can be read; false where there is none. */
  public boolean next() {
    while (next + PageLayout.FRAME_BYTES <= end) {
      int frame = next;
      int length = lengthAt(frame);
      if (length == 0) {
        if (!findAnother(frame)) {
          break;
        }
        continue;
      }
      next = frame + length;
      if (isFilling(frame)) {
        continue;
      }
      if (readRecord(frame, length)) {
        damagedBehind = 0;
        return true;
      }
      damage();
    }
    next = end;
    return false;
  }

  /** Of the frame that begins there; 0 where none does, or it is being written. */
  private int lengthAt(int frame) {
    int length = i32(segment, frame + PageLayout.FRAME_LENGTH) & PageLayout.LENGTH_BYTES;
    boolean stamped = i64(segment, frame + PageLayout.FRAME_STAMP) == position + (frame - page);
    return stamped && length >= PageLayout.FRAME_BYTES && length <= end - frame ? length : 0;
  }

  private boolean isFilling(int frame) {
    return i32(segment, frame + PageLayout.FRAME_LENGTH) < 0;
  }

  private boolean isWhole(int frame, int length) {
    return checksum.of(bytes, frame, length, PageLayout.FRAME_LENGTH, Long.BYTES)
        == i32(segment, frame + PageLayout.FRAME_CRC);
  }

  private boolean findAnother(int from) {
    if (haveCrc) {
      for (int frame = from + PageLayout.FRAME_ALIGNMENT;
          frame + PageLayout.FRAME_BYTES <= end && looks > 0;
          frame += PageLayout.FRAME_ALIGNMENT) {
        int length = lengthAt(frame);
        if (length != 0 && !isFilling(frame)) {
          looks--;
          if (isWhole(frame, length)) {
            damage();
            next = frame;
            return true;
          }
        }
      }
    }
    return false;
  }

  private void damage() {
    damaged++;
    damagedBehind++;
  }

  private boolean readRecord(int frame, int length) {
    if (haveCrc && !isWhole(frame, length)) {
      return false;
    }
    int filling = i32(segment, frame + PageLayout.FRAME_LENGTH) & PageLayout.LENGTH_FILLING;
    at = frame + PageLayout.FRAME_BYTES;
    int room = length - PageLayout.FRAME_BYTES - filling;
    HeaderType found = room < HeaderType.EVENT64.headerBytes() ? null : HeaderType.at(segment, at);
    if (found == null || found.family() != HeaderType.Family.EVENT) {
      return false;
    }
    type = found;
    size = type.sizeAt(segment, at);
    if (size < type.headerBytes() || size > room) {
      return false;
    }
    payload = PayloadStart.of(segment, at, type, size);
    // Room for the number.
    return payload != PayloadStart.BROKEN && payload + Long.BYTES <= size;
  }

  /** The number of the record in its capture. */
  public long seq() {
    return i64(segment, at + payload);
  }

  /** Shows the record. */
  public void show(EventRecord event, int processor, long pageOffset) {
    long timestamp = type.timeStampAt(segment, at, size, 0);
    event.wrap(segment, at, type, payload, size, timestamp, processor, pageOffset + (at - page));
  }

  /** Places so far where a record could not be read. */
  public int damaged() {
    return damaged;
  }

  /** Those of them that are behind the last record. */
  public int damagedBehind() {
    return damagedBehind;
  }
}
