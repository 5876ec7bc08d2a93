/*
 * This client works for a process: from the IOCTL_CLIENT_DRIVE of it until its handle is closed. All that time its
 * great send is in flight, or was; and on another connection it makes one small send after the other, but no more
 * than a reader of the trace has patience for. Then it closes the sockets, which completes the great send if the peer
 * has not read it.
 *
 * ClientMisuse gets the great send when the process has gone.
 */
#include "client.h"

#define SMALL_BYTES 1000
#define SMALL_SENDS 1500
#define PAUSE (-10000LL) /* 1 ms from now, in 100 ns */

static NTSTATUS
SendWhileDriven(PCLIENT Client, PWSK_SOCKET Socket)
{
    PTRANSFER Send = &Client->Transfers[1];
    LARGE_INTEGER Pause;
    ULONG Sent;
    NTSTATUS Status = STATUS_SUCCESS;

    Pause.QuadPart = PAUSE;
    for (Sent = 0; Sent < SMALL_SENDS; Sent++) {
        Status = SendBegin(Socket, NonPagedPoolNx, SMALL_BYTES, Send);
        if (NT_SUCCESS(Status))
            Status = SendEnd(Client, Send);
        if (!NT_SUCCESS(Status) || KeReadStateEvent(&Client->Undriven) != 0)
            break;
        if (Sent % 4 == 0)
            (VOID) KeDelayExecutionThread(KernelMode, FALSE, &Pause);
    }
    return Status;
}

_Use_decl_annotations_
NTSTATUS
ClientRun(PCLIENT Client)
{
    PTRANSFER Great = &Client->Transfers[0];
    NTSTATUS Sent;
    NTSTATUS Status;

    Status = ClientConnect(Client, &Client->Sockets[0]);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ClientConnect(Client, &Client->Sockets[1]);
    if (!NT_SUCCESS(Status))
        goto close;
    (VOID) KeWaitForSingleObject(&Client->Driven, Executive, KernelMode, FALSE, NULL);
    Status = SendBeginInFlight(Client, Client->Sockets[0], NonPagedPoolNx, Great);
    if (!NT_SUCCESS(Status))
        goto close;
    ClientSetState(Client, CLIENT_WAITING, STATUS_PENDING);
    Status = SendWhileDriven(Client, Client->Sockets[1]);
    (VOID) KeWaitForSingleObject(&Client->Undriven, Executive, KernelMode, FALSE, NULL);

    ClientMisuse(Great);
    ClientClose(Client, &Client->Sockets[0]);
    Sent = SendEnd(Client, Great);
    if (NT_SUCCESS(Status) && Sent != STATUS_CANCELLED)
        Status = Sent;

close:
    ClientClose(Client, &Client->Sockets[1]);
    ClientClose(Client, &Client->Sockets[0]);
    return Status;
}
