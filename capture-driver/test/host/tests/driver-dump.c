/*
 * The flight recorder in a crash dump, or in any image of memory.
 */
#include <stdlib.h>
#include <string.h>

#include "crc.h"
#include "image.h"
#include "raw.h"
#include "ring.h"

#define RING 0x100000 /* CaptureStart's */

static HOST_DUMP Dumps[HOST_PROCESSORS];
static UCHAR Image[HOST_PROCESSORS * RING];

static void SendMany(ULONG Count)
{
    RAW_CALL Call = {0};
    WSK_BUF Empty = {0};
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    for (ULONG i = 0; i < Count; i++) {
        CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, RawReady(&Call));
        RawWait(&Call);
    }
    RawDone(&Call);
    RawClose(Socket);
}

/* All that the dump got, one after the other. */
static SIZE_T Crash(ULONG Allowed)
{
    SIZE_T Count = HostBugCheck(Allowed, Dumps, HOST_PROCESSORS), Bytes = 0;
    for (SIZE_T i = 0; i < Count; i++) {
        memcpy(Image + Bytes, Dumps[i].Data, Dumps[i].Bytes);
        Bytes += Dumps[i].Bytes;
    }
    return Bytes;
}

static void CheckSame(const TRACE *Trace, const IMAGE *Found)
{
    CHECK_EQUAL(Trace->Count, Found->Records);
    for (ULONG i = 0; i < Trace->Count; i++)
        CHECK_EQUAL(SEQ(&Trace->Events[i]), Found->Seqs[i]);
}

TEST(a_crash_dump_holds_every_record_of_every_ring)
{
    RawStart(0);
    SendMany(200);
    SIZE_T Bytes = Crash(RING);
    CHECK_EQUAL(HOST_PROCESSORS * RING, Bytes);
    IMAGE Found = ImageRead(Image, Bytes);
    CHECK_EQUAL(0, Found.Bad + Found.Damaged);
    TRACE Trace = TraceDrain();
    CheckSame(&Trace, &Found);
    TraceCheckComplete(&Trace);
    for (ULONG i = 0; i < HOST_PROCESSORS; i++)
        CHECK_EQUAL(i, Dumps[i].Guid.Data4[6]); /* streams of their own */
    ImageFree(&Found);
    TraceFree(&Trace);
    RawEnd(NULL);
}

TEST(a_dump_that_takes_less_gets_the_newest_blocks)
{
    RawStart(0);
    HostSetProcessor(0);
    SendMany(3000);
    WSKT_STATUS Status = CaptureStatus();
    CHECK(Status.Overwritten != 0 || Status.Events > 1000);
    for (ULONG Allowed = RING_BLOCK; Allowed < RING; Allowed = Allowed * 3 + 5) {
        SIZE_T Bytes = Crash(Allowed);
        CHECK(Bytes != 0 && Bytes <= (SIZE_T)HOST_PROCESSORS * Allowed);
        IMAGE Found = ImageRead(Image, Bytes);
        CHECK_EQUAL(0, Found.Bad + Found.Damaged);
        CHECK_EQUAL(Status.Events, Found.Seqs[Found.Records - 1]); /* the last one is there */
        ImageFree(&Found);
    }
    CHECK_EQUAL(0, Crash(RING_BLOCK - 1));
    RawEnd(NULL);
}

TEST(blocks_are_found_wherever_memory_put_them)
{
    static UCHAR Memory[3 * sizeof Image];
    static ULONG Places[3 * HOST_PROCESSORS * RING / RING_BLOCK];
    TEST_RANDOM Random = TestRandom();
    RawStart(0);
    SendMany(300);
    SIZE_T Blocks = Crash(RING) / RING_BLOCK;
    for (SIZE_T i = 0; i < sizeof Memory; i++)
        Memory[i] = (UCHAR)TestNext(&Random);
    for (ULONG i = 0; i < RTL_NUMBER_OF(Places); i++) {
        ULONG j = TestBelow(&Random, i + 1);
        Places[i] = Places[j];
        Places[j] = i;
    }
    for (SIZE_T i = 0; i < Blocks; i++)
        memcpy(Memory + (SIZE_T)Places[i] * RING_BLOCK, Image + i * RING_BLOCK, RING_BLOCK);
    IMAGE Found = ImageRead(Memory, sizeof Memory);
    CHECK_EQUAL(0, Found.Bad + Found.Damaged);
    TRACE Trace = TraceDrain();
    CheckSame(&Trace, &Found);
    ImageFree(&Found);
    TraceFree(&Trace);
    RawEnd(NULL);
}

TEST(a_wild_write_into_a_record_is_noticed_by_drain_and_by_image)
{
    if (!CrcFast())
        return;
    RawStart(0);
    HostSetProcessor(2);
    SendMany(50);
    TRACE Before = TraceDrain();
    /* The first record of some ring, somewhere in its payload. */
    PVOID Start;
    ULONG Processor = 0;
    while (RingNewest(Processor, RING, &Start) != RING || ((RING_FRAME *)((UCHAR *)Start + 64))->Length == 0)
        Processor++;
    ((UCHAR *)Start)[sizeof(RING_HEADER) + sizeof(RING_FRAME) + 100] ^= 0x10;
    SIZE_T Bytes = Crash(RING);
    IMAGE Found = ImageRead(Image, Bytes);
    CHECK_EQUAL(1, Found.Damaged);
    CHECK_EQUAL(Before.Count - 1, Found.Records);
    RING_READ Read = {0};
    RingRead(Processor, &Read, Image, sizeof Image);
    CHECK_EQUAL(1, Read.Damaged);
    CHECK_EQUAL(0, Read.Gaps);
    CHECK_EQUAL(Read.Head, Read.Position);
    ((UCHAR *)Start)[30] ^= 0x10; /* and into a block's header */
    Bytes = Crash(RING);
    ImageFree(&Found);
    Found = ImageRead(Image, Bytes);
    CHECK_EQUAL(1, Found.Bad);
    ImageFree(&Found);
    TraceFree(&Before);
    RawEnd(NULL);
}

TEST(callbacks_are_registered_with_the_rings_and_gone_with_them)
{
    CHECK_EQUAL(0, HostBugCheckCallbacks());
    CaptureLoad();
    CHECK_EQUAL(0, HostBugCheckCallbacks());
    CaptureStart(0);
    CaptureStop();
    CaptureStart(0);
    CHECK_EQUAL(HOST_PROCESSORS, HostBugCheckCallbacks());
    CaptureStop();
    CaptureUnload();
    CHECK_EQUAL(0, HostBugCheckCallbacks());
}

TEST(a_kernel_without_such_callbacks_is_captured_all_the_same)
{
    HostHideExport("KeRegisterBugCheckReasonCallback", true);
    CaptureLoad();
    CaptureStart(0);
    CHECK_EQUAL(0, HostBugCheckCallbacks());
    CaptureStop();
    CaptureUnload();
}

TEST(wine_which_dies_at_the_call_is_not_asked)
{
    HostHideExport("wine_ntoskrnl_main_loop", false);
    CaptureLoad();
    CaptureStart(0);
    CHECK_EQUAL(0, HostBugCheckCallbacks());
    CaptureStop();
    CaptureUnload();
}

/* RFC 3720, appendix B.4, and one of "123456789". */
TEST(the_crc_is_crc32c_in_software_and_by_instruction)
{
    UINT64 Zeros[4] = {0}, Ones[4] = {~0ull, ~0ull, ~0ull, ~0ull};
    CHECK_EQUAL(0xe3069283, CrcSlow(0, "123456789", 9));
    CHECK_EQUAL(0x8a9136aa, CrcSlow(0, Zeros, 32));
    CHECK_EQUAL(0x62a8ab43, CrcSlow(0, Ones, 32));
    if (!CrcFast())
        return;
    CHECK_EQUAL(0x8a9136aa, CrcWords(0, Zeros, 4));
    CHECK_EQUAL(0x62a8ab43, CrcWords(0, Ones, 4));
    UINT64 Words[50];
    TEST_RANDOM Random = TestRandom();
    for (ULONG i = 0; i < 50; i++)
        Words[i] = (UINT64)TestNext(&Random) << 32 | TestNext(&Random);
    for (ULONG Count = 0; Count <= 50; Count++)
        CHECK_EQUAL(CrcSlow(CrcSlow(0, Words, 8 * Count), Words, 8), CrcWords(CrcWords(0, Words, Count), Words, 1));
}
