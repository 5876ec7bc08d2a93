/*
 * Which slots of a fixed pool are free: a queue of their numbers, so that the slot that was given back longest ago is
 * taken first, and what a slot remembers of its last use stays as long as it can. No lock, and nobody waits.
 *
 * Give counts Tail up and stores (position, number) at that position; Take compares the position stored at Head with
 * Head, and counts Head up by compare-exchange. One that has counted Tail up and not stored yet is not waited for: Take
 * says none, though one is about to come. Positions grow for ever (48 bits), so a Head that was read long ago fits
 * no more (no ABA).
 *
 * A place is never written over before its number was taken: there are as many places as slots at least, and each
 * number is in the queue once at most.
 */
#ifndef WSKTRACE_SLOT_H
#define WSKTRACE_SLOT_H

#include "wsktrace.h"

#define SLOT_NUMBER_BITS 16
#define SLOT_MAX (1 << SLOT_NUMBER_BITS)
#define SLOT_NONE 0xffffffffu

typedef struct DECLSPEC_ALIGN(64) _SLOTS {
    ULONG Count;
    ULONG Mask; /* of the places */
    volatile LONG64 *Places; /* position << 16 | number of the slot */
    DECLSPEC_ALIGN(64) volatile LONG64 Head;
    DECLSPEC_ALIGN(64) volatile LONG64 Tail;
} SLOTS;

/* All slots, 0 to Count - 1, are free. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Must_inspect_result_
NTSTATUS
SlotsInitialize(_Out_ SLOTS *Slots, _In_range_(1, SLOT_MAX) ULONG Count);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
SlotsUninitialize(_Inout_ SLOTS *Slots);

/* SLOT_NONE: there is none. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline ULONG
SlotTake(_Inout_ SLOTS *Slots)
{
    if (!Slots->Places)
        return SLOT_NONE;
    for (;;) {
        LONG64 Head = ReadAcquire64(&Slots->Head);
        LONG64 Place = ReadAcquire64(&Slots->Places[Head & Slots->Mask]);
        LONG64 Position = Place >> SLOT_NUMBER_BITS;
        if (Position < Head)
            return SLOT_NONE;
        /* A position beyond Head: others have taken what was there since we read Head. */
        if (Position == Head && InterlockedCompareExchange64(&Slots->Head, Head + 1, Head) == Head)
            return (ULONG)(Place & (SLOT_MAX - 1));
    }
}

/* At DISPATCH_LEVEL: preempted between the two, we would leave a hole that looks like the end of the queue. */
_IRQL_requires_(DISPATCH_LEVEL)
static inline VOID
SlotGiveHere(_Inout_ SLOTS *Slots, _In_range_(0, SLOT_MAX - 1) ULONG Slot)
{
    LONG64 Position = InterlockedIncrement64(&Slots->Tail) - 1;
    WriteRelease64(&Slots->Places[Position & Slots->Mask], Position << SLOT_NUMBER_BITS | Slot);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
SlotGive(_Inout_ SLOTS *Slots, _In_range_(0, SLOT_MAX - 1) ULONG Slot)
{
    KIRQL Irql;
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    SlotGiveHere(Slots, Slot);
    KeLowerIrql(Irql);
}

/* How many are free; exact when nobody takes or gives. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
SlotsFree(_In_ const SLOTS *Slots);

#endif
