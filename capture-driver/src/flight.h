/*
 * Which IRPs are in flight: for each slot of an operation the address of its IRP, and for each hash of an address how
 * many of them have it. So "not in flight", the rule when a client reuses or frees an IRP, costs one look; and what is in
 * flight is found slot by slot, over groups of them that are not empty.
 *
 * What holds, without a lock: a slot's IRP is noted, and forgotten, by who owns the slot, or its completion, alone (op.h).
 * It stands there before the counts say so, and the counts go down after it is gone. So who asks about an IRP that was
 * noted before finds it. Whether the operation is still the same the ticket says, not this.
 */
#ifndef WSKTRACE_FLIGHT_H
#define WSKTRACE_FLIGHT_H

#include "wsktrace.h"

#define FLIGHT_GROUP 64 /* slots */
#define FLIGHT_NONE 0xffffffffu

typedef struct _FLIGHT {
    ULONG Slots;
    ULONG Mask; /* of the hashes */
    PVOID volatile *Irps;
    volatile LONG *Hashes;
    volatile LONG *Groups;
    PVOID Allocation;
} FLIGHT;

_IRQL_requires_max_(DISPATCH_LEVEL)
_Must_inspect_result_
NTSTATUS
FlightInitialize(_Out_ FLIGHT *Flight, _In_range_(1, 0x10000) ULONG Slots);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
FlightUninitialize(_Inout_ FLIGHT *Flight);

/* Where those are counted that have the hash of this IRP. */
static inline volatile LONG *
FlightHash(_In_ const FLIGHT *Flight, _In_ PVOID Irp)
{
    return &Flight->Hashes[(ULONG)((UINT64)VALUE_OF(Irp) * 0x9E3779B97F4A7C15ULL >> 40) & Flight->Mask];
}

_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
FlightNote(_Inout_ FLIGHT *Flight, _In_ ULONG Slot, _In_ PVOID Irp, _Inout_ volatile LONG *Hash)
{
    WritePointerRelease(&Flight->Irps[Slot], Irp);
    InterlockedIncrement(&Flight->Groups[Slot / FLIGHT_GROUP]);
    InterlockedIncrement(Hash);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
FlightForget(_Inout_ FLIGHT *Flight, _In_ ULONG Slot, _Inout_ volatile LONG *Hash)
{
    WritePointerRelease(&Flight->Irps[Slot], NULL);
    InterlockedDecrement(&Flight->Groups[Slot / FLIGHT_GROUP]);
    InterlockedDecrement(Hash);
}

/* FALSE: this IRP is not in flight. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline BOOLEAN
FlightMay(_In_ const FLIGHT *Flight, _In_ PVOID Irp)
{
    return Irp && Flight->Slots && ReadAcquire(FlightHash(Flight, Irp)) != 0;
}

/* The next slot from Slot on whose IRP lies in [Start, End); FLIGHT_NONE: there is none. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
FlightNext(_In_ const FLIGHT *Flight, _In_ ULONG Slot, _In_ ULONG_PTR Start, _In_ ULONG_PTR End);

/* Exact when nobody notes or forgets. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
FlightCount(_In_ const FLIGHT *Flight);

#endif
