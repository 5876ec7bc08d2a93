/* The blocks that targets have, and which of them an address lies in. */
#include "pool.h"

#include "table.h"

#define POOL_CELLS 65536
#define POOL_PAGES 8192  /* a power of two */
#define FAR_PAGES 16     /* an address is looked for in a block that begins so many pages before it, or less */
#define ALIGNMENT 16     /* of blocks; and one that is smaller than a page lies in one page */
#define MOST_BYTES 0x7fffffffu
#define TOLD 0x80000000u

static const EVENT_DESCRIPTOR PoolAlloc = WSKT_POOL_ALLOC_DESCRIPTOR;

/* Block -> A: bytes, MOST_BYTES at most, TOLD once there is a PoolAlloc of it; in the high 32 bits where in the client's
   image it was allocated. B: pool type in the low 32 bits, tag in the high ones. */
static TABLE Blocks;

/* How many blocks begin in a page: in some page of those that share the number. */
static volatile LONG InPage[POOL_PAGES];

volatile LONG PoolBirths;
volatile ULONG64 PoolAsked[POOL_ASKED];

static inline volatile LONG *
PageOf(ULONG_PTR Address)
{
    ULONG_PTR Page = Address / PAGE_SIZE;
    return &InPage[(Page ^ Page / POOL_PAGES) % POOL_PAGES];
}

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

/* What the client leaked stays counted in its page: a look there finds nothing, that is all. */
_Use_decl_annotations_
VOID
PoolForgetClient(USHORT Client)
{
    TableForgetClient(&Blocks, Client);
}

_Use_decl_annotations_
VOID
PoolForgetAll(VOID)
{
    TableForget(&Blocks, TableEvery, NULL);
    for (ULONG i = 0; i < POOL_PAGES; i++)
        InPage[i] = 0;
    InterlockedIncrement(&PoolBirths);
}

_Use_decl_annotations_
UINT64
PoolUnsized(VOID)
{
    return (UINT64)Blocks.Refused;
}

static VOID
Describe(const TABLE_ENTRY *Entry, POOL_BLOCK *Block)
{
    Block->Start = Entry->Key;
    Block->Bytes = (ULONG_PTR)(Entry->A & MOST_BYTES);
    Block->Type = (ULONG)Entry->B;
    Block->Told = (Entry->A & TOLD) != 0;
    Block->Tag = (ULONG)(Entry->B >> 32);
}

_Use_decl_annotations_
VOID
PoolBorn(const CALL_SITE *Site, PVOID Block, SIZE_T Bytes, ULONG Type, ULONG Tag)
{
    (VOID) PoolTake(Block, NULL);
    UINT64 A = ((UINT64)Site->CallerRva << 32) | min(Bytes, MOST_BYTES);
    if (TableAdd(&Blocks, VALUE_OF(Block), A, ((UINT64)Tag << 32) | Type, Site->Client))
        InterlockedIncrement(PageOf(VALUE_OF(Block)));
    InterlockedIncrement(&PoolBirths);
}

_Use_decl_annotations_
BOOLEAN
PoolTake(PVOID Block, POOL_BLOCK *Known)
{
    TABLE_ENTRY Entry;
    if (!TableTake(&Blocks, VALUE_OF(Block), 0, &Entry))
        return FALSE;
    InterlockedDecrement(PageOf(VALUE_OF(Block)));
    if (Known)
        Describe(&Entry, Known);
    return TRUE;
}

static BOOLEAN
Holds(ULONG_PTR Start, ULONG_PTR Address, TABLE_ENTRY *Entry)
{
    return TableFind(&Blocks, Start, Entry) && Address - Start < max(Entry->A & MOST_BYTES, 1);
}

/* The block that begins nearest before the address: in its page, or a large one at the start of a page. */
static BOOLEAN
Find(ULONG_PTR Address, TABLE_ENTRY *Entry)
{
    ULONG_PTR Page = Address & ~(ULONG_PTR)(PAGE_SIZE - 1);

    if (*PageOf(Page))
        for (ULONG_PTR Start = Address & ~(ULONG_PTR)(ALIGNMENT - 1); Start >= Page; Start -= ALIGNMENT)
            if (Holds(Start, Address, Entry))
                return TRUE;
    for (ULONG i = 0; i < FAR_PAGES && Page > PAGE_SIZE; i++) {
        Page -= PAGE_SIZE;
        if (*PageOf(Page) && Holds(Page, Address, Entry))
            return TRUE;
    }
    return FALSE;
}

_Use_decl_annotations_
BOOLEAN
PoolHolds(ULONG_PTR Address, ULONG Bytes)
{
    TABLE_ENTRY Entry;
    return Find(Address, &Entry) && Bytes <= Entry.Key + (Entry.A & MOST_BYTES) - Address;
}

_Use_decl_annotations_
VOID
PoolMeetNew(const CALL_SITE *Site, UINT64 OpId, ULONG_PTR Address)
{
    TABLE_ENTRY Entry;
    POOL_BLOCK Block;

    PoolAsked[PoolPlace(Address)] = PoolQuestion(Address);
    if (!Find(Address, &Entry) || (Entry.A & TOLD))
        return;
    /* Told once, by who exchanges the entry; there is one all the time, so that a free meanwhile finds its size. */
    if (!TableAdd(&Blocks, Entry.Key, Entry.A | TOLD, Entry.B, Entry.Client))
        return;
    if (!TableTake(&Blocks, Entry.Key, Entry.A, NULL)) {
        (VOID) TableTake(&Blocks, Entry.Key, Entry.A | TOLD, NULL);
        return;
    }
    Describe(&Entry, &Block);
    CALL_SITE Birth = {
        .Caller = TargetAddress(Entry.Client, (ULONG)(Entry.A >> 32)),
        .StackPointer = Site->StackPointer,
        .CallerRva = (ULONG)(Entry.A >> 32),
        .Client = Entry.Client,
    };
    WSKT_POOL_BLOCK Event = {.Block = Block.Start, .Size = Block.Bytes, .PoolType = Block.Type, .Tag = Block.Tag};
    EVENT_WRITE(&PoolAlloc, &Birth, OpId, &Event);
}
