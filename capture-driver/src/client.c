/* The verbs of the client object: WSK_PROVIDER_DISPATCH as a target finds it. */
#include "call.h"

static const EVENT_DESCRIPTOR AddrInfoFree = WSKT_ADDR_INFO_FREE_DESCRIPTOR;

#define VERB(Name, Of, Packet)                                           \
    CALL Call = {.Irp = (Packet), .Verb = WsktVerb_##Name};              \
    const WSK_PROVIDER_DISPATCH *Original;                               \
    Call.Site.Caller = RETURN_ADDRESS();                                 \
    Call.Site.StackPointer = STACK_POINTER();                            \
    Call.Site.Client = ShimClientOf((Of), &Original);                    \
    Call.Site.CallerRva = TargetRva(Call.Site.Client, Call.Site.Caller)

static NTSTATUS WSKAPI
Socket(
    PWSK_CLIENT Client,
    ADDRESS_FAMILY AddressFamily,
    USHORT SocketType,
    ULONG Protocol,
    ULONG Flags,
    PVOID SocketContext,
    CONST VOID *Dispatch,
    PEPROCESS OwningProcess,
    PETHREAD OwningThread,
    PSECURITY_DESCRIPTOR SecurityDescriptor,
    PIRP Irp)
{
    VERB(WskSocket, Client, Irp);
    if (!EventOn())
        return Original->WskSocket(
            Client, AddressFamily, SocketType, Protocol, Flags, SocketContext, Dispatch, OwningProcess, OwningThread,
            SecurityDescriptor, Irp);
    WSKT_OP_ENTER Event = {
        .AddressFamily = AddressFamily,
        .SocketType = SocketType,
        .Protocol = Protocol,
        .Flags = Flags,
        .SocketContext = VALUE_OF(SocketContext),
        .SecurityDescriptor = VALUE_OF(SecurityDescriptor),
    };
    SHIM_CATEGORY Category = ShimCategoryOf(Flags);
    CallCopyCallbacks(&Event, Dispatch, Category);
    CallEnter(&Call, &Event, (UCHAR)Category);
    CallWrapCallbacks(&Call, (UCHAR)Category, &SocketContext, &Dispatch);
    return CALL_FORWARD(
        &Call,
        Original->WskSocket(
            Client, AddressFamily, SocketType, Protocol, Flags, SocketContext, Dispatch, OwningProcess, OwningThread,
            SecurityDescriptor, Irp));
}

static NTSTATUS WSKAPI
SocketConnect(
    PWSK_CLIENT Client,
    USHORT SocketType,
    ULONG Protocol,
    PSOCKADDR LocalAddress,
    PSOCKADDR RemoteAddress,
    ULONG Flags,
    PVOID SocketContext,
    CONST WSK_CLIENT_CONNECTION_DISPATCH *Dispatch,
    PEPROCESS OwningProcess,
    PETHREAD OwningThread,
    PSECURITY_DESCRIPTOR SecurityDescriptor,
    PIRP Irp)
{
    VERB(WskSocketConnect, Client, Irp);
    if (!EventOn())
        return Original->WskSocketConnect(
            Client, SocketType, Protocol, LocalAddress, RemoteAddress, Flags, SocketContext, Dispatch, OwningProcess,
            OwningThread, SecurityDescriptor, Irp);
    WSKT_OP_ENTER Event = {
        .AddressFamily = LocalAddress ? LocalAddress->sa_family : 0,
        .SocketType = SocketType,
        .Protocol = Protocol,
        .Flags = Flags,
        .SocketContext = VALUE_OF(SocketContext),
        .SecurityDescriptor = VALUE_OF(SecurityDescriptor),
    };
    CallCopyAddress(Event.LocalAddress, LocalAddress);
    CallCopyAddress(Event.RemoteAddress, RemoteAddress);
    CallCopyCallbacks(&Event, Dispatch, ShimConnection);
    const VOID *Given = Dispatch;
    CallEnter(&Call, &Event, ShimConnection);
    CallWrapCallbacks(&Call, ShimConnection, &SocketContext, &Given);
    return CALL_FORWARD(
        &Call,
        Original->WskSocketConnect(
            Client, SocketType, Protocol, LocalAddress, RemoteAddress, Flags, SocketContext, Given, OwningProcess,
            OwningThread, SecurityDescriptor, Irp));
}

static NTSTATUS WSKAPI
ControlClient(
    PWSK_CLIENT Client,
    ULONG ControlCode,
    SIZE_T InputSize,
    PVOID InputBuffer,
    SIZE_T OutputSize,
    PVOID OutputBuffer,
    SIZE_T *OutputSizeReturned,
    PIRP Irp)
{
    VERB(WskControlClient, Client, Irp);
    if (!EventOn())
        return Original->WskControlClient(
            Client, ControlCode, InputSize, InputBuffer, OutputSize, OutputBuffer, OutputSizeReturned, Irp);
    WSKT_OP_ENTER Event = {
        .ControlCode = ControlCode,
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
        Original->WskControlClient(
            Client, ControlCode, InputSize, InputBuffer, OutputSize, OutputBuffer, OutputSizeReturned, Irp));
}

/* As much of a name as fits; pageable memory, perhaps. */
static VOID
CopyName(WSKT_OP_ENTER *Event, const UNICODE_STRING *Name)
{
    if (!Name || !Name->Buffer || KeGetCurrentIrql() >= DISPATCH_LEVEL)
        return;
    Event->InputSize = Name->Length;
    RtlCopyMemory(Event->Input, Name->Buffer, min(Name->Length, sizeof(Event->Input)));
}

/* InputBuffer is the node's name, Input its first 16 characters, OutputBuffer the place for the result. */
static NTSTATUS WSKAPI
GetAddressInfo(
    PWSK_CLIENT Client,
    PUNICODE_STRING NodeName,
    PUNICODE_STRING ServiceName,
    ULONG NameSpace,
    GUID *Provider,
    PADDRINFOEXW Hints,
    PADDRINFOEXW *Result,
    PEPROCESS OwningProcess,
    PETHREAD OwningThread,
    PIRP Irp)
{
    VERB(WskGetAddressInfo, Client, Irp);
    if (!EventOn())
        return Original->WskGetAddressInfo(
            Client, NodeName, ServiceName, NameSpace, Provider, Hints, Result, OwningProcess, OwningThread, Irp);
    WSKT_OP_ENTER Event = {
        .ControlCode = NameSpace,
        .InputBuffer = VALUE_OF(NodeName),
        .OutputBuffer = VALUE_OF(Result),
    };
    CopyName(&Event, NodeName);
    CallEnter(&Call, &Event, CALL_MAKES_NONE);
    return CALL_FORWARD(
        &Call,
        Original->WskGetAddressInfo(
            Client, NodeName, ServiceName, NameSpace, Provider, Hints, Result, OwningProcess, OwningThread, Irp));
}

static NTSTATUS WSKAPI
GetNameInfo(
    PWSK_CLIENT Client,
    PSOCKADDR SockAddr,
    ULONG SockAddrLength,
    PUNICODE_STRING NodeName,
    PUNICODE_STRING ServiceName,
    ULONG Flags,
    PEPROCESS OwningProcess,
    PETHREAD OwningThread,
    PIRP Irp)
{
    VERB(WskGetNameInfo, Client, Irp);
    if (!EventOn())
        return Original->WskGetNameInfo(
            Client, SockAddr, SockAddrLength, NodeName, ServiceName, Flags, OwningProcess, OwningThread, Irp);
    WSKT_OP_ENTER Event = {
        .Flags = Flags,
        .InputSize = SockAddrLength,
        .InputBuffer = VALUE_OF(SockAddr),
        .OutputBuffer = VALUE_OF(NodeName),
    };
    CallCopyAddress(Event.RemoteAddress, SockAddr);
    CallEnter(&Call, &Event, CALL_MAKES_NONE);
    return CALL_FORWARD(
        &Call,
        Original->WskGetNameInfo(
            Client, SockAddr, SockAddrLength, NodeName, ServiceName, Flags, OwningProcess, OwningThread, Irp));
}

/* Logged before it, as all that frees. */
static VOID WSKAPI
FreeAddressInfo(PWSK_CLIENT Client, PADDRINFOEXW AddrInfo)
{
    VERB(WskFreeAddressInfo, Client, NULL);
    if (EventOn()) {
        WSKT_ADDR_INFO_FREE Event = {.ProviderClient = VALUE_OF(Client), .AddrInfo = VALUE_OF(AddrInfo)};
        EVENT_WRITE(&AddrInfoFree, &Call.Site, 0, &Event);
    }
    Original->WskFreeAddressInfo(Client, AddrInfo);
}

const WSK_PROVIDER_DISPATCH ShimProviderDispatch = {
    .WskSocket = Socket,
    .WskSocketConnect = SocketConnect,
    .WskControlClient = ControlClient,
    .WskGetAddressInfo = GetAddressInfo,
    .WskFreeAddressInfo = FreeAddressInfo,
    .WskGetNameInfo = GetNameInfo,
};
