package org.wsktrace.decode.manifest;

import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u8;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of EventSource manifests together: event 0xFFFE, by ManifestEnvelope of .NET.
 *
 * <pre>
 *   u8 format, 1 | u8 major, u8 minor | u8 0x5B | u16 pieces | u16 number of this one | XML, UTF-8
 * </pre>
 *
 * <p>Several processes may be at it at once, and each may begin again at any time.
 */
final class ManifestChunks {
  static final int ENVELOPE_BYTES = 8;

  /** Of one manifest; .NET itself has no larger ones. */
  static final int MAX_BYTES = 4 << 20;

  /** Of all that are not complete. */
  private static final int MAX_PENDING_BYTES = 8 << 20;

  // What a manifest costs besides its bytes, as long as it is not complete.
  private static final int BYTES_BESIDES = 512;

  private static final int FORMAT_XML = 1;
  private static final int MAGIC = 0x5B;

  private final Map<Key, Pieces> pending = new HashMap<>();
  private long pendingBytes;
  private long refused;

  private record Key(long providerHigh, long providerLow, int process) {}

  /** Those of one manifest that have come, by their numbers. */
  private static final class Pieces {
    private final int total;
    private final Map<Integer, byte[]> byNumber = new HashMap<>();
    private long bytes = BYTES_BESIDES;

    Pieces(int total) {
      this.total = total;
    }

    byte[] whole() {
      var out = new ByteArrayOutputStream((int) bytes);
      for (int i = 0; i < total; i++) {
        out.writeBytes(byNumber.getOrDefault(i, new byte[0]));
      }
      return out.toByteArray();
    }
  }

  /** Whether a payload is a piece of a manifest. */
  static boolean isPiece(MemorySegment segment, long offset, int size) {
    return size > ENVELOPE_BYTES
        && u8(segment, offset) == FORMAT_XML
        && u8(segment, offset + 3) == MAGIC
        && u16(segment, offset + 6) < u16(segment, offset + 4);
  }

  /**
   * Takes a piece.
   *
   * @return the manifest where this was the last one missing, otherwise null
   */
  byte @Nullable [] add(
      long providerHigh,
      long providerLow,
      int process,
      MemorySegment segment,
      long offset,
      int size) {
    int total = u16(segment, offset + 4);
    int number = u16(segment, offset + 6);
    Key key = new Key(providerHigh, providerLow, process);
    Pieces pieces = piecesOf(key, total, number);
    int bytes = size - ENVELOPE_BYTES;
    if (pieces.bytes + bytes > MAX_BYTES) {
      forget(key);
      refused++;
      return null;
    }
    if (pendingBytes + bytes > MAX_PENDING_BYTES) {
      // Of so much that nobody completes the newest may be.
      refused += pending.size() - 1;
      pending.values().removeIf(other -> other != pieces);
      pendingBytes = pieces.bytes;
    }
    byte[] piece = segment.asSlice(offset + ENVELOPE_BYTES, bytes).toArray(ValueLayout.JAVA_BYTE);
    pieces.byNumber.put(number, piece);
    pieces.bytes += bytes;
    pendingBytes += bytes;
    if (pieces.byNumber.size() < total) {
      return null;
    }
    forget(key);
    return pieces.whole();
  }

  private Pieces piecesOf(Key key, int total, int number) {
    Pieces pieces = pending.get(key);
    if (pieces == null || pieces.total != total || pieces.byNumber.containsKey(number)) {
      // A new round: what is left of the one before will not be completed.
      forget(key);
      pieces = new Pieces(total);
      pending.put(key, pieces);
      pendingBytes += pieces.bytes;
    }
    return pieces;
  }

  /** How many manifests were given up because there was too much of them. */
  long refused() {
    return refused;
  }

  private void forget(Key key) {
    Pieces pieces = pending.remove(key);
    pendingBytes -= pieces == null ? 0 : pieces.bytes;
  }
}
