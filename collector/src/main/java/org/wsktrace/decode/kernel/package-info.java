/**
 * The classic events of the Windows kernel and of who merges its traces: what each says, for every
 * version of Windows. They have no manifest, and carry nothing that describes them.
 *
 * <p>The descriptions are tables beside the classes of this package, {@code *.classes}, one line a
 * field, after Microsoft's documentation of the MOF classes, the names and layouts of {@code
 * evntrace.h} and {@code ntwmi.h}, and what samples have. They read
 *
 * <pre>
 * class Image  2cb15d1d-5fc1-11d2-abe1-00a0c911f518  group 14    in hex, as hook
 * events 10@030A Load, 2 UnLoad            opcode and name; @ hook, where it is not group, opcode
 * version 2                                and later ones, up to the next that is described
 *   pointer  ImageBase                     type and name
 *   utf16    FileName                      ends with a NUL, or with the payload
 *   utf16    Name(16)                      a length, in units of the type
 *   pointer  Stack[*]                      an array
 * </pre>
 *
 * <p>A length and a count are a number, the name of an earlier field, or * for what is left.
 *
 * <p>A newer version of an event only appends fields, so an unknown one is read as the newest that
 * is known. One description serves both forms in which an event comes: with a group (SYSTEM,
 * COMPACT and PERFINFO headers) and with the GUID of its class (FULL and INSTANCE headers).
 *
 * <p>Must not know who asks.
 */
@NullMarked
package org.wsktrace.decode.kernel;

import org.jspecify.annotations.NullMarked;
