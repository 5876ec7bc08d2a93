/*
 * Devices, symbolic links and requests from user mode. A METHOD_BUFFERED system buffer has exactly the documented
 * size, so that the address sanitizer sees a driver that reads or writes past a length it did not check.
 */
#include <stdlib.h>
#include <string.h>

#include "host.h"

#define NAMES 16

static struct {
    WCHAR Name[96];
    WCHAR Target[96];
    PDEVICE_OBJECT Device;
} Names[NAMES];

static void Text(WCHAR *To, PCUNICODE_STRING From)
{
    HOST_CHECK(From->Length / 2 < 96, "object name too long");
    memcpy(To, From->Buffer, From->Length);
    To[From->Length / 2] = 0;
}

static int Find(const WCHAR *Name)
{
    UNICODE_STRING Wanted, Have;
    RtlInitUnicodeString(&Wanted, Name);
    for (int i = 0; i < NAMES; i++) {
        RtlInitUnicodeString(&Have, Names[i].Name);
        if (Names[i].Name[0] != 0 && RtlEqualUnicodeString(&Wanted, &Have, TRUE))
            return i;
    }
    return -1;
}

static int Free(void)
{
    for (int i = 0; i < NAMES; i++)
        if (Names[i].Name[0] == 0)
            return i;
    HostFail("more than %d object names", NAMES);
}

NTSTATUS IoCreateDevice(PDRIVER_OBJECT Driver, ULONG ExtensionSize, PUNICODE_STRING Name, DEVICE_TYPE Type,
    ULONG Characteristics, BOOLEAN Exclusive, PDEVICE_OBJECT *Device)
{
    WCHAR Key[96];
    (void)Exclusive;
    HOST_IRQL_MAX(APC_LEVEL);
    if (Name != NULL) {
        Text(Key, Name);
        if (Find(Key) >= 0)
            return STATUS_OBJECT_NAME_COLLISION;
    }
    PDEVICE_OBJECT New = calloc(1, sizeof *New);
    New->Type = IO_TYPE_DEVICE;
    New->Size = (USHORT)(sizeof *New + ExtensionSize);
    New->DriverObject = Driver;
    New->DeviceType = Type;
    New->Characteristics = Characteristics;
    New->StackSize = 1;
    New->Flags = DO_DEVICE_INITIALIZING;
    New->DeviceExtension = ExtensionSize ? calloc(1, ExtensionSize) : NULL;
    New->NextDevice = Driver->DeviceObject;
    Driver->DeviceObject = New;
    if (Name != NULL) {
        int i = Free();
        Text(Names[i].Name, Name);
        Names[i].Device = New;
    }
    *Device = New;
    return STATUS_SUCCESS;
}

VOID IoDeleteDevice(PDEVICE_OBJECT Device)
{
    HOST_IRQL_MAX(APC_LEVEL);
    HOST_CHECK(Device->ReferenceCount == 0, "IoDeleteDevice of a device that is open");
    PDEVICE_OBJECT *Link = &Device->DriverObject->DeviceObject;
    while (*Link != NULL && *Link != Device)
        Link = &(*Link)->NextDevice;
    HOST_CHECK(*Link == Device, "IoDeleteDevice(%p): not a device of its driver", (void *)Device);
    *Link = Device->NextDevice;
    for (int i = 0; i < NAMES; i++)
        if (Names[i].Device == Device)
            Names[i].Name[0] = 0, Names[i].Device = NULL;
    HostSecurityForget(Device);
    free(Device->DeviceExtension);
    free(Device);
}

NTSTATUS IoCreateSymbolicLink(PUNICODE_STRING Link, PUNICODE_STRING Target)
{
    WCHAR Key[96];
    HOST_PASSIVE();
    Text(Key, Link);
    if (Find(Key) >= 0)
        return STATUS_OBJECT_NAME_COLLISION;
    int i = Free();
    Text(Names[i].Name, Link);
    Text(Names[i].Target, Target);
    return STATUS_SUCCESS;
}

NTSTATUS IoDeleteSymbolicLink(PUNICODE_STRING Link)
{
    WCHAR Key[96];
    HOST_PASSIVE();
    Text(Key, Link);
    int i = Find(Key);
    if (i < 0 || Names[i].Device != NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    Names[i].Name[0] = 0;
    return STATUS_SUCCESS;
}

void HostIrpFinish(PIRP Irp)
{
    if (HostIrpForgivesTop() && Irp->UserIosb == NULL)
        return;
    HOST_CHECK(Irp->UserIosb != NULL, "IRP %p, which no thread sent, completed to the top: its creator's routine did "
        "not return STATUS_MORE_PROCESSING_REQUIRED, or it completed twice", (void *)Irp);
    PKEVENT Done = Irp->UserEvent;
    *Irp->UserIosb = Irp->IoStatus;
    KeSetEvent(Done, 0, FALSE);
}

static __thread KPROCESSOR_MODE Mode = UserMode; /* of who sends */

static NTSTATUS Send(HOST_FILE *File, UCHAR Major, ULONG Code, PVOID In, ULONG InLength, PVOID Out, ULONG OutLength,
    PVOID System, PIO_STATUS_BLOCK Result)
{
    KEVENT Done;
    PDRIVER_DISPATCH Routine = File->Device->DriverObject->MajorFunction[Major];
    if (Routine == NULL)
        return Result->Status = STATUS_INVALID_DEVICE_REQUEST;
    PIRP Irp = IoAllocateIrp(File->Device->StackSize, FALSE);
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    Irp->UserEvent = &Done;
    Irp->UserIosb = Result;
    Irp->RequestorMode = Mode;
    Irp->Tail.Overlay.Thread = PsGetCurrentThread();
    Irp->Tail.Overlay.OriginalFileObject = &File->File;
    Irp->AssociatedIrp.SystemBuffer = System;
    Irp->UserBuffer = Out;
    PIO_STACK_LOCATION Next = IoGetNextIrpStackLocation(Irp);
    Next->MajorFunction = Major;
    Next->FileObject = &File->File;
    Next->Parameters.DeviceIoControl.IoControlCode = Code;
    Next->Parameters.DeviceIoControl.InputBufferLength = InLength;
    Next->Parameters.DeviceIoControl.OutputBufferLength = OutLength;
    Next->Parameters.DeviceIoControl.Type3InputBuffer = In;
    PMDL Mdl = NULL;
    if (Major == IRP_MJ_DEVICE_CONTROL && (Code & 3) != METHOD_BUFFERED && (Code & 3) != METHOD_NEITHER && OutLength) {
        Mdl = IoAllocateMdl(Out, OutLength, FALSE, FALSE, Irp);
        MmProbeAndLockPages(Mdl, KernelMode, (Code & 3) == METHOD_OUT_DIRECT ? IoWriteAccess : IoReadAccess);
    }
    IoSetNextIrpStackLocation(Irp);
    IoGetCurrentIrpStackLocation(Irp)->DeviceObject = File->Device;
    NTSTATUS Status = Routine(File->Device, Irp);
    HOST_CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL, "a dispatch routine returned at IRQL %u", KeGetCurrentIrql());
    if (Status == STATUS_PENDING)
        HOST_CHECK(IoGetCurrentIrpStackLocation(Irp) != NULL, "no location");
    else
        HOST_CHECK(KeReadStateEvent(&Done), "dispatch routine returned 0x%x without completing the IRP", (ULONG)Status);
    KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    HOST_CHECK(Status == STATUS_PENDING || Status == Result->Status,
        "dispatch routine returned 0x%x and completed the IRP with 0x%x", (ULONG)Status, (ULONG)Result->Status);
    if (Mdl != NULL) {
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    IoFreeIrp(Irp);
    return Result->Status;
}

static bool MayLoadDrivers = true;

void HostPrivileged(bool Privileged)
{
    MayLoadDrivers = Privileged;
}

BOOLEAN SeSinglePrivilegeCheck(LUID Privilege, KPROCESSOR_MODE Mode)
{
    HOST_PASSIVE();
    HOST_CHECK(Privilege.LowPart == SE_LOAD_DRIVER_PRIVILEGE, "privilege %u is not known here", Privilege.LowPart);
    return Mode == KernelMode || MayLoadDrivers;
}

static HOST_CALLER Caller;
static void (*OnOpen)(void);

void HostCaller(HOST_CALLER Who)
{
    Caller = Who;
}

void HostOnOpen(void (*Routine)(void))
{
    OnOpen = Routine;
}

NTSTATUS HostOpen(HOST_FILE *File, const WCHAR *Name)
{
    IO_STATUS_BLOCK Result;
    void (*Routine)(void) = OnOpen;
    int i = Find(Name);
    if (i >= 0 && Names[i].Device == NULL)
        i = Find(Names[i].Target);
    if (i < 0)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (CONTAINING_RECORD(Names[i].Device->DriverObject, HOST_DRIVER, Object)->UnloadPending)
        return STATUS_NO_SUCH_DEVICE;
    if (Names[i].Device->Flags & DO_DEVICE_INITIALIZING)
        return STATUS_NO_SUCH_DEVICE;
    if (Mode == UserMode && !HostAdmits(Names[i].Device, Caller, FILE_GENERIC_READ | FILE_GENERIC_WRITE))
        return STATUS_ACCESS_DENIED;
    *File = (HOST_FILE) {.Device = Names[i].Device, .File = {.Type = IO_TYPE_FILE, .DeviceObject = Names[i].Device}};
    InterlockedIncrement(&File->Device->ReferenceCount);
    if (Mode == UserMode && Routine != NULL) {
        OnOpen = NULL;
        Routine();
    }
    NTSTATUS Status = Send(File, IRP_MJ_CREATE, 0, NULL, 0, NULL, 0, NULL, &Result);
    if (!NT_SUCCESS(Status))
        InterlockedDecrement(&File->Device->ReferenceCount);
    return Status;
}

NTSTATUS HostIoctl(HOST_FILE *File, ULONG Code, const void *In, ULONG InLength, void *Out, ULONG OutLength,
    ULONG_PTR *Information)
{
    IO_STATUS_BLOCK Result = {.Status = STATUS_UNSUCCESSFUL};
    ULONG Method = Code & 3;
    ULONG Room = Method == METHOD_BUFFERED ? max(InLength, OutLength) : InLength;
    PUCHAR System = Room && Method != METHOD_NEITHER ? malloc(Room) : NULL;
    if (System != NULL) {
        memset(System, 0xcd, Room);
        if (InLength)
            memcpy(System, In, InLength);
    }
    NTSTATUS Status = Send(File, IRP_MJ_DEVICE_CONTROL, Code, (PVOID)(ULONG_PTR)In, InLength, Out, OutLength, System,
        &Result);
    if (Method == METHOD_BUFFERED && !NT_ERROR(Status)) {
        HOST_CHECK(Result.Information <= OutLength, "the request returns %zu bytes to a caller that gave %u",
            (size_t)Result.Information, OutLength);
        if (Result.Information)
            memcpy(Out, System, Result.Information);
    }
    free(System);
    if (Information != NULL)
        *Information = Result.Information;
    return Status;
}

void HostRequestMode(KPROCESSOR_MODE New)
{
    Mode = New;
}

NTSTATUS HostRequest(HOST_FILE *File, UCHAR Major)
{
    IO_STATUS_BLOCK Result;
    HOST_CHECK(Major != IRP_MJ_CREATE && Major != IRP_MJ_CLOSE && Major <= IRP_MJ_MAXIMUM_FUNCTION,
        "HostRequest: the I/O manager sends major %u with an open and a close only", Major);
    return Send(File, Major, 0, NULL, 0, NULL, 0, NULL, &Result);
}

void HostClose(HOST_FILE *File)
{
    IO_STATUS_BLOCK Result;
    Send(File, IRP_MJ_CLEANUP, 0, NULL, 0, NULL, 0, NULL, &Result);
    Send(File, IRP_MJ_CLOSE, 0, NULL, 0, NULL, 0, NULL, &Result);
    PDRIVER_OBJECT Driver = File->Device->DriverObject;
    LONG Left = InterlockedDecrement(&File->Device->ReferenceCount);
    File->Device = NULL;
    if (Left == 0)
        HostDeviceClosed(Driver);
}

/* What a driver opens: kernel mode, so nobody measures it by the device's descriptor. */
NTSTATUS ZwOpenFile(PHANDLE Handle, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes, PIO_STATUS_BLOCK Result,
    ULONG Share, ULONG Options)
{
    WCHAR Name[96];
    (void)Access, (void)Share, (void)Options;
    HOST_PASSIVE();
    HOST_CHECK(Attributes->Attributes & OBJ_KERNEL_HANDLE, "ZwOpenFile without OBJ_KERNEL_HANDLE");
    Text(Name, Attributes->ObjectName);
    HOST_FILE *File = malloc(sizeof *File);
    KPROCESSOR_MODE Before = Mode;
    Mode = KernelMode;
    NTSTATUS Status = HostOpen(File, Name);
    Mode = Before;
    if (NT_SUCCESS(Status))
        *Handle = HostHandleOpen(HostFileObject, File);
    else
        free(File);
    *Result = (IO_STATUS_BLOCK) {.Status = Status};
    return Status;
}

void HostFileClosed(PVOID File)
{
    KPROCESSOR_MODE Before = Mode;
    Mode = KernelMode;
    HostClose(File);
    Mode = Before;
    free(File);
}
