#include "table.h"

#define FREE TABLE_FREE
#define OWNED TABLE_OWNED
#define NO_CELL 0xffffffffu

/* So often a copy is begun anew because the cell changed under it. Each time another processor has got on. */
#define COPY_TRIES 8

#define EACH_BYTE(Byte) (0x0101010101010101ULL * (Byte))

C_ASSERT(TABLE_BUCKET == sizeof(ULONG64)); /* a tag for each cell */
C_ASSERT(TABLE_GROUP % TABLE_BUCKET == 0);

/* Where an address may stand: at home, in the home's bucket, in a second one; and its tag. */
typedef struct _HOMES {
    ULONG Home;
    ULONG First;
    ULONG Second;
    UCHAR Tag; /* 1 to 128 */
} HOMES;

static inline HOMES
HomesOf(const TABLE *Table, ULONG_PTR Key)
{
    ULONG64 Hash = TableHash(Key);
    ULONG Home = TableHome(Table, Hash);
    HOMES Homes = {
        Home,
        Home / TABLE_BUCKET,
        ((ULONG)(Hash >> 15) & Table->CellMask) / TABLE_BUCKET,
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

static inline ULONG
GroupsOf(ULONG Cells)
{
    return (Cells + TABLE_GROUP - 1) / TABLE_GROUP;
}

_Use_decl_annotations_
NTSTATUS
TableInitialize(TABLE *Table, ULONG Wanted)
{
    ULONG Cells = TABLE_MIN_CELLS;
    while (Cells < Wanted)
        Cells *= 2;

    /* One allocation: tags, which begin on a cache line, keys, cells, counts. */
    SIZE_T Size = Cells * (1 + sizeof(*Table->Keys) + sizeof(*Table->Cell)) + GroupsOf(Cells) * sizeof(*Table->Groups);
    RtlZeroMemory(Table, sizeof(*Table));
    Table->Allocation = ExAllocatePoolWithTag(NonPagedPoolNx, Size + 63, WSKTRACE_TAG);
    if (!Table->Allocation)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(Table->Allocation, Size + 63);
    Table->Tags = (volatile ULONG64 *)((VALUE_OF(Table->Allocation) + 63) & ~(ULONG_PTR)63);
    Table->Keys = (PVOID volatile *)(Table->Tags + Cells / TABLE_BUCKET);
    Table->Cell = (TABLE_CELL *)(ULONG_PTR)(Table->Keys + Cells);
    Table->Groups = (volatile LONG *)(Table->Cell + Cells);
    Table->CellMask = Cells - 1;
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
    GiveUp(Table, Index, FREE);
    InterlockedDecrement(&Table->Groups[Index / TABLE_GROUP]);
}

/* A copy of the cell, as long as it has Key. */
static inline BOOLEAN
Copy(const TABLE *Table, ULONG Index, ULONG_PTR Key, TABLE_ENTRY *Entry)
{
    for (ULONG Try = 0; Try < COPY_TRIES; Try++)
        if (TableCopy(Table, Index, Key, Entry))
            return TRUE;
        else if (KeyAt(Table, Index) != Key)
            return FALSE;
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

/* Home, as long as the first bucket is empty but for one; then a cell of the emptier bucket: that fills a table much further than
   taking the first there is. NO_CELL: both are full, or what was free has gone to other processors meanwhile. */
static ULONG
Claim(TABLE *Table, const HOMES *Homes)
{
    ULONG64 First = Vacant(ReadULong64Acquire(&Table->Tags[Homes->First]));
    if (Bytes(First) >= TABLE_BUCKET - 1 && Own(Table, Homes->Home, FREE))
        return Homes->Home;
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
    if (!TableUsable(Table, Key))
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
    InterlockedIncrement(&Table->Groups[Index / TABLE_GROUP]);
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
    if (!TableUsable(Table, Key))
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
NOINLINE BOOLEAN
TableSearch(const TABLE *Table, ULONG_PTR Key, TABLE_ENTRY *Entry)
{
    HOMES Homes = HomesOf(Table, Key);
    return FindIn(Table, Homes.First, &Homes, Key, Entry) || FindIn(Table, Homes.Second, &Homes, Key, Entry);
}

static inline BOOLEAN
PinIn(TABLE *Table, ULONG Bucket, const HOMES *Homes, ULONG_PTR Key, TABLE_PIN *Pin)
{
    for EACH_CELL (Index, Bucket, Candidates(Table, Bucket, Homes))
        if (TablePinCell(Table, (ULONG)Index, Key, Pin))
            return TRUE;
    return FALSE;
}

_Use_decl_annotations_
NOINLINE BOOLEAN
TableSearchPin(TABLE *Table, ULONG_PTR Key, TABLE_PIN *Pin)
{
    HOMES Homes = HomesOf(Table, Key);
    return PinIn(Table, Homes.First, &Homes, Key, Pin) || PinIn(Table, Homes.Second, &Homes, Key, Pin);
}

/* Copies the next entry from *Index on; *Index goes behind it. FALSE: that was the last. */
static BOOLEAN
Next(const TABLE *Table, ULONG *Index, TABLE_ENTRY *Entry)
{
    ULONG At = *Index;
    while (At < Table->Cells) {
        if (At % TABLE_GROUP == 0 && !ReadAcquire(&Table->Groups[At / TABLE_GROUP])) {
            At += TABLE_GROUP;
            continue;
        }
        if (At % TABLE_BUCKET == 0 && !ReadULong64Acquire(&Table->Tags[At / TABLE_BUCKET])) {
            At += TABLE_BUCKET;
            continue;
        }
        ULONG_PTR Key = KeyAt(Table, At++);
        if (Key <= OWNED || !Copy(Table, At - 1, Key, Entry))
            continue;
        *Index = At;
        return TRUE;
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
    LONG Count = 0;
    for (ULONG Group = 0; Group < GroupsOf(Table->Cells); Group++)
        Count += ReadAcquire(&Table->Groups[Group]);
    return (ULONG)max(Count, 0);
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
