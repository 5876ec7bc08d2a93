/*
 * One call at a time: what the client gets through the capture driver is what it would have got without it, and the
 * trace says what happened, in the order it happened.
 */
#include "raw.h"

static TRACE Trace;

static const EVENT *EnterOf(UINT8 Verb)
{
    return TraceEnterOf(&Trace, Verb);
}

static const EVENT *Exit(const EVENT *Enter)
{
    return TraceOf(&Trace, WSKT_OP_EXIT_ID, Enter->Header->OpId);
}

static const EVENT *Complete(const EVENT *Enter)
{
    return TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Enter->Header->OpId);
}

static void End(void)
{
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
}

/* One WskSend under a policy; the trace is left in Trace, the socket is closed. */
static NTSTATUS SendOnce(HOST_POLICY Policy, RAW_CALL *Call)
{
    RAW_BUFFER Buffer;
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    RawBuffer(&Buffer, 100);
    HostWskNext(HostSend, Policy);
    NTSTATUS Returned = CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, WSK_FLAG_NODELAY, RawReady(Call));
    RawWait(Call);
    RawDone(Call);
    RawBufferFree(&Buffer);
    RawClose(Socket);
    End();
    return Returned;
}

TEST(a_send_that_completes_inline_enters_completes_and_returns)
{
    RAW_CALL Call = {0};
    CHECK_STATUS(STATUS_SUCCESS, SendOnce((HOST_POLICY) {HostInCall, STATUS_SUCCESS, 0}, &Call));
    CHECK_EQUAL(100, Call.Information);
    const EVENT *Enter = EnterOf(WsktVerb_WskSend);
    CHECK(SEQ(Enter) < SEQ(Complete(Enter)) && SEQ(Complete(Enter)) < SEQ(Exit(Enter)));
    CHECK_EQUAL(1, Complete(Enter)->Complete->InCall);
    CHECK_EQUAL(100, Complete(Enter)->Complete->Information);
    CHECK_STATUS(STATUS_SUCCESS, Exit(Enter)->OpExit->Status);
    CHECK_EQUAL(WSK_FLAG_NODELAY, Enter->Send->Flags);
    CHECK_EQUAL(100, Enter->Send->Length);
    TraceFree(&Trace);
}

TEST(a_completion_before_a_pending_return_is_logged_in_that_order)
{
    const HOST_WHEN Whens[] = {HostInCallPending, HostOtherThread};
    for (ULONG i = 0; i < 2; i++) {
        RAW_CALL Call = {0};
        CHECK_STATUS(STATUS_PENDING, SendOnce((HOST_POLICY) {Whens[i], STATUS_SUCCESS, DISPATCH_LEVEL}, &Call));
        const EVENT *Enter = EnterOf(WsktVerb_WskSend);
        CHECK(SEQ(Complete(Enter)) < SEQ(Exit(Enter)));
        CHECK_EQUAL(1, Complete(Enter)->Complete->InCall);
        CHECK_EQUAL(DISPATCH_LEVEL, Complete(Enter)->Header->Irql);
        CHECK_EQUAL(DISPATCH_LEVEL, Call.Irql);
        CHECK_STATUS(STATUS_PENDING, Exit(Enter)->OpExit->Status);
        TraceFree(&Trace);
    }
}

TEST(a_failing_return_completes_inline_and_both_are_logged)
{
    RAW_CALL Call = {0};
    CHECK_STATUS(STATUS_FILE_FORCED_CLOSED, SendOnce((HOST_POLICY) {HostInCall, STATUS_FILE_FORCED_CLOSED, 0}, &Call));
    CHECK_STATUS(STATUS_FILE_FORCED_CLOSED, Call.Status);
    const EVENT *Enter = EnterOf(WsktVerb_WskSend);
    CHECK_STATUS(STATUS_FILE_FORCED_CLOSED, Complete(Enter)->Complete->IoStatus);
    CHECK_STATUS(STATUS_FILE_FORCED_CLOSED, Exit(Enter)->OpExit->Status);
    TraceFree(&Trace);
}

TEST(a_completion_at_some_time_is_logged_whenever_it_comes)
{
    for (ULONG i = 0; i < TestRounds(20); i++) {
        RAW_CALL Call = {0};
        CHECK_STATUS(STATUS_PENDING, SendOnce((HOST_POLICY) {HostSomeTime, STATUS_SUCCESS, 0}, &Call));
        const EVENT *Enter = EnterOf(WsktVerb_WskSend);
        CHECK(SEQ(Enter) < SEQ(Complete(Enter)) && SEQ(Enter) < SEQ(Exit(Enter)));
        TraceFree(&Trace);
    }
}

TEST(a_socket_made_at_some_time_is_shimmed_before_its_client_knows_it)
{
    RawStart(0);
    HostWskPolicy(HostSocket, (HOST_POLICY) {HostSomeTime, STATUS_SUCCESS, 0});
    for (ULONG i = 0; i < TestRounds(300); i++) {
        PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
        CHECK(Socket->Dispatch != HostProviderTable(WSK_FLAG_CONNECTION_SOCKET));
        RawClose(Socket);
    }
    RawEnd(&Trace);
    TraceFree(&Trace);
}

/* A return that the documentation does not promise a completion for: none comes, and the client frees its IRP. */
TEST(a_call_that_never_completes_does_not_hold_the_driver_once_its_irp_is_freed)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    RawBuffer(&Buffer, 10);
    HostWskNext(HostSend, (HOST_POLICY) {HostNever, STATUS_NOT_SUPPORTED, 0});
    CHECK_STATUS(STATUS_NOT_SUPPORTED, CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 1, RawReady(&Call)));
    CHECK_EQUAL(0, Call.Runs);
    RawDone(&Call);
    RawBufferFree(&Buffer);
    RawClose(Socket);
    End();
    CHECK(!TraceHas(&Trace, WSKT_OP_COMPLETE_ID, EnterOf(WsktVerb_WskSend)->Header->OpId));
    TraceFree(&Trace);
}

TEST(the_calls_that_find_no_slot_pass_unwrapped_and_are_counted)
{
    static RAW_CALL Calls[70];
    WSK_BUF Empty = {0};
    RawStart(64);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    for (ULONG i = 0; i < 70; i++)
        CHECK_STATUS(STATUS_PENDING, CALLS(Socket, CONNECTION)->WskReceive(Socket, &Empty, 0, RawReady(&Calls[i])));
    CHECK_EQUAL(0, CaptureStatus().FreeSlots);
    CHECK_EQUAL(6, CaptureStatus().Unwrapped);
    CHECK_EQUAL(64, CaptureStatus().InFlight);
    HostWskCompleteAll();
    for (ULONG i = 0; i < 70; i++) {
        CHECK_STATUS(STATUS_SUCCESS, RawWait(&Calls[i]));
        RawDone(&Calls[i]);
    }
    RawClose(Socket);
    End();
    CHECK_EQUAL(70, TraceCount(&Trace, WSKT_RECV_ENTER_ID));
    const EVENT *Lost = TraceNext(&Trace, WSKT_EVENTS_LOST_ID, 0);
    CHECK_EQUAL(6, Lost->Lost->Count);
    CHECK_EQUAL(WsktLossReason_NoSlot, Lost->Lost->Reason);
    TraceFree(&Trace);
}

TEST(a_completion_after_the_stop_is_forwarded_and_frees_its_slot)
{
    RAW_CALL Call = {0};
    WSK_BUF Empty = {0};
    RawStart(64);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    CALLS(Socket, CONNECTION)->WskReceive(Socket, &Empty, 0, RawReady(&Call));
    CaptureStop();
    CHECK_STATUS(STATUS_INVALID_DEVICE_REQUEST, CaptureTryUnload());
    HostWskFeed(HostWskSocketAt(0), "x", 1);
    CHECK_STATUS(STATUS_SUCCESS, RawWait(&Call));
    CHECK_EQUAL(64, CaptureStatus().FreeSlots);
    RawDone(&Call);
    RawClose(Socket);
    RawUnload();
    CaptureUnload();
}

TEST(the_client_still_sees_every_reserved_slot_of_its_tables)
{
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    const WSK_PROVIDER_CONNECTION_DISPATCH *Real = HostProviderTable(WSK_FLAG_CONNECTION_SOCKET);
    CHECK(CALLS(Socket, CONNECTION) != Real);
    CHECK(CALLS(Socket, CONNECTION)->WskSendEx == Real->WskSendEx);
    CHECK(CALLS(Socket, CONNECTION)->WskReceiveEx == Real->WskReceiveEx);
    RawClose(Socket);
    RawEnd(NULL);
}

/* Everything a target may call at DISPATCH_LEVEL: a kernel function that we call on its way and that is not allowed
   there ends the test. */
TEST(every_hook_and_verb_that_may_be_called_at_dispatch_level_works_there)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    SOCKADDR_IN Address = {.sin_family = AF_INET};
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    KIRQL Old = KeRaiseIrqlToDpcLevel();
    RawBuffer(&Buffer, 5000);
    PIRP Irp = RawReady(&Call);
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 0, Irp);
    CHECK_EQUAL(1, Call.Runs);
    CALLS(Socket, CONNECTION)->WskReceive(Socket, &Buffer.Buffer, 0, RawReady(&Call));
    CHECK_EQUAL(TRUE, RAW(IoCancelIrp)(Irp));
    CALLS(Socket, CONNECTION)->WskBind(Socket, (PSOCKADDR)&Address, 0, RawReady(&Call));
    RAW(MmProbeAndLockPages)(Buffer.Mdl, KernelMode, IoReadAccess); /* of nonpaged memory: allowed */
    RAW(MmUnlockPages)(Buffer.Mdl);
    RAW(MmAdvanceMdl)(Buffer.Mdl, 10);
    CALLS(Socket, CONNECTION)->WskCloseSocket(Socket, RawReady(&Call));
    CHECK_EQUAL(1, Call.Runs);
    RawBufferFree(&Buffer);
    RawDone(&Call);
    CHECK_EQUAL(DISPATCH_LEVEL, KeGetCurrentIrql());
    KeLowerIrql(Old);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
    CHECK_EQUAL(DISPATCH_LEVEL, EnterOf(WsktVerb_WskSend)->Header->Irql);
    TraceFree(&Trace);
}
