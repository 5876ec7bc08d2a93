package org.wsktrace.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.wsktrace.recorder.DumpHeader;

/** What a file is, by its first bytes; the name only decides where these do not. */
public enum FileKind {
  /** What Event Tracing for Windows records to, and what a ring is drained to. */
  ETL,
  /** One event a line. */
  TEXT_TRACE,
  /** An SQLite file: a session, or somebody else's. */
  SQLITE,
  /** What Windows writes when it stops. */
  CRASH_DUMP,
  /** Bytes that say nothing: perhaps memory of a machine. */
  MEMORY;

  private static final int PREFIX_BYTES = 4096;
  private static final byte[] SQLITE_MAGIC =
      "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] TEXT_TRACE_MAGIC = "wtrace ".getBytes(StandardCharsets.US_ASCII);

  // The first event of an .etl stands behind a buffer header of 0x48 bytes and has this type.
  private static final int FIRST_EVENT_TYPE = 0x4A;
  private static final int FIRST_EVENT_FLAGS = 0x4B;

  /**
   * Looks at a file.
   *
   * @throws SourceException where it cannot be a trace or a session
   */
  public static FileKind of(Path path) throws SourceException {
    byte[] start = prefix(path);
    if (startsWith(start, SQLITE_MAGIC)) {
      return SQLITE;
    }
    if (DumpHeader.isDump(start)) {
      return CRASH_DUMP;
    }
    if (beginsAsEtl(start)) {
      return ETL;
    }
    if (startsWith(start, TEXT_TRACE_MAGIC)) {
      return TEXT_TRACE;
    }
    boolean namedText = nameEndsWith(path, ".wtrace");
    if (isText(start)) {
      if (namedText) {
        return TEXT_TRACE;
      }
      throw new SourceException.PlainText(path);
    }
    if (namedText) {
      throw new SourceException.NotText(path);
    }
    // The session reader and EtlFile know better what is wrong with it.
    return nameEndsWith(path, ".wskdb") ? SQLITE : nameEndsWith(path, ".etl") ? ETL : MEMORY;
  }

  private static byte[] prefix(Path path) throws SourceException {
    if (Files.notExists(path)) {
      throw new SourceException.Missing(path);
    }
    if (Files.isDirectory(path)) {
      throw new SourceException.Folder(path);
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new SourceException.NotAFile(path);
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(path)) {
      start = in.readNBytes(PREFIX_BYTES);
    } catch (IOException e) {
      throw new SourceException.NotReadable(path, e);
    }
    if (start.length == 0) {
      throw new SourceException.Empty(path);
    }
    return start;
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  private static boolean beginsAsEtl(byte[] start) {
    return start.length > FIRST_EVENT_FLAGS
        && (start[FIRST_EVENT_TYPE] == 1 || start[FIRST_EVENT_TYPE] == 2)
        && start[FIRST_EVENT_FLAGS] == (byte) 0xC0;
  }

  /** No control characters but white space; a character cut in half at the end does not matter. */
  private static boolean isText(byte[] start) {
    var decoder = StandardCharsets.UTF_8.newDecoder();
    var text = CharBuffer.allocate(start.length);
    if (decoder.decode(ByteBuffer.wrap(start), text, false).isError()) {
      return false;
    }
    return text.flip().chars().noneMatch(FileKind::isControl);
  }

  private static boolean isControl(int character) {
    return Character.isISOControl(character) && "\t\r\n\f".indexOf(character) < 0;
  }

  private static boolean nameEndsWith(Path path, String ending) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }
}
