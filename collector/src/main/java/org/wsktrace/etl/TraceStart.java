package org.wsktrace.etl;

import static org.wsktrace.etl.layout.LittleEndian.u32;
import static org.wsktrace.etl.layout.LittleEndian.u8;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.EventMarker;
import org.wsktrace.etl.layout.SystemHeader;
import org.wsktrace.etl.record.HeaderType;
import org.wsktrace.etl.record.PayloadStart;

/** Reads the header of the trace that begins with a buffer: the first event in it. */
final class TraceStart {
  private final Path path;
  private final FileWindow window;
  private final long fileSize;

  TraceStart(Path path, FileWindow window, long fileSize) {
    this.path = path;
    this.window = window;
    this.fileSize = fileSize;
  }

  /** The header that the file begins with. */
  EtlHeader first() throws IOException {
    int available = (int) Math.min(fileSize, BufferHeader.BYTES + EventMarker.BYTES);
    window.load(0, available, fileSize);
    String otherFormat = otherFormat(window.segment(), available);
    if (otherFormat != null) {
      throw new EtlException.NotEtl(path, otherFormat);
    }
    if (available < BufferHeader.BYTES + EventMarker.BYTES) {
      throw new EtlException.NotEtl(path, "it has only " + fileSize + " bytes");
    }
    return at(0);
  }

  /** The header of a trace that was appended, or null where the buffer there begins none. */
  @Nullable EtlHeader appended(long position, long size) throws IOException {
    try {
      return size < BufferHeader.BYTES + EventMarker.BYTES ? null : at(position);
    } catch (EtlException.NotEtl _) {
      return null;
    }
  }

  private EtlHeader at(long position) throws IOException {
    int at = window.load(position, BufferHeader.BYTES + EventMarker.BYTES, fileSize);
    MemorySegment segment = window.segment();
    long bufferSize = u32(segment, at + BufferHeader.BUFFER_SIZE);
    long end = u32(segment, at + BufferHeader.OFFSET);
    int event = at + BufferHeader.BYTES;
    HeaderType type = HeaderType.at(segment, event);
    if (bufferSize > BufferIndex.MAX_BUFFER_BYTES
        || end > bufferSize
        || type == null
        || type.family() != HeaderType.Family.SYSTEM
        || u8(segment, event + SystemHeader.GROUP) != 0
        || u8(segment, event + SystemHeader.OPCODE) != 0) {
      throw new EtlException.NotEtl(path, "it does not begin with the header of a trace");
    }
    int eventSize = type.sizeAt(segment, event);
    if (eventSize < type.headerBytes() || BufferHeader.BYTES + eventSize > end) {
      throw new EtlException.NotEtl(path, "its first event does not fit its first buffer");
    }
    if (fileSize - position < BufferHeader.BYTES + eventSize) {
      throw new EtlException.Truncated(path, "the file ends inside the event that describes it");
    }
    event = window.load(position + BufferHeader.BYTES, eventSize, fileSize);
    int payload = PayloadStart.of(segment, event, type, eventSize);
    if (payload == PayloadStart.BROKEN) {
      throw new EtlException.NotEtl(path, "its first event is too short to describe a trace");
    }
    try {
      return EtlHeader.parse(
          segment,
          event + payload,
          eventSize - payload,
          type.timeStampAt(segment, event, eventSize, 0));
    } catch (EtlHeader.Invalid e) {
      throw new EtlException.NotEtl(path, e.getMessage());
    }
  }

  /** What people give instead of a trace. */
  private static @Nullable String otherFormat(MemorySegment segment, int available) {
    if (available >= 4 && u32(segment, 0) == 0x0403_4B50) {
      return "it is a zip archive, which may hold one";
    }
    for (int i = 0; i < available; i++) {
      int character = u8(segment, i);
      if (character < ' ' && "\t\r\n\f".indexOf(character) < 0) {
        return null;
      }
    }
    return "it is text";
  }
}
