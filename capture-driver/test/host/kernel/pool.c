/*
 * Pool on malloc, one block each, so that the address sanitizer sees every overrun and use after free. The table
 * beside it knows tag, size and type of each live block.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

typedef struct Block {
    struct Block *Next;
    PUCHAR Address;
    SIZE_T Size;
    ULONG Tag;
    POOL_TYPE Type;
} Block;

#define BUCKETS 1024
static Block *Table[BUCKETS];
static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static volatile LONG FailAfter = -1;

void HostPoolFailAfter(LONG Allocations)
{
    __atomic_store_n(&FailAfter, Allocations, __ATOMIC_SEQ_CST);
}

static volatile SIZE_T Limit;

void HostPoolLimit(SIZE_T Bytes)
{
    Limit = Bytes;
}

static bool MustFail(void)
{
    LONG Left = __atomic_load_n(&FailAfter, __ATOMIC_SEQ_CST);
    if (Left < 0)
        return false;
    __atomic_store_n(&FailAfter, Left - 1, __ATOMIC_SEQ_CST);
    return Left == 0;
}

static Block **Bucket(const void *Address)
{
    return &Table[((ULONG_PTR)Address >> 4) * 2654435761u % BUCKETS];
}

/* A block of a page or more starts on a page; a smaller one at 16, and does not cross into the next page. */
static PUCHAR Memory(SIZE_T Size)
{
    if (Size >= PAGE_SIZE)
        return aligned_alloc(PAGE_SIZE, ROUND_TO_PAGES(Size));
    PUCHAR Found = malloc(Size);
    if (((ULONG_PTR)Found ^ ((ULONG_PTR)Found + Size - 1)) < PAGE_SIZE)
        return Found;
    SIZE_T Alignment = 16;
    while (Alignment < Size)
        Alignment *= 2;
    free(Found);
    void *Other = NULL;
    HOST_CHECK(posix_memalign(&Other, Alignment, Size) == 0, "no memory for the fake pool");
    return Other;
}

static PVOID Allocate(POOL_TYPE Type, SIZE_T Size, ULONG Tag, bool Zero)
{
    HOST_IRQL_MAX(Type == PagedPool ? APC_LEVEL : DISPATCH_LEVEL);
    HOST_CHECK(Size != 0, "pool allocation of 0 bytes, tag 0x%x", Tag);
    HOST_CHECK(Tag != 0, "pool allocation without a tag");
    if (MustFail() || (Limit != 0 && Size > Limit))
        return NULL;
    Block *B = malloc(sizeof *B);
    B->Address = Memory(Size);
    B->Size = Size;
    B->Tag = Tag;
    B->Type = Type;
    memset(B->Address, Zero ? 0 : 0xcd, Size);
    pthread_mutex_lock(&Lock);
    B->Next = *Bucket(B->Address);
    *Bucket(B->Address) = B;
    pthread_mutex_unlock(&Lock);
    return B->Address;
}

PVOID ExAllocatePoolWithTag(POOL_TYPE Type, SIZE_T Size, ULONG Tag)
{
    HOST_CHECK(Type == NonPagedPoolNx || Type == PagedPool || Type == NonPagedPool, "pool type %d", Type);
    return Allocate(Type, Size, Tag, false);
}

PVOID ExAllocatePool(POOL_TYPE Type, SIZE_T Size)
{
    return ExAllocatePoolWithTag(Type, Size, 'enoN');
}

PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T Size, ULONG Tag)
{
    POOL_FLAGS Kind = Flags & (POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED);
    HOST_CHECK(Kind != 0 && (Kind & (Kind - 1)) == 0, "ExAllocatePool2 flags 0x%llx name not one pool", (unsigned long long)Flags);
    return Allocate(Kind == POOL_FLAG_PAGED ? PagedPool : Kind == POOL_FLAG_NON_PAGED ? NonPagedPoolNx : NonPagedPool,
        Size, Tag, !(Flags & POOL_FLAG_UNINITIALIZED));
}

static void Free(PVOID Address, ULONG Tag)
{
    HOST_CHECK(Address != NULL, "ExFreePool(NULL): bugcheck 0xC2 on Windows");
    pthread_mutex_lock(&Lock);
    Block **Link = Bucket(Address);
    while (*Link != NULL && (*Link)->Address != Address)
        Link = &(*Link)->Next;
    Block *B = *Link;
    HOST_CHECK(B != NULL, "ExFreePool(%p): not a live pool block (freed twice?)", Address);
    HOST_CHECK(Tag == 0 || B->Tag == Tag, "ExFreePoolWithTag: tag 0x%x, allocated with 0x%x", Tag, B->Tag);
    *Link = B->Next;
    pthread_mutex_unlock(&Lock);
    HOST_IRQL_MAX(B->Type == PagedPool ? APC_LEVEL : DISPATCH_LEVEL);
    free(B->Address);
    free(B);
}

VOID ExFreePool(PVOID P)
{
    Free(P, 0);
}

VOID ExFreePoolWithTag(PVOID P, ULONG Tag)
{
    HOST_CHECK(Tag != 0, "ExFreePoolWithTag without a tag");
    Free(P, Tag);
}

SIZE_T HostPoolBlocks(ULONG Tag)
{
    SIZE_T Count = 0;
    pthread_mutex_lock(&Lock);
    for (ULONG i = 0; i < BUCKETS; i++)
        for (Block *B = Table[i]; B != NULL; B = B->Next)
            Count += Tag == 0 || B->Tag == Tag;
    pthread_mutex_unlock(&Lock);
    return Count;
}

bool HostPoolFind(PVOID Address, PVOID *Start, SIZE_T *Size, POOL_TYPE *Type)
{
    bool Found = false;
    pthread_mutex_lock(&Lock);
    for (ULONG i = 0; i < BUCKETS && !Found; i++)
        for (Block *B = Table[i]; B != NULL; B = B->Next)
            if ((PUCHAR)Address >= B->Address && (PUCHAR)Address < B->Address + B->Size) {
                *Start = B->Address;
                *Size = B->Size;
                *Type = B->Type;
                Found = true;
                break;
            }
    pthread_mutex_unlock(&Lock);
    return Found;
}
