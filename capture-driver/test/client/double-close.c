/*
 * This client closes one socket twice (WSK-SOCK-003).
 *
 * It does so to a socket that never had a connection, and by a pointer to its calls that it took while the socket was
 * there: the memory of a closed socket belongs to nobody, and this is the form that Wine survives.
 */
#include "client.h"

_Use_decl_annotations_
NTSTATUS
ClientRun(PCLIENT Client)
{
    PTRANSFER Send = &Client->Transfers[0];
    CONST WSK_PROVIDER_CONNECTION_DISPATCH *Calls;
    PWSK_SOCKET Spare;
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
    if (NT_SUCCESS(Status))
        Status = ClientOpen(Client, &Client->Sockets[1]);
    if (!NT_SUCCESS(Status))
        goto close;

    Spare = Client->Sockets[1]; /* this pointer outlives the one that the first close sets to NULL */
    Calls = Spare->Dispatch;
    ClientClose(Client, &Client->Sockets[1]);

    OperationPrepare(&Client->Control);
    (VOID) Calls->WskCloseSocket(Spare, Client->Control.Irp); /* the misuse: it is closed already */
    (VOID) OperationWait(&Client->Control);

close:
    ClientClose(Client, &Client->Sockets[0]);
    return Status;
}
