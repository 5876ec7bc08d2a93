/*
 * This client's driver unloads with a socket open (WSK-SOCK-005).
 *
 * Its WskDeregister waits for that socket for ever on Windows. Wine's does not wait.
 */
#include "client.h"

_Use_decl_annotations_
NTSTATUS
ClientRun(PCLIENT Client)
{
    PTRANSFER Send = &Client->Transfers[0];
    NTSTATUS Status;

    Status = ClientConnect(Client, &Client->Sockets[0]);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SendBeginInFlight(Client, Client->Sockets[0], NonPagedPoolNx, Send);
    ClientSetState(Client, CLIENT_WAITING, STATUS_PENDING);
    if (NT_SUCCESS(Status))
        Status = SendEnd(Client, Send);

    /* The misuse: no WskCloseSocket follows, and the unload routine knows of no socket. */
    return Status;
}
