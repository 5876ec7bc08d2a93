/*
 * The flight recorder: what is lost can be counted, and what is read is whole.
 */
#include "ring_write.h"

#include <stdlib.h>
#include <string.h>

#include "crc.h"
#include "host.h"
#include "late.h"
#include "test.h"

/* A record of the tests: its number, the writer, and filling that says the same in every byte. */
typedef struct {
    UINT64 Seq;
    ULONG Writer;
    ULONG Bytes;
    UCHAR Filling[];
} RECORD;

static UCHAR Buffer[RING_BLOCK * 2];

static void Start(void)
{
    LateInitialize();
    CHECK_STATUS(STATUS_SUCCESS, RingInitialize(RING_MIN_BYTES));
    RingRestart();
    CHECK_EQUAL(HOST_PROCESSORS, RingProcessors());
    CHECK_EQUAL(RING_MIN_BYTES, RingBytes());
}

static void Stop(void)
{
    RingUninitialize();
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

static bool Write(UINT64 Seq, ULONG Writer, ULONG Bytes)
{
    KIRQL Old = KeRaiseIrqlToDpcLevel();
    RING *Ring = RingOf(KeGetCurrentProcessorNumber());
    RingBegin(Ring);
    RECORD *Record = RingReserve(Ring, Bytes, Seq);
    if (Record != NULL) {
        Record->Seq = Seq;
        Record->Writer = Writer;
        Record->Bytes = Bytes;
        memset(Record->Filling, (int)(Seq & 0xff), Bytes - sizeof(RECORD));
        RingPublish(Ring, Record, Bytes);
        RingEnd(Ring);
    } else {
        RingCancel(Ring);
    }
    KeLowerIrql(Old);
    return Record != NULL;
}

/* Checks the records in Buffer; LastSeq must grow from one to the next. Returns how many there are. */
static ULONG CheckRecords(const RING_READ *Read, UINT64 *LastSeq)
{
    ULONG Count = 0;
    for (ULONG At = 0; At < Read->Bytes; Count++) {
        const RECORD *Record = (const RECORD *)(Buffer + At);
        CHECK(Record->Bytes >= sizeof(RECORD) && At + Record->Bytes <= Read->Bytes);
        CHECK(Record->Seq > *LastSeq);
        for (ULONG i = 0; i < Record->Bytes - sizeof(RECORD); i++)
            CHECK_EQUAL(Record->Seq & 0xff, Record->Filling[i]);
        *LastSeq = Record->Seq;
        At += (Record->Bytes + 7) & ~7u;
    }
    CHECK_EQUAL(Read->Records, Count);
    return Count;
}

TEST(records_come_back_in_order_and_may_be_read_again)
{
    Start();
    HostSetProcessor(2);
    for (UINT64 Seq = 1; Seq <= 100; Seq++)
        CHECK(Write(Seq, 0, (ULONG)(sizeof(RECORD) + Seq)));
    for (int Again = 0; Again < 2; Again++) {
        RING_READ Read = {0};
        UINT64 Last = 0;
        RingRead(2, &Read, Buffer, sizeof Buffer);
        CHECK_EQUAL(100, CheckRecords(&Read, &Last));
        CHECK_EQUAL(100, Last);
        CHECK_EQUAL(0, Read.Gaps);
        CHECK_EQUAL(Read.Head, Read.Position);
    }
    Stop();
}

TEST(a_ring_that_went_round_knows_how_many_records_it_lost)
{
    RING_READ Read = {0};
    RING_COUNTERS Counters;
    UINT64 Last = 0, First = 0, Written = 0;
    ULONG Records = 0;
    Start();
    HostSetProcessor(1);
    while (Written < 4000)
        CHECK(Write(++Written, 0, 200));
    do {
        RingRead(1, &Read, Buffer, sizeof Buffer);
        if (First == 0 && Read.Bytes != 0)
            First = ((RECORD *)Buffer)->Seq;
        Records += CheckRecords(&Read, &Last);
    } while (Read.Bytes != 0);
    RingCount(&Counters);
    CHECK_EQUAL(4000, Last);
    CHECK_EQUAL(4000 - First + 1, Records);
    CHECK_EQUAL(4000, Counters.Written);
    CHECK_EQUAL(First - 1, Counters.Overwritten);
    CHECK_EQUAL(First - 1, Counters.LastOverwrittenSeq);
    CHECK_EQUAL(0, Counters.Dropped);
    Stop();
}

TEST(a_record_that_fits_no_block_is_dropped_and_counted)
{
    RING_COUNTERS Counters;
    Start();
    CHECK(!Write(1, 0, RING_BLOCK));
    RingCount(&Counters);
    CHECK_EQUAL(1, Counters.Dropped);
    CHECK_EQUAL(0, Counters.Written);
    Stop();
}

TEST(a_buffer_too_small_for_the_next_record_takes_nothing_and_loses_nothing)
{
    Start();
    HostSetProcessor(0);
    Write(1, 0, 100);
    for (ULONG Capacity = 0; Capacity < 104; Capacity++) {
        RING_READ Read = {0};
        UCHAR *Small = malloc(Capacity + 1);
        RingRead(0, &Read, Small, Capacity);
        CHECK_EQUAL(0, Read.Bytes);
        CHECK_EQUAL(0, Read.Position % RING_BLOCK);
        free(Small);
    }
    Stop();
}

TEST(restart_hides_what_was_before)
{
    RING_READ Read = {0};
    UINT64 Last = 0;
    Start();
    HostSetProcessor(0);
    Write(7, 0, 64);
    RingRestart();
    Write(1, 0, 64);
    RingRead(0, &Read, Buffer, sizeof Buffer);
    CHECK_EQUAL(1, CheckRecords(&Read, &Last));
    CHECK_EQUAL(1, Last);
    Stop();
}

TEST(any_position_and_any_processor_can_be_asked_for)
{
    TEST_RANDOM Random = TestRandom();
    Start();
    HostSetProcessor(0);
    for (UINT64 Seq = 1; Seq <= 3000; Seq++)
        Write(Seq, 0, (ULONG)sizeof(RECORD) + TestBelow(&Random, 400));
    for (ULONG i = 0; i < TestRounds(5000); i++) {
        ULONG Capacity = TestBelow(&Random, 8192);
        UINT64 Last = 0;
        RING_READ Read = {.Position = TestBelow(&Random, 4) == 0
                ? ((UINT64)TestNext(&Random) << 32 | TestNext(&Random))
                : TestBelow(&Random, 4 * RING_MIN_BYTES)};
        RingRead(TestBelow(&Random, 6), &Read, Buffer, Capacity);
        CHECK(Read.Bytes <= Capacity);
        /* A position inside a record may show it nothing; what it shows is whole. */
        CheckRecords(&Read, &Last);
    }
    Stop();
}

static volatile LONG64 Seqs;
static volatile LONG Writing;

static VOID Writer(PVOID Context)
{
    ULONG Me = (ULONG)(ULONG_PTR)Context;
    for (ULONG i = 0; i < TestRounds(4000); i++) {
        /* The number is taken at DISPATCH_LEVEL, on the processor the record goes to: so numbers grow along a ring. */
        ULONG Bytes = (ULONG)sizeof(RECORD) + i * 37 % 300;
        KIRQL Old = KeRaiseIrqlToDpcLevel();
        RING *Ring = RingOf(KeGetCurrentProcessorNumber());
        RingBegin(Ring);
        UINT64 Seq = (UINT64)InterlockedIncrement64(&Seqs);
        RECORD *Record = RingReserve(Ring, Bytes, Seq);
        Record->Seq = Seq;
        Record->Writer = Me;
        Record->Bytes = Bytes;
        memset(Record->Filling, (int)(Seq & 0xff), Bytes - sizeof(RECORD));
        RingPublish(Ring, Record, Bytes);
        RingEnd(Ring);
        KeLowerIrql(Old);
    }
    InterlockedDecrement(&Writing);
}

TEST(a_reader_beside_writers_sees_only_whole_records_in_order)
{
    RING_READ Reads[HOST_PROCESSORS] = {0};
    UINT64 Last[HOST_PROCESSORS] = {0}, Records = 0;
    RING_COUNTERS Counters;
    bool Done = false;
    Start();
    Writing = 4;
    for (ULONG_PTR i = 0; i < 4; i++) {
        HANDLE Thread;
        PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, Writer, (PVOID)i);
        ZwClose(Thread);
    }
    while (!Done) {
        Done = ReadAcquire(&Writing) == 0;
        for (ULONG i = 0; i < HOST_PROCESSORS; i++) {
            RingRead(i, &Reads[i], Buffer, 4096);
            Records += CheckRecords(&Reads[i], &Last[i]);
            Done = Done && Reads[i].Position == Reads[i].Head;
        }
    }
    HostJoinThreads();
    CHECK(RingQuiet());
    RingCount(&Counters);
    CHECK_EQUAL((UINT64)Seqs, Counters.Written);
    CHECK(Records <= Counters.Written);
    CHECK(Counters.Written - Records <= Counters.Overwritten);
    Stop();
}

TEST(a_ring_is_quiet_when_every_record_that_began_has_ended)
{
    Start();
    HostSetProcessor(3);
    RING *Ring = RingOf(3);
    CHECK(RingQuiet());
    KIRQL Old = KeRaiseIrqlToDpcLevel();
    RingBegin(Ring);
    CHECK(!RingQuiet());
    PVOID Record = RingReserve(Ring, 64, 1);
    RingPublish(Ring, Record, 64);
    CHECK(!RingQuiet());
    RingEnd(Ring);
    CHECK(RingQuiet());
    RingBegin(Ring);
    RingCancel(Ring);
    KeLowerIrql(Old);
    CHECK(RingQuiet());
    Stop();
}

TEST(memory_that_runs_out_leaves_nothing_behind)
{
    LateInitialize();
    for (LONG i = 0; i <= HOST_PROCESSORS; i++) {
        HostPoolFailAfter(i);
        CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, RingInitialize(RING_MIN_BYTES));
        CHECK_EQUAL(0, HostPoolBlocks(0));
    }
}

TEST(nothing_can_be_read_where_there_is_no_ring)
{
    RING_READ Read = {0};
    LateInitialize();
    CHECK(RingQuiet());
    RingRead(0, &Read, Buffer, sizeof Buffer);
    CHECK_EQUAL(0, Read.Bytes);
}

/* Found by test/fuzz/ring.c: the reader took the frame for one that is being written, waited, and never saw the rest. */
TEST(a_wild_write_over_a_frame_costs_the_rest_of_its_block_and_no_more)
{
    static const struct {
        ULONG Offset; /* in the frame */
        UINT64 Value;
    } Wild[] = {{0, 0}, {0, ~0ull}, {8, 0}, {8, 8}, {8, 0x7ffffff0}, {8, 0x1000}, {8, 0x180}};
    if (!CrcFast())
        return; /* nothing tells a record of another length */
    enum { RECORDS = 100, BYTES = 176, IN_BLOCK = 21 };
    for (ULONG i = 0; i < RTL_NUMBER_OF(Wild); i++) {
        RING_READ Read = {.Settled = TRUE};
        UINT64 Last = 0;
        ULONG Found = 0;
        PVOID Memory;
        Start();
        HostSetProcessor(1);
        for (UINT64 Seq = 1; Seq <= RECORDS; Seq++)
            CHECK(Write(Seq, 0, BYTES));
        RingNewest(1, RING_MIN_BYTES, &Memory);
        PUCHAR Block = (PUCHAR)Memory + 2 * RING_BLOCK, Frame = Block + sizeof(RING_HEADER) + 2 * (BYTES + sizeof(RING_FRAME));
        memcpy(Frame + Wild[i].Offset, &Wild[i].Value, Wild[i].Offset == 0 ? 8 : 4);
        do {
            RingRead(1, &Read, Buffer, sizeof Buffer);
            Found += CheckRecords(&Read, &Last);
            CHECK(Read.Damaged <= 2);
        } while (Read.Position != Read.Head);
        CHECK_EQUAL(RECORDS, Last);
        CHECK(Found >= RECORDS - (IN_BLOCK - 2) && Found < RECORDS);
        Stop();
    }
}

/* The same: then a reader began again at the oldest record, for ever. */
TEST(a_length_that_a_wild_write_made_longer_does_not_lead_beyond_the_last_record)
{
    RING_READ Read = {.Settled = TRUE};
    PVOID Memory;
    ULONG Length = 0x800;
    Start();
    HostSetProcessor(1);
    CHECK(Write(1, 0, 176));
    RingNewest(1, RING_MIN_BYTES, &Memory);
    memcpy((PUCHAR)Memory + sizeof(RING_HEADER) + 8, &Length, sizeof Length);
    RingRead(1, &Read, Buffer, sizeof Buffer);
    CHECK_EQUAL(0, Read.Records);
    CHECK_EQUAL(1, Read.Damaged);
    CHECK_EQUAL(Read.Head, Read.Position);
    Stop();
}
