/*
 * What is recorded of which target: the tiers of its name. And the tier that only comes when asked for: waits.
 */
#include <string.h>

#include "raw.h"

static TRACE Trace;

static void Start(UINT32 Tiers)
{
    CaptureLoad();
    CHECK_STATUS(STATUS_SUCCESS, CaptureTarget("raw", Tiers));
    CaptureStart(0);
    RawLoad();
}

static bool Patched(const char *Import, PVOID Real)
{
    return *HostImageSlot(&RawDriver.Image, Import) != Real;
}

TEST(waits_are_left_alone_unless_asked_for)
{
    RAW_BUFFER Buffer;
    LARGE_INTEGER None = {.QuadPart = 0};
    KEVENT Event;
    Start(0);
    CHECK(!Patched("KeWaitForSingleObject", (PVOID)KeWaitForSingleObject));
    CHECK(Patched("IoAllocateMdl", (PVOID)IoAllocateMdl) && Patched("IoAllocateIrp", (PVOID)IoAllocateIrp));
    KeInitializeEvent(&Event, NotificationEvent, TRUE);
    RAW(KeWaitForSingleObject)(&Event, Executive, KernelMode, FALSE, &None);
    RawBuffer(&Buffer, 10);
    RawBufferFree(&Buffer);
    RawEnd(&Trace);
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_WAIT_ENTER_ID));
    CHECK_EQUAL(1, TraceCount(&Trace, WSKT_MDL_BIRTH_ID));
    CHECK_EQUAL(WsktTiers_WskCalls | WsktTiers_IrpCalls | WsktTiers_MdlCalls | WsktTiers_PoolCalls,
        TraceNext(&Trace, WSKT_SESSION_INFO_ID, 0)->SessionInfo->Tiers);
    TraceFree(&Trace);
}

TEST(of_a_target_with_the_calls_alone_no_mdl_and_no_block_is_recorded)
{
    RAW_BUFFER Buffer;
    Start(WsktTiers_WskCalls);
    CHECK(!Patched("IoAllocateMdl", (PVOID)IoAllocateMdl));
    CHECK(!Patched("ExFreePoolWithTag", (PVOID)ExFreePoolWithTag));
    CHECK(Patched("IoAllocateIrp", (PVOID)IoAllocateIrp)); /* always */
    RawBuffer(&Buffer, 10);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    RAW_CALL Call = {0};
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 0, RawReady(&Call));
    RawWait(&Call);
    RawDone(&Call);
    RawClose(Socket);
    RawBufferFree(&Buffer);
    RawEnd(&Trace);
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_MDL_BIRTH_ID));
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_MDL_FREE_ID));
    CHECK_EQUAL(1, TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0)->Send->MdlCount);
    CHECK(TraceCount(&Trace, WSKT_IRP_BIRTH_ID) > 0);
    CHECK_EQUAL(WsktTiers_WskCalls | WsktTiers_IrpCalls, TraceNext(&Trace, WSKT_SESSION_INFO_ID, 0)->SessionInfo->Tiers);
    TraceFree(&Trace);
}

TEST(a_tier_that_nobody_knows_is_refused)
{
    CaptureLoad();
    CHECK_STATUS(STATUS_INVALID_PARAMETER, CaptureTarget("raw", 0x80));
    CHECK_STATUS(STATUS_INVALID_PARAMETER, CaptureTarget("raw", 0x80000001));
    CHECK_EQUAL(0, CaptureStatus().TargetNames);
    CaptureUnload();
}

TEST(names_with_other_tiers_while_running_are_told_at_once)
{
    Start(0);
    CHECK_STATUS(STATUS_SUCCESS, CaptureTarget("raw", WsktTiers_Waits));
    CHECK_STATUS(STATUS_SUCCESS, CaptureTarget("raw", WsktTiers_Waits)); /* the same: nothing new to tell */
    RawEnd(&Trace);
    CHECK_EQUAL(2, TraceCount(&Trace, WSKT_SESSION_INFO_ID));
    const EVENT *First = TraceNext(&Trace, WSKT_SESSION_INFO_ID, 0);
    CHECK_EQUAL(WsktTiers_WskCalls | WsktTiers_IrpCalls | WsktTiers_Waits,
        TraceNext(&Trace, WSKT_SESSION_INFO_ID, SEQ(First))->SessionInfo->Tiers);
    TraceFree(&Trace);
}

static const EVENT *ExitOf(const EVENT *Enter, UINT8 Kind)
{
    const EVENT *Exit = TraceOf(&Trace, WSKT_WAIT_EXIT_ID, Enter->Header->OpId);
    CHECK(Kind == Enter->Wait->Kind && Kind == Exit->WaitExit->Kind);
    CHECK(SEQ(Enter) < SEQ(Exit));
    CHECK_EQUAL(sizeof(WSKT_WAIT_ENTER) + Enter->Wait->ObjectCount * 8, Enter->Bytes);
    return Exit;
}

TEST(each_way_to_wait_with_every_field)
{
    static KEVENT Events[10]; /* not on the stack */
    static KWAIT_BLOCK Blocks[10];
    PVOID Objects[10];
    KEVENT *OnStack = __builtin_alloca(sizeof *OnStack); /* the real stack, under the address sanitizer too */
    LARGE_INTEGER Moment = {.QuadPart = -10000};
    Start(WsktTiers_Waits);
    for (ULONG i = 0; i < RTL_NUMBER_OF(Events); i++) {
        KeInitializeEvent(&Events[i], NotificationEvent, i == 2);
        Objects[i] = &Events[i];
    }
    KeInitializeEvent(OnStack, NotificationEvent, TRUE);
    CHECK_STATUS(STATUS_TIMEOUT, RAW(KeWaitForSingleObject)(&Events[0], UserRequest, KernelMode, TRUE, &Moment));
    CHECK_STATUS(STATUS_SUCCESS, RAW(KeWaitForSingleObject)(OnStack, Executive, KernelMode, FALSE, NULL));
    CHECK_STATUS((NTSTATUS)2,
        RAW(KeWaitForMultipleObjects)(3, Objects, WaitAny, Executive, KernelMode, FALSE, NULL, NULL));
    CHECK_STATUS(STATUS_TIMEOUT,
        RAW(KeWaitForMultipleObjects)(10, Objects, WaitAll, Executive, KernelMode, FALSE, &Moment, Blocks));
    CHECK_STATUS(STATUS_SUCCESS, RAW(KeDelayExecutionThread)(KernelMode, FALSE, &Moment));
    RawEnd(&Trace);

    const EVENT *E = TraceNext(&Trace, WSKT_WAIT_ENTER_ID, 0);
    const EVENT *Exit = ExitOf(E, WsktWaitKind_KeWaitForSingleObject);
    const UINT64 *Tail = (const UINT64 *)(E->Wait + 1);
    CHECK(E->Wait->ObjectCount == 1 && Tail[0] == VALUE_OF(&Events[0]) && !E->Wait->OnStack);
    CHECK(E->Wait->HasTimeout && E->Wait->Timeout == (UINT64)-10000);
    CHECK(E->Wait->Reason == UserRequest && E->Wait->Alertable && E->Wait->WaitMode == KernelMode);
    CHECK_EQUAL(1, E->Header->Client);
    CHECK_EQUAL(VALUE_OF(&Events[0]), Exit->WaitExit->Object);
    CHECK_STATUS(STATUS_TIMEOUT, Exit->WaitExit->Status);
    CHECK(Exit->WaitExit->Duration > 0);

    E = TraceNext(&Trace, WSKT_WAIT_ENTER_ID, SEQ(E));
    Exit = ExitOf(E, WsktWaitKind_KeWaitForSingleObject);
    CHECK(!E->Wait->HasTimeout && E->Wait->Timeout == 0 && !E->Wait->Alertable && E->Wait->OnStack);
    CHECK_STATUS(STATUS_SUCCESS, Exit->WaitExit->Status);

    E = TraceNext(&Trace, WSKT_WAIT_ENTER_ID, SEQ(E));
    Exit = ExitOf(E, WsktWaitKind_KeWaitForMultipleObjects);
    Tail = (const UINT64 *)(E->Wait + 1);
    CHECK(E->Wait->ObjectCount == 3 && E->Wait->WaitType == WaitAny && E->Header->HeaderFlags == 0);
    for (ULONG i = 0; i < 3; i++)
        CHECK_EQUAL(VALUE_OF(&Events[i]), Tail[i]);
    CHECK_EQUAL(2, Exit->WaitExit->Status);

    E = TraceNext(&Trace, WSKT_WAIT_ENTER_ID, SEQ(E));
    (void)ExitOf(E, WsktWaitKind_KeWaitForMultipleObjects);
    CHECK(E->Wait->ObjectCount == 8 && E->Wait->WaitType == WaitAll);
    CHECK_EQUAL(WsktHeaderFlags_Truncated, E->Header->HeaderFlags);

    E = TraceNext(&Trace, WSKT_WAIT_ENTER_ID, SEQ(E));
    Exit = ExitOf(E, WsktWaitKind_KeDelayExecutionThread);
    CHECK(E->Wait->ObjectCount == 0 && E->Wait->Timeout == (UINT64)-10000 && Exit->WaitExit->Object == 0);
    CHECK_EQUAL(5, TraceCount(&Trace, WSKT_WAIT_ENTER_ID));
    TraceFree(&Trace);
}

static NTSTATUS OnDisconnect(PVOID Context, ULONG Flags)
{
    LARGE_INTEGER None = {.QuadPart = 0}; /* a look at the event: more is not allowed at DISPATCH_LEVEL */
    (void)Flags;
    return RAW(KeWaitForSingleObject)(Context, Executive, KernelMode, FALSE, &None);
}

TEST(a_wait_inside_a_callback_says_so)
{
    static const WSK_CLIENT_CONNECTION_DISPATCH Events = {.WskDisconnectEvent = OnDisconnect};
    static KEVENT Never;
    Start(WsktTiers_Waits);
    RawEnableAll(WSK_EVENT_DISCONNECT);
    KeInitializeEvent(&Never, NotificationEvent, FALSE);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, &Never, &Events);
    CHECK_STATUS(STATUS_TIMEOUT, HostWskDisconnectEvent((HOST_SOCKET *)(PVOID)Socket, 0));
    RawClose(Socket);
    RawEnd(&Trace);
    const EVENT *Wait = TraceNext(&Trace, WSKT_WAIT_ENTER_ID, 0);
    CHECK_EQUAL(WsktHeaderFlags_InCallback, Wait->Header->HeaderFlags);
    CHECK_EQUAL(DISPATCH_LEVEL, Wait->Header->Irql);
    TraceFree(&Trace);
}
