/*
 * The queue of free slots.
 */
#include "slot.h"

#include "host.h"
#include "test.h"

static SLOTS Slots;

TEST(the_slot_given_back_longest_ago_is_taken_first)
{
    CHECK_STATUS(STATUS_SUCCESS, SlotsInitialize(&Slots, 5));
    for (ULONG i = 0; i < 5; i++)
        CHECK_EQUAL(i, SlotTake(&Slots));
    CHECK_EQUAL(SLOT_NONE, SlotTake(&Slots));
    CHECK_EQUAL(0, SlotsFree(&Slots));
    SlotGive(&Slots, 3);
    SlotGive(&Slots, 1);
    CHECK_EQUAL(2, SlotsFree(&Slots));
    CHECK_EQUAL(3, SlotTake(&Slots));
    CHECK_EQUAL(1, SlotTake(&Slots));
    CHECK_EQUAL(SLOT_NONE, SlotTake(&Slots));
    SlotsUninitialize(&Slots);
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

TEST(a_slot_that_is_free_is_taken_again_after_all_others)
{
    CHECK_STATUS(STATUS_SUCCESS, SlotsInitialize(&Slots, 64));
    for (ULONG i = 0; i < 1000; i++) {
        ULONG Slot = SlotTake(&Slots);
        CHECK_EQUAL(i % 64, Slot);
        SlotGive(&Slots, Slot);
    }
    SlotsUninitialize(&Slots);
}

TEST(memory_that_runs_out_leaves_nothing_behind)
{
    HostPoolFailAfter(0);
    CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, SlotsInitialize(&Slots, 64));
    CHECK_EQUAL(SLOT_NONE, SlotTake(&Slots));
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

#define THREADS 8
#define SLOTS_OF_ALL 12 /* fewer than the threads would like: three for each */

static volatile LONG Owners[SLOTS_OF_ALL];
static volatile LONG64 Taken, None;

static VOID TakeAndGive(PVOID Context)
{
    TEST_RANDOM Random = *(TEST_RANDOM *)Context;
    ULONG Mine[3], Count = 0;
    LONG64 Takes = 0, Nones = 0;
    for (ULONG i = 0; i < TestRounds(20000); i++) {
        if (Count < 3 && TestBelow(&Random, 2)) {
            ULONG Slot = SlotTake(&Slots);
            if (Slot == SLOT_NONE) {
                Nones++;
                continue;
            }
            CHECK(Slot < SLOTS_OF_ALL);
            CHECK_EQUAL(1, InterlockedIncrement(&Owners[Slot])); /* nobody else has it */
            Mine[Count++] = Slot;
            Takes++;
        } else if (Count != 0) {
            ULONG Which = TestBelow(&Random, Count), Slot = Mine[Which];
            Mine[Which] = Mine[--Count];
            CHECK_EQUAL(0, InterlockedDecrement(&Owners[Slot]));
            SlotGive(&Slots, Slot);
        }
    }
    while (Count != 0) {
        InterlockedDecrement(&Owners[Mine[--Count]]);
        SlotGive(&Slots, Mine[Count]);
    }
    InterlockedAdd64(&Taken, Takes);
    InterlockedAdd64(&None, Nones);
}

TEST(eight_threads_never_hold_the_same_slot_and_lose_none)
{
    TEST_RANDOM Random = TestRandom(), Seeds[THREADS];
    bool Seen[SLOTS_OF_ALL] = {false};
    CHECK_STATUS(STATUS_SUCCESS, SlotsInitialize(&Slots, SLOTS_OF_ALL));
    for (ULONG i = 0; i < THREADS; i++) {
        HANDLE Thread;
        Seeds[i].State = TestNext(&Random);
        PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, TakeAndGive, &Seeds[i]);
        ZwClose(Thread);
    }
    HostJoinThreads();
    CHECK_EQUAL(SLOTS_OF_ALL, SlotsFree(&Slots));
    for (ULONG i = 0; i < SLOTS_OF_ALL; i++) {
        ULONG Slot = SlotTake(&Slots);
        CHECK(Slot < SLOTS_OF_ALL && !Seen[Slot]);
        Seen[Slot] = true;
    }
    CHECK(Taken > 1000);
    SlotsUninitialize(&Slots);
}
