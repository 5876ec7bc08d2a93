/*
 * Import tables: what a target calls goes through us first. The tables are patched while the target loads, before
 * its DriverEntry, and put back when the capture stops or we are told to. No code is ever patched.
 */
#ifndef WSKTRACE_HOOK_H
#define WSKTRACE_HOOK_H

#include "pe.h"
#include "wsktrace.h"

/* The imports we take over, and the tier (WsktTiers) that each belongs to. The function that stands in for X is declared
   in the room of its subject. */
#define HOOK_IMPORTS(X)                             \
    X(WskRegister, WskCalls)                        \
    X(WskCaptureProviderNPI, WskCalls)              \
    X(WskReleaseProviderNPI, WskCalls)              \
    X(WskQueryProviderCharacteristics, WskCalls)    \
    X(WskDeregister, WskCalls)                      \
    X(NmrRegisterClient, WskCalls)                  \
    X(NmrClientAttachProvider, WskCalls)            \
    X(NmrDeregisterClient, WskCalls)                \
    X(NmrWaitForClientDeregisterComplete, WskCalls) \
    X(IoCreateDevice, WskCalls)                     \
    X(IoAllocateIrp, IrpCalls)                      \
    X(IoAllocateIrpEx, IrpCalls)                    \
    X(IoInitializeIrp, IrpCalls)                    \
    X(IoReuseIrp, IrpCalls)                         \
    X(IoFreeIrp, IrpCalls)                          \
    X(IoCancelIrp, IrpCalls)                        \
    X(IoBuildAsynchronousFsdRequest, IrpCalls)      \
    X(IoBuildSynchronousFsdRequest, IrpCalls)       \
    X(IoBuildDeviceIoControlRequest, IrpCalls)      \
    X(IoMakeAssociatedIrp, IrpCalls)                \
    X(IofCompleteRequest, IrpCalls)                 \
    X(IoAllocateMdl, MdlCalls)                      \
    X(MmBuildMdlForNonPagedPool, MdlCalls)          \
    X(MmProbeAndLockPages, MdlCalls)                \
    X(MmUnlockPages, MdlCalls)                      \
    X(IoBuildPartialMdl, MdlCalls)                  \
    X(MmAdvanceMdl, MdlCalls)                       \
    X(MmUnmapLockedPages, MdlCalls)                 \
    X(IoFreeMdl, MdlCalls)                          \
    X(ExAllocatePool, PoolCalls)                    \
    X(ExAllocatePoolWithTag, PoolCalls)             \
    X(ExAllocatePoolWithQuota, PoolCalls)           \
    X(ExAllocatePoolWithQuotaTag, PoolCalls)        \
    X(ExAllocatePoolWithTagPriority, PoolCalls)     \
    X(ExAllocatePool2, PoolCalls)                   \
    X(ExAllocatePool3, PoolCalls)                   \
    X(ExFreePool, PoolCalls)                        \
    X(ExFreePoolWithTag, PoolCalls)                 \
    X(ExFreePool2, PoolCalls)                       \
    X(KeWaitForSingleObject, Waits)                 \
    X(KeWaitForMultipleObjects, Waits)              \
    X(KeDelayExecutionThread, Waits)

/* The lives of IRPs belong to the calls: a slot is given back when its IRP is freed or reused under way. */
#define HOOK_TIERS_ALWAYS (WsktTiers_WskCalls | WsktTiers_IrpCalls)
#define HOOK_TIERS_DEFAULT (HOOK_TIERS_ALWAYS | WsktTiers_MdlCalls | WsktTiers_PoolCalls)
#define HOOK_TIERS_ALL (HOOK_TIERS_DEFAULT | WsktTiers_Waits | WsktTiers_Hashes | WsktTiers_Stacks)

/* What is recorded when these are asked for; 0: nothing in particular. A payload is hashed again only if the end of its
   MDLs and blocks would be seen. */
static inline ULONG
HookTiers(_In_ ULONG Asked)
{
    if (!Asked)
        return HOOK_TIERS_DEFAULT;
    return Asked | HOOK_TIERS_ALWAYS | (Asked & WsktTiers_Hashes ? WsktTiers_MdlCalls | WsktTiers_PoolCalls : 0);
}

typedef enum _HOOK_IMPORT {
#define HOOK_ENUM(Name, Tier) Hook##Name,
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
    ULONG Tiers;
    BOOLEAN InPlace;
    HOOK_PATCH Patches[HOOK_MAX_PATCHES];
} HOOK_SET;

/* Patches what it knows of the image's imports, of these tiers. The image is loading: nothing of it runs yet. Returns how many. */
_IRQL_requires_max_(APC_LEVEL)
ULONG
HookPatch(_In_ const PE_IMAGE *Image, _In_ ULONG Tiers, _Out_ HOOK_SET *Set);

/* Puts the original addresses back. The image must still be mapped; calls that are on their way still reach us. */
_IRQL_requires_max_(APC_LEVEL)
VOID
HookUnpatch(_Inout_ HOOK_SET *Set);

#endif
