#include "irp.h"

#include "finding.h"
#include "pool.h"
#include "stack.h"

static const EVENT_DESCRIPTOR IrpBirth = WSKT_IRP_BIRTH_DESCRIPTOR;
static const EVENT_DESCRIPTOR IrpReuse = WSKT_IRP_REUSE_DESCRIPTOR;
static const EVENT_DESCRIPTOR IrpFree = WSKT_IRP_FREE_DESCRIPTOR;
static const EVENT_DESCRIPTOR IrpCancel = WSKT_IRP_CANCEL_DESCRIPTOR;
static const EVENT_DESCRIPTOR IrpCancelRet = WSKT_IRP_CANCEL_RET_DESCRIPTOR;
static const EVENT_DESCRIPTOR IrpCompleteRequest = WSKT_IRP_COMPLETE_REQUEST_DESCRIPTOR;

static VOID
LogBirth(const CALL_SITE *Site, PIRP Irp, UINT8 Kind, USHORT PacketSize, CCHAR StackSize)
{
    WSKT_IRP_BIRTH Event = {
        .Irp = VALUE_OF(Irp),
        .PacketSize = PacketSize,
        .StackSize = (UINT8)StackSize,
        .Kind = Kind,
    };
    (VOID) IrpBorn(Irp, Kind, Site->Client);
    EVENT_WRITE(&IrpBirth, Site, 0, &Event);
}

_Use_decl_annotations_
PIRP NTAPI
OnIoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota)
{
    CALL_SITE_HERE(Site);
    PIRP Irp = ORIGINAL(Site, IoAllocateIrp)(StackSize, ChargeQuota);
    if (Irp && EventOn())
        LogBirth(&Site, Irp, WsktIrpKind_IoAllocateIrp, Irp->Size, StackSize);
    return Irp;
}

_Use_decl_annotations_
PIRP NTAPI
OnIoAllocateIrpEx(PDEVICE_OBJECT DeviceObject, CCHAR StackSize, BOOLEAN ChargeQuota)
{
    CALL_SITE_HERE(Site);
    PIRP Irp = ORIGINAL(Site, IoAllocateIrpEx)(DeviceObject, StackSize, ChargeQuota);
    if (Irp && EventOn())
        LogBirth(&Site, Irp, WsktIrpKind_IoAllocateIrpEx, Irp->Size, StackSize);
    return Irp;
}

/* An IRP of a size that the I/O manager chose. */
static PIRP
Built(const CALL_SITE *Site, PIRP Irp, UINT8 Kind)
{
    if (Irp && EventOn())
        LogBirth(Site, Irp, Kind, Irp->Size, Irp->StackCount);
    return Irp;
}

_Use_decl_annotations_
PIRP NTAPI
OnIoBuildAsynchronousFsdRequest(
    ULONG MajorFunction,
    PDEVICE_OBJECT DeviceObject,
    PVOID Buffer,
    ULONG Length,
    PLARGE_INTEGER StartingOffset,
    PIO_STATUS_BLOCK IoStatusBlock)
{
    CALL_SITE_HERE(Site);
    PIRP Irp = ORIGINAL(Site, IoBuildAsynchronousFsdRequest)(
        MajorFunction, DeviceObject, Buffer, Length, StartingOffset, IoStatusBlock);
    return Built(&Site, Irp, WsktIrpKind_IoBuildAsynchronousFsdRequest);
}

_Use_decl_annotations_
PIRP NTAPI
OnIoBuildSynchronousFsdRequest(
    ULONG MajorFunction,
    PDEVICE_OBJECT DeviceObject,
    PVOID Buffer,
    ULONG Length,
    PLARGE_INTEGER StartingOffset,
    PKEVENT Event,
    PIO_STATUS_BLOCK IoStatusBlock)
{
    CALL_SITE_HERE(Site);
    PIRP Irp = ORIGINAL(Site, IoBuildSynchronousFsdRequest)(
        MajorFunction, DeviceObject, Buffer, Length, StartingOffset, Event, IoStatusBlock);
    return Built(&Site, Irp, WsktIrpKind_IoBuildSynchronousFsdRequest);
}

_Use_decl_annotations_
PIRP NTAPI
OnIoBuildDeviceIoControlRequest(
    ULONG IoControlCode,
    PDEVICE_OBJECT DeviceObject,
    PVOID InputBuffer,
    ULONG InputBufferLength,
    PVOID OutputBuffer,
    ULONG OutputBufferLength,
    BOOLEAN InternalDeviceIoControl,
    PKEVENT Event,
    PIO_STATUS_BLOCK IoStatusBlock)
{
    CALL_SITE_HERE(Site);
    PIRP Irp = ORIGINAL(Site, IoBuildDeviceIoControlRequest)(
        IoControlCode, DeviceObject, InputBuffer, InputBufferLength, OutputBuffer, OutputBufferLength,
        InternalDeviceIoControl, Event, IoStatusBlock);
    return Built(&Site, Irp, WsktIrpKind_IoBuildDeviceIoControlRequest);
}

_Use_decl_annotations_
PIRP NTAPI
OnIoMakeAssociatedIrp(PIRP Irp, CCHAR StackSize)
{
    CALL_SITE_HERE(Site);
    return Built(&Site, ORIGINAL(Site, IoMakeAssociatedIrp)(Irp, StackSize), WsktIrpKind_IoMakeAssociatedIrp);
}

/* It wipes the packet, our routine with it; an operation that still had it in flight completes unseen, if at all. */
_Use_decl_annotations_
VOID NTAPI
OnIoInitializeIrp(PIRP Irp, USHORT PacketSize, CCHAR StackSize)
{
    CALL_SITE_HERE(Site);
    ORIGINAL(Site, IoInitializeIrp)(Irp, PacketSize, StackSize);
    if (EventOn()) {
        PoolMeet(&Site, 0, VALUE_OF(Irp));
        LogBirth(&Site, Irp, WsktIrpKind_IoInitializeIrp, PacketSize, StackSize);
    }
    FindingAbandon(&Site, Irp);
}

_Use_decl_annotations_
VOID NTAPI
OnIoReuseIrp(PIRP Irp, NTSTATUS Status)
{
    CALL_SITE_HERE(Site);
    if (EventOn()) {
        WSKT_IRP_REUSE Event = {.Irp = VALUE_OF(Irp), .Status = (UINT32)Status};
        EVENT_WRITE(&IrpReuse, &Site, 0, &Event);
    }
    ORIGINAL(Site, IoReuseIrp)(Irp, Status);
    FindingAbandon(&Site, Irp);
}

_Use_decl_annotations_
VOID NTAPI
OnIoFreeIrp(PIRP Irp)
{
    CALL_SITE_HERE(Site);
    if (EventOn()) {
        WSKT_IRP_POINTER Event = {.Irp = VALUE_OF(Irp)};
        EVENT_WRITE_STACK(&IrpFree, &Site, 0, &Event);
    }
    OP_HIT Hit;
    if (OpIrpFreed(Irp, &Hit) && Hit.Proved)
        FindingRaise(&Site, Hit.OpId, WsktRuleNumber_WskIrp004, VALUE_OF(Irp), VALUE_OF(Irp));
    IrpGone(Irp);
    ORIGINAL(Site, IoFreeIrp)(Irp);
}

_Use_decl_annotations_
BOOLEAN NTAPI
OnIoCancelIrp(PIRP Irp)
{
    CALL_SITE_HERE(Site);
    if (EventOn()) {
        WSKT_IRP_POINTER Event = {.Irp = VALUE_OF(Irp)};
        EVENT_WRITE(&IrpCancel, &Site, 0, &Event);
    }
    BOOLEAN HadRoutine = ORIGINAL(Site, IoCancelIrp)(Irp);
    if (EventOn()) {
        WSKT_IRP_CANCEL_RET Event = {.Irp = VALUE_OF(Irp), .HadRoutine = HadRoutine};
        EVENT_WRITE(&IrpCancelRet, &Site, 0, &Event);
    }
    return HadRoutine;
}

/* Of the IRPs that we know: those that a driver gets from above are completed all day long. From here on the IRP is the
   I/O manager's, unless the target made it: then this is the misuse. */
_Use_decl_annotations_
VOID FASTCALL
OnIofCompleteRequest(PIRP Irp, CCHAR PriorityBoost)
{
    CALL_SITE_HERE(Site);
    if (EventOn() && IrpIsKnown(Irp)) {
        WSKT_IRP_POINTER Event = {.Irp = VALUE_OF(Irp)};
        EVENT_WRITE(&IrpCompleteRequest, &Site, 0, &Event);
        IrpPassedOn(Irp);
    }
    ORIGINAL(Site, IofCompleteRequest)(Irp, PriorityBoost);
}
