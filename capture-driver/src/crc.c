#include "crc.h"

#if defined(_M_AMD64) || defined(__x86_64__)
#if defined(_MSC_VER) && !defined(__clang__)
#include <nmmintrin.h>
#define CRC_TARGET
#define CRC_WORD(Crc, Word) _mm_crc32_u64((Crc), (Word))
#define CPU_ID(Leaf, Registers) __cpuid((int *)(Registers), (Leaf))
#else
#define CRC_TARGET __attribute__((target("sse4.2")))
#define CRC_WORD(Crc, Word) __builtin_ia32_crc32di((Crc), (Word))
#define CPU_ID(Leaf, Registers)                                                                          \
    __asm__("cpuid"                                                                                      \
            : "=a"((Registers)[0]), "=b"((Registers)[1]), "=c"((Registers)[2]), "=d"((Registers)[3])     \
            : "a"(Leaf), "c"(0))
#endif

_Use_decl_annotations_
BOOLEAN
CrcFast(VOID)
{
    ULONG Registers[4];
    CPU_ID(1, Registers);
    return (Registers[2] >> 20 & 1) != 0;
}

/* An instruction for each word of a frame: no loop, but a jump to as many of them as there are words left. End: behind the
   words. */
#define AT(N)                            \
    case N:                              \
        C = CRC_WORD(C, End[-(N)]);      \
        FALL_THROUGH
#define EIGHT(N) AT((N) + 8) AT((N) + 7) AT((N) + 6) AT((N) + 5) AT((N) + 4) AT((N) + 3) AT((N) + 2) AT((N) + 1)
#define MOST 64

_Use_decl_annotations_
CRC_TARGET ULONG
CrcWords(ULONG Crc, const UINT64 *Data, ULONG Words)
{
    const UINT64 *End = Data + Words;
    UINT64 C = ~Crc;
    for (; Words > MOST; Words--)
        C = CRC_WORD(C, End[-(LONG)Words]);
    switch (Words) {
        EIGHT(56) EIGHT(48) EIGHT(40) EIGHT(32) EIGHT(24) EIGHT(16) EIGHT(8) EIGHT(0)
    default:
        break;
    }
    return ~(ULONG)C;
}

#else

_Use_decl_annotations_
BOOLEAN
CrcFast(VOID)
{
    return FALSE;
}

_Use_decl_annotations_
ULONG
CrcWords(ULONG Crc, const UINT64 *Data, ULONG Words)
{
    return CrcSlow(Crc, Data, Words * sizeof(*Data));
}

#endif

_Use_decl_annotations_
ULONG
CrcSlow(ULONG Crc, const VOID *Data, ULONG Bytes)
{
    const UCHAR *At = Data;
    ULONG C = ~Crc;
    for (; Bytes; Bytes--) {
        C ^= *At++;
        for (int Bit = 0; Bit < 8; Bit++)
            C = C >> 1 ^ (0x82F63B78u & (0 - (C & 1)));
    }
    return ~C;
}
