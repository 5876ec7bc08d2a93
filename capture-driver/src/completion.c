/* The completion routine that stands in front of a client's. */
#include "event_write.h"
#include "fault.h"
#include "frame.h"
#include "hash.h"
#include "op_path.h"

static const EVENT_DESCRIPTOR OpComplete = WSKT_OP_COMPLETE_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpMdlRecheck = WSKT_OP_MDL_RECHECK_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpCompleteExit = WSKT_OP_COMPLETE_EXIT_DESCRIPTOR;
static const EVENT_DESCRIPTOR FaultInjected = WSKT_FAULT_INJECTED_DESCRIPTOR;

/* Of these every byte is set below, in the ring: a field that is added has to be set too. */
C_ASSERT(sizeof(WSKT_OP_COMPLETE) == 104 && sizeof(WSKT_OP_COMPLETE_EXIT) == 88);

_Use_decl_annotations_
VOID
OpTakeBack(PIRP Irp, PIO_STACK_LOCATION Next)
{
    OP_MEMORY Memory;
    LONG64 State;
    if (!OpRecall(VALUE_OF(Next->Context), Irp, &Memory, &State))
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

/* The stack location as it was, for whatever still looks at it, if it is ours still. The I/O manager has stepped past it. */
static inline VOID
Unwrap(PIO_STACK_LOCATION Location, PVOID Ours, const volatile OP_MEMORY *Its)
{
    if (Location->Context == Ours) {
        Location->CompletionRoutine = Its->Routine;
        Location->Context = Its->Context;
    }
}

/* Of a stray the IRP may have been made anew: where our routine stood is not its next location any more. */
static VOID
UnwrapStray(PIRP Irp, PVOID Ours, const volatile OP_MEMORY *Its)
{
    PIO_STACK_LOCATION Next = IrpNextLocation(Irp);
    if (Next && Next->CompletionRoutine == OpCompleted)
        Unwrap(Next, Ours, Its);
}

static NOINLINE VOID
LogChanged(const OP *Op, const CALL_SITE *Site)
{
    WSKT_OP_MDL_RECHECK Event = {0};

    for (UCHAR i = 0; i < Op->Ranges - Op->Widened; i++) {
        WSKT_MDL_SNAP Now;
        if (!MdlChanged(&Op->Range[i], Op->Lives, &Now))
            continue;
        if (!Event.ChangedMask) {
            Event.FirstChangedIndex = i;
            Event.MdlSnap = Now;
        }
        Event.ChangedMask |= 1u << i;
    }
    if (Event.ChangedMask)
        EVENT_WRITE(&OpMdlRecheck, Site, Op->Memory.OpId, &Event);
}

/* Are the MDLs what they were at the enter? Silent when all is well. */
INLINED VOID
RecheckMdls(const OP *Op, const CALL_SITE *Site)
{
    const volatile MDL_SEEN *Seen = Op->Range;
    for (UCHAR Left = Op->Ranges - Op->Widened; Left; Left--, Seen++)
        if (MdlChanged(Seen, Op->Lives, NULL)) {
            LogChanged(Op, Site);
            return;
        }
}

/* What an IRP says when it completes. */
typedef struct _OUTCOME {
    UINT64 Information;
    UINT32 Status;
    UINT8 PendingReturned;
    UINT8 Cancel;
} OUTCOME;

INLINED VOID
FillComplete(
    WSKT_OP_COMPLETE *Event,
    const volatile OP_MEMORY *Its,
    PIRP Irp,
    OUTCOME Outcome,
    ULONG RoutineRva,
    BOOLEAN InCall)
{
    Event->Irp = VALUE_OF(Irp);
    Event->Information = Outcome.Information;
    Event->Routine = VALUE_OF(Its->Routine);
    Event->RoutineRva = RoutineRva;
    Event->IoStatus = Outcome.Status;
    Event->Verb = Its->Verb;
    Event->PendingReturned = Outcome.PendingReturned;
    Event->Cancel = Outcome.Cancel;
    Event->InCall = InCall;
    Event->Reserved[0] = Event->Reserved[1] = Event->Reserved[2] = Event->Reserved[3] = 0;
}

static NOINLINE VOID
LogCompleteAside(
    const volatile OP_MEMORY *Its,
    const CALL_SITE *Site,
    PIRP Irp,
    OUTCOME Outcome,
    ULONG RoutineRva,
    BOOLEAN InCall)
{
    WSKT_OP_COMPLETE Event;
    FillComplete(&Event, Its, Irp, Outcome, RoutineRva, InCall);
    EventWrite(&OpComplete, Site, Its->OpId, 0, &Event, sizeof(Event), NULL, 0);
}

/* Returns when it was. */
INLINED UINT64
LogComplete(const volatile OP_MEMORY *Its, const CALL_SITE *Site, PIRP Irp, OUTCOME Outcome, BOOLEAN InCall)
{
    EVENT_PLACE Place;
    ULONG RoutineRva = TargetRva(Site->Client, (PVOID)Its->Routine);
    WSKT_OP_COMPLETE *Event = EventBegin(&Place, &OpComplete, Site, Its->OpId, 0, sizeof(*Event));
    if (!Event) {
        LogCompleteAside(Its, Site, Irp, Outcome, RoutineRva, InCall);
        return (UINT64)KeQueryPerformanceCounter(NULL).QuadPart;
    }
    FillComplete(Event, Its, Irp, Outcome, RoutineRva, InCall);
    EventEnd(&Place);
    return Place.Moment.Qpc;
}

INLINED VOID
FillCompleteExit(
    WSKT_OP_COMPLETE_EXIT *Event,
    const volatile OP_MEMORY *Its,
    PIRP Irp,
    UINT64 Duration,
    NTSTATUS Status,
    KIRQL Irql)
{
    Event->Irp = VALUE_OF(Irp);
    Event->Duration = Duration;
    Event->Status = (UINT32)Status;
    Event->Verb = Its->Verb;
    Event->IrqlOut = (UINT8)Irql;
    Event->Reserved[0] = Event->Reserved[1] = 0;
}

static NOINLINE VOID
LogCompleteExitAside(
    const volatile OP_MEMORY *Its,
    const CALL_SITE *Site,
    PIRP Irp,
    UINT64 Before,
    NTSTATUS Status)
{
    WSKT_OP_COMPLETE_EXIT Event;
    UINT64 After = (UINT64)KeQueryPerformanceCounter(NULL).QuadPart;
    FillCompleteExit(&Event, Its, Irp, After - Before, Status, KeGetCurrentIrql());
    EventWrite(&OpCompleteExit, Site, Its->OpId, 0, &Event, sizeof(Event), NULL, 0);
}

/* The routine began at OpComplete, Before, and ended at this event, whose IRQL is its too. What we take in between is less
   than a tick. */
INLINED VOID
LogCompleteExit(const volatile OP_MEMORY *Its, const CALL_SITE *Site, PIRP Irp, UINT64 Before, NTSTATUS Status)
{
    EVENT_PLACE Place;
    WSKT_OP_COMPLETE_EXIT *Event = EventBegin(&Place, &OpCompleteExit, Site, Its->OpId, 0, sizeof(*Event));
    if (!Event) {
        LogCompleteExitAside(Its, Site, Irp, Before, Status);
        return;
    }
    FillCompleteExit(Event, Its, Irp, Place.Moment.Qpc - Before, Status, Place.Moment.Irql);
    EventEnd(&Place);
}

/* Where nothing is recorded, or the client's routine does not want this outcome. */
static NOINLINE NTSTATUS
Quietly(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp,
    const OP *Op,
    const volatile OP_MEMORY *Its,
    CALL_SITE *Site,
    OUTCOME Outcome,
    BOOLEAN Invoke,
    BOOLEAN InCall)
{
    if (EventOn() && !Invoke) {
        EventThread(Site);
        if (Op)
            LogChanged(Op, Site);
        (VOID) LogComplete(Its, Site, Irp, Outcome, InCall);
    }
    if (Invoke)
        return Its->Routine(DeviceObject, Irp, Its->Context);
    /* What the I/O manager does when it skips a routine; never without a current stack location. */
    if (Irp->PendingReturned && Irp->CurrentLocation <= Irp->StackCount)
        IoMarkIrpPending(Irp);
    return STATUS_CONTINUE_COMPLETION;
}

/*
 * What our routine does, now or later. Inlined: it says whom it returns to, and it is on the path of each operation. Op:
 * and State: what OpTake said; a stray has neither. IRQL <= DISPATCH_LEVEL.
 *
 * One that is not the operation's (the IRP completed twice, or was made anew and completed for its old life) is logged
 * and forwarded all the same, as long as the slot still remembers the routine.
 */
INLINED NTSTATUS
Forward(PDEVICE_OBJECT DeviceObject, PIRP Irp, ULONG_PTR Ticket, OP *Op, LONG64 State)
{
    OP_MEMORY Recalled;
    const volatile OP_MEMORY *Its = &Recalled; /* ours to read until we give up the share */
    if (Op)
        Its = &Op->Memory;
    else if (!OpRecall(Ticket, Irp, &Recalled, &State))
        return STATUS_MORE_PROCESSING_REQUIRED;

    NTSTATUS Status;
    BOOLEAN On = EventOn(), Invoke = TRUE;
    CALL_SITE Site = {.Caller = RETURN_ADDRESS(), .StackPointer = STACK_POINTER(), .Client = Its->Client};
    OUTCOME Outcome = {0};
    if (!(State & OP_IRP_FREED)) {
        Outcome.Information = Irp->IoStatus.Information;
        Outcome.Status = (UINT32)Irp->IoStatus.Status;
        Outcome.PendingReturned = Irp->PendingReturned;
        Outcome.Cancel = Irp->Cancel;
        Invoke = Invoked(Its->Control, Irp);
        if (Op)
            Unwrap(Op->Location, (PVOID)Ticket, Its);
        else
            UnwrapStray(Irp, (PVOID)Ticket, Its);
        if (Op && Op->Told) {
            BOOLEAN Made = Op->Category != OP_MAKES_NONE && NT_SUCCESS(Irp->IoStatus.Status);
            if (Made)
                Op->Socket = (PVOID)Irp->IoStatus.Information;
            Op->Told(Op, Made ? Op->Socket : NULL);
        }
    }

    if (!On || !Invoke) {
        Status = Quietly(DeviceObject, Irp, Op, Its, &Site, Outcome, Invoke, !(State & OP_RETURNED));
    } else {
        Site.Pid = (UINT32)VALUE_OF(PsGetCurrentProcessId());
        Site.Tid = (UINT32)VALUE_OF(PsGetCurrentThreadId());
        FRAME *Frame = FrameEnter(FrameCompletion, Site.Tid, &Site.Flags);
        if (Op)
            RecheckMdls(Op, &Site);
        UINT64 Before = LogComplete(Its, &Site, Irp, Outcome, !(State & OP_RETURNED));
        Status = Its->Routine(DeviceObject, Irp, Its->Context);
        FrameLeave(Frame, FrameCompletion);
        LogCompleteExit(Its, &Site, Irp, Before, Status);
        if (Status != STATUS_MORE_PROCESSING_REQUIRED)
            IrpPassedOn(Irp);
    }
    if (Op)
        OpGiveUp(Op, 0);
    return Status;
}

/* Stands in the IRP's stack location in place of the client's routine. IRQL <= DISPATCH_LEVEL. */
_Use_decl_annotations_
NTSTATUS NTAPI
OpCompleted(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    LONG64 State = 0;
    BOOLEAN Passes = FALSE;
    /* Off, nearly always: one branch. */
    if (FaultsOn() && FaultTakes(DeviceObject, Irp, VALUE_OF(Context), &Passes))
        return STATUS_MORE_PROCESSING_REQUIRED;
    OP *Op = OpTake(VALUE_OF(Context), Irp, &State);
    NTSTATUS Status = Forward(DeviceObject, Irp, VALUE_OF(Context), Op, State);
    if (Passes)
        FaultPassed(); /* what waits for this one may come now, and not before the client has seen it */
    return Status;
}

/* Its end is in the trace even so, unless the IRP has another life by now: then it was over at that moment. */
static VOID
LetGo(OP *Op, ULONG_PTR Ticket, PIRP Irp)
{
    OP_MEMORY Memory;
    LONG64 State;
    if (!OpRecall(Ticket, Irp, &Memory, &State))
        return;
    CALL_SITE Site = {.Client = Memory.Client};
    WSKT_FAULT_INJECTED Event = {.Irp = VALUE_OF(Irp), .Verb = Memory.Verb, .Kind = WsktFaultKind_LetGo};
    EVENT_WRITE(&FaultInjected, &Site, Memory.OpId, &Event);
    if (Op) {
        WSKT_OP_COMPLETE End = {.Irp = VALUE_OF(Irp), .Routine = VALUE_OF(Memory.Routine), .Verb = Memory.Verb};
        End.RoutineRva = TargetRva(Memory.Client, (PVOID)Memory.Routine);
        EVENT_WRITE(&OpComplete, &Site, Memory.OpId, &End);
        OpGiveUp(Op, 0);
    }
}

_Use_decl_annotations_
BOOLEAN
OpCompleteHeld(PDEVICE_OBJECT DeviceObject, PIRP Irp, ULONG_PTR Ticket)
{
    LONG64 State = 0;
    OP *Op = OpTake(Ticket, Irp, &State);
    if (!Op || (State & OP_IRP_FREED)) {
        LetGo(Op, Ticket, Irp);
        return FALSE;
    }
    Irp->PendingReturned = TRUE; /* as the call has returned, or will */
    if (Forward(DeviceObject, Irp, Ticket, Op, State) != STATUS_MORE_PROCESSING_REQUIRED)
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return TRUE;
}
