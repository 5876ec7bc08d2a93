/*
 * A fixed table from an address to a little knowledge about it: live MDLs, pool blocks, IRPs in flight, sockets.
 * Memory is taken once, at Initialize; a full table refuses and counts. Entries lie densely from the start, so that
 * a walk over all of them ends at the high-water mark.
 */
#ifndef WSKTRACE_TABLE_H
#define WSKTRACE_TABLE_H

#include "wsktrace.h"

typedef struct _TABLE_ENTRY {
    ULONG_PTR Key; /* 0: free */
    ULONG_PTR A;   /* what A and B are, the owner of the table says */
    ULONG_PTR B;
    USHORT Client;
    ULONG Next; /* index + 1 of the next in the bucket or in the free list, 0 at the end */
} TABLE_ENTRY;

typedef struct _TABLE {
    KSPIN_LOCK Lock;
    ULONG Capacity;
    volatile ULONG Count; /* changed under the lock, read without */
    ULONG HighWater; /* entries at this index and above were never used, or not since the table was last empty */
    ULONG Free;
    ULONG BucketMask;
    TABLE_ENTRY *Entries;
    ULONG *Buckets;
    volatile LONG64 Refused; /* puts that found the table full */
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

/* Asked about an entry under the table's lock: must neither wait nor call back into the table. */
typedef BOOLEAN TABLE_TEST(_In_ const TABLE_ENTRY *Entry, _In_opt_ PVOID Context);

_IRQL_requires_max_(DISPATCH_LEVEL)
_Must_inspect_result_
NTSTATUS
TableInitialize(_Out_ TABLE *Table, _In_range_(1, 0x100000) ULONG Capacity);

/* Nobody may use the table any more. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
TableUninitialize(_Inout_ TABLE *Table);

/* Replaces what is known about Key. FALSE: full, counted in Refused. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
TablePut(_Inout_ TABLE *Table, _In_ ULONG_PTR Key, _In_ ULONG_PTR A, _In_ ULONG_PTR B, _In_ USHORT Client);

/* Removes Key; when A is not 0 only if the entry's A is that. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
TableTake(_Inout_ TABLE *Table, _In_ ULONG_PTR Key, _In_ ULONG_PTR A, _Out_opt_ TABLE_ENTRY *Entry);

_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
TableFind(_Inout_ TABLE *Table, _In_ ULONG_PTR Key, _Out_ TABLE_ENTRY *Entry);

/* Does the entry of Key pass the test? The entry stays as it is while the test runs: it runs under the lock. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
TableAsk(_Inout_ TABLE *Table, _In_ ULONG_PTR Key, _In_ TABLE_TEST *Test, _In_opt_ PVOID Context);

/* Does any entry pass the test? Walks up to the high-water mark under the lock. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
TableAny(_Inout_ TABLE *Table, _In_ TABLE_TEST *Test, _In_opt_ PVOID Context);

/* Removes every entry of a client that is gone. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
TableForgetClient(_Inout_ TABLE *Table, _In_ USHORT Client);

#endif
