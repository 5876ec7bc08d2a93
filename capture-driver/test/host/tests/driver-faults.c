/*
 * Faults on purpose: what is held comes later and in an order that WSK itself may produce, what fails fails as in WSK, and
 * all of it is in the trace.
 */
#include <string.h>

#include "faults.h"

TEST(a_held_send_pends_whatever_wsk_returned_and_completes_when_the_faults_end)
{
    RAW_CALL Call = {.Look = true};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 100);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer)); /* the provider has completed it inside the call */
    CHECK_EQUAL(100, HostWskSocketAt(0)->WireBytes);
    CHECK_EQUAL(0, Call.Runs);
    CHECK_EQUAL(1, CaptureStatus().Faults.Held);
    CHECK(CaptureStatus().Holds & WSKT_HOLD_IN_FLIGHT);
    CaptureFaultsOff();
    CHECK_EQUAL(1, Call.Runs);
    CHECK_STATUS(STATUS_SUCCESS, Call.Status);
    CHECK_EQUAL(100, Call.Information);
    CHECK_EQUAL(DISPATCH_LEVEL, Call.Irql);
    CHECK_EQUAL(TRUE, Call.Seen.PendingReturned);
    CHECK_EQUAL(0, CaptureStatus().Faults.Held);
    CHECK_EQUAL(1, CaptureStatus().Faults.Holds);
    RawBufferFree(&Buffer);
    RawDone(&Call);
    End();
    UINT64 Op = SendOp(0);
    const EVENT *Fault = TraceOf(&Trace, WSKT_FAULT_INJECTED_ID, Op);
    CHECK_EQUAL(WsktFaultKind_Hold, Fault->Fault->Kind);
    CHECK_EQUAL(FOREVER, Fault->Fault->Value);
    CHECK_EQUAL(WsktVerb_WskSend, Fault->Fault->Verb);
    CHECK_STATUS(STATUS_SUCCESS, Fault->Fault->Status);
    CHECK_EQUAL((ULONG_PTR)Socket, Fault->Fault->Socket);
    const EVENT *Exit = TraceOf(&Trace, WSKT_OP_EXIT_ID, Op), *Complete = TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Op);
    CHECK_STATUS(STATUS_PENDING, Exit->OpExit->Status);
    CHECK(SEQ(Fault) < SEQ(Exit) && SEQ(Exit) < SEQ(Complete));
    CHECK_EQUAL(0, Complete->Complete->InCall);
    CHECK(SEQ(Complete) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_EXIT_ID, Op)));
    TraceFree(&Trace);
}

TEST(a_hold_ends_by_itself)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = 1});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer));
    CHECK_STATUS(STATUS_SUCCESS, RawWait(&Call));
    CaptureFaultsOff();
    RawBufferFree(&Buffer);
    RawDone(&Call);
    End();
    TraceFree(&Trace);
}

/* What the room is for. The client takes its MDL back as soon as the call has returned. */
static ULONG FreedInFlight(bool Held)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    ULONG Freed = 0;
    Start();
    if (Held)
        CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    RawBuffer(&Buffer, 100);
    (void)Send(Socket, &Call, &Buffer);
    RawBufferFree(&Buffer);
    if (Held)
        CaptureFaultsOff();
    CHECK_STATUS(STATUS_SUCCESS, RawWait(&Call));
    RawDone(&Call);
    End();
    UINT64 Completed = CompletedAt(SendOp(0));
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        Freed += (E->Id == WSKT_MDL_FREE_ID || E->Id == WSKT_POOL_FREE_ID) && SEQ(E) < Completed;
    TraceFree(&Trace);
    return Freed;
}

TEST(a_client_that_frees_on_return_is_caught_though_wsk_completes_inside_the_call)
{
    CHECK_EQUAL(0, FreedInFlight(false));
    CHECK_EQUAL(2, FreedInFlight(true)); /* the MDL and the bytes, before the completion: proof */
}

TEST(a_close_completes_after_the_held_operations_of_its_socket_and_no_other)
{
    RAW_CALL Sent = {0}, Closed = {0}, OtherSent = {0};
    RAW_BUFFER Buffer;
    Start();
    PWSK_SOCKET Other = Connection();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    CHECK_STATUS(STATUS_PENDING, Send(Other, &OtherSent, &Buffer));
    RawClose(Socket); /* nothing of it is held */
    CHECK_STATUS(STATUS_PENDING, Send(Other, &Sent, &Buffer));
    CHECK_STATUS(STATUS_PENDING, CALLS(Other, BASIC)->WskCloseSocket(Other, RawReady(&Closed)));
    CHECK(Sent.Runs == 0 && Closed.Runs == 0);
    CaptureFaultsOff();
    CHECK(Sent.Runs == 1 && Closed.Runs == 1 && OtherSent.Runs == 1);
    WSKT_STATUS Status = CaptureStatus();
    CHECK_EQUAL(1, Status.Faults.Followers);
    RawBufferFree(&Buffer);
    RawDone(&Sent);
    RawDone(&Closed);
    RawDone(&OtherSent);
    RawEnd(&Trace);
    const EVENT *Follow = NULL;
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        if (E->Id == WSKT_FAULT_INJECTED_ID && E->Fault->Kind == WsktFaultKind_Follow)
            Follow = E;
    CHECK(Follow != NULL);
    CHECK_EQUAL(WsktVerb_WskCloseSocket, Follow->Fault->Verb);
    CHECK_EQUAL(SendOp(1), Follow->Fault->Value);
    CHECK(CompletedAt(SendOp(0)) < CompletedAt(SendOp(1)));
    CHECK(CompletedAt(SendOp(1)) < CompletedAt(Follow->Header->OpId));
    TraceFree(&Trace);
}

TEST(one_completion_in_two_changes_places_with_the_next_of_another_socket)
{
    RAW_CALL First = {0}, Second = {0}, Third = {0};
    RAW_BUFFER Buffer;
    Start();
    PWSK_SOCKET Other = Connection();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.Reorder = 2, .Verbs = ONLY(WskSend)});
    CHECK_STATUS(STATUS_SUCCESS, Send(Socket, &First, &Buffer));
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Second, &Buffer));
    CHECK_STATUS(STATUS_SUCCESS, Send(Other, &Third, &Buffer));
    CHECK_STATUS(STATUS_SUCCESS, RawWait(&Second));
    CHECK(First.Runs == 1 && Third.Runs == 1);
    CHECK_EQUAL(1, CaptureStatus().Faults.Reorders);
    CaptureFaultsOff();
    RawBufferFree(&Buffer);
    RawDone(&First);
    RawDone(&Second);
    RawDone(&Third);
    RawClose(Other);
    End();
    CHECK(CompletedAt(SendOp(2)) < CompletedAt(SendOp(1)));
    CHECK_EQUAL(WsktFaultKind_Reorder, TraceOf(&Trace, WSKT_FAULT_INJECTED_ID, SendOp(1))->Fault->Kind);
    CHECK_EQUAL(1, TraceOf(&Trace, WSKT_FAULT_INJECTED_ID, SendOp(1))->Fault->Value);
    TraceFree(&Trace);
}

TEST(the_completions_of_one_direction_of_a_socket_keep_their_order)
{
    RAW_CALL Sends[6] = {0};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.Reorder = 2});
    for (int i = 0; i < 6; i++)
        (void)Send(Socket, &Sends[i], &Buffer);
    for (int i = 0; i < 6; i++)
        CHECK_STATUS(STATUS_SUCCESS, RawWait(&Sends[i])); /* nobody comes to overtake: each goes on after a while */
    CaptureFaultsOff();
    RawBufferFree(&Buffer);
    for (int i = 0; i < 6; i++)
        RawDone(&Sends[i]);
    End();
    for (ULONG i = 1; i < 6; i++)
        CHECK(CompletedAt(SendOp(i - 1)) < CompletedAt(SendOp(i)));
    TraceFree(&Trace);
}

TEST(a_receive_overtakes_a_held_send_of_its_socket)
{
    RAW_CALL Sent = {0}, Received = {0};
    RAW_BUFFER Out, In;
    Start();
    RawBuffer(&Out, 10);
    RawBuffer(&In, 10);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER, .Verbs = ONLY(WskSend)});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Sent, &Out));
    HostWskFeed((HOST_SOCKET *)(PVOID)Socket, "answer", 6);
    CHECK_STATUS(STATUS_SUCCESS, CALLS(Socket, CONNECTION)->WskReceive(Socket, &In.Buffer, 0, RawReady(&Received)));
    CHECK(Received.Runs == 1 && Sent.Runs == 0 && memcmp(In.Data, "answer", 6) == 0);
    CaptureFaultsOff();
    RawBufferFree(&Out);
    RawBufferFree(&In);
    RawDone(&Sent);
    RawDone(&Received);
    End();
    TraceFree(&Trace);
}

TEST(every_third_call_fails_as_in_wsk_and_never_gets_there)
{
    RAW_CALL Call = {.Look = true};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.FailEvery = 3, .FailTimes = 2, .FailStatus = (UINT32)STATUS_CONNECTION_RESET});
    for (ULONG i = 1; i <= 12; i++) {
        bool Fails = i == 3 || i == 6; /* twice, and then no more */
        NTSTATUS Expected = Fails ? STATUS_CONNECTION_RESET : STATUS_SUCCESS;
        CHECK_STATUS(Expected, Send(Socket, &Call, &Buffer));
        CHECK_EQUAL(1, Call.Runs);
        CHECK_STATUS(Expected, Call.Status);
        CHECK_EQUAL(Fails ? 0 : 10, Call.Information);
        CHECK_EQUAL(FALSE, Call.Seen.PendingReturned);
    }
    CHECK_EQUAL(10, HostWskCalls(HostSend));
    CHECK_EQUAL(2, CaptureStatus().Faults.Fails);
    CaptureFaultsOff();
    RawBufferFree(&Buffer);
    RawDone(&Call);
    End();
    UINT64 Op = SendOp(5);
    const EVENT *Fault = TraceOf(&Trace, WSKT_FAULT_INJECTED_ID, Op);
    CHECK_EQUAL(WsktFaultKind_Fail, Fault->Fault->Kind);
    CHECK_EQUAL(6, Fault->Fault->Value);
    CHECK_STATUS(STATUS_CONNECTION_RESET, Fault->Fault->Status);
    CHECK(SEQ(Fault) < CompletedAt(Op));
    CHECK_STATUS(STATUS_CONNECTION_RESET, TraceOf(&Trace, WSKT_OP_EXIT_ID, Op)->OpExit->Status);
    CHECK_EQUAL(2, TraceCount(&Trace, WSKT_FAULT_INJECTED_ID));
    TraceFree(&Trace);
}

TEST(a_call_that_fails_can_be_held_too)
{
    RAW_CALL Call = {.Look = true};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {
        .HoldMs = FOREVER, .FailEvery = 1, .FailStatus = (UINT32)STATUS_INSUFFICIENT_RESOURCES});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer));
    CHECK_EQUAL(0, Call.Runs);
    CaptureFaultsOff();
    CHECK_EQUAL(1, Call.Runs);
    CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, Call.Status);
    CHECK_EQUAL(TRUE, Call.Seen.PendingReturned);
    CHECK_EQUAL(0, HostWskCalls(HostSend));
    RawBufferFree(&Buffer);
    RawDone(&Call);
    End();
    TraceFree(&Trace);
}

static NTSTATUS OnReceive(PVOID Context, ULONG Flags, PWSK_DATA_INDICATION Data, SIZE_T Bytes, SIZE_T *Accepted)
{
    (void)Context, (void)Flags, (void)Data, (void)Bytes, (void)Accepted;
    return STATUS_SUCCESS;
}
static const WSK_CLIENT_CONNECTION_DISPATCH Events = {.WskReceiveEvent = OnReceive};

TEST(a_socket_that_was_not_made_leaves_nothing_of_ours)
{
    for (UINT32 Hold = 0; Hold <= 1; Hold++) {
        RAW_CALL Call = {0};
        Start();
        CaptureFaults((WSKT_FAULTS) {.HoldMs = Hold, .FailEvery = 1,
            .FailStatus = (UINT32)STATUS_INSUFFICIENT_RESOURCES, .Verbs = ONLY(WskSocket)});
        (void)RawProvider.Dispatch->WskSocket(RawProvider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP,
            WSK_FLAG_CONNECTION_SOCKET, NULL, &Events, NULL, NULL, NULL, RawReady(&Call));
        CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, RawWait(&Call));
        CHECK_EQUAL(0, CaptureStatus().Callbacks);
        CHECK_EQUAL(1, CaptureStatus().OpenSockets);
        CaptureFaultsOff();
        RawDone(&Call);
        End();
        TraceFree(&Trace);
        HostWskReset();
    }
}

TEST(a_close_and_a_call_without_an_irp_never_fail)
{
    Start();
    CaptureFaults((WSKT_FAULTS) {.FailEvery = 1, .FailStatus = (UINT32)STATUS_UNSUCCESSFUL,
        .Verbs = ONLY(WskCloseSocket) | ONLY(WskControlSocket) | ONLY(WskControlClient)});
    RawEnableAll(0);
    End(); /* it closes the socket, and checks that it went well */
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_FAULT_INJECTED_ID));
    TraceFree(&Trace);
}

TEST(a_receive_of_a_socket_with_callbacks_is_not_held)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    PWSK_SOCKET Other = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, &Events);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    HostWskFeed((HOST_SOCKET *)(PVOID)Other, "data", 4);
    CHECK_STATUS(STATUS_SUCCESS, CALLS(Other, CONNECTION)->WskReceive(Other, &Buffer.Buffer, 0, RawReady(&Call)));
    CHECK_EQUAL(1, Call.Runs);
    CHECK_EQUAL(1, CaptureStatus().Faults.Passed);
    CHECK_STATUS(STATUS_PENDING, Send(Other, &Call, &Buffer));
    CaptureFaultsOff();
    CHECK_EQUAL(1, Call.Runs);
    RawBufferFree(&Buffer);
    RawDone(&Call);
    RawClose(Other);
    End();
    TraceFree(&Trace);
}

TEST(half_of_the_slots_stay_free_of_held_completions)
{
    enum { Slots = 64, Sockets = 40 };
    RAW_CALL Calls[Sockets] = {0};
    PWSK_SOCKET Many[Sockets];
    RAW_BUFFER Buffer;
    RawStart(Slots);
    RawBuffer(&Buffer, 10);
    for (int i = 0; i < Sockets; i++)
        Many[i] = Connection();
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    for (int i = 0; i < Sockets; i++)
        CHECK_STATUS(i < Slots / 2 ? STATUS_PENDING : STATUS_SUCCESS, Send(Many[i], &Calls[i], &Buffer));
    CHECK_EQUAL(Slots / 2, CaptureStatus().Faults.Held);
    CHECK_EQUAL(Sockets - Slots / 2, CaptureStatus().Faults.Passed);
    CaptureFaultsOff();
    for (int i = 0; i < Sockets; i++) {
        CHECK_EQUAL(1, Calls[i].Runs);
        RawDone(&Calls[i]);
        RawClose(Many[i]);
    }
    RawBufferFree(&Buffer);
    RawEnd(&Trace);
    TraceFree(&Trace);
}

TEST(targets_and_verbs_that_were_not_named_are_left_alone)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER, .Count = 2, .Names = {L"other.sys", L"ra"}});
    CHECK_STATUS(STATUS_SUCCESS, Send(Socket, &Call, &Buffer));
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER, .Verbs = ONLY(WskReceive)});
    CHECK_STATUS(STATUS_SUCCESS, Send(Socket, &Call, &Buffer));
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER, .Count = 2, .Names = {L"other.sys", L"RAW"}});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer));
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER, .Count = 1, .Names = {L"Raw.Sys"}}); /* ends those before */
    CHECK_EQUAL(1, Call.Runs);
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer));
    CaptureFaultsOff();
    RawBufferFree(&Buffer);
    RawDone(&Call);
    End();
    TraceFree(&Trace);
}

TEST(what_is_out_of_range_or_not_said_to_be_a_test_machine_is_refused)
{
    const UINT32 Test = WSKT_FAULTS_TEST_MACHINE, Verbs = CAPTURE_DATA_VERBS, Error = (UINT32)STATUS_UNSUCCESSFUL;
    const WSKT_FAULTS Wrong[] = {
        {.HoldMs = 1, .Verbs = Verbs}, /* no test machine */
        {.Flags = 3, .HoldMs = 1, .Verbs = Verbs},
        {.Flags = Test, .HoldMs = 1}, /* no verbs */
        {.Flags = Test, .Verbs = Verbs}, /* nothing to do */
        {.Verbs = Verbs},
        {.Count = 1, .Names = {L"a"}},
        {.Flags = Test, .HoldMs = WSKT_MAX_HOLD_MS + 1, .Verbs = Verbs},
        {.Flags = Test, .Reorder = 1, .Verbs = Verbs},
        {.Flags = Test, .Reorder = WSKT_MAX_REORDER + 1, .Verbs = Verbs},
        {.Flags = Test, .FailEvery = WSKT_MAX_FAIL_EVERY + 1, .FailStatus = Error, .Verbs = Verbs},
        {.Flags = Test, .FailEvery = 1, .Verbs = Verbs}, /* fails with STATUS_SUCCESS */
        {.Flags = Test, .FailEvery = 1, .FailStatus = STATUS_PENDING, .Verbs = Verbs},
        {.Flags = Test, .HoldMs = 1, .FailStatus = Error, .Verbs = Verbs},
        {.Flags = Test, .HoldMs = 1, .FailTimes = 1, .Verbs = Verbs},
        {.Flags = Test, .HoldMs = 1, .Verbs = Verbs | WSKT_FAULT_VERB(WsktVerb_WskRelease)},
        {.Flags = Test, .HoldMs = 1, .Verbs = Verbs | 1},
        {.Flags = Test, .HoldMs = 1, .Verbs = Verbs, .Reserved = 1},
        {.Flags = Test, .HoldMs = 1, .Verbs = Verbs, .Count = WSKT_MAX_TARGETS + 1},
    };
    WSKT_FAULTS Names = {.Version = WSKT_IOCTL_VERSION, .Flags = Test, .HoldMs = 1, .Verbs = Verbs, .Count = 1};
    CaptureLoad();
    CaptureTargets("raw.sys", NULL);
    CaptureStart(0);
    for (ULONG i = 0; i < RTL_NUMBER_OF(Wrong); i++) {
        WSKT_FAULTS Faults = Wrong[i];
        Faults.Version = WSKT_IOCTL_VERSION;
        NTSTATUS Status = CaptureAsk(WSKT_IOCTL_FAULTS, &Faults, sizeof Faults);
        if (Status != STATUS_INVALID_PARAMETER)
            TestFailed(__FILE__, __LINE__, "wrong message %u: status 0x%x", i, (unsigned)Status);
    }
    CHECK_STATUS(STATUS_OBJECT_NAME_INVALID, CaptureAsk(WSKT_IOCTL_FAULTS, &Names, sizeof Names)); /* empty */
    memset(Names.Names[0], 'a', sizeof Names.Names[0]); /* without an end */
    CHECK_STATUS(STATUS_OBJECT_NAME_INVALID, CaptureAsk(WSKT_IOCTL_FAULTS, &Names, sizeof Names));
    Names.Names[0][1] = 0;
    Names.Names[3][0] = 'b'; /* behind the end of the list */
    CHECK_STATUS(STATUS_OBJECT_NAME_INVALID, CaptureAsk(WSKT_IOCTL_FAULTS, &Names, sizeof Names));
    CHECK_EQUAL(0, CaptureStatus().Faults.HoldMs);
    CaptureStop();
    WSKT_FAULTS Right = {.Version = WSKT_IOCTL_VERSION, .Flags = Test, .HoldMs = 1, .Verbs = Verbs};
    CHECK_STATUS(STATUS_INVALID_DEVICE_STATE, CaptureAsk(WSKT_IOCTL_FAULTS, &Right, sizeof Right));
    CaptureFaultsOff(); /* there are none: nothing to end */
    CaptureUnload();
}

TEST(memory_that_runs_out_leaves_the_faults_off)
{
    WSKT_FAULTS Faults = {.Version = WSKT_IOCTL_VERSION, .Flags = WSKT_FAULTS_TEST_MACHINE, .HoldMs = 1,
        .Verbs = CAPTURE_DATA_VERBS};
    CaptureLoad();
    CaptureStart(0);
    HostPoolFailAfter(0);
    CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, CaptureAsk(WSKT_IOCTL_FAULTS, &Faults, sizeof Faults));
    HostPoolFailAfter(-1);
    CHECK_EQUAL(0, CaptureStatus().Faults.HoldMs);
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_FAULTS, &Faults, sizeof Faults));
    CHECK_EQUAL(1, CaptureStatus().Faults.HoldMs);
    CaptureStop();
    CaptureUnload();
}
