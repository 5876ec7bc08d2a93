/*
 * Every verb of every category goes through to the provider with its arguments, and comes back with its answer.
 */
#include <string.h>

#include "raw.h"

static TRACE Trace;
static RAW_CALL Call;
static SOCKADDR_IN Address = {.sin_family = AF_INET, .sin_port = 0x1234, .sin_addr.S_un.S_addr = 0x0100007f};
static SOCKADDR_IN Out;

static void Expect(HOST_VERB Reached, NTSTATUS Returned)
{
    CHECK_STATUS(STATUS_SUCCESS, Returned);
    CHECK_STATUS(STATUS_SUCCESS, RawWait(&Call));
    CHECK_EQUAL(1, HostWskCalls(Reached));
}

/* Each verb entered once, returned once and completed once. */
static void CheckTrace(const UINT8 *Verbs, ULONG Count)
{
    RawDone(&Call);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
    for (ULONG i = 0; i < Count; i++) {
        ULONG Enters = 0;
        for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++) {
            UINT8 Verb = E->Id == WSKT_OP_ENTER_ID ? E->OpEnter->Verb
                : E->Id == WSKT_SEND_ENTER_ID      ? E->Send->Verb
                : E->Id == WSKT_RECV_ENTER_ID      ? E->Receive->Verb
                                                   : 0;
            if (Verb != Verbs[i])
                continue;
            Enters++;
            CHECK_EQUAL(Verb, TraceOf(&Trace, WSKT_OP_EXIT_ID, E->Header->OpId)->OpExit->Verb);
            CHECK_EQUAL(Verb, TraceOf(&Trace, WSKT_OP_COMPLETE_ID, E->Header->OpId)->Complete->Verb);
        }
        if (Enters != 1)
            TestFailed(__FILE__, __LINE__, "verb %u entered %u times", Verbs[i], Enters);
    }
    TraceFree(&Trace);
}

TEST(connection_sockets)
{
    static const UINT8 Verbs[] = {WsktVerb_WskSocket, WsktVerb_WskControlSocket, WsktVerb_WskBind, WsktVerb_WskConnect,
        WsktVerb_WskGetLocalAddress, WsktVerb_WskGetRemoteAddress, WsktVerb_WskSend, WsktVerb_WskReceive,
        WsktVerb_WskDisconnect, WsktVerb_WskConnectEx, WsktVerb_WskCloseSocket};
    RAW_BUFFER Buffer;
    RawStart(0);
    RawBuffer(&Buffer, 8);
    PWSK_SOCKET S = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    const WSK_PROVIDER_CONNECTION_DISPATCH *D = CALLS(S, CONNECTION);
    Expect(HostControlSocket, D->WskControlSocket(S, WskSetOption, 1, 2, 4, &Out, 0, NULL, NULL, RawReady(&Call)));
    Expect(HostBind, D->WskBind(S, (PSOCKADDR)&Address, 0, RawReady(&Call)));
    Expect(HostConnect, D->WskConnect(S, (PSOCKADDR)&Address, 0, RawReady(&Call)));
    Expect(HostConnectEx, D->WskConnectEx(S, (PSOCKADDR)&Address, NULL, 0, RawReady(&Call)));
    Expect(HostGetLocalAddress, D->WskGetLocalAddress(S, (PSOCKADDR)&Out, RawReady(&Call)));
    CHECK_EQUAL(0x3412, Out.sin_port);
    Expect(HostGetRemoteAddress, D->WskGetRemoteAddress(S, (PSOCKADDR)&Out, RawReady(&Call)));
    CHECK_EQUAL(0x7856, Out.sin_port);
    Expect(HostSend, D->WskSend(S, &Buffer.Buffer, 0, RawReady(&Call)));
    HostWskFeed(HostWskSocketAt(0), "hello", 5);
    Expect(HostReceive, D->WskReceive(S, &Buffer.Buffer, 0, RawReady(&Call)));
    CHECK(Call.Information == 5 && memcmp(Buffer.Data, "hello", 5) == 0);
    Expect(HostDisconnect, D->WskDisconnect(S, NULL, 0, RawReady(&Call)));
    CHECK_STATUS(STATUS_SUCCESS, D->WskRelease(S, NULL));
    CHECK_EQUAL(1, HostWskReleases());
    RawClose(S);
    RawBufferFree(&Buffer);
    CheckTrace(Verbs, RTL_NUMBER_OF(Verbs));
}

TEST(datagram_sockets)
{
    static const UINT8 Verbs[] = {WsktVerb_WskSocket, WsktVerb_WskBind, WsktVerb_WskSendTo, WsktVerb_WskReceiveFrom,
        WsktVerb_WskGetLocalAddress, WsktVerb_WskCloseSocket};
    RAW_BUFFER Buffer;
    ULONG Length = 64, Flags = 7;
    RawStart(0);
    RawBuffer(&Buffer, 8);
    PWSK_SOCKET S = RawSocket(WSK_FLAG_DATAGRAM_SOCKET, NULL, NULL);
    const WSK_PROVIDER_DATAGRAM_DISPATCH *D = CALLS(S, DATAGRAM);
    Expect(HostBind, D->WskBind(S, (PSOCKADDR)&Address, 0, RawReady(&Call)));
    Expect(HostSendTo, D->WskSendTo(S, &Buffer.Buffer, 0, (PSOCKADDR)&Address, 0, NULL, RawReady(&Call)));
    CHECK_EQUAL(8, HostWskSocketAt(0)->WireBytes);
    HostWskFeed(HostWskSocketAt(0), "dgram", 5);
    Expect(HostReceiveFrom,
        D->WskReceiveFrom(S, &Buffer.Buffer, 0, (PSOCKADDR)&Out, &Length, NULL, &Flags, RawReady(&Call)));
    CHECK(Call.Information == 5 && Length == 0 && Flags == 0 && Out.sin_port == 0x7856);
    Expect(HostGetLocalAddress, D->WskGetLocalAddress(S, (PSOCKADDR)&Out, RawReady(&Call)));
    CHECK_STATUS(STATUS_SUCCESS, D->WskRelease(S, NULL));
    RawClose(S);
    RawBufferFree(&Buffer);
    CheckTrace(Verbs, RTL_NUMBER_OF(Verbs));
}

TEST(a_list_of_messages_is_one_operation_with_an_enter_for_each)
{
    RAW_BUFFER A, B;
    RawStart(0);
    RawBuffer(&A, 3);
    RawBuffer(&B, 4);
    WSK_BUF_LIST Second = {NULL, B.Buffer}, First = {&Second, A.Buffer};
    PWSK_SOCKET S = RawSocket(WSK_FLAG_DATAGRAM_SOCKET, NULL, NULL);
    Expect(HostSendMessages,
        CALLS(S, DATAGRAM)->WskSendMessages(S, &First, 0, (PSOCKADDR)&Address, 0, NULL, RawReady(&Call)));
    CHECK_EQUAL(7, HostWskSocketAt(0)->WireBytes);
    RawClose(S);
    RawBufferFree(&A);
    RawBufferFree(&B);
    RawDone(&Call);
    RawEnd(&Trace);
    const EVENT *One = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0), *Two = TraceNext(&Trace, WSKT_SEND_ENTER_ID, SEQ(One));
    CHECK_EQUAL(One->Header->OpId, Two->Header->OpId);
    CHECK(One->Send->BufIndex == 0 && Two->Send->BufIndex == 1 && One->Send->BufCount == 2 && Two->Send->BufCount == 2);
    CHECK(One->Send->Length == 3 && Two->Send->Length == 4);
    CHECK(memcmp(One->Send->RemoteAddress, &Address, sizeof Address) == 0);
    TraceFree(&Trace);
}

TEST(of_a_long_list_of_messages_64_are_logged_and_the_last_of_them_says_so)
{
    static WSK_BUF_LIST List[100];
    RawStart(0);
    PWSK_SOCKET S = RawSocket(WSK_FLAG_DATAGRAM_SOCKET, NULL, NULL);
    for (ULONG i = 0; i < RTL_NUMBER_OF(List); i++)
        List[i].Next = i + 1 < RTL_NUMBER_OF(List) ? &List[i + 1] : NULL;
    Expect(HostSendMessages,
        CALLS(S, DATAGRAM)->WskSendMessages(S, List, 0, (PSOCKADDR)&Address, 0, NULL, RawReady(&Call)));
    RawClose(S);
    RawDone(&Call);
    RawEnd(&Trace);
    CHECK_EQUAL(64, TraceCount(&Trace, WSKT_SEND_ENTER_ID));
    UINT64 Seq = 0;
    for (ULONG i = 0; i < 64; i++) {
        const EVENT *Enter = TraceNext(&Trace, WSKT_SEND_ENTER_ID, Seq);
        CHECK(Enter->Send->BufIndex == i && Enter->Send->BufCount == RTL_NUMBER_OF(List));
        CHECK_EQUAL(i == 63, Enter->Send->Truncated);
        CHECK_EQUAL(i == 63 ? WsktHeaderFlags_Truncated : 0, Enter->Header->HeaderFlags);
        Seq = SEQ(Enter);
    }
    TraceFree(&Trace);
}

TEST(listen_sockets_and_the_connections_they_accept)
{
    static const UINT8 Verbs[] = {WsktVerb_WskBind, WsktVerb_WskAccept, WsktVerb_WskInspectComplete,
        WsktVerb_WskGetLocalAddress, WsktVerb_WskSend};
    WSK_INSPECT_ID Id = {77, 5};
    WSK_BUF Empty = {0};
    RawStart(0);
    PWSK_SOCKET S = RawSocket(WSK_FLAG_LISTEN_SOCKET, NULL, NULL);
    const WSK_PROVIDER_LISTEN_DISPATCH *D = CALLS(S, LISTEN);
    Expect(HostBind, D->WskBind(S, (PSOCKADDR)&Address, 0, RawReady(&Call)));
    Expect(HostInspectComplete, D->WskInspectComplete(S, &Id, WskInspectAccept, RawReady(&Call)));
    Expect(HostGetLocalAddress, D->WskGetLocalAddress(S, (PSOCKADDR)&Out, RawReady(&Call)));
    Expect(HostAccept, D->WskAccept(S, 0, &Call, NULL, NULL, (PSOCKADDR)&Out, RawReady(&Call)));
    CHECK_EQUAL(0x7856, Out.sin_port);
    PWSK_SOCKET Accepted = (PWSK_SOCKET)Call.Information;
    CHECK(((HOST_SOCKET *)(PVOID)Accepted)->Context == &Call);
    Expect(HostSend, CALLS(Accepted, CONNECTION)->WskSend(Accepted, &Empty, 0, RawReady(&Call)));
    RawClose(Accepted);
    RawClose(S);
    CheckTrace(Verbs, RTL_NUMBER_OF(Verbs));
}

TEST(stream_sockets)
{
    static const UINT8 Verbs[] = {WsktVerb_WskBind, WsktVerb_WskListen, WsktVerb_WskAccept, WsktVerb_WskConnect,
        WsktVerb_WskSend, WsktVerb_WskReceive, WsktVerb_WskDisconnect, WsktVerb_WskGetLocalAddress,
        WsktVerb_WskGetRemoteAddress, WsktVerb_WskConnectEx};
    WSK_BUF Empty = {0};
    RawStart(0);
    PWSK_SOCKET S = RawSocket(WSK_FLAG_STREAM_SOCKET, NULL, NULL);
    const WSK_PROVIDER_STREAM_DISPATCH *D = CALLS(S, STREAM);
    Expect(HostBind, D->WskBind(S, (PSOCKADDR)&Address, 0, RawReady(&Call)));
    Expect(HostListen, D->WskListen(S, RawReady(&Call)));
    Expect(HostAccept, D->WskAccept(S, 0, NULL, NULL, NULL, NULL, RawReady(&Call)));
    RawClose((PWSK_SOCKET)Call.Information);
    Expect(HostConnect, D->WskConnect(S, (PSOCKADDR)&Address, 0, RawReady(&Call)));
    Expect(HostConnectEx, D->WskConnectEx(S, (PSOCKADDR)&Address, &Empty, 0, RawReady(&Call)));
    Expect(HostSend, D->WskSend(S, &Empty, 0, RawReady(&Call)));
    HostWskFeedEnd(HostWskSocketAt(0));
    Expect(HostReceive, D->WskReceive(S, &Empty, 0, RawReady(&Call)));
    Expect(HostDisconnect, D->WskDisconnect(S, &Empty, 0, RawReady(&Call)));
    Expect(HostGetLocalAddress, D->WskGetLocalAddress(S, (PSOCKADDR)&Out, RawReady(&Call)));
    Expect(HostGetRemoteAddress, D->WskGetRemoteAddress(S, (PSOCKADDR)&Out, RawReady(&Call)));
    CHECK_STATUS(STATUS_SUCCESS, D->WskRelease(S, NULL));
    RawClose(S);
    CheckTrace(Verbs, RTL_NUMBER_OF(Verbs));
}

TEST(basic_sockets)
{
    static const UINT8 Verbs[] = {WsktVerb_WskSocket, WsktVerb_WskControlSocket, WsktVerb_WskCloseSocket};
    RawStart(0);
    PWSK_SOCKET S = RawSocket(WSK_FLAG_BASIC_SOCKET, NULL, NULL);
    Expect(HostControlSocket,
        CALLS(S, BASIC)->WskControlSocket(S, WskIoctl, 1, 2, 0, NULL, 0, NULL, NULL, RawReady(&Call)));
    RawClose(S);
    CheckTrace(Verbs, RTL_NUMBER_OF(Verbs));
}

TEST(verbs_of_the_client_object)
{
    static const UINT8 Verbs[] = {
        WsktVerb_WskSocketConnect, WsktVerb_WskControlClient, WsktVerb_WskGetAddressInfo, WsktVerb_WskGetNameInfo};
    PADDRINFOEXW Info = NULL;
    SIZE_T Returned = 9;
    RawStart(0);
    PWSK_CLIENT C = RawProvider.Client;
    const WSK_PROVIDER_DISPATCH *D = RawProvider.Dispatch;
    CHECK(D != &HostProviderDispatch);
    CHECK_EQUAL(MAKE_WSK_VERSION(1, 0), D->Version);
    Expect(HostSocketConnect,
        D->WskSocketConnect(C, SOCK_STREAM, IPPROTO_TCP, (PSOCKADDR)&Address, (PSOCKADDR)&Address, 0, NULL, NULL, NULL,
            NULL, NULL, RawReady(&Call)));
    PWSK_SOCKET S = (PWSK_SOCKET)Call.Information;
    CHECK(S->Dispatch != HostProviderTable(WSK_FLAG_CONNECTION_SOCKET));
    RawClose(S);
    Expect(HostControlClient,
        D->WskControlClient(C, WSK_TRANSPORT_LIST_CHANGE, 0, NULL, 0, NULL, &Returned, RawReady(&Call)));
    CHECK_EQUAL(0, Returned);
    Expect(HostGetAddressInfo,
        D->WskGetAddressInfo(C, NULL, NULL, 0, NULL, NULL, &Info, NULL, NULL, RawReady(&Call)));
    CHECK(Info != NULL && Info->ai_family == AF_INET);
    D->WskFreeAddressInfo(C, Info);
    Expect(HostGetNameInfo,
        D->WskGetNameInfo(C, (PSOCKADDR)&Address, sizeof Address, NULL, NULL, 0, NULL, NULL, RawReady(&Call)));
    CheckTrace(Verbs, RTL_NUMBER_OF(Verbs));
}

TEST(a_control_call_without_an_irp_goes_through)
{
    SIZE_T Returned = 9;
    RawStart(0);
    CHECK_STATUS(STATUS_SUCCESS,
        RawProvider.Dispatch->WskControlClient(RawProvider.Client, WSK_SET_STATIC_EVENT_CALLBACKS, 4, &Out, 0, NULL,
            &Returned, NULL));
    PWSK_SOCKET S = RawSocket(WSK_FLAG_BASIC_SOCKET, NULL, NULL);
    CHECK_STATUS(STATUS_SUCCESS,
        CALLS(S, BASIC)->WskControlSocket(S, WskIoctl, 1, 2, 4, &Out, 0, NULL, &Returned, NULL));
    RawClose(S);
    RawEnd(&Trace);
    TraceFree(&Trace);
}

TEST(registration_is_logged_enter_and_exit)
{
    RawStart(0);
    RawEnd(&Trace);
    static const UINT8 Verbs[] = {WsktRegVerb_WskRegister, WsktRegVerb_WskCaptureProviderNPI,
        WsktRegVerb_WskReleaseProviderNPI, WsktRegVerb_WskDeregister};
    UINT64 After = 0;
    for (ULONG i = 0; i < RTL_NUMBER_OF(Verbs); i++) {
        const EVENT *Enter = TraceNext(&Trace, WSKT_REG_ENTER_ID, After), *Exit = TraceNext(&Trace, WSKT_REG_EXIT_ID, After);
        CHECK_EQUAL(Verbs[i], Enter->RegEnter->Verb);
        CHECK_EQUAL(Verbs[i], Exit->RegExit->Verb);
        CHECK(SEQ(Enter) < SEQ(Exit));
        CHECK_STATUS(STATUS_SUCCESS, Exit->RegExit->Status);
        After = SEQ(Exit);
    }
    CHECK_EQUAL(4, TraceCount(&Trace, WSKT_REG_ENTER_ID));
    TraceFree(&Trace);
}
