/* XXH64 with seed 0, by its specification (github.com/Cyan4973/xxHash, doc/xxhash_spec.md), in pieces of any size. */
#include "hash.h"

#define PRIME1 0x9E3779B185EBCA87u
#define PRIME2 0xC2B2AE3D27D4EB4Fu
#define PRIME3 0x165667B19E3779F9u
#define PRIME4 0x85EBCA77C2B2AE63u
#define PRIME5 0x27D4EB2F165667C5u
#define STRIPE 32u

static inline UINT64
Rotate(UINT64 Value, ULONG Bits)
{
    return Value << Bits | Value >> (64 - Bits);
}

/* The memory is aligned to nothing. All processors that run this are little-endian. */
static inline UINT64
Read64(const UCHAR *Memory)
{
    UINT64 Value;
    RtlCopyMemory(&Value, Memory, sizeof(Value));
    return Value;
}

static inline UINT64
Round(UINT64 Lane, UINT64 Input)
{
    return Rotate(Lane + Input * PRIME2, 31) * PRIME1;
}

static inline VOID
Stripe(HASH64 *Hash, const UCHAR *Memory)
{
    for (ULONG i = 0; i < 4; i++)
        Hash->Lane[i] = Round(Hash->Lane[i], Read64(Memory + 8 * i));
}

_Use_decl_annotations_
VOID
HashStart(HASH64 *Hash)
{
    RtlZeroMemory(Hash, sizeof(*Hash));
    Hash->Lane[0] = PRIME1 + PRIME2;
    Hash->Lane[1] = PRIME2;
    Hash->Lane[3] = 0 - PRIME1;
}

_Use_decl_annotations_
VOID
HashAdd(HASH64 *Hash, const VOID *Memory, SIZE_T Bytes)
{
    const UCHAR *At = Memory;
    SIZE_T Waiting = (SIZE_T)(Hash->Total % STRIPE);

    Hash->Total += Bytes;
    if (Waiting) {
        SIZE_T Some = min(Bytes, STRIPE - Waiting);
        RtlCopyMemory(Hash->Rest + Waiting, At, Some);
        At += Some;
        Bytes -= Some;
        if (Waiting + Some == STRIPE)
            Stripe(Hash, Hash->Rest);
    }
    for (; Bytes >= STRIPE; At += STRIPE, Bytes -= STRIPE)
        Stripe(Hash, At);
    if (Bytes)
        RtlCopyMemory(Hash->Rest + (Hash->Total - Bytes) % STRIPE, At, Bytes);
}

_Use_decl_annotations_
UINT64
HashValue(const HASH64 *Hash)
{
    const UCHAR *At = Hash->Rest, *End = At + Hash->Total % STRIPE;
    UINT64 Value = PRIME5;

    if (Hash->Total >= STRIPE) {
        Value = Rotate(Hash->Lane[0], 1) + Rotate(Hash->Lane[1], 7) + Rotate(Hash->Lane[2], 12) + Rotate(Hash->Lane[3], 18);
        for (ULONG i = 0; i < 4; i++)
            Value = (Value ^ Round(0, Hash->Lane[i])) * PRIME1 + PRIME4;
    }
    Value += Hash->Total;
    for (; End - At >= 8; At += 8)
        Value = Rotate(Value ^ Round(0, Read64(At)), 27) * PRIME1 + PRIME4;
    if (End - At >= 4) {
        UINT32 Half;
        RtlCopyMemory(&Half, At, sizeof(Half));
        Value = Rotate(Value ^ Half * PRIME1, 23) * PRIME2 + PRIME3;
        At += 4;
    }
    for (; At < End; At++)
        Value = Rotate(Value ^ *At * PRIME5, 11) * PRIME1;
    Value = (Value ^ Value >> 33) * PRIME2;
    Value = (Value ^ Value >> 29) * PRIME3;
    return Value ^ Value >> 32;
}
