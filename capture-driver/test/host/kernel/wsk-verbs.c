/*
 * The dispatch tables: each function gathers its arguments into one operation. The reserved slots at the end of two of
 * them lead somewhere too, as on Windows, so that a copy of a table that is too short shows.
 */
#include <stdlib.h>
#include <string.h>

#include "hostwsk.h"

static volatile LONG Releases;

static bool ForgivesClosed;

void HostWskForgiveClosed(bool Forgive)
{
    ForgivesClosed = Forgive;
}

/* The socket, or NULL for one that is not open, where that is forgiven. Nothing is read before that is clear. */
static HOST_SOCKET *Of(PWSK_SOCKET Public)
{
    if (HostSocketIsOpen(Public))
        return (HOST_SOCKET *)(PVOID)Public;
    HOST_CHECK(ForgivesClosed, "a WSK call on %p, which is no open socket", (void *)Public);
    return NULL;
}

static NTSTATUS On(PWSK_SOCKET Public, HOST_OPERATION Operation)
{
    Operation.Socket = Of(Public);
    if (Operation.Socket == NULL)
        HostWskNext(Operation.Verb = HostControlSocket, (HOST_POLICY) {HostInCall, STATUS_INVALID_HANDLE, 0});
    return HostSubmit(Operation);
}

#define BUFFER(b) ((b) != NULL ? *(b) : (WSK_BUF) {0})

static NTSTATUS Socket(PWSK_CLIENT Client, ADDRESS_FAMILY Family, USHORT Type, ULONG Protocol, ULONG Flags,
    PVOID Context, const VOID *Dispatch, PEPROCESS Process, PETHREAD Thread, PSECURITY_DESCRIPTOR Sd, PIRP Irp)
{
    (void)Family, (void)Type, (void)Protocol, (void)Process, (void)Thread, (void)Sd;
    return HostSubmit((HOST_OPERATION) {
        .Verb = HostSocket, .Irp = Irp, .Owner = Client, .Category = Flags, .Context = Context, .Dispatch = Dispatch});
}

static NTSTATUS SocketConnect(PWSK_CLIENT Client, USHORT Type, ULONG Protocol, PSOCKADDR Local, PSOCKADDR Remote,
    ULONG Flags, PVOID Context, const WSK_CLIENT_CONNECTION_DISPATCH *Dispatch, PEPROCESS Process, PETHREAD Thread,
    PSECURITY_DESCRIPTOR Sd, PIRP Irp)
{
    (void)Type, (void)Protocol, (void)Local, (void)Remote, (void)Flags, (void)Process, (void)Thread, (void)Sd;
    return HostSubmit((HOST_OPERATION) {.Verb = HostSocketConnect, .Irp = Irp, .Owner = Client,
        .Category = WSK_FLAG_CONNECTION_SOCKET, .Context = Context, .Dispatch = Dispatch});
}

static NTSTATUS ControlClient(PWSK_CLIENT Client, ULONG Code, SIZE_T InSize, PVOID In, SIZE_T OutSize, PVOID Out,
    SIZE_T *Returned, PIRP Irp)
{
    (void)OutSize, (void)Out;
    if (Returned != NULL)
        *Returned = 0;
    if (Code == WSK_SET_STATIC_EVENT_CALLBACKS && InSize == sizeof(WSK_EVENT_CALLBACK_CONTROL))
        ((HOST_REGISTRATION *)Client)->StaticEvents = ((const WSK_EVENT_CALLBACK_CONTROL *)In)->EventMask;
    return Irp == NULL ? STATUS_SUCCESS : HostSubmit((HOST_OPERATION) {.Verb = HostControlClient, .Irp = Irp});
}

static NTSTATUS GetAddressInfo(PWSK_CLIENT Client, PUNICODE_STRING Node, PUNICODE_STRING Service, ULONG Space,
    GUID *Provider, PADDRINFOEXW Hints, PADDRINFOEXW *Result, PEPROCESS Process, PETHREAD Thread, PIRP Irp)
{
    (void)Client, (void)Node, (void)Service, (void)Space, (void)Provider, (void)Hints, (void)Process, (void)Thread;
    HOST_PASSIVE();
    return HostSubmit((HOST_OPERATION) {.Verb = HostGetAddressInfo, .Irp = Irp, .Out = Result});
}

static VOID FreeAddressInfo(PWSK_CLIENT Client, PADDRINFOEXW Info)
{
    (void)Client;
    HOST_PASSIVE();
    free(Info->ai_addr);
    free(Info);
}

static NTSTATUS GetNameInfo(PWSK_CLIENT Client, PSOCKADDR Address, ULONG Length, PUNICODE_STRING Node,
    PUNICODE_STRING Service, ULONG Flags, PEPROCESS Process, PETHREAD Thread, PIRP Irp)
{
    (void)Client, (void)Address, (void)Length, (void)Node, (void)Service, (void)Flags, (void)Process, (void)Thread;
    HOST_PASSIVE();
    return HostSubmit((HOST_OPERATION) {.Verb = HostGetNameInfo, .Irp = Irp});
}

static NTSTATUS ControlSocket(PWSK_SOCKET S, WSK_CONTROL_SOCKET_TYPE Type, ULONG Code, ULONG Level, SIZE_T InSize,
    PVOID In, SIZE_T OutSize, PVOID Out, SIZE_T *Returned, PIRP Irp)
{
    (void)OutSize, (void)Out;
    if (Returned != NULL)
        *Returned = 0;
    if (Type == WskSetOption && Code == SO_WSK_EVENT_CALLBACK && Level == SOL_SOCKET) {
        HOST_CHECK(InSize == sizeof(WSK_EVENT_CALLBACK_CONTROL), "SO_WSK_EVENT_CALLBACK of %zu bytes", (size_t)InSize);
        HostEnableEvents(Of(S), ((const WSK_EVENT_CALLBACK_CONTROL *)In)->EventMask);
    }
    return Irp == NULL ? STATUS_SUCCESS : On(S, (HOST_OPERATION) {.Verb = HostControlSocket, .Irp = Irp});
}

static NTSTATUS CloseSocket(PWSK_SOCKET S, PIRP Irp)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_SOCKET *Socket = Of(S);
    if (Socket != NULL)
        HostCancelSocket(Socket);
    return On(S, (HOST_OPERATION) {.Verb = HostCloseSocket, .Irp = Irp});
}

static NTSTATUS Bind(PWSK_SOCKET S, PSOCKADDR Local, ULONG Flags, PIRP Irp)
{
    (void)Local, (void)Flags;
    return On(S, (HOST_OPERATION) {.Verb = HostBind, .Irp = Irp});
}

static NTSTATUS Listen(PWSK_SOCKET S, PIRP Irp)
{
    return On(S, (HOST_OPERATION) {.Verb = HostListen, .Irp = Irp});
}

static NTSTATUS Accept(PWSK_SOCKET S, ULONG Flags, PVOID Context, const WSK_CLIENT_CONNECTION_DISPATCH *Dispatch,
    PSOCKADDR Local, PSOCKADDR Remote, PIRP Irp)
{
    (void)Flags;
    HOST_SOCKET *Listener = Of(S);
    return On(S, (HOST_OPERATION) {.Verb = HostAccept, .Irp = Irp, .Owner = Listener ? Listener->Owner : NULL,
        .Category = Listener && Listener->Category == WSK_FLAG_STREAM_SOCKET ? HostStreamAccepts()
                                                                             : WSK_FLAG_CONNECTION_SOCKET,
        .Context = Context, .Dispatch = Dispatch, .Out = Local, .Out2 = Remote});
}

static NTSTATUS InspectComplete(PWSK_SOCKET S, PWSK_INSPECT_ID Id, WSK_INSPECT_ACTION Action, PIRP Irp)
{
    (void)Id, (void)Action;
    return On(S, (HOST_OPERATION) {.Verb = HostInspectComplete, .Irp = Irp});
}

static NTSTATUS Connect(PWSK_SOCKET S, PSOCKADDR Remote, ULONG Flags, PIRP Irp)
{
    (void)Remote, (void)Flags;
    return On(S, (HOST_OPERATION) {.Verb = HostConnect, .Irp = Irp});
}

static NTSTATUS ConnectEx(PWSK_SOCKET S, PSOCKADDR Remote, PWSK_BUF Buffer, ULONG Flags, PIRP Irp)
{
    (void)Remote, (void)Flags;
    return On(S, (HOST_OPERATION) {.Verb = HostConnectEx, .Irp = Irp, .Buffer = BUFFER(Buffer)});
}

static NTSTATUS GetLocalAddress(PWSK_SOCKET S, PSOCKADDR Out, PIRP Irp)
{
    return On(S, (HOST_OPERATION) {.Verb = HostGetLocalAddress, .Irp = Irp, .Out = Out});
}

static NTSTATUS GetRemoteAddress(PWSK_SOCKET S, PSOCKADDR Out, PIRP Irp)
{
    return On(S, (HOST_OPERATION) {.Verb = HostGetRemoteAddress, .Irp = Irp, .Out = Out});
}

static NTSTATUS Send(PWSK_SOCKET S, PWSK_BUF Buffer, ULONG Flags, PIRP Irp)
{
    (void)Flags;
    return On(S, (HOST_OPERATION) {.Verb = HostSend, .Irp = Irp, .Buffer = BUFFER(Buffer)});
}

static NTSTATUS Receive(PWSK_SOCKET S, PWSK_BUF Buffer, ULONG Flags, PIRP Irp)
{
    (void)Flags;
    return On(S, (HOST_OPERATION) {.Verb = HostReceive, .Irp = Irp, .Buffer = BUFFER(Buffer)});
}

static NTSTATUS Disconnect(PWSK_SOCKET S, PWSK_BUF Buffer, ULONG Flags, PIRP Irp)
{
    (void)Flags;
    return On(S, (HOST_OPERATION) {.Verb = HostDisconnect, .Irp = Irp, .Buffer = BUFFER(Buffer)});
}

static NTSTATUS Release(PWSK_SOCKET S, PWSK_DATA_INDICATION Indication)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    InterlockedIncrement(&Releases);
    return HostRelease(Of(S), Indication);
}

static NTSTATUS ReleaseDatagrams(PWSK_SOCKET S, PWSK_DATAGRAM_INDICATION Indication)
{
    return Release(S, (PWSK_DATA_INDICATION)Indication);
}

ULONG HostWskReleases(void)
{
    return (ULONG)__atomic_load_n(&Releases, __ATOMIC_SEQ_CST);
}

static NTSTATUS SendTo(PWSK_SOCKET S, PWSK_BUF Buffer, ULONG Flags, PSOCKADDR Remote, ULONG Length, PCMSGHDR Control,
    PIRP Irp)
{
    (void)Flags, (void)Remote, (void)Length, (void)Control;
    return On(S, (HOST_OPERATION) {.Verb = HostSendTo, .Irp = Irp, .Buffer = BUFFER(Buffer)});
}

static NTSTATUS SendMessages(PWSK_SOCKET S, PWSK_BUF_LIST List, ULONG Flags, PSOCKADDR Remote, ULONG Length,
    PCMSGHDR Control, PIRP Irp)
{
    (void)Flags, (void)Remote, (void)Length, (void)Control;
    return On(S, (HOST_OPERATION) {.Verb = HostSendMessages, .Irp = Irp, .List = List});
}

static NTSTATUS ReceiveFrom(PWSK_SOCKET S, PWSK_BUF Buffer, ULONG Flags, PSOCKADDR Remote, PULONG Length,
    PCMSGHDR Control, PULONG ControlFlags, PIRP Irp)
{
    (void)Flags, (void)Control;
    return On(S, (HOST_OPERATION) {.Verb = HostReceiveFrom, .Irp = Irp, .Buffer = BUFFER(Buffer), .Out = Remote,
        .OutLength = Length, .OutFlags = ControlFlags});
}

static NTSTATUS SendEx(PWSK_SOCKET S, PWSK_BUF Buffer, ULONG Flags, ULONG Length, PCMSGHDR Control, PIRP Irp)
{
    (void)Flags, (void)Length, (void)Control;
    return On(S, (HOST_OPERATION) {.Verb = HostSendEx, .Irp = Irp, .Buffer = BUFFER(Buffer)});
}

static NTSTATUS ReceiveEx(PWSK_SOCKET S, PWSK_BUF Buffer, ULONG Flags, PULONG Length, PCMSGHDR Control,
    PULONG ControlFlags, PIRP Irp)
{
    (void)Flags, (void)Length, (void)Control, (void)ControlFlags;
    return On(S, (HOST_OPERATION) {.Verb = HostReceiveEx, .Irp = Irp, .Buffer = BUFFER(Buffer)});
}

const WSK_PROVIDER_DISPATCH HostProviderDispatch = {MAKE_WSK_VERSION(1, 0), 0, Socket, SocketConnect, ControlClient,
    GetAddressInfo, FreeAddressInfo, GetNameInfo};

static const WSK_PROVIDER_BASIC_DISPATCH Basic = {ControlSocket, CloseSocket};
static const WSK_PROVIDER_LISTEN_DISPATCH Listening = {
    ControlSocket, CloseSocket, Bind, Accept, InspectComplete, GetLocalAddress};
static const WSK_PROVIDER_DATAGRAM_DISPATCH Datagram = {
    ControlSocket, CloseSocket, Bind, SendTo, ReceiveFrom, ReleaseDatagrams, GetLocalAddress, SendMessages};
static const WSK_PROVIDER_CONNECTION_DISPATCH Connection = {ControlSocket, CloseSocket, Bind, Connect, GetLocalAddress,
    GetRemoteAddress, Send, Receive, Disconnect, Release, ConnectEx, (PVOID)SendEx, (PVOID)ReceiveEx};
static const WSK_PROVIDER_STREAM_DISPATCH Stream = {ControlSocket, CloseSocket, Bind, Accept, Connect, Listen, Send,
    Receive, Disconnect, Release, GetLocalAddress, GetRemoteAddress, ConnectEx, (PVOID)SendEx, (PVOID)ReceiveEx};

const void *HostProviderTable(ULONG Category)
{
    switch (Category) {
    case WSK_FLAG_BASIC_SOCKET:
        return &Basic;
    case WSK_FLAG_LISTEN_SOCKET:
        return &Listening;
    case WSK_FLAG_DATAGRAM_SOCKET:
        return &Datagram;
    case WSK_FLAG_CONNECTION_SOCKET:
        return &Connection;
    case WSK_FLAG_STREAM_SOCKET:
        return &Stream;
    default:
        return NULL;
    }
}
