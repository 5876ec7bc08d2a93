package org.wsktrace.event;

import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Names of the NTSTATUS values that WSK calls and completions carry, spelled as in ntstatus.h. */
public final class NtStatus {
  public static final int SUCCESS = 0;
  public static final int PENDING = 0x103;
  public static final int EVENT_PENDING = 0x12B;
  public static final int BUFFER_OVERFLOW = 0x80000005;
  public static final int INVALID_PARAMETER = 0xC000000D;
  public static final int MORE_PROCESSING_REQUIRED = 0xC0000016;
  public static final int DEVICE_NOT_READY = 0xC00000A3;
  public static final int IO_TIMEOUT = 0xC00000B5;
  public static final int FILE_FORCED_CLOSED = 0xC00000B6;
  public static final int NOT_SUPPORTED = 0xC00000BB;
  public static final int REQUEST_NOT_ACCEPTED = 0xC00000D0;
  public static final int CANCELLED = 0xC0000120;
  public static final int DATA_NOT_ACCEPTED = 0xC000021B;
  public static final int NO_MATCH = 0xC0000272;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(SUCCESS, "STATUS_SUCCESS"),
          Map.entry(PENDING, "STATUS_PENDING"),
          Map.entry(MORE_PROCESSING_REQUIRED, "STATUS_MORE_PROCESSING_REQUIRED"),
          Map.entry(EVENT_PENDING, "STATUS_EVENT_PENDING"),
          Map.entry(BUFFER_OVERFLOW, "STATUS_BUFFER_OVERFLOW"),
          Map.entry(0xC0000001, "STATUS_UNSUCCESSFUL"),
          Map.entry(0xC0000002, "STATUS_NOT_IMPLEMENTED"),
          Map.entry(0xC0000005, "STATUS_ACCESS_VIOLATION"),
          Map.entry(0xC0000008, "STATUS_INVALID_HANDLE"),
          Map.entry(INVALID_PARAMETER, "STATUS_INVALID_PARAMETER"),
          Map.entry(0xC0000010, "STATUS_INVALID_DEVICE_REQUEST"),
          Map.entry(0xC000009A, "STATUS_INSUFFICIENT_RESOURCES"),
          Map.entry(DEVICE_NOT_READY, "STATUS_DEVICE_NOT_READY"),
          Map.entry(IO_TIMEOUT, "STATUS_IO_TIMEOUT"),
          Map.entry(NOT_SUPPORTED, "STATUS_NOT_SUPPORTED"),
          Map.entry(REQUEST_NOT_ACCEPTED, "STATUS_REQUEST_NOT_ACCEPTED"),
          Map.entry(CANCELLED, "STATUS_CANCELLED"),
          Map.entry(0xC0000128, "STATUS_FILE_CLOSED"),
          Map.entry(0xC0000140, "STATUS_INVALID_CONNECTION"),
          Map.entry(0xC0000184, "STATUS_INVALID_DEVICE_STATE"),
          Map.entry(FILE_FORCED_CLOSED, "STATUS_FILE_FORCED_CLOSED"),
          Map.entry(0xC000020A, "STATUS_ADDRESS_ALREADY_EXISTS"),
          Map.entry(0xC000020C, "STATUS_CONNECTION_DISCONNECTED"),
          Map.entry(0xC000020D, "STATUS_CONNECTION_RESET"),
          Map.entry(DATA_NOT_ACCEPTED, "STATUS_DATA_NOT_ACCEPTED"),
          Map.entry(0xC0000236, "STATUS_CONNECTION_REFUSED"),
          Map.entry(0xC000023C, "STATUS_NETWORK_UNREACHABLE"),
          Map.entry(0xC000023D, "STATUS_HOST_UNREACHABLE"),
          Map.entry(NO_MATCH, "STATUS_NO_MATCH"),
          Map.entry(0xC0000241, "STATUS_CONNECTION_ABORTED"));

  private static final Map<String, Integer> VALUES =
      NAMES.entrySet().stream()
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

  private NtStatus() {}

  /** The name in ntstatus.h, or the value as 0xC0000123. */
  public static String name(int status) {
    String name = NAMES.get(status);
    return Objects.requireNonNullElseGet(
        name, () -> "0x" + HexFormat.of().withUpperCase().toHexDigits(status));
  }

  /** The value of a name in ntstatus.h, empty for a name that is not listed here. */
  public static OptionalInt value(String name) {
    Integer value = VALUES.get(name);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
