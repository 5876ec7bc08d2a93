/*
 * What the driver itself calls a misuse, when it happens; and what it does not, because it is none or cannot be proved.
 */
#include <string.h>

#include "raw.h"

#define TAG 'waR '

static TRACE Trace;
static RAW_CALL Call;
static RAW_BUFFER Buffer;
static PWSK_SOCKET Socket;
static PIRP Irp;

static void Begin(void)
{
    RawStart(0);
    Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    RawBuffer(&Buffer, 64);
    HostIrpKeepFreed(true);
    HostWskTouch(false);
}

static void End(void)
{
    HostIrpKeepFreed(false);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
}

static void FreeMdl(void)
{
    RAW(IoFreeMdl)(Buffer.Mdl);
    Buffer.Mdl = NULL;
}

static void FreeBlock(void)
{
    RAW(ExFreePoolWithTag)(Buffer.Data, TAG);
    Buffer.Data = NULL;
}

static void FreeIrp(void)
{
    RawDone(&Call);
}

static void ReuseIrp(void)
{
    RAW(IoReuseIrp)(Irp, STATUS_SUCCESS);
}

/* The send is held, or has failed without an end, while Misuse is done. */
static void Send(HOST_POLICY Policy, void (*Misuse)(void))
{
    HostWskNext(HostSend, Policy);
    Irp = RawReady(&Call);
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 0, Irp);
    Misuse();
}

static void CleanUp(void)
{
    if (Buffer.Mdl != NULL)
        RAW(IoFreeMdl)(Buffer.Mdl);
    if (Buffer.Data != NULL)
        RAW(ExFreePoolWithTag)(Buffer.Data, TAG);
    RawDone(&Call);
    RawClose(Socket);
    End();
}

static const HOST_POLICY Hold = {HostHeld, STATUS_SUCCESS, 0}, Refuse = {HostNever, STATUS_NOT_SUPPORTED, 0};

static const struct {
    void (*Misuse)(void);
    UINT16 Rule;
    ULONG After; /* the event it stands behind */
} Cases[] = {
    {FreeMdl, WsktRuleNumber_WskBuf001, WSKT_MDL_FREE_ID},
    {FreeBlock, WsktRuleNumber_WskBuf002, WSKT_POOL_FREE_ID},
    {FreeIrp, WsktRuleNumber_WskIrp004, WSKT_IRP_FREE_ID},
    {ReuseIrp, WsktRuleNumber_WskIrp005, WSKT_IRP_REUSE_ID},
};

TEST(what_is_taken_from_an_operation_in_flight_is_found_at_once)
{
    for (ULONG i = 0; i < RTL_NUMBER_OF(Cases); i++) {
        Begin();
        ULONG_PTR Mdl = VALUE_OF(Buffer.Mdl), Data = VALUE_OF(Buffer.Data);
        Send(Hold, Cases[i].Misuse);
        if (Cases[i].Misuse == ReuseIrp) /* as the routine would be called if the IRP were as it was */
            IoSetCompletionRoutine(Irp, NULL, NULL, FALSE, FALSE, FALSE), HostIrpForgiveTop(true);
        HostWskComplete(HostSend, STATUS_SUCCESS);
        CleanUp();
        const EVENT *Enter = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0);
        const EVENT *Found = TraceNext(&Trace, WSKT_IN_DRIVER_FINDING_ID, 0);
        CHECK_EQUAL(1, TraceCount(&Trace, WSKT_IN_DRIVER_FINDING_ID));
        CHECK_EQUAL(Cases[i].Rule, Found->Finding->Rule);
        CHECK_EQUAL(Enter->Header->OpId, Found->Header->OpId);
        CHECK_EQUAL(Enter->Send->IrpSnap.Ptr, Found->Finding->B);
        CHECK(Found->Finding->A == Mdl || Found->Finding->A == Data || Found->Finding->A == Enter->Send->IrpSnap.Ptr);
        CHECK_EQUAL(1, Found->Header->Client);
        CHECK_EQUAL(SEQ(TraceNext(&Trace, Cases[i].After, SEQ(Enter))) + 1, SEQ(Found));
        TraceFree(&Trace);
    }
}

/* It may be one that never completes its IRP: then the client has to free all that. */
TEST(after_a_call_that_failed_and_did_not_complete_nothing_is_proved)
{
    for (ULONG i = 0; i < RTL_NUMBER_OF(Cases); i++) {
        Begin();
        Send(Refuse, Cases[i].Misuse);
        CleanUp();
        CHECK_EQUAL(0, TraceCount(&Trace, WSKT_IN_DRIVER_FINDING_ID));
        TraceFree(&Trace);
    }
}

TEST(a_client_that_waits_for_its_sends_is_not_accused)
{
    Begin();
    for (int i = 0; i < 3; i++) {
        HostWskNext(HostSend, (HOST_POLICY) {HostOtherThread, STATUS_SUCCESS, 0});
        CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 0, RawReady(&Call));
        RawWait(&Call);
    }
    CleanUp();
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_IN_DRIVER_FINDING_ID));
    TraceFree(&Trace);
}

TEST(pages_unlocked_in_flight_are_found)
{
    static UCHAR Page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
    Begin();
    PMDL Mdl = RAW(IoAllocateMdl)(Page, 100, FALSE, FALSE, NULL);
    RAW(MmProbeAndLockPages)(Mdl, KernelMode, IoReadAccess);
    WSK_BUF Locked = {Mdl, 0, 100};
    HostWskNext(HostSend, Hold);
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Locked, 0, RawReady(&Call));
    RAW(MmUnlockPages)(Mdl); /* the misuse */
    HostWskComplete(HostSend, STATUS_SUCCESS);
    RAW(IoFreeMdl)(Mdl);
    CleanUp();
    CHECK_EQUAL(1, TraceCount(&Trace, WSKT_IN_DRIVER_FINDING_ID));
    const EVENT *Found = TraceNext(&Trace, WSKT_IN_DRIVER_FINDING_ID, 0);
    CHECK(Found->Finding->Rule == WsktRuleNumber_WskBuf003 && Found->Finding->A == VALUE_OF(Mdl));
    TraceFree(&Trace);
}

TEST(an_irp_that_is_sent_again_in_flight_is_found)
{
    Begin();
    HostIrpForgiveTop(true);
    HostWskPolicy(HostSend, (HOST_POLICY) {HostNever, STATUS_PENDING, 0});
    PIRP Again = RawReady(&Call);
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 0, Again);
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 0, Again); /* the misuse */
    HostWskPolicy(HostSend, (HOST_POLICY) {0});
    RAW(IoReuseIrp)(Again, STATUS_SUCCESS); /* and once more */
    CleanUp();
    const EVENT *First = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0), *Second = TraceNext(&Trace, WSKT_SEND_ENTER_ID, SEQ(First));
    const EVENT *Found = TraceNext(&Trace, WSKT_IN_DRIVER_FINDING_ID, 0);
    CHECK_EQUAL(WsktRuleNumber_WskIrp005, Found->Finding->Rule);
    CHECK_EQUAL(First->Header->OpId, Found->Header->OpId);
    CHECK(SEQ(First) < SEQ(Found) && SEQ(Found) < SEQ(Second));
    CHECK_EQUAL(Second->Header->OpId, TraceNext(&Trace, WSKT_IN_DRIVER_FINDING_ID, SEQ(Found))->Header->OpId);
    TraceFree(&Trace);
}

TEST(a_closed_socket_that_is_called_or_closed_again_is_found)
{
    RAW_CALL Late = {0};
    Begin();
    const WSK_PROVIDER_CONNECTION_DISPATCH *Calls = CALLS(Socket, CONNECTION);
    HostWskPolicy(HostAnyVerb, (HOST_POLICY) {0});
    PWSK_SOCKET Closed = Socket;
    Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    RawClose(Closed);
    HostWskForgiveClosed(true);
    Calls->WskBind(Closed, NULL, 0, RawReady(&Late)); /* the misuse */
    Calls->WskCloseSocket(Closed, RawReady(&Late));
    RawDone(&Late);
    CleanUp();
    CHECK_EQUAL(2, TraceCount(&Trace, WSKT_IN_DRIVER_FINDING_ID));
    const EVENT *Use = TraceNext(&Trace, WSKT_IN_DRIVER_FINDING_ID, 0), *Again = TraceNext(&Trace, WSKT_IN_DRIVER_FINDING_ID, SEQ(Use));
    CHECK(Use->Finding->Rule == WsktRuleNumber_WskSock001 && Use->Finding->A == VALUE_OF(Closed) && Use->Finding->B == WsktVerb_WskBind);
    CHECK(Again->Finding->Rule == WsktRuleNumber_WskSock003 && Again->Finding->B == WsktVerb_WskCloseSocket);
    CHECK(SEQ(Use) < SEQ(TraceEnterOf(&Trace, WsktVerb_WskBind)));
    TraceFree(&Trace);
}
