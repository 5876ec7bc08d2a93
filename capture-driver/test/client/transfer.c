#include "client.h"

#ifdef _MSC_VER
#define TRY __try
#define EXCEPT_RETURN(Cleanup) \
    __except (EXCEPTION_EXECUTE_HANDLER) \
    { \
        NTSTATUS Exception = GetExceptionCode(); \
        Cleanup; \
        return Exception; \
    }
#else /* gcc has no structured exceptions; pages of a fresh pool block of ours are there, so none is raised */
#define TRY
#define EXCEPT_RETURN(Cleanup)
#endif

static CONST WSK_PROVIDER_CONNECTION_DISPATCH *
Calls(PWSK_SOCKET Socket)
{
    return (CONST WSK_PROVIDER_CONNECTION_DISPATCH *)Socket->Dispatch;
}

static VOID
CountBytes(PCLIENT Client, LONGLONG Sent, LONGLONG Received)
{
    KIRQL Irql;

    KeAcquireSpinLock(&Client->StateLock, &Irql);
    Client->State.BytesSent += Sent;
    Client->State.BytesReceived += Received;
    KeReleaseSpinLock(&Client->StateLock, Irql);
}

_Function_class_(IO_COMPLETION_ROUTINE)
static NTSTATUS NTAPI
OperationCompleted(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    POPERATION Operation = Context;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    /* The thread that waits may free the operation from here on. */
    KeSetEvent(&Operation->Completed, IO_NO_INCREMENT, FALSE);
    /* The IRP is ours: the I/O manager must not finish it. */
    return STATUS_MORE_PROCESSING_REQUIRED;
}

_Use_decl_annotations_
NTSTATUS
OperationCreate(POPERATION Operation)
{
    KeInitializeEvent(&Operation->Completed, NotificationEvent, FALSE);
    Operation->Irp = IoAllocateIrp(1, FALSE);
    return Operation->Irp ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

_Use_decl_annotations_
VOID
OperationPrepare(POPERATION Operation)
{
    KeClearEvent(&Operation->Completed);
    IoReuseIrp(Operation->Irp, STATUS_UNSUCCESSFUL);
    IoSetCompletionRoutine(Operation->Irp, OperationCompleted, Operation, TRUE, TRUE, TRUE);
}

_Use_decl_annotations_
NTSTATUS
OperationWait(POPERATION Operation)
{
    (VOID) KeWaitForSingleObject(&Operation->Completed, Executive, KernelMode, FALSE, NULL);
    return Operation->Irp->IoStatus.Status;
}

_Use_decl_annotations_
VOID
OperationDelete(POPERATION Operation)
{
    if (Operation->Irp)
        IoFreeIrp(Operation->Irp);
    Operation->Irp = NULL;
}

static VOID
FillPattern(PUCHAR Data, ULONG Length)
{
    ULONG i;

    for (i = 0; i < Length; i++)
        Data[i] = (UCHAR)(i * 31 + (i >> 8));
}

static NTSTATUS
LockPages(PMDL Mdl)
{
    TRY
    {
        MmProbeAndLockPages(Mdl, KernelMode, IoReadAccess); /* WSK reads what it sends */
    }
    EXCEPT_RETURN((VOID)0)
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
NTSTATUS
BufferCreate(POOL_TYPE PoolType, ULONG Length, PBUFFER Buffer)
{
    NTSTATUS Status = STATUS_INSUFFICIENT_RESOURCES;

    RtlZeroMemory(Buffer, sizeof(*Buffer));
    Buffer->Length = Length;
    Buffer->Data = ExAllocatePoolWithTag(PoolType, Length, CLIENT_POOL_TAG);
    if (!Buffer->Data)
        goto undo;
    FillPattern(Buffer->Data, Length);
    Buffer->Mdl = IoAllocateMdl(Buffer->Data, Length, FALSE, FALSE, NULL);
    if (!Buffer->Mdl)
        goto undo;
    if (PoolType != PagedPool) {
        MmBuildMdlForNonPagedPool(Buffer->Mdl);
        return STATUS_SUCCESS;
    }
    Status = LockPages(Buffer->Mdl);
    if (!NT_SUCCESS(Status))
        goto undo;
    Buffer->Locked = TRUE;
    return STATUS_SUCCESS;

undo:
    BufferDelete(Buffer);
    return Status;
}

_Use_decl_annotations_
VOID
BufferDelete(PBUFFER Buffer)
{
    if (Buffer->Locked)
        MmUnlockPages(Buffer->Mdl);
    if (Buffer->Mdl)
        IoFreeMdl(Buffer->Mdl);
    if (Buffer->Data)
        ExFreePoolWithTag(Buffer->Data, CLIENT_POOL_TAG);
    RtlZeroMemory(Buffer, sizeof(*Buffer));
}

_Use_decl_annotations_
NTSTATUS
TransferCreate(POOL_TYPE PoolType, ULONG Length, PTRANSFER Transfer)
{
    NTSTATUS Status;

    Status = OperationCreate(&Transfer->Operation);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = BufferCreate(PoolType, Length, &Transfer->Buffer);
    if (!NT_SUCCESS(Status)) {
        OperationDelete(&Transfer->Operation);
        return Status;
    }
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
TransferDelete(PTRANSFER Transfer)
{
    BufferDelete(&Transfer->Buffer);
    OperationDelete(&Transfer->Operation);
}

static VOID
TransferPrepare(PTRANSFER Transfer, ULONG Length)
{
    Transfer->WskBuf.Mdl = Transfer->Buffer.Mdl;
    Transfer->WskBuf.Offset = 0;
    Transfer->WskBuf.Length = Length;
    OperationPrepare(&Transfer->Operation);
}

_Use_decl_annotations_
VOID
TransferSend(PWSK_SOCKET Socket, ULONG Length, PTRANSFER Transfer)
{
    TransferPrepare(Transfer, Length);
    (VOID) Calls(Socket)->WskSend(Socket, &Transfer->WskBuf, 0, Transfer->Operation.Irp);
}

_Use_decl_annotations_
VOID
TransferReceive(PWSK_SOCKET Socket, PTRANSFER Transfer)
{
    TransferPrepare(Transfer, Transfer->Buffer.Length);
    (VOID) Calls(Socket)->WskReceive(Socket, &Transfer->WskBuf, 0, Transfer->Operation.Irp);
}

_Use_decl_annotations_
NTSTATUS
TransferWaitSent(PCLIENT Client, PTRANSFER Transfer)
{
    NTSTATUS Status;

    Status = OperationWait(&Transfer->Operation);
    if (NT_SUCCESS(Status))
        CountBytes(Client, (LONGLONG)Transfer->Operation.Irp->IoStatus.Information, 0);
    return Status;
}

_Use_decl_annotations_
NTSTATUS
TransferWaitReceived(PCLIENT Client, PTRANSFER Transfer, PULONG Received)
{
    NTSTATUS Status;

    *Received = 0;
    Status = OperationWait(&Transfer->Operation);
    if (NT_SUCCESS(Status)) {
        *Received = (ULONG)Transfer->Operation.Irp->IoStatus.Information;
        CountBytes(Client, 0, *Received);
    }
    return Status;
}

_Use_decl_annotations_
NTSTATUS
SendBegin(PWSK_SOCKET Socket, POOL_TYPE PoolType, ULONG Length, PTRANSFER Send)
{
    NTSTATUS Status;

    Status = TransferCreate(PoolType, Length, Send);
    if (NT_SUCCESS(Status))
        TransferSend(Socket, Length, Send);
    return Status;
}

_Use_decl_annotations_
NTSTATUS
SendEnd(PCLIENT Client, PTRANSFER Send)
{
    NTSTATUS Status;

    Status = TransferWaitSent(Client, Send);
    TransferDelete(Send);
    return Status;
}

_Use_decl_annotations_
NTSTATUS
SendBeginInFlight(PCLIENT Client, PWSK_SOCKET Socket, POOL_TYPE PoolType, PTRANSFER Send)
{
    NTSTATUS Status;
    ULONG i;

    for (i = 0; i <= Client->Fills; i++) {
        Status = SendBegin(Socket, PoolType, Client->PayloadBytes, Send);
        if (!NT_SUCCESS(Status))
            return Status;
        if (KeReadStateEvent(&Send->Operation.Completed) == 0)
            return STATUS_SUCCESS;
        Status = SendEnd(Client, Send);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    return STATUS_UNSUCCESSFUL;
}

_Use_decl_annotations_
NTSTATUS
ReceiveBegin(PWSK_SOCKET Socket, ULONG Length, PTRANSFER Receive)
{
    NTSTATUS Status;

    Status = TransferCreate(NonPagedPoolNx, Length, Receive);
    if (NT_SUCCESS(Status))
        TransferReceive(Socket, Receive);
    return Status;
}

_Use_decl_annotations_
NTSTATUS
ReceiveEnd(PCLIENT Client, PTRANSFER Receive, PVOID Data, ULONG Length, PULONG Received)
{
    NTSTATUS Status;

    Status = TransferWaitReceived(Client, Receive, Received);
    if (NT_SUCCESS(Status) && Data && *Received <= Length)
        RtlCopyMemory(Data, Receive->Buffer.Data, *Received);
    TransferDelete(Receive);
    return Status;
}

_Use_decl_annotations_
NTSTATUS
ReceiveAcknowledgement(PCLIENT Client, PWSK_SOCKET Socket, PTRANSFER Receive, PULONGLONG Count)
{
    ULONG Got = 0;
    ULONG Received;
    NTSTATUS Status;

    *Count = 0;
    for (;;) {
        Status = ReceiveEnd(Client, Receive, (PUCHAR)Count + Got, sizeof(*Count) - Got, &Received);
        Got += Received;
        if (!NT_SUCCESS(Status) || Got == sizeof(*Count))
            return Status;
        if (Received == 0)
            return STATUS_END_OF_FILE;
        Status = ReceiveBegin(Socket, sizeof(*Count) - Got, Receive);
        if (!NT_SUCCESS(Status))
            return Status;
    }
}
