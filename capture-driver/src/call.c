#include "call_exit.h"

/* Of a list for WskSendMessages so many are logged, and so many counted. */
#define MAX_MESSAGES 64
#define MAX_MESSAGES_COUNTED 4096

static const EVENT_DESCRIPTOR OpEnter = WSKT_OP_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR SendEnter = WSKT_SEND_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR RecvEnter = WSKT_RECV_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpMdlMore = WSKT_OP_MDL_MORE_DESCRIPTOR;

/* Of these every byte is set below, in the ring: a field that is added has to be set too. */
C_ASSERT(sizeof(WSKT_SEND_ENTER) == 224 && sizeof(WSKT_RECV_ENTER) == 216);
C_ASSERT(sizeof(WSKT_MDL_SNAP) == 48 && sizeof(WSKT_IRP_SNAP) == 56);

typedef struct _LIMITS {
    UINT64 Low;
    UINT64 High;
} LIMITS;

INLINED LIMITS
StackLimits(VOID)
{
    ULONG_PTR Low, High;
    IoGetStackLimits(&Low, &High);
    return (LIMITS){Low, High};
}

INLINED VOID
Begin(CALL *Call)
{
    EventThread(&Call->Site);
    Call->Next = Call->Irp ? IrpNextLocation(Call->Irp) : NULL;
    if (Call->Next && Call->Next->CompletionRoutine == OpCompleted)
        OpTakeBack(Call->Irp, Call->Next);
    Call->OpId = EventNewOpId();
    Call->Op = OpBegin(Call->Site.Client, Call->Verb, Call->Socket, Call->Irp, Call->OpId);
}

_Use_decl_annotations_
VOID
CallEnter(CALL *Call, WSKT_OP_ENTER *Event, UCHAR Makes)
{
    Begin(Call);
    Event->Socket = VALUE_OF(Call->Socket);
    Event->Verb = Call->Verb;
    IrpSnap(Call->Irp, Call->Next, &Event->IrpSnap);
    LIMITS Stack = StackLimits();
    Event->StackLow = Stack.Low;
    Event->StackHigh = Stack.High;
    EVENT_WRITE(&OpEnter, &Call->Site, Call->OpId, Event);
    Call->MakesSocket = Makes != CALL_MAKES_NONE;
    if (Call->MakesSocket && Call->Op) {
        Call->Op->Socket = NULL;
        Call->Op->Category = Makes;
        Call->Op->Told = ShimSocketMade;
    }
    if (Call->Op && Call->Next && Call->Next->CompletionRoutine)
        OpWrap(Call->Op, Call->Next);
}

_Use_decl_annotations_
VOID
CallWrapCallbacks(CALL *Call, UCHAR Category, PVOID *SocketContext, const VOID **Dispatch)
{
    CALLBACKS *Callbacks = NULL;

    if (!CallbackAny(*Dispatch, Category))
        return;
    if (Call->Op && Call->Op->Memory.Routine)
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
    if (Call->Op && Call->Op->Memory.Routine) {
        Call->Op->Callbacks = Callbacks;
        Call->Op->Told = Closed;
    } else {
        Call->Callbacks = Callbacks;
    }
}

/* Copies the first Count MDLs of a chain, which the operation has from now on. */
INLINED VOID
Snap(OP *Op, const MDL *Mdl, WSKT_MDL_SNAP *Snaps, ULONG Count)
{
    for (ULONG i = 0; i < Count; i++, Mdl = Mdl->Next) {
        MdlSnap(Mdl, &Snaps[i]);
        if (Op)
            OpAddMdl(Op, Mdl);
    }
}

/* The rest of a chain that did not fit into the enter event. */
static NOINLINE VOID
LogMore(const CALL *Call, MDL_WALK Walk)
{
    WSKT_MDL_SNAP Snaps[MDL_SNAPS];
    while (MdlWalkMore(&Walk)) {
        WSKT_OP_MDL_MORE Event = {.FirstIndex = (UINT16)Walk.Count};
        const MDL *First = Walk.Next;
        Walk = MdlWalkOn(Walk);
        Event.MdlCount = (UINT16)(Walk.Count - Event.FirstIndex);
        Snap(Call->Op, First, Snaps, Event.MdlCount);
        EventWrite(
            &OpMdlMore, &Call->Site, Call->OpId, 0, &Event, sizeof(Event), Snaps, Event.MdlCount * sizeof(*Snaps));
    }
}

/* Is the chain, of which Count are logged in the enter event, longer than we are willing to walk? */
static NOINLINE BOOLEAN
TooLong(MDL_WALK Walk)
{
    while (MdlWalkMore(&Walk))
        MdlWalkStep(&Walk);
    return Walk.Next && Walk.Wanted;
}

/* What is told of the data, read before we are at DISPATCH_LEVEL. */
typedef struct _DATA {
    const MDL *Mdl;
    SIZE_T Length;
    ULONG Offset;
    BOOLEAN Truncated;
    MDL_WALK Walk; /* behind the MDLs of the enter event */
} DATA;

INLINED DATA
Look(const WSK_BUF *Buffer)
{
    DATA Data = {0};
    if (Buffer) {
        Data.Mdl = Buffer->Mdl;
        Data.Length = Buffer->Length;
        Data.Offset = Buffer->Offset;
        Data.Walk = MdlWalkOn(MdlWalkAt(Buffer->Mdl, Data.Offset, Data.Length));
        Data.Truncated = Data.Walk.Count == MDL_SNAPS && TooLong(Data.Walk);
    }
    return Data;
}

typedef struct _ADDRESS_BYTES {
    UINT32 Words[7];
} ADDRESS_BYTES;

C_ASSERT(sizeof(ADDRESS_BYTES) == sizeof(((WSKT_SEND_ENTER *)0)->RemoteAddress));

/* The parameters of a send, but for the buffer. */
typedef struct _SEND {
    ULONG Flags;
    ULONG ControlLength;
    const VOID *Control;
    const SOCKADDR *RemoteAddress;
    USHORT BufIndex;
    USHORT BufCount;
} SEND;

INLINED UINT8
FlagsOf(DATA Data)
{
    return Data.Truncated ? WsktHeaderFlags_Truncated : 0;
}

/* MdlCount: as Data says; where it is known to the compiler, that saves much. Address: NULL for none. */
INLINED VOID
FillSend(
    WSKT_SEND_ENTER *Event,
    const CALL *Call,
    const WSK_BUF *Buffer,
    DATA Data,
    ULONG MdlCount,
    SEND Send,
    const ADDRESS_BYTES *Address,
    LIMITS Stack)
{
    Event->Socket = VALUE_OF(Call->Socket);
    IrpSnap(Call->Irp, Call->Next, &Event->IrpSnap);
    Event->StackLow = Stack.Low;
    Event->StackHigh = Stack.High;
    Event->WskBuf = VALUE_OF(Buffer);
    Event->MdlHead = VALUE_OF(Data.Mdl);
    Event->Length = Data.Length;
    Event->Control = VALUE_OF(Send.Control);
    Event->Offset = Data.Offset;
    Event->Flags = Send.Flags;
    Event->ControlLength = Send.ControlLength;
    Event->BufIndex = Send.BufIndex;
    Event->BufCount = Send.BufCount;
    if (Address)
        *(ADDRESS_BYTES *)Event->RemoteAddress = *Address;
    else
        *(ADDRESS_BYTES *)Event->RemoteAddress = (ADDRESS_BYTES){{0}};
    Event->Verb = Call->Verb;
    Event->Truncated = Data.Truncated;
    Event->MdlCount = (UINT16)MdlCount;
    Snap(Call->Op, Data.Mdl, (WSKT_MDL_SNAP *)(Event + 1), MdlCount);
}

/* Any chain, any address, and whoever wants it. */
static NOINLINE VOID
LogSendOfAny(const CALL *Call, const WSK_BUF *Buffer, SEND Send)
{
    struct {
        WSKT_SEND_ENTER Event;
        WSKT_MDL_SNAP Snaps[MDL_SNAPS];
    } Aside;
    ADDRESS_BYTES Address = {{0}};
    EVENT_PLACE Place;
    DATA Data = Look(Buffer);
    LIMITS Stack = StackLimits();
    ULONG Count = Data.Walk.Count, Size = (ULONG)sizeof(Aside.Event) + Count * (ULONG)sizeof(WSKT_MDL_SNAP);

    /* The chain is cut here, or the list is behind this one. */
    Data.Truncated |= Send.BufIndex == MAX_MESSAGES - 1 && Send.BufCount > MAX_MESSAGES;
    CallCopyAddress((UINT8 *)&Address, Send.RemoteAddress);
    WSKT_SEND_ENTER *Event = EventBegin(&Place, &SendEnter, &Call->Site, Call->OpId, FlagsOf(Data), Size);
    FillSend(Event ? Event : &Aside.Event, Call, Buffer, Data, Count, Send, &Address, Stack);
    if (Event)
        EventEnd(&Place);
    else
        EventWriteAside(&SendEnter, &Call->Site, Call->OpId, FlagsOf(Data), &Aside, Size, NULL, 0);
    if (Count == MDL_SNAPS)
        LogMore(Call, Data.Walk);
}

/* One MDL, no address: the rule. FALSE: the ring does not want it. */
INLINED BOOLEAN
LogSendOfOne(const CALL *Call, const WSK_BUF *Buffer, DATA Data, SEND Send)
{
    EVENT_PLACE Place;
    LIMITS Stack = StackLimits();
    WSKT_SEND_ENTER *Event = EventBegin(
        &Place, &SendEnter, &Call->Site, Call->OpId, 0, (ULONG)(sizeof(*Event) + sizeof(WSKT_MDL_SNAP)));
    if (!Event)
        return FALSE;
    FillSend(Event, Call, Buffer, Data, 1, Send, NULL, Stack);
    EventEnd(&Place);
    return TRUE;
}

INLINED VOID
FillReceive(
    WSKT_RECV_ENTER *Event,
    const CALL *Call,
    const WSK_BUF *Buffer,
    DATA Data,
    ULONG MdlCount,
    ULONG Flags,
    const CALL_FROM *From,
    ULONG ControlLength,
    LIMITS Stack)
{
    Event->Socket = VALUE_OF(Call->Socket);
    IrpSnap(Call->Irp, Call->Next, &Event->IrpSnap);
    Event->StackLow = Stack.Low;
    Event->StackHigh = Stack.High;
    Event->WskBuf = VALUE_OF(Buffer);
    Event->MdlHead = VALUE_OF(Data.Mdl);
    Event->Length = Data.Length;
    Event->RemoteAddressOut = From ? VALUE_OF(From->RemoteAddress) : 0;
    Event->ControlOut = From ? VALUE_OF(From->ControlInfo) : 0;
    Event->ControlLengthOut = From ? VALUE_OF(From->ControlLength) : 0;
    Event->ControlFlagsOut = From ? VALUE_OF(From->ControlFlags) : 0;
    Event->Offset = Data.Offset;
    Event->Flags = Flags;
    Event->ControlLength = ControlLength;
    Event->Verb = Call->Verb;
    Event->Truncated = Data.Truncated;
    Event->MdlCount = (UINT16)MdlCount;
    Snap(Call->Op, Data.Mdl, (WSKT_MDL_SNAP *)(Event + 1), MdlCount);
}

static NOINLINE VOID
LogReceiveOfAny(const CALL *Call, const WSK_BUF *Buffer, ULONG Flags, const CALL_FROM *From)
{
    struct {
        WSKT_RECV_ENTER Event;
        WSKT_MDL_SNAP Snaps[MDL_SNAPS];
    } Aside;
    EVENT_PLACE Place;
    DATA Data = Look(Buffer);
    LIMITS Stack = StackLimits();
    ULONG Count = Data.Walk.Count, Size = (ULONG)sizeof(Aside.Event) + Count * (ULONG)sizeof(WSKT_MDL_SNAP);
    ULONG ControlLength = From && From->ControlLength ? *From->ControlLength : 0;

    WSKT_RECV_ENTER *Event = EventBegin(&Place, &RecvEnter, &Call->Site, Call->OpId, FlagsOf(Data), Size);
    FillReceive(Event ? Event : &Aside.Event, Call, Buffer, Data, Count, Flags, From, ControlLength, Stack);
    if (Event)
        EventEnd(&Place);
    else
        EventWriteAside(&RecvEnter, &Call->Site, Call->OpId, FlagsOf(Data), &Aside, Size, NULL, 0);
    if (Count == MDL_SNAPS)
        LogMore(Call, Data.Walk);
}

INLINED BOOLEAN
LogReceiveOfOne(const CALL *Call, const WSK_BUF *Buffer, DATA Data, ULONG Flags)
{
    EVENT_PLACE Place;
    LIMITS Stack = StackLimits();
    WSKT_RECV_ENTER *Event = EventBegin(
        &Place, &RecvEnter, &Call->Site, Call->OpId, 0, (ULONG)(sizeof(*Event) + sizeof(WSKT_MDL_SNAP)));
    if (!Event)
        return FALSE;
    FillReceive(Event, Call, Buffer, Data, 1, Flags, NULL, 0, Stack);
    EventEnd(&Place);
    return TRUE;
}

/* Does one MDL hold it all? The rule, and the quicker for it. */
INLINED BOOLEAN
OfOne(const WSK_BUF *Buffer, DATA *Data)
{
    const MDL *Mdl = Buffer ? Buffer->Mdl : NULL;
    if (!Mdl || (Mdl->Next && (ULONG64)Buffer->Offset + Buffer->Length > Mdl->ByteCount))
        return FALSE;
    Data->Mdl = Mdl;
    Data->Length = Buffer->Length;
    Data->Offset = Buffer->Offset;
    Data->Truncated = FALSE;
    return TRUE;
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
    SEND Send = {Flags, ControlLength, Control, RemoteAddress, 0, 1};
    DATA Data;

    Begin(Call);
    if (RemoteAddress || !OfOne(Buffer, &Data) || !LogSendOfOne(Call, Buffer, Data, Send))
        LogSendOfAny(Call, Buffer, Send);
    if (Call->Op && Call->Next && Call->Next->CompletionRoutine)
        OpWrap(Call->Op, Call->Next);
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
    for (const WSK_BUF_LIST *Node = List; Index < min(Count, MAX_MESSAGES); Node = Node->Next, Index++) {
        SEND Send = {Flags, ControlLength, Control, RemoteAddress, Index, Count};
        LogSendOfAny(Call, &Node->Buffer, Send);
    }
    if (Call->Op && Call->Next && Call->Next->CompletionRoutine)
        OpWrap(Call->Op, Call->Next);
}

_Use_decl_annotations_
VOID
CallEnterReceive(CALL *Call, const WSK_BUF *Buffer, ULONG Flags, const CALL_FROM *From)
{
    DATA Data;

    Begin(Call);
    if (From || !OfOne(Buffer, &Data) || !LogReceiveOfOne(Call, Buffer, Data, Flags))
        LogReceiveOfAny(Call, Buffer, Flags, From);
    if (Call->Op && Call->Next && Call->Next->CompletionRoutine)
        OpWrap(Call->Op, Call->Next);
}

_Use_decl_annotations_
NOINLINE VOID
CallLogExitAside(const CALL *Call, PVOID Socket, NTSTATUS Status)
{
    static const EVENT_DESCRIPTOR OpExit = WSKT_OP_EXIT_DESCRIPTOR;
    WSKT_OP_EXIT Event;
    CallFillExit(&Event, Call, Socket, Status);
    EventWriteAside(&OpExit, &Call->Site, Call->OpId, 0, &Event, sizeof(Event), NULL, 0);
}

_Use_decl_annotations_
NTSTATUS
CallExit(CALL *Call, NTSTATUS Status)
{
    OP *Op = Call->Op;
    /* A socket made inside the call was noted by the completion. */
    PVOID Socket = Op ? Op->Socket : Call->MakesSocket ? NULL : Call->Socket;
    if (Op && (Op->State & OP_HELD))
        Status = STATUS_PENDING;
    /* A close that is done without a completion that we see. */
    if (Call->Callbacks && Status == STATUS_SUCCESS)
        CallbackGiveBack(Call->Callbacks);
    /* Refused: there will be no socket, even if the IRP never completes. */
    if (Call->MakesSocket && !NT_SUCCESS(Status) && Op)
        CallbackGiveBack(InterlockedExchangePointer((PVOID volatile *)&Op->Callbacks, NULL));
    return CallExitWith(Call, Socket, Status);
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
