/*
 * Which IRPs are in flight.
 */
#include "flight.h"

#include "host.h"
#include "test.h"

#define SLOTS_HERE 200

static FLIGHT Flight;

static PVOID Irp(ULONG_PTR Number)
{
    return (PVOID)(0x10000 + Number * 0x100);
}

static void Note(ULONG Slot, PVOID Of)
{
    FlightNote(&Flight, Slot, Of, FlightHash(&Flight, Of));
}

static void Forget(ULONG Slot, PVOID Of)
{
    FlightForget(&Flight, Slot, FlightHash(&Flight, Of));
}

static ULONG SlotOf(ULONG From, PVOID Of)
{
    return FlightNext(&Flight, From, VALUE_OF(Of), VALUE_OF(Of) + 1);
}

TEST(an_irp_is_in_flight_from_its_note_until_it_is_forgotten)
{
    CHECK(!FlightMay(&Flight, Irp(1))); /* nothing there at all */
    CHECK_STATUS(STATUS_SUCCESS, FlightInitialize(&Flight, SLOTS_HERE));
    CHECK(!FlightMay(&Flight, Irp(1)));
    Note(7, Irp(1));
    CHECK(FlightMay(&Flight, Irp(1)));
    CHECK_EQUAL(7, SlotOf(0, Irp(1)));
    CHECK_EQUAL(FLIGHT_NONE, SlotOf(8, Irp(1)));
    CHECK_EQUAL(1, FlightCount(&Flight));
    Forget(7, Irp(1));
    CHECK(!FlightMay(&Flight, Irp(1)));
    CHECK_EQUAL(FLIGHT_NONE, SlotOf(0, Irp(1)));
    CHECK_EQUAL(0, FlightCount(&Flight));
    FlightUninitialize(&Flight);
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

TEST(an_irp_that_is_in_flight_twice_is_found_twice)
{
    CHECK_STATUS(STATUS_SUCCESS, FlightInitialize(&Flight, SLOTS_HERE));
    Note(3, Irp(1));
    Note(SLOTS_HERE - 1, Irp(1));
    CHECK_EQUAL(3, SlotOf(0, Irp(1)));
    CHECK_EQUAL(SLOTS_HERE - 1, SlotOf(4, Irp(1)));
    Forget(3, Irp(1));
    CHECK(FlightMay(&Flight, Irp(1)));
    CHECK_EQUAL(SLOTS_HERE - 1, SlotOf(0, Irp(1)));
    FlightUninitialize(&Flight);
}

TEST(a_walk_finds_what_lies_in_the_range_and_no_empty_slot)
{
    ULONG Found = 0;
    CHECK_STATUS(STATUS_SUCCESS, FlightInitialize(&Flight, SLOTS_HERE));
    for (ULONG i = 0; i < SLOTS_HERE; i += 3)
        Note(i, Irp(i));
    for (ULONG Slot = 0; (Slot = FlightNext(&Flight, Slot, 1, MAXULONG_PTR)) != FLIGHT_NONE; Slot++, Found++)
        CHECK_EQUAL(0, Slot % 3);
    CHECK_EQUAL((SLOTS_HERE + 2) / 3, Found);
    CHECK_EQUAL(Found, FlightCount(&Flight));
    CHECK_EQUAL(90, FlightNext(&Flight, 0, VALUE_OF(Irp(88)), VALUE_OF(Irp(92))));
    CHECK_EQUAL(FLIGHT_NONE, FlightNext(&Flight, 0, VALUE_OF(Irp(88)), VALUE_OF(Irp(90))));
    FlightUninitialize(&Flight);
}

/* Each thread has slots of its own, as operations have; all share the hashes. */
#define THREADS 4

static VOID NoteAndForget(PVOID Context)
{
    ULONG First = (ULONG)(ULONG_PTR)Context * (SLOTS_HERE / THREADS);
    for (ULONG i = 0; i < TestRounds(3000); i++) {
        ULONG Slot = First + i % (SLOTS_HERE / THREADS);
        Note(Slot, Irp(Slot));
        CHECK(FlightMay(&Flight, Irp(Slot)));
        CHECK_EQUAL(Slot, SlotOf(0, Irp(Slot)));
        Forget(Slot, Irp(Slot));
        CHECK_EQUAL(FLIGHT_NONE, SlotOf(0, Irp(Slot)));
    }
}

TEST(each_of_four_threads_finds_its_own_and_leaves_nothing)
{
    CHECK_STATUS(STATUS_SUCCESS, FlightInitialize(&Flight, SLOTS_HERE));
    for (ULONG_PTR i = 0; i < THREADS; i++) {
        HANDLE Thread;
        PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, NoteAndForget, (PVOID)i);
        ZwClose(Thread);
    }
    HostJoinThreads();
    CHECK_EQUAL(0, FlightCount(&Flight));
    for (ULONG Slot = 0; Slot < SLOTS_HERE; Slot++)
        CHECK(!FlightMay(&Flight, Irp(Slot)));
    FlightUninitialize(&Flight);
}

TEST(memory_that_runs_out_leaves_nothing_behind)
{
    HostPoolFailAfter(0);
    CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, FlightInitialize(&Flight, SLOTS_HERE));
    CHECK_EQUAL(0, HostPoolBlocks(0));
}
