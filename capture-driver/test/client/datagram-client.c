/*
 * This client keeps every rule, with one datagram: WskSendTo at DISPATCH_LEVEL, where a driver that sends from a DPC is.
 * A provider that completes within the call completes at that level.
 */
#include "client.h"

#define DATAGRAM_BYTES 100

static CONST WSK_PROVIDER_DATAGRAM_DISPATCH *
Calls(PWSK_SOCKET Socket)
{
    return (CONST WSK_PROVIDER_DATAGRAM_DISPATCH *)Socket->Dispatch;
}

static NTSTATUS
Open(PCLIENT Client, PWSK_SOCKET *Socket)
{
    SOCKADDR_IN Any = {0};
    NTSTATUS Status;

    OperationPrepare(&Client->Control);
    (VOID) Client->Provider.Dispatch->WskSocket(
        Client->Provider.Client, AF_INET, SOCK_DGRAM, IPPROTO_UDP, WSK_FLAG_DATAGRAM_SOCKET, NULL, NULL, NULL, NULL,
        NULL, Client->Control.Irp);
    Status = OperationWait(&Client->Control);
    if (!NT_SUCCESS(Status))
        return Status;
    *Socket = (PWSK_SOCKET)Client->Control.Irp->IoStatus.Information;

    Any.sin_family = AF_INET;
    OperationPrepare(&Client->Control);
    (VOID) Calls(*Socket)->WskBind(*Socket, (PSOCKADDR)&Any, 0, Client->Control.Irp);
    Status = OperationWait(&Client->Control);
    return Status;
}

static NTSTATUS
SendOne(PCLIENT Client, PWSK_SOCKET Socket)
{
    SOCKADDR_IN Peer = ClientAddress(Client->Address, Client->Port);
    BUFFER Buffer;
    WSK_BUF WskBuf;
    KIRQL Irql;
    NTSTATUS Status;

    Status = BufferCreate(NonPagedPoolNx, DATAGRAM_BYTES, &Buffer);
    if (!NT_SUCCESS(Status))
        return Status;
    WskBuf.Mdl = Buffer.Mdl;
    WskBuf.Offset = 0;
    WskBuf.Length = DATAGRAM_BYTES;
    OperationPrepare(&Client->Control);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    (VOID) Calls(Socket)->WskSendTo(Socket, &WskBuf, 0, (PSOCKADDR)&Peer, 0, NULL, Client->Control.Irp);
    KeLowerIrql(Irql);
    Status = OperationWait(&Client->Control);
    BufferDelete(&Buffer);
    return Status;
}

_Use_decl_annotations_
NTSTATUS
ClientRun(PCLIENT Client)
{
    NTSTATUS Status;

    Status = Open(Client, &Client->Sockets[0]);
    if (NT_SUCCESS(Status))
        Status = SendOne(Client, Client->Sockets[0]);
    ClientClose(Client, &Client->Sockets[0]);
    return Status;
}
