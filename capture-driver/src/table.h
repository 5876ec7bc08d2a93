/*
 * A fixed table from an address to a little knowledge about it: live MDLs, pool blocks, IRPs in flight, sockets.
 * Memory is taken once, at Initialize. No lock: nobody waits for anybody, with the one exception that is named below.
 *
 * An address has two buckets of TABLE_BUCKET cells, and stands in a cell of one of them: in its home, a certain cell of
 * the first, as long as there is much room. So most look-ups find it at once, and the others probe 2 * TABLE_BUCKET cells at most, and
 * by their tags, eight at a time. When both are full a new entry is refused and
 * counted: never below half of the cells with addresses that are spread, in practice at about four fifths.
 *
 *     Tags   | 8 bytes | ...            a byte of each key's hash, 0: free; a word for each bucket
 *     Keys   | 8 keys | 8 keys | ...      0: free; 1: owned by the processor that changes the cell; else the address
 *     Cells  | 8 cells | 8 cells | ...    what is known, with a version
 *     Groups | a count | ...              entries of TABLE_GROUP cells, so that a walk reads what is used alone
 *
 * What holds
 *   * A cell is owned by who changed its key to 1, by compare-exchange from what it was; only the owner writes to the
 *     cell and its tag, and counts it. The owner gives it up by storing a key or 0.
 *   * The owner raises Version before it writes anything else. Owner: key 1 (full barrier), Version, contents, key, each
 *     a release. Reader: Version, key, contents, Version, each an acquire. Both Versions the same and the key the one
 *     that was asked for: the copy is of one entry. So a key that leaves and comes back (ABA) is noticed.
 *   * A tag is a hint: who needs to see an entry that was added before sees the tag too, and the key decides.
 *   * A cell is counted before its key appears, and until after it is gone: a walk misses no entry that was there before
 *     it began and is there still.
 *   * TablePin alone keeps an entry in place: it counts itself into Pins (full barrier) and then looks at the key; who
 *     takes the entry changes the key (full barrier) and then waits until Pins is 0. One of the two sees the other. So
 *     who frees an MDL waits for who copies that very MDL just now, at DISPATCH_LEVEL, for as long as a look takes.
 *   * An address may stand in the table more than once (an IRP that is sent twice at a time): TableAdd does not look,
 *     TableTake takes one, and says FALSE when there is none left.
 */
#ifndef WSKTRACE_TABLE_H
#define WSKTRACE_TABLE_H

#include "wsktrace.h"

#define TABLE_BUCKET 8
#define TABLE_GROUP 512 /* cells */
#define TABLE_MIN_CELLS 64
#define TABLE_MAX_CELLS 0x100000

/* A copy of what is known. */
typedef struct _TABLE_ENTRY {
    ULONG_PTR Key;
    UINT64 A; /* what A and B are, the owner of the table says */
    UINT64 B;
    USHORT Client;
} TABLE_ENTRY;

typedef struct _TABLE_CELL {
    volatile ULONG Version;
    volatile LONG Pins;
    volatile UINT64 A; /* on a 32-bit processor two words: Version tells a copy that is half and half */
    volatile UINT64 B;
    volatile ULONG_PTR Client;
} TABLE_CELL;

typedef struct _TABLE {
    ULONG Cells; /* a power of two; 0: there is no table */
    ULONG CellMask;
    volatile ULONG64 *Tags;
    PVOID volatile *Keys;
    TABLE_CELL *Cell;
    volatile LONG *Groups;
    PVOID Allocation;
    volatile LONG64 Refused; /* entries that found both their buckets full */
} TABLE;

/* Addresses from Start up to, not including, End. */
typedef struct _RANGE {
    ULONG_PTR Start;
    ULONG_PTR End;
} RANGE;

static inline BOOLEAN
RangeHolds(_In_ const RANGE *Range, _In_ ULONG_PTR Address)
{
    return Address >= Range->Start && Address < Range->End;
}

static inline BOOLEAN
RangeOverlaps(_In_ const RANGE *Range, _In_ ULONG_PTR Start, _In_ ULONG_PTR End)
{
    return Start < Range->End && Range->Start < End;
}

/* Asked about an entry. Must neither wait nor change the table. */
typedef BOOLEAN TABLE_TEST(_In_ const TABLE_ENTRY *Entry, _In_opt_ PVOID Context);

/* Cells: rounded up to a power of two. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Must_inspect_result_
NTSTATUS
TableInitialize(_Out_ TABLE *Table, _In_range_(TABLE_MIN_CELLS, TABLE_MAX_CELLS) ULONG Cells);

/* Nobody may use the table any more. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
TableUninitialize(_Inout_ TABLE *Table);

/* One more entry, whether or not Key is there already. FALSE: refused and counted. Addresses 0 and 1 are nobody's, and
   not entered. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
TableAdd(_Inout_ TABLE *Table, _In_ ULONG_PTR Key, _In_ UINT64 A, _In_ UINT64 B, _In_ USHORT Client);

/* Replaces what is known about Key. FALSE: refused and counted. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
TablePut(_Inout_ TABLE *Table, _In_ ULONG_PTR Key, _In_ UINT64 A, _In_ UINT64 B, _In_ USHORT Client);

/* Removes an entry of Key; when A is not 0 one whose A is that. Waits for who asks about it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
TableTake(_Inout_ TABLE *Table, _In_ ULONG_PTR Key, _In_ UINT64 A, _Out_opt_ TABLE_ENTRY *Entry);

#define TABLE_FREE ((ULONG_PTR)0)
#define TABLE_OWNED ((ULONG_PTR)1)

/* The low bits of a pool address are zero; Fibonacci hashing spreads what is left. */
static inline ULONG64
TableHash(_In_ ULONG_PTR Key)
{
    return (ULONG64)(Key >> 4) * 0x9E3779B97F4A7C15ULL;
}

/* The cell where the address stands as long as there is much room. */
static inline ULONG
TableHome(_In_ const TABLE *Table, _In_ ULONG64 Hash)
{
    return (ULONG)(Hash >> 33) & Table->CellMask;
}

/* May the address be in the table? Then it is nobody's mark, and there is a table. */
static inline BOOLEAN
TableUsable(_In_ const TABLE *Table, _In_ ULONG_PTR Key)
{
    return Key > TABLE_OWNED && Table->Cells;
}

/* A copy of the cell, if it has Key, and if it did not change meanwhile. */
static inline BOOLEAN
TableCopy(_In_ const TABLE *Table, _In_ ULONG Index, _In_ ULONG_PTR Key, _Out_ TABLE_ENTRY *Entry)
{
    const TABLE_CELL *Cell = &Table->Cell[Index];
    ULONG Version = ReadULongAcquire(&Cell->Version);
    if (VALUE_OF(ReadPointerAcquire(&Table->Keys[Index])) != Key)
        return FALSE;
    Entry->Key = Key;
    Entry->A = ReadULong64Acquire(&Cell->A);
    Entry->B = ReadULong64Acquire(&Cell->B);
    Entry->Client = (USHORT)ReadULongPtrAcquire(&Cell->Client);
    return ReadULongAcquire(&Cell->Version) == Version;
}

/* TableFind, for what is not at home. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
TableSearch(_In_ const TABLE *Table, _In_ ULONG_PTR Key, _Out_ TABLE_ENTRY *Entry);

_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
static inline BOOLEAN
TableFind(_In_ const TABLE *Table, _In_ ULONG_PTR Key, _Out_ TABLE_ENTRY *Entry)
{
    return TableUsable(Table, Key) &&
           (TableCopy(Table, TableHome(Table, TableHash(Key)), Key, Entry) || TableSearch(Table, Key, Entry));
}

/* An entry that is held in place: it does not change until TableUnpin. */
typedef struct _TABLE_PIN {
    TABLE_CELL *Cell;
    KIRQL Irql; /* to go back to */
} TABLE_PIN;

/* Back at the IRQL of TablePin. */
_IRQL_requires_(DISPATCH_LEVEL)
static inline VOID
TableUnpin(_In_ TABLE_PIN Pin)
{
    InterlockedDecrement(&Pin.Cell->Pins);
    KeLowerIrql(Pin.Irql);
}

/* Holds the entry in a cell, if it has Key. */
static inline BOOLEAN
TablePinCell(_Inout_ TABLE *Table, _In_ ULONG Index, _In_ ULONG_PTR Key, _Out_ TABLE_PIN *Pin)
{
    KIRQL Irql;
    if (VALUE_OF(ReadPointerAcquire(&Table->Keys[Index])) != Key)
        return FALSE;
    KeRaiseIrql(DISPATCH_LEVEL, &Irql); /* who wants to take the entry waits for us: we must not be preempted */
    Pin->Cell = &Table->Cell[Index];
    Pin->Irql = Irql;
    InterlockedIncrement(&Pin->Cell->Pins);
    if (VALUE_OF(ReadPointerAcquire(&Table->Keys[Index])) == Key)
        return TRUE;
    TableUnpin(*Pin);
    return FALSE;
}

/* TablePin, for what is not at home. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
TableSearchPin(_Inout_ TABLE *Table, _In_ ULONG_PTR Key, _Out_ TABLE_PIN *Pin);

/* Holds an entry of Key: who takes it waits until TableUnpin. FALSE: there is none. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_When_(return, _IRQL_raises_(DISPATCH_LEVEL))
_Success_(return)
static inline BOOLEAN
TablePin(_Inout_ TABLE *Table, _In_ ULONG_PTR Key, _Out_ TABLE_PIN *Pin)
{
    if (!TableUsable(Table, Key))
        return FALSE;
    return TablePinCell(Table, TableHome(Table, TableHash(Key)), Key, Pin) || TableSearchPin(Table, Key, Pin);
}

/* Does any entry pass the test? It is a copy, and may have been taken meanwhile. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
TableAny(_In_ const TABLE *Table, _In_ TABLE_TEST *Test, _In_opt_ PVOID Context);

/* Entries; exact when nobody is changing the table, and never without one that stays. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
TableCount(_In_ const TABLE *Table);

/* Removes every entry that passes the test. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
TableForget(_Inout_ TABLE *Table, _In_ TABLE_TEST *Test, _In_opt_ PVOID Context);

/* Tests: every entry, and those whose Key lies in a RANGE. */
TABLE_TEST TableEvery, TableKeyInRange;

/* Removes every entry of a client that is gone. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
TableForgetClient(_Inout_ TABLE *Table, _In_ USHORT Client);

#endif
