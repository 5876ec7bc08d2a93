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

_Use_decl_annotations_
VOID
OpAbandon(PIRP Irp)
{
    ULONG_PTR Ticket;
    LONG64 State;
    OP *Op;

    if (!FlightMay(&OpPool.Flight, Irp))
        return;
    for (ULONG Number = 0; (Op = Next(&Number, VALUE_OF(Irp), VALUE_OF(Irp) + 1, &Ticket)) != NULL;)
        if (OpMark(Op, Ticket, OP_COMPLETED, &State)) {
            FlightForget(&OpPool.Flight, (ULONG)(Ticket & OP_NUMBER_MASK), Op->Hash);
            OpGiveUp(Op, 0);
        }
}

_Use_decl_annotations_
VOID
OpIrpFreed(PIRP Irp)
{
    BOOLEAN Failed = FALSE;
    ULONG_PTR Ticket;
    LONG64 State;
    OP *Op;

    if (!FlightMay(&OpPool.Flight, Irp))
        return;
    for (ULONG Number = 0; (Op = Next(&Number, VALUE_OF(Irp), VALUE_OF(Irp) + 1, &Ticket)) != NULL;)
        Failed |= OpMark(Op, Ticket, OP_IRP_FREED, &State) && (State & OP_FAILED);
    if (Failed) /* a call that failed and has not completed its IRP by now may be one that never does */
        OpAbandon(Irp);
}

/* The operation's own, read while its slot may change hands. */
static BOOLEAN
Touches(const OP *Op, ULONG_PTR Ticket, const RANGE *Range)
{
    BOOLEAN Touched = RangeHolds(Range, VALUE_OF(Op->Irp));
    for (UCHAR i = 0; i < min(Op->Ranges, OP_RANGES) && !Touched; i++)
        Touched = RangeHolds(Range, Op->Range[i].Mdl) || RangeOverlaps(Range, Op->Range[i].Start, Op->Range[i].End);
    if (!Touched)
        return FALSE;
    KeMemoryBarrier();
    LONG64 State = Op->State;
    return OpGenerationOf(State) == OpGenerationOf((LONG64)Ticket) && !(State & OP_COMPLETED);
}

_Use_decl_annotations_
BOOLEAN
OpTouches(ULONG_PTR Start, ULONG_PTR End)
{
    RANGE Range = {Start, End};
    ULONG_PTR Ticket;
    const OP *Op;

    for (ULONG Number = 0; (Op = Next(&Number, 1, MAXULONG_PTR, &Ticket)) != NULL;)
        if (Touches(Op, Ticket, &Range))
            return TRUE;
    return FALSE;
}
