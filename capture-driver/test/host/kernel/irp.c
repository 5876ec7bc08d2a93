/*
 * IRPs: allocation, and the completion walk with the I/O manager's own order of steps (IoCompleteRequest and
 * IO_COMPLETION_ROUTINE documentation): the location moves up before its routine is asked, PendingReturned is taken
 * from the location that is left, and after STATUS_MORE_PROCESSING_REQUIRED nobody here touches the IRP again.
 */
#include <stdlib.h>
#include <string.h>

#include "host.h"

static volatile LONG64 Live;
static KSPIN_LOCK CancelLock;
static bool KeepsLocations, KeepsFreed, ForgivesTop;

void HostIrpForgiveTop(bool Forgive)
{
    ForgivesTop = Forgive;
}

bool HostIrpForgivesTop(void)
{
    return ForgivesTop;
}

static PIRP *Kept;
static SIZE_T KeptCount;

void HostIrpKeepFreed(bool Keep)
{
    KeepsFreed = Keep;
    while (!Keep && KeptCount != 0)
        free(Kept[--KeptCount]);
    if (!Keep) {
        free(Kept);
        Kept = NULL;
    }
}

void HostIrpKeepLocations(bool Keep)
{
    KeepsLocations = Keep;
}

SIZE_T HostIrps(void)
{
    return (SIZE_T)__atomic_load_n(&Live, __ATOMIC_SEQ_CST);
}

VOID IoInitializeIrp(PIRP Irp, USHORT PacketSize, CCHAR StackSize)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(PacketSize >= IoSizeOfIrp(StackSize), "IoInitializeIrp: %u bytes cannot hold %d stack locations",
        PacketSize, StackSize);
    memset(Irp, 0, PacketSize);
    Irp->Type = IO_TYPE_IRP;
    Irp->Size = PacketSize;
    Irp->StackCount = StackSize;
    Irp->CurrentLocation = (CHAR)(StackSize + 1);
    Irp->Tail.Overlay.CurrentStackLocation = (PIO_STACK_LOCATION)(Irp + 1) + StackSize;
    InitializeListHead(&Irp->ThreadListEntry);
}

PIRP IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota)
{
    (void)ChargeQuota;
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(StackSize >= 1, "IoAllocateIrp with %d stack locations", StackSize);
    PIRP Irp = malloc(IoSizeOfIrp(StackSize));
    IoInitializeIrp(Irp, IoSizeOfIrp(StackSize), StackSize);
    Irp->AllocationFlags = IRP_ALLOCATED_FIXED_SIZE;
    InterlockedIncrement64(&Live);
    return Irp;
}

/* A request for a device, as far as its birth goes: nobody here sends one on. */
static PIRP Build(PDEVICE_OBJECT Device, ULONG Major, PIO_STATUS_BLOCK Status)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    PIRP Irp = IoAllocateIrp(Device->StackSize, FALSE);
    IoGetNextIrpStackLocation(Irp)->MajorFunction = (UCHAR)Major;
    (void)Status;
    return Irp;
}

PIRP IoBuildAsynchronousFsdRequest(ULONG Major, PDEVICE_OBJECT Device, PVOID Buffer, ULONG Length,
    PLARGE_INTEGER Offset, PIO_STATUS_BLOCK Status)
{
    (void)Buffer, (void)Length, (void)Offset;
    return Build(Device, Major, Status);
}

PIRP IoBuildSynchronousFsdRequest(ULONG Major, PDEVICE_OBJECT Device, PVOID Buffer, ULONG Length,
    PLARGE_INTEGER Offset, PKEVENT Event, PIO_STATUS_BLOCK Status)
{
    (void)Buffer, (void)Length, (void)Offset;
    HOST_CHECK(Event != NULL, "IoBuildSynchronousFsdRequest without an event");
    return Build(Device, Major, Status);
}

PIRP IoBuildDeviceIoControlRequest(ULONG Code, PDEVICE_OBJECT Device, PVOID In, ULONG InLength, PVOID Out,
    ULONG OutLength, BOOLEAN Internal, PKEVENT Event, PIO_STATUS_BLOCK Status)
{
    (void)Code, (void)In, (void)InLength, (void)Out, (void)OutLength, (void)Event;
    return Build(Device, Internal ? IRP_MJ_INTERNAL_DEVICE_CONTROL : IRP_MJ_DEVICE_CONTROL, Status);
}

PIRP IoMakeAssociatedIrp(PIRP Master, CCHAR StackSize)
{
    HOST_CHECK(Master != NULL, "IoMakeAssociatedIrp without a master");
    return IoAllocateIrp(StackSize, FALSE);
}

PIRP IoAllocateIrpEx(PDEVICE_OBJECT Device, CCHAR StackSize, BOOLEAN ChargeQuota)
{
    (void)Device;
    return IoAllocateIrp(StackSize, ChargeQuota);
}

VOID IoReuseIrp(PIRP Irp, NTSTATUS Status)
{
    UCHAR Flags = Irp->AllocationFlags;
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(Irp->Type == IO_TYPE_IRP, "IoReuseIrp(%p): not an IRP", (void *)Irp);
    IoInitializeIrp(Irp, Irp->Size, Irp->StackCount);
    Irp->AllocationFlags = Flags;
    Irp->IoStatus.Status = Status;
}

VOID IoFreeIrp(PIRP Irp)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(Irp->Type == IO_TYPE_IRP, "IoFreeIrp(%p): not an IRP (bugcheck 0x44)", (void *)Irp);
    HOST_CHECK(Irp->AllocationFlags & IRP_ALLOCATED_FIXED_SIZE, "IoFreeIrp(%p): not from IoAllocateIrp", (void *)Irp);
    InterlockedDecrement64(&Live);
    if (KeepsFreed) {
        Kept = realloc(Kept, (KeptCount + 1) * sizeof *Kept);
        Kept[KeptCount++] = Irp;
        return;
    }
    Irp->Type = 0;
    free(Irp);
}

VOID IoAcquireCancelSpinLock(PKIRQL Irql)
{
    *Irql = KeAcquireSpinLockRaiseToDpc(&CancelLock);
}

VOID IoReleaseCancelSpinLock(KIRQL Irql)
{
    KeReleaseSpinLock(&CancelLock, Irql);
}

/* Everybody reads the flag without a lock, on Windows as here: the thread sanitizer looks away from this one store. */
#ifdef __SANITIZE_THREAD__
void AnnotateIgnoreWritesBegin(const char *File, int Line);
void AnnotateIgnoreWritesEnd(const char *File, int Line);
#else
#define AnnotateIgnoreWritesBegin(File, Line) ((void)0)
#define AnnotateIgnoreWritesEnd(File, Line) ((void)0)
#endif

BOOLEAN IoCancelIrp(PIRP Irp)
{
    KIRQL Irql;
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    IoAcquireCancelSpinLock(&Irql);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    Irp->Cancel = TRUE;
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    PDRIVER_CANCEL Routine = IoSetCancelRoutine(Irp, NULL);
    if (Routine == NULL) {
        IoReleaseCancelSpinLock(Irql);
        return FALSE;
    }
    Irp->CancelIrql = Irql;
    Routine(NULL, Irp); /* releases the cancel spin lock */
    return TRUE;
}

static bool Wanted(const IO_STACK_LOCATION *Location, PIRP Irp)
{
    if (Irp->Cancel && (Location->Control & SL_INVOKE_ON_CANCEL))
        return true;
    return Location->Control & (NT_SUCCESS(Irp->IoStatus.Status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR);
}

VOID IofCompleteRequest(PIRP Irp, CCHAR Boost)
{
    (void)Boost;
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    if (ForgivesTop && Irp->CurrentLocation > Irp->StackCount + 1)
        return;
    HOST_CHECK(Irp->Type == IO_TYPE_IRP && Irp->CurrentLocation <= Irp->StackCount + 1,
        "IRP %p completed twice (bugcheck 0x44)", (void *)Irp);
    HOST_CHECK(Irp->CancelRoutine == NULL, "IRP %p completed with a cancel routine set", (void *)Irp);
    HOST_CHECK(Irp->IoStatus.Status != STATUS_PENDING, "IRP %p completed with STATUS_PENDING", (void *)Irp);
    PIO_STACK_LOCATION Left = IoGetCurrentIrpStackLocation(Irp);
    Irp->CurrentLocation++;
    Irp->Tail.Overlay.CurrentStackLocation++;
    while (Irp->CurrentLocation <= Irp->StackCount + 1) {
        Irp->PendingReturned = Left->Control & SL_PENDING_RETURNED;
        if (Left->CompletionRoutine != NULL && Wanted(Left, Irp)) {
            bool Top = Irp->CurrentLocation == Irp->StackCount + 1; /* the creator has no location, so no device */
            PDEVICE_OBJECT Device = Top ? NULL : IoGetCurrentIrpStackLocation(Irp)->DeviceObject;
            PIO_COMPLETION_ROUTINE Routine = Left->CompletionRoutine;
            PVOID Context = Left->Context;
            /* The I/O manager clears what it leaves, but not the routine and its context. */
            if (!KeepsLocations) {
                Left->MinorFunction = Left->Flags = Left->Control = 0;
                memset(&Left->Parameters, 0, sizeof Left->Parameters);
                Left->FileObject = NULL;
            }
            KIRQL Before = KeGetCurrentIrql();
            NTSTATUS Status = Routine(Device, Irp, Context);
            HOST_CHECK(KeGetCurrentIrql() == Before, "completion routine changed the IRQL from %u to %u", Before,
                KeGetCurrentIrql());
            if (Status == STATUS_MORE_PROCESSING_REQUIRED)
                return;
        } else if (Irp->PendingReturned && Irp->CurrentLocation <= Irp->StackCount) {
            IoMarkIrpPending(Irp);
        }
        Left++;
        Irp->CurrentLocation++;
        Irp->Tail.Overlay.CurrentStackLocation++;
    }
    HostIrpFinish(Irp);
}

NTSTATUS IofCallDriver(PDEVICE_OBJECT Device, PIRP Irp)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(Irp->CurrentLocation > 1, "IoCallDriver: IRP %p has no stack location left (bugcheck 0x35)", (void *)Irp);
    IoSetNextIrpStackLocation(Irp);
    PIO_STACK_LOCATION Location = IoGetCurrentIrpStackLocation(Irp);
    Location->DeviceObject = Device;
    PDRIVER_DISPATCH Dispatch = Device->DriverObject->MajorFunction[Location->MajorFunction];
    HOST_CHECK(Dispatch != NULL, "IoCallDriver: no routine for major function 0x%x", Location->MajorFunction);
    return Dispatch(Device, Irp);
}
