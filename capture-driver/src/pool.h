/*
 * Pool: the sizes of a target's blocks, so that a free can be judged. A block is told when it
 * begins to matter, and once: when an IRP, an MDL, what an MDL describes, or an argument of a call lies in it. A free is
 * logged if the block was told, or if it holds an MDL or an IRP we know, or memory that a live MDL or an operation in flight
 * describes.
 */
#ifndef WSKTRACE_POOL_H
#define WSKTRACE_POOL_H

#include "target.h"

_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
PoolInitialize(VOID);

_IRQL_requires_(PASSIVE_LEVEL)
VOID
PoolUninitialize(VOID);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
PoolForgetClient(_In_ USHORT Client);

/* Nobody watched for a while: nothing is known any more. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
PoolForgetAll(VOID);

/* Blocks that did not fit into the table: their free will say size 0. */
_IRQL_requires_max_(DISPATCH_LEVEL)
UINT64
PoolUnsized(VOID);

typedef struct _POOL_BLOCK {
    ULONG_PTR Start;
    ULONG_PTR Bytes; /* 2 GiB - 1 at most */
    ULONG Type;      /* POOL_TYPE, or the low half of POOL_FLAGS */
    ULONG Tag;
    BOOLEAN Told;    /* there is a PoolAlloc of it */
} POOL_BLOCK;

/* A target has allocated it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
PoolBorn(_In_ const CALL_SITE *Site, _In_ PVOID Block, _In_ SIZE_T Bytes, _In_ ULONG Type, _In_ ULONG Tag);

/* A target frees it. FALSE, and Known as it was: nobody told us of it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
PoolTake(_In_opt_ PVOID Block, _Out_opt_ POOL_BLOCK *Known);

/* Do these bytes lie in a block that a target has? */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
PoolHolds(_In_ ULONG_PTR Address, _In_ ULONG Bytes);

/* Addresses that were asked about since the last allocation, so that a call asks in vain only once. */
#define POOL_ASKED 256
extern volatile LONG PoolBirths;
extern volatile ULONG64 PoolAsked[POOL_ASKED];

static inline ULONG
PoolPlace(_In_ ULONG_PTR Address)
{
    return (ULONG)(Address >> 3 ^ Address >> 11) % POOL_ASKED;
}

static inline ULONG64
PoolQuestion(_In_ ULONG_PTR Address)
{
    return Address + (ULONG64)(ULONG)PoolBirths * 0x9E3779B97F4A7C15u;
}

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
PoolMeetNew(_In_ const CALL_SITE *Site, _In_ UINT64 OpId, _In_ ULONG_PTR Address);

/* The address begins to matter: PoolAlloc, if it lies in a block that was not told yet. The event has the place where the
   block was allocated as its caller. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
PoolMeet(_In_ const CALL_SITE *Site, _In_ UINT64 OpId, _In_ ULONG64 Address)
{
    if (Address && PoolAsked[PoolPlace((ULONG_PTR)Address)] != PoolQuestion((ULONG_PTR)Address))
        PoolMeetNew(Site, OpId, (ULONG_PTR)Address);
}

typedef PVOID NTAPI ExAllocatePoolFunction(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes);
typedef PVOID NTAPI
ExAllocatePoolWithTagFunction(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);
typedef PVOID NTAPI ExAllocatePoolWithQuotaFunction(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes);
typedef PVOID NTAPI
ExAllocatePoolWithQuotaTagFunction(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);
typedef PVOID NTAPI ExAllocatePoolWithTagPriorityFunction(
    _In_ POOL_TYPE PoolType,
    _In_ SIZE_T NumberOfBytes,
    _In_ ULONG Tag,
    _In_ ULONG Priority);
typedef PVOID NTAPI ExAllocatePool2Function(_In_ ULONG64 Flags, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);
typedef PVOID NTAPI ExAllocatePool3Function(
    _In_ ULONG64 Flags,
    _In_ SIZE_T NumberOfBytes,
    _In_ ULONG Tag,
    _In_opt_ const VOID *Parameters,
    _In_ ULONG ParameterCount);
typedef VOID NTAPI ExFreePoolFunction(_In_ PVOID Block);
typedef VOID NTAPI ExFreePoolWithTagFunction(_In_ PVOID Block, _In_ ULONG Tag);
typedef VOID NTAPI ExFreePool2Function(
    _In_ PVOID Block,
    _In_ ULONG Tag,
    _In_opt_ const VOID *Parameters,
    _In_ ULONG ParameterCount);

ExAllocatePoolFunction OnExAllocatePool;
ExAllocatePoolWithTagFunction OnExAllocatePoolWithTag;
ExAllocatePoolWithQuotaFunction OnExAllocatePoolWithQuota;
ExAllocatePoolWithQuotaTagFunction OnExAllocatePoolWithQuotaTag;
ExAllocatePoolWithTagPriorityFunction OnExAllocatePoolWithTagPriority;
ExAllocatePool2Function OnExAllocatePool2;
ExAllocatePool3Function OnExAllocatePool3;
ExFreePoolFunction OnExFreePool;
ExFreePoolWithTagFunction OnExFreePoolWithTag;
ExFreePool2Function OnExFreePool2;

#endif
