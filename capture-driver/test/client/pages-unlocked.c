/* This client unlocks the pages of a WskSend before its IRP completes (WSK-BUF-003). */
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
    Status = SendBeginInFlight(Client, Client->Sockets[0], PagedPool, Send);
    if (!NT_SUCCESS(Status))
        goto close;

    MmUnlockPages(Send->Buffer.Mdl); /* the misuse: from here on the pages may be taken away */
    Send->Buffer.Locked = FALSE;

    ClientSetState(Client, CLIENT_WAITING, STATUS_PENDING);
    Status = SendEnd(Client, Send);
    if (NT_SUCCESS(Status))
        Status = ClientDisconnect(Client, Client->Sockets[0]);
close:
    ClientClose(Client, &Client->Sockets[0]);
    return Status;
}
