/*
 * IRPs: what one looks like, and the life of each that a target makes.
 */
#ifndef WSKTRACE_IRP_H
#define WSKTRACE_IRP_H

#include "target.h"

/* The stack location that the next driver will get, or NULL if the IRP has none: a client may pass anything. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline PIO_STACK_LOCATION
IrpNextLocation(_In_ const IRP *Irp)
{
    PIO_STACK_LOCATION Lowest = (PIO_STACK_LOCATION)VALUE_OF(Irp + 1);
    LONG Current = Irp->CurrentLocation;

    if (Irp->Type != IO_TYPE_IRP || Current <= 1 || Current > Irp->StackCount + 1 ||
        Irp->Tail.Overlay.CurrentStackLocation != Lowest + (Current - 1))
        return NULL;
    return Lowest + (Current - 2);
}

/* What the IRP and its next stack location (NULL if it has none) say, each byte. Irp may be NULL: then all is 0. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
IrpSnap(_In_opt_ const IRP *Irp, _In_opt_ const IO_STACK_LOCATION *Next, _Out_ WSKT_IRP_SNAP *Snap)
{
    if (!Irp) {
        *Snap = (WSKT_IRP_SNAP){0};
        return;
    }
    Snap->Ptr = VALUE_OF(Irp);
    Snap->Thread = VALUE_OF(Irp->Tail.Overlay.Thread);
    Snap->MdlAddress = VALUE_OF(Irp->MdlAddress);
    Snap->Completion = Next ? VALUE_OF(Next->CompletionRoutine) : 0;
    Snap->Context = Next ? VALUE_OF(Next->Context) : 0;
    Snap->IoStatus = (UINT32)Irp->IoStatus.Status;
    Snap->Size = Irp->Size;
    Snap->StackCount = (UINT8)Irp->StackCount;
    Snap->CurrentLocation = (UINT8)Irp->CurrentLocation;
    Snap->AllocFlags = Irp->AllocationFlags;
    Snap->Cancel = Irp->Cancel;
    Snap->PendingReturned = Irp->PendingReturned;
    Snap->NextControl = Next ? Next->Control : 0;
    Snap->Reserved[0] = Snap->Reserved[1] = Snap->Reserved[2] = Snap->Reserved[3] = 0;
}

_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
IrpInitialize(VOID);

_IRQL_requires_(PASSIVE_LEVEL)
VOID
IrpUninitialize(VOID);

/* IRPs that targets made or used, and did not free. One that the I/O manager frees by itself and no call of WSK used stays
   until its address is used again. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
IrpCount(VOID);

/* The client is gone, and what it left behind with it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
IrpForgetClient(_In_ USHORT Client);

/* Does an IRP that we know lie in [Start, End)? */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
IrpTouches(_In_ ULONG_PTR Start, _In_ ULONG_PTR End);

/* That memory is freed, or nothing is known of it any more. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
IrpForgetRange(_In_ ULONG_PTR Start, _In_ ULONG_PTR End);

/* A target has this IRP from now on. FALSE: there is no room to remember it. The IRP is not looked at. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
IrpBorn(_In_ const IRP *Irp, _In_ UINT8 Kind, _In_ USHORT Client);

/* The target frees it. The IRP is not looked at. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
IrpGone(_In_ const IRP *Irp);

/* The IRP is not looked at. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
IrpIsKnown(_In_ const IRP *Irp);

/* Its completion goes on to the driver above, or to the I/O manager: unless the target made it, it is not the target's any
   more. The IRP is not looked at. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
IrpPassedOn(_In_ const IRP *Irp);

/* The last IRPs that calls had, so that a call finds its own without a look-up. */
#define IRP_RECENT 256
extern PVOID volatile IrpRecent[IRP_RECENT];

static inline ULONG
IrpPlace(_In_ const IRP *Irp)
{
    return (ULONG)(VALUE_OF(Irp) >> 4) % IRP_RECENT;
}

/* Had a call this IRP of late, and has nobody freed it since? */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline BOOLEAN
IrpIsRecent(_In_opt_ const IRP *Irp)
{
    return IrpRecent[IrpPlace(Irp)] == Irp;
}

/* From now on calls have more to tell. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
IrpNoneRecent(VOID);

/* A call is made with this IRP. One whose birth was not seen is born here, as adopted: before the enter of the call. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
IrpMeet(_In_ const CALL_SITE *Site, _In_ UINT64 OpId, _In_ const IRP *Irp);

typedef PIRP NTAPI IoAllocateIrpFunction(_In_ CCHAR StackSize, _In_ BOOLEAN ChargeQuota);
typedef PIRP NTAPI
IoAllocateIrpExFunction(_In_ PDEVICE_OBJECT DeviceObject, _In_ CCHAR StackSize, _In_ BOOLEAN ChargeQuota);
typedef VOID NTAPI IoInitializeIrpFunction(_Inout_ PIRP Irp, _In_ USHORT PacketSize, _In_ CCHAR StackSize);
typedef VOID NTAPI IoReuseIrpFunction(_Inout_ PIRP Irp, _In_ NTSTATUS Status);
typedef VOID NTAPI IoFreeIrpFunction(_In_ PIRP Irp);
typedef BOOLEAN NTAPI IoCancelIrpFunction(_In_ PIRP Irp);

typedef PIRP NTAPI IoBuildAsynchronousFsdRequestFunction(
    _In_ ULONG MajorFunction,
    _In_ PDEVICE_OBJECT DeviceObject,
    _Inout_opt_ PVOID Buffer,
    _In_opt_ ULONG Length,
    _In_opt_ PLARGE_INTEGER StartingOffset,
    _In_opt_ PIO_STATUS_BLOCK IoStatusBlock);
typedef PIRP NTAPI IoBuildSynchronousFsdRequestFunction(
    _In_ ULONG MajorFunction,
    _In_ PDEVICE_OBJECT DeviceObject,
    _Inout_opt_ PVOID Buffer,
    _In_opt_ ULONG Length,
    _In_opt_ PLARGE_INTEGER StartingOffset,
    _In_ PKEVENT Event,
    _Out_ PIO_STATUS_BLOCK IoStatusBlock);
typedef PIRP NTAPI IoBuildDeviceIoControlRequestFunction(
    _In_ ULONG IoControlCode,
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_opt_ PVOID InputBuffer,
    _In_ ULONG InputBufferLength,
    _Out_opt_ PVOID OutputBuffer,
    _In_ ULONG OutputBufferLength,
    _In_ BOOLEAN InternalDeviceIoControl,
    _In_opt_ PKEVENT Event,
    _Out_ PIO_STATUS_BLOCK IoStatusBlock);
typedef PIRP NTAPI IoMakeAssociatedIrpFunction(_In_ PIRP Irp, _In_ CCHAR StackSize);
typedef VOID FASTCALL IofCompleteRequestFunction(_In_ PIRP Irp, _In_ CCHAR PriorityBoost);

IoAllocateIrpFunction OnIoAllocateIrp;
IoAllocateIrpExFunction OnIoAllocateIrpEx;
IoInitializeIrpFunction OnIoInitializeIrp;
IoReuseIrpFunction OnIoReuseIrp;
IoFreeIrpFunction OnIoFreeIrp;
IoCancelIrpFunction OnIoCancelIrp;
IoBuildAsynchronousFsdRequestFunction OnIoBuildAsynchronousFsdRequest;
IoBuildSynchronousFsdRequestFunction OnIoBuildSynchronousFsdRequest;
IoBuildDeviceIoControlRequestFunction OnIoBuildDeviceIoControlRequest;
IoMakeAssociatedIrpFunction OnIoMakeAssociatedIrp;
IofCompleteRequestFunction OnIofCompleteRequest;

#endif
