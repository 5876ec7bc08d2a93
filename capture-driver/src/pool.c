#include "pool.h"

#include "finding.h"
#include "hash.h"
#include "mdl.h"
#include "stack.h"

static const EVENT_DESCRIPTOR PoolFree = WSKT_POOL_FREE_DESCRIPTOR;

static PVOID
Born(const CALL_SITE *Site, PVOID Block, SIZE_T Size, ULONG Type, ULONG Tag)
{
    if (Block && EventOn())
        PoolBorn(Site, Block, Size, Type, Tag);
    return Block;
}

/* Before the real free. */
static VOID
Dying(const CALL_SITE *Site, PVOID Block, ULONG Tag)
{
    POOL_BLOCK Known = {.Tag = Tag};
    (VOID) PoolTake(Block, &Known);

    /* Of a block whose size nobody told us we know one byte. */
    ULONG_PTR Start = VALUE_OF(Block), End = Start + max(Known.Bytes, 1);
    PayloadForgetRange(Start, End);
    if (!EventOn() || !Block)
        return;
    BOOLEAN Objects = MdlTouches(Start, End) | IrpTouches(Start, End);
    OP_HIT Hit;
    BOOLEAN Needed = OpAny() && OpTouches(Start, End, &Hit);
    if (!Objects && !Needed && !Known.Told)
        return;
    WSKT_POOL_BLOCK Event = {
        .Block = Start,
        .Size = Known.Bytes,
        .PoolType = Known.Type,
        .Tag = Known.Tag,
    };
    EVENT_WRITE_STACK(&PoolFree, Site, 0, &Event);
    if (Needed)
        FindingBlock(Site, Start, &Hit);
    if (Objects) {
        MdlForgetRange(Start, End);
        IrpForgetRange(Start, End);
    }
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
