/* This client frees the MDL of a WskSend before its IRP completes (WSK-BUF-001). */
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
    if (!NT_SUCCESS(Status))
        goto close;

    IoFreeMdl(Send->Buffer.Mdl); /* the misuse: WSK still reads it */
    Send->Buffer.Mdl = NULL;

    ClientSetState(Client, CLIENT_WAITING, STATUS_PENDING);
    Status = SendEnd(Client, Send);
    if (NT_SUCCESS(Status))
        Status = ClientDisconnect(Client, Client->Sockets[0]);
close:
    ClientClose(Client, &Client->Sockets[0]);
    return Status;
}
