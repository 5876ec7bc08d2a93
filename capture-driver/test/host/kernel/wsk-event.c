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

static ULONG StreamAccepts = WSK_FLAG_CONNECTION_SOCKET;

void HostWskStreamAccepts(ULONG Category)
{
    StreamAccepts = Category;
}

ULONG HostStreamAccepts(void)
{
    return StreamAccepts;
}

static void Enabled(const HOST_SOCKET *Socket, ULONG Event)
{
    HOST_CHECK(Socket->Dispatch != NULL, "an event on a socket without a client dispatch table");
    HOST_CHECK(Socket->Events & Event, "event 0x%x is not enabled", Event);
}

/* Those of an accepted socket are always a connection's. */
static const WSK_CLIENT_CONNECTION_DISPATCH *Connection(HOST_SOCKET *Socket, ULONG Event)
{
    Enabled(Socket, Event);
    return Socket->Category == WSK_FLAG_STREAM_SOCKET && !Socket->AcceptedByStream
        ? ((const WSK_CLIENT_STREAM_DISPATCH *)Socket->Dispatch)->Connect
        : Socket->Dispatch;
}

static const WSK_CLIENT_LISTEN_DISPATCH *Listener(HOST_SOCKET *Socket)
{
    return Socket->Category == WSK_FLAG_STREAM_SOCKET ? ((const WSK_CLIENT_STREAM_DISPATCH *)Socket->Dispatch)->Listen
                                                      : Socket->Dispatch;
}

const WSK_CLIENT_CONNECTION_DISPATCH *HostConnectionEvents(HOST_SOCKET *Socket)
{
    return Connection(Socket, WSK_EVENT_RECEIVE);
}

/* The client's table and context of a socket that is just being accepted are where it has put them by now. */
void HostEnableEvents(HOST_SOCKET *Socket, ULONG Mask)
{
    if (Mask & WSK_EVENT_DISABLE) {
        Socket->Events &= ~Mask;
        return;
    }
    if (Socket->AcceptDispatch != NULL) {
        Socket->Context = *Socket->AcceptContext;
        Socket->Dispatch = *Socket->AcceptDispatch;
    }
    HOST_CHECK(Socket->Dispatch != NULL, "callbacks are enabled on a socket without a client dispatch table");
    Socket->Events |= Mask;
}

NTSTATUS HostWskDisconnectEvent(HOST_SOCKET *Socket, ULONG Flags)
{
    const WSK_CLIENT_CONNECTION_DISPATCH *Events = Connection(Socket, WSK_EVENT_DISCONNECT);
    AT_DISPATCH(NTSTATUS, Events->WskDisconnectEvent(Socket->Context, Flags | WSK_FLAG_AT_DISPATCH_LEVEL));
}

NTSTATUS HostWskSendBacklogEvent(HOST_SOCKET *Socket, SIZE_T Ideal)
{
    const WSK_CLIENT_CONNECTION_DISPATCH *Events = Connection(Socket, WSK_EVENT_SEND_BACKLOG);
    AT_DISPATCH(NTSTATUS, Events->WskSendBacklogEvent(Socket->Context, Ideal));
}

NTSTATUS HostWskAcceptEvent(HOST_SOCKET *Socket, HOST_SOCKET **Accepted)
{
    PVOID Context = NULL;
    const WSK_CLIENT_CONNECTION_DISPATCH *Dispatch = NULL;
    bool Stream = Socket->Category == WSK_FLAG_STREAM_SOCKET;
    Enabled(Socket, WSK_EVENT_ACCEPT);
    HOST_SOCKET *New = HostSocketNew(Socket->Owner, Stream ? StreamAccepts : WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    New->AcceptedByStream = Stream;
    New->AcceptContext = &Context;
    New->AcceptDispatch = &Dispatch;
    *Accepted = New;
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    NTSTATUS Status = Listener(Socket)->WskAcceptEvent(Socket->Context, WSK_FLAG_AT_DISPATCH_LEVEL,
        (PSOCKADDR)&New->Local, (PSOCKADDR)&New->Remote, &New->Public, &Context, &Dispatch);
    KeLowerIrql(Old);
    if (!HostSocketIsOpen(New)) { /* the client has closed it in there */
        *Accepted = NULL;
        return Status;
    }
    New->AcceptContext = NULL;
    New->AcceptDispatch = NULL;
    New->Context = Context;
    New->Dispatch = Dispatch;
    if (!NT_SUCCESS(Status)) {
        HostSocketClosed(New);
        *Accepted = NULL;
    }
    return Status;
}

NTSTATUS HostWskAcceptEnd(HOST_SOCKET *Socket)
{
    PVOID Context = NULL;
    const WSK_CLIENT_CONNECTION_DISPATCH *Dispatch = NULL;
    Enabled(Socket, WSK_EVENT_ACCEPT);
    AT_DISPATCH(NTSTATUS, Listener(Socket)->WskAcceptEvent(Socket->Context, WSK_FLAG_AT_DISPATCH_LEVEL,
        (PSOCKADDR)&Socket->Local, (PSOCKADDR)&Socket->Remote, NULL, &Context, &Dispatch));
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
