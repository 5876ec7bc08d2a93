/*
 * A fixed table from an address to a little knowledge about it: live MDLs, pool blocks, IRPs in flight, sockets.
 * Memory is taken once, at Initialize. No lock: nobody waits for anybody, with the one exception that is named below.
 *
 * An address has two buckets of TABLE_BUCKET cells, and stands in a cell of one of them; so a look-up probes
 * 2 * TABLE_BUCKET cells at most, and by their tags, eight at a time. When both are full a new entry is refused and
 * counted: never below half of the cells with addresses that are spread, in practice at about four fifths.
 *
 *     Tags   | 8 bytes | ...            a byte of each key's hash, 0: free; a word for each bucket
 *     Keys   | 8 keys | 8 keys | ...      0: free; 1: owned by the processor that changes the cell; else the address
 *     Cells  | 8 cells | 8 cells | ...    what is known, with a version
 *     Used   | 1 bit a cell | ...         so that a walk reads a 64th of the memory
 *
 * What holds
 *   * A cell is owned by who changed its key to 1, by compare-exchange from what it was; only the owner writes to the
 *     cell, its tag and its bit. The owner gives it up by storing a key or 0.
 *   * The owner raises Version before it writes anything else. Owner: key 1 (full barrier), Version, contents, key, each
 *     a release. Reader: Version, key, contents, Version, each an acquire. Both Versions the same and the key the one
 *     that was asked for: the copy is of one entry. So a key that leaves and comes back (ABA) is noticed.
 *   * A tag is a hint: who needs to see an entry that was added before sees the tag too, and the key decides.
 *   * The bit is set before the key appears, and cleared after it is gone: a walk misses no entry that was there before
 *     it began and is there still.
 *   * TableAsk alone keeps an entry in place: it counts itself into Pins (full barrier) and then looks at the key; who
 *     takes the entry changes the key (full barrier) and then waits until Pins is 0. One of the two sees the other. So
 *     who frees an MDL waits for who copies that very MDL just now, at DISPATCH_LEVEL, for as long as a test takes.
 *   * An address may stand in the table more than once (an IRP that is sent twice at a time): TableAdd does not look,
 *     TableTake takes one, and says FALSE when there is none left.
 */
#ifndef WSKTRACE_TABLE_H
#define WSKTRACE_TABLE_H

#include "wsktrace.h"

#define TABLE_BUCKET 8
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
    ULONG BucketMask;
    volatile ULONG64 *Tags;
    PVOID volatile *Keys;
    TABLE_CELL *Cell;
    volatile LONG *Used;
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

_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
TableFind(_In_ const TABLE *Table, _In_ ULONG_PTR Key, _Out_ TABLE_ENTRY *Entry);

/* Does an entry of Key pass the test? It is not taken while the test runs, at DISPATCH_LEVEL. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
TableAsk(_Inout_ TABLE *Table, _In_ ULONG_PTR Key, _In_ TABLE_TEST *Test, _In_opt_ PVOID Context);

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
