/*
 * This client closes one socket twice (WSK-SOCK-003).
 *
 * It does so to a socket that never had a connection, at a quiet moment, and by a pointer to its calls that it took
 * while the socket was there. The memory of a closed socket belongs to nobody. Wine gives it back to its heap a second
 * time; the heap notices, and refuses, unless the block before the socket's was freed since the socket was made.
 */
#include "client.h"

#define QUIET (-1000000LL) /* 0.1 s from now, in 100 ns */

_Use_decl_annotations_
NTSTATUS
ClientRun(PCLIENT Client)
{
    PTRANSFER Send = &Client->Transfers[0];
    CONST WSK_PROVIDER_CONNECTION_DISPATCH *Calls;
    PWSK_SOCKET Spare;
    LARGE_INTEGER Quiet;
    NTSTATUS Status;

    Quiet.QuadPart = QUIET;
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
    (VOID) KeDelayExecutionThread(KernelMode, FALSE, &Quiet);
    if (NT_SUCCESS(Status))
        Status = ClientOpen(Client, WSK_FLAG_CONNECTION_SOCKET, 0, &Client->Sockets[1]);
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
