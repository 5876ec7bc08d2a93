#include "ring.h"

#include "crc.h"
#include "late.h"

#define LENGTH_FILLING 0x80000000u /* nothing but filling */
#define LENGTH_SLACK 0xfu
#define FIRST_FRAME ((LONG64)sizeof(RING_HEADER))
#define IN_BLOCK(Position) ((Position) & (RING_BLOCK - 1))

/* A reader waits for a record that is being written until the writers are so far beyond it. */
#define PATIENCE 0x20000

C_ASSERT(FIELD_OFFSET(RING_HEADER, Position) == 16 && FIELD_OFFSET(RING_HEADER, Processor) == 48);
C_ASSERT(FIELD_OFFSET(RING_HEADER, Crc) == 60);
C_ASSERT(FIELD_OFFSET(RING_FRAME, Length) == 8 && FIELD_OFFSET(RING_FRAME, Crc) == 12);
C_ASSERT(sizeof(RING_HEADER) % sizeof(RING_FRAME) == 0 && RING_BLOCK % sizeof(RING_FRAME) == 0);

/* What stands in one block, so that its loss can be told when it is overwritten. */
typedef struct _RING_TALLY {
    volatile LONG64 LastSeq;
    volatile LONG64 Records;
} RING_TALLY;

typedef struct DECLSPEC_ALIGN(64) _RING {
    volatile LONG64 Head;
    UCHAR *Memory;
    LONG64 Mask; /* size of the ring - 1 */
    RING_TALLY *Tallies;
    LONG64 Origin;
    volatile LONG64 Overwritten;
    volatile LONG64 LastOverwrittenSeq;
    PVOID Allocation;
    RING_HEADER Header; /* of every block, but for Position and Crc */
} RING;

static struct {
    ULONG Count;
    ULONG Bytes;
    BOOLEAN Crc;
    volatile LONG64 Dropped;
    RING *Rings;
} Recorder;

static inline RING_FRAME *
FrameAt(const RING *Ring, LONG64 Position)
{
    return (RING_FRAME *)(Ring->Memory + (Position & Ring->Mask));
}

static inline RING_TALLY *
TallyAt(const RING *Ring, LONG64 Position)
{
    return &Ring->Tallies[(Position & Ring->Mask) / RING_BLOCK];
}

static inline LONG64
NextBlock(LONG64 Position)
{
    return (Position + RING_BLOCK - 1) & ~(LONG64)(RING_BLOCK - 1);
}

static inline ULONG
BytesOf(ULONG Length)
{
    return Length & ~(LENGTH_FILLING | LENGTH_SLACK);
}

/* Of a frame that is published: Length is not 0 in it any more. */
static ULONG
FrameCrc(const RING_FRAME *Frame, LONG64 Stamp, ULONG Bytes)
{
    UINT64 Words[2] = {(UINT64)Stamp, 0};
    ULONG Crc = CrcWords(0, Words, 2);
    return CrcWords(Crc, (const UINT64 *)(Frame + 1), (Bytes - (ULONG)sizeof(*Frame)) / sizeof(UINT64));
}

_Use_decl_annotations_
ULONG
RingRound(ULONG Bytes)
{
    ULONG Size = RING_MIN_BYTES;
    while (Size < Bytes && Size < RING_MAX_BYTES)
        Size *= 2;
    return Size;
}

_Use_decl_annotations_
NTSTATUS
RingInitialize(ULONG Bytes)
{
    ULONG Size = RingRound(Bytes);
    ULONG Count = min(LateProcessorCount(), RING_MAX_PROCESSORS);
    RING *Rings = ExAllocatePoolWithTag(NonPagedPoolNx, Count * sizeof(*Rings), WSKTRACE_TAG);
    if (!Rings)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(Rings, Count * sizeof(*Rings));

    Recorder.Rings = Rings;
    Recorder.Bytes = Size;
    Recorder.Crc = CrcFast();
    for (ULONG i = 0; i < Count; i++) {
        /* One allocation: the ring, from a page's begin on, then the tallies of its blocks. */
        SIZE_T Tallies = Size / RING_BLOCK * sizeof(RING_TALLY);
        Rings[i].Allocation = ExAllocatePoolWithTag(NonPagedPoolNx, Size + Tallies + RING_BLOCK, WSKTRACE_TAG);
        if (!Rings[i].Allocation) {
            Recorder.Count = i;
            RingUninitialize();
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        Rings[i].Memory = (UCHAR *)((VALUE_OF(Rings[i].Allocation) + RING_BLOCK - 1) & ~(ULONG_PTR)(RING_BLOCK - 1));
        RtlZeroMemory(Rings[i].Memory, Size + Tallies);
        Rings[i].Tallies = (RING_TALLY *)(Rings[i].Memory + Size);
        Rings[i].Mask = Size - 1;
        Rings[i].Header = (RING_HEADER){
            .Magic = {'W', 'S', 'K', 'T', 'R', 'I', 'N', 'G'},
            .Layout = RING_LAYOUT,
            .HeaderBytes = sizeof(RING_HEADER),
            .BlockBytes = RING_BLOCK,
            .Processor = (UINT16)i,
            .Processors = (UINT16)Count,
            .RingBytes = Size,
            .Flags = (UINT32)sizeof(PVOID) << 8 | (Recorder.Crc ? RING_FRAMES_HAVE_CRC : 0),
        };
    }
    KeMemoryBarrier();
    Recorder.Count = Count;
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
RingUninitialize(VOID)
{
    for (ULONG i = 0; i < Recorder.Count; i++)
        ExFreePoolWithTag(Recorder.Rings[i].Allocation, WSKTRACE_TAG);
    if (Recorder.Rings)
        ExFreePoolWithTag(Recorder.Rings, WSKTRACE_TAG);
    RtlZeroMemory(&Recorder, sizeof(Recorder));
}

_Use_decl_annotations_
VOID
RingRestart(VOID)
{
    LARGE_INTEGER Frequency;
    UINT64 Qpc = (UINT64)KeQueryPerformanceCounter(&Frequency).QuadPart, Time = LateSystemTime();

    for (ULONG i = 0; i < Recorder.Count; i++) {
        RING *Ring = &Recorder.Rings[i];
        Ring->Origin = NextBlock(Ring->Head);
        Ring->Head = Ring->Origin;
        Ring->Overwritten = 0;
        Ring->LastOverwrittenSeq = 0;
        Ring->Header.StartTime = Time;
        Ring->Header.StartQpc = Qpc;
        Ring->Header.QpcFrequency = (UINT64)Frequency.QuadPart;
        RtlZeroMemory(Ring->Tallies, Recorder.Bytes / RING_BLOCK * sizeof(RING_TALLY));
    }
    Recorder.Dropped = 0;
}

static VOID
RaiseTo(volatile LONG64 *Highest, LONG64 Value)
{
    LONG64 Seen = *Highest;
    while (Seen < Value) {
        LONG64 Now = InterlockedCompareExchange64(Highest, Value, Seen);
        if (Now == Seen)
            break;
        Seen = Now;
    }
}

/* Who steps into a block fills the rest of the last one, takes leave of what stood there, and says what stands there
   now. */
static NOINLINE VOID
EnterBlock(RING *Ring, LONG64 Head, LONG64 Block)
{
    if (Head != Block) {
        RING_FRAME *Frame = FrameAt(Ring, Head);
        Frame->Length = 0;
        KeMemoryBarrier();
        Frame->Stamp = Head;
        KeMemoryBarrier();
        Frame->Length = (ULONG)(Block - Head) | LENGTH_FILLING;
    }

    RING_TALLY *Tally = TallyAt(Ring, Block);
    LONG64 Records = InterlockedExchange64(&Tally->Records, 0);
    LONG64 LastSeq = InterlockedExchange64(&Tally->LastSeq, 0);
    if (Records) {
        InterlockedExchangeAdd64(&Ring->Overwritten, Records);
        RaiseTo(&Ring->LastOverwrittenSeq, LastSeq);
    }

    RING_HEADER Header = Ring->Header;
    Header.Position = (UINT64)Block;
    Header.Crc = Recorder.Crc ? CrcWords(0, (const UINT64 *)&Header, sizeof(Header) / sizeof(UINT64))
                              : CrcSlow(0, &Header, sizeof(Header));
    RtlCopyMemory(FrameAt(Ring, Block), &Header, sizeof(Header));
}

_Use_decl_annotations_
PVOID
RingReserve(ULONG Processor, ULONG Bytes, RING_TICKET *Ticket)
{
    ULONG Length = (ULONG)sizeof(RING_FRAME) + ((Bytes + 15) & ~15u);
    LONG64 Head, Start;

    if (!Recorder.Count)
        return NULL;
    if (Bytes > RING_MAX_RECORD) {
        InterlockedIncrement64(&Recorder.Dropped);
        return NULL;
    }
    RING *Ring = &Recorder.Rings[Processor < Recorder.Count ? Processor : Processor % Recorder.Count];
    do {
        Head = Ring->Head;
        Start = Head;
        if (!IN_BLOCK(Head) || IN_BLOCK(Head) + Length > RING_BLOCK)
            Start = NextBlock(Head) + FIRST_FRAME;
    } while (InterlockedCompareExchange64(&Ring->Head, Start + Length, Head) != Head);
    if (Start != Head)
        EnterBlock(Ring, Head, Start - FIRST_FRAME);

    RING_FRAME *Frame = FrameAt(Ring, Start);
    Frame->Length = 0;
    KeMemoryBarrier();
    Frame->Stamp = Start;
    Frame->Crc = 0;
    UINT64 *Last = (UINT64 *)((UCHAR *)Frame + Length) - 2; /* where filling may be */
    Last[0] = Last[1] = 0;
    Ticket->Frame = Frame;
    Ticket->Tally = TallyAt(Ring, Start);
    Ticket->Length = Length | (Length - (ULONG)sizeof(RING_FRAME) - Bytes);
    return Frame + 1;
}

_Use_decl_annotations_
VOID
RingPublish(const RING_TICKET *Ticket, UINT64 Seq)
{
    RING_FRAME *Frame = Ticket->Frame;
    if (Recorder.Crc)
        Frame->Crc = CrcWords(0, (const UINT64 *)Frame, BytesOf(Ticket->Length) / (ULONG)sizeof(UINT64));
    KeMemoryBarrier();
    Frame->Length = Ticket->Length;
    InterlockedIncrement64(&Ticket->Tally->Records);
    RaiseTo(&Ticket->Tally->LastSeq, (LONG64)Seq);
}

_Use_decl_annotations_
VOID
RingRead(ULONG Processor, RING_READ *Read, PVOID Buffer, ULONG Capacity)
{
    Read->Bytes = Read->Records = Read->Gaps = Read->Damaged = 0;
    Read->Head = 0;
    if (Processor >= Recorder.Count)
        return;

    RING *Ring = &Recorder.Rings[Processor];
    LONG64 Position = max((LONG64)Read->Position, Ring->Origin);
    LONG64 Head = Ring->Head;
    if (Position > Head || (Position & 15))
        Position = Ring->Origin;

    while (Position < Head) {
        /* Overwritten, or about to be: go on at the oldest block that is still whole. */
        if (Head - Position > Ring->Mask + 1) {
            Position = NextBlock(Head - Ring->Mask - 1);
            Read->Gaps++;
            continue;
        }
        LONG64 At = IN_BLOCK(Position) < FIRST_FRAME ? Position - IN_BLOCK(Position) + FIRST_FRAME : Position;

        const RING_FRAME *Frame = FrameAt(Ring, At);
        ULONG Length = Frame->Length, Crc = Frame->Crc, Bytes = BytesOf(Length);
        LONG64 Stamp = Frame->Stamp;
        KeMemoryBarrier();
        if (Stamp != At || Bytes < sizeof(*Frame) || Bytes > RING_BLOCK - IN_BLOCK(At) || At + Bytes > Head) {
            /* Being written. A writer that sleeps there for long is not waited for. */
            if (!Read->Settled && Ring->Head - Position <= PATIENCE)
                break;
            Head = Ring->Head;
            Position = min(NextBlock(Position + 1), Head);
            if (Read->Settled)
                Read->Damaged++;
            else
                Read->Gaps++;
            continue;
        }

        ULONG Record = Bytes - (ULONG)sizeof(*Frame) - min(Length & LENGTH_SLACK, Bytes - (ULONG)sizeof(*Frame));
        if (!(Length & LENGTH_FILLING) && Record) {
            ULONG Padded = (Record + 7) & ~7u;
            if (Read->Bytes + Padded > Capacity)
                break;
            UCHAR *Copy = (UCHAR *)Buffer + Read->Bytes;
            RtlZeroMemory(Copy + (Record & ~7u), Padded - (Record & ~7u));
            RtlCopyMemory(Copy, Frame + 1, Record);
            BOOLEAN Whole = !Recorder.Crc || FrameCrc(Frame, Stamp, Bytes) == Crc;
            KeMemoryBarrier();
            Head = Ring->Head;
            if (Head - Position > Ring->Mask + 1)
                continue;
            if (Whole) {
                Read->Bytes += Padded;
                Read->Records++;
            } else {
                Read->Damaged++;
            }
        }
        Position = At + Bytes;
    }
    Read->Position = (UINT64)Position;
    Read->Head = (UINT64)Ring->Head;
}

_Use_decl_annotations_
ULONG
RingProcessors(VOID)
{
    return Recorder.Count;
}

_Use_decl_annotations_
ULONG
RingBytes(VOID)
{
    return Recorder.Count ? Recorder.Bytes : 0;
}

_Use_decl_annotations_
ULONG
RingNewest(ULONG Processor, ULONG Most, PVOID *Start)
{
    *Start = NULL;
    if (Processor >= Recorder.Count || Most < RING_BLOCK)
        return 0;
    const RING *Ring = &Recorder.Rings[Processor];
    ULONG Bytes = min(Most & ~(RING_BLOCK - 1), Recorder.Bytes);
    /* Behind the newest block, in memory; where the whole ring is wanted it does not matter where the newest is. */
    ULONG End = Bytes == Recorder.Bytes ? Bytes : (ULONG)(((NextBlock(Ring->Head) - 1) & Ring->Mask) + 1);
    Bytes = min(Bytes, End);
    *Start = Ring->Memory + End - Bytes;
    return Bytes;
}

_Use_decl_annotations_
VOID
RingCount(RING_COUNTERS *Counters)
{
    RtlZeroMemory(Counters, sizeof(*Counters));
    Counters->Dropped = (UINT64)Recorder.Dropped;
    for (ULONG i = 0; i < Recorder.Count; i++) {
        const RING *Ring = &Recorder.Rings[i];
        Counters->Overwritten += (UINT64)Ring->Overwritten;
        Counters->Written += (UINT64)Ring->Overwritten;
        for (ULONG Block = 0; Block < Recorder.Bytes / RING_BLOCK; Block++)
            Counters->Written += (UINT64)Ring->Tallies[Block].Records;
        Counters->LastOverwrittenSeq = max(Counters->LastOverwrittenSeq, (UINT64)Ring->LastOverwrittenSeq);
    }
}
