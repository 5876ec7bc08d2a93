#include "slot.h"

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
SlotsFree(const SLOTS *Slots)
{
    LONG64 Head = ReadAcquire64(&Slots->Head);
    LONG64 Free = ReadAcquire64(&Slots->Tail) - Head;
    return (ULONG)min(Free, (LONG64)Slots->Count);
}
