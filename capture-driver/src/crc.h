/*
 * CRC-32C (Castagnoli; RFC 3720, appendix B.4): what java.util.zip.CRC32C computes, and processors have an instruction
 * for. Without that instruction it would cost a call more than all else that we do, so then there is none.
 */
#ifndef WSKTRACE_CRC_H
#define WSKTRACE_CRC_H

#include "wsktrace.h"

/* Has this processor the instruction? (x64 has had it since SSE 4.2.) */
_IRQL_requires_max_(HIGH_LEVEL)
BOOLEAN
CrcFast(VOID);

/* Goes on from Crc (0 at the beginning) over Bytes bytes, in software: for where it does not matter how long it takes. */
_IRQL_requires_max_(HIGH_LEVEL)
ULONG
CrcSlow(_In_ ULONG Crc, _In_reads_bytes_(Bytes) const VOID *Data, _In_ ULONG Bytes);

/* Over whole words, by the instruction: only where CrcFast. */
_IRQL_requires_max_(HIGH_LEVEL)
ULONG
CrcWords(_In_ ULONG Crc, _In_reads_(Words) const UINT64 *Data, _In_ ULONG Words);

#endif
