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

IoAllocateIrpFunction OnIoAllocateIrp;
IoAllocateIrpExFunction OnIoAllocateIrpEx;
IoInitializeIrpFunction OnIoInitializeIrp;
IoReuseIrpFunction OnIoReuseIrp;
IoFreeIrpFunction OnIoFreeIrp;
IoCancelIrpFunction OnIoCancelIrp;

#endif
