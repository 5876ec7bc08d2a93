#include "pool.h"

#include "op.h"
#include "mdl.h"
#include "table.h"

#define POOL_CELLS 65536

static const EVENT_DESCRIPTOR PoolFree = WSKT_POOL_FREE_DESCRIPTOR;

/* Block -> A: bytes, B: pool type in the low 32 bits, tag in the high ones. */
static TABLE Blocks;

_Use_decl_annotations_
NTSTATUS
PoolInitialize(VOID)
{
    return TableInitialize(&Blocks, POOL_CELLS);
}

_Use_decl_annotations_
VOID
PoolUninitialize(VOID)
{
    TableUninitialize(&Blocks);
}

_Use_decl_annotations_
VOID
PoolForgetClient(USHORT Client)
{
    TableForgetClient(&Blocks, Client);
}

_Use_decl_annotations_
UINT64
PoolUnsized(VOID)
{
    return (UINT64)Blocks.Refused;
}

static PVOID
Born(const CALL_SITE *Site, PVOID Block, SIZE_T Size, ULONG Type, ULONG Tag)
{
    if (Block && EventOn())
        TablePut(&Blocks, VALUE_OF(Block), Size, ((UINT64)Tag << 32) | Type, Site->Client);
    return Block;
}

/* Before the real free. */
static VOID
Dying(const CALL_SITE *Site, PVOID Block, ULONG Tag)
{
    TABLE_ENTRY Known = {0};
    BOOLEAN Sized = TableTake(&Blocks, VALUE_OF(Block), 0, &Known);

    if (!EventOn() || !Block)
        return;
    /* Of a block whose size nobody told us we know one byte. */
    ULONG_PTR Start = VALUE_OF(Block), End = Start + (Sized && Known.A ? (SIZE_T)Known.A : 1);
    if (!MdlTouches(Start, End) && !OpTouches(Start, End))
        return;
    WSKT_POOL_BLOCK Event = {
        .Block = Start,
        .Size = Sized ? Known.A : 0,
        .PoolType = (UINT32)Known.B,
        .Tag = Sized ? (UINT32)(Known.B >> 32) : Tag,
    };
    EVENT_WRITE(&PoolFree, Site, 0, &Event);
}

_Use_decl_annotations_
PVOID NTAPI
OnExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
    CALL_SITE_HERE(Site);
    return Born(&Site, ORIGINAL(Site, ExAllocatePool)(PoolType, NumberOfBytes), NumberOfBytes, PoolType, 0);
}

_Use_decl_annotations_
PVOID NTAPI
OnExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    CALL_SITE_HERE(Site);
    PVOID Block = ORIGINAL(Site, ExAllocatePoolWithTag)(PoolType, NumberOfBytes, Tag);
    return Born(&Site, Block, NumberOfBytes, PoolType, Tag);
}

_Use_decl_annotations_
PVOID NTAPI
OnExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
    CALL_SITE_HERE(Site);
    return Born(&Site, ORIGINAL(Site, ExAllocatePoolWithQuota)(PoolType, NumberOfBytes), NumberOfBytes, PoolType, 0);
}

_Use_decl_annotations_
PVOID NTAPI
OnExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    CALL_SITE_HERE(Site);
    PVOID Block = ORIGINAL(Site, ExAllocatePoolWithQuotaTag)(PoolType, NumberOfBytes, Tag);
    return Born(&Site, Block, NumberOfBytes, PoolType, Tag);
}

_Use_decl_annotations_
PVOID NTAPI
OnExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag, ULONG Priority)
{
    CALL_SITE_HERE(Site);
    PVOID Block = ORIGINAL(Site, ExAllocatePoolWithTagPriority)(PoolType, NumberOfBytes, Tag, Priority);
    return Born(&Site, Block, NumberOfBytes, PoolType, Tag);
}

_Use_decl_annotations_
PVOID NTAPI
OnExAllocatePool2(ULONG64 Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
    CALL_SITE_HERE(Site);
    PVOID Block = ORIGINAL(Site, ExAllocatePool2)(Flags, NumberOfBytes, Tag);
    return Born(&Site, Block, NumberOfBytes, (ULONG)Flags, Tag);
}

_Use_decl_annotations_
PVOID NTAPI
OnExAllocatePool3(ULONG64 Flags, SIZE_T NumberOfBytes, ULONG Tag, const VOID *Parameters, ULONG ParameterCount)
{
    CALL_SITE_HERE(Site);
    PVOID Block = ORIGINAL(Site, ExAllocatePool3)(Flags, NumberOfBytes, Tag, Parameters, ParameterCount);
    return Born(&Site, Block, NumberOfBytes, (ULONG)Flags, Tag);
}

_Use_decl_annotations_
VOID NTAPI
OnExFreePool(PVOID Block)
{
    CALL_SITE_HERE(Site);
    Dying(&Site, Block, 0);
    ORIGINAL(Site, ExFreePool)(Block);
}

_Use_decl_annotations_
VOID NTAPI
OnExFreePoolWithTag(PVOID Block, ULONG Tag)
{
    CALL_SITE_HERE(Site);
    Dying(&Site, Block, Tag);
    ORIGINAL(Site, ExFreePoolWithTag)(Block, Tag);
}

_Use_decl_annotations_
VOID NTAPI
OnExFreePool2(PVOID Block, ULONG Tag, const VOID *Parameters, ULONG ParameterCount)
{
    CALL_SITE_HERE(Site);
    Dying(&Site, Block, Tag);
    ORIGINAL(Site, ExFreePool2)(Block, Tag, Parameters, ParameterCount);
}
