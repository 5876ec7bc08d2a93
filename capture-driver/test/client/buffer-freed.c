/* This client frees the bytes of a WskSend before its IRP completes, while the MDL stays (WSK-BUF-002). */
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

    ExFreePoolWithTag(Send->Buffer.Data, CLIENT_POOL_TAG); /* the misuse: WSK sends from there, it keeps no copy */
    Send->Buffer.Data = NULL;

    ClientSetState(Client, CLIENT_WAITING, STATUS_PENDING);
    Status = SendEnd(Client, Send);
    if (NT_SUCCESS(Status))
        Status = ClientDisconnect(Client, Client->Sockets[0]);
close:
    ClientClose(Client, &Client->Sockets[0]);
    return Status;
}
