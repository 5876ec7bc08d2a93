#include "target_image.h"

#include "indication.h"
#include "irp.h"
#include "mdl.h"
#include "nmr.h"
#include "pattern.h"
#include "pool.h"
#include "shim.h"

static const EVENT_DESCRIPTOR DriverLoad = WSKT_DRIVER_LOAD_DESCRIPTOR;
TARGETS Targets;
volatile LONG TargetEver; /* target.h: TargetAsked */
TARGET_PLACE TargetPlaces[TARGET_IMAGES];

_Use_decl_annotations_
VOID
TargetsAcquire(VOID)
{
    KeWaitForSingleObject(&Targets.Free, Executive, KernelMode, FALSE, NULL);
}

_Use_decl_annotations_
VOID
TargetsRelease(VOID)
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

_Use_decl_annotations_
TARGET *
TargetOfClient(USHORT Client)
{
    for (LONG i = 0; Client && i < Targets.Used; i++)
        if (Targets.Images[i].State != TargetFree && Targets.Images[i].Client == Client)
            return &Targets.Images[i];
    return NULL;
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
        TargetWatchUnload(Target, Target->DriverObject);
}

_Use_decl_annotations_
const WCHAR *
TargetName(USHORT Client)
{
    const TARGET *Target = TargetOfClient(Client);
    return Target ? Target->Name : NULL;
}

_Use_decl_annotations_
NOINLINE ULONG
TargetSearchRva(USHORT Client, PVOID Address)
{
    const TARGET *Target = TargetOfClient(Client);
    if (!Target)
        return 0;
    ULONG_PTR Offset = VALUE_OF(Address) - Target->Base;
    return Offset < Target->Size && Target->Client == Client ? (ULONG)Offset : 0;
}

_Use_decl_annotations_
PVOID
TargetAddress(USHORT Client, ULONG Rva)
{
    const TARGET *Target = TargetOfClient(Client);
    return Target && Target->State == TargetLoaded ? (PVOID)(Target->Base + Rva) : NULL;
}

_Use_decl_annotations_
BOOLEAN
TargetRecords(USHORT Client, ULONG Tier)
{
    const TARGET *Target = TargetOfClient(Client);
    return Target && (Target->Hooks.Tiers & Tier);
}

_Use_decl_annotations_
PVOID
TargetOriginal(USHORT Client, HOOK_IMPORT Import)
{
    TARGET *Target = TargetOfClient(Client);
    PVOID Original = Target ? Target->Hooks.Originals[Import] : NULL;
    /* A tail call with several targets about: any of those that import it is bound to the same function. Read once: an
       entry may change hands. */
    for (LONG i = 0; !Original && i < Targets.Used; i++)
        if (Targets.Images[i].State != TargetFree)
            Original = Targets.Images[i].Hooks.Originals[Import];
    return Original;
}

static VOID
LogLoad(TARGET *Target)
{
    WSKT_DRIVER_LOAD Event = {
        .Base = Target->Base,
        .ImageSize = Target->Size,
        .TimeDateStamp = Target->TimeDateStamp,
        .CheckSum = Target->CheckSum,
        .PatchedImports = Target->Hooks.InPlace ? Target->Hooks.Count : 0,
    };
    CALL_SITE Site = {.Client = Target->Client};
    ULONG Chars = 0;
    while (Target->Name[Chars])
        Chars++;
    Target->LoadSeq =
        EventWrite(&DriverLoad, &Site, 0, 0, &Event, sizeof(Event), Target->Name, (Chars + 1) * sizeof(WCHAR));
}

_Use_decl_annotations_
VOID
TargetLeave(TARGET *Target)
{
    Target->Hooks.InPlace = FALSE;
    Target->DriverObject = NULL;
    InterlockedExchange(&Target->State, TargetGone);
    MdlForgetClient(Target->Client);
    IrpForgetClient(Target->Client);
    PoolForgetClient(Target->Client);
    NmrForgetClient(Target->Client);
    ShimForgetClient(Target->Client);
    IndicationForgetClient(Target->Client);
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

/* The tiers of all names that fit File; 0: none does. */
static ULONG
TiersOf(const UNICODE_STRING *File)
{
    UNICODE_STRING Stem = TargetWithoutEnding(*File);
    ULONG Tiers = 0;
    for (ULONG i = 0; i < Targets.NameCount; i++)
        if (PatternFits(Targets.Names[i], File) || PatternFits(Targets.Names[i], &Stem))
            Tiers |= Targets.Tiers[i];
    return Tiers;
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
Take(const UNICODE_STRING *File, const IMAGE_INFO *Info, ULONG Tiers)
{
    PE_IMAGE Image;
    TARGET *Target = Vacancy();

    if (!PeOpen(Info->ImageBase, Info->ImageSize, &Image))
        return;
    if (!Target || Targets.LastClient == MAXUSHORT) {
        Targets.Missed++;
        return;
    }
    /* Calls read meanwhile, and ask nobody: what they read was of one image if Client was the same before and after. */
    Target->Client = 0;
    InterlockedExchange(&Target->State, TargetFree);
    RtlZeroMemory(Target, sizeof(*Target));
    Target->Base = VALUE_OF(Info->ImageBase);
    Target->Size = Image.Size;
    Target->TimeDateStamp = Image.TimeDateStamp;
    Target->CheckSum = Image.CheckSum;
    RtlCopyMemory(Target->Name, File->Buffer, min(File->Length, sizeof(Target->Name) - sizeof(WCHAR)));
    KeMemoryBarrier();
    Target->Client = ++Targets.LastClient;
    TARGET_PLACE *Place = &TargetPlaces[Target->Client % TARGET_IMAGES];
    Place->Client = 0;
    KeMemoryBarrier();
    Place->Base = Target->Base;
    Place->Size = Target->Size;
    KeMemoryBarrier();
    Place->Client = Target->Client;
    if (Target == &Targets.Images[Targets.Used])
        InterlockedIncrement(&Targets.Used);
    InterlockedExchange(&Target->State, TargetLoaded);
    HookPatch(&Image, Tiers, &Target->Hooks);
    LogLoad(Target);
}

/* PsSetLoadImageNotifyRoutine: IRQL PASSIVE_LEVEL, imports bound, nothing of the image has run. */
static VOID NTAPI
OnImageLoad(PUNICODE_STRING FullName, HANDLE ProcessId, PIMAGE_INFO Info)
{
    if (!Targets.Running || VALUE_OF(ProcessId) || !FullName || !FullName->Buffer)
        return;
    UNICODE_STRING File = FileNameOf(FullName);

    TargetsAcquire();
    /* What lay where this one is now has left without a word. */
    for (LONG i = 0; i < Targets.Used; i++) {
        TARGET *Old = &Targets.Images[i];
        if (Old->State == TargetLoaded && Old->Base < VALUE_OF(Info->ImageBase) + Info->ImageSize &&
            VALUE_OF(Info->ImageBase) < Old->Base + Old->Size)
            TargetLeave(Old);
    }
    ULONG Tiers = Targets.Running ? TiersOf(&File) : 0;
    if (Tiers)
        Take(&File, Info, Tiers);
    TargetsRelease();
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
TargetCheckName(const WCHAR *Name, UINT32 Tiers)
{
    ULONG Chars = 0;
    while (Chars < TARGET_NAME_CHARS && Name[Chars])
        Chars++;
    if (!Chars || Chars == TARGET_NAME_CHARS)
        return STATUS_OBJECT_NAME_INVALID;
    return Tiers & ~(ULONG)HOOK_TIERS_ALL ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

_Use_decl_annotations_
NTSTATUS
TargetSetNames(ULONG Count, const WCHAR Names[][TARGET_NAME_CHARS], const UINT32 *Tiers)
{
    if (Count > TARGET_NAMES)
        return STATUS_INVALID_PARAMETER;
    for (ULONG i = 0; i < Count; i++) {
        NTSTATUS Status = TargetCheckName(Names[i], Tiers[i]);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    TargetsAcquire();
    RtlCopyMemory(Targets.Names, Names, Count * sizeof(Targets.Names[0]));
    for (ULONG i = 0; i < Count; i++) {
        Targets.Tiers[i] = HookTiers(Tiers[i]);
        InterlockedOr(&TargetEver, (LONG)Targets.Tiers[i]);
    }
    IrpNoneRecent();
    Targets.NameCount = Count;
    TargetsRelease();
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
ULONG
TargetTiers(VOID)
{
    TargetsAcquire();
    ULONG Tiers = Targets.NameCount ? HOOK_TIERS_ALL : HOOK_TIERS_DEFAULT;
    for (ULONG i = 0; i < Targets.NameCount; i++)
        Tiers &= Targets.Tiers[i];
    TargetsRelease();
    return Tiers;
}

_Use_decl_annotations_
VOID
TargetStart(VOID)
{
    TargetsAcquire();
    Targets.Running = TRUE;
    TargetsRelease();
}

_Use_decl_annotations_
VOID
TargetStop(VOID)
{
    TargetsAcquire();
    Targets.Running = FALSE;
    for (LONG i = 0; i < Targets.Used; i++) {
        TARGET *Target = &Targets.Images[i];
        PDRIVER_OBJECT DriverObject = TargetHold(Target);
        if (!DriverObject)
            continue;
        HookUnpatch(&Target->Hooks);
        ObDereferenceObject(DriverObject);
    }
    TargetsRelease();
}

_Use_decl_annotations_
VOID
TargetRundown(BOOLEAN All)
{
    TargetsAcquire();
    for (LONG i = 0; i < Targets.Used; i++) {
        TARGET *Target = &Targets.Images[i];
        PDRIVER_OBJECT DriverObject = TargetHold(Target);
        if (Target->State == TargetLoaded && (All || EventIsGone(Target->LoadSeq)))
            LogLoad(Target);
        if (DriverObject)
            ObDereferenceObject(DriverObject);
    }
    TargetsRelease();
}

_Use_decl_annotations_
BOOLEAN
TargetIsEarlier(const WCHAR *Name)
{
    ULONG_PTR Base = PatternIsName(Name) ? TargetBaseOfFile(Name) : 0;
    for (LONG i = 0; Base && i < Targets.Used; i++) {
        const TARGET *Target = &Targets.Images[i];
        if (Target->State == TargetLoaded && Target->Base == Base && Target->Hooks.InPlace)
            return FALSE;
    }
    return Base != 0;
}

_Use_decl_annotations_
VOID
TargetCount(TARGET_COUNTERS *Counters)
{
    RtlZeroMemory(Counters, sizeof(*Counters));
    TargetsAcquire();
    for (LONG i = 0; i < Targets.Used; i++) {
        const TARGET *Target = &Targets.Images[i];
        if (Target->State != TargetLoaded || !Target->Hooks.Count)
            continue;
        Counters->Loaded++;
        Counters->Patched += Target->Hooks.InPlace;
        Counters->Unseen += !Target->Unload;
    }
    for (ULONG i = 0; i < Targets.NameCount; i++)
        Counters->Earlier += TargetIsEarlier(Targets.Names[i]);
    Counters->Names = Targets.NameCount;
    Counters->Missed = Targets.Missed;
    Counters->Unloading = (ULONG)Targets.Unloading;
    TargetsRelease();
}
