#include "ring_write.h"

#include "late.h"

#define LENGTH_FILLING 0x80000000u /* nothing but filling */
#define LENGTH_SLACK 0xfu
#define FIRST_FRAME ((LONG64)sizeof(RING_HEADER))

/* A reader waits for a record that is being written until the writers are so far beyond it. */
#define PATIENCE 0x20000

C_ASSERT(FIELD_OFFSET(RING_HEADER, Position) == 16 && FIELD_OFFSET(RING_HEADER, Processor) == 48);
C_ASSERT(FIELD_OFFSET(RING_HEADER, Crc) == 60);
C_ASSERT(FIELD_OFFSET(RING_FRAME, Length) == 8 && FIELD_OFFSET(RING_FRAME, Crc) == 12);
C_ASSERT(sizeof(RING_HEADER) % sizeof(RING_FRAME) == 0 && RING_BLOCK % sizeof(RING_FRAME) == 0);

RINGS Rings;

static inline RING_TALLY *
TallyAt(const RING *Ring, LONG64 Position)
{
    return &Ring->Tallies[(ULONG64)(Position & Ring->Mask) / RING_BLOCK];
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
    RING *New = ExAllocatePoolWithTag(NonPagedPoolNx, Count * sizeof(*New), WSKTRACE_TAG);
    if (!New)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(New, Count * sizeof(*New));

    Rings.Ring = New;
    Rings.Bytes = Size;
    BOOLEAN Crc = CrcFast();
    for (ULONG i = 0; i < Count; i++) {
        /* One allocation: the ring, from a page's begin on, then the tallies of its blocks. */
        SIZE_T Tallies = Size / RING_BLOCK * sizeof(RING_TALLY);
        New[i].Allocation = ExAllocatePoolWithTag(NonPagedPoolNx, Size + Tallies + RING_BLOCK, WSKTRACE_TAG);
        if (!New[i].Allocation) {
            Rings.Count = i;
            RingUninitialize();
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        New[i].Memory = (UCHAR *)((VALUE_OF(New[i].Allocation) + RING_BLOCK - 1) & ~(ULONG_PTR)(RING_BLOCK - 1));
        RtlZeroMemory(New[i].Memory, Size + Tallies);
        New[i].Tallies = (RING_TALLY *)(New[i].Memory + Size);
        New[i].Mask = Size - 1;
        New[i].Crc = Crc;
        New[i].Header = (RING_HEADER){
            .Magic = {'W', 'S', 'K', 'T', 'R', 'I', 'N', 'G'},
            .Layout = RING_LAYOUT,
            .HeaderBytes = sizeof(RING_HEADER),
            .BlockBytes = RING_BLOCK,
            .Processor = (UINT16)i,
            .Processors = (UINT16)Count,
            .RingBytes = Size,
            .Flags = (UINT32)sizeof(PVOID) << 8 | (Crc ? RING_FRAMES_HAVE_CRC : 0),
        };
    }
    for (ULONG i = 0; i < RING_MAX_PROCESSORS; i++)
        Rings.ByProcessor[i] = &New[i % Count];
    KeMemoryBarrier();
    Rings.Count = Count;
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
RingUninitialize(VOID)
{
    for (ULONG i = 0; i < Rings.Count; i++)
        ExFreePoolWithTag(Rings.Ring[i].Allocation, WSKTRACE_TAG);
    if (Rings.Ring)
        ExFreePoolWithTag(Rings.Ring, WSKTRACE_TAG);
    RtlZeroMemory(&Rings, sizeof(Rings));
}

_Use_decl_annotations_
VOID
RingRestart(VOID)
{
    LARGE_INTEGER Frequency;
    UINT64 Qpc = (UINT64)KeQueryPerformanceCounter(&Frequency).QuadPart, Time = LateSystemTime();

    for (ULONG i = 0; i < Rings.Count; i++) {
        RING *Ring = &Rings.Ring[i];
        Ring->Origin = NextBlock(Ring->Head);
        Ring->Head = Ring->Origin;
        Ring->Begun = Ring->Ended = 0;
        Ring->Overwritten = 0;
        Ring->LastOverwrittenSeq = 0;
        Ring->Header.StartTime = Time;
        Ring->Header.StartQpc = Qpc;
        Ring->Header.QpcFrequency = (UINT64)Frequency.QuadPart;
        RtlZeroMemory(Ring->Tallies, Rings.Bytes / RING_BLOCK * sizeof(RING_TALLY));
    }
    Rings.Dropped = 0;
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
static VOID
EnterBlock(RING *Ring, LONG64 Head, LONG64 Block, UINT64 Seq)
{
    if (Head != Block) {
        RING_FRAME *Frame = RingFrameAt(Ring, Head);
        Frame->LengthAndCrc = 0;
        WriteRelease64(&Frame->Stamp, Head);
        WriteULongRelease(&Frame->Length, (ULONG)(Block - Head) | LENGTH_FILLING);
    }

    /* What is overwritten is all that came before the block behind it. */
    RING_TALLY *Tally = TallyAt(Ring, Block), *Next = TallyAt(Ring, Block + RING_BLOCK);
    if (Tally->FirstSeq) {
        RaiseTo(&Ring->Overwritten, Next->Before);
        RaiseTo(&Ring->LastOverwrittenSeq, Next->FirstSeq - 1);
    }
    Tally->Before = Ring->Begun - 1;
    Tally->FirstSeq = (LONG64)Seq;

    RING_HEADER *Header = (RING_HEADER *)RingFrameAt(Ring, Block);
    *Header = Ring->Header;
    Header->Position = (UINT64)Block;
    Header->Crc = Ring->Crc ? CRC_WORDS(0, (const UINT64 *)Header, sizeof(*Header) / sizeof(UINT64))
                            : CrcSlow(0, Header, sizeof(*Header));
}

_Use_decl_annotations_
NOINLINE LONG64
RingStep(RING *Ring, ULONG Length, UINT64 Seq)
{
    LONG64 Head, Start;
    if (Length > RING_BLOCK - sizeof(RING_HEADER)) {
        InterlockedIncrement64(&Rings.Dropped);
        return -1;
    }
    do {
        Head = Ring->Head;
        Start = Head;
        if (!RING_IN_BLOCK(Head) || RING_IN_BLOCK(Head) + Length > RING_BLOCK)
            Start = NextBlock(Head) + FIRST_FRAME;
    } while (InterlockedCompareExchange64(&Ring->Head, Start + Length, Head) != Head);
    if (Start != Head)
        EnterBlock(Ring, Head, Start - FIRST_FRAME, Seq);
    return Start;
}

_Use_decl_annotations_
BOOLEAN
RingQuiet(VOID)
{
    for (ULONG i = 0; i < Rings.Count; i++) {
        LONG64 Ended = ReadAcquire64(&Rings.Ring[i].Ended);
        if (ReadAcquire64(&Rings.Ring[i].Begun) != Ended)
            return FALSE;
    }
    return TRUE;
}

_Use_decl_annotations_
VOID
RingRead(ULONG Processor, RING_READ *Read, PVOID Buffer, ULONG Capacity)
{
    Read->Bytes = Read->Records = Read->Gaps = Read->Damaged = 0;
    Read->Head = 0;
    if (Processor >= Rings.Count)
        return;

    RING *Ring = &Rings.Ring[Processor];
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
        LONG64 At = RING_IN_BLOCK(Position) < FIRST_FRAME ? Position - RING_IN_BLOCK(Position) + FIRST_FRAME : Position;

        const RING_FRAME *Frame = RingFrameAt(Ring, At);
        ULONG Length = Frame->Length, Crc = Frame->Crc, Bytes = BytesOf(Length);
        LONG64 Stamp = Frame->Stamp;
        KeMemoryBarrier();
        if (Stamp != At || Bytes < sizeof(*Frame) || Bytes > RING_BLOCK - RING_IN_BLOCK(At) || At + Bytes > Head) {
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
            BOOLEAN Whole = !Ring->Crc || FrameCrc(Frame, Stamp, Bytes) == Crc;
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
    return Rings.Count;
}

_Use_decl_annotations_
ULONG
RingBytes(VOID)
{
    return Rings.Count ? Rings.Bytes : 0;
}

_Use_decl_annotations_
ULONG
RingNewest(ULONG Processor, ULONG Most, PVOID *Start)
{
    *Start = NULL;
    if (Processor >= Rings.Count || Most < RING_BLOCK)
        return 0;
    const RING *Ring = &Rings.Ring[Processor];
    ULONG Bytes = min(Most & ~(RING_BLOCK - 1), Rings.Bytes);
    /* Behind the newest block, in memory; where the whole ring is wanted it does not matter where the newest is. */
    ULONG End = Bytes == Rings.Bytes ? Bytes : (ULONG)(((NextBlock(Ring->Head) - 1) & Ring->Mask) + 1);
    Bytes = min(Bytes, End);
    *Start = Ring->Memory + End - Bytes;
    return Bytes;
}

_Use_decl_annotations_
VOID
RingCount(RING_COUNTERS *Counters)
{
    RtlZeroMemory(Counters, sizeof(*Counters));
    Counters->Dropped = (UINT64)Rings.Dropped;
    for (ULONG i = 0; i < Rings.Count; i++) {
        const RING *Ring = &Rings.Ring[i];
        Counters->Overwritten += (UINT64)Ring->Overwritten;
        Counters->Written += (UINT64)Ring->Ended;
        Counters->LastOverwrittenSeq = max(Counters->LastOverwrittenSeq, (UINT64)Ring->LastOverwrittenSeq);
    }
}
