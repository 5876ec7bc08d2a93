/*
 * The writer's half of the flight recorder, inline: each event passes here. ring.h says what a ring looks like, and in
 * which order a writer stores.
 *
 * The order holds by stores alone: Head is raised by a full barrier before a byte of the frame changes, Length is 0 before
 * Stamp is new, and the record is whole before Length is not 0. A record of the last round that is being read is noticed by
 * Head.
 */
#ifndef WSKTRACE_RING_WRITE_H
#define WSKTRACE_RING_WRITE_H

#include "crc.h"
#include "ring.h"

#define RING_IN_BLOCK(Position) ((Position) & (RING_BLOCK - 1))

/* What came before a block, so that the loss can be told when it is overwritten. */
typedef struct _RING_TALLY {
    volatile LONG64 FirstSeq; /* of the record that opened it; 0: not entered since the restart */
    volatile LONG64 Before;   /* records in the blocks before it */
} RING_TALLY;

typedef struct DECLSPEC_ALIGN(64) _RING {
    volatile LONG64 Head;
    LONG64 Mask; /* size of the ring - 1 */
    UCHAR *Memory;
    RING_TALLY *Tallies;
    volatile LONG64 Begun; /* records, and records that are whole: nobody writes when both are the same */
    volatile LONG64 Ended;
    BOOLEAN Crc;
    LONG64 Origin;
    volatile LONG64 Overwritten;
    volatile LONG64 LastOverwrittenSeq;
    PVOID Allocation;
    RING_HEADER Header; /* of every block, but for Position and Crc */
} RING;

typedef struct _RINGS {
    RING *Ring;
    ULONG Count;
    ULONG Bytes; /* of each */
    volatile LONG64 Dropped;
    RING *ByProcessor[RING_MAX_PROCESSORS];
} RINGS;

extern RINGS Rings; /* of ring.c; constant from RingInitialize on, but for what is volatile */

/* The ring of a processor, where there are rings. Processors beyond the last share. */
_IRQL_requires_max_(DISPATCH_LEVEL)
INLINED RING *
RingOf(_In_ ULONG Processor)
{
    return Rings.ByProcessor[Processor % RING_MAX_PROCESSORS];
}

/* Do frames have a CRC? FALSE as long as there are no rings. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline BOOLEAN
RingHasCrc(VOID)
{
    return Rings.Count && Rings.Ring->Crc;
}

INLINED RING_FRAME *
RingFrameAt(_In_ const RING *Ring, _In_ LONG64 Position)
{
    return (RING_FRAME *)(Ring->Memory + (Position & Ring->Mask));
}

/* Announces a record on the ring of the processor we run on: RingQuiet waits for its end. */
_IRQL_requires_(DISPATCH_LEVEL)
INLINED VOID
RingBegin(_Inout_ RING *Ring)
{
    InterlockedIncrement64(&Ring->Begun);
}

/* There will be no record after all. */
_IRQL_requires_(DISPATCH_LEVEL)
INLINED VOID
RingCancel(_Inout_ RING *Ring)
{
    InterlockedDecrement64(&Ring->Begun);
}

/* A frame at the begin of the next block. Returns its position; -1: it fits into no block (counted). */
_IRQL_requires_(DISPATCH_LEVEL)
LONG64
RingStep(_Inout_ RING *Ring, _In_ ULONG Length, _In_ UINT64 Seq);

/* Room for a record of Bytes bytes that has begun: 8-byte aligned; NULL if the record fits into no block (counted). What
   was reserved must be published with nothing but stores in between; at DISPATCH_LEVEL, because a writer that is preempted
   there while the others go once round would write over their records. Seq: the record's sequence number. */
_IRQL_requires_(DISPATCH_LEVEL)
_Must_inspect_result_
_Success_(return != NULL)
INLINED PVOID
RingReserve(_Inout_ RING *Ring, _In_ ULONG Bytes, _In_ UINT64 Seq)
{
    ULONG Length = (ULONG)sizeof(RING_FRAME) + ((Bytes + 15) & ~15u);
    LONG64 Start = Ring->Head;
    for (;;) {
        /* At the begin of a block, or not enough of it left? */
        if ((LONG)RING_IN_BLOCK((ULONG)Start - 1) >= (LONG)(RING_BLOCK - Length)) {
            Start = RingStep(Ring, Length, Seq);
            if (Start < 0)
                return NULL;
            break;
        }
        LONG64 Now = InterlockedCompareExchange64(&Ring->Head, Start + Length, Start);
        if (Now == Start)
            break;
        Start = Now;
    }

    RING_FRAME *Frame = RingFrameAt(Ring, Start);
    Frame->LengthAndCrc = 0;
    WriteRelease64(&Frame->Stamp, Start);
    UINT64 *Last = (UINT64 *)((UCHAR *)Frame + Length) - 2; /* where filling may be */
    Last[0] = Last[1] = 0;
    return Frame + 1;
}

/* Record: as reserved, of Bytes bytes. */
_IRQL_requires_(DISPATCH_LEVEL)
INLINED VOID
RingPublishAs(_Inout_ PVOID Record, _In_ ULONG Bytes, _In_ BOOLEAN Crc)
{
    RING_FRAME *Frame = (RING_FRAME *)Record - 1;
    ULONG Length = (ULONG)sizeof(RING_FRAME) + ((Bytes + 15) & ~15u);

    COMPILER_BARRIER(); /* the record was written as what it is, and is read as words */
    if (Crc)
        Frame->Crc = CRC_WORDS(0, (const UINT64 *)Frame, Length / (ULONG)sizeof(UINT64));
    WriteULongRelease(&Frame->Length, Length | ((0 - Bytes) & 15));
}

_IRQL_requires_(DISPATCH_LEVEL)
INLINED VOID
RingPublish(_In_ const RING *Ring, _Inout_ PVOID Record, _In_ ULONG Bytes)
{
    RingPublishAs(Record, Bytes, Ring->Crc);
}

/* After RingPublish: the record that began has ended. */
_IRQL_requires_(DISPATCH_LEVEL)
INLINED VOID
RingEnd(_Inout_ RING *Ring)
{
    InterlockedIncrement64(&Ring->Ended);
}

/* Has every record that began ended? Once none begins any more. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
RingQuiet(VOID);

#endif
