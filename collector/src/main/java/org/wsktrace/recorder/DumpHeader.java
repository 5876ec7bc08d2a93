package org.wsktrace.recorder;

import static org.wsktrace.etl.layout.LittleEndian.i32;
import static org.wsktrace.etl.layout.LittleEndian.i64;
import static org.wsktrace.etl.layout.LittleEndian.u32;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a Windows crash dump says of itself: DUMP_HEADER32 and DUMP_HEADER64 of the Windows SDK's
 * metadata (https://microsoft.github.io/windows-docs-rs, Win32.System.Diagnostics.Debug). Nothing
 * of it is needed to find the flight recorder. What Windows left unset says "PAGE", and is null
 * here.
 *
 * @param bits of the machine, 32 or 64
 * @param type DUMP_TYPE_ of wdm.h; null where it is not set
 * @param bugCheckCode null where it is not set
 * @param bugCheckParameters four, or none where the code is not set
 * @param systemTime when it was made, FILETIME; null where it is not set
 */
public record DumpHeader(
    int bits,
    @Nullable Integer type,
    @Nullable Integer bugCheckCode,
    List<Long> bugCheckParameters,
    @Nullable Long systemTime) {

  /** What of a file is needed to read it. */
  static final int BYTES = 0x1000;

  private static final long SIGNATURE_32 = 0x504D_5544_4547_4150L; // "PAGEDUMP"
  private static final long SIGNATURE_64 = 0x3436_5544_4547_4150L; // "PAGEDU64"
  private static final int UNSET = 0x4547_4150; // "PAGE"
  private static final long UNSET_64 = (long) UNSET << 32 | UNSET;

  private static final int BUG_CHECK_CODE_32 = 0x28;
  private static final int BUG_CHECK_PARAMETERS_32 = 0x2C;
  private static final int TYPE_32 = 0xF88;
  private static final int SYSTEM_TIME_32 = 0xFC0;
  private static final int BUG_CHECK_CODE_64 = 0x38;
  private static final int BUG_CHECK_PARAMETERS_64 = 0x40;
  private static final int TYPE_64 = 0xF98;
  private static final int SYSTEM_TIME_64 = 0xFA8;

  private static final int TYPE_TRIAGE = 4;

  /** Keeps a copy of the list. */
  public DumpHeader {
    bugCheckParameters = List.copyOf(bugCheckParameters);
  }

  /** Whether a file that begins so is a crash dump. */
  public static boolean isDump(byte[] start) {
    if (start.length < Long.BYTES) {
      return false;
    }
    long signature = i64(MemorySegment.ofArray(start), 0);
    return signature == SIGNATURE_32 || signature == SIGNATURE_64;
  }

  /** Reads the first page of a file; empty where that is no crash dump's. */
  static Optional<DumpHeader> of(byte[] start) {
    if (!isDump(start) || start.length < BYTES) {
      return Optional.empty();
    }
    MemorySegment page = MemorySegment.ofArray(start);
    return Optional.of(i64(page, 0) == SIGNATURE_64 ? of64(page) : of32(page));
  }

  private static DumpHeader of64(MemorySegment page) {
    List<Long> parameters =
        IntStream.range(0, 4)
            .mapToObj(i -> i64(page, BUG_CHECK_PARAMETERS_64 + (long) i * Long.BYTES))
            .toList();
    return of(page, 64, TYPE_64, BUG_CHECK_CODE_64, parameters, SYSTEM_TIME_64);
  }

  private static DumpHeader of32(MemorySegment page) {
    List<Long> parameters =
        IntStream.range(0, 4)
            .mapToObj(i -> u32(page, BUG_CHECK_PARAMETERS_32 + (long) i * Integer.BYTES))
            .toList();
    return of(page, 32, TYPE_32, BUG_CHECK_CODE_32, parameters, SYSTEM_TIME_32);
  }

  private static DumpHeader of(
      MemorySegment page, int bits, int type, int code, List<Long> parameters, int time) {
    int kind = i32(page, type);
    int bugCheck = i32(page, code);
    long systemTime = i64(page, time);
    boolean timed = systemTime > 0 && systemTime != UNSET_64;
    return new DumpHeader(
        bits,
        kind == UNSET ? null : kind,
        bugCheck == UNSET ? null : bugCheck,
        bugCheck == UNSET ? List.of() : parameters,
        timed ? systemTime : null);
  }

  /** How much of the memory is in it, in Windows' own word; "" where that is not known. */
  public String typeName() {
    return switch (type == null ? 0 : type) {
      case 1, 5 -> "complete";
      case 2, 6 -> "kernel";
      case TYPE_TRIAGE -> "small";
      case 7 -> "automatic";
      default -> "";
    };
  }

  /** Whether it holds no memory to speak of, but what drivers added. */
  boolean isSmall() {
    return type != null && type == TYPE_TRIAGE;
  }
}
