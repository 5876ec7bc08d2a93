/**
 * The bytes of an .etl file: where each field lies, and nothing else. One class per structure, a
 * diagram on top, an offset per field. Everything is little-endian, and nothing but a buffer's own
 * start is aligned.
 *
 * <p>What the fields mean is said in {@link org.wsktrace.etl}. The structures are those of ntwmi.h,
 * which Microsoft does not publish (names as in the phnt headers); the offsets were checked on
 * files that Windows 7 to 11 wrote.
 *
 * <p>Must not know who reads or writes the bytes.
 */
@NullMarked
package org.wsktrace.etl.layout;

import org.jspecify.annotations.NullMarked;
