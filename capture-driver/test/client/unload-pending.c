/*
 * This client's driver unloads with sends in flight, and their socket open (WSK-SOCK-005).
 *
 * On Windows its WskDeregister waits for ever. Wine's does not; what completes afterwards calls into an image that is
 * gone. The sends are made by a thread that stays, asleep: when a thread ends, Wine cancels what it has begun.
 */
#include "client.h"

#define SENDS 3

static KEVENT Sent;
static NTSTATUS SentStatus; /* of the last send, valid once Sent is set */

static KSTART_ROUTINE SendAndSleep;

static VOID NTAPI
SendAndSleep(PVOID Context)
{
    PCLIENT Client = Context;
    LARGE_INTEGER Ages;
    ULONG i;

    SentStatus = STATUS_SUCCESS;
    for (i = 0; i < SENDS && NT_SUCCESS(SentStatus); i++)
        SentStatus = SendBeginInFlight(Client, Client->Sockets[0], NonPagedPoolNx, &Client->Transfers[i]);
    KeSetEvent(&Sent, IO_NO_INCREMENT, FALSE);
    Ages.QuadPart = -(1LL << 60);
    (VOID) KeDelayExecutionThread(KernelMode, FALSE, &Ages);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

_Use_decl_annotations_
NTSTATUS
ClientRun(PCLIENT Client)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Thread;
    NTSTATUS Status;

    KeInitializeEvent(&Sent, NotificationEvent, FALSE);
    Status = ClientConnect(Client, &Client->Sockets[0]);
    if (!NT_SUCCESS(Status))
        return Status;
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = PsCreateSystemThread(&Thread, THREAD_ALL_ACCESS, &Attributes, NULL, NULL, SendAndSleep, Client);
    if (!NT_SUCCESS(Status))
        return Status;
    ZwClose(Thread);
    (VOID) KeWaitForSingleObject(&Sent, Executive, KernelMode, FALSE, NULL);
    ClientSetState(Client, CLIENT_WAITING, STATUS_PENDING);

    /* The misuse: no SendEnd and no WskCloseSocket follow, and the unload routine knows of nothing in flight. */
    return SentStatus;
}
