/*
 * A reader of the ring that is overtaken at the worst moment: between looking at a record and copying it, and between
 * copying and checking. The moments are the driver's own memory barriers.
 */
#include <string.h>

#include "host.h"
#include "late.h"
#include "ring_write.h"
#include "test.h"

#define BYTES 256

static UINT64 Seq;
static LONG Countdown;

static void Write(ULONG Count)
{
    HostSetProcessor(0);
    KIRQL Old = KeRaiseIrqlToDpcLevel();
    for (ULONG i = 0; i < Count; i++) {
        RING *Ring = RingOf(KeGetCurrentProcessorNumber());
        RingBegin(Ring);
        UINT64 *Record = RingReserve(Ring, BYTES, ++Seq);
        for (ULONG j = 0; j < BYTES / 8; j++)
            Record[j] = Seq;
        RingPublish(Ring, Record, BYTES);
        RingEnd(Ring);
    }
    KeLowerIrql(Old);
}

/* Writers go once round the ring, and a little further, at the barrier that Countdown names. */
static void Overtake(void)
{
    if (Countdown > 0 && --Countdown == 0) {
        HostOnBarrier(NULL);
        Write(RING_MIN_BYTES / BYTES + 100);
    }
}

TEST(a_reader_that_is_overtaken_at_any_moment_keeps_no_torn_record)
{
    static UINT64 Buffer[8192 / 8];
    LateInitialize();
    for (LONG Moment = 1; Moment <= 20; Moment++) {
        RING_READ Read = {0};
        UINT64 Last = 0;
        Seq = 0;
        CHECK_STATUS(STATUS_SUCCESS, RingInitialize(RING_MIN_BYTES));
        RingRestart();
        Write(500);
        Countdown = Moment;
        HostOnBarrier(Overtake);
        RingRead(0, &Read, Buffer, sizeof Buffer);
        HostOnBarrier(NULL);
        CHECK(Read.Records * BYTES == Read.Bytes);
        for (ULONG i = 0; i < Read.Records; i++) {
            const UINT64 *Record = Buffer + i * BYTES / 8;
            CHECK(Record[0] > Last);
            for (ULONG j = 1; j < BYTES / 8; j++)
                CHECK_EQUAL(Record[0], Record[j]);
            Last = Record[0];
        }
        RingUninitialize();
    }
}
