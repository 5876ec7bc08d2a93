/*
 * The IRP stays the client's: it looks as it would without the capture, its routine is called for what it asked for, its
 * answer counts, and after it has run the IRP is not touched.
 */
#include <string.h>

#include "raw.h"

static TRACE Trace;

static const EVENT *EnterOf(UINT8 Verb)
{
    return TraceEnterOf(&Trace, Verb);
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

static IRP PlainSeen;
static IO_STACK_LOCATION PlainLocation;

static void SeeOne(bool Captured, IRP *Seen, IO_STACK_LOCATION *Location)
{
    RAW_CALL Call = {.Look = true};
    WSK_BUF Empty = {0};
    if (Captured)
        RawStart(0);
    else
        RawLoad();
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    HostWskNext(HostSend, (HOST_POLICY) {HostInCallPending, STATUS_CONNECTION_RESET, 0});
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, RawReady(&Call));
    RawWait(&Call);
    *Seen = Call.Seen;
    *Location = Call.SeenLocation;
    /* Addresses that differ from one IRP to the next. */
    memset(&Seen->ThreadListEntry, 0, sizeof Seen->ThreadListEntry);
    Seen->Tail.Overlay.CurrentStackLocation = NULL;
    CHECK(Location->Context == &Call);
    Location->Context = NULL;
    RawDone(&Call);
    RawClose(Socket);
    if (Captured) {
        End();
        TraceFree(&Trace);
    } else {
        RawUnload();
    }
}

TEST(a_completion_routine_finds_its_irp_byte_for_byte_as_without_the_capture)
{
    IRP Seen;
    IO_STACK_LOCATION Location;
    SeeOne(false, &PlainSeen, &PlainLocation);
    SeeOne(true, &Seen, &Location);
    CHECK(memcmp(&PlainSeen, &Seen, sizeof Seen) == 0);
    CHECK(memcmp(&PlainLocation, &Location, sizeof Location) == 0);
}

/* The location is compared when the provider has the IRP: only the routine and its context may differ. */
TEST(the_provider_finds_the_irp_as_the_client_left_it_but_for_the_routine)
{
    RAW_CALL Call = {0};
    WSK_BUF Empty = {0};
    UCHAR Before[sizeof(IRP) + sizeof(IO_STACK_LOCATION)], After[sizeof Before];
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    PIRP Irp = RawReady(&Call);
    memcpy(Before, Irp, sizeof Before);
    HostWskNext(HostSend, (HOST_POLICY) {HostNever, STATUS_NOT_SUPPORTED, 0});
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, Irp);
    memcpy(After, Irp, sizeof After);
    PIO_STACK_LOCATION Location = (PIO_STACK_LOCATION)(After + sizeof(IRP));
    CHECK(Location->CompletionRoutine != ((PIO_STACK_LOCATION)(Before + sizeof(IRP)))->CompletionRoutine);
    Location->CompletionRoutine = ((PIO_STACK_LOCATION)(Before + sizeof(IRP)))->CompletionRoutine;
    Location->Context = &Call;
    CHECK(memcmp(Before, After, sizeof Before) == 0);
    RawDone(&Call);
    RawClose(Socket);
    End();
    TraceFree(&Trace);
}

static int UpperRuns;

static NTSTATUS UpperKeeps(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    (void)Device, (void)Irp, (void)Context;
    UpperRuns++;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* An IRP of two locations, as it comes from an upper driver: what the client's routine answers decides if the upper runs. */
TEST(what_the_completion_routine_returns_reaches_the_io_manager)
{
    WSK_BUF Empty = {0};
    for (int Round = 0; Round < 2; Round++) {
        RAW_CALL Call = {.Answer = Round == 0 ? STATUS_CONTINUE_COMPLETION : STATUS_MORE_PROCESSING_REQUIRED};
        UpperRuns = 0;
        RawStart(0);
        DEVICE_OBJECT Device = {.Type = IO_TYPE_DEVICE};
        PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
        PIRP Irp = RAW(IoAllocateIrp)(2, FALSE);
        IoSetCompletionRoutine(Irp, UpperKeeps, NULL, TRUE, TRUE, TRUE);
        IoSetNextIrpStackLocation(Irp);
        IoGetCurrentIrpStackLocation(Irp)->DeviceObject = &Device;
        Call.Irp = Irp;
        KeInitializeEvent(&Call.Done, NotificationEvent, FALSE);
        extern NTSTATUS RawUpperCompleted(PDEVICE_OBJECT, PIRP, PVOID);
        IoSetCompletionRoutine(Irp, RawUpperCompleted, &Call, TRUE, TRUE, TRUE);
        HostWskNext(HostSend, (HOST_POLICY) {HostInCall, STATUS_SUCCESS, 0});
        CHECK_STATUS(STATUS_SUCCESS, CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, Irp));
        CHECK_EQUAL(1, Call.Runs);
        CHECK_EQUAL(Round == 0, UpperRuns);
        RAW(IoFreeIrp)(Irp);
        RawClose(Socket);
        End();
        CHECK_STATUS(Call.Answer,
            TraceOf(&Trace, WSKT_OP_COMPLETE_EXIT_ID, EnterOf(WsktVerb_WskSend)->Header->OpId)->CompleteExit->Status);
        TraceFree(&Trace);
    }
}

NTSTATUS RawUpperCompleted(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    RAW_CALL *Call = Context;
    CHECK(Device != NULL); /* the client's own, from its location */
    if (Irp->PendingReturned)
        IoMarkIrpPending(Irp);
    Call->Runs++;
    return Call->Answer;
}

/* Two locations, a routine only for success, an error: the I/O manager skips the routine and goes on to the upper. */
TEST(a_routine_that_did_not_ask_for_this_outcome_is_not_called_and_pending_is_propagated)
{
    WSK_BUF Empty = {0};
    RAW_CALL Call = {.Answer = STATUS_CONTINUE_COMPLETION}, Upper = {0};
    DEVICE_OBJECT Device = {.Type = IO_TYPE_DEVICE};
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    PIRP Irp = RAW(IoAllocateIrp)(2, FALSE);
    UpperRuns = 0;
    IoSetCompletionRoutine(Irp, UpperKeeps, &Upper, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(Irp);
    IoGetCurrentIrpStackLocation(Irp)->DeviceObject = &Device;
    IoSetCompletionRoutine(Irp, RawUpperCompleted, &Call, TRUE, FALSE, FALSE);
    HostWskNext(HostSend, (HOST_POLICY) {HostInCallPending, STATUS_CONNECTION_RESET, 0});
    CHECK_STATUS(STATUS_PENDING, CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, Irp));
    CHECK_EQUAL(0, Call.Runs);
    CHECK_EQUAL(1, UpperRuns);
    CHECK_EQUAL(SL_PENDING_RETURNED, Irp->PendingReturned); /* what the upper routine saw */
    RAW(IoFreeIrp)(Irp);
    RawClose(Socket);
    End();
    const EVENT *Enter = EnterOf(WsktVerb_WskSend);
    CHECK_STATUS(STATUS_CONNECTION_RESET, Complete(Enter)->Complete->IoStatus);
    CHECK(!TraceHas(&Trace, WSKT_OP_COMPLETE_EXIT_ID, Enter->Header->OpId)); /* it has given no answer */
    TraceFree(&Trace);
}

TEST(a_client_without_a_completion_routine_gets_none_from_us)
{
    WSK_BUF Empty = {0};
    RAW_CALL Call = {0};
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    HostIrpForgiveTop(true);
    PIRP Irp = RawReadyWith(&Call, 0);
    CHECK_STATUS(STATUS_SUCCESS, CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, Irp));
    CHECK(((PIO_STACK_LOCATION)(Irp + 1))->CompletionRoutine == NULL);
    RawDone(&Call);
    RawClose(Socket);
    End();
    const EVENT *Enter = EnterOf(WsktVerb_WskSend);
    CHECK_EQUAL(0, Enter->Send->IrpSnap.Completion);
    CHECK(!TraceHas(&Trace, WSKT_OP_COMPLETE_ID, Enter->Header->OpId));
    TraceFree(&Trace);
}

TEST(an_irp_freed_by_its_own_completion_routine_is_not_touched_afterwards)
{
    RAW_CALL Call = {.FreeIrp = true};
    WSK_BUF Empty = {0};
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, RawReady(&Call));
    RawWait(&Call);
    RawClose(Socket);
    End();
    const EVENT *Enter = EnterOf(WsktVerb_WskSend);
    const EVENT *Free = TraceNext(&Trace, WSKT_IRP_FREE_ID, SEQ(Complete(Enter)));
    CHECK_EQUAL(Enter->Send->IrpSnap.Ptr, Free->Irp->Irp);
    CHECK(SEQ(Free) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_EXIT_ID, Enter->Header->OpId)));
    TraceFree(&Trace);
}

TEST(an_irp_freed_in_flight_is_freed_between_enter_and_complete)
{
    RAW_CALL Call = {0};
    WSK_BUF Empty = {0};
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    HostIrpKeepFreed(true);
    HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
    PIRP Irp = RawReady(&Call);
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, Irp);
    RawDone(&Call); /* the misuse */
    HostWskComplete(HostSend, STATUS_SUCCESS);
    CHECK_EQUAL(1, Call.Runs);
    HostIrpKeepFreed(false);
    RawClose(Socket);
    End();
    const EVENT *Enter = EnterOf(WsktVerb_WskSend);
    const EVENT *Free = TraceNext(&Trace, WSKT_IRP_FREE_ID, SEQ(Enter));
    CHECK_EQUAL(VALUE_OF(Irp), Free->Irp->Irp);
    CHECK(SEQ(Free) < SEQ(Complete(Enter)));
    TraceFree(&Trace);
}

TEST(a_cancel_is_logged_around_the_completion_it_causes)
{
    RAW_CALL Call = {0};
    WSK_BUF Empty = {0};
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    PIRP Irp = RawReady(&Call);
    CHECK_STATUS(STATUS_PENDING, CALLS(Socket, CONNECTION)->WskReceive(Socket, &Empty, 0, Irp));
    CHECK_EQUAL(TRUE, RAW(IoCancelIrp)(Irp));
    CHECK_STATUS(STATUS_CANCELLED, RawWait(&Call));
    RawDone(&Call);
    RawClose(Socket);
    End();
    const EVENT *Enter = EnterOf(WsktVerb_WskReceive);
    CHECK(SEQ(TraceNext(&Trace, WSKT_IRP_CANCEL_ID, 0)) < SEQ(Complete(Enter)));
    CHECK(SEQ(Complete(Enter)) < SEQ(TraceNext(&Trace, WSKT_IRP_CANCEL_RET_ID, 0)));
    CHECK_EQUAL(1, Complete(Enter)->Complete->Cancel);
    TraceFree(&Trace);
}

TEST(an_irp_that_stands_above_its_stack_is_not_looked_at_there)
{
    WSK_BUF Empty = {0};
    RAW_CALL Call = {0};
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    PIRP Irp = RawReady(&Call);
    HostWskPolicy(HostSend, (HOST_POLICY) {HostNever, STATUS_NOT_SUPPORTED, 0});
    IoSkipCurrentIrpStackLocation(Irp); /* as an IRP that completed once too often */
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, Irp);
    RawDone(&Call);
    RawClose(Socket);
    RawEnd(&Trace);
    TraceFree(&Trace);
}

/* A return that the documentation does not promise a completion for (STATUS_NOT_SUPPORTED): the IRP was not touched, its
   routine is still set, so a client may make the call again with other flags. */
TEST(a_call_that_was_refused_can_be_made_again_with_the_irp_as_it_is)
{
    WSK_BUF Empty = {0};
    RAW_CALL Call = {0}, Other = {0};
    RawStart(64);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    PIRP Irp = RawReady(&Call);
    HostWskNext(HostSend, (HOST_POLICY) {HostNever, STATUS_NOT_SUPPORTED, 0});
    CHECK_STATUS(STATUS_NOT_SUPPORTED, CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, WSK_FLAG_OOB, Irp));
    CHECK_STATUS(STATUS_PENDING, CALLS(Socket, CONNECTION)->WskReceive(Socket, &Empty, 0, Irp));
    for (ULONG i = 0; i < 100; i++) { /* every completion slot is used again meanwhile */
        CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, RawReady(&Other));
        RawWait(&Other);
    }
    HostWskFeedEnd(HostWskSocketAt(0));
    CHECK_EQUAL(1, Call.Runs);
    RawDone(&Call);
    RawDone(&Other);
    RawClose(Socket);
    End();
    const EVENT *Refused = EnterOf(WsktVerb_WskSend), *Again = EnterOf(WsktVerb_WskReceive);
    CHECK(!TraceHas(&Trace, WSKT_OP_COMPLETE_ID, Refused->Header->OpId));
    CHECK_EQUAL(Refused->Send->IrpSnap.Completion, Again->Receive->IrpSnap.Completion); /* the client's, both times */
    CHECK_EQUAL(Refused->Send->IrpSnap.Context, Again->Receive->IrpSnap.Context);
    CHECK_EQUAL(Again->Receive->IrpSnap.Completion, Complete(Again)->Complete->Routine);
    TraceFree(&Trace);
}

static int Blind;

static NTSTATUS CompletedBlind(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    (void)Device, (void)Irp;
    CHECK(Context == &Blind);
    Blind++;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* A provider that has kept routine and context calls them for an IRP whose memory is gone: the client freed it in flight. */
TEST(an_irp_whose_memory_is_gone_when_it_completes_is_not_read)
{
    WSK_BUF Empty = {0};
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    PIRP Irp = RAW(IoAllocateIrp)(1, FALSE);
    IoSetCompletionRoutine(Irp, CompletedBlind, &Blind, TRUE, TRUE, TRUE);
    HostWskNext(HostSend, (HOST_POLICY) {HostNever, STATUS_PENDING, 0});
    CHECK_STATUS(STATUS_PENDING, CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, Irp));
    PIO_COMPLETION_ROUTINE Routine = IoGetNextIrpStackLocation(Irp)->CompletionRoutine;
    PVOID Context = IoGetNextIrpStackLocation(Irp)->Context;
    RAW(IoFreeIrp)(Irp); /* the misuse, and this time for good */
    CHECK_STATUS(STATUS_MORE_PROCESSING_REQUIRED, Routine(NULL, Irp, Context));
    CHECK_EQUAL(1, Blind);
    RawClose(Socket);
    End();
    const EVENT *Enter = EnterOf(WsktVerb_WskSend);
    CHECK(SEQ(TraceNext(&Trace, WSKT_IRP_FREE_ID, SEQ(Enter))) < SEQ(Complete(Enter)));
    TraceFree(&Trace);
}

TEST(requests_that_the_io_manager_builds_are_born_too)
{
    DEVICE_OBJECT Device = {.StackSize = 3};
    IO_STATUS_BLOCK Status;
    KEVENT Event;
    PIRP Irps[4];
    static const UINT8 Kinds[] = {WsktIrpKind_IoBuildAsynchronousFsdRequest, WsktIrpKind_IoBuildSynchronousFsdRequest,
        WsktIrpKind_IoBuildDeviceIoControlRequest, WsktIrpKind_IoMakeAssociatedIrp};
    RawStart(0);
    Irps[0] = RAW(IoBuildAsynchronousFsdRequest)(IRP_MJ_WRITE, &Device, NULL, 0, NULL, NULL);
    Irps[1] = RAW(IoBuildSynchronousFsdRequest)(IRP_MJ_READ, &Device, NULL, 0, NULL, &Event, &Status);
    Irps[2] = RAW(IoBuildDeviceIoControlRequest)(7, &Device, NULL, 0, NULL, 0, TRUE, NULL, &Status);
    Irps[3] = RAW(IoMakeAssociatedIrp)(Irps[0], 2);
    CHECK_EQUAL(IRP_MJ_WRITE, IoGetNextIrpStackLocation(Irps[0])->MajorFunction);
    CHECK_EQUAL(IRP_MJ_INTERNAL_DEVICE_CONTROL, IoGetNextIrpStackLocation(Irps[2])->MajorFunction);
    USHORT Size = Irps[0]->Size;
    for (ULONG i = 0; i < RTL_NUMBER_OF(Irps); i++)
        IoFreeIrp(Irps[i]); /* the I/O manager does, without the client */
    End();
    UINT64 After = 0;
    for (ULONG i = 0; i < RTL_NUMBER_OF(Irps); i++) {
        const EVENT *Birth = TraceNext(&Trace, WSKT_IRP_BIRTH_ID, After);
        CHECK_EQUAL(Kinds[i], Birth->IrpBirth->Kind);
        CHECK_EQUAL(VALUE_OF(Irps[i]), Birth->IrpBirth->Irp);
        CHECK_EQUAL(i == 3 ? 2 : 3, Birth->IrpBirth->StackSize);
        CHECK(i == 3 || Birth->IrpBirth->PacketSize == Size);
        After = SEQ(Birth);
    }
    CHECK_EQUAL(4, TraceCount(&Trace, WSKT_IRP_BIRTH_ID));
    TraceFree(&Trace);
}

static ULONG CompletesOf(PIRP Irp)
{
    ULONG Count = 0;
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        Count += E->Id == WSKT_IRP_COMPLETE_REQUEST_ID && E->Irp->Irp == VALUE_OF(Irp);
    return Count;
}

/* An IRP from above: the client sends with it, gives it back, and completes it. */
TEST(an_irp_that_the_target_completes_itself_is_told_before)
{
    WSK_BUF Empty = {0};
    RAW_CALL Call = {.Answer = STATUS_MORE_PROCESSING_REQUIRED};
    DEVICE_OBJECT Device = {.Type = IO_TYPE_DEVICE};
    RawStart(0);
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    UpperRuns = 0;
    PIRP Irp = IoAllocateIrp(2, FALSE), Other = IoAllocateIrp(1, FALSE); /* of an upper driver: unseen */
    IoSetCompletionRoutine(Irp, UpperKeeps, NULL, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(Irp);
    IoGetCurrentIrpStackLocation(Irp)->DeviceObject = &Device;
    IoSetCompletionRoutine(Irp, RawUpperCompleted, &Call, TRUE, TRUE, TRUE);
    HostWskNext(HostSend, (HOST_POLICY) {HostInCall, STATUS_SUCCESS, 0});
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, Irp);
    CHECK_EQUAL(0, UpperRuns);
    RAW(IofCompleteRequest)(Irp, IO_NO_INCREMENT);
    CHECK_EQUAL(1, UpperRuns);
    HostIrpForgiveTop(true);
    RAW(IofCompleteRequest)(Other, IO_NO_INCREMENT); /* nothing of ours: an IRP like those that a driver gets all day long */
    IoFreeIrp(Irp);
    IoFreeIrp(Other);
    RawClose(Socket);
    End();
    CHECK_EQUAL(1, CompletesOf(Irp));
    CHECK_EQUAL(0, CompletesOf(Other));
    const EVENT *Told = TraceNext(&Trace, WSKT_IRP_COMPLETE_REQUEST_ID, SEQ(EnterOf(WsktVerb_WskSend)));
    CHECK_EQUAL(1, Told->Header->Client);
    TraceFree(&Trace);
}

/* WSK-IRP-010. */
TEST(an_irp_that_the_target_made_and_completes_is_told_and_stays_its_own)
{
    RawStart(0);
    HostIrpForgiveTop(true);
    PIRP Irp = RAW(IoAllocateIrp)(1, FALSE);
    RAW(IofCompleteRequest)(Irp, IO_NO_INCREMENT); /* the misuse */
    RAW(IofCompleteRequest)(Irp, IO_NO_INCREMENT);
    RAW(IoFreeIrp)(Irp);
    End();
    CHECK_EQUAL(2, CompletesOf(Irp));
    TraceFree(&Trace);
}
