/**
 * Takes apart what Windows' RtlCompressBuffer made: the three {@linkplain Compression formats} of
 * [MS-XCA], Xpress Compression Algorithm.
 *
 * <p>A stream is decoded forward, in pieces of any size, through windows of a few KiB: what it
 * costs does not depend on how long it is. A {@link Decoder} keeps as much of its output as matches
 * reach back, and takes its input from wherever an {@link Input} reads it. One decoder serves one
 * stream after the other and allocates nothing meanwhile.
 *
 * <p>A stream does not say how long it is decoded; who wrote it down says so elsewhere. It has no
 * check sum either: that a stream is broken shows only where it cannot be continued. All bytes
 * before that place are given out.
 *
 * <p>Must not know what is compressed, nor that it stands in a trace.
 */
@NullMarked
package org.wsktrace.etl.compress;

import org.jspecify.annotations.NullMarked;
