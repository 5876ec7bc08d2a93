#include "irp.h"

#include "mdl.h"
#include "table.h"

static const EVENT_DESCRIPTOR OpExit = WSKT_OP_EXIT_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpComplete = WSKT_OP_COMPLETE_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpMdlRecheck = WSKT_OP_MDL_RECHECK_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpCompleteExit = WSKT_OP_COMPLETE_EXIT_DESCRIPTOR;

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

static IO_COMPLETION_ROUTINE Completed;

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
IrpInitialize(ULONG Count)
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
IrpUninitialize(VOID)
{
    TableUninitialize(&Slots.InFlight);
    if (Slots.Ops)
        ExFreePoolWithTag(Slots.Ops, WSKTRACE_TAG);
    RtlZeroMemory(&Slots, sizeof(Slots));
}

_Use_decl_annotations_
VOID
IrpCount(OP_COUNTERS *Counters)
{
    Counters->Slots = Slots.Count;
    Counters->Free = Slots.Free;
    Counters->InFlight = Slots.InFlight.Count;
    Counters->Unwrapped = (UINT64)Slots.Unwrapped;
    Counters->Strays = (UINT64)Slots.Strays;
}

/* The stack location that the next driver will get, or NULL if the IRP has none: a client may pass anything. */
static PIO_STACK_LOCATION
NextLocation(const IRP *Irp)
{
    PIO_STACK_LOCATION Lowest = (PIO_STACK_LOCATION)VALUE_OF(Irp + 1);
    LONG Current = Irp->CurrentLocation;

    if (Irp->Type != IO_TYPE_IRP || Current <= 1 || Current > Irp->StackCount + 1 ||
        Irp->Tail.Overlay.CurrentStackLocation != Lowest + (Current - 1))
        return NULL;
    return Lowest + (Current - 2);
}

_Use_decl_annotations_
VOID
IrpSnap(const IRP *Irp, WSKT_IRP_SNAP *Snap)
{
    RtlZeroMemory(Snap, sizeof(*Snap));
    if (!Irp)
        return;
    Snap->Ptr = VALUE_OF(Irp);
    Snap->Thread = VALUE_OF(Irp->Tail.Overlay.Thread);
    Snap->MdlAddress = VALUE_OF(Irp->MdlAddress);
    Snap->IoStatus = (UINT32)Irp->IoStatus.Status;
    Snap->Size = Irp->Size;
    Snap->StackCount = (UINT8)Irp->StackCount;
    Snap->CurrentLocation = (UINT8)Irp->CurrentLocation;
    Snap->AllocFlags = Irp->AllocationFlags;
    Snap->Cancel = Irp->Cancel;
    Snap->PendingReturned = Irp->PendingReturned;
    const IO_STACK_LOCATION *Next = NextLocation(Irp);
    if (Next) {
        Snap->Completion = VALUE_OF(Next->CompletionRoutine);
        Snap->Context = VALUE_OF(Next->Context);
        Snap->NextControl = Next->Control;
    }
}

static VOID
GiveUpShare(OP *Op)
{
    if (InterlockedDecrement(&Op->Shares) == 0)
        Enqueue(Op);
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
    Op->SocketMade = NULL;
    Op->Client = Client;
    Op->Verb = Verb;
    Op->Control = 0;
    Op->Category = 0;
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
OpWrap(OP *Op)
{
    PIO_STACK_LOCATION Next = Op ? NextLocation(Op->Irp) : NULL;
    if (!Next || !Next->CompletionRoutine)
        return;
    /* An IRP that cannot be noted cannot be found again when it is freed or reused under way: leave it alone. */
    if (!TablePut(&Slots.InFlight, VALUE_OF(Op->Irp), VALUE_OF(Op), 0, Op->Client)) {
        InterlockedIncrement64(&Slots.Unwrapped);
        return;
    }
    Op->Routine = Next->CompletionRoutine;
    Op->Context = Next->Context;
    Op->Control = Next->Control;
    Op->Shares = 2;
    KeMemoryBarrier();
    Next->CompletionRoutine = Completed;
    Next->Context = Op;
    Next->Control |= SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL;
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
        GiveUpShare(Op);
    }
}

/* Would the client's routine have been called without us? The I/O manager's own test. */
static BOOLEAN
Invoked(UCHAR Control, const IRP *Irp)
{
    return (Control & (NT_SUCCESS(Irp->IoStatus.Status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR)) ||
           (Irp->Cancel && (Control & SL_INVOKE_ON_CANCEL));
}

/* The stack location as it was, for whatever still looks at it. The I/O manager has stepped past it. */
static VOID
Unwrap(const OP *Op, PIRP Irp)
{
    PIO_STACK_LOCATION Next = NextLocation(Irp);
    if (Next && Next->CompletionRoutine == Completed && Next->Context == Op) {
        Next->CompletionRoutine = Op->Routine;
        Next->Context = Op->Context;
    }
}

/* Are the MDLs what they were at the enter? Looks only at those that a target allocated before our eyes and has not
   freed since; of what the provider may change (a mapping) nothing is compared. Silent when all is well. */
static NOINLINE VOID
RecheckMdls(const OP *Op, const CALL_SITE *Site)
{
    WSKT_OP_MDL_RECHECK Event = {0};

    for (UCHAR i = 0; i < Op->Ranges - Op->Widened; i++) {
        WSKT_MDL_SNAP Now;
        if (!MdlSnapAgain(Op->Range[i].Mdl, Op->Range[i].Life, &Now))
            continue;
        ULONG_PTR Start = (ULONG_PTR)Now.StartVa + Now.ByteOffset;
        if (Now.Next == Op->Range[i].Next && Start == Op->Range[i].Start &&
            Start + Now.ByteCount == Op->Range[i].End && !(Op->Range[i].Flags & ~Now.MdlFlags & MDL_PAGES_LOCKED))
            continue;
        if (!Event.ChangedMask) {
            Event.FirstChangedIndex = i;
            Event.MdlSnap = Now;
        }
        Event.ChangedMask |= 1u << i;
    }
    if (Event.ChangedMask)
        EVENT_WRITE(&OpMdlRecheck, Site, Op->OpId, &Event);
}

/*
 * Stands in the IRP's stack location in place of the client's routine. IRQL <= DISPATCH_LEVEL.
 *
 * Taken says that this completion is the operation's. One that is not (the IRP completed twice, or was made anew and
 * completed for its old life) is logged and forwarded all the same, as long as the slot still remembers the routine.
 */
_Use_decl_annotations_
static NTSTATUS NTAPI
Completed(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    OP *Op = Context;
    BOOLEAN Taken = InterlockedCompareExchange(&Op->Completed, 1, 0) == 0 && Op->Irp == Irp;
    if (!Taken) {
        InterlockedIncrement64(&Slots.Strays);
        if (Op->Irp != Irp || !Op->Routine)
            return STATUS_MORE_PROCESSING_REQUIRED;
    }

    /* What is needed after the client's routine is copied before it. */
    PIO_COMPLETION_ROUTINE Routine = Op->Routine;
    PVOID ClientContext = Op->Context;
    UINT64 OpId = Op->OpId;
    UINT8 Verb = Op->Verb;
    BOOLEAN Invoke = TRUE;
    CALL_SITE Site = {.Caller = RETURN_ADDRESS(), .StackPointer = STACK_POINTER(), .Client = Op->Client};
    WSKT_OP_COMPLETE Event = {
        .Irp = VALUE_OF(Irp),
        .Routine = VALUE_OF(Routine),
        .RoutineRva = TargetRva(Op->Client, (PVOID)Routine),
        .Verb = Verb,
        .InCall = !Op->Returned,
    };
    if (Taken)
        TableTake(&Slots.InFlight, VALUE_OF(Irp), VALUE_OF(Op), NULL);
    if (!Op->IrpFreed) {
        Event.Information = Irp->IoStatus.Information;
        Event.IoStatus = (UINT32)Irp->IoStatus.Status;
        Event.PendingReturned = Irp->PendingReturned;
        Event.Cancel = Irp->Cancel;
        Invoke = Invoked(Op->Control, Irp);
        Unwrap(Op, Irp);
        if (Taken && Op->SocketMade && NT_SUCCESS(Irp->IoStatus.Status) && Irp->IoStatus.Information) {
            Op->Socket = (PVOID)Irp->IoStatus.Information;
            Op->SocketMade(Op->Socket, Op->Category, Op->Client);
        }
    }
    EVENT_WRITE(&OpComplete, &Site, OpId, &Event);
    if (Taken && Op->Ranges && EventOn())
        RecheckMdls(Op, &Site);

    NTSTATUS Status = STATUS_CONTINUE_COMPLETION;
    LONG64 Before = KeQueryPerformanceCounter(NULL).QuadPart;
    if (Invoke) {
        Status = Routine(DeviceObject, Irp, ClientContext);
    } else if (Irp->PendingReturned && Irp->CurrentLocation <= Irp->StackCount) {
        /* What the I/O manager does when it skips a routine; never without a current stack location. */
        IoMarkIrpPending(Irp);
    }

    WSKT_OP_COMPLETE_EXIT Exit = {
        .Irp = VALUE_OF(Irp),
        .Duration = (UINT64)(KeQueryPerformanceCounter(NULL).QuadPart - Before),
        .Status = (UINT32)Status,
        .Verb = Verb,
        .IrqlOut = (UINT8)KeGetCurrentIrql(),
    };
    EVENT_WRITE(&OpCompleteExit, &Site, OpId, &Exit);
    if (Taken)
        GiveUpShare(Op);
    return Status;
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
        GiveUpShare(Op);
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

typedef struct _RANGE {
    ULONG_PTR Start;
    ULONG_PTR End;
} RANGE;

static TABLE_TEST Touches;

_Use_decl_annotations_
static BOOLEAN
Touches(const TABLE_ENTRY *Entry, PVOID Context)
{
    const RANGE *Range = Context;
    const OP *Op = (const OP *)Entry->A;

    if (Entry->Key >= Range->Start && Entry->Key < Range->End)
        return TRUE;
    for (UCHAR i = 0; i < Op->Ranges; i++)
        if ((Op->Range[i].Mdl >= Range->Start && Op->Range[i].Mdl < Range->End) ||
            (Op->Range[i].Start < Range->End && Range->Start < Op->Range[i].End))
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
