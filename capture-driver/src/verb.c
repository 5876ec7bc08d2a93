/* The verbs of a socket, as a target finds them in its table. IRQL <= DISPATCH_LEVEL. */
#include "call_path.h"
#include "indication.h"

static const EVENT_DESCRIPTOR ReleaseExit = WSKT_RELEASE_EXIT_DESCRIPTOR;

/* What every verb does first: who calls, and what is behind us? */
#define VERB(Function, Of, Name, Packet)                                                         \
    CALL Call;                                                                                   \
    SHIM_CATEGORY Category;                                                                      \
    Call.Site = (CALL_SITE){.Caller = RETURN_ADDRESS(), .StackPointer = STACK_POINTER()};        \
    Call.Socket = (Of);                                                                          \
    Call.Irp = (Packet);                                                                         \
    Call.Verb = WsktVerb_##Name;                                                                 \
    Call.MakesSocket = FALSE;                                                                    \
    Call.Op = NULL;                                                                              \
    Call.Callbacks = NULL;                                                                       \
    Function Original = (Function)ShimOriginal((Of), WsktVerb_##Name, &Call.Site, &Category);    \
    UNREFERENCED_PARAMETER(Category)

/* While nothing is recorded, a verb that moves data does this and nothing else. */
#define PASS(Function, Of, Name) \
    if (!EventOn())              \
    return ((Function)ShimPassing((Of), WsktVerb_##Name, RETURN_ADDRESS()))

static NTSTATUS WSKAPI
ControlSocket(
    PWSK_SOCKET Socket,
    WSK_CONTROL_SOCKET_TYPE RequestType,
    ULONG ControlCode,
    ULONG Level,
    SIZE_T InputSize,
    PVOID InputBuffer,
    SIZE_T OutputSize,
    PVOID OutputBuffer,
    SIZE_T *OutputSizeReturned,
    PIRP Irp)
{
    VERB(PFN_WSK_CONTROL_SOCKET, Socket, WskControlSocket, Irp);
    /* From inside the WskAcceptEvent that brought the socket: callbacks may be enabled by this. */
    (VOID) CallbackAccepting(ShimCallbacks(Socket));
    if (!EventOn())
        return Original(
            Socket, RequestType, ControlCode, Level, InputSize, InputBuffer, OutputSize, OutputBuffer,
            OutputSizeReturned, Irp);
    WSKT_OP_ENTER Event = {
        .RequestType = RequestType,
        .ControlCode = ControlCode,
        .ControlLevel = Level,
        .InputSize = (UINT32)InputSize,
        .InputBuffer = VALUE_OF(InputBuffer),
        .OutputSize = (UINT32)OutputSize,
        .OutputBuffer = VALUE_OF(OutputBuffer),
        .OutputSizeReturned = VALUE_OF(OutputSizeReturned),
    };
    if (InputBuffer)
        RtlCopyMemory(Event.Input, InputBuffer, min(InputSize, sizeof(Event.Input)));
    CallEnter(&Call, &Event, CALL_MAKES_NONE);
    return CALL_FORWARD(
        &Call,
        Original(
            Socket, RequestType, ControlCode, Level, InputSize, InputBuffer, OutputSize, OutputBuffer,
            OutputSizeReturned, Irp));
}

static NTSTATUS WSKAPI
CloseSocket(PWSK_SOCKET Socket, PIRP Irp)
{
    VERB(PFN_WSK_CLOSE_SOCKET, Socket, WskCloseSocket, Irp);
    CALLBACKS *Callbacks = ShimSocketClosing(Socket);
    if (!EventOn() && !Callbacks)
        return Original(Socket, Irp);
    WSKT_OP_ENTER Event = {0};
    CallEnter(&Call, &Event, CALL_MAKES_NONE);
    CallEndCallbacks(&Call, Callbacks);
    return CALL_FORWARD(&Call, Original(Socket, Irp)); /* the socket is not ours to look at any more */
}

static NTSTATUS WSKAPI
Bind(PWSK_SOCKET Socket, PSOCKADDR LocalAddress, ULONG Flags, PIRP Irp)
{
    VERB(PFN_WSK_BIND, Socket, WskBind, Irp);
    if (!EventOn())
        return Original(Socket, LocalAddress, Flags, Irp);
    WSKT_OP_ENTER Event = {.Flags = Flags};
    CallCopyAddress(Event.LocalAddress, LocalAddress);
    CallEnter(&Call, &Event, CALL_MAKES_NONE);
    return CALL_FORWARD(&Call, Original(Socket, LocalAddress, Flags, Irp));
}

static NTSTATUS WSKAPI
Listen(PWSK_SOCKET Socket, PIRP Irp)
{
    VERB(PFN_WSK_LISTEN, Socket, WskListen, Irp);
    if (!EventOn())
        return Original(Socket, Irp);
    WSKT_OP_ENTER Event = {0};
    CallEnter(&Call, &Event, CALL_MAKES_NONE);
    return CALL_FORWARD(&Call, Original(Socket, Irp));
}

static NTSTATUS WSKAPI
Accept(
    PWSK_SOCKET ListenSocket,
    ULONG Flags,
    PVOID AcceptSocketContext,
    CONST WSK_CLIENT_CONNECTION_DISPATCH *AcceptSocketDispatch,
    PSOCKADDR LocalAddress,
    PSOCKADDR RemoteAddress,
    PIRP Irp)
{
    VERB(PFN_WSK_ACCEPT, ListenSocket, WskAccept, Irp);
    if (!EventOn())
        return Original(
            ListenSocket, Flags, AcceptSocketContext, AcceptSocketDispatch, LocalAddress, RemoteAddress, Irp);
    WSKT_OP_ENTER Event = {
        .Flags = Flags,
        .SocketContext = VALUE_OF(AcceptSocketContext),
        .LocalAddressOut = VALUE_OF(LocalAddress),
        .RemoteAddressOut = VALUE_OF(RemoteAddress),
    };
    const VOID *Dispatch = AcceptSocketDispatch;
    CallCopyCallbacks(&Event, Dispatch, ShimConnection);
    /* The documentation does not say which table a socket has that a stream socket accepted: ours goes in only if it is
       one we have met. So its close may not be seen, and its callbacks stay the client's. */
    CallEnter(&Call, &Event, Category == ShimListen ? ShimConnection : ShimUnknown);
    if (Category == ShimListen)
        CallWrapCallbacks(&Call, ShimConnection, &AcceptSocketContext, &Dispatch);
    else if (CallbackAny(Dispatch, ShimConnection))
        CallbackUnwrapped();
    return CALL_FORWARD(
        &Call, Original(ListenSocket, Flags, AcceptSocketContext, Dispatch, LocalAddress, RemoteAddress, Irp));
}

static NTSTATUS WSKAPI
InspectComplete(PWSK_SOCKET ListenSocket, PWSK_INSPECT_ID InspectID, WSK_INSPECT_ACTION Action, PIRP Irp)
{
    VERB(PFN_WSK_INSPECT_COMPLETE, ListenSocket, WskInspectComplete, Irp);
    if (!EventOn())
        return Original(ListenSocket, InspectID, Action, Irp);
    WSKT_OP_ENTER Event = {.InspectId = VALUE_OF(InspectID), .InspectAction = (UINT8)Action};
    if (InspectID) {
        Event.InspectKey = InspectID->Key;
        Event.InspectSerial = InspectID->SerialNumber;
    }
    CallEnter(&Call, &Event, CALL_MAKES_NONE);
    return CALL_FORWARD(&Call, Original(ListenSocket, InspectID, Action, Irp));
}

static NTSTATUS WSKAPI
Connect(PWSK_SOCKET Socket, PSOCKADDR RemoteAddress, ULONG Flags, PIRP Irp)
{
    VERB(PFN_WSK_CONNECT, Socket, WskConnect, Irp);
    if (!EventOn())
        return Original(Socket, RemoteAddress, Flags, Irp);
    WSKT_OP_ENTER Event = {.Flags = Flags};
    CallCopyAddress(Event.RemoteAddress, RemoteAddress);
    CallEnter(&Call, &Event, CALL_MAKES_NONE);
    return CALL_FORWARD(&Call, Original(Socket, RemoteAddress, Flags, Irp));
}

static NTSTATUS WSKAPI
ConnectEx(PWSK_SOCKET Socket, PSOCKADDR RemoteAddress, PWSK_BUF Buffer, ULONG Flags, PIRP Irp)
{
    VERB(PFN_WSK_CONNECT_EX, Socket, WskConnectEx, Irp);
    if (!EventOn())
        return Original(Socket, RemoteAddress, Buffer, Flags, Irp);
    CallEnterSend(&Call, Buffer, Flags, RemoteAddress, 0, NULL);
    return CALL_FORWARD(&Call, Original(Socket, RemoteAddress, Buffer, Flags, Irp));
}

static NTSTATUS WSKAPI
GetLocalAddress(PWSK_SOCKET Socket, PSOCKADDR LocalAddress, PIRP Irp)
{
    VERB(PFN_WSK_GET_LOCAL_ADDRESS, Socket, WskGetLocalAddress, Irp);
    if (!EventOn())
        return Original(Socket, LocalAddress, Irp);
    WSKT_OP_ENTER Event = {.LocalAddressOut = VALUE_OF(LocalAddress)};
    CallEnter(&Call, &Event, CALL_MAKES_NONE);
    return CALL_FORWARD(&Call, Original(Socket, LocalAddress, Irp));
}

static NTSTATUS WSKAPI
GetRemoteAddress(PWSK_SOCKET Socket, PSOCKADDR RemoteAddress, PIRP Irp)
{
    VERB(PFN_WSK_GET_REMOTE_ADDRESS, Socket, WskGetRemoteAddress, Irp);
    if (!EventOn())
        return Original(Socket, RemoteAddress, Irp);
    WSKT_OP_ENTER Event = {.RemoteAddressOut = VALUE_OF(RemoteAddress)};
    CallEnter(&Call, &Event, CALL_MAKES_NONE);
    return CALL_FORWARD(&Call, Original(Socket, RemoteAddress, Irp));
}

static NTSTATUS WSKAPI
Send(PWSK_SOCKET Socket, PWSK_BUF Buffer, ULONG Flags, PIRP Irp)
{
    PASS(PFN_WSK_SEND, Socket, WskSend)(Socket, Buffer, Flags, Irp);
    VERB(PFN_WSK_SEND, Socket, WskSend, Irp);
    CallEnterSend(&Call, Buffer, Flags, NULL, 0, NULL);
    return CALL_FORWARD_HERE(&Call, Socket, Original(Socket, Buffer, Flags, Irp));
}

static NTSTATUS WSKAPI
Receive(PWSK_SOCKET Socket, PWSK_BUF Buffer, ULONG Flags, PIRP Irp)
{
    PASS(PFN_WSK_RECEIVE, Socket, WskReceive)(Socket, Buffer, Flags, Irp);
    VERB(PFN_WSK_RECEIVE, Socket, WskReceive, Irp);
    CallEnterReceive(&Call, Buffer, Flags, NULL);
    return CALL_FORWARD_HERE(&Call, Socket, Original(Socket, Buffer, Flags, Irp));
}

/* With data it is a send, and is logged as one. */
static NTSTATUS WSKAPI
Disconnect(PWSK_SOCKET Socket, PWSK_BUF Buffer, ULONG Flags, PIRP Irp)
{
    VERB(PFN_WSK_DISCONNECT, Socket, WskDisconnect, Irp);
    if (!EventOn())
        return Original(Socket, Buffer, Flags, Irp);
    if (Buffer) {
        CallEnterSend(&Call, Buffer, Flags, NULL, 0, NULL);
    } else {
        WSKT_OP_ENTER Event = {.Flags = Flags};
        CallEnter(&Call, &Event, CALL_MAKES_NONE);
    }
    return CALL_FORWARD(&Call, Original(Socket, Buffer, Flags, Irp));
}

/* Of connection, stream and datagram sockets: the indications of the last begin like those of the others. */
static NTSTATUS WSKAPI
Release(PWSK_SOCKET Socket, PWSK_DATA_INDICATION DataIndication)
{
    VERB(PFN_WSK_RELEASE_DATA_INDICATION_LIST, Socket, WskRelease, NULL);
    if (!EventOn() && !IndicationAny())
        return Original(Socket, DataIndication);
    UINT64 Id = EventNewOpId();
    IndicationReleased(&Call.Site, Id, Socket, DataIndication);
    NTSTATUS Status = Original(Socket, DataIndication);
    WSKT_RELEASE_EXIT Event = {
        .Socket = VALUE_OF(Socket),
        .Head = VALUE_OF(DataIndication),
        .Status = (UINT32)Status,
    };
    EVENT_WRITE(&ReleaseExit, &Call.Site, Id, &Event);
    return Status;
}

static NTSTATUS WSKAPI
SendTo(
    PWSK_SOCKET Socket,
    PWSK_BUF Buffer,
    ULONG Flags,
    PSOCKADDR RemoteAddress,
    ULONG ControlInfoLength,
    PCMSGHDR ControlInfo,
    PIRP Irp)
{
    PASS(PFN_WSK_SEND_TO, Socket, WskSendTo)(Socket, Buffer, Flags, RemoteAddress, ControlInfoLength, ControlInfo, Irp);
    VERB(PFN_WSK_SEND_TO, Socket, WskSendTo, Irp);
    CallEnterSend(&Call, Buffer, Flags, RemoteAddress, ControlInfoLength, ControlInfo);
    return CALL_FORWARD(&Call, Original(Socket, Buffer, Flags, RemoteAddress, ControlInfoLength, ControlInfo, Irp));
}

static NTSTATUS WSKAPI
SendMessages(
    PWSK_SOCKET Socket,
    PWSK_BUF_LIST BufferList,
    ULONG Flags,
    PSOCKADDR RemoteAddress,
    ULONG ControlInfoLength,
    PCMSGHDR ControlInfo,
    PIRP Irp)
{
    PASS(PFN_WSK_SEND_MESSAGES, Socket, WskSendMessages)(Socket, BufferList, Flags, RemoteAddress, ControlInfoLength, ControlInfo, Irp);
    VERB(PFN_WSK_SEND_MESSAGES, Socket, WskSendMessages, Irp);
    CallEnterSendMessages(&Call, BufferList, Flags, RemoteAddress, ControlInfoLength, ControlInfo);
    return CALL_FORWARD(&Call, Original(Socket, BufferList, Flags, RemoteAddress, ControlInfoLength, ControlInfo, Irp));
}

static NTSTATUS WSKAPI
ReceiveFrom(
    PWSK_SOCKET Socket,
    PWSK_BUF Buffer,
    ULONG Flags,
    PSOCKADDR RemoteAddress,
    PULONG ControlLength,
    PCMSGHDR ControlInfo,
    PULONG ControlFlags,
    PIRP Irp)
{
    VERB(PFN_WSK_RECEIVE_FROM, Socket, WskReceiveFrom, Irp);
    if (!EventOn())
        return Original(Socket, Buffer, Flags, RemoteAddress, ControlLength, ControlInfo, ControlFlags, Irp);
    CALL_FROM From = {RemoteAddress, ControlLength, ControlInfo, ControlFlags};
    CallEnterReceive(&Call, Buffer, Flags, &From);
    return CALL_FORWARD(
        &Call, Original(Socket, Buffer, Flags, RemoteAddress, ControlLength, ControlInfo, ControlFlags, Irp));
}

PVOID const ShimVerbs[SHIM_VERBS] = {
    [WsktVerb_WskControlSocket] = (PVOID)ControlSocket,
    [WsktVerb_WskCloseSocket] = (PVOID)CloseSocket,
    [WsktVerb_WskBind] = (PVOID)Bind,
    [WsktVerb_WskListen] = (PVOID)Listen,
    [WsktVerb_WskAccept] = (PVOID)Accept,
    [WsktVerb_WskInspectComplete] = (PVOID)InspectComplete,
    [WsktVerb_WskConnect] = (PVOID)Connect,
    [WsktVerb_WskConnectEx] = (PVOID)ConnectEx,
    [WsktVerb_WskGetLocalAddress] = (PVOID)GetLocalAddress,
    [WsktVerb_WskGetRemoteAddress] = (PVOID)GetRemoteAddress,
    [WsktVerb_WskSend] = (PVOID)Send,
    [WsktVerb_WskReceive] = (PVOID)Receive,
    [WsktVerb_WskDisconnect] = (PVOID)Disconnect,
    [WsktVerb_WskRelease] = (PVOID)Release,
    [WsktVerb_WskSendTo] = (PVOID)SendTo,
    [WsktVerb_WskReceiveFrom] = (PVOID)ReceiveFrom,
    [WsktVerb_WskSendMessages] = (PVOID)SendMessages,
};
