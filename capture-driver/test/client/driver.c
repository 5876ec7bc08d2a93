/*
 * The driver around a client: parameters, a control device that tells the state, and the thread that runs the client.
 *
 * Parameters (REG_DWORD values below the service's Parameters key):
 *   Address       of the peer, high byte first; 0x7F000001, 127.0.0.1, unless told
 *   Port          of the peer; the client fails without it
 *   PayloadBytes  of the great send, 1 to 64 MiB; 8 MiB unless told
 *   Fills         how many such sends may complete at once before one stays in flight; 0 unless told
 *   UseDisconnect 0 where the provider has no WskDisconnect; 1 unless told
 *   SocketCount, SendCount, Victim
 *                 for the clients that have so many connections and sends (client.h); 1, 1 and 0 unless told
 */
#include "client.h"

#define DEFAULT_PAYLOAD_BYTES (8u << 20)
#define MAXIMUM_PAYLOAD_BYTES (64u << 20)

/* The device extension: nonpaged, and there as long as the driver is. */
typedef struct _EXTENSION {
    CLIENT Client;
    PKTHREAD Thread;
    PFILE_OBJECT Driver; /* by which IOCTL_CLIENT_DRIVE came: of the first that it did */
} EXTENSION, *PEXTENSION;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD DriverUnload;
static DRIVER_DISPATCH DispatchCreate;
static DRIVER_DISPATCH DispatchClose;
static DRIVER_DISPATCH DispatchDeviceControl;
static KSTART_ROUTINE ClientThread;

static ULONG
ReadDword(HANDLE Key, PCWSTR Name, ULONG Default)
{
    struct {
        KEY_VALUE_PARTIAL_INFORMATION Information;
        UCHAR Rest[sizeof(ULONG)];
    } Value;
    UNICODE_STRING ValueName;
    ULONG Length;
    ULONG Number = Default;
    NTSTATUS Status;

    RtlInitUnicodeString(&ValueName, Name);
    Status = ZwQueryValueKey(Key, &ValueName, KeyValuePartialInformation, &Value, sizeof(Value), &Length);
    if (NT_SUCCESS(Status) && Value.Information.Type == REG_DWORD && Value.Information.DataLength == sizeof(Number))
        RtlCopyMemory(&Number, Value.Information.Data, sizeof(Number));
    return Number;
}

static NTSTATUS
ReadParameters(PUNICODE_STRING RegistryPath, PCLIENT Client)
{
    UNICODE_STRING SubKey = RTL_CONSTANT_STRING(L"Parameters");
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Service;
    HANDLE Parameters;
    NTSTATUS Status;
    ULONG Port;

    InitializeObjectAttributes(&Attributes, RegistryPath, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = ZwOpenKey(&Service, KEY_READ, &Attributes);
    if (!NT_SUCCESS(Status))
        return Status;
    InitializeObjectAttributes(&Attributes, &SubKey, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Service, NULL);
    Status = ZwOpenKey(&Parameters, KEY_READ, &Attributes);
    if (!NT_SUCCESS(Status))
        goto closeService;

    Port = ReadDword(Parameters, L"Port", 0);
    Client->Address = ReadDword(Parameters, L"Address", CLIENT_LOOPBACK);
    Client->Port = (USHORT)Port;
    Client->PayloadBytes = ReadDword(Parameters, L"PayloadBytes", DEFAULT_PAYLOAD_BYTES);
    Client->Fills = ReadDword(Parameters, L"Fills", 0);
    Client->UseDisconnect = ReadDword(Parameters, L"UseDisconnect", 1) != 0;
    Client->SocketCount = ReadDword(Parameters, L"SocketCount", 1);
    Client->SendCount = ReadDword(Parameters, L"SendCount", 1);
    Client->Victim = ReadDword(Parameters, L"Victim", 0);
    if (Port == 0 || Port > MAXUSHORT || Client->PayloadBytes == 0 || Client->PayloadBytes > MAXIMUM_PAYLOAD_BYTES ||
        Client->SocketCount == 0 || Client->SocketCount > CLIENT_SOCKETS || Client->SendCount == 0 ||
        Client->SendCount > CLIENT_TRANSFERS / Client->SocketCount - 1 ||
        Client->Victim >= Client->SocketCount * Client->SendCount)
        Status = STATUS_INVALID_PARAMETER;
    ZwClose(Parameters);

closeService:
    ZwClose(Service);
    return Status;
}

static VOID NTAPI
ClientThread(PVOID Context)
{
    PCLIENT Client = Context;
    NTSTATUS Status;

    Status = ClientInitialize(Client);
    if (NT_SUCCESS(Status))
        Status = ClientRun(Client);
    ClientSetState(Client, CLIENT_FINISHED, Status);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS
StartThread(PEXTENSION Extension)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Thread;
    NTSTATUS Status;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = PsCreateSystemThread(&Thread, THREAD_ALL_ACCESS, &Attributes, NULL, NULL, ClientThread, &Extension->Client);
    if (!NT_SUCCESS(Status))
        return Status;
    /* The handle is good, so this does not fail. No PsThreadType: importing data takes more than mingw gives a driver. */
    Status = ObReferenceObjectByHandle(Thread, SYNCHRONIZE, NULL, KernelMode, (PVOID *)&Extension->Thread, NULL);
    NT_ASSERT(NT_SUCCESS(Status));
    ZwClose(Thread);
    return STATUS_SUCCESS;
}

static NTSTATUS
Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI
DispatchCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI
DispatchClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PEXTENSION Extension = DeviceObject->DeviceExtension;

    if (IoGetCurrentIrpStackLocation(Irp)->FileObject == Extension->Driver)
        KeSetEvent(&Extension->Client.Undriven, IO_NO_INCREMENT, FALSE);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS
Drive(PEXTENSION Extension, PFILE_OBJECT Driver)
{
    if (InterlockedCompareExchangePointer((PVOID volatile *)&Extension->Driver, Driver, NULL) != NULL)
        return STATUS_DEVICE_BUSY;
    KeSetEvent(&Extension->Client.Driven, IO_NO_INCREMENT, FALSE);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI
DispatchDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Location = IoGetCurrentIrpStackLocation(Irp);
    PEXTENSION Extension = DeviceObject->DeviceExtension;

    if (Location->Parameters.DeviceIoControl.IoControlCode == IOCTL_CLIENT_DRIVE)
        return Complete(Irp, Drive(Extension, Location->FileObject), 0);
    if (Location->Parameters.DeviceIoControl.IoControlCode != IOCTL_CLIENT_STATE)
        return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    if (Location->Parameters.DeviceIoControl.OutputBufferLength < sizeof(CLIENT_STATE))
        return Complete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    ClientReadState(&Extension->Client, Irp->AssociatedIrp.SystemBuffer);
    return Complete(Irp, STATUS_SUCCESS, sizeof(CLIENT_STATE));
}

static VOID NTAPI
DriverUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING Link = RTL_CONSTANT_STRING(CLIENT_LINK_NAME);
    PEXTENSION Extension = DriverObject->DeviceObject->DeviceExtension;

    /* A client that nobody has driven would wait for ever. */
    KeSetEvent(&Extension->Client.Driven, IO_NO_INCREMENT, FALSE);
    KeSetEvent(&Extension->Client.Undriven, IO_NO_INCREMENT, FALSE);
    (VOID) KeWaitForSingleObject(Extension->Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Extension->Thread);
    ClientUninitialize(&Extension->Client);
    IoDeleteSymbolicLink(&Link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI
DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(CLIENT_DEVICE_NAME);
    UNICODE_STRING Link = RTL_CONSTANT_STRING(CLIENT_LINK_NAME);
    PDEVICE_OBJECT Device;
    PEXTENSION Extension;
    NTSTATUS Status;

    Status = IoCreateDevice(
        DriverObject, sizeof(EXTENSION), &Name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Extension = Device->DeviceExtension; /* zeroed by the I/O manager */
    KeInitializeSpinLock(&Extension->Client.StateLock);
    KeInitializeEvent(&Extension->Client.Driven, NotificationEvent, FALSE);
    KeInitializeEvent(&Extension->Client.Undriven, NotificationEvent, FALSE);

    Status = ReadParameters(RegistryPath, &Extension->Client);
    if (!NT_SUCCESS(Status))
        goto deleteDevice;
    Status = IoCreateSymbolicLink(&Link, &Name);
    if (!NT_SUCCESS(Status))
        goto deleteDevice;

    DriverObject->MajorFunction[IRP_MJ_CREATE] = DispatchCreate;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = DispatchClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = DispatchDeviceControl;
    DriverObject->DriverUnload = DriverUnload;
    Status = StartThread(Extension);
    if (!NT_SUCCESS(Status))
        goto deleteLink;
    return STATUS_SUCCESS;

deleteLink:
    IoDeleteSymbolicLink(&Link);
deleteDevice:
    IoDeleteDevice(Device);
    return Status;
}
