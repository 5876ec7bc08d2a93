#include "op_path.h"

#include "table.h"

OP_POOL OpPool;

C_ASSERT(OP_MAX_SLOTS <= OP_GENERATION);

_Use_decl_annotations_
NTSTATUS
OpInitialize(ULONG Count)
{
    RtlZeroMemory(&OpPool, sizeof(OpPool));
    NTSTATUS Status = SlotsInitialize(&OpPool.Free, Count);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = FlightInitialize(&OpPool.Flight, Count);
    if (!NT_SUCCESS(Status))
        goto slots;
    OpPool.Ops = ExAllocatePoolWithTag(NonPagedPoolNx, Count * sizeof(*OpPool.Ops), WSKTRACE_TAG);
    if (!OpPool.Ops) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
        goto flight;
    }
    RtlZeroMemory(OpPool.Ops, Count * sizeof(*OpPool.Ops));
    OpPool.Count = Count;
    return STATUS_SUCCESS;

flight:
    FlightUninitialize(&OpPool.Flight);
slots:
    SlotsUninitialize(&OpPool.Free);
    return Status;
}

_Use_decl_annotations_
VOID
OpUninitialize(VOID)
{
    FlightUninitialize(&OpPool.Flight);
    SlotsUninitialize(&OpPool.Free);
    if (OpPool.Ops)
        ExFreePoolWithTag(OpPool.Ops, WSKTRACE_TAG);
    RtlZeroMemory(&OpPool, sizeof(OpPool));
}

_Use_decl_annotations_
VOID
OpCount(OP_COUNTERS *Counters)
{
    Counters->Slots = OpPool.Count;
    Counters->Free = SlotsFree(&OpPool.Free);
    Counters->InFlight = FlightCount(&OpPool.Flight);
    Counters->Unwrapped = (UINT64)OpPool.Unwrapped;
    Counters->Strays = (UINT64)OpPool.Strays;
}

_Use_decl_annotations_
VOID
OpGiveUpShare(OP *Op)
{
    OpGiveUp(Op, 0);
}

_Use_decl_annotations_
OP *
OpPin(ULONG_PTR Ticket, PIRP Irp)
{
    OP *Op = OpOfTicket(Ticket);
    LONG64 Seen = Op && Op->Irp == Irp ? ReadAcquire64(&Op->State) : OP_COMPLETED;
    while (!(Seen & (OP_COMPLETED | OP_PINNED | OP_IRP_FREED)) &&
           OpGenerationOf(Seen) == OpGenerationOf((LONG64)Ticket)) {
        LONG64 Now = InterlockedCompareExchange64(&Op->State, (Seen | OP_PINNED) + 1, Seen);
        if (Now == Seen)
            return Op;
        Seen = Now;
    }
    return NULL;
}

_Use_decl_annotations_
BOOLEAN
OpRecall(ULONG_PTR Ticket, PIRP Irp, OP_MEMORY *Memory, LONG64 *State)
{
    const OP *Op = OpOfTicket(Ticket);
    if (!Op)
        return FALSE;
    *State = ReadAcquire64(&Op->State);
    PIRP Its = Op->Irp;
    Memory->OpId = Op->Memory.OpId;
    Memory->Routine = Op->Memory.Routine;
    Memory->Context = Op->Memory.Context;
    Memory->Client = Op->Memory.Client;
    Memory->Verb = Op->Memory.Verb;
    Memory->Control = Op->Memory.Control;
    KeMemoryBarrier();
    return OpGenerationOf(*State) == OpGenerationOf((LONG64)Ticket) && Its == Irp &&
           OpGenerationOf(Op->State) == OpGenerationOf((LONG64)Ticket);
}

/* The next operation from *Number on whose IRP lies in [Start, End), and its ticket; *Number goes behind it. */
static OP *
Next(ULONG *Number, ULONG_PTR Start, ULONG_PTR End, ULONG_PTR *Ticket)
{
    for (;;) {
        ULONG At = FlightNext(&OpPool.Flight, *Number, Start, End);
        if (At == FLIGHT_NONE)
            return NULL;
        *Number = At + 1;
        OP *Op = &OpPool.Ops[At];
        *Ticket = OpGenerationOf(ReadAcquire64(&Op->State)) | At;
        /* The IRP is there after the generation was read: what has this generation has this IRP. */
        if (FlightNext(&OpPool.Flight, At, Start, End) == At)
            return Op;
    }
}

/* State: of the operation while it was in flight. */
static VOID
Tell(const OP *Op, LONG64 State, OP_HIT_WHAT What, OP_HIT *Hit)
{
    Hit->OpId = Op->Memory.OpId;
    Hit->Irp = VALUE_OF(Op->Irp);
    Hit->What = What;
    Hit->NonPaged = FALSE;
    Hit->Proved = !(State & OP_FAILED);
}

_Use_decl_annotations_
BOOLEAN
OpAbandon(PIRP Irp, OP_HIT *Hit)
{
    BOOLEAN Found = FALSE;
    ULONG_PTR Ticket;
    LONG64 State;
    OP *Op;

    if (!FlightMay(&OpPool.Flight, Irp))
        return FALSE;
    for (ULONG Number = 0; (Op = Next(&Number, VALUE_OF(Irp), VALUE_OF(Irp) + 1, &Ticket)) != NULL;) {
        if (!OpMark(Op, Ticket, OP_COMPLETED, &State))
            continue;
        if (Hit)
            Tell(Op, State, OpHitIrp, Hit);
        Found = TRUE;
        FlightForget(&OpPool.Flight, (ULONG)(Ticket & OP_NUMBER_MASK), Op->Hash);
        OpGiveUp(Op, 0);
    }
    return Found;
}

_Use_decl_annotations_
BOOLEAN
OpIrpFreed(PIRP Irp, OP_HIT *Hit)
{
    BOOLEAN Failed = FALSE, Found = FALSE;
    ULONG_PTR Ticket;
    LONG64 State;
    OP *Op;

    if (!FlightMay(&OpPool.Flight, Irp))
        return FALSE;
    for (ULONG Number = 0; (Op = Next(&Number, VALUE_OF(Irp), VALUE_OF(Irp) + 1, &Ticket)) != NULL;) {
        if (!OpMark(Op, Ticket, OP_IRP_FREED, &State))
            continue;
        Tell(Op, State, OpHitIrp, Hit);
        Found = TRUE;
        Failed |= (State & OP_FAILED) != 0;
    }
    if (Failed) /* a call that failed and has not completed its IRP by now may be one that never does */
        (VOID) OpAbandon(Irp, NULL);
    return Found;
}

_Use_decl_annotations_
BOOLEAN
OpAny(VOID)
{
    return SlotsFree(&OpPool.Free) != OpPool.Count;
}

/* The operation's own, read while its slot may change hands. */
static BOOLEAN
Touches(const OP *Op, ULONG_PTR Ticket, const RANGE *Range, OP_HIT *Hit)
{
    BOOLEAN Data = FALSE, Touched = RangeHolds(Range, VALUE_OF(Op->Irp));
    OP_HIT_WHAT What = OpHitIrp;
    UCHAR At = 0;

    for (UCHAR i = 0; i < min(Op->Ranges, OP_RANGES) && !Touched; i++) {
        Touched = RangeHolds(Range, Op->Range[i].Mdl);
        Data = !Touched && RangeOverlaps(Range, Op->Range[i].Start, Op->Range[i].End);
        Touched |= Data;
        What = Data ? OpHitData : OpHitMdl;
        At = i;
    }
    if (!Touched)
        return FALSE;
    Tell(Op, 0, What, Hit);
    Hit->NonPaged = Data && (Op->Range[At].Flags & MDL_SOURCE_IS_NONPAGED_POOL);
    BOOLEAN Exact = !Data || !Op->Widened || At < OP_RANGES - 1;
    KeMemoryBarrier();
    LONG64 State = Op->State;
    Hit->Proved = Exact && !(State & OP_FAILED);
    return OpGenerationOf(State) == OpGenerationOf((LONG64)Ticket) && !(State & OP_COMPLETED);
}

_Use_decl_annotations_
BOOLEAN
OpTouches(ULONG_PTR Start, ULONG_PTR End, OP_HIT *Hit)
{
    RANGE Range = {Start, End};
    ULONG_PTR Ticket;
    const OP *Op;

    for (ULONG Number = 0; (Op = Next(&Number, 1, MAXULONG_PTR, &Ticket)) != NULL;)
        if (Touches(Op, Ticket, &Range, Hit))
            return TRUE;
    return FALSE;
}
