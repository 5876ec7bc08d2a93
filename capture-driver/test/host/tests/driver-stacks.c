/*
 * Call stacks: an extended item of the records of enters and frees, on request only; every other record is as it was.
 */
#include "stack.h"

#include <string.h>

#include "raw.h"

static TRACE Trace;

/* A client's own frames, so that there is something to see. */
static __attribute__((noinline)) void Inner(PWSK_SOCKET Socket, RAW_CALL *Call, RAW_BUFFER *Buffer)
{
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer->Buffer, 0, RawReady(Call));
    __asm__ volatile("");
}

static __attribute__((noinline)) void Outer(PWSK_SOCKET Socket, RAW_CALL *Call, RAW_BUFFER *Buffer)
{
    Inner(Socket, Call, Buffer);
    __asm__ volatile("");
}

static __attribute__((noinline)) void Deep(int More, PWSK_SOCKET Socket, RAW_CALL *Call, RAW_BUFFER *Buffer)
{
    if (More > 0)
        Deep(More - 1, Socket, Call, Buffer);
    else
        Inner(Socket, Call, Buffer);
    __asm__ volatile("");
}

static void Tell(UINT32 Tiers, UINT64 Keywords, int Depth)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    CaptureLoad();
    CHECK_STATUS(STATUS_SUCCESS, CaptureTarget("raw", Tiers));
    WSKT_START Start = {.Version = WSKT_IOCTL_VERSION, .RingBytes = 0x100000, .Keywords = Keywords};
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
    RawLoad();
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    RawBuffer(&Buffer, 100);
    if (Depth != 0)
        Deep(Depth, Socket, &Call, &Buffer);
    else
        Outer(Socket, &Call, &Buffer);
    RawWait(&Call);
    RawBufferFree(&Buffer);
    RawDone(&Call);
    RawClose(Socket);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
}

static bool Has(ULONG Id)
{
    static const ULONG WithStack[] = {WSKT_REG_ENTER_ID, WSKT_OP_ENTER_ID, WSKT_SEND_ENTER_ID, WSKT_RECV_ENTER_ID,
        WSKT_RELEASE_ENTER_ID, WSKT_IRP_FREE_ID, WSKT_MDL_FREE_ID, WSKT_MDL_UNLOCK_ID, WSKT_POOL_FREE_ID};
    for (ULONG i = 0; i < RTL_NUMBER_OF(WithStack); i++)
        if (WithStack[i] == Id)
            return true;
    return false;
}

TEST(enters_and_frees_have_the_stack_from_the_call_on_outwards)
{
    Tell(HOOK_TIERS_DEFAULT | WsktTiers_Stacks, 0, 0);
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++) {
        CHECK_EQUAL(Has(E->Id), E->Frames != 0);
        if (E->Frames != 0)
            CHECK_EQUAL(E->Header->Caller, E->Stack[0]);
    }
    const EVENT *Enter = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0);
    CHECK(Enter->Frames >= 4);
    CHECK(Enter->Stack[0] - VALUE_OF(Inner) < 0x1000 && Enter->Stack[1] - VALUE_OF(Outer) < 0x1000);
    CHECK_EQUAL(1, Enter->Send->MdlCount);
    CHECK_EQUAL(sizeof(WSKT_SEND_ENTER) + sizeof(WSKT_MDL_SNAP), Enter->Bytes);
    CHECK_EQUAL(0, Enter->Header->HeaderFlags);
    CHECK(TraceCount(&Trace, WSKT_IRP_FREE_ID) > 0 && TraceCount(&Trace, WSKT_MDL_FREE_ID) > 0);
    TraceFree(&Trace);
}

TEST(a_deep_stack_is_cut)
{
    Tell(HOOK_TIERS_DEFAULT | WsktTiers_Stacks, 0, 40);
    const EVENT *Enter = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0);
    CHECK_EQUAL(STACK_FRAMES, Enter->Frames);
    for (ULONG i = 2; i < STACK_FRAMES; i++)
        CHECK(Enter->Stack[i] - VALUE_OF(Deep) < 0x1000);
    TraceFree(&Trace);
}

TEST(there_is_none_unless_asked_for_by_tier_and_keyword)
{
    static const struct {
        UINT32 Tiers;
        UINT64 Keywords;
    } Cases[] = {{0, 0}, {HOOK_TIERS_DEFAULT | WsktTiers_Stacks, ~(UINT64)WSKTRACE_KEYWORD_STACK}};
    for (ULONG i = 0; i < RTL_NUMBER_OF(Cases); i++) {
        Tell(Cases[i].Tiers, Cases[i].Keywords, 0);
        CHECK(TraceCount(&Trace, WSKT_SEND_ENTER_ID) == 1);
        for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
            CHECK_EQUAL(0, E->Frames);
        TraceFree(&Trace);
    }
}

TEST(a_kernel_that_captures_no_stacks_is_captured_without)
{
    HostHideExport("RtlCaptureStackBackTrace", true);
    Tell(HOOK_TIERS_DEFAULT | WsktTiers_Stacks, 0, 0);
    CHECK_EQUAL(0, TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0)->Frames);
    TraceFree(&Trace);
}

/* Who listens by ETW asks the system for stacks: its events are as without. */
TEST(etw_gets_the_payload_alone)
{
    static HOST_ETW_EVENT Events[64];
    ULONG Stacks = 0;
    CaptureLoad();
    HostEtwEnable(true, 5, ~0ull);
    CHECK_STATUS(STATUS_SUCCESS, CaptureTarget("raw", HOOK_TIERS_DEFAULT | WsktTiers_Stacks));
    CaptureStart(0);
    RawLoad();
    RawUnload();
    CaptureStop();
    Trace = TraceDrain();
    CHECK_EQUAL(Trace.Count, HostEtwEvents(Events, RTL_NUMBER_OF(Events)));
    for (ULONG i = 0; i < Trace.Count; i++) {
        CHECK_EQUAL(Trace.Events[i].Bytes, Events[i].Size);
        CHECK(memcmp(Trace.Events[i].Header, Events[i].Payload, Events[i].Size) == 0);
        Stacks += Trace.Events[i].Frames != 0;
    }
    CHECK(Stacks > 0);
    TraceFree(&Trace);
    CaptureUnload();
}
