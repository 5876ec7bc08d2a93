#include "flight.h"

_Use_decl_annotations_
NTSTATUS
FlightInitialize(FLIGHT *Flight, ULONG Slots)
{
    ULONG Hashes = 64, Groups = (Slots + FLIGHT_GROUP - 1) / FLIGHT_GROUP;
    while (Hashes < 4 * Slots)
        Hashes *= 2;

    SIZE_T Size = Slots * sizeof(*Flight->Irps) + (Hashes + Groups) * sizeof(LONG);
    RtlZeroMemory(Flight, sizeof(*Flight));
    Flight->Allocation = ExAllocatePoolWithTag(NonPagedPoolNx, Size, WSKTRACE_TAG);
    if (!Flight->Allocation)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(Flight->Allocation, Size);
    Flight->Irps = Flight->Allocation;
    Flight->Hashes = (volatile LONG *)(Flight->Irps + Slots);
    Flight->Groups = Flight->Hashes + Hashes;
    Flight->Mask = Hashes - 1;
    Flight->Slots = Slots;
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
FlightUninitialize(FLIGHT *Flight)
{
    if (Flight->Allocation)
        ExFreePoolWithTag(Flight->Allocation, WSKTRACE_TAG);
    RtlZeroMemory(Flight, sizeof(*Flight));
}

_Use_decl_annotations_
ULONG
FlightNext(const FLIGHT *Flight, ULONG Slot, ULONG_PTR Start, ULONG_PTR End)
{
    while (Slot < Flight->Slots) {
        if (Slot % FLIGHT_GROUP == 0 && !ReadAcquire(&Flight->Groups[Slot / FLIGHT_GROUP])) {
            Slot += FLIGHT_GROUP;
            continue;
        }
        if (VALUE_OF(ReadPointerAcquire(&Flight->Irps[Slot])) - Start < End - Start)
            return Slot;
        Slot++;
    }
    return FLIGHT_NONE;
}

_Use_decl_annotations_
ULONG
FlightCount(const FLIGHT *Flight)
{
    LONG Count = 0;
    for (ULONG i = 0; i < (Flight->Slots + FLIGHT_GROUP - 1) / FLIGHT_GROUP; i++)
        Count += ReadAcquire(&Flight->Groups[i]);
    return (ULONG)max(Count, 0);
}
