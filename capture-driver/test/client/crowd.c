/*
 * This client has many operations in flight at once: on each of its sockets a receive, and behind that several sends.
 * The sends go round the sockets, one on each in turn. The first on every eighth socket, counted from the last, is
 * the great one; it and those behind it wait for the peer.
 *
 * Transfers[i] is the receive of socket i. Behind the receives stand the sends, in the order of their calls.
 */
#include "client.h"

#define GREAT_EVERY 8

/* All of them differ, but for the great ones. */
static ULONG
LengthOfSend(PCLIENT Client, ULONG Socket, ULONG Round)
{
    if (Round == 0 && (Client->SocketCount - 1 - Socket) % GREAT_EVERY == 0)
        return Client->PayloadBytes;
    return 1000 + 100 * Socket + 10 * Round;
}

static NTSTATUS
Begin(PCLIENT Client, ULONG Transfer)
{
    ULONG i = Transfer % Client->SocketCount;
    ULONG Lap = Transfer / Client->SocketCount;

    if (Lap == 0)
        return ReceiveBegin(Client->Sockets[i], sizeof(ULONGLONG), &Client->Transfers[Transfer]);
    return SendBegin(
        Client->Sockets[i], NonPagedPoolNx, LengthOfSend(Client, i, Lap - 1), &Client->Transfers[Transfer]);
}

/* The peer tells of each socket how many bytes it got there. */
static NTSTATUS
ReceiveAll(PCLIENT Client)
{
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG i;
    ULONG Round;

    for (i = 0; i < Client->SocketCount; i++) {
        ULONGLONG Expected = 0;
        ULONGLONG Count;
        NTSTATUS Ended = ReceiveAcknowledgement(Client, Client->Sockets[i], &Client->Transfers[i], &Count);

        for (Round = 0; Round < Client->SendCount; Round++)
            Expected += LengthOfSend(Client, i, Round);
        if (NT_SUCCESS(Ended))
            Ended = Count == Expected ? ClientDisconnect(Client, Client->Sockets[i]) : STATUS_DATA_ERROR;
        if (NT_SUCCESS(Status))
            Status = Ended;
    }
    return Status;
}

/* The peer will not answer on every socket. Closing is what completes the receives. */
static VOID
Abandon(PCLIENT Client, ULONG Receives)
{
    ULONG Received;
    ULONG i;

    for (i = 0; i < Client->SocketCount; i++)
        ClientClose(Client, &Client->Sockets[i]);
    for (i = 0; i < Receives; i++)
        (VOID) ReceiveEnd(Client, &Client->Transfers[i], NULL, 0, &Received);
}

_Use_decl_annotations_
NTSTATUS
ClientRun(PCLIENT Client)
{
    ULONG Receives = Client->SocketCount;
    ULONG All = Receives + Client->SocketCount * Client->SendCount;
    ULONG Begun = 0;
    ULONG i;
    NTSTATUS Status = STATUS_SUCCESS;

    for (i = 0; i < Client->SocketCount && NT_SUCCESS(Status); i++)
        Status = ClientConnect(Client, &Client->Sockets[i]);
    while (Begun < All && NT_SUCCESS(Status)) {
        Status = Begin(Client, Begun);
        if (NT_SUCCESS(Status))
            Begun++;
    }
    if (NT_SUCCESS(Status))
        ClientMisuse(&Client->Transfers[Receives + Client->Victim]);
    ClientSetState(Client, CLIENT_WAITING, STATUS_PENDING);

    for (i = Receives; i < Begun; i++) {
        NTSTATUS Sent = SendEnd(Client, &Client->Transfers[i]);
        if (NT_SUCCESS(Status))
            Status = Sent;
    }
    if (NT_SUCCESS(Status))
        Status = ReceiveAll(Client);
    else
        Abandon(Client, min(Begun, Receives));
    for (i = 0; i < Client->SocketCount; i++)
        ClientClose(Client, &Client->Sockets[i]);
    return Status;
}
