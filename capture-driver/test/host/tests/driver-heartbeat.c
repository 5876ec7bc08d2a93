/*
 * The heartbeat: an event each second for as long as a capture runs, and not one after it.
 */
#include "heartbeat.h"

#include <pthread.h>

#include "raw.h"

static TRACE Trace;

TEST(a_heartbeat_comes_each_second_while_a_capture_runs)
{
    CaptureLoad();
    HostElapse(10 * HEARTBEAT_MILLISECONDS);
    CHECK_EQUAL(0, HostTimers());
    CaptureStart(0);
    HostElapse(HEARTBEAT_MILLISECONDS - 1);
    HostElapse(2 * HEARTBEAT_MILLISECONDS + 1);
    CHECK_EQUAL(1, HostTimers());
    CaptureStop();
    CHECK_EQUAL(0, HostTimers());
    HostElapse(10 * HEARTBEAT_MILLISECONDS);
    Trace = TraceDrain();
    TraceCheckComplete(&Trace);
    CHECK_EQUAL(3 + 2, TraceCount(&Trace, WSKT_HEARTBEAT_ID)); /* and those of the start and the stop */
    ULONG InDpc = 0;
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        InDpc += E->Id == WSKT_HEARTBEAT_ID && E->Header->Irql == DISPATCH_LEVEL;
    CHECK_EQUAL(3, InDpc);
    TraceFree(&Trace);
    CaptureUnload();
}

/* What WSK-IRP-016 needs: nothing happens, and the trace says that it went on not happening. */
TEST(an_operation_that_never_completes_is_still_in_flight_at_each_heartbeat)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    RawStart(100);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    RawBuffer(&Buffer, 10);
    HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 0, RawReady(&Call));
    HostElapse(3 * HEARTBEAT_MILLISECONDS);
    HostWskComplete(HostSend, STATUS_SUCCESS);
    RawWait(&Call);
    RawDone(&Call);
    RawBufferFree(&Buffer);
    HostElapse(HEARTBEAT_MILLISECONDS);
    RawClose(Socket);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
    const EVENT *Beat = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0);
    for (int i = 0; i < 3; i++) {
        Beat = TraceNext(&Trace, WSKT_HEARTBEAT_ID, SEQ(Beat));
        CHECK_EQUAL(1, Beat->Heartbeat->LiveOps);
        CHECK_EQUAL(1, Beat->Heartbeat->LiveIrps);
        CHECK_EQUAL(1, Beat->Heartbeat->LiveMdls);
        CHECK_EQUAL(1, Beat->Heartbeat->LiveSockets);
        CHECK_EQUAL(99, Beat->Heartbeat->FreeSlots);
    }
    Beat = TraceNext(&Trace, WSKT_HEARTBEAT_ID, SEQ(Beat));
    CHECK_EQUAL(0, Beat->Heartbeat->LiveOps);
    CHECK_EQUAL(0, Beat->Heartbeat->LiveIrps);
    CHECK_EQUAL(0, Beat->Heartbeat->LiveMdls);
    CHECK_EQUAL(1, Beat->Heartbeat->LiveSockets);
    CHECK_EQUAL(100, Beat->Heartbeat->FreeSlots);
    TraceFree(&Trace);
}

static volatile bool Enough;

static void *Elapse(void *Unused)
{
    while (!__atomic_load_n(&Enough, __ATOMIC_SEQ_CST))
        HostElapse(HEARTBEAT_MILLISECONDS);
    return Unused;
}

TEST(a_stop_beside_a_heartbeat_waits_for_it)
{
    pthread_t Thread;
    CaptureLoad();
    CaptureTargets("raw.sys", NULL);
    CHECK(pthread_create(&Thread, NULL, Elapse, NULL) == 0);
    for (int i = 0; i < 20; i++) {
        CaptureStart(0);
        CaptureStop();
        CHECK_EQUAL(0, HostTimers());
    }
    __atomic_store_n(&Enough, true, __ATOMIC_SEQ_CST);
    CHECK(pthread_join(Thread, NULL) == 0);
    CaptureUnload();
}

static void NoTimer(void)
{
    CaptureLoad();
    CaptureStart(0);
    CHECK_EQUAL(0, HostTimers());
    CaptureStop();
    Trace = TraceDrain();
    CHECK_EQUAL(2, TraceCount(&Trace, WSKT_HEARTBEAT_ID));
    TraceFree(&Trace);
    CaptureUnload();
}

TEST(a_kernel_that_lacks_one_of_the_functions_is_captured_without_a_timer)
{
    static const char *const Needed[] = {
        "KeInitializeTimerEx", "KeInitializeDpc", "KeSetTimerEx", "KeCancelTimer", "KeFlushQueuedDpcs"};
    for (ULONG i = 0; i < RTL_NUMBER_OF(Needed); i++) {
        HostHideExport(Needed[i], true);
        NoTimer();
        HostHideExport(Needed[i], false);
    }
}

TEST(wine_whose_timers_run_no_dpc_is_asked_for_none)
{
    HostHideExport("wine_ntoskrnl_main_loop", false);
    NoTimer();
}
