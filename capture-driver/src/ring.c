#include "ring.h"

#include "late.h"

#define RING_PAD 0xffffffffu

typedef struct _RING_FRAME {
    volatile LONG64 Stamp;
    volatile LONG Length; /* of the whole frame; 0 while it is being written */
    ULONG Bytes;          /* of the record; RING_PAD: nothing but filling up to the end of the block */
} RING_FRAME;

C_ASSERT(sizeof(RING_FRAME) == 16);
C_ASSERT(RING_BLOCK % sizeof(RING_FRAME) == 0);

/* What stands in one block, so that its loss can be told when it is overwritten. */
typedef struct _RING_TALLY {
    volatile LONG64 LastSeq;
    volatile LONG64 Records;
} RING_TALLY;

/* Found in a crash dump by its magic. */
typedef struct DECLSPEC_ALIGN(64) _RING {
    CHAR Magic[8];
    volatile LONG64 Head;
    volatile LONG64 Written;
    volatile LONG64 Overwritten;
    volatile LONG64 LastOverwrittenSeq;
    LONG64 Origin;
    LONG64 Size;
    UCHAR *Memory;
    RING_TALLY *Tallies;
    PVOID Allocation;
} RING;

static struct {
    ULONG Count;
    ULONG Bytes;
    volatile LONG64 Dropped;
    RING *Rings;
} Recorder;

static RING_FRAME *
FrameAt(const RING *Ring, LONG64 Position)
{
    return (RING_FRAME *)(Ring->Memory + (Position & (Ring->Size - 1)));
}

static LONG64
NextBlock(LONG64 Position)
{
    return (Position + RING_BLOCK - 1) & ~(LONG64)(RING_BLOCK - 1);
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
    for (ULONG i = 0; i < Count; i++) {
        /* One allocation: the ring, rounded up to 16 bytes, then the tallies of its blocks. */
        SIZE_T Tallies = Size / RING_BLOCK * sizeof(RING_TALLY);
        Rings[i].Allocation = ExAllocatePoolWithTag(NonPagedPoolNx, Size + Tallies + 16, WSKTRACE_TAG);
        if (!Rings[i].Allocation) {
            Recorder.Count = i;
            RingUninitialize();
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        Rings[i].Memory = (UCHAR *)((VALUE_OF(Rings[i].Allocation) + 15) & ~(ULONG_PTR)15);
        RtlZeroMemory(Rings[i].Memory, Size + Tallies);
        Rings[i].Tallies = (RING_TALLY *)(Rings[i].Memory + Size);
        RtlCopyMemory(Rings[i].Magic, "WSKTRING", 8);
        Rings[i].Size = Size;
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
    for (ULONG i = 0; i < Recorder.Count; i++) {
        Recorder.Rings[i].Origin = NextBlock(Recorder.Rings[i].Head);
        Recorder.Rings[i].Head = Recorder.Rings[i].Origin;
        Recorder.Rings[i].Written = 0;
        Recorder.Rings[i].Overwritten = 0;
        Recorder.Rings[i].LastOverwrittenSeq = 0;
        RtlZeroMemory(Recorder.Rings[i].Tallies, Recorder.Rings[i].Size / RING_BLOCK * sizeof(RING_TALLY));
    }
    Recorder.Dropped = 0;
}

static VOID
Pad(const RING *Ring, LONG64 From, LONG64 To)
{
    RING_FRAME *Frame = FrameAt(Ring, From);
    Frame->Length = 0;
    KeMemoryBarrier();
    Frame->Stamp = From;
    Frame->Bytes = RING_PAD;
    KeMemoryBarrier();
    Frame->Length = (LONG)(To - From);
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

/* Whoever steps into a block takes leave of what stood there. */
static VOID
EnterBlock(RING *Ring, RING_TALLY *Tally)
{
    LONG64 Records = InterlockedExchange64(&Tally->Records, 0);
    LONG64 LastSeq = InterlockedExchange64(&Tally->LastSeq, 0);
    if (Records) {
        InterlockedExchangeAdd64(&Ring->Overwritten, Records);
        RaiseTo(&Ring->LastOverwrittenSeq, LastSeq);
    }
}

_Use_decl_annotations_
PVOID
RingReserve(ULONG Bytes, UINT64 Seq, RING_TICKET *Ticket)
{
    ULONG Length = (ULONG)sizeof(RING_FRAME) + ((Bytes + 15) & ~15u);
    LONG64 Head, Start;

    if (!Recorder.Count)
        return NULL;
    if (Bytes > RING_BLOCK / 2) {
        InterlockedIncrement64(&Recorder.Dropped);
        return NULL;
    }

    ULONG Processor = LateCurrentProcessor();
    RING *Ring = &Recorder.Rings[Processor % Recorder.Count];
    do {
        Head = Ring->Head;
        Start = (Head & (RING_BLOCK - 1)) + Length > RING_BLOCK ? NextBlock(Head) : Head;
    } while (InterlockedCompareExchange64(&Ring->Head, Start + Length, Head) != Head);

    /* Whoever steps into the next block owns the rest of the last one. */
    if (Start != Head)
        Pad(Ring, Head, Start);
    RING_TALLY *Tally = &Ring->Tallies[(Start & (Ring->Size - 1)) / RING_BLOCK];
    if (!(Start & (RING_BLOCK - 1)))
        EnterBlock(Ring, Tally);

    RING_FRAME *Frame = FrameAt(Ring, Start);
    Frame->Length = 0;
    KeMemoryBarrier();
    Frame->Stamp = Start;
    Frame->Bytes = Bytes;
    Ticket->Ring = Ring;
    Ticket->Frame = Frame;
    Ticket->Tally = Tally;
    Ticket->Seq = Seq;
    Ticket->Length = Length;
    Ticket->Processor = (USHORT)Processor;
    return Frame + 1;
}

_Use_decl_annotations_
VOID
RingPublish(const RING_TICKET *Ticket)
{
    KeMemoryBarrier();
    Ticket->Frame->Length = (LONG)Ticket->Length;
    InterlockedIncrement64(&Ticket->Tally->Records);
    InterlockedIncrement64(&Ticket->Ring->Written);
    RaiseTo(&Ticket->Tally->LastSeq, (LONG64)Ticket->Seq);
}

_Use_decl_annotations_
VOID
RingRead(ULONG Processor, RING_READ *Read, PVOID Buffer, ULONG Capacity)
{
    Read->Bytes = Read->Records = Read->Gaps = 0;
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
        if (Head - Position > Ring->Size) {
            Position = NextBlock(Head - Ring->Size);
            Read->Gaps++;
            continue;
        }

        const RING_FRAME *Frame = FrameAt(Ring, Position);
        LONG Length = Frame->Length;
        LONG64 Stamp = Frame->Stamp;
        ULONG Bytes = Frame->Bytes;
        KeMemoryBarrier();
        if (Stamp != Position || Length < (LONG)sizeof(*Frame) ||
            Length > (LONG)(RING_BLOCK - (Position & (RING_BLOCK - 1)))) {
            /* Being written. A writer that sleeps there for more than a block is not waited for. */
            if (Ring->Head - Position <= 2 * (LONG64)RING_BLOCK)
                break;
            Position = NextBlock(Position + 1);
            Head = Ring->Head;
            Read->Gaps++;
            continue;
        }

        if (Bytes != RING_PAD && Bytes <= Length - sizeof(*Frame)) {
            ULONG Padded = (Bytes + 7) & ~7u;
            if (Read->Bytes + Padded > Capacity)
                break;
            UCHAR *Copy = (UCHAR *)Buffer + Read->Bytes;
            RtlZeroMemory(Copy + (Bytes & ~7u), Padded - (Bytes & ~7u));
            RtlCopyMemory(Copy, Frame + 1, Bytes);
            KeMemoryBarrier();
            Head = Ring->Head;
            if (Head - Position > Ring->Size)
                continue;
            Read->Bytes += Padded;
            Read->Records++;
        }
        Position += Length;
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
VOID
RingCount(RING_COUNTERS *Counters)
{
    RtlZeroMemory(Counters, sizeof(*Counters));
    Counters->Dropped = (UINT64)Recorder.Dropped;
    for (ULONG i = 0; i < Recorder.Count; i++) {
        const RING *Ring = &Recorder.Rings[i];
        Counters->Written += (UINT64)Ring->Written;
        Counters->Overwritten += (UINT64)Ring->Overwritten;
        Counters->LastOverwrittenSeq = max(Counters->LastOverwrittenSeq, (UINT64)Ring->LastOverwrittenSeq);
    }
}
