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

#if defined(_M_AMD64) || defined(__x86_64__)

#if defined(_MSC_VER) && !defined(__clang__)
#include <nmmintrin.h>
#define CRC_WORD(Crc, Word) ((Crc) = _mm_crc32_u64((Crc), (Word)))
#else
#define CRC_WORD(Crc, Word) __asm__("crc32q %1, %0" : "+r"(Crc) : "m"(Word))
#endif

#define CRC_AT(N)                \
    case N:                      \
        CRC_WORD(C, End[-(N)]);  \
        FALL_THROUGH
#define CRC_EIGHT(N)                                                                     \
    CRC_AT((N) + 8) CRC_AT((N) + 7) CRC_AT((N) + 6) CRC_AT((N) + 5)                      \
    CRC_AT((N) + 4) CRC_AT((N) + 3) CRC_AT((N) + 2) CRC_AT((N) + 1)

/* Over up to CRC_UNROLLED whole words, an instruction for each, and no loop: only where CrcFast. */
#define CRC_UNROLLED 64

_IRQL_requires_max_(HIGH_LEVEL)
INLINED ULONG
CrcUnrolled(_In_ ULONG Crc, _In_reads_(Words) const UINT64 *Data, _In_range_(0, CRC_UNROLLED) ULONG Words)
{
    const UINT64 *End = Data + Words;
    UINT64 C = ~Crc;
    switch (Words) {
        CRC_EIGHT(56) CRC_EIGHT(48) CRC_EIGHT(40) CRC_EIGHT(32) CRC_EIGHT(24) CRC_EIGHT(16) CRC_EIGHT(8) CRC_EIGHT(0)
    default:
        break;
    }
    return ~(ULONG)C;
}

#endif

/* Over whole words, by the instruction: only where CrcFast. */
_IRQL_requires_max_(HIGH_LEVEL)
ULONG
CrcWords(_In_ ULONG Crc, _In_reads_(Words) const UINT64 *Data, _In_ ULONG Words);

/* The same; inline where the compiler knows how many words. */
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define CRC_WORDS(Crc, Data, Words)                                                     \
    (__builtin_constant_p(Words) && (Words) <= CRC_UNROLLED ? CrcUnrolled(Crc, Data, Words) : CrcWords(Crc, Data, Words))
#else
#define CRC_WORDS CrcWords
#endif

#endif
