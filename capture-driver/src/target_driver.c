/* The driver object of a target: how it is found, and how its unload is seen. */
#include "fault.h"
#include "late.h"
#include "target_image.h"

static const EVENT_DESCRIPTOR DriverUnloadEnter = WSKT_DRIVER_UNLOAD_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR DriverUnloadExit = WSKT_DRIVER_UNLOAD_EXIT_DESCRIPTOR;

static DRIVER_UNLOAD OnUnload;

_Use_decl_annotations_
VOID
TargetWatchUnload(TARGET *Target, PDRIVER_OBJECT DriverObject)
{
    /* Another thread of the target may be doing the same. */
    PDRIVER_UNLOAD Unload = (PDRIVER_UNLOAD)ReadPointerAcquire((PVOID volatile *)&DriverObject->DriverUnload);
    if (!Unload || Unload == OnUnload)
        return;
    Target->Unload = Unload;
    KeMemoryBarrier();
    InterlockedCompareExchangePointer((PVOID volatile *)&DriverObject->DriverUnload, (PVOID)OnUnload, (PVOID)Unload);
}

/* Whose DriverUnload we stand for: the last target that started where this driver starts, even if we had thought it
   gone. Its own routine must run, whatever happens. */
static TARGET *
OfDriver(PDRIVER_OBJECT DriverObject)
{
    TARGET *Found = NULL;
    for (LONG i = 0; i < Targets.Used; i++) {
        TARGET *Target = &Targets.Images[i];
        if (Target->State != TargetFree && Target->Unload && Target->Base == VALUE_OF(DriverObject->DriverStart) &&
            (!Found || Found->Client < Target->Client))
            Found = Target;
    }
    return Found;
}

/* Stands in DriverObject->DriverUnload of a target. IRQL PASSIVE_LEVEL. */
_Use_decl_annotations_
static VOID NTAPI
OnUnload(PDRIVER_OBJECT DriverObject)
{
    TARGET *Target = OfDriver(DriverObject);
    if (!Target)
        return; /* never: only a driver that we know has our routine */

    CALL_SITE Site = {.Caller = RETURN_ADDRESS(), .StackPointer = STACK_POINTER(), .Client = Target->Client};
    WSKT_DRIVER_UNLOAD Event = {.Base = Target->Base, .ImageSize = Target->Size};
    PDRIVER_UNLOAD Unload = Target->Unload;

    InterlockedIncrement(&Targets.Unloading);
    EVENT_WRITE(&DriverUnloadEnter, &Site, 0, &Event);
    FaultPause();
    Unload(DriverObject);
    FaultResume();
    EVENT_WRITE(&DriverUnloadExit, &Site, 0, &Event);
    TargetsAcquire();
    TargetLeave(Target);
    TargetsRelease();
    InterlockedDecrement(&Targets.Unloading);
}

_Use_decl_annotations_
UNICODE_STRING
TargetWithoutEnding(UNICODE_STRING Name)
{
    UNICODE_STRING Sys, End = Name;
    RtlInitUnicodeString(&Sys, L".sys");
    if (Name.Length >= Sys.Length) {
        End.Buffer += (Name.Length - Sys.Length) / sizeof(WCHAR);
        End.Length = Sys.Length;
        if (RtlEqualUnicodeString(&End, &Sys, TRUE))
            Name.Length = (USHORT)(Name.Length - Sys.Length);
    }
    return Name;
}

/* Remembers the driver object of a target, and its name: the only way to know later whether both are still there. */
static VOID
Know(TARGET *Target, PDRIVER_OBJECT DriverObject)
{
    const UNICODE_STRING *Name = &DriverObject->DriverName;
    if (Target->DriverObject || VALUE_OF(DriverObject->DriverStart) != Target->Base)
        return;
    if (Name->Buffer && Name->Length < sizeof(Target->ObjectName))
        RtlCopyMemory(Target->ObjectName, Name->Buffer, Name->Length);
    Target->DriverObject = DriverObject;
}

/* Referenced; NULL: there is none, or the kernel does not say. IRQL PASSIVE_LEVEL. */
static PDRIVER_OBJECT
ByName(UNICODE_STRING *Name)
{
    PDRIVER_OBJECT DriverObject;
    if (!Late.ObReferenceObjectByName || !Late.IoDriverObjectType ||
        !NT_SUCCESS(Late.ObReferenceObjectByName(
            Name, OBJ_CASE_INSENSITIVE, NULL, 0, *Late.IoDriverObjectType, KernelMode, NULL, (PVOID *)&DriverObject)))
        return NULL;
    return DriverObject;
}

/* \Driver\<file name without ending>, which is what the service is called for nearly every driver. */
static PDRIVER_OBJECT
ByFile(const WCHAR *File)
{
    WCHAR Buffer[8 + TARGET_NAME_CHARS] = L"\\Driver\\";
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, File);
    Name = TargetWithoutEnding(Name);
    RtlCopyMemory(Buffer + 8, Name.Buffer, Name.Length);
    Name.Buffer = Buffer;
    Name.Length = Name.MaximumLength = (USHORT)(8 * sizeof(WCHAR) + Name.Length);
    return ByName(&Name);
}

/* Before its name is known we go by the file's, and believe that only if it starts at the target's image. IRQL
   PASSIVE_LEVEL. */
static PDRIVER_OBJECT
Find(TARGET *Target)
{
    UNICODE_STRING Name;
    PDRIVER_OBJECT DriverObject;

    if (Target->ObjectName[0]) {
        RtlInitUnicodeString(&Name, Target->ObjectName);
        DriverObject = ByName(&Name);
    } else {
        DriverObject = ByFile(Target->Name);
    }
    if (!DriverObject)
        return NULL;
    if (VALUE_OF(DriverObject->DriverStart) != Target->Base) {
        ObDereferenceObject(DriverObject);
        return NULL;
    }
    Know(Target, DriverObject);
    TargetWatchUnload(Target, DriverObject);
    return DriverObject;
}

_Use_decl_annotations_
ULONG_PTR
TargetBaseOfFile(const WCHAR *File)
{
    PDRIVER_OBJECT DriverObject = ByFile(File);
    if (!DriverObject)
        return 0;
    ULONG_PTR Base = VALUE_OF(DriverObject->DriverStart);
    ObDereferenceObject(DriverObject);
    return Base;
}

/* A DriverEntry that failed takes its image away without a DriverUnload. A target whose object was never found stays as
   it is, patches and all. */
_Use_decl_annotations_
PDRIVER_OBJECT
TargetHold(TARGET *Target)
{
    if (Target->State != TargetLoaded)
        return NULL;
    PDRIVER_OBJECT DriverObject = Find(Target);
    if (!DriverObject && Target->ObjectName[0])
        TargetLeave(Target);
    return DriverObject;
}

_Use_decl_annotations_
VOID
TargetFindDriver(const CALL_SITE *Site)
{
    TARGET *Target = TargetOfClient(Site->Client);
    if (!Target || Target->State != TargetLoaded || Target->DriverObject)
        return;
    PDRIVER_OBJECT DriverObject = Find(Target);
    if (DriverObject)
        ObDereferenceObject(DriverObject);
}

_Use_decl_annotations_
NTSTATUS NTAPI
OnIoCreateDevice(
    PDRIVER_OBJECT DriverObject,
    ULONG DeviceExtensionSize,
    PUNICODE_STRING DeviceName,
    DEVICE_TYPE DeviceType,
    ULONG DeviceCharacteristics,
    BOOLEAN Exclusive,
    PDEVICE_OBJECT *DeviceObject)
{
    CALL_SITE_HERE(Site);
    TARGET *Target = TargetOfClient(Site.Client);
    if (Target && DriverObject)
        Know(Target, DriverObject);
    return ORIGINAL(Site, IoCreateDevice)(
        DriverObject, DeviceExtensionSize, DeviceName, DeviceType, DeviceCharacteristics, Exclusive, DeviceObject);
}
