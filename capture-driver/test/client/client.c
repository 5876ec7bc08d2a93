#include "client.h"

#define CAPTURE_TIMEOUT_MS 5000

static CONST WSK_CLIENT_DISPATCH ClientDispatch = {MAKE_WSK_VERSION(1, 0), 0, NULL};

static CONST WSK_PROVIDER_CONNECTION_DISPATCH *
Calls(PWSK_SOCKET Socket)
{
    return (CONST WSK_PROVIDER_CONNECTION_DISPATCH *)Socket->Dispatch;
}

_Use_decl_annotations_
SOCKADDR_IN
ClientAddress(ULONG Address, USHORT Port)
{
    SOCKADDR_IN Result = {0};

    Result.sin_family = AF_INET;
    Result.sin_port = (USHORT)(Port << 8 | Port >> 8); /* network order */
    Result.sin_addr.S_un.S_un_b.s_b1 = (UCHAR)(Address >> 24);
    Result.sin_addr.S_un.S_un_b.s_b2 = (UCHAR)(Address >> 16);
    Result.sin_addr.S_un.S_un_b.s_b3 = (UCHAR)(Address >> 8);
    Result.sin_addr.S_un.S_un_b.s_b4 = (UCHAR)Address;
    return Result;
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

_Use_decl_annotations_
NTSTATUS
ClientOpen(PCLIENT Client, ULONG Flags, USHORT Port, PWSK_SOCKET *Socket)
{
    SOCKADDR_IN Local = ClientAddress(Port ? CLIENT_LOOPBACK : 0, Port); /* who calls out may have a peer elsewhere */
    NTSTATUS Status;

    *Socket = NULL;
    OperationPrepare(&Client->Control);
    (VOID) Client->Provider.Dispatch->WskSocket(
        Client->Provider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP, Flags, NULL, NULL, NULL, NULL, NULL,
        Client->Control.Irp);
    Status = OperationWait(&Client->Control);
    if (!NT_SUCCESS(Status))
        return Status;
    *Socket = (PWSK_SOCKET)Client->Control.Irp->IoStatus.Information;

    /* The tables of sockets that listen and of those that connect begin alike, up to WskBind. */
    OperationPrepare(&Client->Control);
    (VOID) Calls(*Socket)->WskBind(*Socket, (PSOCKADDR)&Local, 0, Client->Control.Irp);
    Status = OperationWait(&Client->Control);
    if (!NT_SUCCESS(Status))
        ClientClose(Client, Socket);
    return Status;
}

_Use_decl_annotations_
NTSTATUS
ClientConnect(PCLIENT Client, PWSK_SOCKET *Socket)
{
    SOCKADDR_IN Peer = ClientAddress(Client->Address, Client->Port);
    NTSTATUS Status;

    Status = ClientOpen(Client, WSK_FLAG_CONNECTION_SOCKET, 0, Socket);
    if (!NT_SUCCESS(Status))
        return Status;
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
