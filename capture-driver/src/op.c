#include "op.h"

#include "mdl.h"
#include "table.h"

static const EVENT_DESCRIPTOR OpExit = WSKT_OP_EXIT_DESCRIPTOR;
static struct {
    OP *Ops;
    ULONG Count;
    KSPIN_LOCK Lock; /* of the queue of free slots: index + 1, 0 at the end */
    ULONG First;
    ULONG Last;
    volatile ULONG Free; /* how many */
    volatile LONG64 Unwrapped;
    volatile LONG64 Strays;
    TABLE InFlight; /* IRP -> A: its OP */
} Slots;

static VOID
Enqueue(OP *Op)
{
    KIRQL Irql;
    ULONG Index = (ULONG)(Op - Slots.Ops) + 1;

    KeAcquireSpinLock(&Slots.Lock, &Irql);
    Op->Next = 0;
    if (Slots.Last)
        Slots.Ops[Slots.Last - 1].Next = Index;
    else
        Slots.First = Index;
    Slots.Last = Index;
    Slots.Free++;
    KeReleaseSpinLock(&Slots.Lock, Irql);
}

static OP *
Dequeue(VOID)
{
    OP *Op = NULL;
    KIRQL Irql;

    KeAcquireSpinLock(&Slots.Lock, &Irql);
    if (Slots.First) {
        Op = &Slots.Ops[Slots.First - 1];
        Slots.First = Op->Next;
        if (!Slots.First)
            Slots.Last = 0;
        Slots.Free--;
    }
    KeReleaseSpinLock(&Slots.Lock, Irql);
    return Op;
}

_Use_decl_annotations_
NTSTATUS
OpInitialize(ULONG Count)
{
    RtlZeroMemory(&Slots, sizeof(Slots));
    KeInitializeSpinLock(&Slots.Lock);
    NTSTATUS Status = TableInitialize(&Slots.InFlight, Count);
    if (!NT_SUCCESS(Status))
        return Status;
    Slots.Ops = ExAllocatePoolWithTag(NonPagedPoolNx, Count * sizeof(*Slots.Ops), WSKTRACE_TAG);
    if (!Slots.Ops) {
        TableUninitialize(&Slots.InFlight);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    RtlZeroMemory(Slots.Ops, Count * sizeof(*Slots.Ops));
    Slots.Count = Count;
    for (ULONG i = 0; i < Count; i++)
        Enqueue(&Slots.Ops[i]);
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
OpUninitialize(VOID)
{
    TableUninitialize(&Slots.InFlight);
    if (Slots.Ops)
        ExFreePoolWithTag(Slots.Ops, WSKTRACE_TAG);
    RtlZeroMemory(&Slots, sizeof(Slots));
}

_Use_decl_annotations_
VOID
OpCount(OP_COUNTERS *Counters)
{
    Counters->Slots = Slots.Count;
    Counters->Free = Slots.Free;
    Counters->InFlight = Slots.InFlight.Count;
    Counters->Unwrapped = (UINT64)Slots.Unwrapped;
    Counters->Strays = (UINT64)Slots.Strays;
}

_Use_decl_annotations_
VOID
OpGiveUpShare(OP *Op)
{
    if (InterlockedDecrement(&Op->Shares) == 0)
        Enqueue(Op);
}

_Use_decl_annotations_
BOOLEAN
OpNote(OP *Op)
{
    if (TablePut(&Slots.InFlight, VALUE_OF(Op->Irp), VALUE_OF(Op), 0, Op->Client))
        return TRUE;
    InterlockedIncrement64(&Slots.Unwrapped);
    return FALSE;
}

_Use_decl_annotations_
BOOLEAN
OpTake(OP *Op, PIRP Irp)
{
    if (Op->Irp == Irp && InterlockedCompareExchange(&Op->Completed, 1, 0) == 0) {
        TableTake(&Slots.InFlight, VALUE_OF(Irp), VALUE_OF(Op), NULL);
        return TRUE;
    }
    InterlockedIncrement64(&Slots.Strays);
    return FALSE;
}

_Use_decl_annotations_
OP *
OpBegin(USHORT Client, UINT8 Verb, PVOID Socket, PIRP Irp, UINT64 *OpId)
{
    *OpId = EventNewOpId();
    if (!Irp)
        return NULL;
    OpAbandon(Irp); /* an operation that still has this IRP will be overwritten by the next routine */

    OP *Op = Dequeue();
    if (!Op) {
        InterlockedIncrement64(&Slots.Unwrapped);
        return NULL;
    }
    Op->Completed = 0;
    Op->Returned = 0;
    Op->IrpFreed = 0;
    Op->Status = STATUS_PENDING;
    Op->OpId = *OpId;
    Op->Irp = Irp;
    Op->Socket = Socket;
    Op->Routine = NULL;
    Op->Context = NULL;
    Op->Told = NULL;
    Op->Callbacks = NULL;
    Op->Client = Client;
    Op->Verb = Verb;
    Op->Control = 0;
    Op->Category = OP_MAKES_NONE;
    Op->Ranges = 0;
    Op->Widened = FALSE;
    KeMemoryBarrier();
    Op->Shares = 1;
    return Op;
}

_Use_decl_annotations_
VOID
OpAddMdls(OP *Op, const WSKT_MDL_SNAP *Snaps, USHORT Count)
{
    if (!Op)
        return;
    for (USHORT i = 0; i < Count; i++) {
        ULONG_PTR Start = (ULONG_PTR)Snaps[i].StartVa + Snaps[i].ByteOffset;
        ULONG_PTR End = Start + Snaps[i].ByteCount;
        if (Op->Ranges < OP_RANGES) {
            Op->Range[Op->Ranges].Mdl = (ULONG_PTR)Snaps[i].Ptr;
            Op->Range[Op->Ranges].Next = (ULONG_PTR)Snaps[i].Next;
            Op->Range[Op->Ranges].Life = MdlLife((ULONG_PTR)Snaps[i].Ptr);
            Op->Range[Op->Ranges].Flags = Snaps[i].MdlFlags;
            Op->Range[Op->Ranges].Start = Start;
            Op->Range[Op->Ranges].End = End;
            Op->Ranges++;
        } else {
            Op->Widened = TRUE;
            Op->Range[OP_RANGES - 1].Start = min(Op->Range[OP_RANGES - 1].Start, Start);
            Op->Range[OP_RANGES - 1].End = max(Op->Range[OP_RANGES - 1].End, End);
        }
    }
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
        Op->Status = Status;
        InterlockedExchange(&Op->Returned, 1);
        OpGiveUpShare(Op);
    }
}

_Use_decl_annotations_
VOID
OpAbandon(PIRP Irp)
{
    TABLE_ENTRY Entry;

    if (!TableTake(&Slots.InFlight, VALUE_OF(Irp), 0, &Entry))
        return;
    OP *Op = (OP *)Entry.A;
    if (InterlockedCompareExchange(&Op->Completed, 1, 0) == 0)
        OpGiveUpShare(Op);
}

static TABLE_TEST MarkFreed;

/* TRUE: a call that failed and has not completed its IRP by now may be one that never does. */
_Use_decl_annotations_
static BOOLEAN
MarkFreed(const TABLE_ENTRY *Entry, PVOID Context)
{
    OP *Op = (OP *)Entry->A;
    UNREFERENCED_PARAMETER(Context);
    InterlockedExchange(&Op->IrpFreed, 1);
    return Op->Returned && NT_ERROR(Op->Status);
}

_Use_decl_annotations_
VOID
OpIrpFreed(PIRP Irp)
{
    /* Under the table's lock: as long as the entry is there its slot is not another operation's. */
    if (TableAsk(&Slots.InFlight, VALUE_OF(Irp), MarkFreed, NULL))
        OpAbandon(Irp);
}

static TABLE_TEST Touches;

_Use_decl_annotations_
static BOOLEAN
Touches(const TABLE_ENTRY *Entry, PVOID Context)
{
    const RANGE *Range = Context;
    const OP *Op = (const OP *)Entry->A;

    if (RangeHolds(Range, Entry->Key))
        return TRUE;
    for (UCHAR i = 0; i < Op->Ranges; i++)
        if (RangeHolds(Range, Op->Range[i].Mdl) || RangeOverlaps(Range, Op->Range[i].Start, Op->Range[i].End))
            return TRUE;
    return FALSE;
}

_Use_decl_annotations_
BOOLEAN
OpTouches(ULONG_PTR Start, ULONG_PTR End)
{
    RANGE Range = {Start, End};
    return TableAny(&Slots.InFlight, Touches, &Range);
}
