/*
 * IRPs: what one looks like, and the life of each that a target makes.
 */
#ifndef WSKTRACE_IRP_H
#define WSKTRACE_IRP_H

#include "target.h"

/* The stack location that the next driver will get, or NULL if the IRP has none: a client may pass anything. */
_IRQL_requires_max_(DISPATCH_LEVEL)
PIO_STACK_LOCATION
IrpNextLocation(_In_ const IRP *Irp);

/* What the IRP and its next stack location say. Irp may be NULL: then all is 0. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
IrpSnap(_In_opt_ const IRP *Irp, _Out_ WSKT_IRP_SNAP *Snap);

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

#endif
