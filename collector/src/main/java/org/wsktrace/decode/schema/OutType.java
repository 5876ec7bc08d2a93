package org.wsktrace.decode.schema;

/**
 * What a field means, where its {@link InType} does not say it: TDH_OUT_TYPE of tdh.h, as far as it
 * makes a difference to the value.
 */
public enum OutType {
  /** As the in-type says. */
  DEFAULT,
  /** A number is a character. */
  STRING,
  /** Text of UTF-8. */
  UTF8,
  /** Text that is XML. */
  XML,
  /** Text that is JSON. */
  JSON,
  /** A signed number. */
  SIGNED,
  /** An unsigned number. */
  UNSIGNED,
  /** A number to be shown in hex. */
  HEX,
  /** True but for 0. */
  BOOLEAN,
  /** A process id. */
  PID,
  /** A thread id. */
  TID,
  /** A port, high byte first. */
  PORT,
  /** Four bytes of address, first byte first. */
  IPV4,
  /** 16 bytes of address; of BINARY, which needs no length then. */
  IPV6,
  /** SOCKADDR_IN, SOCKADDR_IN6 or another SOCKADDR, of BINARY. */
  SOCKET_ADDRESS,
  /** A FILETIME in 64 bits. */
  DATE_TIME,
  /** An error number of a kind that is shown in hex. */
  ERROR_CODE,
  /** An error number of winerror.h. */
  WIN32_ERROR,
  /** A status of ntstatus.h. */
  NTSTATUS,
  /** An HRESULT. */
  HRESULT,
  /** An address of code. */
  CODE_POINTER;

  /** What TDH numbers so; DEFAULT for what adds nothing and for numbers that tdh.h lacks. */
  public static OutType ofTdh(int number) {
    return switch (number) {
      case 1, 300 -> STRING;
      case 2, 33, 38 -> DATE_TIME;
      case 3, 5, 7, 9 -> SIGNED;
      case 4, 6, 8, 10 -> UNSIGNED;
      case 13 -> BOOLEAN;
      case 16, 17, 18, 19 -> HEX;
      case 20 -> PID;
      case 21 -> TID;
      case 22 -> PORT;
      case 23 -> IPV4;
      case 24 -> IPV6;
      case 25 -> SOCKET_ADDRESS;
      case 28 -> XML;
      case 29 -> ERROR_CODE;
      case 30 -> WIN32_ERROR;
      case 31 -> NTSTATUS;
      case 32 -> HRESULT;
      case 34 -> JSON;
      case 35 -> UTF8;
      case 37 -> CODE_POINTER;
      default -> DEFAULT;
    };
  }
}
