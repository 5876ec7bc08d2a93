/*
 * Import tables: what a target calls goes through us first. The tables are patched while the target loads, before
 * its DriverEntry, and put back when the capture stops or we are told to. No code is ever patched.
 */
#ifndef WSKTRACE_HOOK_H
#define WSKTRACE_HOOK_H

#include "pe.h"
#include "wsktrace.h"

/* The imports we take over. The function that stands in for X is declared in the room of its subject. */
#define HOOK_IMPORTS(X)                \
    X(WskRegister)                     \
    X(WskCaptureProviderNPI)           \
    X(WskReleaseProviderNPI)           \
    X(WskQueryProviderCharacteristics) \
    X(WskDeregister)                   \
    X(IoCreateDevice)                  \
    X(IoAllocateIrp)                   \
    X(IoAllocateIrpEx)                 \
    X(IoInitializeIrp)                 \
    X(IoReuseIrp)                      \
    X(IoFreeIrp)                       \
    X(IoCancelIrp)                     \
    X(IoAllocateMdl)                   \
    X(MmBuildMdlForNonPagedPool)       \
    X(MmProbeAndLockPages)             \
    X(MmUnlockPages)                   \
    X(IoBuildPartialMdl)               \
    X(MmAdvanceMdl)                    \
    X(IoFreeMdl)                       \
    X(ExAllocatePool)                  \
    X(ExAllocatePoolWithTag)           \
    X(ExAllocatePoolWithQuota)         \
    X(ExAllocatePoolWithQuotaTag)      \
    X(ExAllocatePoolWithTagPriority)   \
    X(ExAllocatePool2)                 \
    X(ExAllocatePool3)                 \
    X(ExFreePool)                      \
    X(ExFreePoolWithTag)               \
    X(ExFreePool2)

typedef enum _HOOK_IMPORT {
#define HOOK_ENUM(Name) Hook##Name,
    HOOK_IMPORTS(HOOK_ENUM)
#undef HOOK_ENUM
        HookCount
} HOOK_IMPORT;

/* A function may be imported twice, so there may be more slots than functions. */
#define HOOK_MAX_PATCHES (2 * HookCount)

typedef struct _HOOK_PATCH {
    PVOID *Slot;
    PVOID Original;
    HOOK_IMPORT Import;
} HOOK_PATCH;

typedef struct _HOOK_SET {
    PVOID volatile Originals[HookCount]; /* what the loader had bound; it stays when the patch is taken back */
    ULONG Count;
    BOOLEAN InPlace;
    HOOK_PATCH Patches[HOOK_MAX_PATCHES];
} HOOK_SET;

/* Patches what it knows of the image's imports. The image is loading: nothing of it runs yet. Returns how many. */
_IRQL_requires_max_(APC_LEVEL)
ULONG
HookPatch(_In_ const PE_IMAGE *Image, _Out_ HOOK_SET *Set);

/* Puts the original addresses back. The image must still be mapped; calls that are on their way still reach us. */
_IRQL_requires_max_(APC_LEVEL)
VOID
HookUnpatch(_Inout_ HOOK_SET *Set);

#endif
