/*
 * The enter event of each verb, field by field: what was passed is in it, and every other field is 0.
 */
#include <string.h>

#include "raw.h"

static TRACE Trace;
static RAW_CALL Call;
static int Context;
static UCHAR Descriptor[16]; /* stands for a security descriptor: an address, nothing more */
static SOCKADDR_IN Local = {.sin_family = AF_INET, .sin_port = 0x1234, .sin_addr.S_un.S_addr = 0x0100007f};
static SOCKADDR_IN6 Remote = {.sin6_family = AF_INET6, .sin6_port = 0x4321, .sin6_scope_id = 9};
static SOCKADDR_IN6 OutA, OutB;
static WSKT_IRP_SNAP Snap;

static NTSTATUS OnReceive(PVOID C, ULONG Flags, PWSK_DATA_INDICATION Data, SIZE_T Bytes, SIZE_T *Accepted)
{
    (void)C, (void)Flags, (void)Data, (void)Bytes, (void)Accepted;
    return STATUS_SUCCESS;
}

static NTSTATUS OnDisconnect(PVOID C, ULONG Flags)
{
    (void)C, (void)Flags;
    return STATUS_SUCCESS;
}

static const WSK_CLIENT_CONNECTION_DISPATCH Events = {.WskReceiveEvent = OnReceive, .WskDisconnectEvent = OnDisconnect};

/* An IRP, and what an event has to say about it, read before the call. */
static PIRP Ready(void)
{
    PIRP Irp = RawReady(&Call);
    PIO_STACK_LOCATION Next = IoGetNextIrpStackLocation(Irp);
    Snap = (WSKT_IRP_SNAP) {
        .Ptr = VALUE_OF(Irp),
        .Thread = VALUE_OF(Irp->Tail.Overlay.Thread),
        .MdlAddress = VALUE_OF(Irp->MdlAddress),
        .Completion = VALUE_OF(Next->CompletionRoutine),
        .Context = VALUE_OF(&Call),
        .IoStatus = (UINT32)STATUS_UNSUCCESSFUL,
        .Size = Irp->Size,
        .StackCount = (UINT8)Irp->StackCount,
        .CurrentLocation = (UINT8)Irp->CurrentLocation,
        .AllocFlags = Irp->AllocationFlags,
        .NextControl = SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL,
    };
    Snap.IoStatus = (UINT32)Irp->IoStatus.Status;
    CHECK(Snap.Completion != 0);
    return Irp;
}

/* The expectation, completed by what this file cannot know: the header and the limits of the stack, which are looked at
   apart. */
#define CHECK_ENTER(Actual, Expected)                                                                              \
    do {                                                                                                           \
        (Expected).Header = (Actual)->Header;                                                                      \
        (Expected).IrpSnap = Snap;                                                                                 \
        CHECK((Actual)->StackLow < (Actual)->Header.StackPointer && (Actual)->Header.StackPointer < (Actual)->StackHigh); \
        (Expected).StackLow = (Actual)->StackLow;                                                                  \
        (Expected).StackHigh = (Actual)->StackHigh;                                                                \
        CHECK(memcmp((Actual), &(Expected), sizeof(Expected)) == 0);                                               \
    } while (0)

static const EVENT *Last(ULONG Id)
{
    const EVENT *Found = NULL;
    for (ULONG i = 0; i < Trace.Count; i++)
        if (Trace.Events[i].Id == Id)
            Found = &Trace.Events[i];
    CHECK(Found != NULL);
    return Found;
}

/* The call has been made: drains what there is, and looks at the newest enter. */
static void CheckOp(NTSTATUS Returned, UINT8 Verb, PWSK_SOCKET Socket, WSKT_OP_ENTER Expected)
{
    CHECK_STATUS(STATUS_SUCCESS, Returned);
    RawWait(&Call);
    Trace = TraceDrain();
    Expected.Verb = Verb;
    Expected.Socket = VALUE_OF(Socket);
    const EVENT *Enter = Last(WSKT_OP_ENTER_ID);
    CHECK_ENTER(Enter->OpEnter, Expected);
    CHECK_EQUAL(1, Enter->Header->Client);
    const WSKT_OP_EXIT *Exit = TraceOf(&Trace, WSKT_OP_EXIT_ID, Enter->Header->OpId)->OpExit;
    const WSKT_OP_COMPLETE *Complete = TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Enter->Header->OpId)->Complete;
    CHECK(Exit->Verb == Verb && Complete->Verb == Verb);
    CHECK(Exit->Irp == Snap.Ptr && Complete->Irp == Snap.Ptr);
    CHECK_EQUAL(Call.Information, Complete->Information);
    CHECK_EQUAL(Snap.Completion, Complete->Routine);
    CHECK_STATUS(STATUS_SUCCESS, Complete->IoStatus);
    TraceFree(&Trace);
}

static WSKT_OP_ENTER With(WSKT_OP_ENTER Fields, const void *LocalAddress, ULONG LocalBytes, const void *RemoteAddress,
    ULONG RemoteBytes)
{
    if (LocalAddress != NULL)
        memcpy(Fields.LocalAddress, LocalAddress, LocalBytes);
    if (RemoteAddress != NULL)
        memcpy(Fields.RemoteAddress, RemoteAddress, RemoteBytes);
    return Fields;
}

static void End(PWSK_SOCKET Socket)
{
    if (Socket != NULL)
        RawClose(Socket);
    RawDone(&Call);
    RawEnd(NULL);
}

TEST(wsksocket)
{
    RawStart(0);
    NTSTATUS Status = RawProvider.Dispatch->WskSocket(RawProvider.Client, AF_INET6, SOCK_STREAM, IPPROTO_TCP,
        WSK_FLAG_CONNECTION_SOCKET, &Context, &Events, NULL, NULL, Descriptor, Ready());
    CheckOp(Status, WsktVerb_WskSocket, NULL,
        (WSKT_OP_ENTER) {.AddressFamily = AF_INET6, .SocketType = SOCK_STREAM, .Protocol = IPPROTO_TCP,
            .Flags = WSK_FLAG_CONNECTION_SOCKET, .SocketContext = VALUE_OF(&Context),
            .ClientDispatch = VALUE_OF(&Events), .Callback0 = VALUE_OF(OnReceive),
            .Callback1 = VALUE_OF(OnDisconnect), .SecurityDescriptor = VALUE_OF(Descriptor)});
    End((PWSK_SOCKET)Call.Information);
}

TEST(wsksocketconnect)
{
    RawStart(0);
    NTSTATUS Status = RawProvider.Dispatch->WskSocketConnect(RawProvider.Client, SOCK_STREAM, IPPROTO_TCP,
        (PSOCKADDR)&Local, (PSOCKADDR)&Remote, 0, &Context, &Events, NULL, NULL, Descriptor, Ready());
    CheckOp(Status, WsktVerb_WskSocketConnect, NULL,
        With((WSKT_OP_ENTER) {.AddressFamily = AF_INET, .SocketType = SOCK_STREAM, .Protocol = IPPROTO_TCP,
                 .SocketContext = VALUE_OF(&Context), .ClientDispatch = VALUE_OF(&Events),
                 .Callback0 = VALUE_OF(OnReceive), .Callback1 = VALUE_OF(OnDisconnect),
                 .SecurityDescriptor = VALUE_OF(Descriptor)},
            &Local, sizeof(SOCKADDR), &Remote, 28));
    End((PWSK_SOCKET)Call.Information);
}

TEST(wskcontrolclient)
{
    UCHAR Input[40], Output[8];
    WSKT_OP_ENTER Expected = {.ControlCode = WSK_TRANSPORT_LIST_CHANGE, .InputSize = 40,
        .InputBuffer = VALUE_OF(Input), .OutputSize = 8, .OutputBuffer = VALUE_OF(Output)};
    RawStart(0);
    memset(Input, 0x5a, sizeof Input);
    memset(Expected.Input, 0x5a, 32); /* the first 32 of 40 */
    NTSTATUS Status = RawProvider.Dispatch->WskControlClient(RawProvider.Client, WSK_TRANSPORT_LIST_CHANGE,
        sizeof Input, Input, sizeof Output, Output, NULL, Ready());
    CheckOp(Status, WsktVerb_WskControlClient, NULL, Expected);
    End(NULL);
}

TEST(wskgetaddressinfo_with_the_name)
{
    static const WCHAR Text[] = L"www.example.test";
    UNICODE_STRING Name = {32, 34, (PWSTR)(uintptr_t)Text};
    PADDRINFOEXW Info = NULL;
    WSKT_OP_ENTER Expected = {.ControlCode = 12, .InputBuffer = VALUE_OF(&Name), .InputSize = 32,
        .OutputBuffer = VALUE_OF(&Info)};
    memcpy(Expected.Input, Text, 32);
    RawStart(0);
    NTSTATUS Status = RawProvider.Dispatch->WskGetAddressInfo(
        RawProvider.Client, &Name, NULL, 12, NULL, NULL, &Info, NULL, NULL, Ready());
    CheckOp(Status, WsktVerb_WskGetAddressInfo, NULL, Expected);
    RawProvider.Dispatch->WskFreeAddressInfo(RawProvider.Client, Info);
    End(NULL);
}

TEST(wskgetnameinfo)
{
    UNICODE_STRING Name = {0};
    RawStart(0);
    NTSTATUS Status = RawProvider.Dispatch->WskGetNameInfo(
        RawProvider.Client, (PSOCKADDR)&Remote, sizeof Remote, &Name, NULL, 3, NULL, NULL, Ready());
    CheckOp(Status, WsktVerb_WskGetNameInfo, NULL,
        With((WSKT_OP_ENTER) {.Flags = 3, .InputSize = sizeof Remote, .InputBuffer = VALUE_OF(&Remote),
                 .OutputBuffer = VALUE_OF(&Name)},
            NULL, 0, &Remote, 28));
    End(NULL);
}

TEST(wskcontrolsocket)
{
    UCHAR Input[5] = {1, 2, 3, 4, 5}, Output[64];
    WSKT_OP_ENTER Expected = {.RequestType = WskIoctl, .ControlCode = 0x12345678, .ControlLevel = 6, .InputSize = 5,
        .InputBuffer = VALUE_OF(Input), .OutputSize = 64, .OutputBuffer = VALUE_OF(Output)};
    SIZE_T Returned;
    Expected.OutputSizeReturned = VALUE_OF(&Returned);
    memcpy(Expected.Input, Input, 5);
    RawStart(0);
    PWSK_SOCKET S = RawSocket(WSK_FLAG_BASIC_SOCKET, NULL, NULL);
    NTSTATUS Status = CALLS(S, BASIC)->WskControlSocket(
        S, WskIoctl, 0x12345678, 6, sizeof Input, Input, sizeof Output, Output, &Returned, Ready());
    CheckOp(Status, WsktVerb_WskControlSocket, S, Expected);
    End(S);
}

TEST(the_verbs_of_a_listener)
{
    WSK_INSPECT_ID Id = {0x77, 88};
    RawStart(0);
    PWSK_SOCKET S = RawSocket(WSK_FLAG_LISTEN_SOCKET, NULL, NULL);
    const WSK_PROVIDER_LISTEN_DISPATCH *D = CALLS(S, LISTEN);
    NTSTATUS Status = D->WskBind(S, (PSOCKADDR)&Remote, 4, Ready());
    CheckOp(Status, WsktVerb_WskBind, S, With((WSKT_OP_ENTER) {.Flags = 4}, &Remote, 28, NULL, 0));
    Status = D->WskAccept(S, 5, &Context, &Events, (PSOCKADDR)&OutA, (PSOCKADDR)&OutB, Ready());
    CheckOp(Status, WsktVerb_WskAccept, S,
        (WSKT_OP_ENTER) {.Flags = 5, .SocketContext = VALUE_OF(&Context), .LocalAddressOut = VALUE_OF(&OutA),
            .RemoteAddressOut = VALUE_OF(&OutB), .ClientDispatch = VALUE_OF(&Events),
            .Callback0 = VALUE_OF(OnReceive), .Callback1 = VALUE_OF(OnDisconnect)});
    RawClose((PWSK_SOCKET)Call.Information);
    Status = D->WskInspectComplete(S, &Id, WskInspectAccept, Ready());
    CheckOp(Status, WsktVerb_WskInspectComplete, S,
        (WSKT_OP_ENTER) {.InspectId = VALUE_OF(&Id), .InspectKey = 0x77, .InspectSerial = 88,
            .InspectAction = WskInspectAccept});
    Status = D->WskGetLocalAddress(S, (PSOCKADDR)&OutA, Ready());
    CheckOp(Status, WsktVerb_WskGetLocalAddress, S, (WSKT_OP_ENTER) {.LocalAddressOut = VALUE_OF(&OutA)});
    End(S);
}

TEST(the_verbs_of_a_stream_socket)
{
    RawStart(0);
    PWSK_SOCKET S = RawSocket(WSK_FLAG_STREAM_SOCKET, NULL, NULL);
    const WSK_PROVIDER_STREAM_DISPATCH *D = CALLS(S, STREAM);
    NTSTATUS Status = D->WskConnect(S, (PSOCKADDR)&Local, 3, Ready());
    CheckOp(Status, WsktVerb_WskConnect, S, With((WSKT_OP_ENTER) {.Flags = 3}, NULL, 0, &Local, sizeof(SOCKADDR)));
    Status = D->WskListen(S, Ready());
    CheckOp(Status, WsktVerb_WskListen, S, (WSKT_OP_ENTER) {0});
    Status = D->WskGetRemoteAddress(S, (PSOCKADDR)&OutB, Ready());
    CheckOp(Status, WsktVerb_WskGetRemoteAddress, S, (WSKT_OP_ENTER) {.RemoteAddressOut = VALUE_OF(&OutB)});
    Status = D->WskDisconnect(S, NULL, WSK_FLAG_ABORTIVE, Ready());
    CheckOp(Status, WsktVerb_WskDisconnect, S, (WSKT_OP_ENTER) {.Flags = WSK_FLAG_ABORTIVE});
    Status = D->WskCloseSocket(S, Ready());
    CheckOp(Status, WsktVerb_WskCloseSocket, S, (WSKT_OP_ENTER) {0});
    End(NULL);
}

static void CheckSend(NTSTATUS Returned, UINT8 Verb, PWSK_SOCKET Socket, const WSK_BUF *Buffer, WSKT_SEND_ENTER Expected)
{
    CHECK_STATUS(STATUS_SUCCESS, Returned);
    RawWait(&Call);
    Trace = TraceDrain();
    Expected.Verb = Verb;
    Expected.Socket = VALUE_OF(Socket);
    Expected.WskBuf = VALUE_OF(Buffer);
    Expected.MdlHead = VALUE_OF(Buffer->Mdl);
    Expected.Length = Buffer->Length;
    Expected.Offset = Buffer->Offset;
    Expected.BufCount = 1;
    Expected.MdlCount = 1;
    const EVENT *Enter = Last(WSKT_SEND_ENTER_ID);
    CHECK_ENTER(Enter->Send, Expected);
    const WSKT_MDL_SNAP *Mdl = (const WSKT_MDL_SNAP *)(Enter->Send + 1);
    CHECK_EQUAL(VALUE_OF(Buffer->Mdl), Mdl->Ptr);
    CHECK_EQUAL(Buffer->Mdl->ByteCount, Mdl->ByteCount);
    CHECK_EQUAL(Buffer->Mdl->ByteOffset, Mdl->ByteOffset);
    CHECK_EQUAL(VALUE_OF(Buffer->Mdl->StartVa), Mdl->StartVa);
    CHECK_EQUAL(Buffer->Length, TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Enter->Header->OpId)->Complete->Information);
    TraceFree(&Trace);
}

TEST(what_sends_has_its_buffer_address_and_control_data)
{
    RAW_BUFFER Buffer;
    WSKT_SEND_ENTER To = {.Flags = 2, .Control = VALUE_OF(&Context), .ControlLength = 4};
    RawStart(0);
    RawBuffer(&Buffer, 100);
    Buffer.Buffer.Offset = 10;
    Buffer.Buffer.Length = 80;
    memcpy(To.RemoteAddress, &Remote, 28);
    PWSK_SOCKET D = RawSocket(WSK_FLAG_DATAGRAM_SOCKET, NULL, NULL);
    NTSTATUS Status = CALLS(D, DATAGRAM)->WskSendTo(
        D, &Buffer.Buffer, 2, (PSOCKADDR)&Remote, 4, (PCMSGHDR)&Context, Ready());
    CheckSend(Status, WsktVerb_WskSendTo, D, &Buffer.Buffer, To);
    WSK_BUF_LIST List = {NULL, Buffer.Buffer};
    Status = CALLS(D, DATAGRAM)->WskSendMessages(D, &List, 2, (PSOCKADDR)&Remote, 4, (PCMSGHDR)&Context, Ready());
    CheckSend(Status, WsktVerb_WskSendMessages, D, &List.Buffer, To);
    RawClose(D);

    PWSK_SOCKET S = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    const WSK_PROVIDER_CONNECTION_DISPATCH *Table = CALLS(S, CONNECTION);
    WSKT_SEND_ENTER Ex = {0};
    memcpy(Ex.RemoteAddress, &Remote, 28);
    Status = Table->WskConnectEx(S, (PSOCKADDR)&Remote, &Buffer.Buffer, 0, Ready());
    CheckSend(Status, WsktVerb_WskConnectEx, S, &Buffer.Buffer, Ex);
    Status = Table->WskSend(S, &Buffer.Buffer, WSK_FLAG_NODELAY, Ready());
    CheckSend(Status, WsktVerb_WskSend, S, &Buffer.Buffer, (WSKT_SEND_ENTER) {.Flags = WSK_FLAG_NODELAY});
    Status = Table->WskDisconnect(S, &Buffer.Buffer, 0, Ready());
    CheckSend(Status, WsktVerb_WskDisconnect, S, &Buffer.Buffer, (WSKT_SEND_ENTER) {0});
    RawBufferFree(&Buffer);
    End(S);
}

static void CheckReceive(NTSTATUS Returned, UINT8 Verb, PWSK_SOCKET Socket, const WSK_BUF *Buffer, WSKT_RECV_ENTER Expected)
{
    CHECK_STATUS(STATUS_SUCCESS, Returned);
    RawWait(&Call);
    Trace = TraceDrain();
    Expected.Verb = Verb;
    Expected.Socket = VALUE_OF(Socket);
    Expected.WskBuf = VALUE_OF(Buffer);
    Expected.MdlHead = VALUE_OF(Buffer->Mdl);
    Expected.Length = Buffer->Length;
    Expected.MdlCount = 1;
    const EVENT *Enter = Last(WSKT_RECV_ENTER_ID);
    CHECK_ENTER(Enter->Receive, Expected);
    CHECK_EQUAL(VALUE_OF(Buffer->Mdl), ((const WSKT_MDL_SNAP *)(Enter->Receive + 1))->Ptr);
    CHECK_EQUAL(3, TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Enter->Header->OpId)->Complete->Information);
    TraceFree(&Trace);
}

TEST(what_receives_has_the_places_for_its_answers)
{
    RAW_BUFFER Buffer;
    ULONG Length = 48, Flags = 0;
    RawStart(0);
    RawBuffer(&Buffer, 100);
    PWSK_SOCKET D = RawSocket(WSK_FLAG_DATAGRAM_SOCKET, NULL, NULL);
    HostWskFeed((HOST_SOCKET *)(PVOID)D, "abc", 3);
    NTSTATUS Status = CALLS(D, DATAGRAM)->WskReceiveFrom(
        D, &Buffer.Buffer, 1, (PSOCKADDR)&OutA, &Length, (PCMSGHDR)&Context, &Flags, Ready());
    CheckReceive(Status, WsktVerb_WskReceiveFrom, D, &Buffer.Buffer,
        (WSKT_RECV_ENTER) {.Flags = 1, .RemoteAddressOut = VALUE_OF(&OutA), .ControlOut = VALUE_OF(&Context),
            .ControlLengthOut = VALUE_OF(&Length), .ControlFlagsOut = VALUE_OF(&Flags), .ControlLength = 48});
    RawClose(D);
    PWSK_SOCKET S = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    HostWskFeed((HOST_SOCKET *)(PVOID)S, "abc", 3);
    Status = CALLS(S, CONNECTION)->WskReceive(S, &Buffer.Buffer, WSK_FLAG_WAITALL, Ready());
    CheckReceive(Status, WsktVerb_WskReceive, S, &Buffer.Buffer, (WSKT_RECV_ENTER) {.Flags = WSK_FLAG_WAITALL});
    RawBufferFree(&Buffer);
    End(S);
}

TEST(registration_with_every_field)
{
    WSK_PROVIDER_CHARACTERISTICS Versions;
    RawStart(0);
    CHECK_STATUS(STATUS_SUCCESS, RAW(WskQueryProviderCharacteristics)(&RawRegistration, &Versions));
    CHECK_EQUAL(MAKE_WSK_VERSION(1, 0), Versions.HighestVersion);
    PWSK_CLIENT Client = RawProvider.Client;
    RawEnd(&Trace);
    static const UINT8 Verbs[] = {WsktRegVerb_WskRegister, WsktRegVerb_WskCaptureProviderNPI,
        WsktRegVerb_WskQueryProviderCharacteristics, WsktRegVerb_WskReleaseProviderNPI, WsktRegVerb_WskDeregister};
    UINT64 After = 0;
    for (ULONG i = 0; i < RTL_NUMBER_OF(Verbs); i++) {
        const EVENT *Enter = TraceNext(&Trace, WSKT_REG_ENTER_ID, After), *Exit = TraceNext(&Trace, WSKT_REG_EXIT_ID, After);
        CHECK(Verbs[i] == Enter->RegEnter->Verb && Verbs[i] == Exit->RegExit->Verb);
        CHECK_EQUAL(VALUE_OF(&RawRegistration), Enter->RegEnter->Registration);
        CHECK_EQUAL(VALUE_OF(&RawRegistration), Exit->RegExit->Registration);
        CHECK_EQUAL(Verbs[i] == WsktRegVerb_WskCaptureProviderNPI ? WSK_INFINITE_WAIT : 0, Enter->RegEnter->Timeout);
        bool Captures = Verbs[i] == WsktRegVerb_WskCaptureProviderNPI;
        CHECK_EQUAL(Captures ? VALUE_OF(Client) : 0, Exit->RegExit->ProviderClient);
        CHECK_EQUAL(Captures ? VALUE_OF(&HostProviderDispatch) : 0, Exit->RegExit->ProviderDispatch);
        CHECK_EQUAL(Captures ? MAKE_WSK_VERSION(1, 0) : 0, Exit->RegExit->Version);
        After = SEQ(Exit);
    }
    const WSKT_REG_ENTER *Register = TraceNext(&Trace, WSKT_REG_ENTER_ID, 0)->RegEnter;
    CHECK(Register->Npi != 0 && Register->Dispatch != 0 && Register->Version == MAKE_WSK_VERSION(1, 0));
    TraceFree(&Trace);
}
