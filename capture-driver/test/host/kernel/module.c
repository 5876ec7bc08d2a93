/*
 * Loading and unloading drivers, with the kernel's order of steps: imports bound, image-load notification, DriverEntry.
 */
#include <dlfcn.h>
#include <string.h>
#include <sys/mman.h>

#include "host.h"

static LIST_ENTRY Drivers = {&Drivers, &Drivers};

NTSTATUS ObReferenceObjectByName(PUNICODE_STRING Name, ULONG Attributes, PVOID AccessState, ACCESS_MASK Access,
    POBJECT_TYPE Type, KPROCESSOR_MODE Mode, PVOID ParseContext, PVOID *Object)
{
    (void)AccessState, (void)Access, (void)Mode, (void)ParseContext;
    HOST_PASSIVE();
    HOST_CHECK(Type == *IoDriverObjectType, "ObReferenceObjectByName: only drivers have names here");
    for (PLIST_ENTRY E = Drivers.Flink; E != &Drivers; E = E->Flink) {
        HOST_DRIVER *Driver = CONTAINING_RECORD(E, HOST_DRIVER, Link);
        if (RtlEqualUnicodeString(Name, &Driver->Object.DriverName, (Attributes & OBJ_CASE_INSENSITIVE) != 0)) {
            *Object = &Driver->Object;
            ObfReferenceObject(*Object);
            return STATUS_SUCCESS;
        }
    }
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

static void Widen(WCHAR *To, SIZE_T Room, const WCHAR *Prefix, const char *Name, const WCHAR *Suffix)
{
    SIZE_T n = 0;
    for (; *Prefix != 0 && n < Room; Prefix++)
        To[n++] = *Prefix;
    for (; *Name != 0 && n < Room; Name++)
        To[n++] = (WCHAR)*Name;
    for (; *Suffix != 0 && n < Room; Suffix++)
        To[n++] = *Suffix;
    HOST_CHECK(n < Room, "driver name too long");
    To[n] = 0;
}

static NTSTATUS Start(HOST_DRIVER *Driver, const char *Name)
{
    UNICODE_STRING Path;
    Widen(Driver->Name, 64, L"\\Driver\\", Name, L"");
    Widen(Driver->Path, 128, L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\", Name, L"");
    RtlInitUnicodeString(&Path, Driver->Path);
    RtlInitUnicodeString(&Driver->Object.DriverName, Driver->Name);
    Driver->Object.Type = IO_TYPE_DRIVER;
    Driver->Object.Size = sizeof(DRIVER_OBJECT);
    Driver->Object.DriverInit = Driver->Entry;
    Driver->Object.DriverExtension = &Driver->Extension;
    Driver->Extension.DriverObject = &Driver->Object;
    Driver->References = 1;
    InsertTailList(&Drivers, &Driver->Link);
    NTSTATUS Status = Driver->Entry(&Driver->Object, &Path);
    HOST_CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL, "DriverEntry returned at IRQL %u", KeGetCurrentIrql());
    if (!NT_SUCCESS(Status)) {
        HOST_CHECK(Driver->Object.DeviceObject == NULL, "DriverEntry failed and left a device behind");
        RemoveEntryList(&Driver->Link);
        Driver->Link.Flink = NULL;
    }
    for (PDEVICE_OBJECT D = Driver->Object.DeviceObject; D != NULL; D = D->NextDevice)
        D->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return Status;
}

NTSTATUS HostDriverStart(HOST_DRIVER *Driver, const char *Name, PDRIVER_INITIALIZE Entry)
{
    *Driver = (HOST_DRIVER) {.Entry = Entry, .Image = {.File = -1}};
    return Start(Driver, Name);
}

static void Forget(HOST_DRIVER *Driver)
{
    if (Driver->Image.File >= 0)
        HostImageFree(&Driver->Image);
    if (Driver->Library != NULL)
        dlclose(Driver->Library);
    Driver->Library = NULL;
}

/* The image is in place: what the loader does from there on. */
static NTSTATUS StartImage(HOST_DRIVER *Driver, const char *Name)
{
    WCHAR Full[128];
    Driver->Object.DriverStart = Driver->Image.Base;
    Driver->Object.DriverSize = Driver->Image.Size;
    Widen(Full, 128, L"\\SystemRoot\\System32\\drivers\\", Name, L".sys");
    HostImageLoaded(&Driver->Image, Full, true);
    NTSTATUS Status = Start(Driver, Name);
    if (!NT_SUCCESS(Status))
        Forget(Driver);
    return Status;
}

NTSTATUS HostDriverLoadImports(
    HOST_DRIVER *Driver, const char *Name, PDRIVER_INITIALIZE Entry, const HOST_IMPORT *Imports, ULONG Count)
{
    *Driver = (HOST_DRIVER) {.Entry = Entry};
    HostImageBuild(&Driver->Image, NULL, 0x6000, 0x6000, Imports, Count, HostNamesByRva);
    return StartImage(Driver, Name);
}

NTSTATUS HostDriverLoad(HOST_DRIVER *Driver, const char *Name, const char *File)
{
    HOST_IMPORT Imports[128];
    *Driver = (HOST_DRIVER) {0};
    Driver->Library = dlopen(File, RTLD_NOW | RTLD_LOCAL);
    HOST_CHECK(Driver->Library != NULL, "%s", dlerror());
    PUCHAR Base = dlsym(Driver->Library, "HostImage");
    const char **List = dlsym(Driver->Library, "HostImports");
    PUCHAR (*End)(void) = (PUCHAR (*)(void))dlsym(Driver->Library, "HostCodeEnd");
    Driver->Entry = (PDRIVER_INITIALIZE)dlsym(Driver->Library, "DriverEntry");
    HOST_CHECK(Base && List && End && Driver->Entry, "%s is not a client module", File);
    ULONG Count = 0;
    for (const char *Dll = NULL; *List != NULL; List++) {
        if (strchr(*List, '.') != NULL) {
            Dll = *List;
            continue;
        }
        Imports[Count] = (HOST_IMPORT) {Dll, *List, HostExport(*List)};
        HOST_CHECK(Imports[Count].Function != NULL, "%s imports %s, which is not there", File, *List);
        Count++;
    }
    HOST_CHECK(End() > Base, "%s: its code lies before its image", File);
    HostImageBuild(
        &Driver->Image, Base, 0x6000, (ULONG)ROUND_TO_PAGES(End() - Base), Imports, Count, HostNamesByRva);
    return StartImage(Driver, Name);
}

bool HostDriverIsLoaded(HOST_DRIVER *Driver)
{
    return Driver->Link.Flink != NULL;
}

static void Unload(HOST_DRIVER *Driver)
{
    HOST_CHECK(Driver->Object.DriverUnload != NULL, "an unload that was granted finds DriverUnload NULL: bugcheck");
    Driver->Object.DriverUnload(&Driver->Object);
    HOST_CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL, "DriverUnload returned at IRQL %u", KeGetCurrentIrql());
    HOST_CHECK(Driver->Object.DeviceObject == NULL, "DriverUnload left a device behind");
    HOST_CHECK(Driver->References == 1, "a driver unloaded while %d references to it are held", Driver->References - 1);
    RemoveEntryList(&Driver->Link);
    Driver->Link.Flink = NULL;
    Forget(Driver);
}

static void (*OnUnloadRequest)(void);

void HostOnUnloadRequest(void (*Routine)(void))
{
    OnUnloadRequest = Routine;
}

NTSTATUS HostDriverUnload(HOST_DRIVER *Driver)
{
    void (*Routine)(void) = OnUnloadRequest;
    if (Driver->Object.DriverUnload == NULL)
        return STATUS_INVALID_DEVICE_REQUEST;
    OnUnloadRequest = NULL;
    if (Routine != NULL)
        Routine();
    for (PDEVICE_OBJECT D = Driver->Object.DeviceObject; D != NULL; D = D->NextDevice)
        if (D->ReferenceCount != 0) {
            Driver->UnloadPending = true;
            return STATUS_PENDING;
        }
    Unload(Driver);
    return STATUS_SUCCESS;
}

void HostDeviceClosed(PDRIVER_OBJECT Object)
{
    HOST_DRIVER *Driver = CONTAINING_RECORD(Object, HOST_DRIVER, Object);
    if (Driver->UnloadPending)
        Unload(Driver);
}
