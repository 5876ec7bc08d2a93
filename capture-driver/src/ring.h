/*
 * The flight recorder: one ring of nonpaged memory for each processor, written without a lock, oldest overwritten, and
 * self-describing: whoever finds a block in a crash dump, or in any image of memory, can read it alone.
 *
 * A ring is a row of blocks of a page each, so physical memory holds whole ones too. Each begins with a header; frames
 * follow, and none crosses into the next block. A position grows for ever; in memory it is position % bytes of the ring.
 *
 *     position ->  0                    RING_BLOCK             2 * RING_BLOCK
 *                  | header 64 | frame | frame | pad | header | frame | ...
 *
 *     header   0  Magic          8   "WSKTRING"
 *              8  Layout         2   RING_LAYOUT; another one is not to be read
 *             10  HeaderBytes    2   64
 *             12  BlockBytes     4   RING_BLOCK
 *             16  Position       8   of the block
 *             24  StartTime      8   FILETIME of the capture's start: blocks with another one are of an older capture
 *             32  StartQpc       8   the same moment in ticks
 *             40  QpcFrequency   8   ticks of a second
 *             48  Processor      2   whose ring
 *             50  Processors     2   that have one
 *             52  RingBytes      4   of each
 *             56  Flags          4   RING_FRAMES_HAVE_CRC; bits 8 to 15: bytes of a pointer
 *             60  Crc            4   CRC-32C (crc.h) of the 64 bytes, with this field 0
 *     frame    0  Stamp          8   position of the frame
 *              8  Length         4   0: being written; else bits 4 to 30: the frame's bytes, a multiple of 16;
 *                                    bits 0 to 3: how many at the end are filling; bit 31: nothing but filling
 *             12  Crc            4   CRC-32C of the frame, with Length and this field 0; there is none in what is
 *                                    nothing but filling, nor without RING_FRAMES_HAVE_CRC
 *             16  record             EVENT_HEADER64 and payload (event.h); then filling, zero
 *
 * All numbers are little-endian. A reader of an image believes a block if Magic, Layout and Crc are right, and walks
 * along its frames as long as Stamp is Position plus the offset and Crc is right. The first frame of which that does not
 * hold ends the block: free, or being written. Sequence numbers put the records of all blocks in order, and tell what
 * is missing.
 *
 * A writer reserves by compare-exchange on Head, then stores Length 0, Stamp, the record, Crc, and last Length: that
 * publishes it (ring_write.h). Who reserves the first frame of a block writes its header. A reader beside the writers (RingRead)
 * believes a frame only if Stamp is the position it looks at and Length is not 0, and believes its copy only if Head has
 * not passed the position by a whole ring meanwhile; a copy whose Crc is wrong is damaged, by a wild write of somebody's:
 * counted, and left out. Reading takes nothing away: a reader brings its position along, so a drain that failed can be
 * done again.
 */
#ifndef WSKTRACE_RING_H
#define WSKTRACE_RING_H

#include "wsktrace.h"

#define RING_BLOCK 0x1000u
#define RING_MIN_BYTES 0x40000u
#define RING_MAX_BYTES 0x10000000u
#define RING_MAX_PROCESSORS 256

#define RING_LAYOUT 1
#define RING_FRAMES_HAVE_CRC 0x1

typedef struct _RING_HEADER {
    CHAR Magic[8];
    UINT16 Layout;
    UINT16 HeaderBytes;
    UINT32 BlockBytes;
    UINT64 Position;
    UINT64 StartTime;
    UINT64 StartQpc;
    UINT64 QpcFrequency;
    UINT16 Processor;
    UINT16 Processors;
    UINT32 RingBytes;
    UINT32 Flags;
    UINT32 Crc;
} RING_HEADER;

typedef struct _RING_FRAME {
    volatile LONG64 Stamp;
    union {
        struct {
            volatile ULONG Length;
            ULONG Crc;
        };
        volatile LONG64 LengthAndCrc;
    };
} RING_FRAME;

C_ASSERT(sizeof(RING_HEADER) == 64);
C_ASSERT(sizeof(RING_FRAME) == 16);

/* The longest record. */
#define RING_MAX_RECORD (RING_BLOCK - sizeof(RING_HEADER) - sizeof(RING_FRAME))

typedef struct _RING_READ {
    UINT64 Position; /* in: from here; out: where to go on */
    BOOLEAN Settled; /* in: nobody writes, so a frame that is not whole was hit by a wild write: what follows it in its
                        block is left out, and the block counted as damaged */
    UINT64 Head;     /* out: where the writers are */
    ULONG Bytes;     /* out: bytes copied */
    ULONG Records;   /* out: records copied */
    ULONG Gaps;      /* out: places where records were overwritten before they could be read */
    ULONG Damaged;   /* out: records left out because their CRC is wrong, or the frame that says where they are */
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

/* The whole blocks of a ring that were written last and lie side by side in memory, Most bytes of them at most: for a
   crash dump. Takes nothing, asks nobody, and touches the ring's memory alone. Returns how many bytes; 0: none. */
_IRQL_requires_max_(HIGH_LEVEL)
ULONG
RingNewest(_In_ ULONG Processor, _In_ ULONG Most, _Outptr_ PVOID *Start);

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
