/*
 * Pool: the sizes of a target's blocks, so that a free can be judged. A free is logged only if the block holds an MDL
 * or an IRP we know, or memory that a live MDL or an operation in flight describes.
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
