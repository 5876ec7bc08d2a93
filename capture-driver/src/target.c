#include "target.h"

#include "late.h"
#include "mdl.h"
#include "pool.h"

typedef enum _TARGET_STATE {
    TargetFree,
    TargetLoaded,
    TargetGone /* its image is away; the entry answers for its client number until it is needed again */
} TARGET_STATE;

typedef struct _TARGET {
    volatile LONG State;
    USHORT Client;
    ULONG_PTR Base;
    ULONG Size;
    ULONG TimeDateStamp;
    ULONG CheckSum;
    UINT64 LoadSeq; /* of its last DriverLoad event */
    PDRIVER_OBJECT volatile DriverObject; /* valid while the image is loaded */
    PDRIVER_UNLOAD volatile Unload;       /* the target's own, while DriverObject holds ours */
    HOOK_SET Hooks;
    WCHAR Name[TARGET_NAME_CHARS];
    WCHAR ObjectName[TARGET_NAME_CHARS + 16]; /* \\Driver\\name, once it is known to be that of this image */
} TARGET;

static const EVENT_DESCRIPTOR DriverLoad = WSKT_DRIVER_LOAD_DESCRIPTOR;
static const EVENT_DESCRIPTOR DriverUnloadEnter = WSKT_DRIVER_UNLOAD_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR DriverUnloadExit = WSKT_DRIVER_UNLOAD_EXIT_DESCRIPTOR;

static struct {
    KEVENT Free; /* signalled while nobody changes the names or the images */
    BOOLEAN Running;
    ULONG NameCount;
    WCHAR Names[TARGET_NAMES][TARGET_NAME_CHARS];
    USHORT LastClient;
    ULONG Missed;
    volatile LONG Unloading;
    volatile LONG Used; /* entries at this index and above were never used */
    TARGET Images[TARGET_IMAGES];
} Targets;

static DRIVER_UNLOAD TargetUnload;

static VOID
Acquire(VOID)
{
    KeWaitForSingleObject(&Targets.Free, Executive, KernelMode, FALSE, NULL);
}

static VOID
Release(VOID)
{
    KeSetEvent(&Targets.Free, IO_NO_INCREMENT, FALSE);
}

static TARGET *
OfAddress(PVOID Address)
{
    for (LONG i = 0; i < Targets.Used; i++) {
        TARGET *Target = &Targets.Images[i];
        if (Target->State == TargetLoaded && VALUE_OF(Address) - Target->Base < Target->Size)
            return Target;
    }
    return NULL;
}

/* The only target that is loaded, or NULL. */
static TARGET *
Sole(VOID)
{
    TARGET *Found = NULL;
    for (LONG i = 0; i < Targets.Used; i++) {
        if (Targets.Images[i].State != TargetLoaded)
            continue;
        if (Found)
            return NULL;
        Found = &Targets.Images[i];
    }
    return Found;
}

static TARGET *
OfClient(USHORT Client)
{
    for (LONG i = 0; Client && i < Targets.Used; i++)
        if (Targets.Images[i].State != TargetFree && Targets.Images[i].Client == Client)
            return &Targets.Images[i];
    return NULL;
}

/* Puts our DriverUnload in front of the target's, whenever the target has set one. DriverObject must be valid. */
static VOID
WatchUnload(TARGET *Target, PDRIVER_OBJECT DriverObject)
{
    PDRIVER_UNLOAD Unload = DriverObject->DriverUnload;
    if (!Unload || Unload == TargetUnload)
        return;
    Target->Unload = Unload;
    KeMemoryBarrier();
    InterlockedCompareExchangePointer((PVOID volatile *)&DriverObject->DriverUnload, (PVOID)TargetUnload, (PVOID)Unload);
}

_Use_decl_annotations_
VOID
TargetResolve(CALL_SITE *Site)
{
    TARGET *Target = OfAddress(Site->Caller);
    Site->CallerRva = Target ? (ULONG)(VALUE_OF(Site->Caller) - Target->Base) : 0;
    if (!Target)
        Target = Sole();
    Site->Client = Target ? Target->Client : 0;
    /* It calls, so it is loaded, so its driver object is there. */
    if (Target && Target->DriverObject)
        WatchUnload(Target, Target->DriverObject);
}

_Use_decl_annotations_
ULONG
TargetRva(USHORT Client, PVOID Address)
{
    TARGET *Target = OfClient(Client);
    return Target && VALUE_OF(Address) - Target->Base < Target->Size ? (ULONG)(VALUE_OF(Address) - Target->Base) : 0;
}

_Use_decl_annotations_
PVOID
TargetOriginal(USHORT Client, HOOK_IMPORT Import)
{
    TARGET *Target = OfClient(Client);
    if (Target && Target->Hooks.Originals[Import])
        return Target->Hooks.Originals[Import];
    /* A tail call with several targets about: any of those that import it is bound to the same function. */
    for (LONG i = 0; i < Targets.Used; i++)
        if (Targets.Images[i].State != TargetFree && Targets.Images[i].Hooks.Originals[Import])
            return Targets.Images[i].Hooks.Originals[Import];
    return NULL;
}

static VOID
LogLoad(TARGET *Target)
{
    WSKT_DRIVER_LOAD Event = {
        .Base = Target->Base,
        .ImageSize = Target->Size,
        .TimeDateStamp = Target->TimeDateStamp,
        .CheckSum = Target->CheckSum,
        .PatchedImports = Target->Hooks.Count,
    };
    CALL_SITE Site = {.Client = Target->Client};
    ULONG Chars = 0;
    while (Target->Name[Chars])
        Chars++;
    Target->LoadSeq = EventWrite(&DriverLoad, &Site, 0, 0, &Event, sizeof(Event), Target->Name, (Chars + 1) * sizeof(WCHAR));
}

static VOID
Leave(TARGET *Target)
{
    Target->Hooks.InPlace = FALSE;
    Target->DriverObject = NULL;
    InterlockedExchange(&Target->State, TargetGone);
    MdlForgetClient(Target->Client);
    PoolForgetClient(Target->Client);
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
TargetUnload(PDRIVER_OBJECT DriverObject)
{
    TARGET *Target = OfDriver(DriverObject);
    if (!Target)
        return; /* never: only a driver that we know has our routine */

    CALL_SITE Site = {.Caller = RETURN_ADDRESS(), .StackPointer = STACK_POINTER(), .Client = Target->Client};
    WSKT_DRIVER_UNLOAD Event = {.Base = Target->Base, .ImageSize = Target->Size};
    PDRIVER_UNLOAD Unload = Target->Unload;

    InterlockedIncrement(&Targets.Unloading);
    EVENT_WRITE(&DriverUnloadEnter, &Site, 0, &Event);
    Unload(DriverObject);
    EVENT_WRITE(&DriverUnloadExit, &Site, 0, &Event);
    Acquire();
    Leave(Target);
    Release();
    InterlockedDecrement(&Targets.Unloading);
}

/* The file name at the end of a path. */
static UNICODE_STRING
FileNameOf(const UNICODE_STRING *Path)
{
    USHORT Chars = Path->Length / sizeof(WCHAR), Start = Chars;
    while (Start && Path->Buffer[Start - 1] != L'\\' && Path->Buffer[Start - 1] != L'/')
        Start--;
    UNICODE_STRING Name = {
        .Length = (USHORT)((Chars - Start) * sizeof(WCHAR)),
        .MaximumLength = (USHORT)((Chars - Start) * sizeof(WCHAR)),
        .Buffer = Path->Buffer + Start,
    };
    return Name;
}

/* Without ".sys" at the end. */
static UNICODE_STRING
WithoutEnding(UNICODE_STRING Name)
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

static BOOLEAN
IsNamed(const UNICODE_STRING *File)
{
    UNICODE_STRING Stem = WithoutEnding(*File);
    for (ULONG i = 0; i < Targets.NameCount; i++) {
        UNICODE_STRING Name;
        RtlInitUnicodeString(&Name, Targets.Names[i]);
        if (RtlEqualUnicodeString(&Name, File, TRUE) || RtlEqualUnicodeString(&Name, &Stem, TRUE))
            return TRUE;
    }
    return FALSE;
}

/* An entry that was never used, else the one that has been gone for longest. */
static TARGET *
Vacancy(VOID)
{
    TARGET *Oldest = NULL;
    if (Targets.Used < TARGET_IMAGES)
        return &Targets.Images[Targets.Used];
    for (LONG i = 0; i < Targets.Used; i++) {
        TARGET *Target = &Targets.Images[i];
        if (Target->State == TargetGone && (!Oldest || Target->Client < Oldest->Client))
            Oldest = Target;
    }
    return Oldest;
}

static VOID
Take(const UNICODE_STRING *File, const IMAGE_INFO *Info)
{
    PE_IMAGE Image;
    TARGET *Target = Vacancy();

    if (!PeOpen(Info->ImageBase, Info->ImageSize, &Image))
        return;
    if (!Target || Targets.LastClient == MAXUSHORT) {
        Targets.Missed++;
        return;
    }
    InterlockedExchange(&Target->State, TargetFree);
    RtlZeroMemory(Target, sizeof(*Target));
    Target->Client = ++Targets.LastClient;
    Target->Base = VALUE_OF(Info->ImageBase);
    Target->Size = Image.Size;
    Target->TimeDateStamp = Image.TimeDateStamp;
    Target->CheckSum = Image.CheckSum;
    RtlCopyMemory(Target->Name, File->Buffer, min(File->Length, sizeof(Target->Name) - sizeof(WCHAR)));
    if (Target == &Targets.Images[Targets.Used])
        InterlockedIncrement(&Targets.Used);
    InterlockedExchange(&Target->State, TargetLoaded);
    HookPatch(&Image, &Target->Hooks);
    LogLoad(Target);
}

/* PsSetLoadImageNotifyRoutine: IRQL PASSIVE_LEVEL, imports bound, nothing of the image has run. */
static VOID NTAPI
OnImageLoad(PUNICODE_STRING FullName, HANDLE ProcessId, PIMAGE_INFO Info)
{
    if (!Targets.Running || VALUE_OF(ProcessId) || !FullName || !FullName->Buffer)
        return;
    UNICODE_STRING File = FileNameOf(FullName);

    Acquire();
    /* What lay where this one is now has left without a word. */
    for (LONG i = 0; i < Targets.Used; i++) {
        TARGET *Old = &Targets.Images[i];
        if (Old->State == TargetLoaded && Old->Base < VALUE_OF(Info->ImageBase) + Info->ImageSize &&
            VALUE_OF(Info->ImageBase) < Old->Base + Old->Size)
            Leave(Old);
    }
    if (Targets.Running && IsNamed(&File))
        Take(&File, Info);
    Release();
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

/* The driver object of a target, referenced, so that its image stays for as long as the caller needs it; or NULL.
   Before a name is known we try \Driver\<image name without ending>, which is what the service is called for nearly
   every driver, and believe it only if it starts at the target's image. IRQL PASSIVE_LEVEL. */
static PDRIVER_OBJECT
Hold(TARGET *Target)
{
    WCHAR Buffer[8 + TARGET_NAME_CHARS] = L"\\Driver\\";
    UNICODE_STRING Name;
    PDRIVER_OBJECT DriverObject;

    if (!Late.ObReferenceObjectByName || !Late.IoDriverObjectType)
        return NULL;
    if (Target->ObjectName[0]) {
        RtlInitUnicodeString(&Name, Target->ObjectName);
    } else {
        RtlInitUnicodeString(&Name, Target->Name);
        Name = WithoutEnding(Name);
        RtlCopyMemory(Buffer + 8, Name.Buffer, Name.Length);
        Name.Buffer = Buffer;
        Name.Length = Name.MaximumLength = (USHORT)(8 * sizeof(WCHAR) + Name.Length);
    }
    if (!NT_SUCCESS(Late.ObReferenceObjectByName(
            &Name, OBJ_CASE_INSENSITIVE, NULL, 0, *Late.IoDriverObjectType, KernelMode, NULL, (PVOID *)&DriverObject)))
        return NULL;
    if (VALUE_OF(DriverObject->DriverStart) != Target->Base) {
        ObDereferenceObject(DriverObject);
        return NULL;
    }
    Know(Target, DriverObject);
    WatchUnload(Target, DriverObject);
    return DriverObject;
}

_Use_decl_annotations_
VOID
TargetFindDriver(const CALL_SITE *Site)
{
    TARGET *Target = OfClient(Site->Client);
    if (!Target || Target->State != TargetLoaded || Target->DriverObject)
        return;
    PDRIVER_OBJECT DriverObject = Hold(Target);
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
    TARGET *Target = OfClient(Site.Client);
    if (Target)
        Know(Target, DriverObject);
    return ORIGINAL(Site, IoCreateDevice)(
        DriverObject, DeviceExtensionSize, DeviceName, DeviceType, DeviceCharacteristics, Exclusive, DeviceObject);
}

_Use_decl_annotations_
NTSTATUS
TargetInitialize(VOID)
{
    RtlZeroMemory(&Targets, sizeof(Targets));
    KeInitializeEvent(&Targets.Free, SynchronizationEvent, TRUE);
    return PsSetLoadImageNotifyRoutine(OnImageLoad);
}

_Use_decl_annotations_
VOID
TargetUninitialize(VOID)
{
    PsRemoveLoadImageNotifyRoutine(OnImageLoad);
}

_Use_decl_annotations_
NTSTATUS
TargetSetNames(ULONG Count, const WCHAR Names[][TARGET_NAME_CHARS])
{
    if (Count > TARGET_NAMES)
        return STATUS_INVALID_PARAMETER;
    for (ULONG i = 0; i < Count; i++) {
        ULONG Chars = 0;
        while (Chars < TARGET_NAME_CHARS && Names[i][Chars])
            Chars++;
        if (!Chars || Chars == TARGET_NAME_CHARS)
            return STATUS_OBJECT_NAME_INVALID;
    }
    Acquire();
    RtlCopyMemory(Targets.Names, Names, Count * sizeof(Targets.Names[0]));
    Targets.NameCount = Count;
    Release();
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
TargetStart(VOID)
{
    Acquire();
    Targets.Running = TRUE;
    Release();
}

/* Hold, and the conclusion when a driver object that was there is not any more: a DriverEntry that failed takes its
   image away without a DriverUnload. A target whose object was never found stays as it is, patches and all. */
static PDRIVER_OBJECT
HoldOrLeave(TARGET *Target)
{
    if (Target->State != TargetLoaded)
        return NULL;
    PDRIVER_OBJECT DriverObject = Hold(Target);
    if (!DriverObject && Target->ObjectName[0])
        Leave(Target);
    return DriverObject;
}

_Use_decl_annotations_
VOID
TargetStop(VOID)
{
    Acquire();
    Targets.Running = FALSE;
    for (LONG i = 0; i < Targets.Used; i++) {
        TARGET *Target = &Targets.Images[i];
        PDRIVER_OBJECT DriverObject = HoldOrLeave(Target);
        if (!DriverObject)
            continue;
        HookUnpatch(&Target->Hooks);
        ObDereferenceObject(DriverObject);
    }
    Release();
}

_Use_decl_annotations_
VOID
TargetRundown(BOOLEAN All)
{
    Acquire();
    for (LONG i = 0; i < Targets.Used; i++) {
        TARGET *Target = &Targets.Images[i];
        PDRIVER_OBJECT DriverObject = HoldOrLeave(Target);
        if (Target->State == TargetLoaded && (All || EventIsGone(Target->LoadSeq)))
            LogLoad(Target);
        if (DriverObject)
            ObDereferenceObject(DriverObject);
    }
    Release();
}

_Use_decl_annotations_
VOID
TargetCount(TARGET_COUNTERS *Counters)
{
    RtlZeroMemory(Counters, sizeof(*Counters));
    Acquire();
    for (LONG i = 0; i < Targets.Used; i++) {
        const TARGET *Target = &Targets.Images[i];
        if (Target->State != TargetLoaded || !Target->Hooks.Count)
            continue;
        Counters->Loaded++;
        Counters->Patched += Target->Hooks.InPlace;
        Counters->Unseen += !Target->Unload;
    }
    Counters->Names = Targets.NameCount;
    Counters->Missed = Targets.Missed;
    Counters->Unloading = (ULONG)Targets.Unloading;
    Release();
}
