#include "hook.h"

#include "irp.h"
#include "late.h"
#include "mdl.h"
#include "nmr.h"
#include "pool.h"
#include "register.h"
#include "target.h"
#include "wait.h"

static const struct {
    const CHAR *Name;
    PVOID Hook;
    ULONG Tier;
} Imports[HookCount] = {
#define HOOK_ENTRY(Name, Tier) [Hook##Name] = {#Name, (PVOID)On##Name, WsktTiers_##Tier},
    HOOK_IMPORTS(HOOK_ENTRY)
#undef HOOK_ENTRY
};

/* MmProbeAndLockPages raises where it can't. gcc has no __try; it builds for test machines only. */
static NOINLINE BOOLEAN
Lock(PMDL Mdl)
{
#if defined(_MSC_VER)
    __try {
        MmProbeAndLockPages(Mdl, KernelMode, IoReadAccess);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return FALSE;
    }
#else
    MmProbeAndLockPages(Mdl, KernelMode, IoReadAccess);
#endif
    return TRUE;
}

/* A kernel without MmProtectMdlSystemAddress has the name and this answer (ReactOS). MmMapLockedPagesSpecifyCache maps
   for writing unless MdlMappingNoWrite is asked for; the protection is set where it can be, to depend on that no more
   than must be. */
static BOOLEAN
Writable(PMDL Mdl)
{
    NTSTATUS Status = MmProtectMdlSystemAddress(Mdl, PAGE_READWRITE);
    return NT_SUCCESS(Status) || Status == STATUS_NOT_IMPLEMENTED;
}

/* The way of a real kernel: the table's page is read-only, a second mapping of it is not. */
static BOOLEAN
WriteByMapping(PVOID *Slot, PVOID Value)
{
    BOOLEAN Done = FALSE;
    PMDL Mdl = IoAllocateMdl(Slot, sizeof(*Slot), FALSE, FALSE, NULL);
    if (!Mdl)
        return FALSE;
    if (!Lock(Mdl))
        goto free;
    PVOID *Alias = MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    if (!Alias)
        goto unlock;
    if (Writable(Mdl)) {
        InterlockedExchangePointer(Alias, Value);
        Done = TRUE;
    }
    MmUnmapLockedPages(Alias, Mdl);
unlock:
    MmUnlockPages(Mdl);
free:
    IoFreeMdl(Mdl);
    return Done;
}

/* Wine maps no MDL, but drivers live in an ordinary process there. */
static BOOLEAN
WriteByProtection(PVOID *Slot, PVOID Value)
{
    PVOID Base = Slot;
    SIZE_T Size = sizeof(*Slot);
    ULONG Old;

    if (!Late.ZwProtectVirtualMemory ||
        !NT_SUCCESS(Late.ZwProtectVirtualMemory(ZwCurrentProcess(), &Base, &Size, PAGE_READWRITE, &Old)))
        return FALSE;
    InterlockedExchangePointer(Slot, Value);
    Base = Slot;
    Size = sizeof(*Slot);
    Late.ZwProtectVirtualMemory(ZwCurrentProcess(), &Base, &Size, Old, &Old);
    return TRUE;
}

static BOOLEAN
Write(PVOID *Slot, PVOID Value)
{
    return WriteByMapping(Slot, Value) || WriteByProtection(Slot, Value);
}

static BOOLEAN
Equal(const CHAR *A, const CHAR *B)
{
    while (*A && *A == *B) {
        A++;
        B++;
    }
    return *A == *B;
}

static PE_IMPORT_VISITOR Patch;

_Use_decl_annotations_
static BOOLEAN
Patch(const CHAR *Name, PVOID *Slot, PVOID Context)
{
    HOOK_SET *Set = Context;
    ULONG Import = 0;

    while (Import < HookCount && !Equal(Imports[Import].Name, Name))
        Import++;
    if (Import == HookCount || !(Imports[Import].Tier & Set->Tiers) || !*Slot)
        return TRUE;

    HOOK_PATCH *New = &Set->Patches[Set->Count];
    New->Slot = Slot;
    New->Original = *Slot;
    New->Import = (HOOK_IMPORT)Import;
    Set->Originals[Import] = New->Original;
    KeMemoryBarrier();
    if (Write(Slot, Imports[Import].Hook))
        Set->Count++;
    return Set->Count < HOOK_MAX_PATCHES;
}

_Use_decl_annotations_
ULONG
HookPatch(const PE_IMAGE *Image, ULONG Tiers, HOOK_SET *Set)
{
    RtlZeroMemory(Set, sizeof(*Set));
    Set->Tiers = Tiers;
    Set->InPlace = TRUE;
    PeVisitImports(Image, Patch, Set);
    return Set->Count;
}

_Use_decl_annotations_
VOID
HookUnpatch(HOOK_SET *Set)
{
    for (ULONG i = 0; Set->InPlace && i < Set->Count; i++) {
        HOOK_PATCH *Old = &Set->Patches[i];
        /* Somebody else may have patched over us: then what stands there is not ours to remove. */
        if (*Old->Slot == Imports[Old->Import].Hook)
            Write(Old->Slot, Old->Original);
    }
    Set->InPlace = FALSE;
}
