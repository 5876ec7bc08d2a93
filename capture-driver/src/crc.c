#include "crc.h"

#if defined(_M_AMD64) || defined(__x86_64__)
#if defined(_MSC_VER) && !defined(__clang__)
#define CPU_ID(Leaf, Registers) __cpuid((int *)(Registers), (Leaf))
#else
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

_Use_decl_annotations_
ULONG
CrcWords(ULONG Crc, const UINT64 *Data, ULONG Words)
{
    for (; Words > CRC_UNROLLED; Words -= CRC_UNROLLED, Data += CRC_UNROLLED)
        Crc = CrcUnrolled(Crc, Data, CRC_UNROLLED);
    return CrcUnrolled(Crc, Data, Words);
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
