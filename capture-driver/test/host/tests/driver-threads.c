/*
 * Many threads send, receive, cancel, open and close at once, completions come from anywhere, and a reader drains beside
 * them. Nothing may break, and every operation is in the trace from end to end.
 */
#include <sched.h>
#include <string.h>

#include "raw.h"

#define THREADS 4

static TRACE Trace;
static volatile LONG Failures;
static volatile LONG Busy;
static ULONG Rounds; /* of each thread */

#define CHECK_HERE(e) ((e) ? (void)0 : (void)InterlockedIncrement(&Failures))

/* Waits without HostJoinThreads: other threads go on. */
static NTSTATUS Wait(RAW_CALL *Call)
{
    KeWaitForSingleObject(&Call->Done, Executive, KernelMode, FALSE, NULL);
    CHECK_HERE(Call->Runs == 1);
    return Call->Status;
}

static PWSK_SOCKET Open(RAW_CALL *Call)
{
    (void)RawProvider.Dispatch->WskSocket(RawProvider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP,
        WSK_FLAG_CONNECTION_SOCKET, NULL, NULL, NULL, NULL, NULL, RawReady(Call));
    CHECK_HERE(Wait(Call) == STATUS_SUCCESS);
    return (PWSK_SOCKET)Call->Information;
}

static VOID Client(PVOID Context)
{
    static const HOST_WHEN Whens[] = {HostInCall, HostInCallPending, HostSomeTime, HostOtherThread};
    ULONG Me = (ULONG)(ULONG_PTR)Context;
    for (ULONG i = 0; i < Rounds; i++) {
        RAW_CALL Call = {0}, Second = {0};
        RAW_BUFFER Buffer;
        RawBuffer(&Buffer, 64 + i);
        HostWskPolicy(HostSend, (HOST_POLICY) {Whens[(Me + i) % 4], STATUS_SUCCESS, i & 1 ? DISPATCH_LEVEL : 0});
        HostWskPolicy(HostSocket, (HOST_POLICY) {Whens[i % 4], STATUS_SUCCESS, 0});
        PWSK_SOCKET Socket = Open(&Call);
        CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 0, RawReady(&Call));
        CALLS(Socket, CONNECTION)->WskReceive(Socket, &Buffer.Buffer, 0, RawReady(&Second));
        CHECK_HERE(Wait(&Call) == STATUS_SUCCESS && Call.Information == 64 + i);
        if (i % 3 == 0)
            CHECK_HERE(RAW(IoCancelIrp)(Second.Irp));
        CALLS(Socket, CONNECTION)->WskCloseSocket(Socket, RawReady(&Call));
        CHECK_HERE(Wait(&Call) == STATUS_SUCCESS);
        CHECK_HERE(Wait(&Second) == STATUS_CANCELLED);
        RawBufferFree(&Buffer);
        RawDone(&Call);
        RawDone(&Second);
    }
    InterlockedDecrement(&Busy);
}

static void StartClients(ULONG Count)
{
    Rounds = Count;
    Busy = THREADS;
    for (ULONG_PTR i = 0; i < THREADS; i++) {
        HANDLE Thread;
        PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, Client, (PVOID)i);
        ZwClose(Thread);
    }
}

TEST(every_operation_of_many_threads_is_whole_in_the_trace)
{
    RawStart(0);
    StartClients(25); /* no more than the rings hold */
    HostJoinThreads();
    CHECK_EQUAL(0, Failures);
    HostWskReset();
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
    ULONG Operations = 0;
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++) {
        if (E->Id != WSKT_SEND_ENTER_ID && E->Id != WSKT_RECV_ENTER_ID && E->Id != WSKT_OP_ENTER_ID)
            continue;
        Operations++;
        const EVENT *Exit = TraceOf(&Trace, WSKT_OP_EXIT_ID, E->Header->OpId);
        const EVENT *Complete = TraceOf(&Trace, WSKT_OP_COMPLETE_ID, E->Header->OpId);
        CHECK(SEQ(E) < SEQ(Exit) && SEQ(E) < SEQ(Complete));
        CHECK(SEQ(Complete) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_EXIT_ID, E->Header->OpId)));
        CHECK(Exit->OpExit->Status != STATUS_PENDING || Complete->Complete->IoStatus != STATUS_PENDING);
    }
    CHECK_EQUAL(THREADS * 25 * 4, Operations);
    TraceFree(&Trace);
}

TEST(status_and_drain_beside_busy_threads_see_only_whole_records)
{
    RawStart(0);
    StartClients(TestRounds(25));
    do {
        TRACE Part = TraceDrain(); /* checks each record, and the order along each ring */
        TraceFree(&Part);
        CHECK(CaptureStatus().Flags & WSKT_RUNNING);
    } while (ReadAcquire(&Busy) != 0);
    HostJoinThreads();
    CHECK_EQUAL(0, Failures);
    HostWskReset();
    RawEnd(&Trace);
    TraceFree(&Trace);
}

TEST(stops_and_starts_beside_busy_threads_break_nothing)
{
    RawStart(0);
    StartClients(TestRounds(25));
    do {
        CaptureStop();
        sched_yield();
        CaptureStart(0);
        sched_yield();
    } while (ReadAcquire(&Busy) != 0);
    HostJoinThreads();
    CHECK_EQUAL(0, Failures);
    HostWskReset();
    RawEnd(&Trace);
    TraceFree(&Trace);
}

static PWSK_SOCKET Shared;

static VOID Cancel(PVOID Context)
{
    RAW(IoCancelIrp)(Context);
    InterlockedDecrement(&Busy);
}

TEST(a_cancel_that_races_with_the_completion_ends_in_one_completion)
{
    RawStart(0);
    Shared = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    for (ULONG i = 0; i < TestRounds(60); i++) {
        RAW_CALL Call = {0};
        WSK_BUF Empty = {0};
        HANDLE Thread;
        PIRP Irp = RawReady(&Call);
        HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
        CALLS(Shared, CONNECTION)->WskSend(Shared, &Empty, 0, Irp);
        Busy = 1;
        PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, Cancel, Irp);
        ZwClose(Thread);
        HostWskComplete(HostSend, STATUS_SUCCESS);
        NTSTATUS Status = RawWait(&Call); /* waits for the thread too: the IRP lives until cancel is done with it */
        CHECK(Status == STATUS_SUCCESS || Status == STATUS_CANCELLED);
        RawDone(&Call);
    }
    RawClose(Shared);
    RawEnd(&Trace);
    TraceFree(&Trace);
}

/* Two clients register and leave, each on its own thread, while a third works. */
static VOID RegisterAndLeave(PVOID Context)
{
    static const WSK_CLIENT_DISPATCH Dispatch = {MAKE_WSK_VERSION(1, 0), 0, NULL};
    (void)Context;
    for (ULONG i = 0; i < TestRounds(30); i++) {
        WSK_CLIENT_NPI Npi = {NULL, &Dispatch};
        WSK_REGISTRATION Registration;
        WSK_PROVIDER_NPI Provider;
        RAW_CALL Call = {0};
        CHECK_HERE(RAW(WskRegister)(&Npi, &Registration) == STATUS_SUCCESS);
        CHECK_HERE(RAW(WskCaptureProviderNPI)(&Registration, WSK_NO_WAIT, &Provider) == STATUS_SUCCESS);
        (void)Provider.Dispatch->WskControlClient(
            Provider.Client, WSK_TRANSPORT_LIST_CHANGE, 0, NULL, 0, NULL, NULL, RawReady(&Call));
        CHECK_HERE(Wait(&Call) == STATUS_SUCCESS);
        RawDone(&Call);
        RAW(WskReleaseProviderNPI)(&Registration);
        RAW(WskDeregister)(&Registration);
    }
    InterlockedDecrement(&Busy);
}

TEST(registrations_that_come_and_go_do_not_disturb_each_other)
{
    RawStart(0);
    Rounds = TestRounds(25);
    Busy = 3;
    for (int i = 0; i < 3; i++) {
        HANDLE Thread;
        PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, i < 2 ? RegisterAndLeave : Client, (PVOID)1);
        ZwClose(Thread);
    }
    HostJoinThreads();
    CHECK_EQUAL(0, Failures);
    HostWskReset();
    RawEnd(&Trace);
    TraceFree(&Trace);
}
