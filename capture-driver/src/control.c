#include "control.h"

#include "callback.h"
#include "dump.h"
#include "event.h"
#include "frame.h"
#include "ioctl.h"
#include "late.h"
#include "mdl.h"
#include "nmr.h"
#include "op.h"
#include "pool.h"
#include "ring.h"
#include "shim.h"
#include "target.h"

#define DEFAULT_RING_BYTES (4 * 1024 * 1024)
#define DEFAULT_SLOTS 4096

C_ASSERT(WSKT_MAX_TARGETS == TARGET_NAMES);
C_ASSERT(WSKT_TARGET_CHARS == TARGET_NAME_CHARS);
C_ASSERT(WSKT_MIN_RING_BYTES == RING_MIN_BYTES && WSKT_MAX_RING_BYTES == RING_MAX_BYTES);
C_ASSERT(WSKT_MIN_SLOTS == OP_MIN_SLOTS && WSKT_MAX_SLOTS == OP_MAX_SLOTS);
C_ASSERT(sizeof(WSKT_STATUS) == 22 * 4 + 11 * 8);
C_ASSERT(sizeof(WSKT_DRAINED) == 40);

static const EVENT_DESCRIPTOR Heartbeat = WSKT_HEARTBEAT_DESCRIPTOR;

static struct {
    PDRIVER_OBJECT Driver;
    PDRIVER_UNLOAD Unload;
    PDEVICE_OBJECT Device;
    KEVENT Free; /* one request at a time */
    ULONG Handles;
    BOOLEAN Linked;
    BOOLEAN Running;
} Control;

static VOID
Rundown(BOOLEAN Start)
{
    OP_COUNTERS Ops;
    SHIM_COUNTERS Sockets;
    OpCount(&Ops);
    ShimCount(&Sockets);
    EventRundown(Ops.Slots, Ops.Unwrapped, TargetTiers());
    TargetRundown(Start);

    WSKT_HEARTBEAT Event = {
        .PassedUnwrapped = Ops.Unwrapped,
        .LiveOps = Ops.InFlight,
        .LiveMdls = MdlCount(),
        .LiveSockets = Sockets.Sockets,
        .FreeSlots = Ops.Free,
    };
    EVENT_WRITE(&Heartbeat, NULL, 0, &Event);
}

static UINT32
Holds(VOID)
{
    OP_COUNTERS Ops;
    SHIM_COUNTERS Sockets;
    TARGET_COUNTERS Targets;
    CALLBACK_COUNTERS Callbacks;
    OpCount(&Ops);
    ShimCount(&Sockets);
    TargetCount(&Targets);
    CallbackCount(&Callbacks);
    return (Control.Running ? WSKT_HOLD_RUNNING : 0) | (Targets.Loaded ? WSKT_HOLD_TARGET : 0) |
           (Ops.InFlight || Ops.Free != Ops.Slots ? WSKT_HOLD_IN_FLIGHT : 0) |
           (Sockets.Sockets ? WSKT_HOLD_SOCKET : 0) | (Targets.Unloading ? WSKT_HOLD_UNLOADING : 0) |
           (Callbacks.Held ? WSKT_HOLD_CALLBACK : 0);
}

/* While stopped no target is patched any more, so what is not held now will not be held later. With the device open
   it could be: an unload that is granted then waits for the close, and a start may come before. */
static VOID
AllowUnload(VOID)
{
    Control.Driver->DriverUnload = Control.Handles || Holds() ? NULL : Control.Unload;
}

static VOID
Acquire(VOID)
{
    KeWaitForSingleObject(&Control.Free, Executive, KernelMode, FALSE, NULL);
}

static VOID
Release(VOID)
{
    KeSetEvent(&Control.Free, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS
Start(const WSKT_START *In)
{
    NTSTATUS Status = STATUS_SUCCESS;
    OP_COUNTERS Ops;

    if (Control.Running)
        return STATUS_INVALID_DEVICE_STATE;
    if ((In->RingBytes && (In->RingBytes < RING_MIN_BYTES || In->RingBytes > RING_MAX_BYTES)) ||
        (In->Slots && (In->Slots < OP_MIN_SLOTS || In->Slots > OP_MAX_SLOTS)) || In->Level > 0xff)
        return STATUS_INVALID_PARAMETER;

    /* Memory is taken once: what an event may be written to is never freed under it. */
    OpCount(&Ops);
    if (!RingBytes())
        Status = RingInitialize(In->RingBytes ? In->RingBytes : DEFAULT_RING_BYTES);
    else if (In->RingBytes && RingRound(In->RingBytes) != RingBytes())
        Status = STATUS_DEVICE_BUSY;
    if (!NT_SUCCESS(Status))
        return Status;
    DumpInitialize();
    if (!Ops.Slots)
        Status = OpInitialize(In->Slots ? In->Slots : DEFAULT_SLOTS);
    else if (In->Slots && In->Slots != Ops.Slots)
        Status = STATUS_DEVICE_BUSY;
    if (!NT_SUCCESS(Status))
        return Status;

    Control.Running = TRUE;
    RingRestart();
    EventStart(In->Level ? (UCHAR)In->Level : 0xff, In->Keywords ? In->Keywords : ~0ULL);
    Rundown(TRUE);
    TargetStart();
    return STATUS_SUCCESS;
}

static NTSTATUS
Stop(VOID)
{
    if (!Control.Running)
        return STATUS_INVALID_DEVICE_STATE;
    Rundown(FALSE);
    TargetStop();
    EventStop();
    Control.Running = FALSE;
    return STATUS_SUCCESS;
}

static VOID
Answer(WSKT_STATUS *Out)
{
    CALLBACK_COUNTERS Callbacks;
    EVENT_COUNTERS Events;
    OP_COUNTERS Ops;
    RING_COUNTERS Records;
    SHIM_COUNTERS Sockets;
    TARGET_COUNTERS Targets;
    EventCount(&Events);
    OpCount(&Ops);
    RingCount(&Records);
    ShimCount(&Sockets);
    TargetCount(&Targets);
    CallbackCount(&Callbacks);

    RtlZeroMemory(Out, sizeof(*Out));
    Out->Version = WSKT_IOCTL_VERSION;
    Out->Flags = (Control.Running ? WSKT_RUNNING : 0) | (Late.EtwWrite ? WSKT_ETW : 0);
    Out->Holds = Holds();
    Out->OsBuild = Events.OsBuild;
    Out->Processors = RingProcessors();
    Out->RingBytes = RingBytes();
    Out->Slots = Ops.Slots;
    Out->FreeSlots = Ops.Free;
    Out->InFlight = Ops.InFlight;
    Out->LiveMdls = MdlCount();
    Out->OpenSockets = Sockets.Sockets;
    Out->Unshimmed = Sockets.Unshimmed;
    Out->TargetNames = Targets.Names;
    Out->TargetsLoaded = Targets.Loaded;
    Out->TargetsPatched = Targets.Patched;
    Out->TargetsUnseen = Targets.Unseen;
    Out->TargetsMissed = Targets.Missed;
    Out->StartTime = Events.StartTime;
    Out->StartQpc = Events.StartQpc;
    Out->QpcFrequency = Events.QpcFrequency;
    Out->Events = Events.Seq;
    Out->Written = Records.Written;
    Out->Overwritten = Records.Overwritten;
    Out->Dropped = Records.Dropped;
    Out->Unwrapped = Ops.Unwrapped;
    Out->Strays = Ops.Strays;
    Out->EtwRefused = Events.EtwRefused;
    Out->Unsized = PoolUnsized();
    Out->Callbacks = Callbacks.Held;
    Out->CallbacksUnwrapped = Callbacks.Unwrapped;
    Out->FramesMissed = FramesMissed();
    Out->NmrUnfollowed = NmrUnfollowed();
    Out->TargetsEarlier = Targets.Earlier;
}

/* Buffer: in and out; the request is copied before the answer is written over it. */
static NTSTATUS
Drain(WSKT_DRAINED *Out, ULONG OutLength)
{
    WSKT_DRAIN In = *(const WSKT_DRAIN *)Out;
    RING_READ Read = {.Position = In.Position, .Settled = !Control.Running};

    if (In.Processor >= RingProcessors())
        return STATUS_INVALID_PARAMETER;
    RingRead(In.Processor, &Read, Out + 1, OutLength - sizeof(*Out));
    Out->Version = WSKT_IOCTL_VERSION;
    Out->Bytes = Read.Bytes;
    Out->Records = Read.Records;
    Out->Gaps = Read.Gaps;
    Out->Position = Read.Position;
    Out->Head = Read.Head;
    Out->Damaged = Read.Damaged;
    Out->Reserved = 0;
    return STATUS_SUCCESS;
}

/* The lengths a request must have. */
static NTSTATUS
Check(ULONG Code, const VOID *Buffer, ULONG InLength, ULONG OutLength)
{
    ULONG In = sizeof(WSKT_HELLO), OutAtLeast = 0;
    switch (Code) {
    case WSKT_IOCTL_STATUS:
        OutAtLeast = sizeof(WSKT_STATUS);
        break;
    case WSKT_IOCTL_SET_TARGETS:
        In = sizeof(WSKT_TARGETS);
        break;
    case WSKT_IOCTL_START:
        In = sizeof(WSKT_START);
        break;
    case WSKT_IOCTL_STOP:
    case WSKT_IOCTL_RUNDOWN:
        break;
    case WSKT_IOCTL_DRAIN:
        In = sizeof(WSKT_DRAIN);
        OutAtLeast = sizeof(WSKT_DRAINED) + RING_BLOCK;
        break;
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    if (InLength != In)
        return STATUS_INFO_LENGTH_MISMATCH;
    if (*(const UINT32 *)Buffer != WSKT_IOCTL_VERSION)
        return STATUS_REVISION_MISMATCH;
    return OutLength < OutAtLeast ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
}

static NTSTATUS
SetTargets(const WSKT_TARGETS *In)
{
    NTSTATUS Status = TargetSetNames(In->Count, In->Names, In->Tiers);
    if (NT_SUCCESS(Status) && Control.Running)
        Rundown(FALSE); /* the tiers may be others now */
    return Status;
}

static NTSTATUS
Serve(ULONG Code, PVOID Buffer, ULONG InLength, ULONG OutLength, ULONG_PTR *Information)
{
    NTSTATUS Status = Check(Code, Buffer, InLength, OutLength);
    if (!NT_SUCCESS(Status))
        return Status;

    switch (Code) {
    case WSKT_IOCTL_STATUS:
        Answer(Buffer);
        *Information = sizeof(WSKT_STATUS);
        return STATUS_SUCCESS;
    case WSKT_IOCTL_SET_TARGETS:
        return SetTargets(Buffer);
    case WSKT_IOCTL_START:
        return Start(Buffer);
    case WSKT_IOCTL_STOP:
        return Stop();
    case WSKT_IOCTL_RUNDOWN:
        Rundown(FALSE);
        return STATUS_SUCCESS;
    default:
        Status = Drain(Buffer, OutLength);
        if (NT_SUCCESS(Status))
            *Information = sizeof(WSKT_DRAINED) + ((const WSKT_DRAINED *)Buffer)->Bytes;
        return Status;
    }
}

static NTSTATUS
Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static DRIVER_DISPATCH OnCreate, OnClose, OnDeviceControl;

_Use_decl_annotations_
static NTSTATUS NTAPI
OnCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    LUID Privilege = {.LowPart = SE_LOAD_DRIVER_PRIVILEGE};
    BOOLEAN May = SeSinglePrivilegeCheck(Privilege, Irp->RequestorMode);
    if (!May)
        return Complete(Irp, STATUS_PRIVILEGE_NOT_HELD, 0);
    Acquire();
    Control.Handles++;
    AllowUnload();
    Release();
    return Complete(Irp, STATUS_SUCCESS, 0);
}

_Use_decl_annotations_
static NTSTATUS NTAPI
OnClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    Acquire();
    Control.Handles--;
    AllowUnload();
    Release();
    return Complete(Irp, STATUS_SUCCESS, 0);
}

_Use_decl_annotations_
static NTSTATUS NTAPI
OnDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG_PTR Information = 0;

    Acquire();
    NTSTATUS Status = Serve(
        Stack->Parameters.DeviceIoControl.IoControlCode,
        Irp->AssociatedIrp.SystemBuffer,
        Stack->Parameters.DeviceIoControl.InputBufferLength,
        Stack->Parameters.DeviceIoControl.OutputBufferLength,
        &Information);
    Release();
    return Complete(Irp, Status, Information);
}

_Use_decl_annotations_
NTSTATUS
ControlInitialize(PDRIVER_OBJECT DriverObject, PDRIVER_UNLOAD Unload)
{
    UNICODE_STRING Device, Link;
    RtlInitUnicodeString(&Device, WSKT_DEVICE_NAME);
    RtlInitUnicodeString(&Link, WSKT_LINK_NAME);

    RtlZeroMemory(&Control, sizeof(Control));
    KeInitializeEvent(&Control.Free, SynchronizationEvent, TRUE);
    Control.Driver = DriverObject;
    Control.Unload = Unload;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = OnCreate;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = OnClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = OnDeviceControl;

    NTSTATUS Status = IoCreateDevice(
        DriverObject, 0, &Device, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, &Control.Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&Link, &Device);
    if (!NT_SUCCESS(Status)) {
        ControlUninitialize();
        return Status;
    }
    Control.Linked = TRUE;
    AllowUnload();
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
ControlUninitialize(VOID)
{
    if (Control.Linked) {
        UNICODE_STRING Link;
        RtlInitUnicodeString(&Link, WSKT_LINK_NAME);
        IoDeleteSymbolicLink(&Link);
    }
    if (Control.Device)
        IoDeleteDevice(Control.Device);
    Control.Linked = FALSE;
    Control.Device = NULL;
}
