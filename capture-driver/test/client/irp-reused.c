/*
 * This client makes a second WskSend with the IRP of one that is still in flight (WSK-IRP-005).
 *
 * The second goes out on another connection and is small, so it is the first to complete. The IRP completes once more
 * when the first send does. A kernel that looks stops there (bugcheck 0x44). Wine's does not look, and frees the IRP.
 */
#include "client.h"

#define SECOND_BYTES 1000
#define TWO_SECONDS (-20000000LL) /* from now, in 100 ns */

_Use_decl_annotations_
NTSTATUS
ClientRun(PCLIENT Client)
{
    PTRANSFER First = &Client->Transfers[0];
    BUFFER Second;
    WSK_BUF SecondBuf;
    PWSK_SOCKET Other;
    LARGE_INTEGER Patience;
    NTSTATUS Status;

    Patience.QuadPart = TWO_SECONDS;
    Status = ClientConnect(Client, &Client->Sockets[0]);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ClientConnect(Client, &Client->Sockets[1]);
    if (!NT_SUCCESS(Status))
        goto close;
    Status = BufferCreate(NonPagedPoolNx, SECOND_BYTES, &Second);
    if (!NT_SUCCESS(Status))
        goto close;
    Status = SendBeginInFlight(Client, Client->Sockets[0], NonPagedPoolNx, First);
    if (!NT_SUCCESS(Status))
        goto deleteSecond;

    /* The misuse: this IRP has not completed. */
    OperationPrepare(&First->Operation);
    Other = Client->Sockets[1];
    SecondBuf.Mdl = Second.Mdl;
    SecondBuf.Offset = 0;
    SecondBuf.Length = SECOND_BYTES;
    (VOID) ((CONST WSK_PROVIDER_CONNECTION_DISPATCH *)Other->Dispatch)->WskSend(Other, &SecondBuf, 0, First->Operation.Irp);
    Status = OperationWait(&First->Operation);

    BufferDelete(&Second);

    /* Whether the completion of the first still finds its way here is anyone's guess, so this wait has an end. Without
       it nothing that WSK may hold is given back. */
    KeClearEvent(&First->Operation.Completed);
    ClientSetState(Client, CLIENT_WAITING, STATUS_PENDING);
    if (KeWaitForSingleObject(&First->Operation.Completed, Executive, KernelMode, FALSE, &Patience) == STATUS_SUCCESS)
        (VOID) SendEnd(Client, First);
    goto close;

deleteSecond:
    BufferDelete(&Second);
close:
    ClientClose(Client, &Client->Sockets[1]);
    ClientClose(Client, &Client->Sockets[0]);
    return Status;
}
