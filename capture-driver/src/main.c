/* The doors of all rooms, in order, and back. */
#include "callback.h"
#include "device.h"
#include "dump.h"
#include "event.h"
#include "fault.h"
#include "hash.h"
#include "indication.h"
#include "irp.h"
#include "late.h"
#include "mdl.h"
#include "op.h"
#include "pool.h"
#include "ring.h"
#include "shim.h"
#include "target.h"

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD Unload;

/* Called only while nothing of ours can be reached (device.h). */
_Use_decl_annotations_
static VOID NTAPI
Unload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    DeviceUninitialize();
    TargetUninitialize();
    FaultUninitialize();
    EventUninitialize();
    ShimUninitialize();
    IndicationUninitialize();
    CallbackUninitialize();
    PoolUninitialize();
    IrpUninitialize();
    MdlUninitialize();
    OpUninitialize();
    PayloadUninitialize();
    DumpUninitialize();
    RingUninitialize();
}

/* Rings and completion slots are made by the first start, which says how large; a setting may ask for it at once. */
_Use_decl_annotations_
NTSTATUS NTAPI
DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS Status;

    LateInitialize();
    Status = PayloadInitialize();
    if (!NT_SUCCESS(Status))
        return Status;
    Status = MdlInitialize();
    if (!NT_SUCCESS(Status))
        goto payload;
    Status = IrpInitialize();
    if (!NT_SUCCESS(Status))
        goto mdl;
    Status = PoolInitialize();
    if (!NT_SUCCESS(Status))
        goto irp;
    Status = CallbackInitialize();
    if (!NT_SUCCESS(Status))
        goto pool;
    Status = IndicationInitialize();
    if (!NT_SUCCESS(Status))
        goto callback;
    Status = ShimInitialize();
    if (!NT_SUCCESS(Status))
        goto indication;
    EventInitialize();
    FaultInitialize();
    Status = TargetInitialize();
    if (!NT_SUCCESS(Status))
        goto event;
    Status = DeviceInitialize(DriverObject, Unload, RegistryPath);
    if (!NT_SUCCESS(Status))
        goto target;
    return STATUS_SUCCESS;

target:
    TargetUninitialize();
event:
    EventUninitialize();
    ShimUninitialize();
indication:
    IndicationUninitialize();
callback:
    CallbackUninitialize();
pool:
    PoolUninitialize();
irp:
    IrpUninitialize();
mdl:
    MdlUninitialize();
payload:
    PayloadUninitialize();
    return Status;
}
