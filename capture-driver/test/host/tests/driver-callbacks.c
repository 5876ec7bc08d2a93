/*
 * Event callbacks: WSK calls ours, the client's runs with what it would have got without us, and both ends of the call
 * are in the trace. What the provider held and passed is the yardstick.
 */
#include <string.h>

#include "raw.h"

static TRACE Trace;
static RAW_CALL Call;
static SOCKADDR_IN Address = {.sin_family = AF_INET, .sin_port = 0x1234, .sin_addr.S_un.S_addr = 0x0100007f};

/* What the client's routines saw, and what they answer. */
static struct {
    ULONG Calls, Flags;
    const void *List;
    SIZE_T Bytes, AcceptedIn, AcceptedOut, Ideal;
    const SIZE_T *AcceptedAt;
    NTSTATUS Answer;
    PWSK_SOCKET CallInside; /* a call of the client from inside: WskReceive on this one */
} Seen;

static void MineOnly(PVOID Context)
{
    CHECK(Context == &Seen);
    Seen.Calls++;
}

static NTSTATUS OnReceive(PVOID Context, ULONG Flags, PWSK_DATA_INDICATION Data, SIZE_T Bytes, SIZE_T *Accepted)
{
    MineOnly(Context);
    Seen.Flags = Flags;
    Seen.List = Data;
    Seen.Bytes = Bytes;
    Seen.AcceptedAt = Accepted;
    Seen.AcceptedIn = *Accepted;
    *Accepted = Seen.AcceptedOut;
    if (Seen.CallInside != NULL)
        (void)CALLS(Seen.CallInside, CONNECTION)->WskReceive(Seen.CallInside, NULL, 0, RawReady(&Call));
    return Seen.Answer;
}

static NTSTATUS OnDisconnect(PVOID Context, ULONG Flags)
{
    MineOnly(Context);
    Seen.Flags = Flags;
    return Seen.Answer;
}

static NTSTATUS OnBacklog(PVOID Context, SIZE_T Ideal)
{
    MineOnly(Context);
    Seen.Ideal = Ideal;
    return Seen.Answer;
}

static NTSTATUS OnReceiveFrom(PVOID Context, ULONG Flags, PWSK_DATAGRAM_INDICATION Data)
{
    MineOnly(Context);
    Seen.Flags = Flags;
    Seen.List = Data;
    return Seen.Answer;
}

static const WSK_CLIENT_CONNECTION_DISPATCH Events = {OnReceive, OnDisconnect, OnBacklog};
static const WSK_CLIENT_DATAGRAM_DISPATCH DatagramEvents = {OnReceiveFrom};

/* A socket of a started capture, with all its callbacks enabled. */
static HOST_SOCKET *Open(ULONG Category, const void *Dispatch, ULONG Enable)
{
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(Category, &Seen, Dispatch);
    RawEnable(Socket, Enable);
    return (HOST_SOCKET *)(PVOID)Socket;
}

static void End(HOST_SOCKET *Socket)
{
    CHECK_EQUAL(1, CaptureStatus().Callbacks);
    RawClose(&Socket->Public);
    CHECK_EQUAL(0, CaptureStatus().Callbacks);
    RawDone(&Call);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
}

static void CheckPair(const EVENT *Enter, const EVENT *Exit, UINT8 Kind, const void *Socket, const void *Routine)
{
    CHECK_EQUAL(Kind, Enter->Callback->Kind);
    CHECK_EQUAL(Kind, Exit->CallbackExit->Kind);
    CHECK(Enter->Header->OpId != 0 && Enter->Header->OpId == Exit->Header->OpId);
    CHECK(SEQ(Enter) < SEQ(Exit));
    CHECK_EQUAL(VALUE_OF(Socket), Enter->Callback->Socket);
    CHECK_EQUAL(VALUE_OF(Socket), Exit->CallbackExit->Socket);
    CHECK_EQUAL(VALUE_OF(&Seen), Enter->Callback->SocketContext);
    CHECK_EQUAL(VALUE_OF(&Seen), Exit->CallbackExit->SocketContext);
    CHECK_EQUAL(VALUE_OF(Routine), Enter->Callback->Routine);
    CHECK_EQUAL(1, Enter->Header->Client);
    CHECK_EQUAL(1, Exit->Header->Client);
    CHECK_EQUAL(DISPATCH_LEVEL, Enter->Header->Irql);
    CHECK_EQUAL(DISPATCH_LEVEL, Exit->CallbackExit->IrqlOut);
    CHECK_EQUAL(0, (Enter->Header->HeaderFlags | Exit->Header->HeaderFlags) & WsktHeaderFlags_InCallback);
    CHECK(Exit->CallbackExit->Duration <= Exit->Header->Qpc - Enter->Header->Qpc);
}

TEST(a_receive_event_is_logged_as_it_came_and_as_it_returned)
{
    SIZE_T Accepted;
    HOST_SOCKET *Socket = Open(WSK_FLAG_CONNECTION_SOCKET, &Events, WSK_EVENT_RECEIVE);
    CHECK(Socket->Context != &Seen && Socket->Dispatch != &Events);
    Seen.Answer = STATUS_SUCCESS;
    Seen.AcceptedOut = 4;
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate(Socket, 3, &Accepted));
    CHECK_EQUAL(1, Seen.Calls);
    CHECK_EQUAL(6, Seen.AcceptedIn);
    CHECK_EQUAL(4, Accepted);
    CHECK(Seen.AcceptedAt == &Accepted);
    CHECK_EQUAL(WSK_FLAG_AT_DISPATCH_LEVEL | WSK_FLAG_RELEASE_ASAP, Seen.Flags);
    End(Socket);
    const EVENT *Enter = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, 0), *Exit = TraceNext(&Trace, WSKT_CALLBACK_EXIT_ID, 0);
    CheckPair(Enter, Exit, WsktCallbackKind_WskReceiveEvent, Socket, OnReceive);
    CHECK_EQUAL(VALUE_OF(Seen.List), Enter->Callback->DataIndication);
    CHECK_EQUAL(6, Enter->Callback->BytesIndicated);
    CHECK_EQUAL(6, Enter->Callback->BytesAccepted);
    CHECK_EQUAL(3, Enter->Callback->ElementCount);
    CHECK_EQUAL(Seen.Flags, Enter->Callback->Flags);
    CHECK_EQUAL(4, Exit->CallbackExit->BytesAccepted);
    CHECK_STATUS(STATUS_SUCCESS, Exit->CallbackExit->Status);
    CHECK_EQUAL(1, TraceCount(&Trace, WSKT_CALLBACK_ENTER_ID));
    TraceFree(&Trace);
}

TEST(whatever_a_callback_returns_reaches_wsk)
{
    static const NTSTATUS Answers[] = {STATUS_SUCCESS, STATUS_DATA_NOT_ACCEPTED, STATUS_DEVICE_NOT_READY};
    SIZE_T Accepted;
    HOST_SOCKET *Socket = Open(WSK_FLAG_CONNECTION_SOCKET, &Events, WSK_EVENT_RECEIVE | WSK_EVENT_DISCONNECT);
    for (ULONG i = 0; i < RTL_NUMBER_OF(Answers); i++) {
        Seen.Answer = Answers[i];
        CHECK_STATUS(Answers[i], HostWskIndicate(Socket, 1, &Accepted));
        CHECK_STATUS(Answers[i], HostWskDisconnectEvent(Socket, 0));
    }
    End(Socket);
    UINT64 After = 0;
    for (ULONG i = 0; i < 2 * RTL_NUMBER_OF(Answers); i++) {
        const EVENT *Exit = TraceNext(&Trace, WSKT_CALLBACK_EXIT_ID, After);
        CHECK_STATUS(Answers[i / 2], Exit->CallbackExit->Status);
        After = SEQ(Exit);
    }
    TraceFree(&Trace);
}

TEST(a_disconnect_and_a_backlog_event)
{
    HOST_SOCKET *Socket = Open(WSK_FLAG_CONNECTION_SOCKET, &Events, WSK_EVENT_DISCONNECT | WSK_EVENT_SEND_BACKLOG);
    CHECK_STATUS(STATUS_SUCCESS, HostWskDisconnectEvent(Socket, WSK_FLAG_ABORTIVE));
    CHECK_EQUAL(WSK_FLAG_ABORTIVE | WSK_FLAG_AT_DISPATCH_LEVEL, Seen.Flags);
    CHECK_STATUS(STATUS_SUCCESS, HostWskSendBacklogEvent(Socket, (SIZE_T)0x123456789));
    CHECK_EQUAL((SIZE_T)0x123456789, Seen.Ideal);
    End(Socket);
    const EVENT *Enter = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, 0), *Exit = TraceNext(&Trace, WSKT_CALLBACK_EXIT_ID, 0);
    CheckPair(Enter, Exit, WsktCallbackKind_WskDisconnectEvent, Socket, OnDisconnect);
    CHECK_EQUAL(WSK_FLAG_ABORTIVE | WSK_FLAG_AT_DISPATCH_LEVEL, Enter->Callback->Flags);
    CHECK_EQUAL(0, Enter->Callback->ElementCount);
    Enter = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, SEQ(Exit));
    Exit = TraceNext(&Trace, WSKT_CALLBACK_EXIT_ID, SEQ(Exit));
    CheckPair(Enter, Exit, WsktCallbackKind_WskSendBacklogEvent, Socket, OnBacklog);
    CHECK_EQUAL((SIZE_T)0x123456789, Enter->Callback->BacklogSize);
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_INDICATION_ELEM_ID));
    TraceFree(&Trace);
}

TEST(a_datagram_event)
{
    HOST_SOCKET *Socket = Open(WSK_FLAG_DATAGRAM_SOCKET, &DatagramEvents, WSK_EVENT_RECEIVE_FROM);
    CHECK_STATUS(STATUS_SUCCESS, HostWskReceiveFromEvent(Socket, "hello", 5));
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicateEnd(Socket));
    CHECK(Seen.Calls == 2 && Seen.List == NULL);
    End(Socket);
    const EVENT *Enter = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, 0), *Exit = TraceNext(&Trace, WSKT_CALLBACK_EXIT_ID, 0);
    CheckPair(Enter, Exit, WsktCallbackKind_WskReceiveFromEvent, Socket, OnReceiveFrom);
    CHECK_EQUAL(1, Enter->Callback->ElementCount);
    const EVENT *Dead = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, SEQ(Exit));
    CHECK(Dead->Callback->DataIndication == 0 && Dead->Callback->ElementCount == 0);
    CHECK_EQUAL(1, TraceCount(&Trace, WSKT_INDICATION_ELEM_ID));
    TraceFree(&Trace);
}

TEST(a_call_from_inside_a_callback_says_so_and_one_from_outside_does_not)
{
    SIZE_T Accepted;
    HOST_SOCKET *Socket = Open(WSK_FLAG_CONNECTION_SOCKET, &Events, WSK_EVENT_RECEIVE);
    Seen.CallInside = &Socket->Public;
    HostWskNext(HostReceive, (HOST_POLICY) {HostHeld, 0, 0});
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate(Socket, 1, &Accepted));
    CHECK(HostWskComplete(HostReceive, STATUS_CANCELLED));
    RawWait(&Call);
    End(Socket);
    const EVENT *Inside = TraceNext(&Trace, WSKT_RECV_ENTER_ID, 0);
    const EVENT *Exit = TraceNext(&Trace, WSKT_CALLBACK_EXIT_ID, 0);
    CHECK(SEQ(Inside) < SEQ(Exit));
    CHECK_EQUAL(WsktHeaderFlags_InCallback, Inside->Header->HeaderFlags);
    CHECK_EQUAL(WsktHeaderFlags_InCallback, TraceOf(&Trace, WSKT_OP_EXIT_ID, Inside->Header->OpId)->Header->HeaderFlags);
    CHECK_EQUAL(0, TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Inside->Header->OpId)->Header->HeaderFlags);
    CHECK_EQUAL(0, TraceEnterOf(&Trace, WsktVerb_WskSocket)->Header->HeaderFlags);
    CHECK_EQUAL(0, TraceEnterOf(&Trace, WsktVerb_WskCloseSocket)->Header->HeaderFlags);
    TraceFree(&Trace);
}

TEST(what_a_completion_routine_does_says_so)
{
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_BASIC_SOCKET, NULL, NULL);
    Call.FreeIrp = true; /* in the routine */
    CALLS(Socket, BASIC)->WskControlSocket(Socket, WskIoctl, 1, 2, 0, NULL, 0, NULL, NULL, RawReady(&Call));
    RawWait(&Call);
    RawClose(Socket);
    RawEnd(&Trace);
    const EVENT *Control = TraceEnterOf(&Trace, WsktVerb_WskControlSocket);
    const EVENT *Complete = TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Control->Header->OpId);
    const EVENT *Free = TraceNext(&Trace, WSKT_IRP_FREE_ID, SEQ(Complete));
    CHECK(SEQ(Free) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_EXIT_ID, Control->Header->OpId)));
    CHECK_EQUAL(WsktHeaderFlags_InCompletion, Free->Header->HeaderFlags);
    CHECK_EQUAL(0, Complete->Header->HeaderFlags);
    TraceFree(&Trace);
}

TEST(wsk_gets_only_the_callbacks_that_the_client_gave)
{
    RawStart(0);
    for (ULONG Set = 0; Set < 8; Set++) {
        WSK_CLIENT_CONNECTION_DISPATCH Some = {
            Set & 1 ? OnReceive : NULL, Set & 2 ? OnDisconnect : NULL, Set & 4 ? OnBacklog : NULL};
        PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, &Seen, &Some);
        const HOST_SOCKET *Held = HostWskSocketAt(0);
        const WSK_CLIENT_CONNECTION_DISPATCH *Given = Held->Dispatch;
        CHECK_EQUAL(Set == 0, Given == &Some);
        CHECK_EQUAL(Set == 0, Held->Context == &Seen);
        CHECK_EQUAL(Some.WskReceiveEvent == NULL, Given->WskReceiveEvent == NULL);
        CHECK_EQUAL(Some.WskDisconnectEvent == NULL, Given->WskDisconnectEvent == NULL);
        CHECK_EQUAL(Some.WskSendBacklogEvent == NULL, Given->WskSendBacklogEvent == NULL);
        CHECK_EQUAL(Set != 0, CaptureStatus().Callbacks);
        RawClose(Socket);
    }
    PWSK_SOCKET Without = RawSocket(WSK_FLAG_CONNECTION_SOCKET, &Seen, NULL);
    CHECK(HostWskSocketAt(0)->Dispatch == NULL && HostWskSocketAt(0)->Context == &Seen);
    RawClose(Without);
    CHECK_EQUAL(0, CaptureStatus().CallbacksUnwrapped);
    RawEnd(NULL);
}

TEST(static_callbacks_come_to_us_too)
{
    SIZE_T Accepted;
    RawStart(0);
    RawEnableAll(WSK_EVENT_RECEIVE);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, &Seen, &Events);
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate(HostWskSocketAt(0), 1, &Accepted));
    CHECK_EQUAL(1, Seen.Calls);
    RawClose(Socket);
    RawEnd(&Trace);
    CHECK_EQUAL(VALUE_OF(Socket), TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, 0)->Callback->Socket);
    TraceFree(&Trace);
}

TEST(sockets_of_wsksocketconnect_and_wskaccept_have_theirs)
{
    SIZE_T Accepted;
    RawStart(0);
    RawEnableAll(WSK_EVENT_RECEIVE);
    RawProvider.Dispatch->WskSocketConnect(RawProvider.Client, SOCK_STREAM, IPPROTO_TCP, (PSOCKADDR)&Address,
        (PSOCKADDR)&Address, 0, &Seen, &Events, NULL, NULL, NULL, RawReady(&Call));
    RawWait(&Call);
    PWSK_SOCKET Connected = (PWSK_SOCKET)Call.Information;
    PWSK_SOCKET Listener = RawSocket(WSK_FLAG_LISTEN_SOCKET, NULL, NULL);
    CALLS(Listener, LISTEN)->WskAccept(Listener, 0, &Seen, &Events, NULL, NULL, RawReady(&Call));
    RawWait(&Call);
    PWSK_SOCKET Taken = (PWSK_SOCKET)Call.Information;
    CHECK_EQUAL(2, CaptureStatus().Callbacks);
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate((HOST_SOCKET *)(PVOID)Connected, 1, &Accepted));
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate((HOST_SOCKET *)(PVOID)Taken, 1, &Accepted));
    CHECK_EQUAL(2, Seen.Calls);
    RawClose(Connected);
    RawClose(Taken);
    RawClose(Listener);
    RawDone(&Call);
    RawEnd(&Trace);
    const EVENT *First = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, 0);
    CHECK_EQUAL(VALUE_OF(Connected), First->Callback->Socket);
    CHECK_EQUAL(VALUE_OF(Taken), TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, SEQ(First))->Callback->Socket);
    TraceFree(&Trace);
}

TEST(a_socket_that_was_not_made_needs_no_slot)
{
    static const HOST_POLICY Ways[] = {{HostInCall, STATUS_INSUFFICIENT_RESOURCES, 0},
        {HostSomeTime, STATUS_ACCESS_DENIED, 0}, {HostNever, STATUS_INVALID_PARAMETER, 0}};
    RawStart(0);
    for (ULONG i = 0; i < RTL_NUMBER_OF(Ways); i++) {
        HostWskNext(HostSocket, Ways[i]);
        NTSTATUS Status = RawProvider.Dispatch->WskSocket(RawProvider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP,
            WSK_FLAG_CONNECTION_SOCKET, &Seen, &Events, NULL, NULL, NULL, RawReady(&Call));
        CHECK_STATUS(Ways[i].When == HostSomeTime ? STATUS_PENDING : Ways[i].Status, Status);
        if (Ways[i].When != HostNever)
            CHECK_STATUS(Ways[i].Status, RawWait(&Call));
        CHECK_EQUAL(0, CaptureStatus().Callbacks);
    }
    RawDone(&Call);
    RawEnd(NULL);
}

TEST(with_no_routine_to_see_the_socket_by_the_callbacks_stay_the_clients)
{
    SIZE_T Accepted;
    RawStart(0);
    RawEnableAll(WSK_EVENT_RECEIVE);
    HostIrpForgiveTop(true);
    PIRP Irp = RawReadyWith(&Call, 0);
    CHECK_STATUS(STATUS_SUCCESS,
        RawProvider.Dispatch->WskSocket(RawProvider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP,
            WSK_FLAG_CONNECTION_SOCKET, &Seen, &Events, NULL, NULL, NULL, Irp));
    HOST_SOCKET *Socket = HostWskSocketAt(0);
    CHECK(Socket->Context == &Seen && Socket->Dispatch == &Events);
    CHECK_EQUAL(1, CaptureStatus().CallbacksUnwrapped);
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate(Socket, 1, &Accepted));
    CHECK_EQUAL(1, Seen.Calls);
    RawClose(&Socket->Public);
    RawDone(&Call);
    RawEnd(&Trace);
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_CALLBACK_ENTER_ID));
    TraceFree(&Trace);
}

TEST(when_the_pool_is_empty_the_next_socket_goes_without_and_is_counted)
{
    static PWSK_SOCKET Sockets[4097]; /* CALLBACK_SLOTS and one */
    SIZE_T Accepted;
    RawStart(0);
    RawEnableAll(WSK_EVENT_RECEIVE);
    for (ULONG i = 0; i < RTL_NUMBER_OF(Sockets); i++)
        Sockets[i] = RawSocket(WSK_FLAG_CONNECTION_SOCKET, &Seen, &Events);
    HOST_SOCKET *Last = (HOST_SOCKET *)(PVOID)Sockets[RTL_NUMBER_OF(Sockets) - 1];
    CHECK(Last->Context == &Seen && Last->Dispatch == &Events);
    CHECK_EQUAL(4096, CaptureStatus().Callbacks);
    CHECK_EQUAL(1, CaptureStatus().CallbacksUnwrapped);
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate(Last, 1, &Accepted));
    CHECK_EQUAL(1, Seen.Calls);
    RawClose(Sockets[7]); /* one slot is free again, and is found */
    Sockets[7] = RawSocket(WSK_FLAG_CONNECTION_SOCKET, &Seen, &Events);
    CHECK_EQUAL(4096, CaptureStatus().Callbacks);
    CHECK_EQUAL(1, CaptureStatus().CallbacksUnwrapped);
    for (ULONG i = 0; i < RTL_NUMBER_OF(Sockets); i++)
        RawClose(Sockets[i]);
    CHECK_EQUAL(0, CaptureStatus().Callbacks);
    RawEnd(NULL);
}

TEST(while_a_close_is_under_way_wsk_may_still_call_and_we_stay)
{
    SIZE_T Accepted;
    HOST_SOCKET *Socket = Open(WSK_FLAG_CONNECTION_SOCKET, &Events, WSK_EVENT_RECEIVE);
    HostWskNext(HostCloseSocket, (HOST_POLICY) {HostHeld, 0, 0});
    CALLS(&Socket->Public, BASIC)->WskCloseSocket(&Socket->Public, RawReady(&Call));
    CHECK_EQUAL(0, CaptureStatus().OpenSockets);
    CHECK(CaptureStatus().Holds & WSKT_HOLD_CALLBACK);
    CaptureStop();
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate(Socket, 1, &Accepted)); /* reaches the client, capture or not */
    CHECK_EQUAL(1, Seen.Calls);
    CHECK(CaptureStatus().Holds & WSKT_HOLD_CALLBACK);
    CHECK(!NT_SUCCESS(CaptureTryUnload()));
    CHECK(HostWskComplete(HostCloseSocket, STATUS_SUCCESS));
    RawWait(&Call);
    CHECK_EQUAL(0, CaptureStatus().Callbacks);
    CHECK_EQUAL(0, CaptureStatus().Holds & WSKT_HOLD_CALLBACK);
    RawDone(&Call);
    RawUnload();
    Trace = TraceDrain();
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_CALLBACK_ENTER_ID));
    TraceFree(&Trace);
    CaptureUnload();
}

TEST(a_close_while_stopped_gives_the_slot_back)
{
    HOST_SOCKET *Socket = Open(WSK_FLAG_CONNECTION_SOCKET, &Events, WSK_EVENT_RECEIVE);
    CaptureStop();
    CHECK_EQUAL(1, CaptureStatus().Callbacks);
    RawClose(&Socket->Public);
    CHECK_EQUAL(0, CaptureStatus().Callbacks);
    RawUnload();
    CaptureUnload();
}

TEST(a_close_without_a_routine_that_is_done_at_once_gives_the_slot_back)
{
    HOST_SOCKET *Socket = Open(WSK_FLAG_CONNECTION_SOCKET, &Events, WSK_EVENT_RECEIVE);
    HostIrpForgiveTop(true);
    CHECK_STATUS(STATUS_SUCCESS,
        CALLS(&Socket->Public, BASIC)->WskCloseSocket(&Socket->Public, RawReadyWith(&Call, 0)));
    CHECK_EQUAL(0, CaptureStatus().Callbacks);
    RawDone(&Call);
    RawEnd(NULL);
}

TEST(a_stream_socket_gets_both_of_its_tables)
{
    static const WSK_CLIENT_STREAM_DISPATCH Stream = {NULL, &Events};
    SIZE_T Accepted;
    HOST_SOCKET *Socket = Open(WSK_FLAG_STREAM_SOCKET, &Stream, WSK_EVENT_RECEIVE);
    const WSK_CLIENT_STREAM_DISPATCH *Given = Socket->Dispatch;
    CHECK(Given != &Stream && Given->Listen == NULL && Given->Connect != &Events);
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate(Socket, 2, &Accepted));
    CHECK_EQUAL(1, Seen.Calls);
    End(Socket);
    const EVENT *Enter = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, 0), *Exit = TraceNext(&Trace, WSKT_CALLBACK_EXIT_ID, 0);
    CheckPair(Enter, Exit, WsktCallbackKind_WskReceiveEvent, Socket, OnReceive);
    TraceFree(&Trace);
}

static volatile LONG Many;

static NTSTATUS OnMany(PVOID Context, ULONG Flags)
{
    (void)Flags;
    InterlockedIncrement((volatile LONG *)Context);
    InterlockedIncrement(&Many);
    return STATUS_SUCCESS;
}

#define ROUNDS 200

static VOID Churn(PVOID Context)
{
    static const WSK_CLIENT_CONNECTION_DISPATCH One = {NULL, OnMany, NULL};
    (void)Context;
    for (ULONG i = 0; i < ROUNDS; i++) {
        volatile LONG Mine = 0;
        RAW_CALL Open = {0};
        RawProvider.Dispatch->WskSocket(RawProvider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP,
            WSK_FLAG_CONNECTION_SOCKET, (PVOID)&Mine, &One, NULL, NULL, NULL, RawReady(&Open));
        KeWaitForSingleObject(&Open.Done, Executive, KernelMode, FALSE, NULL);
        PWSK_SOCKET Socket = (PWSK_SOCKET)Open.Information;
        RawDone(&Open);
        for (LONG j = 1; j < 4; j++) {
            CHECK_STATUS(STATUS_SUCCESS, HostWskDisconnectEvent((HOST_SOCKET *)(PVOID)Socket, 0));
            CHECK_EQUAL(j, Mine); /* never another socket's */
        }
        RAW_CALL Close = {0};
        CALLS(Socket, BASIC)->WskCloseSocket(Socket, RawReady(&Close));
        KeWaitForSingleObject(&Close.Done, Executive, KernelMode, FALSE, NULL);
        RawDone(&Close);
    }
}

TEST(sockets_of_many_threads_keep_their_callbacks_apart)
{
    HANDLE Handle;
    RawStart(0);
    RawEnableAll(WSK_EVENT_DISCONNECT);
    for (ULONG i = 0; i < 4; i++) {
        PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Churn, NULL);
        ZwClose(Handle);
    }
    HostJoinThreads();
    CHECK_EQUAL(4 * 3 * ROUNDS, Many);
    CHECK_EQUAL(0, CaptureStatus().Callbacks);
    CHECK_EQUAL(0, CaptureStatus().CallbacksUnwrapped);
    CHECK_EQUAL(0, CaptureStatus().FramesMissed);
    RawEnd(NULL);
}
