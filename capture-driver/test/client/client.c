#include "client.h"

#define CAPTURE_TIMEOUT_MS 5000

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

static CONST WSK_CLIENT_DISPATCH ClientDispatch = {MAKE_WSK_VERSION(1, 0), 0, NULL};

static CONST WSK_PROVIDER_CONNECTION_DISPATCH *
Calls(PWSK_SOCKET Socket)
{
    return (CONST WSK_PROVIDER_CONNECTION_DISPATCH *)Socket->Dispatch;
}

_Use_decl_annotations_
NTSTATUS
ClientInitialize(PCLIENT Client)
{
    WSK_CLIENT_NPI Npi = {Client, &ClientDispatch};
    NTSTATUS Status;

    Status = OperationCreate(&Client->Control);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = WskRegister(&Npi, &Client->Registration);
    if (!NT_SUCCESS(Status))
        goto deleteControl;
    Client->Registered = TRUE;
    Status = WskCaptureProviderNPI(&Client->Registration, CAPTURE_TIMEOUT_MS, &Client->Provider);
    if (!NT_SUCCESS(Status))
        goto deregister;
    Client->Captured = TRUE;
    return STATUS_SUCCESS;

deregister:
    Client->Registered = FALSE;
    WskDeregister(&Client->Registration);
deleteControl:
    OperationDelete(&Client->Control);
    return Status;
}

_Use_decl_annotations_
VOID
ClientUninitialize(PCLIENT Client)
{
    if (Client->Captured)
        WskReleaseProviderNPI(&Client->Registration);
    Client->Captured = FALSE;
    if (Client->Registered)
        WskDeregister(&Client->Registration);
    Client->Registered = FALSE;
    OperationDelete(&Client->Control);
}

_Use_decl_annotations_
VOID
ClientReadState(PCLIENT Client, PCLIENT_STATE State)
{
    KIRQL Irql;

    KeAcquireSpinLock(&Client->StateLock, &Irql);
    *State = Client->State;
    KeReleaseSpinLock(&Client->StateLock, Irql);
}

_Use_decl_annotations_
VOID
ClientSetState(PCLIENT Client, LONG Phase, NTSTATUS Status)
{
    KIRQL Irql;

    KeAcquireSpinLock(&Client->StateLock, &Irql);
    Client->State.Phase = Phase;
    Client->State.Status = Status;
    KeReleaseSpinLock(&Client->StateLock, Irql);
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

_Use_decl_annotations_
NTSTATUS
ClientOpen(PCLIENT Client, PWSK_SOCKET *Socket)
{
    SOCKADDR_IN Any = {0};
    NTSTATUS Status;

    *Socket = NULL;
    OperationPrepare(&Client->Control);
    (VOID) Client->Provider.Dispatch->WskSocket(
        Client->Provider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP, WSK_FLAG_CONNECTION_SOCKET, NULL, NULL, NULL, NULL,
        NULL, Client->Control.Irp);
    Status = OperationWait(&Client->Control);
    if (!NT_SUCCESS(Status))
        return Status;
    *Socket = (PWSK_SOCKET)Client->Control.Irp->IoStatus.Information;

    Any.sin_family = AF_INET;
    OperationPrepare(&Client->Control);
    (VOID) Calls(*Socket)->WskBind(*Socket, (PSOCKADDR)&Any, 0, Client->Control.Irp);
    Status = OperationWait(&Client->Control);
    if (!NT_SUCCESS(Status))
        ClientClose(Client, Socket);
    return Status;
}

_Use_decl_annotations_
NTSTATUS
ClientConnect(PCLIENT Client, PWSK_SOCKET *Socket)
{
    SOCKADDR_IN Peer = {0};
    NTSTATUS Status;

    Status = ClientOpen(Client, Socket);
    if (!NT_SUCCESS(Status))
        return Status;
    Peer.sin_family = AF_INET;
    Peer.sin_port = (USHORT)(Client->Port << 8 | Client->Port >> 8); /* network order */
    Peer.sin_addr.S_un.S_un_b.s_b1 = (UCHAR)(Client->Address >> 24);
    Peer.sin_addr.S_un.S_un_b.s_b2 = (UCHAR)(Client->Address >> 16);
    Peer.sin_addr.S_un.S_un_b.s_b3 = (UCHAR)(Client->Address >> 8);
    Peer.sin_addr.S_un.S_un_b.s_b4 = (UCHAR)Client->Address;
    OperationPrepare(&Client->Control);
    (VOID) Calls(*Socket)->WskConnect(*Socket, (PSOCKADDR)&Peer, 0, Client->Control.Irp);
    Status = OperationWait(&Client->Control);
    if (!NT_SUCCESS(Status))
        ClientClose(Client, Socket);
    return Status;
}

_Use_decl_annotations_
NTSTATUS
ClientDisconnect(PCLIENT Client, PWSK_SOCKET Socket)
{
    if (!Client->UseDisconnect)
        return STATUS_SUCCESS;
    OperationPrepare(&Client->Control);
    (VOID) Calls(Socket)->WskDisconnect(Socket, NULL, 0, Client->Control.Irp);
    return OperationWait(&Client->Control);
}

_Use_decl_annotations_
VOID
ClientClose(PCLIENT Client, PWSK_SOCKET *Socket)
{
    PWSK_SOCKET Closing = *Socket;

    *Socket = NULL;
    if (Closing == NULL)
        return;
    OperationPrepare(&Client->Control);
    (VOID) Calls(Closing)->WskCloseSocket(Closing, Client->Control.Irp);
    (VOID) OperationWait(&Client->Control);
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

static NTSTATUS
TransferPrepare(POOL_TYPE PoolType, ULONG Length, PTRANSFER Transfer)
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
    Transfer->WskBuf.Mdl = Transfer->Buffer.Mdl;
    Transfer->WskBuf.Offset = 0;
    Transfer->WskBuf.Length = Length;
    OperationPrepare(&Transfer->Operation);
    return STATUS_SUCCESS;
}

static VOID
TransferDelete(PTRANSFER Transfer)
{
    BufferDelete(&Transfer->Buffer);
    OperationDelete(&Transfer->Operation);
}

_Use_decl_annotations_
NTSTATUS
SendBegin(PWSK_SOCKET Socket, POOL_TYPE PoolType, ULONG Length, PTRANSFER Send)
{
    NTSTATUS Status;

    Status = TransferPrepare(PoolType, Length, Send);
    if (!NT_SUCCESS(Status))
        return Status;
    (VOID) Calls(Socket)->WskSend(Socket, &Send->WskBuf, 0, Send->Operation.Irp);
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
NTSTATUS
SendEnd(PCLIENT Client, PTRANSFER Send)
{
    NTSTATUS Status;

    Status = OperationWait(&Send->Operation);
    if (NT_SUCCESS(Status))
        CountBytes(Client, (LONGLONG)Send->Operation.Irp->IoStatus.Information, 0);
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

    Status = TransferPrepare(NonPagedPoolNx, Length, Receive);
    if (!NT_SUCCESS(Status))
        return Status;
    (VOID) Calls(Socket)->WskReceive(Socket, &Receive->WskBuf, 0, Receive->Operation.Irp);
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
NTSTATUS
ReceiveEnd(PCLIENT Client, PTRANSFER Receive, PVOID Data, ULONG Length, PULONG Received)
{
    NTSTATUS Status;

    *Received = 0;
    Status = OperationWait(&Receive->Operation);
    if (NT_SUCCESS(Status)) {
        *Received = (ULONG)Receive->Operation.Irp->IoStatus.Information;
        CountBytes(Client, 0, *Received);
        if (Data && *Received <= Length)
            RtlCopyMemory(Data, Receive->Buffer.Data, *Received);
    }
    TransferDelete(Receive);
    return Status;
}
