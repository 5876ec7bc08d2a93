#include "control.h"

#include "callback.h"
#include "dump.h"
#include "event.h"
#include "fault.h"
#include "frame.h"
#include "heartbeat.h"
#include "ioctl.h"
#include "irp.h"
#include "late.h"
#include "mdl.h"
#include "nmr.h"
#include "op.h"
#include "pool.h"
#include "ring.h"
#include "setting.h"
#include "shim.h"
#include "target.h"
#include "unload.h"

C_ASSERT(WSKT_MAX_TARGETS == TARGET_NAMES);
C_ASSERT(WSKT_TARGET_CHARS == TARGET_NAME_CHARS);
C_ASSERT(sizeof(WSKT_STATUS) == 26 * 4 + 12 * 8 + sizeof(WSKT_FAULT_STATUS));
C_ASSERT(sizeof(WSKT_DRAINED) == 40);
C_ASSERT(sizeof(WSKT_TARGET_LIST) == 16 + (WSKT_MAX_TARGETS + WSKT_MAX_IMAGES) * (2 * WSKT_TARGET_CHARS + 8));
C_ASSERT(WSKT_MAX_IMAGES == TARGET_IMAGES);

static struct {
    BOOLEAN Running;
    SETTINGS Settings; /* what a start that says nothing takes */
    NTSTATUS AtLoad;
} Control;

static VOID
Rundown(BOOLEAN Start)
{
    OP_COUNTERS Ops;
    OpCount(&Ops);
    EventRundown(Ops.Slots, Ops.Unwrapped, TargetTiers());
    TargetRundown(Start);
    HeartbeatWrite();
}

_Use_decl_annotations_
UINT32
ControlHolds(VOID)
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

static NTSTATUS
Start(const WSKT_START *In)
{
    SETTINGS *Settings = &Control.Settings;
    NTSTATUS Status = STATUS_SUCCESS;
    OP_COUNTERS Ops;

    if (Control.Running)
        return STATUS_INVALID_DEVICE_STATE;
    if (!SettingIsInRange(In))
        return STATUS_INVALID_PARAMETER;

    Status = UnloadBar();
    if (!NT_SUCCESS(Status))
        return Status;
    /* Memory is taken once: what an event may be written to is never freed under it. */
    OpCount(&Ops);
    if (!RingBytes())
        Status = RingInitialize(In->RingBytes ? In->RingBytes : Settings->Start.RingBytes);
    else if (In->RingBytes && RingRound(In->RingBytes) != RingBytes())
        Status = STATUS_DEVICE_BUSY;
    if (!NT_SUCCESS(Status))
        return Status;
    DumpInitialize();
    if (!Ops.Slots)
        Status = OpInitialize(In->Slots ? In->Slots : Settings->Start.Slots);
    else if (In->Slots && In->Slots != Ops.Slots)
        Status = STATUS_DEVICE_BUSY;
    if (!NT_SUCCESS(Status))
        return Status;

    /* What was seen in an earlier capture has lived unseen since: an address of it says nothing any more. */
    ShimAdopt();
    MdlForgetRange(0, ~(ULONG_PTR)0);
    IrpForgetRange(0, ~(ULONG_PTR)0);
    PoolForgetAll();
    Control.Running = TRUE;
    RingRestart();
    if (In->Level)
        Settings->Start.Level = In->Level;
    if (In->Keywords)
        Settings->Start.Keywords = In->Keywords;
    EventStart((UCHAR)Settings->Start.Level, Settings->Start.Keywords);
    Rundown(TRUE);
    TargetStart();
    HeartbeatStart();
    return STATUS_SUCCESS;
}

static NTSTATUS
Stop(VOID)
{
    if (!Control.Running)
        return STATUS_INVALID_DEVICE_STATE;
    FaultOff(); /* what it held is delivered, and in the trace */
    HeartbeatStop();
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
    Out->Flags = (Control.Running ? WSKT_RUNNING : 0) | (Late.EtwWrite ? WSKT_ETW : 0) |
                 (Control.Settings.CaptureAtLoad ? WSKT_AT_LOAD : 0);
    Out->Holds = ControlHolds();
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
    Out->SettingsIgnored = Control.Settings.Ignored;
    Out->AtLoad = (UINT32)Control.AtLoad;
    Out->Keywords = Control.Settings.Start.Keywords;
    Out->Level = Control.Settings.Start.Level;
    FaultCount(&Out->Faults);
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
    case WSKT_IOCTL_LIST_TARGETS:
        OutAtLeast = sizeof(WSKT_TARGET_LIST);
        break;
    case WSKT_IOCTL_FAULTS:
        In = sizeof(WSKT_FAULTS);
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

_Use_decl_annotations_
NTSTATUS
ControlServe(ULONG Code, PVOID Buffer, ULONG InLength, ULONG OutLength, ULONG_PTR *Information)
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
    case WSKT_IOCTL_LIST_TARGETS:
        TargetList(Buffer);
        ((WSKT_TARGET_LIST *)Buffer)->Version = WSKT_IOCTL_VERSION;
        *Information = sizeof(WSKT_TARGET_LIST);
        return STATUS_SUCCESS;
    case WSKT_IOCTL_FAULTS:
        return FaultSet(Buffer);
    default:
        Status = Drain(Buffer, OutLength);
        if (NT_SUCCESS(Status))
            *Information = sizeof(WSKT_DRAINED) + ((const WSKT_DRAINED *)Buffer)->Bytes;
        return Status;
    }
}

_Use_decl_annotations_
VOID
ControlTakeSettings(const UNICODE_STRING *RegistryPath)
{
    static const WSKT_START AsSet = {0};
    SETTINGS *Settings = &Control.Settings;
    RtlZeroMemory(&Control, sizeof(Control));
    SettingsRead(RegistryPath, Settings);
    if (!NT_SUCCESS(TargetSetNames(Settings->Targets.Count, Settings->Targets.Names, Settings->Targets.Tiers)))
        Settings->Ignored++; /* never: each of them was looked at */
    if (Settings->CaptureAtLoad)
        Control.AtLoad = Start(&AsSet);
}
