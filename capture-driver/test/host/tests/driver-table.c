/*
 * The table from an address to what is known about it.
 */
#include "table.h"

#include "host.h"
#include "test.h"

static TABLE Table;

TEST(what_was_put_is_found_until_it_is_taken)
{
    TABLE_ENTRY Entry;
    CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 100));
    CHECK(TablePut(&Table, 0x1000, 1, 2, 3));
    CHECK(TableFind(&Table, 0x1000, &Entry) && Entry.A == 1 && Entry.B == 2 && Entry.Client == 3);
    CHECK(TablePut(&Table, 0x1000, 4, 5, 6));
    CHECK(TableFind(&Table, 0x1000, &Entry) && Entry.A == 4 && Entry.B == 5 && Entry.Client == 6);
    CHECK_EQUAL(1, TableCount(&Table));
    CHECK(!TableTake(&Table, 0x1000, 9, NULL));
    CHECK(TableTake(&Table, 0x1000, 4, &Entry) && Entry.Key == 0x1000);
    CHECK(!TableFind(&Table, 0x1000, &Entry));
    TableUninitialize(&Table);
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

TEST(an_address_may_be_added_twice_and_is_taken_by_what_is_known)
{
    TABLE_ENTRY Entry;
    CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 64));
    CHECK(TableAdd(&Table, 0x1000, 1, 0, 0) && TableAdd(&Table, 0x1000, 2, 0, 0));
    CHECK_EQUAL(2, TableCount(&Table));
    CHECK(TableTake(&Table, 0x1000, 2, &Entry) && Entry.A == 2);
    CHECK(TableTake(&Table, 0x1000, 0, &Entry) && Entry.A == 1);
    CHECK(!TableTake(&Table, 0x1000, 0, NULL));
    TableUninitialize(&Table);
}

TEST(a_full_table_refuses_and_counts)
{
    ULONG Fitted = 0;
    CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 64));
    for (ULONG i = 1; i <= 1000; i++)
        Fitted += TablePut(&Table, i * 16, i, 0, 0);
    CHECK(Fitted >= 32 && Fitted <= 64);
    CHECK_EQUAL(1000 - Fitted, Table.Refused);
    CHECK_EQUAL(Fitted, TableCount(&Table));
    CHECK(TablePut(&Table, 16, 7, 0, 0)); /* known already */
    CHECK(TableTake(&Table, 16, 7, NULL));
    CHECK(TablePut(&Table, 16, 1, 0, 0));
    TableUninitialize(&Table);
}

TEST(a_table_of_random_addresses_is_two_thirds_full_before_it_refuses_and_never_less_than_half)
{
    TEST_RANDOM Random = TestRandom();
    ULONG Rounds = TestRounds(10), All = 0;
    for (ULONG Round = 0; Round < Rounds; Round++) {
        ULONG Fitted = 0;
        ULONG_PTR Base = (ULONG_PTR)TestNext(&Random) << 20;
        CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 8192));
        while (TableAdd(&Table, Base + 16 * TestBelow(&Random, 0x4000000), 0, 0, 0))
            Fitted++;
        CHECK(Fitted > 8192 / 2);
        All += Fitted;
        TableUninitialize(&Table);
    }
    CHECK(All / Rounds > 8192 * 2 / 3);
}

TEST(no_address_is_nobodys)
{
    TABLE_ENTRY Entry;
    CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 64));
    for (ULONG_PTR Key = 0; Key < 2; Key++)
        CHECK(!TablePut(&Table, Key, 1, 1, 1) && !TableFind(&Table, Key, &Entry) && !TableTake(&Table, Key, 0, NULL));
    CHECK_EQUAL(0, Table.Refused);
    TableUninitialize(&Table);
    CHECK(!TablePut(&Table, 0x1000, 1, 1, 1) && !TableFind(&Table, 0x1000, &Entry)); /* no table at all */
}

TEST(memory_that_runs_out_leaves_nothing_behind)
{
    HostPoolFailAfter(0);
    CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, TableInitialize(&Table, 100));
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

TEST(a_client_that_is_gone_takes_its_entries_along)
{
    TABLE_ENTRY Entry;
    CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 128));
    for (ULONG i = 1; i <= 40; i++)
        CHECK(TablePut(&Table, i * 16, 0, 0, (USHORT)(i % 2)));
    TableForgetClient(&Table, 1);
    CHECK_EQUAL(20, TableCount(&Table));
    for (ULONG i = 1; i <= 40; i++)
        CHECK_EQUAL(i % 2 == 0, TableFind(&Table, i * 16, &Entry));
    TableForgetClient(&Table, 0);
    CHECK_EQUAL(0, TableCount(&Table));
    TableUninitialize(&Table);
}

static BOOLEAN IsLast(const TABLE_ENTRY *Entry, PVOID Context)
{
    ++*(ULONG *)Context;
    return Entry->A == 77;
}

TEST(a_walk_sees_every_entry_until_one_passes)
{
    ULONG Seen = 0;
    CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 1024));
    for (ULONG i = 1; i <= 300; i++)
        CHECK(TablePut(&Table, i * 32, i + 1000, 0, 0));
    CHECK(!TableAny(&Table, IsLast, &Seen));
    CHECK_EQUAL(300, Seen);
    CHECK(TablePut(&Table, 0x77770, 77, 0, 0));
    CHECK(TableAny(&Table, IsLast, &Seen));
    TableUninitialize(&Table);
}

/* Against a model: an array with one place for each key. */
TEST(random_puts_and_takes_agree_with_a_model)
{
    static struct {
        bool In;
        ULONG_PTR A;
    } Model[200];
    TEST_RANDOM Random = TestRandom();
    ULONG Count = 0;
    CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 64));
    for (ULONG i = 0; i < TestRounds(20000); i++) {
        ULONG Key = 1 + TestBelow(&Random, 199), A = 1 + TestNext(&Random) / 2;
        TABLE_ENTRY Entry;
        if (TestBelow(&Random, 2)) {
            LONG64 Refused = Table.Refused;
            bool Fits = TablePut(&Table, Key * 16, A, Key, 1);
            CHECK_EQUAL(Fits ? Refused : Refused + 1, Table.Refused);
            CHECK(Fits || Count >= 32); /* else it had room */
            Count += Fits - Model[Key].In;
            Model[Key].In = Fits, Model[Key].A = A;
        } else {
            CHECK_EQUAL(Model[Key].In, TableFind(&Table, Key * 16, &Entry));
            CHECK_EQUAL(Model[Key].In, TableTake(&Table, Key * 16, 0, &Entry));
            if (Model[Key].In)
                CHECK_EQUAL(Model[Key].A, Entry.A);
            Count -= Model[Key].In;
            Model[Key].In = false;
        }
        CHECK_EQUAL(Count, TableCount(&Table));
    }
    CHECK(Table.Refused != 0);
    TableUninitialize(&Table);
}

#define THREADS 8
#define OWN_KEYS 8    /* of each thread */
#define SHARED_KEYS 4 /* that all threads put and take */

/* What stands under a key: A and B fit to each other, so that a torn copy shows; Key's owner in Client. */
#define FITS(Entry) ((Entry).B == ((Entry).A ^ (Entry).Key ^ 0x5a5a))

static volatile LONG Dying[SHARED_KEYS]; /* set when the key's memory would be gone */

static BOOLEAN IsTorn(const TABLE_ENTRY *Entry, PVOID Context)
{
    (void)Context;
    return !FITS(*Entry);
}

/* The shared keys live like MDLs: one thread at a time frees one, and makes it anew when it is gone. */
static volatile LONG Owner[SHARED_KEYS];

static VOID PutFindAndTake(PVOID Context)
{
    TEST_RANDOM Random = *(TEST_RANDOM *)Context;
    ULONG_PTR Me = (ULONG_PTR)(Random.State & 0xff) + 1;
    ULONG_PTR Own[OWN_KEYS] = {0};
    for (ULONG i = 0; i < TestRounds(5000); i++) {
        TABLE_ENTRY Entry;
        TABLE_PIN Pin;
        ULONG k = TestBelow(&Random, OWN_KEYS), s = TestBelow(&Random, SHARED_KEYS);
        ULONG_PTR Key = Me << 20 | (k + 1) << 4, A = 1 + TestNext(&Random) / 2, SharedKey = 0x7000000 + s * 64;
        switch (TestBelow(&Random, 6)) {
        case 0:
            CHECK(TablePut(&Table, Key, A, A ^ Key ^ 0x5a5a, (USHORT)Me));
            Own[k] = A;
            break;
        case 1: /* what is ours is there, and says what we said */
            CHECK_EQUAL(Own[k] != 0, TableFind(&Table, Key, &Entry));
            CHECK(Own[k] == 0 || (Entry.A == Own[k] && FITS(Entry) && Entry.Client == Me));
            break;
        case 2:
            CHECK(Own[k] == 0 || !TableTake(&Table, Key, Own[k] + 1, NULL));
            CHECK_EQUAL(Own[k] != 0, TableTake(&Table, Key, Own[k], NULL));
            Own[k] = 0;
            break;
        case 3:
            if (TableFind(&Table, SharedKey, &Entry))
                CHECK(FITS(Entry));
            CHECK(i % 16 != 0 || !TableAny(&Table, IsTorn, NULL));
            break;
        case 4:
            if (!TablePin(&Table, SharedKey, &Pin))
                break;
            CHECK_EQUAL(Pin.Cell->B, Pin.Cell->A ^ SharedKey ^ 0x5a5a);
            for (int j = 0; j < 30; j++)
                CHECK_EQUAL(0, ReadAcquire(&Dying[s])); /* it lives as long as we look */
            TableUnpin(Pin);
            break;
        default:
            if (InterlockedCompareExchange(&Owner[s], 1, 0) != 0)
                break;
            CHECK(TableTake(&Table, SharedKey, 0, &Entry) && FITS(Entry));
            InterlockedExchange(&Dying[s], 1);
            CHECK(!TableFind(&Table, SharedKey, &Entry));
            InterlockedExchange(&Dying[s], 0);
            CHECK(TableAdd(&Table, SharedKey, A, A ^ SharedKey ^ 0x5a5a, 0));
            InterlockedExchange(&Owner[s], 0);
        }
    }
    TableForgetClient(&Table, (USHORT)Me);
}

TEST(eight_threads_find_their_own_and_never_a_torn_or_a_dead_entry)
{
    TEST_RANDOM Random = TestRandom(), Seeds[THREADS];
    CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 256));
    for (ULONG s = 0; s < SHARED_KEYS; s++)
        CHECK(TableAdd(&Table, 0x7000000 + s * 64, 1, 1 ^ (0x7000000 + s * 64) ^ 0x5a5a, 0));
    for (ULONG i = 0; i < THREADS; i++) {
        HANDLE Thread;
        Seeds[i].State = (UINT64)TestNext(&Random) << 8 | i;
        PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, PutFindAndTake, &Seeds[i]);
        ZwClose(Thread);
    }
    HostJoinThreads();
    CHECK_EQUAL(SHARED_KEYS, TableCount(&Table));
    CHECK_EQUAL(0, Table.Refused);
    TableUninitialize(&Table);
}
