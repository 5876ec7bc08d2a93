package org.wsktrace.decode.manifest;

import java.util.Map;
import org.wsktrace.decode.schema.InType;
import org.wsktrace.decode.schema.OutType;

/** What types and opcodes are called in manifests: winmeta.xml of the Windows SDK. */
final class ManifestTypes {
  private static final Map<String, InType> IN =
      Map.ofEntries(
          Map.entry("UnicodeString", InType.UNICODE_STRING),
          Map.entry("AnsiString", InType.ANSI_STRING),
          Map.entry("Int8", InType.INT8),
          Map.entry("UInt8", InType.UINT8),
          Map.entry("Int16", InType.INT16),
          Map.entry("UInt16", InType.UINT16),
          Map.entry("Int32", InType.INT32),
          Map.entry("UInt32", InType.UINT32),
          Map.entry("Int64", InType.INT64),
          Map.entry("UInt64", InType.UINT64),
          Map.entry("Float", InType.FLOAT),
          Map.entry("Double", InType.DOUBLE),
          Map.entry("Boolean", InType.BOOLEAN),
          Map.entry("Binary", InType.BINARY),
          Map.entry("GUID", InType.GUID),
          Map.entry("Pointer", InType.POINTER),
          Map.entry("FILETIME", InType.FILETIME),
          Map.entry("SYSTEMTIME", InType.SYSTEMTIME),
          Map.entry("SID", InType.SID),
          Map.entry("HexInt32", InType.HEX_INT32),
          Map.entry("HexInt64", InType.HEX_INT64),
          Map.entry("CountedUnicodeString", InType.COUNTED_STRING),
          Map.entry("CountedAnsiString", InType.COUNTED_ANSI_STRING),
          // As manifests call them that tools made from installed providers.
          Map.entry("CountedUtf16String", InType.COUNTED_STRING),
          Map.entry("CountedMbcsString", InType.COUNTED_ANSI_STRING),
          Map.entry("CountedBinary", InType.COUNTED_BINARY));

  // TDH's numbers.
  private static final Map<String, Integer> OUT =
      Map.ofEntries(
          Map.entry("string", 1),
          Map.entry("dateTime", 2),
          Map.entry("byte", 3),
          Map.entry("unsignedByte", 4),
          Map.entry("short", 5),
          Map.entry("unsignedShort", 6),
          Map.entry("int", 7),
          Map.entry("unsignedInt", 8),
          Map.entry("long", 9),
          Map.entry("unsignedLong", 10),
          Map.entry("boolean", 13),
          Map.entry("HexInt8", 16),
          Map.entry("HexInt16", 17),
          Map.entry("HexInt32", 18),
          Map.entry("HexInt64", 19),
          Map.entry("PID", 20),
          Map.entry("TID", 21),
          Map.entry("Port", 22),
          Map.entry("IPv4", 23),
          Map.entry("IPv6", 24),
          Map.entry("SocketAddress", 25),
          Map.entry("Xml", 28),
          Map.entry("ErrorCode", 29),
          Map.entry("Win32Error", 30),
          Map.entry("NTSTATUS", 31),
          Map.entry("HResult", 32),
          Map.entry("DateTimeCultureInsensitive", 33),
          Map.entry("Json", 34),
          Map.entry("Utf8", 35),
          Map.entry("CodePointer", 37),
          Map.entry("DateTimeUtc", 38));

  private static final Map<String, Integer> OPCODES =
      Map.ofEntries(
          Map.entry("Info", 0),
          Map.entry("Start", 1),
          Map.entry("Stop", 2),
          Map.entry("DC_Start", 3),
          Map.entry("DC_Stop", 4),
          Map.entry("Extension", 5),
          Map.entry("Reply", 6),
          Map.entry("Resume", 7),
          Map.entry("Suspend", 8),
          Map.entry("Send", 9),
          Map.entry("Receive", 240));

  private ManifestTypes() {}

  /** UNKNOWN where the name is none. */
  static InType in(String name) {
    return IN.getOrDefault(bare(name), InType.UNKNOWN);
  }

  /** DEFAULT where the name adds nothing or is none. */
  static OutType out(String name) {
    return OutType.ofTdh(OUT.getOrDefault(bare(name), 0));
  }

  /** The number of a standard opcode; -1 where the name is none. */
  static int opcode(String name) {
    return name.startsWith("win:") ? OPCODES.getOrDefault(bare(name), -1) : -1;
  }

  /** Without the prefix, which is whatever the manifest bound to the namespace. */
  static String bare(String name) {
    return name.substring(name.indexOf(':') + 1);
  }
}
