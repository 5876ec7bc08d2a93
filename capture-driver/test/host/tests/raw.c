#include "raw.h"

#include "exports.h"

#define TAG 'waR '

HOST_DRIVER RawDriver;
WSK_PROVIDER_NPI RawProvider;
WSK_REGISTRATION RawRegistration;

static const WSK_CLIENT_DISPATCH ClientDispatch = {MAKE_WSK_VERSION(1, 0), 0, NULL};

static const HOST_IMPORT Imports[] = {
#define X(Name) {"ntoskrnl.exe", #Name, (PVOID)Name},
    HOST_NTOSKRNL(X)
#undef X
#define X(Name) {"netio.sys", #Name, (PVOID)Name},
    HOST_NETIO(X)
#undef X
};

static VOID Unload(PDRIVER_OBJECT Driver)
{
    (void)Driver;
    RAW(WskReleaseProviderNPI)(&RawRegistration);
    RAW(WskDeregister)(&RawRegistration);
}

static NTSTATUS Entry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    WSK_CLIENT_NPI Npi = {NULL, &ClientDispatch};
    (void)Path;
    Driver->DriverUnload = Unload;
    CHECK_STATUS(STATUS_SUCCESS, RAW(WskRegister)(&Npi, &RawRegistration));
    return RAW(WskCaptureProviderNPI)(&RawRegistration, WSK_INFINITE_WAIT, &RawProvider);
}

void RawLoad(void)
{
    CHECK_STATUS(STATUS_SUCCESS, HostDriverLoadImports(&RawDriver, "raw", Entry, Imports, RTL_NUMBER_OF(Imports)));
}

void RawUnload(void)
{
    CHECK_STATUS(STATUS_SUCCESS, HostDriverUnload(&RawDriver));
    CHECK_EQUAL(0, HostPoolBlocks(TAG));
    CHECK_EQUAL(0, HostMdls());
    CHECK_EQUAL(0, HostWskSockets());
}

void RawStart(ULONG Slots)
{
    CaptureLoad();
    CaptureTargets("raw.sys", NULL);
    CaptureStart(Slots);
    RawLoad();
}

void RawEnd(TRACE *Trace)
{
    RawUnload();
    CaptureStop();
    if (Trace != NULL)
        *Trace = TraceDrain();
    CHECK_EQUAL(CaptureStatus().Slots, CaptureStatus().FreeSlots);
    CaptureUnload();
    CHECK_EQUAL(0, HostIrps());
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

static NTSTATUS Completed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    RAW_CALL *Call = Context;
    CHECK(Device == NULL); /* the creator of an IRP has no device */
    Call->Irql = KeGetCurrentIrql();
    Call->Status = Irp->IoStatus.Status;
    Call->Information = Irp->IoStatus.Information;
    if (Call->Look) {
        Call->Seen = *Irp;
        Call->SeenLocation = *IoGetNextIrpStackLocation(Irp);
    }
    NTSTATUS Answer = Call->Answer;
    if (Call->FreeIrp) {
        Call->Irp = NULL;
        RAW(IoFreeIrp)(Irp);
    }
    InterlockedIncrement(&Call->Runs);
    RAW(KeSetEvent)(&Call->Done, IO_NO_INCREMENT, FALSE);
    return Answer;
}

PIRP RawReadyWith(RAW_CALL *Call, UCHAR InvokeOn)
{
    if (Call->Irp == NULL) {
        bool FreeIrp = Call->FreeIrp, Look = Call->Look;
        *Call = (RAW_CALL) {.Irp = RAW(IoAllocateIrp)(1, FALSE), .Answer = STATUS_MORE_PROCESSING_REQUIRED};
        Call->FreeIrp = FreeIrp;
        Call->Look = Look;
    } else {
        RAW(IoReuseIrp)(Call->Irp, STATUS_UNSUCCESSFUL);
    }
    KeInitializeEvent(&Call->Done, NotificationEvent, FALSE);
    Call->Runs = 0;
    if (InvokeOn != 0)
        IoSetCompletionRoutine(Call->Irp, Completed, Call, (InvokeOn & SL_INVOKE_ON_SUCCESS) != 0,
            (InvokeOn & SL_INVOKE_ON_ERROR) != 0, (InvokeOn & SL_INVOKE_ON_CANCEL) != 0);
    return Call->Irp;
}

PIRP RawReady(RAW_CALL *Call)
{
    return RawReadyWith(Call, SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL);
}

NTSTATUS RawWait(RAW_CALL *Call)
{
    KeWaitForSingleObject(&Call->Done, Executive, KernelMode, FALSE, NULL);
    HostJoinThreads();
    CHECK_EQUAL(1, Call->Runs);
    return Call->Status;
}

void RawDone(RAW_CALL *Call)
{
    if (Call->Irp != NULL)
        RAW(IoFreeIrp)(Call->Irp);
    Call->Irp = NULL;
}

PWSK_SOCKET RawSocket(ULONG Category, PVOID Context, const void *Dispatch)
{
    RAW_CALL Call = {0};
    (void)RawProvider.Dispatch->WskSocket(RawProvider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP, Category, Context,
        Dispatch, NULL, NULL, NULL, RawReady(&Call));
    CHECK_STATUS(STATUS_SUCCESS, RawWait(&Call));
    PWSK_SOCKET Socket = (PWSK_SOCKET)Call.Information;
    RawDone(&Call);
    return Socket;
}

void RawClose(PWSK_SOCKET Socket)
{
    RAW_CALL Call = {0};
    (void)CALLS(Socket, BASIC)->WskCloseSocket(Socket, RawReady(&Call));
    CHECK_STATUS(STATUS_SUCCESS, RawWait(&Call));
    RawDone(&Call);
}

void RawEnable(PWSK_SOCKET Socket, ULONG Events)
{
    WSK_EVENT_CALLBACK_CONTROL Control = {NULL, Events};
    CHECK_STATUS(STATUS_SUCCESS,
        CALLS(Socket, BASIC)->WskControlSocket(Socket, WskSetOption, SO_WSK_EVENT_CALLBACK, SOL_SOCKET,
            sizeof Control, &Control, 0, NULL, NULL, NULL));
}

void RawEnableAll(ULONG Events)
{
    WSK_EVENT_CALLBACK_CONTROL Control = {NULL, Events};
    CHECK_STATUS(STATUS_SUCCESS,
        RawProvider.Dispatch->WskControlClient(RawProvider.Client, WSK_SET_STATIC_EVENT_CALLBACKS, sizeof Control,
            &Control, 0, NULL, NULL, NULL));
}

void RawBuffer(RAW_BUFFER *Buffer, ULONG Bytes)
{
    Buffer->Data = RAW(ExAllocatePoolWithTag)(NonPagedPoolNx, Bytes, TAG);
    for (ULONG i = 0; i < Bytes; i++)
        Buffer->Data[i] = (UCHAR)i;
    Buffer->Mdl = RAW(IoAllocateMdl)(Buffer->Data, Bytes, FALSE, FALSE, NULL);
    RAW(MmBuildMdlForNonPagedPool)(Buffer->Mdl);
    Buffer->Buffer = (WSK_BUF) {Buffer->Mdl, 0, Bytes};
}

void RawBufferFree(RAW_BUFFER *Buffer)
{
    RAW(IoFreeMdl)(Buffer->Mdl);
    RAW(ExFreePoolWithTag)(Buffer->Data, TAG);
}
