/*
 * MDLs: snapshots of a chain, and the life of each MDL that a target allocates.
 */
#ifndef WSKTRACE_MDL_H
#define WSKTRACE_MDL_H

#include "table.h"
#include "target.h"

/* Snapshots in one event, and in one call with its OpMdlMore events. */
#define MDL_SNAPS 16
#define MDL_SNAPS_PER_CALL (16 * MDL_SNAPS)

_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
MdlInitialize(VOID);

_IRQL_requires_(PASSIVE_LEVEL)
VOID
MdlUninitialize(VOID);

/* The client is gone, and what it left behind with it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
MdlForgetClient(_In_ USHORT Client);

/* That memory is freed, or nothing is known of it any more: no MDL in [Start, End) is looked at again. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
MdlForgetRange(_In_ ULONG_PTR Start, _In_ ULONG_PTR End);

/* MDLs that are alive, or were when they were adopted. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
MdlCount(VOID);

/* Does a live MDL lie in [Start, End), or describe memory that does? */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
MdlTouches(_In_ ULONG_PTR Start, _In_ ULONG_PTR End);

/* Where a walk along a chain stands. */
typedef struct _MDL_WALK {
    PMDL Next;       /* NULL: the chain is at its end */
    ULONG64 Wanted;  /* bytes that the rest has to cover; 0: nothing more is needed */
    ULONG Count;     /* MDLs so far */
} MDL_WALK;

/* The MDLs that hold Length bytes from Offset of the first one on. */
static inline MDL_WALK
MdlWalkAt(_In_opt_ PMDL Head, _In_ ULONG Offset, _In_ SIZE_T Length)
{
    MDL_WALK Walk = {Head, (ULONG64)Offset + Length, 0};
    return Walk;
}

/* Is there another MDL to see? It ends after MDL_SNAPS_PER_CALL: a chain may be a ring. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline BOOLEAN
MdlWalkMore(_In_ const MDL_WALK *Walk)
{
    return Walk->Next && (Walk->Wanted || !Walk->Count) && Walk->Count < MDL_SNAPS_PER_CALL;
}

/* Past one. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
MdlWalkStep(_Inout_ MDL_WALK *Walk)
{
    Walk->Wanted -= min(Walk->Wanted, Walk->Next->ByteCount);
    Walk->Next = Walk->Next->Next;
    Walk->Count++;
}

/* Past the next MDL_SNAPS of them, or what there is. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline MDL_WALK
MdlWalkOn(_In_ MDL_WALK Walk)
{
    for (ULONG i = 0; i < MDL_SNAPS && MdlWalkMore(&Walk); i++)
        MdlWalkStep(&Walk);
    return Walk;
}

/* A copy of one. The client must not have freed it: call it at enter only. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
MdlSnap(_In_ const MDL *Mdl, _Out_ WSKT_MDL_SNAP *Copy)
{
    Copy->Ptr = VALUE_OF(Mdl);
    Copy->Next = VALUE_OF(Mdl->Next);
    Copy->StartVa = VALUE_OF(Mdl->StartVa);
    Copy->MappedVa = VALUE_OF(Mdl->MappedSystemVa);
    Copy->Process = VALUE_OF(Mdl->Process);
    Copy->ByteCount = Mdl->ByteCount;
    Copy->ByteOffset = (UINT16)Mdl->ByteOffset;
    Copy->MdlFlags = (UINT16)Mdl->MdlFlags;
}

/* How many MDLs have been born so far. An MDL that is alive now is one of those. */
extern volatile LONG MdlLastLife;

_IRQL_requires_max_(DISPATCH_LEVEL)
static inline ULONG
MdlLives(VOID)
{
    return (ULONG)MdlLastLife;
}

/* Did a target allocate this MDL before our eyes, and not free it since? */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
MdlIsAlive(_In_ ULONG_PTR Mdl);

/* The last MDLs that were found alive, so that a call finds its own without a look-up. */
#define MDL_RECENT 256
extern PVOID volatile MdlRecent[MDL_RECENT];

static inline ULONG
MdlPlace(_In_opt_ const MDL *Mdl)
{
    return (ULONG)(VALUE_OF(Mdl) >> 4) % MDL_RECENT;
}

_IRQL_requires_max_(DISPATCH_LEVEL)
static inline BOOLEAN
MdlIsRecent(_In_ const MDL *Mdl)
{
    return MdlRecent[MdlPlace(Mdl)] == Mdl;
}

/* This one is handed to a call. If its birth was not seen it is born here, as adopted, where the MDLs of this target are
   watched at all; it is never looked at again, because its end may not be seen either. Before the event that has its
   snapshot. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
MdlMeet(_In_ const CALL_SITE *Site, _In_ UINT64 OpId, _In_ const MDL *Mdl);

/* What an operation remembers of an MDL. */
typedef struct _MDL_SEEN {
    ULONG_PTR Mdl;
    ULONG_PTR Next; /* of the chain */
    ULONG_PTR Start;
    ULONG_PTR End;
    USHORT Flags;
} MDL_SEEN;

/* MDL -> A: first byte it describes, B: how many, in the low 32 bits, and its life in the high ones: of each that a target
   allocated before our eyes and has not freed since. */
extern TABLE MdlsAlive;

/* Is an MDL another one than it was when there were Lives? Of what the provider may change (a mapping) nothing is
   compared. Looks only at one that is alive; IoFreeMdl waits meanwhile. Now: what it is; set where it has changed, and not
   asked for if NULL. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
INLINED BOOLEAN
MdlChanged(_In_ const volatile MDL_SEEN *Seen, _In_ ULONG Lives, _Out_opt_ WSKT_MDL_SNAP *Now)
{
    ULONG_PTR Address = Seen->Mdl;
    BOOLEAN Changed = FALSE;
    TABLE_PIN Pin;
    if (!TablePinCell(&MdlsAlive, TableHome(&MdlsAlive, TableHash(Address)), Address, &Pin) &&
        !TableSearchPin(&MdlsAlive, Address, &Pin))
        return FALSE;
    if ((LONG)((ULONG)(Pin.Cell->B >> 32) - Lives) <= 0) {
        const MDL *Mdl = (const MDL *)Address;
        ULONG_PTR Start = VALUE_OF(Mdl->StartVa) + Mdl->ByteOffset;
        Changed = ((VALUE_OF(Mdl->Next) ^ Seen->Next) | (Start ^ Seen->Start) | ((Start + Mdl->ByteCount) ^ Seen->End) |
                   (Seen->Flags & ~Mdl->MdlFlags & MDL_PAGES_LOCKED)) != 0;
        if (Changed && Now)
            MdlSnap(Mdl, Now);
    }
    TableUnpin(Pin);
    return Changed;
}

typedef PMDL NTAPI IoAllocateMdlFunction(
    _In_opt_ PVOID VirtualAddress,
    _In_ ULONG Length,
    _In_ BOOLEAN SecondaryBuffer,
    _In_ BOOLEAN ChargeQuota,
    _Inout_opt_ PIRP Irp);
typedef VOID NTAPI MmBuildMdlForNonPagedPoolFunction(_Inout_ PMDL Mdl);
typedef VOID NTAPI
MmProbeAndLockPagesFunction(_Inout_ PMDL Mdl, _In_ KPROCESSOR_MODE AccessMode, _In_ LOCK_OPERATION Operation);
typedef VOID NTAPI MmUnlockPagesFunction(_Inout_ PMDL Mdl);
typedef VOID NTAPI
IoBuildPartialMdlFunction(_In_ PMDL SourceMdl, _Inout_ PMDL TargetMdl, _In_ PVOID VirtualAddress, _In_ ULONG Length);
typedef NTSTATUS NTAPI MmAdvanceMdlFunction(_Inout_ PMDL Mdl, _In_ ULONG NumberOfBytes);
typedef VOID NTAPI MmUnmapLockedPagesFunction(_In_ PVOID BaseAddress, _In_ PMDL Mdl);
typedef VOID NTAPI IoFreeMdlFunction(_In_ PMDL Mdl);

IoAllocateMdlFunction OnIoAllocateMdl;
MmBuildMdlForNonPagedPoolFunction OnMmBuildMdlForNonPagedPool;
MmProbeAndLockPagesFunction OnMmProbeAndLockPages;
MmUnlockPagesFunction OnMmUnlockPages;
IoBuildPartialMdlFunction OnIoBuildPartialMdl;
MmAdvanceMdlFunction OnMmAdvanceMdl;
MmUnmapLockedPagesFunction OnMmUnmapLockedPages;
IoFreeMdlFunction OnIoFreeMdl;

#endif
