/*
 * What ends a hold before its time: the stop, a deregistration, the unload of the target; and a client that does something
 * to the IRP meanwhile. Nothing of ours stays behind, and no driver is called that is gone.
 */
#include "faults.h"

TEST(the_stop_delivers_all_and_the_next_capture_has_no_faults)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer));
    CaptureStop();
    CHECK_EQUAL(1, Call.Runs);
    CHECK_STATUS(STATUS_SUCCESS, Send(Socket, &Call, &Buffer));
    CaptureStart(0);
    CHECK_STATUS(STATUS_SUCCESS, Send(Socket, &Call, &Buffer));
    CHECK_EQUAL(0, CaptureStatus().Faults.HoldMs);
    RawBufferFree(&Buffer);
    RawDone(&Call);
    End();
    TraceFree(&Trace);
}

TEST(the_driver_is_not_unloaded_while_it_holds_a_completion)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer));
    CHECK_STATUS(STATUS_INVALID_DEVICE_REQUEST, CaptureTryUnload());
    CHECK_EQUAL(0, Call.Runs);
    CaptureFaultsOff();
    CHECK_EQUAL(1, Call.Runs);
    RawBufferFree(&Buffer);
    RawDone(&Call);
    End();
    TraceFree(&Trace);
}

TEST(a_target_unloads_after_what_was_held_of_it_is_delivered)
{
    RAW_CALL Sent = {0}, Closed = {0};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Sent, &Buffer));
    CHECK_STATUS(STATUS_PENDING, CALLS(Socket, BASIC)->WskCloseSocket(Socket, RawReady(&Closed)));
    HOST_DRIVER *Driver = &RawDriver;
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_RUNDOWN, &(WSKT_HELLO) {.Version = WSKT_IOCTL_VERSION}, sizeof(WSKT_HELLO)));
    CHECK_STATUS(STATUS_SUCCESS, HostDriverUnload(Driver));
    CHECK(Sent.Runs == 1 && Closed.Runs == 1);
    CaptureStop();
    Trace = TraceDrain();
    const EVENT *Unload = TraceNext(&Trace, WSKT_DRIVER_UNLOAD_ENTER_ID, 0);
    const EVENT *Release = TraceNext(&Trace, WSKT_REG_ENTER_ID, SEQ(Unload)); /* the first thing its DriverUnload does */
    CHECK(CompletedAt(SendOp(0)) < SEQ(Release));
    CHECK(CompletedAt(TraceEnterOf(&Trace, WsktVerb_WskCloseSocket)->Header->OpId) < SEQ(Release));
    TraceFree(&Trace);
    IoFreeMdl(Buffer.Mdl); /* the target's imports are gone */
    ExFreePoolWithTag(Buffer.Data, 'waR ');
    IoFreeIrp(Sent.Irp);
    IoFreeIrp(Closed.Irp);
    CaptureUnload();
}

/* A target that closes its socket in its DriverUnload. */
static HOST_DRIVER Late;
static WSK_REGISTRATION LateRegistration;
static PWSK_SOCKET LateSocket;
static NTSTATUS LateClosed = STATUS_PENDING;
#define LATE(Function) ((__typeof__(&Function))*HostImageSlot(&Late.Image, #Function))

static NTSTATUS LateCompleted(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    (void)Device;
    *(PVOID *)Context = (PVOID)Irp->IoStatus.Information;
    IoFreeIrp(Irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static PIRP LateIrp(PVOID *Result)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);
    IoSetCompletionRoutine(Irp, LateCompleted, Result, TRUE, TRUE, TRUE);
    return Irp;
}

static VOID LateUnload(PDRIVER_OBJECT Driver)
{
    PVOID Nothing;
    (void)Driver;
    LateClosed = CALLS(LateSocket, BASIC)->WskCloseSocket(LateSocket, LateIrp(&Nothing));
    LATE(WskReleaseProviderNPI)(&LateRegistration);
    LATE(WskDeregister)(&LateRegistration);
}

static NTSTATUS LateEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    static const WSK_CLIENT_DISPATCH Dispatch = {MAKE_WSK_VERSION(1, 0), 0, NULL};
    WSK_CLIENT_NPI Npi = {NULL, &Dispatch};
    WSK_PROVIDER_NPI Provider;
    (void)Path;
    Driver->DriverUnload = LateUnload;
    CHECK_STATUS(STATUS_SUCCESS, LATE(WskRegister)(&Npi, &LateRegistration));
    CHECK_STATUS(STATUS_SUCCESS, LATE(WskCaptureProviderNPI)(&LateRegistration, WSK_NO_WAIT, &Provider));
    return Provider.Dispatch->WskSocket(Provider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP, WSK_FLAG_CONNECTION_SOCKET,
        NULL, NULL, NULL, NULL, NULL, LateIrp((PVOID *)&LateSocket));
}

TEST(nothing_is_held_while_a_target_unloads)
{
    static const HOST_IMPORT Imports[] = {
        {"netio.sys", "WskRegister", (PVOID)WskRegister},
        {"netio.sys", "WskCaptureProviderNPI", (PVOID)WskCaptureProviderNPI},
        {"netio.sys", "WskReleaseProviderNPI", (PVOID)WskReleaseProviderNPI},
        {"netio.sys", "WskDeregister", (PVOID)WskDeregister},
    };
    CaptureLoad();
    CaptureTargets("late.sys", NULL);
    CaptureStart(0);
    CHECK_STATUS(STATUS_SUCCESS, HostDriverLoadImports(&Late, "late", LateEntry, Imports, RTL_NUMBER_OF(Imports)));
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER, .Verbs = ONLY(WskCloseSocket)});
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_RUNDOWN, &(WSKT_HELLO) {.Version = WSKT_IOCTL_VERSION},
        sizeof(WSKT_HELLO))); /* finds its driver object, and so its unload */
    CHECK_STATUS(STATUS_SUCCESS, HostDriverUnload(&Late));
    CHECK_STATUS(STATUS_SUCCESS, LateClosed);
    CaptureStop();
    CaptureUnload();
}

TEST(a_deregistration_waits_for_what_is_held)
{
    static const WSK_CLIENT_DISPATCH Dispatch = {MAKE_WSK_VERSION(1, 0), 0, NULL};
    WSK_CLIENT_NPI Npi = {NULL, &Dispatch};
    WSK_REGISTRATION Registration;
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CHECK_STATUS(STATUS_SUCCESS, RAW(WskRegister)(&Npi, &Registration));
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer));
    RAW(WskDeregister)(&Registration);
    CHECK_EQUAL(1, Call.Runs);
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer)); /* and the faults go on */
    CaptureFaultsOff();
    RawBufferFree(&Buffer);
    RawDone(&Call);
    End();
    TraceFree(&Trace);
}

TEST(an_irp_that_its_client_frees_while_it_is_held_is_let_go)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer));
    RawDone(&Call); /* the memory is gone: the address sanitizer sees who looks */
    CaptureFaultsOff();
    CHECK_EQUAL(0, Call.Runs);
    CHECK_EQUAL(1, CaptureStatus().Faults.LetGo);
    RawBufferFree(&Buffer);
    End();
    UINT64 Op = SendOp(0);
    const EVENT *Free = TraceNext(&Trace, WSKT_IRP_FREE_ID, SEQ(TraceOf(&Trace, WSKT_OP_EXIT_ID, Op)));
    CHECK(SEQ(Free) < CompletedAt(Op));
    const EVENT *LetGo = TraceNext(&Trace, WSKT_FAULT_INJECTED_ID, SEQ(Free));
    CHECK_EQUAL(WsktFaultKind_LetGo, LetGo->Fault->Kind);
    CHECK_EQUAL(Op, LetGo->Header->OpId);
    CHECK(!TraceHas(&Trace, WSKT_OP_COMPLETE_EXIT_ID, Op));
    TraceFree(&Trace);
}

TEST(an_irp_that_its_client_sends_again_while_it_is_held_completes_for_its_new_life_alone)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer));
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer)); /* IoReuseIrp, under way */
    CaptureFaultsOff();
    CHECK_EQUAL(1, Call.Runs);
    CHECK_EQUAL(1, CaptureStatus().Faults.LetGo);
    RawBufferFree(&Buffer);
    RawDone(&Call);
    End();
    TraceFree(&Trace);
}

TEST(a_cancel_while_it_is_held_changes_nothing)
{
    RAW_CALL Call = {0};
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    CHECK_STATUS(STATUS_PENDING, Send(Socket, &Call, &Buffer));
    CHECK_EQUAL(FALSE, RAW(IoCancelIrp)(Call.Irp)); /* there is nothing to cancel any more */
    CaptureFaultsOff();
    CHECK_EQUAL(1, Call.Runs);
    CHECK_STATUS(STATUS_SUCCESS, Call.Status);
    RawBufferFree(&Buffer);
    RawDone(&Call);
    End();
    TraceFree(&Trace);
}

/* An IRP from above: the client's routine lets it go on up, to the driver that made it. */
static ULONG Middle, Top;
static BOOLEAN TopPending;

static NTSTATUS MiddleRan(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    (void)Device, (void)Context;
    Middle++;
    if (Irp->PendingReturned)
        IoMarkIrpPending(Irp);
    return STATUS_SUCCESS;
}

static NTSTATUS TopRan(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    (void)Device, (void)Context;
    Top++;
    TopPending = Irp->PendingReturned;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

TEST(a_held_irp_from_above_goes_on_up_when_it_is_delivered)
{
    RAW_BUFFER Buffer;
    Start();
    RawBuffer(&Buffer, 10);
    CaptureFaults((WSKT_FAULTS) {.HoldMs = FOREVER});
    PIRP Irp = IoAllocateIrp(2, FALSE);
    IoSetCompletionRoutine(Irp, TopRan, NULL, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(Irp); /* now it is the client's */
    IoSetCompletionRoutine(Irp, MiddleRan, NULL, TRUE, TRUE, TRUE);
    CHECK_STATUS(STATUS_PENDING, CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 0, Irp));
    CHECK(Middle == 0 && Top == 0);
    CaptureFaultsOff();
    CHECK(Middle == 1 && Top == 1 && TopPending);
    IoFreeIrp(Irp);
    RawBufferFree(&Buffer);
    End();
    TraceFree(&Trace);
}
