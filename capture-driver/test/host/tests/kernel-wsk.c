/*
 * The fake WSK provider: one completion for each IRP, at the moment the script says.
 */
#include <string.h>

#include "hostwsk.h"
#include "test.h"

typedef struct {
    PIRP Irp;
    KEVENT Done;
    volatile LONG Runs;
    KIRQL Irql;
} CALL;

static WSK_REGISTRATION Registration;
static WSK_PROVIDER_NPI Provider;
static const WSK_CLIENT_DISPATCH ClientDispatch = {MAKE_WSK_VERSION(1, 0), 0, NULL};
static CALL Call;

static NTSTATUS Completed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    CALL *C = Context;
    (void)Device, (void)Irp;
    C->Irql = KeGetCurrentIrql();
    InterlockedIncrement(&C->Runs);
    KeSetEvent(&C->Done, 0, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static PIRP Ready(CALL *C)
{
    if (C->Irp == NULL)
        C->Irp = IoAllocateIrp(1, FALSE);
    IoReuseIrp(C->Irp, STATUS_UNSUCCESSFUL);
    KeInitializeEvent(&C->Done, NotificationEvent, FALSE);
    C->Runs = 0;
    IoSetCompletionRoutine(C->Irp, Completed, C, TRUE, TRUE, TRUE);
    return C->Irp;
}

static NTSTATUS Wait(CALL *C)
{
    KeWaitForSingleObject(&C->Done, Executive, KernelMode, FALSE, NULL);
    HostJoinThreads();
    CHECK_EQUAL(1, C->Runs);
    return C->Irp->IoStatus.Status;
}

static void Register(void)
{
    WSK_CLIENT_NPI Npi = {NULL, &ClientDispatch};
    CHECK_STATUS(STATUS_SUCCESS, WskRegister(&Npi, &Registration));
    CHECK_STATUS(STATUS_SUCCESS, WskCaptureProviderNPI(&Registration, WSK_INFINITE_WAIT, &Provider));
}

static PWSK_SOCKET Open(ULONG Category)
{
    if (Provider.Dispatch == NULL)
        Register();
    (void)Provider.Dispatch->WskSocket(
        Provider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP, Category, NULL, NULL, NULL, NULL, NULL, Ready(&Call));
    CHECK_STATUS(STATUS_SUCCESS, Wait(&Call));
    return (PWSK_SOCKET)Call.Irp->IoStatus.Information;
}

static const WSK_PROVIDER_CONNECTION_DISPATCH *Calls(PWSK_SOCKET Socket)
{
    return Socket->Dispatch;
}

static void Close(PWSK_SOCKET Socket)
{
    (void)Calls(Socket)->WskCloseSocket(Socket, Ready(&Call));
    CHECK_STATUS(STATUS_SUCCESS, Wait(&Call));
}

static void Leave(void)
{
    WskReleaseProviderNPI(&Registration);
    WskDeregister(&Registration);
    IoFreeIrp(Call.Irp);
    HostWskReset();
    CHECK_EQUAL(0, HostIrps());
}

TEST(each_category_opens_and_closes)
{
    const ULONG Categories[] = {WSK_FLAG_BASIC_SOCKET, WSK_FLAG_LISTEN_SOCKET, WSK_FLAG_DATAGRAM_SOCKET,
        WSK_FLAG_CONNECTION_SOCKET, WSK_FLAG_STREAM_SOCKET};
    for (ULONG i = 0; i < RTL_NUMBER_OF(Categories); i++)
        Close(Open(Categories[i]));
    CHECK_EQUAL(0, HostWskSockets());
    Leave();
}

TEST(a_completion_comes_when_the_script_says_and_only_once)
{
    const struct {
        HOST_WHEN When;
        NTSTATUS Returned;
    } Cases[] = {{HostInCall, STATUS_SUCCESS}, {HostInCallPending, STATUS_PENDING}, {HostOtherThread, STATUS_PENDING},
        {HostSomeTime, STATUS_PENDING}};
    SOCKADDR_IN Local = {.sin_family = AF_INET};
    PWSK_SOCKET Socket = Open(WSK_FLAG_CONNECTION_SOCKET);
    for (ULONG i = 0; i < RTL_NUMBER_OF(Cases); i++)
        for (KIRQL Irql = PASSIVE_LEVEL; Irql <= DISPATCH_LEVEL; Irql += DISPATCH_LEVEL) {
            HostWskNext(HostBind, (HOST_POLICY) {Cases[i].When, STATUS_SUCCESS, Irql});
            CHECK_STATUS(Cases[i].Returned, Calls(Socket)->WskBind(Socket, (PSOCKADDR)&Local, 0, Ready(&Call)));
            if (Cases[i].When != HostSomeTime)
                CHECK_EQUAL(1, Call.Runs);
            CHECK_STATUS(STATUS_SUCCESS, Wait(&Call));
            CHECK_EQUAL(Irql, Call.Irql);
        }
    Close(Socket);
    Leave();
}

TEST(a_failing_return_completes_the_irp_too)
{
    PWSK_SOCKET Socket = Open(WSK_FLAG_CONNECTION_SOCKET);
    WSK_BUF Empty = {0};
    HostWskNext(HostSend, (HOST_POLICY) {HostInCall, STATUS_FILE_FORCED_CLOSED, 0});
    CHECK_STATUS(STATUS_FILE_FORCED_CLOSED, Calls(Socket)->WskSend(Socket, &Empty, 0, Ready(&Call)));
    CHECK_STATUS(STATUS_FILE_FORCED_CLOSED, Wait(&Call));
    HostWskNext(HostSend, (HOST_POLICY) {HostNever, STATUS_NOT_SUPPORTED, 0});
    CHECK_STATUS(STATUS_NOT_SUPPORTED, Calls(Socket)->WskSend(Socket, &Empty, 0, Ready(&Call)));
    CHECK_EQUAL(0, Call.Runs);
    Close(Socket);
    Leave();
}

TEST(bytes_sent_are_read_from_the_mdl_chain_when_the_send_completes)
{
    static char First[] = "xxone ", Second[] = "two";
    PMDL A = IoAllocateMdl(First, 6, FALSE, FALSE, NULL), B = IoAllocateMdl(Second, 3, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(A);
    MmBuildMdlForNonPagedPool(B);
    A->Next = B;
    WSK_BUF Buffer = {A, 2, 7};
    PWSK_SOCKET Socket = Open(WSK_FLAG_CONNECTION_SOCKET);
    HostWskHoldSends(6);
    CHECK_STATUS(STATUS_PENDING, Calls(Socket)->WskSend(Socket, &Buffer, 0, Ready(&Call)));
    CHECK_EQUAL(1, HostWskHeldCount(HostSend));
    memcpy(Second, "TWO", 3); /* no buffering: what counts is what stands there at the end */
    CHECK(HostWskComplete(HostSend, STATUS_SUCCESS));
    CHECK_STATUS(STATUS_SUCCESS, Wait(&Call));
    CHECK_EQUAL(7, Call.Irp->IoStatus.Information);
    CHECK_EQUAL(7, HostWskSocketAt(0)->WireBytes);
    CHECK(memcmp(HostWskSocketAt(0)->Wire, "one TWO", 7) == 0);
    IoFreeMdl(A);
    IoFreeMdl(B);
    Close(Socket);
    Leave();
}

TEST(a_receive_waits_for_the_peer)
{
    static char Bytes[8];
    PMDL Mdl = IoAllocateMdl(Bytes, 8, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(Mdl);
    WSK_BUF Buffer = {Mdl, 0, 8};
    PWSK_SOCKET Socket = Open(WSK_FLAG_CONNECTION_SOCKET);
    CHECK_STATUS(STATUS_PENDING, Calls(Socket)->WskReceive(Socket, &Buffer, 0, Ready(&Call)));
    HostWskFeed(HostWskSocketAt(0), "hello", 5);
    CHECK_STATUS(STATUS_SUCCESS, Wait(&Call));
    CHECK(Call.Irp->IoStatus.Information == 5 && memcmp(Bytes, "hello", 5) == 0);
    HostWskFeedEnd(HostWskSocketAt(0));
    CHECK_STATUS(STATUS_SUCCESS, Calls(Socket)->WskReceive(Socket, &Buffer, 0, Ready(&Call)));
    CHECK_EQUAL(0, Call.Irp->IoStatus.Information);
    IoFreeMdl(Mdl);
    Close(Socket);
    Leave();
}

TEST(cancel_and_close_complete_what_is_held)
{
    WSK_BUF Empty = {0};
    CALL Receive = {0}, Other = {0};
    PWSK_SOCKET Socket = Open(WSK_FLAG_CONNECTION_SOCKET);
    CHECK_STATUS(STATUS_PENDING, Calls(Socket)->WskReceive(Socket, &Empty, 0, Ready(&Receive)));
    CHECK_STATUS(STATUS_PENDING, Calls(Socket)->WskReceive(Socket, &Empty, 0, Ready(&Other)));
    CHECK_EQUAL(TRUE, IoCancelIrp(Receive.Irp));
    CHECK_STATUS(STATUS_CANCELLED, Wait(&Receive));
    CHECK_EQUAL(0, Other.Runs);
    Close(Socket);
    CHECK_STATUS(STATUS_CANCELLED, Wait(&Other));
    IoFreeIrp(Receive.Irp);
    IoFreeIrp(Other.Irp);
    Leave();
}

static void FreeWhilePending(void)
{
    static char Bytes[8];
    PMDL Mdl = IoAllocateMdl(Bytes, 8, FALSE, FALSE, NULL);
    WSK_BUF Buffer = {Mdl, 0, 8};
    PWSK_SOCKET Socket = Open(WSK_FLAG_CONNECTION_SOCKET);
    HostWskHoldSends(0);
    Calls(Socket)->WskSend(Socket, &Buffer, 0, Ready(&Call));
    IoFreeMdl(Mdl);
    HostWskComplete(HostSend, STATUS_SUCCESS);
}

static void CloseTwice(void)
{
    PWSK_SOCKET Socket = Open(WSK_FLAG_CONNECTION_SOCKET);
    const WSK_PROVIDER_CONNECTION_DISPATCH *Table = Calls(Socket);
    Close(Socket);
    Table->WskCloseSocket(Socket, Ready(&Call));
}

static void DeregisterEarly(void)
{
    Open(WSK_FLAG_CONNECTION_SOCKET);
    WskReleaseProviderNPI(&Registration);
    WskDeregister(&Registration);
}

static void ResolveAtDispatch(void)
{
    PADDRINFOEXW Result;
    Register();
    PIRP Irp = Ready(&Call);
    KeRaiseIrqlToDpcLevel();
    Provider.Dispatch->WskGetAddressInfo(Provider.Client, NULL, NULL, 0, NULL, NULL, &Result, NULL, NULL, Irp);
}

TEST(misuse_of_the_provider_ends_the_test)
{
#ifdef __SANITIZE_ADDRESS__
    CHECK_DIES(FreeWhilePending, "heap-use-after-free");
#else
    (void)FreeWhilePending;
#endif
    CHECK_DIES(CloseTwice, "which is no open socket");
    CHECK_DIES(DeregisterEarly, "1 sockets are open");
    CHECK_DIES(ResolveAtDispatch, "called at IRQL 2");
}

TEST(a_second_close_that_is_forgiven_completes_with_invalid_handle)
{
    PWSK_SOCKET Socket = Open(WSK_FLAG_CONNECTION_SOCKET);
    const WSK_PROVIDER_CONNECTION_DISPATCH *Table = Calls(Socket);
    HostWskForgiveClosed(true);
    Close(Socket);
    CHECK_STATUS(STATUS_INVALID_HANDLE, Table->WskCloseSocket(Socket, Ready(&Call)));
    CHECK_STATUS(STATUS_INVALID_HANDLE, Wait(&Call));
    Leave();
}

static SIZE_T Indicated;

static NTSTATUS OnReceive(PVOID Context, ULONG Flags, PWSK_DATA_INDICATION Data, SIZE_T Bytes, SIZE_T *Accepted)
{
    (void)Data, (void)Accepted;
    CHECK(Context == &Indicated && (Flags & WSK_FLAG_AT_DISPATCH_LEVEL) && KeGetCurrentIrql() == DISPATCH_LEVEL);
    Indicated += Bytes;
    return STATUS_SUCCESS;
}

TEST(an_event_reaches_the_clients_callback_at_dispatch_level)
{
    static const WSK_CLIENT_CONNECTION_DISPATCH Events = {.WskReceiveEvent = OnReceive};
    SIZE_T Accepted;
    Register();
    HOST_SOCKET *Socket = HostWskMake(WSK_FLAG_CONNECTION_SOCKET, &Indicated, &Events);
    Socket->Events = WSK_EVENT_RECEIVE;
    CHECK_STATUS(STATUS_SUCCESS, HostWskReceiveEvent(Socket, "abc", 3, &Accepted));
    CHECK_EQUAL(3, Indicated);
    Close(&Socket->Public);
    Leave();
}
