/* This client closes one socket twice (WSK-SOCK-003). */
#include "client.h"

_Use_decl_annotations_
NTSTATUS
ClientRun(PCLIENT Client)
{
    PTRANSFER Send = &Client->Transfers[0];
    CONST WSK_PROVIDER_CONNECTION_DISPATCH *Calls;
    PWSK_SOCKET Socket;
    NTSTATUS Status;

    Status = ClientConnect(Client, &Client->Sockets[0]);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SendBeginInFlight(Client, Client->Sockets[0], NonPagedPoolNx, Send);
    if (!NT_SUCCESS(Status))
        goto close;
    ClientSetState(Client, CLIENT_WAITING, STATUS_PENDING);
    Status = SendEnd(Client, Send);
    if (NT_SUCCESS(Status))
        Status = ClientDisconnect(Client, Client->Sockets[0]);

    Socket = Client->Sockets[0]; /* a second pointer to the socket, which outlives the first ... */
    Calls = Socket->Dispatch;
    ClientClose(Client, &Client->Sockets[0]);

    OperationPrepare(&Client->Control);
    (VOID) Calls->WskCloseSocket(Socket, Client->Control.Irp); /* ... and the misuse: it is closed already */
    (VOID) OperationWait(&Client->Control);
    return Status;

close:
    ClientClose(Client, &Client->Sockets[0]);
    return Status;
}
