#include "slot.h"

#define NUMBER_BITS 16

C_ASSERT(SLOT_MAX == 1 << NUMBER_BITS);

_Use_decl_annotations_
NTSTATUS
SlotsInitialize(SLOTS *Slots, ULONG Count)
{
    ULONG Places = 1;
    while (Places < Count)
        Places *= 2;

    RtlZeroMemory(Slots, sizeof(*Slots));
    Slots->Places = ExAllocatePoolWithTag(NonPagedPoolNx, Places * sizeof(*Slots->Places), WSKTRACE_TAG);
    if (!Slots->Places)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (ULONG i = 0; i < Places; i++)
        Slots->Places[i] = -1; /* no position */
    Slots->Mask = Places - 1;
    Slots->Count = Count;
    for (ULONG i = 0; i < Count; i++)
        SlotGive(Slots, i);
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
SlotsUninitialize(SLOTS *Slots)
{
    if (Slots->Places)
        ExFreePoolWithTag((PVOID)(ULONG_PTR)Slots->Places, WSKTRACE_TAG);
    RtlZeroMemory(Slots, sizeof(*Slots));
}

_Use_decl_annotations_
ULONG
SlotTake(SLOTS *Slots)
{
    if (!Slots->Places)
        return SLOT_NONE;
    for (;;) {
        LONG64 Head = ReadAcquire64(&Slots->Head);
        LONG64 Place = ReadAcquire64(&Slots->Places[Head & Slots->Mask]);
        LONG64 Position = Place >> NUMBER_BITS;
        if (Position < Head)
            return SLOT_NONE;
        /* A position beyond Head: others have taken what was there since we read Head. */
        if (Position == Head && InterlockedCompareExchange64(&Slots->Head, Head + 1, Head) == Head)
            return (ULONG)(Place & (SLOT_MAX - 1));
    }
}

_Use_decl_annotations_
VOID
SlotGive(SLOTS *Slots, ULONG Slot)
{
    KIRQL Irql;
    /* Preempted between the two, we would leave a hole that looks like the end of the queue. */
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    LONG64 Position = InterlockedIncrement64(&Slots->Tail) - 1;
    WriteRelease64(&Slots->Places[Position & Slots->Mask], Position << NUMBER_BITS | Slot);
    KeLowerIrql(Irql);
}

_Use_decl_annotations_
ULONG
SlotsFree(const SLOTS *Slots)
{
    LONG64 Head = ReadAcquire64(&Slots->Head);
    LONG64 Free = ReadAcquire64(&Slots->Tail) - Head;
    return (ULONG)min(Free, (LONG64)Slots->Count);
}
