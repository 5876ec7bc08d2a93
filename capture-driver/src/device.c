#include "device.h"

#include "control.h"
#include "ioctl.h"
#include "security.h"
#include "unload.h"

static struct {
    PDEVICE_OBJECT Object;
    KEVENT Free; /* one request at a time */
    ULONG Handles;
    BOOLEAN Linked;
} Device;

/* While stopped no target is patched any more, so what is not held now will not be held later. With the device open it
   could be: a start may come. */
static VOID
AllowUnload(VOID)
{
    if (Device.Handles || ControlHolds())
        UnloadRefuse();
    else
        UnloadAllow();
}

static VOID
Acquire(VOID)
{
    KeWaitForSingleObject(&Device.Free, Executive, KernelMode, FALSE, NULL);
}

static VOID
Release(VOID)
{
    KeSetEvent(&Device.Free, IO_NO_INCREMENT, FALSE);
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
    if (UnloadOpens(IoGetCurrentIrpStackLocation(Irp)->FileObject))
        return Complete(Irp, STATUS_SUCCESS, 0);
    LUID Privilege = {.LowPart = SE_LOAD_DRIVER_PRIVILEGE};
    BOOLEAN May = SeSinglePrivilegeCheck(Privilege, Irp->RequestorMode);
    if (!May)
        return Complete(Irp, STATUS_PRIVILEGE_NOT_HELD, 0);
    Acquire();
    Device.Handles++;
    AllowUnload();
    Release();
    return Complete(Irp, STATUS_SUCCESS, 0);
}

_Use_decl_annotations_
static NTSTATUS NTAPI
OnClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    if (UnloadOwns(IoGetCurrentIrpStackLocation(Irp)->FileObject))
        return Complete(Irp, STATUS_SUCCESS, 0);
    Acquire();
    Device.Handles--;
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
    NTSTATUS Status = ControlServe(
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
DeviceInitialize(PDRIVER_OBJECT DriverObject, PDRIVER_UNLOAD Unload, const UNICODE_STRING *RegistryPath)
{
    UNICODE_STRING Name, Link;
    RtlInitUnicodeString(&Name, WSKT_DEVICE_NAME);
    RtlInitUnicodeString(&Link, WSKT_LINK_NAME);

    RtlZeroMemory(&Device, sizeof(Device));
    KeInitializeEvent(&Device.Free, SynchronizationEvent, TRUE);
    UnloadInitialize(DriverObject, Unload, WSKT_DEVICE_NAME);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = OnCreate;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = OnClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = OnDeviceControl;

    NTSTATUS Status = IoCreateDevice(
        DriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, &Device.Object);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SecurityAdministratorsOnly(Device.Object);
    if (!NT_SUCCESS(Status))
        goto device;
    Status = IoCreateSymbolicLink(&Link, &Name);
    if (!NT_SUCCESS(Status))
        goto device;
    Device.Linked = TRUE;
    ControlTakeSettings(RegistryPath);
    AllowUnload();
    return STATUS_SUCCESS;

device:
    DeviceUninitialize();
    return Status;
}

_Use_decl_annotations_
VOID
DeviceUninitialize(VOID)
{
    if (Device.Linked) {
        UNICODE_STRING Link;
        RtlInitUnicodeString(&Link, WSKT_LINK_NAME);
        IoDeleteSymbolicLink(&Link);
    }
    if (Device.Object)
        IoDeleteDevice(Device.Object);
    Device.Linked = FALSE;
    Device.Object = NULL;
}
