/*
 * Devices, requests, the registry, and ETW of the fake kernel.
 */
#include <string.h>

#include "host.h"
#include "test.h"

#define DOUBLE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define OVERRUN CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define LEAK CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define FORGET CTL_CODE(FILE_DEVICE_UNKNOWN, 0x804, METHOD_BUFFERED, FILE_ANY_ACCESS)

static HOST_DRIVER Driver;
static HOST_FILE File;

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS CreateClose(PDEVICE_OBJECT Device, PIRP Irp)
{
    (void)Device;
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS Control(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Location = IoGetCurrentIrpStackLocation(Irp);
    PULONG Buffer = Irp->AssociatedIrp.SystemBuffer;
    (void)Device;
    switch (Location->Parameters.DeviceIoControl.IoControlCode) {
    case DOUBLE:
        *Buffer *= 2;
        return Complete(Irp, STATUS_SUCCESS, 4);
    case OVERRUN:
        ((volatile ULONG *)Buffer)[4] = 1;
        return Complete(Irp, STATUS_SUCCESS, 4);
    case LEAK:
        return Complete(Irp, STATUS_SUCCESS, Location->Parameters.DeviceIoControl.OutputBufferLength + 1);
    default:
        return STATUS_SUCCESS; /* forgets to complete */
    }
}

static VOID Unload(PDRIVER_OBJECT Object)
{
    UNICODE_STRING Link = RTL_CONSTANT_STRING(L"\\DosDevices\\Test");
    IoDeleteSymbolicLink(&Link);
    IoDeleteDevice(Object->DeviceObject);
}

static NTSTATUS Entry(PDRIVER_OBJECT Object, PUNICODE_STRING Path)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Device\\Test"), Link = RTL_CONSTANT_STRING(L"\\DosDevices\\Test");
    PDEVICE_OBJECT Device;
    (void)Path;
    Object->MajorFunction[IRP_MJ_CREATE] = Object->MajorFunction[IRP_MJ_CLOSE] = CreateClose;
    Object->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    Object->DriverUnload = Unload;
    CHECK_STATUS(STATUS_SUCCESS,
        IoCreateDevice(Object, 0, &Name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, &Device));
    return IoCreateSymbolicLink(&Link, &Name);
}

static void Start(void)
{
    CHECK_STATUS(STATUS_SUCCESS, HostDriverStart(&Driver, "test", Entry));
    CHECK_STATUS(STATUS_SUCCESS, HostOpen(&File, L"\\DosDevices\\Test"));
}

TEST(a_request_reaches_the_driver_and_its_answer_comes_back)
{
    ULONG In = 21, Out = 0;
    ULONG_PTR Information = 0;
    Start();
    CHECK_STATUS(STATUS_SUCCESS, HostIoctl(&File, DOUBLE, &In, 4, &Out, 4, &Information));
    CHECK_EQUAL(42, Out);
    CHECK_EQUAL(4, Information);
    HostClose(&File);
    CHECK_STATUS(STATUS_SUCCESS, HostDriverUnload(&Driver));
    CHECK_STATUS(STATUS_OBJECT_NAME_NOT_FOUND, HostOpen(&File, L"\\DosDevices\\Test"));
    CHECK_EQUAL(0, HostIrps());
}

TEST(an_unload_waits_for_the_last_file_and_admits_nobody_meanwhile)
{
    HOST_FILE Second;
    Start();
    CHECK_STATUS(STATUS_PENDING, HostDriverUnload(&Driver));
    CHECK_STATUS(STATUS_NO_SUCH_DEVICE, HostOpen(&Second, L"\\DosDevices\\Test"));
    CHECK(HostDriverIsLoaded(&Driver));
    HostClose(&File);
    CHECK(!HostDriverIsLoaded(&Driver));
}

static void Send(ULONG Code)
{
    ULONG In[2] = {0}, Out[2];
    Start();
    HostIoctl(&File, Code, In, 8, Out, 8, NULL);
}

static void SendOverrun(void)
{
    Send(OVERRUN);
}

static void SendLeak(void)
{
    Send(LEAK);
}

static void SendForget(void)
{
    Send(FORGET);
}

static void UnloadOfNothing(void)
{
    Start();
    HostDriverUnload(&Driver);
    Driver.Object.DriverUnload = NULL;
    HostClose(&File);
}

TEST(a_driver_that_mishandles_a_request_ends_the_test)
{
#ifdef __SANITIZE_ADDRESS__
    CHECK_DIES(SendOverrun, "heap-buffer-overflow");
#else
    (void)SendOverrun;
#endif
    CHECK_DIES(SendLeak, "returns 9 bytes to a caller that gave 8");
    CHECK_DIES(SendForget, "without completing the IRP");
    CHECK_DIES(UnloadOfNothing, "finds DriverUnload NULL");
}

TEST(a_registry_value_is_found_below_its_key)
{
    UNICODE_STRING Path = RTL_CONSTANT_STRING(L"\\registry\\test"), Sub = RTL_CONSTANT_STRING(L"Parameters"),
                   Name = RTL_CONSTANT_STRING(L"port"), Other = RTL_CONSTANT_STRING(L"other");
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key, SubKey;
    ULONG Needed;
    union {
        KEY_VALUE_PARTIAL_INFORMATION Info;
        UCHAR Bytes[64];
    } Value;
    HostRegistrySet(L"\\Registry\\Test\\Parameters", L"Port", REG_DWORD, &(ULONG) {7}, 4);
    InitializeObjectAttributes(&Attributes, &Path, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    CHECK_STATUS(STATUS_SUCCESS, ZwOpenKey(&Key, KEY_READ, &Attributes));
    InitializeObjectAttributes(&Attributes, &Sub, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, Key, NULL);
    CHECK_STATUS(STATUS_SUCCESS, ZwOpenKey(&SubKey, KEY_READ, &Attributes));
    CHECK_STATUS(STATUS_SUCCESS,
        ZwQueryValueKey(SubKey, &Name, KeyValuePartialInformation, &Value, sizeof Value, &Needed));
    CHECK_EQUAL(7, *(ULONG *)Value.Info.Data);
    CHECK_STATUS(STATUS_BUFFER_OVERFLOW, ZwQueryValueKey(SubKey, &Name, KeyValuePartialInformation, &Value, 12, &Needed));
    CHECK_STATUS(STATUS_OBJECT_NAME_NOT_FOUND,
        ZwQueryValueKey(SubKey, &Other, KeyValuePartialInformation, &Value, sizeof Value, &Needed));
    ZwClose(SubKey);
    ZwClose(Key);
    Attributes.RootDirectory = NULL;
    CHECK_STATUS(STATUS_OBJECT_NAME_NOT_FOUND, ZwOpenKey(&Key, KEY_READ, &Attributes));
}

static ULONG EnabledTo = 99;

static VOID Enabled(LPCGUID Source, ULONG Control, UCHAR Level, ULONGLONG Any, ULONGLONG All, PEVENT_FILTER_DESCRIPTOR F,
    PVOID Context)
{
    (void)Source, (void)Level, (void)Any, (void)All, (void)F, (void)Context;
    EnabledTo = Control;
}

TEST(an_enabled_provider_records_what_is_written)
{
    static HOST_ETW_EVENT Events[2];
    const GUID Id = {1, 2, 3, {0}};
    const EVENT_DESCRIPTOR Descriptor = {.Id = 30, .Level = 5, .Keyword = 4};
    EVENT_DATA_DESCRIPTOR Data[2];
    REGHANDLE Handle;
    CHECK_STATUS(STATUS_SUCCESS, EtwRegister(&Id, Enabled, NULL, &Handle));
    EventDataDescCreate(&Data[0], "ab", 2);
    EventDataDescCreate(&Data[1], "c", 1);
    EtwWrite(Handle, &Descriptor, NULL, 2, Data);
    CHECK_EQUAL(0, HostEtwEvents(Events, 2));
    HostEtwEnable(true, 5, ~0ull);
    CHECK_EQUAL(1, EnabledTo);
    EtwWrite(Handle, &Descriptor, NULL, 2, Data);
    HostEtwAnswer(STATUS_NO_MEMORY);
    CHECK_STATUS(STATUS_NO_MEMORY, EtwWrite(Handle, &Descriptor, NULL, 2, Data));
    CHECK_EQUAL(1, HostEtwEvents(Events, 2));
    CHECK(Events[0].Size == 3 && memcmp(Events[0].Payload, "abc", 3) == 0 && Events[0].Descriptor.Id == 30);
    EtwUnregister(Handle);
}
