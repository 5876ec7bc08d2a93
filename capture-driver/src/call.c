#include "call.h"

#include "finding.h"
#include "hash.h"
#include "mdl.h"
#include "past.h"
#include "pool.h"
#include "stack.h"

/* Of a list for WskSendMessages so many are logged, and so many counted. */
#define MAX_MESSAGES 64
#define MAX_MESSAGES_COUNTED 4096

static const EVENT_DESCRIPTOR OpEnter = WSKT_OP_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR SendEnter = WSKT_SEND_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR RecvEnter = WSKT_RECV_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpMdlMore = WSKT_OP_MDL_MORE_DESCRIPTOR;

static VOID
StackLimits(UINT64 *Low, UINT64 *High)
{
    ULONG_PTR LowLimit, HighLimit;
    IoGetStackLimits(&LowLimit, &HighLimit);
    *Low = LowLimit;
    *High = HighLimit;
}

static VOID
Begin(CALL *Call)
{
    EventThread(&Call->Site);
    OpTakeBack(Call->Irp);
    OP_HIT Hit;
    BOOLEAN Again = Call->Irp && OpAbandon(Call->Irp, &Hit); /* our routine is about to be put over that of its operation */
    Call->Op = OpBegin(Call->Site.Client, Call->Verb, Call->Socket, Call->Irp, &Call->OpId);
    IrpMeet(&Call->Site, Call->OpId, Call->Irp);
    if (Again && Hit.Proved)
        FindingRaise(&Call->Site, Hit.OpId, WsktRule_WskIrp005, VALUE_OF(Call->Irp), VALUE_OF(Call->Irp));
    Call->Flags = StackFlag(&Call->Site) | (PastAdopted(Call->Socket) ? WsktHeaderFlags_Adopted : 0);
}

/* An address that the call names. */
static inline VOID
Meet(const CALL *Call, UINT64 Address)
{
    PoolMeet(&Call->Site, Call->OpId, Address);
}

_Use_decl_annotations_
VOID
CallEnter(CALL *Call, WSKT_OP_ENTER *Event, UCHAR Makes)
{
    Begin(Call);
    Event->Socket = VALUE_OF(Call->Socket);
    Event->Verb = Call->Verb;
    IrpSnap(Call->Irp, &Event->IrpSnap);
    StackLimits(&Event->StackLow, &Event->StackHigh);
    Meet(Call, Event->IrpSnap.Context);
    Meet(Call, Event->SocketContext);
    Meet(Call, Event->InputBuffer);
    Meet(Call, Event->OutputBuffer);
    Meet(Call, Event->OutputSizeReturned);
    Meet(Call, Event->LocalAddressOut);
    Meet(Call, Event->RemoteAddressOut);
    EventWrite(&OpEnter, &Call->Site, Call->OpId, Call->Flags, Event, sizeof(*Event), NULL, 0);
    Call->MakesSocket = Makes != CALL_MAKES_NONE;
    if (Call->MakesSocket && Call->Op) {
        Call->Op->Socket = NULL;
        Call->Op->Category = Makes;
        Call->Op->Told = ShimSocketMade;
    }
    OpWrap(Call->Op);
}

_Use_decl_annotations_
VOID
CallWrapCallbacks(CALL *Call, UCHAR Category, PVOID *SocketContext, const VOID **Dispatch)
{
    CALLBACKS *Callbacks = NULL;

    if (!CallbackAny(*Dispatch, Category))
        return;
    if (Call->Op && Call->Op->Routine)
        Callbacks = CallbackTake(Call->Site.Client, Category);
    if (!Callbacks) {
        CallbackUnwrapped();
        return;
    }
    *Dispatch = CallbackFill(Callbacks, *SocketContext, *Dispatch);
    *SocketContext = Callbacks;
    Call->Op->Callbacks = Callbacks;
}

static OP_TOLD Closed;

_Use_decl_annotations_
static VOID
Closed(OP *Op, PVOID Made)
{
    UNREFERENCED_PARAMETER(Made);
    CallbackGiveBack(InterlockedExchangePointer((PVOID volatile *)&Op->Callbacks, NULL));
}

_Use_decl_annotations_
VOID
CallEndCallbacks(CALL *Call, CALLBACKS *Callbacks)
{
    if (!Callbacks)
        return;
    if (Call->Op && Call->Op->Routine) {
        Call->Op->Callbacks = Callbacks;
        Call->Op->Told = Closed;
    } else {
        Call->Callbacks = Callbacks;
    }
}

/* The operation holds these; those that nobody knows are born. */
static VOID
Hold(const CALL *Call, const WSKT_MDL_SNAP *Snaps, USHORT Count)
{
    if (!OpAddMdls(Call->Op, Snaps, Count))
        MdlMeet(&Call->Site, Call->OpId, Snaps, Count);
}

/* The rest of a chain that did not fit into the enter event. */
static NOINLINE VOID
LogMore(const CALL *Call, MDL_WALK *Walk)
{
    WSKT_MDL_SNAP Snaps[MDL_SNAPS];
    while (MdlWalkMore(Walk)) {
        WSKT_OP_MDL_MORE Event = {.FirstIndex = (UINT16)Walk->Count};
        Event.MdlCount = MdlWalk(Walk, Snaps);
        Hold(Call, Snaps, Event.MdlCount);
        EventWrite(
            &OpMdlMore, &Call->Site, Call->OpId, 0, &Event, sizeof(Event), Snaps, Event.MdlCount * sizeof(*Snaps));
    }
}

/* Is the chain longer than we are willing to walk? */
static BOOLEAN
TooLong(const MDL_WALK *Walk)
{
    MDL_WALK Ahead = *Walk;
    while (MdlWalkMore(&Ahead)) {
        Ahead.Wanted -= min(Ahead.Wanted, Ahead.Next->ByteCount);
        Ahead.Next = Ahead.Next->Next;
        Ahead.Count++;
    }
    return Ahead.Next && Ahead.Wanted;
}

/* NOINLINE: the snapshots must not lie on the stack while WSK runs. */
static NOINLINE VOID
LogSend(
    const CALL *Call,
    const WSK_BUF *Buffer,
    ULONG Flags,
    const SOCKADDR *RemoteAddress,
    ULONG ControlLength,
    const VOID *Control,
    USHORT BufIndex,
    USHORT BufCount)
{
    WSKT_MDL_SNAP Snaps[MDL_SNAPS];
    MDL_WALK Walk;
    WSKT_SEND_ENTER Event = {
        .Socket = VALUE_OF(Call->Socket),
        .WskBuf = VALUE_OF(Buffer),
        .Control = VALUE_OF(Control),
        .Flags = Flags,
        .ControlLength = ControlLength,
        .BufIndex = BufIndex,
        .BufCount = BufCount,
        .Verb = Call->Verb,
    };

    if (Buffer) {
        Event.MdlHead = VALUE_OF(Buffer->Mdl);
        Event.Length = Buffer->Length;
        Event.Offset = Buffer->Offset;
    }
    IrpSnap(Call->Irp, &Event.IrpSnap);
    StackLimits(&Event.StackLow, &Event.StackHigh);
    CallCopyAddress(Event.RemoteAddress, RemoteAddress);
    Meet(Call, Event.IrpSnap.Context);
    Meet(Call, Event.Control);
    Meet(Call, BufCount > 1 ? Event.WskBuf : 0); /* a node of a list */
    MdlWalkStart(&Walk, Buffer ? Buffer->Mdl : NULL, Event.Offset, (SIZE_T)Event.Length);
    Event.MdlCount = MdlWalk(&Walk, Snaps);
    /* The chain is cut here, or the list is behind this one. */
    Event.Truncated = TooLong(&Walk) || (BufIndex == MAX_MESSAGES - 1 && BufCount > MAX_MESSAGES);
    Hold(Call, Snaps, Event.MdlCount);
    EventWrite(
        &SendEnter,
        &Call->Site,
        Call->OpId,
        Event.Truncated ? Call->Flags | WsktHeaderFlags_Truncated : Call->Flags,
        &Event,
        sizeof(Event),
        Snaps,
        Event.MdlCount * sizeof(*Snaps));
    LogMore(Call, &Walk);
    if (TargetAsked(WsktTiers_Hashes) && TargetRecords(Call->Site.Client, WsktTiers_Hashes))
        PayloadEnter(
            &Call->Site, Call->Op, Call->OpId, Snaps, Event.MdlCount, Event.Offset, Event.Length, BufIndex);
}

static NOINLINE VOID
LogReceive(const CALL *Call, const WSK_BUF *Buffer, ULONG Flags, const CALL_FROM *From)
{
    WSKT_MDL_SNAP Snaps[MDL_SNAPS];
    MDL_WALK Walk;
    WSKT_RECV_ENTER Event = {
        .Socket = VALUE_OF(Call->Socket),
        .WskBuf = VALUE_OF(Buffer),
        .Flags = Flags,
        .Verb = Call->Verb,
    };

    if (Buffer) {
        Event.MdlHead = VALUE_OF(Buffer->Mdl);
        Event.Length = Buffer->Length;
        Event.Offset = Buffer->Offset;
    }
    if (From) {
        Event.RemoteAddressOut = VALUE_OF(From->RemoteAddress);
        Event.ControlOut = VALUE_OF(From->ControlInfo);
        Event.ControlLengthOut = VALUE_OF(From->ControlLength);
        Event.ControlFlagsOut = VALUE_OF(From->ControlFlags);
        Event.ControlLength = From->ControlLength ? *From->ControlLength : 0;
    }
    IrpSnap(Call->Irp, &Event.IrpSnap);
    StackLimits(&Event.StackLow, &Event.StackHigh);
    Meet(Call, Event.IrpSnap.Context);
    Meet(Call, Event.RemoteAddressOut);
    Meet(Call, Event.ControlOut);
    Meet(Call, Event.ControlLengthOut);
    Meet(Call, Event.ControlFlagsOut);
    MdlWalkStart(&Walk, Buffer ? Buffer->Mdl : NULL, Event.Offset, (SIZE_T)Event.Length);
    Event.MdlCount = MdlWalk(&Walk, Snaps);
    Event.Truncated = TooLong(&Walk);
    Hold(Call, Snaps, Event.MdlCount);
    EventWrite(
        &RecvEnter,
        &Call->Site,
        Call->OpId,
        Event.Truncated ? Call->Flags | WsktHeaderFlags_Truncated : Call->Flags,
        &Event,
        sizeof(Event),
        Snaps,
        Event.MdlCount * sizeof(*Snaps));
    LogMore(Call, &Walk);
}

_Use_decl_annotations_
VOID
CallEnterSend(
    CALL *Call,
    const WSK_BUF *Buffer,
    ULONG Flags,
    const SOCKADDR *RemoteAddress,
    ULONG ControlLength,
    const VOID *Control)
{
    Begin(Call);
    LogSend(Call, Buffer, Flags, RemoteAddress, ControlLength, Control, 0, 1);
    OpWrap(Call->Op);
}

_Use_decl_annotations_
VOID
CallEnterSendMessages(
    CALL *Call,
    const WSK_BUF_LIST *List,
    ULONG Flags,
    const SOCKADDR *RemoteAddress,
    ULONG ControlLength,
    const VOID *Control)
{
    USHORT Count = 0, Index = 0;

    Begin(Call);
    for (const WSK_BUF_LIST *Node = List; Node && Count < MAX_MESSAGES_COUNTED; Node = Node->Next)
        Count++;
    for (const WSK_BUF_LIST *Node = List; Index < min(Count, MAX_MESSAGES); Node = Node->Next, Index++)
        LogSend(Call, &Node->Buffer, Flags, RemoteAddress, ControlLength, Control, Index, Count);
    OpWrap(Call->Op);
}

_Use_decl_annotations_
VOID
CallEnterReceive(CALL *Call, const WSK_BUF *Buffer, ULONG Flags, const CALL_FROM *From)
{
    Begin(Call);
    LogReceive(Call, Buffer, Flags, From);
    OpWrap(Call->Op);
}

_Use_decl_annotations_
NTSTATUS
CallExit(CALL *Call, NTSTATUS Status)
{
    PVOID Socket = Call->MakesSocket ? NULL : Call->Socket;
    if (Call->Op && (Call->Op->State & OP_HELD))
        Status = STATUS_PENDING;
    /* A close that is done without a completion that we see. */
    if (Call->Callbacks && Status == STATUS_SUCCESS)
        CallbackGiveBack(Call->Callbacks);
    /* Refused: there will be no socket, even if the IRP never completes. */
    if (Call->MakesSocket && !NT_SUCCESS(Status) && Call->Op)
        CallbackGiveBack(InterlockedExchangePointer((PVOID volatile *)&Call->Op->Callbacks, NULL));
    OpEnd(Call->Op, &Call->Site, Call->OpId, Call->Verb, Socket, Call->Irp, Status);
    return Status;
}

_Use_decl_annotations_
VOID
CallCopyAddress(UINT8 *Copy, const SOCKADDR *Address)
{
    if (Address)
        RtlCopyMemory(Copy, Address, Address->sa_family == AF_INET6 ? 28 : sizeof(SOCKADDR));
}

_Use_decl_annotations_
VOID
CallCopyCallbacks(WSKT_OP_ENTER *Event, const VOID *Dispatch, SHIM_CATEGORY Category)
{
    PVOID const *Callbacks = Dispatch;

    Event->ClientDispatch = VALUE_OF(Dispatch);
    if (!Dispatch || Category == ShimBasic || Category == ShimUnknown)
        return;
    Event->Callback0 = VALUE_OF(Callbacks[0]);
    if (Category == ShimDatagram)
        return;
    Event->Callback1 = VALUE_OF(Callbacks[1]);
    if (Category == ShimStream)
        return; /* two tables: of the listener and of the connection */
    Event->Callback2 = VALUE_OF(Callbacks[2]);
}
