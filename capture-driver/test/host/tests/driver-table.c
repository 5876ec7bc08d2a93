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
    CHECK(!TableTake(&Table, 0x1000, 9, NULL));
    CHECK(TableTake(&Table, 0x1000, 1, &Entry) && Entry.Key == 0x1000);
    CHECK(!TableFind(&Table, 0x1000, &Entry));
    TableUninitialize(&Table);
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

TEST(a_full_table_refuses_and_counts)
{
    CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 3));
    for (ULONG i = 1; i <= 5; i++)
        CHECK_EQUAL(i <= 3, TablePut(&Table, i * 16, i, 0, 0));
    CHECK_EQUAL(2, Table.Refused);
    CHECK(TablePut(&Table, 16, 7, 0, 0)); /* known already */
    CHECK(TableTake(&Table, 32, 0, NULL));
    CHECK(TablePut(&Table, 96, 1, 0, 0));
    TableUninitialize(&Table);
}

TEST(memory_that_runs_out_leaves_nothing_behind)
{
    for (LONG i = 0; i < 2; i++) {
        HostPoolFailAfter(i);
        CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, TableInitialize(&Table, 100));
        CHECK_EQUAL(0, HostPoolBlocks(0));
    }
}

TEST(a_client_that_is_gone_takes_its_entries_along)
{
    TABLE_ENTRY Entry;
    CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 64));
    for (ULONG i = 1; i <= 40; i++)
        CHECK(TablePut(&Table, i * 16, 0, 0, (USHORT)(i % 2)));
    TableForgetClient(&Table, 1);
    CHECK_EQUAL(20, Table.Count);
    for (ULONG i = 1; i <= 40; i++)
        CHECK_EQUAL(i % 2 == 0, TableFind(&Table, i * 16, &Entry));
    TableForgetClient(&Table, 0);
    CHECK_EQUAL(0, Table.Count);
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
        ULONG Key = 1 + TestBelow(&Random, 199), A = TestNext(&Random);
        TABLE_ENTRY Entry;
        if (TestBelow(&Random, 2)) {
            bool Fits = Model[Key].In || Count < 64;
            CHECK_EQUAL(Fits, TablePut(&Table, Key * 16, A, Key, 1));
            Count += Fits && !Model[Key].In;
            if (Fits)
                Model[Key].In = true, Model[Key].A = A;
        } else {
            CHECK_EQUAL(Model[Key].In, TableTake(&Table, Key * 16, 0, &Entry));
            if (Model[Key].In)
                CHECK_EQUAL(Model[Key].A, Entry.A);
            Count -= Model[Key].In;
            Model[Key].In = false;
        }
        CHECK_EQUAL(Count, Table.Count);
    }
    TableUninitialize(&Table);
}

static VOID PutAndTake(PVOID Context)
{
    ULONG_PTR Base = (ULONG_PTR)Context;
    for (ULONG i = 0; i < 2000; i++) {
        TABLE_ENTRY Entry;
        ULONG_PTR Key = Base + i % 50 * 16;
        CHECK(TablePut(&Table, Key, Key, 0, 0));
        CHECK(TableFind(&Table, Key, &Entry) && Entry.A == Key);
        CHECK(TableTake(&Table, Key, Key, NULL));
    }
}

TEST(threads_share_a_table)
{
    CHECK_STATUS(STATUS_SUCCESS, TableInitialize(&Table, 64));
    for (ULONG_PTR i = 1; i <= 4; i++) {
        HANDLE Thread;
        PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, PutAndTake, (PVOID)(i << 20));
        ZwClose(Thread);
    }
    HostJoinThreads();
    CHECK_EQUAL(0, Table.Count);
    TableUninitialize(&Table);
}
