/*
 * MDLs: snapshots of a chain, and the life of each MDL that a target allocates.
 */
#ifndef WSKTRACE_MDL_H
#define WSKTRACE_MDL_H

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

/* MDLs that are alive. */
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
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
MdlWalkStart(_Out_ MDL_WALK *Walk, _In_opt_ PMDL Head, _In_ ULONG Offset, _In_ SIZE_T Length);

/* Is there another MDL to see? It ends after MDL_SNAPS_PER_CALL: a chain may be a ring. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
MdlWalkMore(_In_ const MDL_WALK *Walk);

/* Copies up to MDL_SNAPS of them; returns how many. The client must not have freed any: call it at enter only. */
_IRQL_requires_max_(DISPATCH_LEVEL)
USHORT
MdlWalk(_Inout_ MDL_WALK *Walk, _Out_writes_to_(MDL_SNAPS, return) WSKT_MDL_SNAP *Snaps);

/* These are handed to a call. One whose birth was not seen is born here, as adopted, if the MDLs of this target are watched
   at all; it is never looked at again, because its end may not be seen either. Before the event that has the snapshots. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
MdlMeet(
    _In_ const CALL_SITE *Site,
    _In_ UINT64 OpId,
    _In_reads_(Count) const WSKT_MDL_SNAP *Snaps,
    _In_ USHORT Count);

/* Which life of this address it is: 0 unless a target allocated the MDL while we looked on, and did not free it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
MdlLife(_In_ ULONG_PTR Mdl);

/* Snaps an MDL again, if it is still in that life; FALSE, and nothing read, if not. IoFreeMdl waits meanwhile. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
MdlSnapAgain(_In_ ULONG_PTR Mdl, _In_ ULONG Life, _Out_ WSKT_MDL_SNAP *Snap);

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
