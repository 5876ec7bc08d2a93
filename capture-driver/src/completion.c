/* The completion routine that stands in front of a client's. */
#include "frame.h"
#include "mdl.h"
#include "op.h"

static const EVENT_DESCRIPTOR OpComplete = WSKT_OP_COMPLETE_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpMdlRecheck = WSKT_OP_MDL_RECHECK_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpCompleteExit = WSKT_OP_COMPLETE_EXIT_DESCRIPTOR;

static IO_COMPLETION_ROUTINE Completed;

_Use_decl_annotations_
VOID
OpWrap(OP *Op)
{
    PIO_STACK_LOCATION Next = Op ? IrpNextLocation(Op->Irp) : NULL;
    if (!Next || !Next->CompletionRoutine)
        return;
    /* An IRP that cannot be noted cannot be found again when it is freed or reused under way: leave it alone. */
    if (!OpNote(Op))
        return;
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
OpTakeBack(PIRP Irp)
{
    PIO_STACK_LOCATION Next = Irp ? IrpNextLocation(Irp) : NULL;
    if (!Next || Next->CompletionRoutine != Completed)
        return;
    const OP *Op = Next->Context;
    if (Op->Irp != Irp)
        return;
    Next->CompletionRoutine = Op->Routine;
    Next->Context = Op->Context;
    Next->Control = Op->Control;
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
    PIO_STACK_LOCATION Next = IrpNextLocation(Irp);
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
    BOOLEAN Taken = OpTake(Op, Irp);
    if (!Taken && (Op->Irp != Irp || !Op->Routine))
        return STATUS_MORE_PROCESSING_REQUIRED;

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
    if (!Op->IrpFreed) {
        Event.Information = Irp->IoStatus.Information;
        Event.IoStatus = (UINT32)Irp->IoStatus.Status;
        Event.PendingReturned = Irp->PendingReturned;
        Event.Cancel = Irp->Cancel;
        Invoke = Invoked(Op->Control, Irp);
        Unwrap(Op, Irp);
        if (Taken && Op->Told) {
            BOOLEAN Made = Op->Category != OP_MAKES_NONE && NT_SUCCESS(Irp->IoStatus.Status);
            if (Made)
                Op->Socket = (PVOID)Irp->IoStatus.Information;
            Op->Told(Op, Made ? Op->Socket : NULL);
        }
    }
    if (Taken && Op->Ranges && EventOn())
        RecheckMdls(Op, &Site);
    EVENT_WRITE(&OpComplete, &Site, OpId, &Event);

    NTSTATUS Status = STATUS_CONTINUE_COMPLETION;
    if (Invoke) {
        LONG64 Before = KeQueryPerformanceCounter(NULL).QuadPart;
        FRAME *Frame = EventOn() ? FrameEnter(FrameCompletion) : NULL;
        Status = Routine(DeviceObject, Irp, ClientContext);
        FrameLeave(Frame, FrameCompletion);
        WSKT_OP_COMPLETE_EXIT Exit = {
            .Irp = VALUE_OF(Irp),
            .Duration = (UINT64)(KeQueryPerformanceCounter(NULL).QuadPart - Before),
            .Status = (UINT32)Status,
            .Verb = Verb,
            .IrqlOut = (UINT8)KeGetCurrentIrql(),
        };
        EVENT_WRITE(&OpCompleteExit, &Site, OpId, &Exit);
    } else if (Irp->PendingReturned && Irp->CurrentLocation <= Irp->StackCount) {
        /* What the I/O manager does when it skips a routine; never without a current stack location. */
        IoMarkIrpPending(Irp);
    }
    if (Taken)
        OpGiveUpShare(Op);
    return Status;
}
