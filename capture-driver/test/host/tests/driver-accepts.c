/*
 * Sockets that arrive through WskAcceptEvent, and connection requests under inspection.
 */
#include <string.h>

#include "raw.h"

static TRACE Trace;
static RAW_CALL Call;
static int Listening, Connection; /* contexts */

static struct {
    ULONG Calls;
    PWSK_SOCKET Socket;
    SOCKADDR_IN Local, Remote;
    const WSK_CLIENT_CONNECTION_DISPATCH *Give;
    NTSTATUS Answer;
    bool EnableInside, CloseInside;
    ULONG Received;
} Seen;

static NTSTATUS OnReceive(PVOID Context, ULONG Flags, PWSK_DATA_INDICATION Data, SIZE_T Bytes, SIZE_T *Accepted)
{
    (void)Flags, (void)Data, (void)Bytes, (void)Accepted;
    CHECK(Context == &Connection);
    Seen.Received++;
    return STATUS_SUCCESS;
}

static const WSK_CLIENT_CONNECTION_DISPATCH Events = {.WskReceiveEvent = OnReceive};
static const WSK_CLIENT_CONNECTION_DISPATCH NoEvents = {NULL, NULL, NULL};

static NTSTATUS OnAccept(PVOID Context, ULONG Flags, PSOCKADDR Local, PSOCKADDR Remote, PWSK_SOCKET Socket,
    PVOID *SocketContext, const WSK_CLIENT_CONNECTION_DISPATCH **Dispatch)
{
    CHECK(Context == &Listening && (Flags & WSK_FLAG_AT_DISPATCH_LEVEL));
    Seen.Calls++;
    Seen.Socket = Socket;
    if (Socket == NULL)
        return STATUS_SUCCESS;
    CHECK(*SocketContext == NULL && *Dispatch == NULL); /* as WSK left them */
    memcpy(&Seen.Local, Local, sizeof Seen.Local);
    memcpy(&Seen.Remote, Remote, sizeof Seen.Remote);
    *SocketContext = &Connection;
    *Dispatch = Seen.Give;
    if (Seen.EnableInside)
        RawEnable(Socket, WSK_EVENT_RECEIVE);
    if (Seen.EnableInside) {
        SIZE_T Accepted;
        CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate((HOST_SOCKET *)(PVOID)Socket, 1, &Accepted));
    }
    if (Seen.CloseInside)
        (void)CALLS(Socket, BASIC)->WskCloseSocket(Socket, RawReady(&Call));
    return Seen.Answer;
}

static const WSK_CLIENT_LISTEN_DISPATCH Accepting = {.WskAcceptEvent = OnAccept};

static PWSK_SOCKET Listen(ULONG Category, const void *Dispatch)
{
    RawStart(0);
    PWSK_SOCKET Listener = RawSocket(Category, &Listening, Dispatch);
    RawEnable(Listener, WSK_EVENT_ACCEPT);
    Seen.Give = &Events;
    return Listener;
}

static NTSTATUS Arrive(PWSK_SOCKET Listener, HOST_SOCKET **Accepted)
{
    return HostWskAcceptEvent((HOST_SOCKET *)(PVOID)Listener, Accepted);
}

TEST(an_accepted_socket_is_ours_before_the_client_sees_it_and_its_callbacks_after)
{
    HOST_SOCKET *New;
    SIZE_T Bytes;
    PWSK_SOCKET Listener = Listen(WSK_FLAG_LISTEN_SOCKET, &Accepting);
    CHECK_STATUS(STATUS_SUCCESS, Arrive(Listener, &New));
    CHECK(Seen.Socket == &New->Public && New->Public.Dispatch != HostProviderTable(WSK_FLAG_CONNECTION_SOCKET));
    CHECK(New->Context != &Connection && New->Dispatch != &Events);
    CHECK_EQUAL(2, CaptureStatus().OpenSockets);
    RawEnable(&New->Public, WSK_EVENT_RECEIVE);
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate(New, 1, &Bytes));
    CHECK_EQUAL(1, Seen.Received);
    CHECK_EQUAL(2, CaptureStatus().Callbacks);
    RawClose(&New->Public);
    CHECK_EQUAL(1, CaptureStatus().Callbacks);
    RawClose(Listener);
    CHECK_EQUAL(0, CaptureStatus().Callbacks);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);

    const EVENT *Enter = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, 0);
    const EVENT *Exit = TraceOf(&Trace, WSKT_CALLBACK_EXIT_ID, Enter->Header->OpId);
    CHECK_EQUAL(WsktCallbackKind_WskAcceptEvent, Enter->Callback->Kind);
    CHECK_EQUAL(VALUE_OF(Listener), Enter->Callback->Socket);
    CHECK_EQUAL(VALUE_OF(&Listening), Enter->Callback->SocketContext);
    CHECK_EQUAL(VALUE_OF(OnAccept), Enter->Callback->Routine);
    CHECK_EQUAL(VALUE_OF(Seen.Socket), Enter->Callback->AcceptSocket);
    CHECK_EQUAL(WSK_FLAG_AT_DISPATCH_LEVEL, Enter->Callback->Flags);
    CHECK(memcmp(Enter->Callback->LocalAddress, &Seen.Local, sizeof Seen.Local) == 0);
    CHECK(memcmp(Enter->Callback->RemoteAddress, &Seen.Remote, sizeof Seen.Remote) == 0);
    CHECK_EQUAL(WsktCallbackKind_WskAcceptEvent, Exit->CallbackExit->Kind);
    CHECK_EQUAL(VALUE_OF(Seen.Socket), Exit->CallbackExit->AcceptSocket);
    CHECK_EQUAL(VALUE_OF(&Connection), Exit->CallbackExit->AcceptContext);
    CHECK_EQUAL(VALUE_OF(&Events), Exit->CallbackExit->AcceptDispatch);
    CHECK_EQUAL(VALUE_OF(OnReceive), Exit->CallbackExit->Callback0);
    CHECK(Exit->CallbackExit->Callback1 == 0 && Exit->CallbackExit->Callback2 == 0);
    CHECK_STATUS(STATUS_SUCCESS, Exit->CallbackExit->Status);

    const EVENT *Receive = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, SEQ(Exit));
    CHECK_EQUAL(VALUE_OF(Seen.Socket), Receive->Callback->Socket);
    CHECK_EQUAL(VALUE_OF(&Connection), Receive->Callback->SocketContext);
    const EVENT *Close = TraceEnterOf(&Trace, WsktVerb_WskCloseSocket); /* seen, so it was our table */
    CHECK_EQUAL(VALUE_OF(Seen.Socket), Close->OpEnter->Socket);
    TraceFree(&Trace);
}

TEST(callbacks_that_are_enabled_from_inside_find_us_in_place)
{
    HOST_SOCKET *New;
    SIZE_T Bytes;
    PWSK_SOCKET Listener = Listen(WSK_FLAG_LISTEN_SOCKET, &Accepting);
    Seen.EnableInside = true;
    CHECK_STATUS(STATUS_SUCCESS, Arrive(Listener, &New));
    CHECK_EQUAL(1, Seen.Received);
    CHECK(New->Context != &Connection && New->Dispatch != &Events);
    CHECK_STATUS(STATUS_SUCCESS, HostWskIndicate(New, 1, &Bytes));
    CHECK_EQUAL(2, Seen.Received);
    RawClose(&New->Public);
    RawClose(Listener);
    RawEnd(&Trace);
    const EVENT *Accept = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, 0);
    const EVENT *Inside = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, SEQ(Accept));
    const EVENT *Exit = TraceOf(&Trace, WSKT_CALLBACK_EXIT_ID, Accept->Header->OpId);
    CHECK(SEQ(Inside) < SEQ(Exit));
    CHECK_EQUAL(WsktCallbackKind_WskReceiveEvent, Inside->Callback->Kind);
    CHECK_EQUAL(VALUE_OF(&Connection), Exit->CallbackExit->AcceptContext);
    CHECK_EQUAL(VALUE_OF(&Events), Exit->CallbackExit->AcceptDispatch);
    CHECK_EQUAL(WsktHeaderFlags_InCallback, TraceNext(&Trace, WSKT_OP_ENTER_ID, SEQ(Accept))->Header->HeaderFlags);
    TraceFree(&Trace);
}

TEST(a_socket_without_callbacks_is_still_followed)
{
    static const WSK_CLIENT_CONNECTION_DISPATCH *const Ways[] = {NULL, &NoEvents};
    for (ULONG i = 0; i < RTL_NUMBER_OF(Ways); i++) {
        HOST_SOCKET *New;
        PWSK_SOCKET Listener = Listen(WSK_FLAG_LISTEN_SOCKET, &Accepting);
        Seen.Give = Ways[i];
        CHECK_STATUS(STATUS_SUCCESS, Arrive(Listener, &New));
        CHECK(New->Context == &Connection && New->Dispatch == Ways[i]);
        CHECK_EQUAL(2, CaptureStatus().OpenSockets);
        RawClose(&New->Public);
        RawClose(Listener);
        CHECK_EQUAL(0, CaptureStatus().Callbacks);
        RawEnd(NULL);
    }
}

TEST(a_refused_socket_is_wsks_again)
{
    HOST_SOCKET *New;
    PWSK_SOCKET Listener = Listen(WSK_FLAG_LISTEN_SOCKET, &Accepting);
    Seen.Answer = STATUS_REQUEST_NOT_ACCEPTED;
    CHECK_STATUS(STATUS_REQUEST_NOT_ACCEPTED, Arrive(Listener, &New));
    CHECK_EQUAL(1, CaptureStatus().OpenSockets);
    CHECK_EQUAL(1, CaptureStatus().Callbacks);
    RawClose(Listener);
    CHECK_EQUAL(0, CaptureStatus().Callbacks);
    RawEnd(&Trace);
    const EVENT *Exit = TraceNext(&Trace, WSKT_CALLBACK_EXIT_ID, 0);
    CHECK_STATUS(STATUS_REQUEST_NOT_ACCEPTED, Exit->CallbackExit->Status);
    CHECK_EQUAL(VALUE_OF(Seen.Socket), Exit->CallbackExit->AcceptSocket);
    CHECK(Exit->CallbackExit->AcceptContext == 0 && Exit->CallbackExit->AcceptDispatch == 0);
    TraceFree(&Trace);
}

TEST(a_socket_that_is_refused_after_its_callbacks_were_enabled_keeps_us_loaded)
{
    HOST_SOCKET *New;
    PWSK_SOCKET Listener = Listen(WSK_FLAG_LISTEN_SOCKET, &Accepting);
    Seen.Answer = STATUS_REQUEST_NOT_ACCEPTED;
    Seen.EnableInside = true;
    CHECK_STATUS(STATUS_REQUEST_NOT_ACCEPTED, Arrive(Listener, &New));
    RawClose(Listener);
    RawUnload();
    CaptureStop();
    CHECK_EQUAL(WSKT_HOLD_CALLBACK, CaptureStatus().Holds);
    CHECK(!NT_SUCCESS(CaptureTryUnload()));
}

TEST(a_socket_may_be_closed_while_it_is_accepted)
{
    HOST_SOCKET *New;
    PWSK_SOCKET Listener = Listen(WSK_FLAG_LISTEN_SOCKET, &Accepting);
    Seen.CloseInside = true;
    CHECK_STATUS(STATUS_SUCCESS, Arrive(Listener, &New));
    RawWait(&Call);
    CHECK(New == NULL);
    CHECK_EQUAL(1, CaptureStatus().Callbacks);
    RawClose(Listener);
    CHECK_EQUAL(0, CaptureStatus().Callbacks);
    RawDone(&Call);
    RawEnd(NULL);
}

TEST(a_dead_listener_is_told_with_no_socket)
{
    PWSK_SOCKET Listener = Listen(WSK_FLAG_LISTEN_SOCKET, &Accepting);
    CHECK_STATUS(STATUS_SUCCESS, HostWskAcceptEnd((HOST_SOCKET *)(PVOID)Listener));
    CHECK(Seen.Calls == 1 && Seen.Socket == NULL);
    RawClose(Listener);
    RawEnd(&Trace);
    CHECK_EQUAL(0, TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, 0)->Callback->AcceptSocket);
    TraceFree(&Trace);
}

TEST(while_stopped_an_accepted_socket_stays_wsks)
{
    HOST_SOCKET *New;
    PWSK_SOCKET Listener = Listen(WSK_FLAG_LISTEN_SOCKET, &Accepting);
    CaptureStop();
    CHECK_STATUS(STATUS_SUCCESS, Arrive(Listener, &New));
    CHECK(New->Public.Dispatch == HostProviderTable(WSK_FLAG_CONNECTION_SOCKET));
    CHECK(New->Context == &Connection && New->Dispatch == &Events);
    RawClose(&New->Public);
    RawClose(Listener);
    RawUnload();
    CaptureUnload();
}

/* Nothing says which table such a socket has, so ours goes in only where the table is one that we know. */
TEST(what_a_stream_socket_accepts_is_followed_when_its_table_is_known)
{
    static const WSK_CLIENT_STREAM_DISPATCH Stream = {&Accepting, NULL};
    HOST_SOCKET *Unknown, *Known;
    PWSK_SOCKET Listener = Listen(WSK_FLAG_STREAM_SOCKET, &Stream);
    CHECK_STATUS(STATUS_SUCCESS, Arrive(Listener, &Unknown)); /* a connection's table: never met */
    CHECK(Unknown->Public.Dispatch == HostProviderTable(WSK_FLAG_CONNECTION_SOCKET));
    CHECK(Unknown->Context == &Connection && Unknown->Dispatch == &Events);
    CHECK_EQUAL(1, CaptureStatus().CallbacksUnwrapped);
    HostWskStreamAccepts(WSK_FLAG_STREAM_SOCKET); /* the listener's own table */
    CHECK_STATUS(STATUS_SUCCESS, Arrive(Listener, &Known));
    CHECK(Known->Public.Dispatch != HostProviderTable(WSK_FLAG_STREAM_SOCKET));
    CHECK(Known->Context != &Connection && Known->Dispatch != &Events);
    CHECK_EQUAL(1, CaptureStatus().CallbacksUnwrapped);
    RawClose(&Unknown->Public);
    RawClose(&Known->Public);
    RawClose(Listener);
    CHECK_EQUAL(0, CaptureStatus().Callbacks);
    RawEnd(NULL);
}

static struct {
    WSK_INSPECT_ID Id;
    const void *At;
    WSK_INSPECT_ACTION Action;
    ULONG Aborts;
} Inspected;

static WSK_INSPECT_ACTION OnInspect(PVOID Context, PSOCKADDR Local, PSOCKADDR Remote, PWSK_INSPECT_ID Id)
{
    CHECK(Context == &Listening && Local->sa_family == AF_INET && Remote->sa_family == AF_INET);
    Inspected.At = Id;
    if (Id != NULL)
        Inspected.Id = *Id;
    return Inspected.Action;
}

static NTSTATUS OnAbort(PVOID Context, PWSK_INSPECT_ID Id)
{
    CHECK(Context == &Listening && Id->Key == Inspected.Id.Key);
    Inspected.Aborts++;
    return STATUS_SUCCESS;
}

TEST(inspection_events_name_the_request)
{
    static const WSK_CLIENT_LISTEN_DISPATCH Inspecting = {OnAccept, OnInspect, OnAbort};
    static const WSK_INSPECT_ACTION Actions[] = {WskInspectReject, WskInspectAccept, WskInspectPend};
    WSK_INSPECT_ID Id = {(ULONG_PTR)0x123456789a, 77};
    PWSK_SOCKET Listener = Listen(WSK_FLAG_LISTEN_SOCKET, &Inspecting);
    HOST_SOCKET *Real = (HOST_SOCKET *)(PVOID)Listener;
    for (ULONG i = 0; i < RTL_NUMBER_OF(Actions); i++) {
        Inspected.Action = Actions[i];
        CHECK_EQUAL(Actions[i], HostWskInspectEvent(Real, &Id));
        CHECK(Inspected.At == &Id && Inspected.Id.Key == Id.Key);
    }
    CHECK_STATUS(STATUS_SUCCESS, HostWskAbortEvent(Real, &Id));
    CHECK_EQUAL(1, Inspected.Aborts);
    CHECK_EQUAL(WskInspectPend, HostWskInspectEvent(Real, NULL)); /* the listener is dead */
    RawClose(Listener);
    RawEnd(&Trace);
    UINT64 After = 0;
    for (ULONG i = 0; i < RTL_NUMBER_OF(Actions); i++) {
        const EVENT *Enter = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, After);
        const EVENT *Exit = TraceNext(&Trace, WSKT_CALLBACK_EXIT_ID, After);
        CHECK_EQUAL(WsktCallbackKind_WskInspectEvent, Enter->Callback->Kind);
        CHECK_EQUAL(VALUE_OF(OnInspect), Enter->Callback->Routine);
        CHECK_EQUAL(VALUE_OF(&Id), Enter->Callback->InspectId);
        CHECK_EQUAL((ULONG_PTR)0x123456789a, Enter->Callback->InspectKey);
        CHECK_EQUAL(77, Enter->Callback->InspectSerial);
        CHECK(memcmp(Enter->Callback->LocalAddress, &Real->Local, 0) == 0);
        CHECK_EQUAL((UINT32)Actions[i], Exit->CallbackExit->Status);
        After = SEQ(Exit);
    }
    const EVENT *Abort = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, After);
    CHECK_EQUAL(WsktCallbackKind_WskAbortEvent, Abort->Callback->Kind);
    CHECK_EQUAL((ULONG_PTR)0x123456789a, Abort->Callback->InspectKey);
    const EVENT *Dead = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, SEQ(Abort));
    CHECK(Dead->Callback->InspectId == 0 && Dead->Callback->InspectKey == 0);
    TraceFree(&Trace);
}
