#include "table.h"

#define FREE ((ULONG_PTR)0)
#define OWNED ((ULONG_PTR)1)
#define NO_CELL 0xffffffffu
#define WORD_BITS 32

/* So often a copy is begun anew because the cell changed under it. Each time another processor has got on. */
#define COPY_TRIES 8

C_ASSERT(TABLE_BUCKET * sizeof(ULONG_PTR) == 64 || sizeof(ULONG_PTR) != 8); /* a bucket's keys are a cache line */
C_ASSERT(TABLE_MIN_CELLS % WORD_BITS == 0);

/* The first cell of each of the two buckets of an address. */
typedef struct _HOMES {
    ULONG First;
    ULONG Second;
} HOMES;

/* The low bits of a pool address are zero; Fibonacci hashing spreads what is left. */
static inline HOMES
HomesOf(const TABLE *Table, ULONG_PTR Key)
{
    ULONG64 Hash = (ULONG64)(Key >> 4) * 0x9E3779B97F4A7C15ULL;
    HOMES Homes = {
        ((ULONG)(Hash >> 44) & Table->BucketMask) * TABLE_BUCKET,
        ((ULONG)(Hash >> 24) & Table->BucketMask) * TABLE_BUCKET,
    };
    return Homes;
}

static inline ULONG_PTR
KeyAt(const TABLE *Table, ULONG Index)
{
    return VALUE_OF(ReadPointerAcquire(&Table->Keys[Index]));
}

/* The next cell from Index on, of the bucket that it is in, that has Key; its end if there is none. */
static inline ULONG
Probe(const TABLE *Table, ULONG Index, ULONG End, ULONG_PTR Key)
{
    while (Index < End && KeyAt(Table, Index) != Key)
        Index++;
    return Index;
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

    /* One allocation: keys, which begin on a cache line, cells, bits. */
    SIZE_T Bytes = Cells * (sizeof(*Table->Keys) + sizeof(*Table->Cell)) + Cells / WORD_BITS * sizeof(*Table->Used);
    RtlZeroMemory(Table, sizeof(*Table));
    Table->Allocation = ExAllocatePoolWithTag(NonPagedPoolNx, Bytes + 63, WSKTRACE_TAG);
    if (!Table->Allocation)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(Table->Allocation, Bytes + 63);
    Table->Keys = (PVOID volatile *)((VALUE_OF(Table->Allocation) + 63) & ~(ULONG_PTR)63);
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

/* Owned, and empty again when whoever is asking about it has done so. */
static VOID
Vacate(TABLE *Table, ULONG Index)
{
    while (ReadAcquire(&Table->Cell[Index].Pins))
        YieldProcessor();
    InterlockedAnd(&Table->Used[Index / WORD_BITS], ~(LONG)(1u << Index % WORD_BITS));
    GiveUp(Table, Index, FREE);
}

/* A copy of the cell, as long as it has Key. */
static BOOLEAN
Copy(const TABLE *Table, ULONG Index, ULONG_PTR Key, TABLE_ENTRY *Entry)
{
    const TABLE_CELL *Cell = &Table->Cell[Index];

    for (ULONG Try = 0; Try < COPY_TRIES; Try++) {
        ULONG Version = ReadULongAcquire(&Cell->Version);
        if (KeyAt(Table, Index) != Key)
            return FALSE;
        Entry->Key = Key;
        Entry->A = ReadULongPtrAcquire(&Cell->A);
        Entry->B = ReadULongPtrAcquire(&Cell->B);
        Entry->Client = (USHORT)ReadULongPtrAcquire(&Cell->Client);
        if (ReadULongAcquire(&Cell->Version) == Version)
            return TRUE;
    }
    return FALSE;
}

/* The free cells of a bucket: how many there are, and one of them. */
static inline ULONG
Vacancies(const TABLE *Table, ULONG Home, ULONG *Vacant)
{
    ULONG Count = 0;
    for (ULONG Index = Home; Index < Home + TABLE_BUCKET; Index++)
        if (KeyAt(Table, Index) == FREE) {
            *Vacant = Index;
            Count++;
        }
    return Count;
}

/* A cell of the emptier bucket: that fills a table much further than taking the first there is. NO_CELL: both are
   full. */
static ULONG
Claim(TABLE *Table, ULONG_PTR Key)
{
    HOMES Homes = HomesOf(Table, Key);
    for (;;) {
        ULONG Index = NO_CELL, Other = NO_CELL;
        ULONG InFirst = Vacancies(Table, Homes.First, &Index);
        if (InFirst < TABLE_BUCKET && Vacancies(Table, Homes.Second, &Other) > InFirst)
            Index = Other;
        if (Index == NO_CELL || Own(Table, Index, FREE))
            return Index;
        /* Lost to another processor, which has got its cell. */
    }
}

_Use_decl_annotations_
BOOLEAN
TableAdd(TABLE *Table, ULONG_PTR Key, ULONG_PTR A, ULONG_PTR B, USHORT Client)
{
    if (!Usable(Table, Key))
        return FALSE;
    ULONG Index = Claim(Table, Key);
    if (Index == NO_CELL) {
        InterlockedIncrement64(&Table->Refused);
        return FALSE;
    }
    TABLE_CELL *Cell = &Table->Cell[Index];
    WriteULongRelease(&Cell->Version, Cell->Version + 1);
    WriteULongPtrRelease(&Cell->A, A);
    WriteULongPtrRelease(&Cell->B, B);
    WriteULongPtrRelease(&Cell->Client, Client);
    InterlockedOr(&Table->Used[Index / WORD_BITS], (LONG)(1u << Index % WORD_BITS));
    GiveUp(Table, Index, Key);
    return TRUE;
}

_Use_decl_annotations_
BOOLEAN
TablePut(TABLE *Table, ULONG_PTR Key, ULONG_PTR A, ULONG_PTR B, USHORT Client)
{
    while (TableTake(Table, Key, 0, NULL))
        ;
    return TableAdd(Table, Key, A, B, Client);
}

/* Takes the cell if it has Key, and A. */
static BOOLEAN
TakeCell(TABLE *Table, ULONG Index, ULONG_PTR Key, ULONG_PTR A, TABLE_ENTRY *Entry)
{
    TABLE_CELL *Cell = &Table->Cell[Index];

    /* The first look keeps others' entries in sight; what counts is the second, when the cell is ours. */
    if ((A && ReadULongPtrAcquire(&Cell->A) != A) || !Own(Table, Index, Key))
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

static BOOLEAN
TakeFrom(TABLE *Table, ULONG Home, ULONG_PTR Key, ULONG_PTR A, TABLE_ENTRY *Entry)
{
    ULONG End = Home + TABLE_BUCKET;
    for (ULONG Index = Probe(Table, Home, End, Key); Index < End; Index = Probe(Table, Index + 1, End, Key))
        if (TakeCell(Table, Index, Key, A, Entry))
            return TRUE;
    return FALSE;
}

_Use_decl_annotations_
BOOLEAN
TableTake(TABLE *Table, ULONG_PTR Key, ULONG_PTR A, TABLE_ENTRY *Entry)
{
    if (!Usable(Table, Key))
        return FALSE;
    HOMES Homes = HomesOf(Table, Key);
    return TakeFrom(Table, Homes.First, Key, A, Entry) || TakeFrom(Table, Homes.Second, Key, A, Entry);
}

static inline BOOLEAN
FindIn(const TABLE *Table, ULONG Home, ULONG_PTR Key, TABLE_ENTRY *Entry)
{
    ULONG End = Home + TABLE_BUCKET;
    for (ULONG Index = Probe(Table, Home, End, Key); Index < End; Index = Probe(Table, Index + 1, End, Key))
        if (Copy(Table, Index, Key, Entry))
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
    return FindIn(Table, Homes.First, Key, Entry) || FindIn(Table, Homes.Second, Key, Entry);
}

static BOOLEAN
AskIn(TABLE *Table, ULONG Home, ULONG_PTR Key, TABLE_TEST *Test, PVOID Context)
{
    BOOLEAN Passed = FALSE;
    ULONG End = Home + TABLE_BUCKET;
    for (ULONG Index = Probe(Table, Home, End, Key); Index < End && !Passed; Index = Probe(Table, Index + 1, End, Key)) {
        TABLE_ENTRY Entry;
        KIRQL Irql;
        KeRaiseIrql(DISPATCH_LEVEL, &Irql); /* who wants to take the entry waits for us: we must not be preempted */
        InterlockedIncrement(&Table->Cell[Index].Pins);
        Passed = Copy(Table, Index, Key, &Entry) && Test(&Entry, Context);
        InterlockedDecrement(&Table->Cell[Index].Pins);
        KeLowerIrql(Irql);
    }
    return Passed;
}

_Use_decl_annotations_
BOOLEAN
TableAsk(TABLE *Table, ULONG_PTR Key, TABLE_TEST *Test, PVOID Context)
{
    if (!Usable(Table, Key))
        return FALSE;
    HOMES Homes = HomesOf(Table, Key);
    return AskIn(Table, Homes.First, Key, Test, Context) || AskIn(Table, Homes.Second, Key, Test, Context);
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
