#include "table.h"

#define FREE ((ULONG_PTR)0)
#define OWNED ((ULONG_PTR)1)
#define NO_CELL 0xffffffffu
#define WORD_BITS 32

/* So often a copy is begun anew because the cell changed under it. Each time another processor has got on. */
#define COPY_TRIES 8

#define EACH_BYTE(Byte) (0x0101010101010101ULL * (Byte))

C_ASSERT(TABLE_BUCKET == sizeof(ULONG64)); /* a tag for each cell */
C_ASSERT(TABLE_MIN_CELLS % WORD_BITS == 0);

/* Where an address may stand: two buckets; and its tag. */
typedef struct _HOMES {
    ULONG First;
    ULONG Second;
    UCHAR Tag; /* 1 to 128 */
} HOMES;

/* The low bits of a pool address are zero; Fibonacci hashing spreads what is left. */
static inline HOMES
HomesOf(const TABLE *Table, ULONG_PTR Key)
{
    ULONG64 Hash = (ULONG64)(Key >> 4) * 0x9E3779B97F4A7C15ULL;
    HOMES Homes = {
        (ULONG)(Hash >> 36) & Table->BucketMask,
        (ULONG)(Hash >> 18) & Table->BucketMask,
        (UCHAR)((Hash >> 57) + 1),
    };
    return Homes;
}

/* The bytes of a bucket's tags that are Tag have their highest bit set; bytes above the first such may, by chance. */
static inline ULONG64
Match(ULONG64 Tags, UCHAR Tag)
{
    ULONG64 Zero = Tags ^ EACH_BYTE(Tag);
    return (Zero - EACH_BYTE(1)) & ~Zero & EACH_BYTE(0x80);
}

/* The bytes that are 0, exactly. */
static inline ULONG64
Vacant(ULONG64 Tags)
{
    return ~(((Tags & EACH_BYTE(0x7f)) + EACH_BYTE(0x7f)) | Tags | EACH_BYTE(0x7f));
}

/* How many bytes a match has. */
static inline ULONG
Bytes(ULONG64 Match)
{
    return (ULONG)((Match >> 7) * EACH_BYTE(1) >> 56);
}

/* The first cell of a match in a bucket; of no match, the bucket's first. */
static inline ULONG64
CellOf(ULONG Bucket, ULONG64 Match)
{
    return (ULONG64)Bucket * TABLE_BUCKET + (Match ? LOWEST_BIT(Match) / 8 : 0);
}

/* The cells of a match in a bucket, one after the other. */
#define EACH_CELL(Index, Bucket, Matched)                             \
    (ULONG64 M_ = (Matched), Index = CellOf((Bucket), M_); M_;        \
     M_ &= M_ - 1, Index = CellOf((Bucket), M_))

static inline ULONG_PTR
KeyAt(const TABLE *Table, ULONG Index)
{
    return VALUE_OF(ReadPointerAcquire(&Table->Keys[Index]));
}

static inline BOOLEAN
Usable(const TABLE *Table, ULONG_PTR Key)
{
    return Key > OWNED && Table->Cells;
}

_Use_decl_annotations_
NTSTATUS
TableInitialize(TABLE *Table, ULONG Wanted)
{
    ULONG Cells = TABLE_MIN_CELLS;
    while (Cells < Wanted)
        Cells *= 2;

    /* One allocation: tags, which begin on a cache line, keys, cells, bits. */
    SIZE_T Size = Cells * (1 + sizeof(*Table->Keys) + sizeof(*Table->Cell)) + Cells / WORD_BITS * sizeof(*Table->Used);
    RtlZeroMemory(Table, sizeof(*Table));
    Table->Allocation = ExAllocatePoolWithTag(NonPagedPoolNx, Size + 63, WSKTRACE_TAG);
    if (!Table->Allocation)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(Table->Allocation, Size + 63);
    Table->Tags = (volatile ULONG64 *)((VALUE_OF(Table->Allocation) + 63) & ~(ULONG_PTR)63);
    Table->Keys = (PVOID volatile *)(Table->Tags + Cells / TABLE_BUCKET);
    Table->Cell = (TABLE_CELL *)(ULONG_PTR)(Table->Keys + Cells);
    Table->Used = (volatile LONG *)(Table->Cell + Cells);
    Table->BucketMask = Cells / TABLE_BUCKET - 1;
    Table->Cells = Cells;
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
TableUninitialize(TABLE *Table)
{
    if (Table->Allocation)
        ExFreePoolWithTag(Table->Allocation, WSKTRACE_TAG);
    RtlZeroMemory(Table, sizeof(*Table));
}

/* From here on the cell is ours. FALSE: its key is not From (any more). */
static inline BOOLEAN
Own(TABLE *Table, ULONG Index, ULONG_PTR From)
{
    return InterlockedCompareExchangePointer(&Table->Keys[Index], (PVOID)OWNED, (PVOID)From) == (PVOID)From;
}

/* Owned, and now anybody's again, as Key says. */
static inline VOID
GiveUp(TABLE *Table, ULONG Index, ULONG_PTR Key)
{
    WritePointerRelease(&Table->Keys[Index], (PVOID)Key);
}

/* Owned. A byte of the word that others read whole. */
static inline VOID
SetTag(TABLE *Table, ULONG Index, UCHAR Tag)
{
    ((volatile UCHAR *)Table->Tags)[Index] = Tag;
}

/* Owned, and empty again when whoever is asking about it has done so. */
static VOID
Vacate(TABLE *Table, ULONG Index)
{
    while (ReadAcquire(&Table->Cell[Index].Pins))
        YieldProcessor();
    SetTag(Table, Index, 0);
    InterlockedAnd(&Table->Used[Index / WORD_BITS], ~(LONG)(1u << Index % WORD_BITS));
    GiveUp(Table, Index, FREE);
}

/* A copy of the cell, as long as it has Key. */
static inline BOOLEAN
Copy(const TABLE *Table, ULONG Index, ULONG_PTR Key, TABLE_ENTRY *Entry)
{
    const TABLE_CELL *Cell = &Table->Cell[Index];

    for (ULONG Try = 0; Try < COPY_TRIES; Try++) {
        ULONG Version = ReadULongAcquire(&Cell->Version);
        if (KeyAt(Table, Index) != Key)
            return FALSE;
        Entry->Key = Key;
        Entry->A = ReadULong64Acquire(&Cell->A);
        Entry->B = ReadULong64Acquire(&Cell->B);
        Entry->Client = (USHORT)ReadULongPtrAcquire(&Cell->Client);
        if (ReadULongAcquire(&Cell->Version) == Version)
            return TRUE;
    }
    return FALSE;
}

static ULONG
ClaimIn(TABLE *Table, ULONG Bucket, ULONG64 Free)
{
    for EACH_CELL (Index, Bucket, Free)
        if (Own(Table, (ULONG)Index, FREE))
            return (ULONG)Index;
    return NO_CELL;
}

/* A cell of the emptier bucket: that fills a table much further than taking the first there is. NO_CELL: both are
   full, or what was free has gone to other processors meanwhile. */
static ULONG
Claim(TABLE *Table, const HOMES *Homes)
{
    ULONG64 First = Vacant(ReadULong64Acquire(&Table->Tags[Homes->First]));
    ULONG64 Second = Vacant(ReadULong64Acquire(&Table->Tags[Homes->Second]));
    ULONG Index = NO_CELL;
    if (Bytes(First) >= Bytes(Second)) {
        Index = ClaimIn(Table, Homes->First, First);
        First = 0;
    }
    if (Index == NO_CELL)
        Index = ClaimIn(Table, Homes->Second, Second);
    if (Index == NO_CELL)
        Index = ClaimIn(Table, Homes->First, First);
    return Index;
}

_Use_decl_annotations_
BOOLEAN
TableAdd(TABLE *Table, ULONG_PTR Key, UINT64 A, UINT64 B, USHORT Client)
{
    if (!Usable(Table, Key))
        return FALSE;
    HOMES Homes = HomesOf(Table, Key);
    ULONG Index = Claim(Table, &Homes);
    if (Index == NO_CELL) {
        InterlockedIncrement64(&Table->Refused);
        return FALSE;
    }
    TABLE_CELL *Cell = &Table->Cell[Index];
    WriteULongRelease(&Cell->Version, Cell->Version + 1);
    WriteULong64Release(&Cell->A, A);
    WriteULong64Release(&Cell->B, B);
    WriteULongPtrRelease(&Cell->Client, Client);
    InterlockedOr(&Table->Used[Index / WORD_BITS], (LONG)(1u << Index % WORD_BITS));
    SetTag(Table, Index, Homes.Tag);
    GiveUp(Table, Index, Key);
    return TRUE;
}

_Use_decl_annotations_
BOOLEAN
TablePut(TABLE *Table, ULONG_PTR Key, UINT64 A, UINT64 B, USHORT Client)
{
    while (TableTake(Table, Key, 0, NULL))
        ;
    return TableAdd(Table, Key, A, B, Client);
}

/* Takes the cell if it has Key, and A. */
static inline BOOLEAN
TakeCell(TABLE *Table, ULONG Index, ULONG_PTR Key, UINT64 A, TABLE_ENTRY *Entry)
{
    TABLE_CELL *Cell = &Table->Cell[Index];

    /* The first look keeps others' entries in sight; what counts is the second, when the cell is ours. */
    if ((A && ReadULong64Acquire(&Cell->A) != A) || !Own(Table, Index, Key))
        return FALSE;
    if (A && Cell->A != A) {
        GiveUp(Table, Index, Key);
        return FALSE;
    }
    if (Entry) {
        Entry->Key = Key;
        Entry->A = Cell->A;
        Entry->B = Cell->B;
        Entry->Client = (USHORT)Cell->Client;
    }
    Vacate(Table, Index);
    return TRUE;
}

static inline ULONG64
Candidates(const TABLE *Table, ULONG Bucket, const HOMES *Homes)
{
    return Match(ReadULong64Acquire(&Table->Tags[Bucket]), Homes->Tag);
}

static inline BOOLEAN
TakeFrom(TABLE *Table, ULONG Bucket, const HOMES *Homes, ULONG_PTR Key, UINT64 A, TABLE_ENTRY *Entry)
{
    for EACH_CELL (Index, Bucket, Candidates(Table, Bucket, Homes))
        if (TakeCell(Table, (ULONG)Index, Key, A, Entry))
            return TRUE;
    return FALSE;
}

_Use_decl_annotations_
BOOLEAN
TableTake(TABLE *Table, ULONG_PTR Key, UINT64 A, TABLE_ENTRY *Entry)
{
    if (!Usable(Table, Key))
        return FALSE;
    HOMES Homes = HomesOf(Table, Key);
    return TakeFrom(Table, Homes.First, &Homes, Key, A, Entry) || TakeFrom(Table, Homes.Second, &Homes, Key, A, Entry);
}

static inline BOOLEAN
FindIn(const TABLE *Table, ULONG Bucket, const HOMES *Homes, ULONG_PTR Key, TABLE_ENTRY *Entry)
{
    for EACH_CELL (Index, Bucket, Candidates(Table, Bucket, Homes))
        if (Copy(Table, (ULONG)Index, Key, Entry))
            return TRUE;
    return FALSE;
}

_Use_decl_annotations_
BOOLEAN
TableFind(const TABLE *Table, ULONG_PTR Key, TABLE_ENTRY *Entry)
{
    if (!Usable(Table, Key))
        return FALSE;
    HOMES Homes = HomesOf(Table, Key);
    return FindIn(Table, Homes.First, &Homes, Key, Entry) || FindIn(Table, Homes.Second, &Homes, Key, Entry);
}

static inline BOOLEAN
AskIn(TABLE *Table, ULONG Bucket, const HOMES *Homes, ULONG_PTR Key, TABLE_TEST *Test, PVOID Context)
{
    for EACH_CELL (Index, Bucket, Candidates(Table, Bucket, Homes)) {
        TABLE_ENTRY Entry;
        KIRQL Irql;
        KeRaiseIrql(DISPATCH_LEVEL, &Irql); /* who wants to take the entry waits for us: we must not be preempted */
        InterlockedIncrement(&Table->Cell[Index].Pins);
        BOOLEAN Passed = Copy(Table, (ULONG)Index, Key, &Entry) && Test(&Entry, Context);
        InterlockedDecrement(&Table->Cell[Index].Pins);
        KeLowerIrql(Irql);
        if (Passed)
            return TRUE;
    }
    return FALSE;
}

_Use_decl_annotations_
BOOLEAN
TableAsk(TABLE *Table, ULONG_PTR Key, TABLE_TEST *Test, PVOID Context)
{
    if (!Usable(Table, Key))
        return FALSE;
    HOMES Homes = HomesOf(Table, Key);
    return AskIn(Table, Homes.First, &Homes, Key, Test, Context) ||
           AskIn(Table, Homes.Second, &Homes, Key, Test, Context);
}

/* Copies the next used cell from *Index on; *Index goes behind it. FALSE: that was the last. */
static BOOLEAN
Next(const TABLE *Table, ULONG *Index, TABLE_ENTRY *Entry)
{
    for (ULONG Word = *Index / WORD_BITS; Word < Table->Cells / WORD_BITS; Word++) {
        ULONG Bits = (ULONG)ReadAcquire(&Table->Used[Word]);
        if (Word == *Index / WORD_BITS)
            Bits &= ~0u << *Index % WORD_BITS;
        for (; Bits; Bits &= Bits - 1) {
            ULONG At = Word * WORD_BITS + LOWEST_BIT(Bits);
            ULONG_PTR Key = KeyAt(Table, At);
            if (Key <= OWNED || !Copy(Table, At, Key, Entry))
                continue;
            *Index = At + 1;
            return TRUE;
        }
    }
    return FALSE;
}

_Use_decl_annotations_
BOOLEAN
TableAny(const TABLE *Table, TABLE_TEST *Test, PVOID Context)
{
    TABLE_ENTRY Entry;
    for (ULONG Index = 0; Next(Table, &Index, &Entry);)
        if (Test(&Entry, Context))
            return TRUE;
    return FALSE;
}

_Use_decl_annotations_
ULONG
TableCount(const TABLE *Table)
{
    ULONG Count = 0;
    for (ULONG Word = 0; Word < Table->Cells / WORD_BITS; Word++)
        for (ULONG Bits = (ULONG)ReadAcquire(&Table->Used[Word]); Bits; Bits &= Bits - 1)
            Count++;
    return Count;
}

_Use_decl_annotations_
VOID
TableForgetClient(TABLE *Table, USHORT Client)
{
    TABLE_ENTRY Entry;
    for (ULONG Index = 0; Next(Table, &Index, &Entry);) {
        if (Entry.Client != Client || !Own(Table, Index - 1, Entry.Key))
            continue;
        if (Table->Cell[Index - 1].Client == Client)
            Vacate(Table, Index - 1);
        else
            GiveUp(Table, Index - 1, Entry.Key);
    }
}

_Use_decl_annotations_
BOOLEAN
TableEvery(const TABLE_ENTRY *Entry, PVOID Context)
{
    UNREFERENCED_PARAMETER(Entry);
    UNREFERENCED_PARAMETER(Context);
    return TRUE;
}

_Use_decl_annotations_
BOOLEAN
TableKeyInRange(const TABLE_ENTRY *Entry, PVOID Context)
{
    return RangeHolds(Context, Entry->Key);
}

_Use_decl_annotations_
VOID
TableForget(TABLE *Table, TABLE_TEST *Test, PVOID Context)
{
    TABLE_ENTRY Entry;
    for (ULONG Index = 0; Next(Table, &Index, &Entry);)
        if (Test(&Entry, Context) && Own(Table, Index - 1, Entry.Key))
            Vacate(Table, Index - 1);
}
