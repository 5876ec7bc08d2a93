/*
 * This client listens, accepts one connection after the other, and sends back what it receives there, by one IRP and
 * one buffer for each connection. When it closes the socket that listens, a WskAccept is in flight: WSK cancels it.
 *
 * ClientMisuse gets the first receive of each connection.
 */
#include "client.h"

static VOID
Accept(PWSK_SOCKET Listening, POPERATION Operation)
{
    OperationPrepare(Operation);
    (VOID) ((CONST WSK_PROVIDER_LISTEN_DISPATCH *)Listening->Dispatch)
        ->WskAccept(Listening, 0, NULL, NULL, NULL, NULL, Operation->Irp);
}

/* Until the peer has ended its direction. */
static NTSTATUS
Echo(PCLIENT Client, PWSK_SOCKET Socket, PTRANSFER Transfer)
{
    ULONG Received;
    NTSTATUS Status;

    for (;;) {
        Status = TransferWaitReceived(Client, Transfer, &Received);
        if (!NT_SUCCESS(Status) || Received == 0)
            return Status;
        TransferSend(Socket, Received, Transfer);
        Status = TransferWaitSent(Client, Transfer);
        if (!NT_SUCCESS(Status))
            return Status;
        TransferReceive(Socket, Transfer);
    }
}

static NTSTATUS
Serve(PCLIENT Client, PWSK_SOCKET Socket)
{
    PTRANSFER Transfer = &Client->Transfers[0];
    NTSTATUS Status;

    Status = TransferCreate(NonPagedPoolNx, Client->PayloadBytes, Transfer);
    if (!NT_SUCCESS(Status))
        return Status;
    TransferReceive(Socket, Transfer);
    ClientMisuse(Transfer);
    ClientSetState(Client, CLIENT_WAITING, STATUS_PENDING);
    Status = Echo(Client, Socket, Transfer);
    TransferDelete(Transfer);
    if (NT_SUCCESS(Status))
        Status = ClientDisconnect(Client, Socket);
    return Status;
}

_Use_decl_annotations_
NTSTATUS
ClientRun(PCLIENT Client)
{
    POPERATION Accepting = &Client->Transfers[1].Operation;
    ULONG i;
    NTSTATUS Status;

    Status = OperationCreate(Accepting);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ClientOpen(Client, WSK_FLAG_LISTEN_SOCKET, Client->Port, &Client->Sockets[0]);
    if (!NT_SUCCESS(Status))
        goto deleteOperation;

    Accept(Client->Sockets[0], Accepting);
    for (i = 0; i < Client->SocketCount && NT_SUCCESS(Status); i++) {
        Status = OperationWait(Accepting);
        if (!NT_SUCCESS(Status))
            goto close;
        Client->Sockets[1] = (PWSK_SOCKET)Accepting->Irp->IoStatus.Information;
        Accept(Client->Sockets[0], Accepting); /* the next, while this one is served */
        Status = Serve(Client, Client->Sockets[1]);
        ClientClose(Client, &Client->Sockets[1]);
    }
    ClientClose(Client, &Client->Sockets[0]);
    if (OperationWait(Accepting) != STATUS_CANCELLED && NT_SUCCESS(Status))
        Status = STATUS_UNSUCCESSFUL; /* a connection that nobody made */

close:
    ClientClose(Client, &Client->Sockets[0]);
deleteOperation:
    OperationDelete(Accepting);
    return Status;
}
