/*
 * Event callbacks, WSK to client, at DISPATCH_LEVEL as they may come.
 */
#include <string.h>

#include "hostwsk.h"

#define AT_DISPATCH(Type, Call)                     \
    KIRQL Old_ = KfRaiseIrql(DISPATCH_LEVEL);       \
    Type Result_ = (Call);                          \
    KeLowerIrql(Old_);                              \
    return Result_

static const WSK_CLIENT_CONNECTION_DISPATCH *Connection(HOST_SOCKET *Socket)
{
    const WSK_CLIENT_CONNECTION_DISPATCH *Dispatch = Socket->Category == WSK_FLAG_STREAM_SOCKET
        ? ((const WSK_CLIENT_STREAM_DISPATCH *)Socket->Dispatch)->Connect
        : Socket->Dispatch;
    HOST_CHECK(Dispatch != NULL, "an event on a socket without a client dispatch table");
    return Dispatch;
}

static const WSK_CLIENT_LISTEN_DISPATCH *Listener(HOST_SOCKET *Socket)
{
    return Socket->Category == WSK_FLAG_STREAM_SOCKET ? ((const WSK_CLIENT_STREAM_DISPATCH *)Socket->Dispatch)->Listen
                                                      : Socket->Dispatch;
}

NTSTATUS HostWskReceiveEvent(HOST_SOCKET *Socket, void *Data, ULONG Bytes, PSIZE_T Accepted)
{
    PMDL Mdl = IoAllocateMdl(Data, Bytes, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(Mdl);
    WSK_DATA_INDICATION Indication = {.Buffer = {.Mdl = Mdl, .Length = Bytes}};
    *Accepted = Bytes;
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    NTSTATUS Status = Connection(Socket)->WskReceiveEvent(
        Socket->Context, WSK_FLAG_AT_DISPATCH_LEVEL, &Indication, Bytes, Accepted);
    KeLowerIrql(Old);
    IoFreeMdl(Mdl);
    return Status;
}

NTSTATUS HostWskReceiveFromEvent(HOST_SOCKET *Socket, void *Data, ULONG Bytes)
{
    PMDL Mdl = IoAllocateMdl(Data, Bytes, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(Mdl);
    WSK_DATAGRAM_INDICATION Indication = {
        .Buffer = {.Mdl = Mdl, .Length = Bytes}, .RemoteAddress = (PSOCKADDR)&Socket->Remote};
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    NTSTATUS Status = ((const WSK_CLIENT_DATAGRAM_DISPATCH *)Socket->Dispatch)
                          ->WskReceiveFromEvent(Socket->Context, WSK_FLAG_AT_DISPATCH_LEVEL, &Indication);
    KeLowerIrql(Old);
    IoFreeMdl(Mdl);
    return Status;
}

NTSTATUS HostWskDisconnectEvent(HOST_SOCKET *Socket, ULONG Flags)
{
    AT_DISPATCH(NTSTATUS, Connection(Socket)->WskDisconnectEvent(Socket->Context, Flags | WSK_FLAG_AT_DISPATCH_LEVEL));
}

NTSTATUS HostWskSendBacklogEvent(HOST_SOCKET *Socket, SIZE_T Ideal)
{
    AT_DISPATCH(NTSTATUS, Connection(Socket)->WskSendBacklogEvent(Socket->Context, Ideal));
}

NTSTATUS HostWskAcceptEvent(HOST_SOCKET *Socket, HOST_SOCKET **Accepted)
{
    PVOID Context = NULL;
    const WSK_CLIENT_CONNECTION_DISPATCH *Dispatch = NULL;
    *Accepted = HostSocketNew(Socket->Owner, WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    NTSTATUS Status = Listener(Socket)->WskAcceptEvent(Socket->Context, WSK_FLAG_AT_DISPATCH_LEVEL,
        (PSOCKADDR)&(*Accepted)->Local, (PSOCKADDR)&(*Accepted)->Remote, &(*Accepted)->Public, &Context, &Dispatch);
    KeLowerIrql(Old);
    (*Accepted)->Context = Context;
    (*Accepted)->Dispatch = Dispatch;
    if (Status == STATUS_REQUEST_NOT_ACCEPTED) {
        HostSocketClosed(*Accepted);
        *Accepted = NULL;
    }
    return Status;
}

WSK_INSPECT_ACTION HostWskInspectEvent(HOST_SOCKET *Socket, PWSK_INSPECT_ID Id)
{
    AT_DISPATCH(WSK_INSPECT_ACTION,
        Listener(Socket)->WskInspectEvent(Socket->Context, (PSOCKADDR)&Socket->Local, (PSOCKADDR)&Socket->Remote, Id));
}

NTSTATUS HostWskAbortEvent(HOST_SOCKET *Socket, PWSK_INSPECT_ID Id)
{
    AT_DISPATCH(NTSTATUS, Listener(Socket)->WskAbortEvent(Socket->Context, Id));
}
