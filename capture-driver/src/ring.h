/*
 * The flight recorder: one ring of nonpaged memory for each processor, written without a lock, oldest overwritten.
 *
 * A ring is a row of blocks of RING_BLOCK bytes; a frame never crosses from one block into the next, so a reader
 * that finds its place overwritten starts again at the next block.
 *
 *     position ->  0               RING_BLOCK          2 * RING_BLOCK       (grows for ever; memory is position % Size)
 *                  | frame | frame | pad | frame | ... |
 *     frame        | Stamp 8 | Length 4 | Bytes 4 | record: Bytes bytes | up to 16 |
 *
 * A writer reserves by compare-exchange on Head, then stores Length 0, Stamp = its position, the record, and last
 * Length = the whole frame: that publishes it. A reader believes a frame only if Stamp is the position it looks at
 * and Length is positive, and believes its copy only if Head has not passed the position by a whole ring meanwhile.
 * Reading takes nothing away: a reader brings its position along, so a drain that failed can be done again.
 */
#ifndef WSKTRACE_RING_H
#define WSKTRACE_RING_H

#include "wsktrace.h"

#define RING_BLOCK 0x10000u
#define RING_MIN_BYTES (4 * RING_BLOCK)
#define RING_MAX_BYTES 0x10000000u
#define RING_MAX_PROCESSORS 256

typedef struct _RING_TICKET {
    struct _RING *Ring;
    struct _RING_FRAME *Frame;
    struct _RING_TALLY *Tally;
    UINT64 Seq;
    ULONG Length;
    USHORT Processor; /* the one that RingReserve ran on: where nothing stops a thread from moving, not the caller's */
} RING_TICKET;

typedef struct _RING_READ {
    UINT64 Position; /* in: from here; out: where to go on */
    UINT64 Head;     /* out: where the writers are */
    ULONG Bytes;     /* out: bytes copied */
    ULONG Records;   /* out: records copied */
    ULONG Gaps;      /* out: places where records were overwritten before they could be read */
} RING_READ;

/* The size that a ring of Bytes gets: the next power of two, so that a position becomes an offset by a mask. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
RingRound(_In_range_(RING_MIN_BYTES, RING_MAX_BYTES) ULONG Bytes);

/* Bytes for each processor. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
RingInitialize(_In_range_(RING_MIN_BYTES, RING_MAX_BYTES) ULONG Bytes);

/* Nobody may write or read any more. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
RingUninitialize(VOID);

/* From here on readers see only what is written from now on. Nobody may be writing. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
RingRestart(VOID);

/* Room for the Bytes bytes of record Seq on the ring of this processor; NULL if there is no ring or they do not fit
   into a block (counted). What was reserved must be published with nothing but stores in between; at DISPATCH_LEVEL,
   because a writer that is preempted there while the others go once round would write over their records. */
_IRQL_requires_(DISPATCH_LEVEL)
_Must_inspect_result_
_Success_(return != NULL)
PVOID
RingReserve(_In_ ULONG Bytes, _In_ UINT64 Seq, _Out_ RING_TICKET *Ticket);

_IRQL_requires_(DISPATCH_LEVEL)
VOID
RingPublish(_In_ const RING_TICKET *Ticket);

/* Copies whole records, each padded to 8 bytes, until the buffer is full or the next record is not published yet. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
RingRead(
    _In_ ULONG Processor,
    _Inout_ RING_READ *Read,
    _Out_writes_bytes_to_(Capacity, Read->Bytes) PVOID Buffer,
    _In_ ULONG Capacity);

/* 0 while there is none. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
RingProcessors(VOID);

/* Bytes for each processor, 0 while there is no ring. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
RingBytes(VOID);

/* Counted since RingRestart. */
typedef struct _RING_COUNTERS {
    UINT64 Written;
    UINT64 Dropped;            /* did not fit into a block */
    UINT64 Overwritten;        /* gone, with the block they stood in */
    UINT64 LastOverwrittenSeq; /* the highest sequence number among those, 0 if there is none */
} RING_COUNTERS;

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
RingCount(_Out_ RING_COUNTERS *Counters);

#endif
