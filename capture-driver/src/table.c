#include "table.h"

static ULONG *
Bucket(TABLE *Table, ULONG_PTR Key)
{
    /* The low bits of a pool address are zero; Fibonacci hashing spreads what is left. */
    return &Table->Buckets[(ULONG)(((ULONG64)(Key >> 4) * 0x9E3779B97F4A7C15ULL) >> 40) & Table->BucketMask];
}

_Use_decl_annotations_
NTSTATUS
TableInitialize(TABLE *Table, ULONG Capacity)
{
    ULONG Buckets = 64;
    while (Buckets < Capacity)
        Buckets *= 2;

    RtlZeroMemory(Table, sizeof(*Table));
    KeInitializeSpinLock(&Table->Lock);
    Table->Entries = ExAllocatePoolWithTag(NonPagedPoolNx, Capacity * sizeof(*Table->Entries), WSKTRACE_TAG);
    if (!Table->Entries)
        return STATUS_INSUFFICIENT_RESOURCES;
    Table->Buckets = ExAllocatePoolWithTag(NonPagedPoolNx, Buckets * sizeof(*Table->Buckets), WSKTRACE_TAG);
    if (!Table->Buckets) {
        TableUninitialize(Table);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    RtlZeroMemory(Table->Entries, Capacity * sizeof(*Table->Entries));
    RtlZeroMemory(Table->Buckets, Buckets * sizeof(*Table->Buckets));
    Table->Capacity = Capacity;
    Table->BucketMask = Buckets - 1;
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
TableUninitialize(TABLE *Table)
{
    if (Table->Buckets)
        ExFreePoolWithTag(Table->Buckets, WSKTRACE_TAG);
    if (Table->Entries)
        ExFreePoolWithTag(Table->Entries, WSKTRACE_TAG);
    RtlZeroMemory(Table, sizeof(*Table));
}

/* The link that leads to Key, or to the end of its chain. */
_Requires_lock_held_(Table->Lock)
static ULONG *
LinkOf(TABLE *Table, ULONG_PTR Key)
{
    ULONG *Link = Bucket(Table, Key);
    while (*Link && Table->Entries[*Link - 1].Key != Key)
        Link = &Table->Entries[*Link - 1].Next;
    return Link;
}

_Requires_lock_held_(Table->Lock)
static ULONG
Claim(TABLE *Table)
{
    if (Table->Free) {
        ULONG Index = Table->Free;
        Table->Free = Table->Entries[Index - 1].Next;
        return Index;
    }
    return Table->HighWater < Table->Capacity ? ++Table->HighWater : 0;
}

_Requires_lock_held_(Table->Lock)
static VOID
Unlink(TABLE *Table, ULONG *Link)
{
    ULONG Index = *Link;
    TABLE_ENTRY *Entry = &Table->Entries[Index - 1];
    *Link = Entry->Next;
    Entry->Key = 0;
    if (--Table->Count == 0) {
        Table->Free = 0;
        Table->HighWater = 0;
    } else {
        Entry->Next = Table->Free;
        Table->Free = Index;
    }
}

_Use_decl_annotations_
BOOLEAN
TablePut(TABLE *Table, ULONG_PTR Key, ULONG_PTR A, ULONG_PTR B, USHORT Client)
{
    KIRQL Irql;
    BOOLEAN Done = FALSE;

    if (!Key || !Table->Capacity)
        return FALSE;
    KeAcquireSpinLock(&Table->Lock, &Irql);
    ULONG *Link = LinkOf(Table, Key);
    ULONG Index = *Link ? *Link : Claim(Table);
    if (Index) {
        TABLE_ENTRY *Entry = &Table->Entries[Index - 1];
        if (!*Link) {
            Entry->Key = Key;
            Entry->Next = 0;
            *Link = Index;
            Table->Count++;
        }
        Entry->A = A;
        Entry->B = B;
        Entry->Client = Client;
        Done = TRUE;
    } else {
        Table->Refused++;
    }
    KeReleaseSpinLock(&Table->Lock, Irql);
    return Done;
}

_Use_decl_annotations_
BOOLEAN
TableTake(TABLE *Table, ULONG_PTR Key, ULONG_PTR A, TABLE_ENTRY *Entry)
{
    KIRQL Irql;
    BOOLEAN Done = FALSE;

    if (!Key || !Table->Capacity)
        return FALSE;
    KeAcquireSpinLock(&Table->Lock, &Irql);
    ULONG *Link = LinkOf(Table, Key);
    if (*Link && (!A || Table->Entries[*Link - 1].A == A)) {
        if (Entry)
            *Entry = Table->Entries[*Link - 1];
        Unlink(Table, Link);
        Done = TRUE;
    }
    KeReleaseSpinLock(&Table->Lock, Irql);
    return Done;
}

_Use_decl_annotations_
BOOLEAN
TableFind(TABLE *Table, ULONG_PTR Key, TABLE_ENTRY *Entry)
{
    KIRQL Irql;
    BOOLEAN Done = FALSE;

    if (!Key || !Table->Capacity)
        return FALSE;
    KeAcquireSpinLock(&Table->Lock, &Irql);
    ULONG *Link = LinkOf(Table, Key);
    if (*Link) {
        *Entry = Table->Entries[*Link - 1];
        Done = TRUE;
    }
    KeReleaseSpinLock(&Table->Lock, Irql);
    return Done;
}

_Use_decl_annotations_
BOOLEAN
TableAsk(TABLE *Table, ULONG_PTR Key, TABLE_TEST *Test, PVOID Context)
{
    KIRQL Irql;
    BOOLEAN Passed = FALSE;

    if (!Key || !Table->Capacity)
        return FALSE;
    KeAcquireSpinLock(&Table->Lock, &Irql);
    ULONG *Link = LinkOf(Table, Key);
    if (*Link)
        Passed = Test(&Table->Entries[*Link - 1], Context);
    KeReleaseSpinLock(&Table->Lock, Irql);
    return Passed;
}

_Use_decl_annotations_
BOOLEAN
TableAny(TABLE *Table, TABLE_TEST *Test, PVOID Context)
{
    KIRQL Irql;
    BOOLEAN Found = FALSE;

    if (!Table->Capacity)
        return FALSE;
    KeAcquireSpinLock(&Table->Lock, &Irql);
    for (ULONG i = 0; i < Table->HighWater && !Found; i++)
        if (Table->Entries[i].Key)
            Found = Test(&Table->Entries[i], Context);
    KeReleaseSpinLock(&Table->Lock, Irql);
    return Found;
}

_Use_decl_annotations_
VOID
TableForgetClient(TABLE *Table, USHORT Client)
{
    KIRQL Irql;

    if (!Table->Capacity)
        return;
    KeAcquireSpinLock(&Table->Lock, &Irql);
    for (ULONG i = 0; i < Table->HighWater; i++)
        if (Table->Entries[i].Key && Table->Entries[i].Client == Client)
            Unlink(Table, LinkOf(Table, Table->Entries[i].Key));
    KeReleaseSpinLock(&Table->Lock, Irql);
}
