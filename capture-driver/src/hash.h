/*
 * Payload hashes, on request (WsktTiers_Hashes): what a send's memory held when the call was made and when it completed, as
 * two numbers. They differ: it was modified in flight. No byte of a payload is ever written down.
 *
 * The hash is XXH64 (seed 0) over the first bytes of a send, as far as its MDLs are mapped already; nothing is mapped for it.
 * At the enter the memory is the client's to give, as for WSK. At the completion it may be gone: it is read again only if
 *   * each MDL was allocated before our eyes, is no partial one, and its pages are locked and mapped, or it describes nonpaged
 *     pool of a block that a target has;
 *   * and nobody has freed, unlocked, unmapped or advanced any of that since. Each such call takes the MDL out of a table
 *     first; and waits, for as long as one MDL takes to hash, if it is being read at this moment.
 */
#ifndef WSKTRACE_HASH_H
#define WSKTRACE_HASH_H

#include "op.h"

/* Of one buffer: no more of it is hashed, nor of more MDLs than an enter event has. */
#define HASH_MOST_BYTES 65536u
#define HASH_PARTS 16
/* Buffers that can be in flight to be hashed again; the others are hashed at their enter only. */
#define HASH_SLOTS 128

typedef struct _HASH64 {
    UINT64 Lane[4];
    UINT64 Total;
    UCHAR Rest[32];
} HASH64;

_IRQL_requires_max_(HIGH_LEVEL)
VOID
HashStart(_Out_ HASH64 *Hash);

_IRQL_requires_max_(HIGH_LEVEL)
VOID
HashAdd(_Inout_ HASH64 *Hash, _In_reads_bytes_(Bytes) const VOID *Memory, _In_ SIZE_T Bytes);

_IRQL_requires_max_(HIGH_LEVEL)
UINT64
HashValue(_In_ const HASH64 *Hash);

_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
PayloadInitialize(VOID);

/* No operation may be in flight. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
PayloadUninitialize(VOID);

/* After the enter event of a send: OpPayloadHash, and what is needed to do it again. Snaps: of the chain's first MDLs. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
PayloadEnter(
    _In_ const CALL_SITE *Site,
    _Inout_opt_ OP *Op,
    _In_ UINT64 OpId,
    _In_reads_(Count) const WSKT_MDL_SNAP *Snaps,
    _In_range_(0, HASH_PARTS) USHORT Count,
    _In_ ULONG Offset,
    _In_ UINT64 Length,
    _In_ USHORT BufIndex);

/* The operation has completed: OpPayloadHash of each of its buffers, as far as that is safe. */
OP_TOLD PayloadComplete;

/* The operation is over, or will not be seen to complete. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
PayloadDrop(_Inout_ OP *Op);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
PayloadMdlGone(_In_ ULONG_PTR Mdl);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
PayloadRangeGone(_In_ ULONG_PTR Start, _In_ ULONG_PTR End);

/* MDLs whose memory will be read again; 0: nobody has to ask. */
extern volatile LONG PayloadWatched;

/* Before a call that ends what this MDL describes or maps: when this returns nobody reads it, and nobody will. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
PayloadForgetMdl(_In_ const MDL *Mdl)
{
    if (PayloadWatched)
        PayloadMdlGone(VALUE_OF(Mdl));
}

/* The same before memory is freed. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
PayloadForgetRange(_In_ ULONG_PTR Start, _In_ ULONG_PTR End)
{
    if (PayloadWatched)
        PayloadRangeGone(Start, End);
}

#endif
