/* The calls that move data: SendEnter and RecvEnter, filled in the ring itself. */
#include "call_path.h"
#include "stack.h"

/* Of a list for WskSendMessages so many are logged, and so many counted. */
#define MAX_MESSAGES 64
#define MAX_MESSAGES_COUNTED 4096

static const EVENT_DESCRIPTOR SendEnter = WSKT_SEND_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR RecvEnter = WSKT_RECV_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR OpMdlMore = WSKT_OP_MDL_MORE_DESCRIPTOR;

/* Of these every byte is set below, in the ring: a field that is added has to be set too. */
C_ASSERT(sizeof(WSKT_SEND_ENTER) == 224 && sizeof(WSKT_RECV_ENTER) == 216);
C_ASSERT(sizeof(WSKT_MDL_SNAP) == 48 && sizeof(WSKT_IRP_SNAP) == 56);

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

/* Before the event that has their snapshots. */
static VOID
MeetMdls(const CALL *Call, const MDL *Mdl, ULONG Count)
{
    for (ULONG i = 0; i < Count; i++, Mdl = Mdl->Next)
        if (!MdlIsRecent(Mdl))
            MdlMeet(&Call->Site, Call->OpId, Mdl);
}

/* Is there nothing to tell but the enter event? A call of late had the IRP and the MDL, so both are known, and the context
   of the completion routine with the IRP; and nobody asks for more, or no IRP would be recent. */
INLINED BOOLEAN
IsPlain(const CALL *Call, const WSK_BUF *Buffer)
{
    return IrpIsRecent(Call->Irp) && Buffer && MdlIsRecent(Buffer->Mdl);
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
        MeetMdls(Call, First, Event.MdlCount);
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
    STACK_LIMITS Stack)
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
    STACK_LIMITS Stack = StackLimits();
    ULONG Count = Data.Walk.Count, Size = (ULONG)sizeof(Aside.Event) + Count * (ULONG)sizeof(WSKT_MDL_SNAP);

    /* The chain is cut here, or the list is behind this one. */
    Data.Truncated |= Send.BufIndex == MAX_MESSAGES - 1 && Send.BufCount > MAX_MESSAGES;
    CallCopyAddress((UINT8 *)&Address, Send.RemoteAddress);
    UINT8 Flags = CallIntroduce(Call) | FlagsOf(Data);
    CallMeet(Call, VALUE_OF(Send.Control));
    CallMeet(Call, Send.BufCount > 1 ? VALUE_OF(Buffer) : 0); /* a node of a list */
    MeetMdls(Call, Data.Mdl, Count);
    WSKT_SEND_ENTER *Event =
        Flags & EVENT_STACK ? NULL : EventBegin(&Place, &SendEnter, &Call->Site, Call->OpId, Flags, Size);
    FillSend(Event ? Event : &Aside.Event, Call, Buffer, Data, Count, Send, &Address, Stack);
    if (Event)
        EventEnd(&Place);
    else
        EventWrite(&SendEnter, &Call->Site, Call->OpId, Flags, &Aside, Size, NULL, 0);
    if (Count == MDL_SNAPS)
        LogMore(Call, Data.Walk);
    if (TargetAsked(WsktTiers_Hashes) && TargetRecords(Call->Site.Client, WsktTiers_Hashes)) {
        Snap(NULL, Data.Mdl, Aside.Snaps, Count);
        PayloadEnter(
            &Call->Site, Call->Op, Call->OpId, Aside.Snaps, (USHORT)Count, Data.Offset, Data.Length, Send.BufIndex);
    }
}

/* One MDL, no address: the rule. FALSE: the ring does not want it. */
INLINED BOOLEAN
LogSendOfOne(const CALL *Call, const WSK_BUF *Buffer, DATA Data, SEND Send)
{
    EVENT_PLACE Place;
    STACK_LIMITS Stack = StackLimits();
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
    STACK_LIMITS Stack)
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
    STACK_LIMITS Stack = StackLimits();
    ULONG Count = Data.Walk.Count, Size = (ULONG)sizeof(Aside.Event) + Count * (ULONG)sizeof(WSKT_MDL_SNAP);
    ULONG ControlLength = From && From->ControlLength ? *From->ControlLength : 0;

    UINT8 Extra = CallIntroduce(Call) | FlagsOf(Data);
    if (From) {
        CallMeet(Call, VALUE_OF(From->RemoteAddress));
        CallMeet(Call, VALUE_OF(From->ControlInfo));
        CallMeet(Call, VALUE_OF(From->ControlLength));
        CallMeet(Call, VALUE_OF(From->ControlFlags));
    }
    MeetMdls(Call, Data.Mdl, Count);
    WSKT_RECV_ENTER *Event =
        Extra & EVENT_STACK ? NULL : EventBegin(&Place, &RecvEnter, &Call->Site, Call->OpId, Extra, Size);
    FillReceive(Event ? Event : &Aside.Event, Call, Buffer, Data, Count, Flags, From, ControlLength, Stack);
    if (Event)
        EventEnd(&Place);
    else
        EventWrite(&RecvEnter, &Call->Site, Call->OpId, Extra, &Aside, Size, NULL, 0);
    if (Count == MDL_SNAPS)
        LogMore(Call, Data.Walk);
}

INLINED BOOLEAN
LogReceiveOfOne(const CALL *Call, const WSK_BUF *Buffer, DATA Data, ULONG Flags)
{
    EVENT_PLACE Place;
    STACK_LIMITS Stack = StackLimits();
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

    CallBegin(Call);
    if ((VALUE_OF(RemoteAddress) | VALUE_OF(Control)) || !IsPlain(Call, Buffer) || !OfOne(Buffer, &Data) ||
        !LogSendOfOne(Call, Buffer, Data, Send))
        LogSendOfAny(Call, Buffer, Send);
    CallWrap(Call);
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

    CallBegin(Call);
    for (const WSK_BUF_LIST *Node = List; Node && Count < MAX_MESSAGES_COUNTED; Node = Node->Next)
        Count++;
    for (const WSK_BUF_LIST *Node = List; Index < min(Count, MAX_MESSAGES); Node = Node->Next, Index++) {
        SEND Send = {Flags, ControlLength, Control, RemoteAddress, Index, Count};
        LogSendOfAny(Call, &Node->Buffer, Send);
    }
    CallWrap(Call);
}

_Use_decl_annotations_
VOID
CallEnterReceive(CALL *Call, const WSK_BUF *Buffer, ULONG Flags, const CALL_FROM *From)
{
    DATA Data;

    CallBegin(Call);
    if (From || !IsPlain(Call, Buffer) || !OfOne(Buffer, &Data) || !LogReceiveOfOne(Call, Buffer, Data, Flags))
        LogReceiveOfAny(Call, Buffer, Flags, From);
    CallWrap(Call);
}
