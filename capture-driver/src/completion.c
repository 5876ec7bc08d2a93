/* The completion routine that stands in front of a client's. */
#include "fault.h"
#include "frame.h"
#include "hash.h"
#include "mdl.h"
#include "op.h"

static const EVENT_DESCRIPTOR OpComplete = WSKT_OP_COMPLETE_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpMdlRecheck = WSKT_OP_MDL_RECHECK_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpCompleteExit = WSKT_OP_COMPLETE_EXIT_DESCRIPTOR;
static const EVENT_DESCRIPTOR FaultInjected = WSKT_FAULT_INJECTED_DESCRIPTOR;

static IO_COMPLETION_ROUTINE Completed;

_Use_decl_annotations_
VOID
OpWrap(OP *Op)
{
    PIO_STACK_LOCATION Next = Op ? IrpNextLocation(Op->Irp) : NULL;
    if (!Next || !Next->CompletionRoutine)
        return;
    Op->Routine = Next->CompletionRoutine;
    Op->Context = Next->Context;
    Op->Control = Next->Control;
    /* An IRP that cannot be noted cannot be found again when it is freed or reused under way: leave it alone. */
    if (!OpNote(Op))
        return;
    Next->CompletionRoutine = Completed;
    Next->Context = (PVOID)OpTicket(Op);
    Next->Control |= SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL;
}

_Use_decl_annotations_
VOID
OpTakeBack(PIRP Irp)
{
    PIO_STACK_LOCATION Next = Irp ? IrpNextLocation(Irp) : NULL;
    if (!Next || Next->CompletionRoutine != Completed)
        return;
    OP_MEMORY Memory;
    if (!OpRecall(VALUE_OF(Next->Context), Irp, &Memory))
        return;
    Next->CompletionRoutine = Memory.Routine;
    Next->Context = Memory.Context;
    Next->Control = Memory.Control;
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
Unwrap(PVOID Ours, const OP_MEMORY *Its, PIRP Irp)
{
    PIO_STACK_LOCATION Next = IrpNextLocation(Irp);
    if (Next && Next->CompletionRoutine == Completed && Next->Context == Ours) {
        Next->CompletionRoutine = Its->Routine;
        Next->Context = Its->Context;
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
 * What our routine does, now or later. Inlined: it says whom it returns to, and it is on the path of each operation. Op:
 * what OpTake said. IRQL <= DISPATCH_LEVEL.
 *
 * One that is not the operation's (the IRP completed twice, or was made anew and completed for its old life) is logged
 * and forwarded all the same, as long as the slot still remembers the routine.
 */
INLINED NTSTATUS
Forward(PDEVICE_OBJECT DeviceObject, PIRP Irp, ULONG_PTR Ticket, OP *Op)
{
    OP_MEMORY Memory; /* what is needed after the client's routine */
    if (!OpRecall(Ticket, Irp, &Memory))
        return STATUS_MORE_PROCESSING_REQUIRED;

    BOOLEAN Invoke = TRUE;
    CALL_SITE Site = {.Caller = RETURN_ADDRESS(), .StackPointer = STACK_POINTER(), .Client = Memory.Client};
    EventThread(&Site);
    WSKT_OP_COMPLETE Event = {
        .Irp = VALUE_OF(Irp),
        .Routine = VALUE_OF(Memory.Routine),
        .RoutineRva = TargetRva(Memory.Client, (PVOID)Memory.Routine),
        .Verb = Memory.Verb,
        .InCall = !(Memory.State & OP_RETURNED),
    };
    if (!(Memory.State & OP_IRP_FREED)) {
        Event.Information = Irp->IoStatus.Information;
        Event.IoStatus = (UINT32)Irp->IoStatus.Status;
        Event.PendingReturned = Irp->PendingReturned;
        Event.Cancel = Irp->Cancel;
        Invoke = Invoked(Memory.Control, Irp);
        Unwrap((PVOID)Ticket, &Memory, Irp);
        if (Op && Op->Told) {
            BOOLEAN Made = Op->Category != OP_MAKES_NONE && NT_SUCCESS(Irp->IoStatus.Status);
            if (Made)
                Op->Socket = (PVOID)Irp->IoStatus.Information;
            Op->Told(Op, Made ? Op->Socket : NULL);
        }
    }
    if (Op && Op->Ranges && EventOn())
        RecheckMdls(Op, &Site);
    if (Op && Op->Payload && EventOn())
        PayloadComplete(&Site, Op);
    EVENT_WRITE(&OpComplete, &Site, Memory.OpId, &Event);

    NTSTATUS Status = STATUS_CONTINUE_COMPLETION;
    if (Invoke) {
        LONG64 Before = KeQueryPerformanceCounter(NULL).QuadPart;
        FRAME *Frame = EventOn() ? FrameEnter(FrameCompletion, (UINT32)VALUE_OF(PsGetCurrentThreadId())) : NULL;
        Status = Memory.Routine(DeviceObject, Irp, Memory.Context);
        FrameLeave(Frame, FrameCompletion);
        WSKT_OP_COMPLETE_EXIT Exit = {
            .Irp = VALUE_OF(Irp),
            .Duration = (UINT64)(KeQueryPerformanceCounter(NULL).QuadPart - Before),
            .Status = (UINT32)Status,
            .Verb = Memory.Verb,
            .IrqlOut = (UINT8)KeGetCurrentIrql(),
        };
        EVENT_WRITE(&OpCompleteExit, &Site, Memory.OpId, &Exit);
        if (Status != STATUS_MORE_PROCESSING_REQUIRED)
            IrpPassedOn(Irp);
    } else if (Irp->PendingReturned && Irp->CurrentLocation <= Irp->StackCount) {
        /* What the I/O manager does when it skips a routine; never without a current stack location. */
        IoMarkIrpPending(Irp);
    }
    if (Op)
        OpGiveUpShare(Op);
    return Status;
}

/* Stands in the IRP's stack location in place of the client's routine. IRQL <= DISPATCH_LEVEL. */
_Use_decl_annotations_
static NTSTATUS NTAPI
Completed(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    /* Off, nearly always: one branch. */
    if (FaultsOn() && FaultTakes(DeviceObject, Irp, VALUE_OF(Context)))
        return STATUS_MORE_PROCESSING_REQUIRED;
    return Forward(DeviceObject, Irp, VALUE_OF(Context), OpTake(VALUE_OF(Context), Irp));
}

/* Its end is in the trace even so, unless the IRP has another life by now: then it was over at that moment. */
static VOID
LetGo(OP *Op, ULONG_PTR Ticket, PIRP Irp)
{
    OP_MEMORY Memory;
    if (!OpRecall(Ticket, Irp, &Memory))
        return;
    CALL_SITE Site = {.Client = Memory.Client};
    WSKT_FAULT_INJECTED Event = {.Irp = VALUE_OF(Irp), .Verb = Memory.Verb, .Kind = WsktFaultKind_LetGo};
    EVENT_WRITE(&FaultInjected, &Site, Memory.OpId, &Event);
    if (Op) {
        WSKT_OP_COMPLETE End = {.Irp = VALUE_OF(Irp), .Routine = VALUE_OF(Memory.Routine), .Verb = Memory.Verb};
        End.RoutineRva = TargetRva(Memory.Client, (PVOID)Memory.Routine);
        EVENT_WRITE(&OpComplete, &Site, Memory.OpId, &End);
        OpGiveUpShare(Op);
    }
}

_Use_decl_annotations_
BOOLEAN
OpCompleteHeld(PDEVICE_OBJECT DeviceObject, PIRP Irp, ULONG_PTR Ticket)
{
    OP *Op = OpTake(Ticket, Irp);
    if (!Op || (Op->State & OP_IRP_FREED)) {
        LetGo(Op, Ticket, Irp);
        return FALSE;
    }
    Irp->PendingReturned = TRUE; /* as the call has returned, or will */
    if (Forward(DeviceObject, Irp, Ticket, Op) != STATUS_MORE_PROCESSING_REQUIRED)
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return TRUE;
}
