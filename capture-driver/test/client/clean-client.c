/*
 * This client keeps every rule: while a send or a receive is in flight, its IRP, its MDL and its bytes stay as they
 * are; they are given back after the completion; and its socket is closed once, when nothing is left to say.
 */
#include "client.h"

#define GREETING_BYTES 1000

/* Receives the end of the peer's direction: a success of no bytes. */
static NTSTATUS
ReceiveEndOfStream(PCLIENT Client, PTRANSFER Receive)
{
    ULONG Received;
    NTSTATUS Status;

    Status = ReceiveBegin(Client->Sockets[0], sizeof(ULONGLONG), Receive);
    if (NT_SUCCESS(Status))
        Status = ReceiveEnd(Client, Receive, NULL, 0, &Received);
    if (NT_SUCCESS(Status) && Received != 0)
        Status = STATUS_INVALID_NETWORK_RESPONSE;
    return Status;
}

/* A small send, from nonpaged pool, which may well complete before WskSend returns. Then a great one, from locked
   pages, which waits for the peer. */
static NTSTATUS
SendBoth(PCLIENT Client)
{
    PTRANSFER Send = &Client->Transfers[1];
    NTSTATUS Status;

    Status = SendBegin(Client->Sockets[0], NonPagedPoolNx, GREETING_BYTES, Send);
    if (NT_SUCCESS(Status))
        Status = SendEnd(Client, Send);
    if (NT_SUCCESS(Status))
        Status = SendBeginInFlight(Client, Client->Sockets[0], PagedPool, Send);
    if (!NT_SUCCESS(Status))
        return Status;
    ClientSetState(Client, CLIENT_WAITING, STATUS_PENDING);
    return SendEnd(Client, Send);
}

_Use_decl_annotations_
NTSTATUS
ClientRun(PCLIENT Client)
{
    PTRANSFER Receive = &Client->Transfers[0];
    ULONGLONG Count;
    ULONG Received;
    NTSTATUS Status;

    Status = ClientConnect(Client, &Client->Sockets[0]);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ReceiveBegin(Client->Sockets[0], sizeof(Count), Receive); /* in flight while both sends are */
    if (!NT_SUCCESS(Status))
        goto close;

    Status = SendBoth(Client);
    if (!NT_SUCCESS(Status)) {
        /* The peer will not answer. Closing is what completes the receive. */
        ClientClose(Client, &Client->Sockets[0]);
        (VOID) ReceiveEnd(Client, Receive, NULL, 0, &Received);
        return Status;
    }

    Status = ReceiveAcknowledgement(Client, Client->Sockets[0], Receive, &Count);
    if (NT_SUCCESS(Status) && Count != (ULONGLONG)Client->State.BytesSent) /* no other thread writes it */
        Status = STATUS_DATA_ERROR;
    if (NT_SUCCESS(Status))
        Status = ReceiveEndOfStream(Client, Receive);
    if (NT_SUCCESS(Status))
        Status = ClientDisconnect(Client, Client->Sockets[0]);

close:
    ClientClose(Client, &Client->Sockets[0]);
    return Status;
}
