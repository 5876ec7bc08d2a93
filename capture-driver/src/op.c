#include "op.h"

#include "hash.h"
#include "mdl.h"
#include "table.h"

static const EVENT_DESCRIPTOR OpExit = WSKT_OP_EXIT_DESCRIPTOR;
static struct {
    OP *Ops;
    ULONG Count;
    SLOTS Free;
    volatile LONG64 Unwrapped;
    volatile LONG64 Strays;
    TABLE InFlight; /* IRP -> A: the ticket of its operation */
} Slots;

#define NUMBER_MASK ((ULONG_PTR)OP_GENERATION - 1)

C_ASSERT(OP_MAX_SLOTS <= OP_GENERATION);

/* The same bits of a state and of a ticket. */
static inline ULONG_PTR
GenerationOf(LONG64 StateOrTicket)
{
    return (ULONG_PTR)StateOrTicket & ~NUMBER_MASK;
}

static inline OP *
OfTicket(ULONG_PTR Ticket)
{
    ULONG Number = (ULONG)(Ticket & NUMBER_MASK);
    return Number < Slots.Count ? &Slots.Ops[Number] : NULL;
}

/* Sets a flag of the operation that the ticket is of. FALSE: it is over, or its completion has been taken. */
static BOOLEAN
Mark(OP *Op, ULONG_PTR Ticket, LONG64 Flag, LONG64 *State)
{
    LONG64 Seen = ReadAcquire64(&Op->State);
    while (GenerationOf(Seen) == GenerationOf((LONG64)Ticket) && !(Seen & OP_COMPLETED)) {
        LONG64 Now = InterlockedCompareExchange64(&Op->State, Seen | Flag, Seen);
        if (Now == Seen) {
            *State = Seen;
            return TRUE;
        }
        Seen = Now;
    }
    return FALSE;
}

_Use_decl_annotations_
NTSTATUS
OpInitialize(ULONG Count)
{
    RtlZeroMemory(&Slots, sizeof(Slots));
    NTSTATUS Status = SlotsInitialize(&Slots.Free, Count);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = TableInitialize(&Slots.InFlight, 2 * max(Count, TABLE_MIN_CELLS));
    if (!NT_SUCCESS(Status))
        goto slots;
    Slots.Ops = ExAllocatePoolWithTag(NonPagedPoolNx, Count * sizeof(*Slots.Ops), WSKTRACE_TAG);
    if (!Slots.Ops) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
        goto table;
    }
    RtlZeroMemory(Slots.Ops, Count * sizeof(*Slots.Ops));
    Slots.Count = Count;
    return STATUS_SUCCESS;

table:
    TableUninitialize(&Slots.InFlight);
slots:
    SlotsUninitialize(&Slots.Free);
    return Status;
}

_Use_decl_annotations_
VOID
OpUninitialize(VOID)
{
    TableUninitialize(&Slots.InFlight);
    SlotsUninitialize(&Slots.Free);
    if (Slots.Ops)
        ExFreePoolWithTag(Slots.Ops, WSKTRACE_TAG);
    RtlZeroMemory(&Slots, sizeof(Slots));
}

_Use_decl_annotations_
VOID
OpCount(OP_COUNTERS *Counters)
{
    Counters->Slots = Slots.Count;
    Counters->Free = SlotsFree(&Slots.Free);
    Counters->InFlight = TableCount(&Slots.InFlight);
    Counters->Unwrapped = (UINT64)Slots.Unwrapped;
    Counters->Strays = (UINT64)Slots.Strays;
}

_Use_decl_annotations_
VOID
OpGiveUpShare(OP *Op)
{
    if (InterlockedDecrement64(&Op->State) & OP_SHARES)
        return;
    if (Op->Payload)
        PayloadDrop(Op);
    SlotGive(&Slots.Free, (ULONG)(Op - Slots.Ops));
}

_Use_decl_annotations_
ULONG_PTR
OpTicket(const OP *Op)
{
    return GenerationOf(Op->State) | (ULONG_PTR)(Op - Slots.Ops);
}

_Use_decl_annotations_
BOOLEAN
OpNote(OP *Op)
{
    Op->State = Op->State + 1; /* nobody else knows the ticket yet */
    if (TableAdd(&Slots.InFlight, VALUE_OF(Op->Irp), OpTicket(Op), 0, Op->Client))
        return TRUE;
    Op->State = Op->State - 1;
    InterlockedIncrement64(&Slots.Unwrapped);
    return FALSE;
}

_Use_decl_annotations_
OP *
OpTake(ULONG_PTR Ticket, PIRP Irp)
{
    OP *Op = OfTicket(Ticket);
    LONG64 State;
    /* The IRP is the operation's own if Mark then succeeds: while COMPLETED is not set, the generation stays. */
    if (Op && Op->Irp == Irp && Mark(Op, Ticket, OP_COMPLETED, &State)) {
        TableTake(&Slots.InFlight, VALUE_OF(Irp), Ticket, NULL);
        return Op;
    }
    InterlockedIncrement64(&Slots.Strays);
    return NULL;
}

_Use_decl_annotations_
OP *
OpPin(ULONG_PTR Ticket, PIRP Irp)
{
    OP *Op = OfTicket(Ticket);
    LONG64 Seen = Op && Op->Irp == Irp ? ReadAcquire64(&Op->State) : OP_COMPLETED;
    while (!(Seen & (OP_COMPLETED | OP_PINNED | OP_IRP_FREED)) && GenerationOf(Seen) == GenerationOf((LONG64)Ticket)) {
        LONG64 Now = InterlockedCompareExchange64(&Op->State, (Seen | OP_PINNED) + 1, Seen);
        if (Now == Seen)
            return Op;
        Seen = Now;
    }
    return NULL;
}

_Use_decl_annotations_
BOOLEAN
OpRecall(ULONG_PTR Ticket, PIRP Irp, OP_MEMORY *Memory)
{
    const OP *Op = OfTicket(Ticket);
    if (!Op)
        return FALSE;
    Memory->State = ReadAcquire64(&Op->State);
    PIRP Its = Op->Irp;
    Memory->OpId = Op->OpId;
    Memory->Routine = Op->Routine;
    Memory->Context = Op->Context;
    Memory->Client = Op->Client;
    Memory->Verb = Op->Verb;
    Memory->Control = Op->Control;
    KeMemoryBarrier();
    return GenerationOf(Memory->State) == GenerationOf((LONG64)Ticket) && Its == Irp &&
           GenerationOf(Op->State) == GenerationOf((LONG64)Ticket);
}

_Use_decl_annotations_
OP *
OpBegin(USHORT Client, UINT8 Verb, PVOID Socket, PIRP Irp, UINT64 *OpId)
{
    *OpId = EventNewOpId();
    if (!Irp)
        return NULL;
    ULONG Number = SlotTake(&Slots.Free);
    if (Number == SLOT_NONE) {
        InterlockedIncrement64(&Slots.Unwrapped);
        return NULL;
    }
    OP *Op = &Slots.Ops[Number];
    InterlockedExchange64(&Op->State, (Op->State & ~(LONG64)NUMBER_MASK) + OP_GENERATION + 1); /* the call's share */
    Op->OpId = *OpId;
    Op->Irp = Irp;
    Op->Socket = Socket;
    Op->Routine = NULL;
    Op->Context = NULL;
    Op->Told = NULL;
    Op->Callbacks = NULL;
    Op->Payload = NULL;
    Op->Client = Client;
    Op->Verb = Verb;
    Op->Control = 0;
    Op->Category = OP_MAKES_NONE;
    Op->Ranges = 0;
    Op->Widened = FALSE;
    return Op;
}

_Use_decl_annotations_
BOOLEAN
OpAddMdls(OP *Op, const WSKT_MDL_SNAP *Snaps, USHORT Count)
{
    BOOLEAN Known = TRUE;
    if (!Op)
        return FALSE;
    for (USHORT i = 0; i < Count; i++) {
        ULONG_PTR Start = (ULONG_PTR)Snaps[i].StartVa + Snaps[i].ByteOffset;
        ULONG_PTR End = Start + Snaps[i].ByteCount;
        if (Op->Ranges < OP_RANGES) {
            Op->Range[Op->Ranges].Mdl = (ULONG_PTR)Snaps[i].Ptr;
            Op->Range[Op->Ranges].Next = (ULONG_PTR)Snaps[i].Next;
            ULONG Life = MdlLife((ULONG_PTR)Snaps[i].Ptr);
            Known &= Life != 0;
            Op->Range[Op->Ranges].Life = Life;
            Op->Range[Op->Ranges].Flags = Snaps[i].MdlFlags;
            Op->Range[Op->Ranges].Start = Start;
            Op->Range[Op->Ranges].End = End;
            Op->Ranges++;
        } else {
            Op->Widened = TRUE;
            Known = FALSE;
            Op->Range[OP_RANGES - 1].Start = min(Op->Range[OP_RANGES - 1].Start, Start);
            Op->Range[OP_RANGES - 1].End = max(Op->Range[OP_RANGES - 1].End, End);
        }
    }
    return Known;
}

_Use_decl_annotations_
VOID
OpEnd(OP *Op, const CALL_SITE *Site, UINT64 OpId, UINT8 Verb, PVOID Socket, PVOID Irp, NTSTATUS Status)
{
    WSKT_OP_EXIT Event = {.Irp = VALUE_OF(Irp), .Status = (UINT32)Status, .Verb = Verb};

    /* A socket made inside the call was noted by the completion. */
    Event.Socket = VALUE_OF(Op ? Op->Socket : Socket);
    EVENT_WRITE(&OpExit, Site, OpId, &Event);
    if (Op) {
        InterlockedOr64(&Op->State, NT_ERROR(Status) ? OP_RETURNED | OP_FAILED : OP_RETURNED);
        OpGiveUpShare(Op);
    }
}

/* State: of the operation while it was in flight. */
static VOID
Tell(const OP *Op, LONG64 State, ULONG_PTR Irp, OP_HIT_WHAT What, OP_HIT *Hit)
{
    Hit->OpId = Op->OpId;
    Hit->Irp = Irp;
    Hit->What = What;
    Hit->NonPaged = FALSE;
    Hit->Proved = !(State & OP_FAILED);
}

_Use_decl_annotations_
BOOLEAN
OpAbandon(PIRP Irp, OP_HIT *Hit)
{
    TABLE_ENTRY Entry;
    BOOLEAN Found = FALSE;

    while (TableTake(&Slots.InFlight, VALUE_OF(Irp), 0, &Entry)) {
        OP *Op = OfTicket(Entry.A);
        LONG64 State;
        if (!Op || !Mark(Op, Entry.A, OP_COMPLETED, &State))
            continue;
        if (Hit)
            Tell(Op, State, VALUE_OF(Irp), OpHitIrp, Hit);
        Found = TRUE;
        OpGiveUpShare(Op);
    }
    return Found;
}

static TABLE_TEST MarkFreed;

_Use_decl_annotations_
static BOOLEAN
MarkFreed(const TABLE_ENTRY *Entry, PVOID Context)
{
    OP *Op = OfTicket(Entry->A);
    LONG64 State;
    if (!Op || !Mark(Op, Entry->A, OP_IRP_FREED, &State))
        return FALSE;
    Tell(Op, State, Entry->Key, OpHitIrp, Context);
    return TRUE;
}

_Use_decl_annotations_
BOOLEAN
OpIrpFreed(PIRP Irp, OP_HIT *Hit)
{
    if (!TableAsk(&Slots.InFlight, VALUE_OF(Irp), MarkFreed, Hit))
        return FALSE;
    /* A call that failed and has not completed its IRP by now may be one that never does. */
    if (!Hit->Proved)
        (VOID) OpAbandon(Irp, NULL);
    return TRUE;
}

_Use_decl_annotations_
BOOLEAN
OpAny(VOID)
{
    return SlotsFree(&Slots.Free) != Slots.Count;
}

typedef struct _TOUCH {
    RANGE Range;
    OP_HIT *Hit;
} TOUCH;

static TABLE_TEST Touches;

_Use_decl_annotations_
static BOOLEAN
Touches(const TABLE_ENTRY *Entry, PVOID Context)
{
    const TOUCH *Touch = Context;
    const OP *Op = &Slots.Ops[Entry->A & NUMBER_MASK];
    BOOLEAN Data = FALSE, Touched = RangeHolds(&Touch->Range, Entry->Key);
    OP_HIT_WHAT What = OpHitIrp;
    UCHAR At = 0;

    for (UCHAR i = 0; i < min(Op->Ranges, OP_RANGES) && !Touched; i++) {
        Touched = RangeHolds(&Touch->Range, Op->Range[i].Mdl);
        Data = !Touched && RangeOverlaps(&Touch->Range, Op->Range[i].Start, Op->Range[i].End);
        Touched |= Data;
        What = Data ? OpHitData : OpHitMdl;
        At = i;
    }
    if (!Touched)
        return FALSE;
    OP_HIT Hit;
    Tell(Op, 0, Entry->Key, What, &Hit);
    Hit.NonPaged = Data && (Op->Range[At].Flags & MDL_SOURCE_IS_NONPAGED_POOL);
    BOOLEAN Exact = !Data || !Op->Widened || At < OP_RANGES - 1;
    KeMemoryBarrier();
    LONG64 State = Op->State;
    if (GenerationOf(State) != GenerationOf((LONG64)Entry->A) || (State & OP_COMPLETED))
        return FALSE;
    Hit.Proved = Exact && !(State & OP_FAILED);
    *Touch->Hit = Hit;
    return TRUE;
}

_Use_decl_annotations_
BOOLEAN
OpTouches(ULONG_PTR Start, ULONG_PTR End, OP_HIT *Hit)
{
    TOUCH Touch = {{Start, End}, Hit};
    return TableAny(&Slots.InFlight, Touches, &Touch);
}
