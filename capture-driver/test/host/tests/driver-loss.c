/*
 * What is lost is told: overwritten records, refused ETW writes; and the sequence numbers alone show where.
 */
#include <string.h>

#include "raw.h"

static RAW_CALL Call;

static void SendMany(ULONG Count)
{
    WSK_BUF Empty = {0};
    PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    for (ULONG i = 0; i < Count; i++) {
        CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, RawReady(&Call));
        RawWait(&Call);
    }
    RawDone(&Call);
    RawClose(Socket);
}

TEST(overwritten_records_can_be_counted_from_the_gaps_between_sequence_numbers)
{
    TRACE Trace;
    WSKT_STATUS Status;
    UINT64 Missing, LostSaid = 0;
    RawStart(0);
    SendMany(5000); /* about 1400 bytes of records for each: more than 4 rings of 1 MiB hold */
    RawUnload();
    CaptureStop();
    Trace = TraceDrain();
    Status = CaptureStatus();
    Missing = SEQ(&Trace.Events[Trace.Count - 1]) - Trace.Count;
    CHECK_EQUAL(Status.Events, SEQ(&Trace.Events[Trace.Count - 1]));
    CHECK(Missing != 0);
    /* The last two events were logged after the loss was told, so nothing was lost since. */
    for (ULONG i = 0; i < Trace.Count; i++)
        if (Trace.Events[i].Id == WSKT_EVENTS_LOST_ID) {
            CHECK_EQUAL(WsktLossReason_RingOverwritten, Trace.Events[i].Lost->Reason);
            LostSaid += Trace.Events[i].Lost->Count;
            /* Every number that is missing lies in the range that was told. */
            for (ULONG j = 1; j < Trace.Count; j++)
                if (SEQ(&Trace.Events[j]) != SEQ(&Trace.Events[j - 1]) + 1)
                    CHECK(SEQ(&Trace.Events[j]) - 1 <= Trace.Events[i].Lost->LastSeq);
        }
    CHECK(LostSaid >= Missing); /* a block that is being overwritten counts as lost whole; the reader may still get some */
    CHECK_EQUAL(LostSaid, Status.Overwritten);
    TraceFree(&Trace);
    CaptureUnload();
}

static HOST_ETW_EVENT Events[64];

TEST(etw_gets_the_same_bytes_as_the_ring)
{
    TRACE Trace;
    CaptureLoad();
    HostEtwEnable(true, 5, ~0ull);
    CaptureTargets("raw.sys", NULL);
    CaptureStart(0);
    RawLoad();
    RawUnload();
    CaptureStop();
    Trace = TraceDrain();
    SIZE_T Count = HostEtwEvents(Events, 64);
    CHECK_EQUAL(Trace.Count, Count);
    for (ULONG i = 0; i < Trace.Count; i++) {
        CHECK_EQUAL(Trace.Events[i].Id, Events[i].Descriptor.Id);
        CHECK_EQUAL(Trace.Events[i].Bytes, Events[i].Size);
        CHECK(memcmp(Trace.Events[i].Header, Events[i].Payload, Events[i].Size) == 0);
    }
    TraceFree(&Trace);
    CaptureUnload();
}

TEST(what_etw_refuses_is_counted_and_told)
{
    TRACE Trace;
    CaptureLoad();
    HostEtwEnable(true, 5, ~0ull);
    CaptureTargets("raw.sys", NULL);
    CaptureStart(0);
    HostEtwAnswer(STATUS_NO_MEMORY);
    RawLoad();
    RawUnload();
    UINT64 Refused = CaptureStatus().EtwRefused;
    CHECK(Refused != 0);
    HostEtwAnswer(STATUS_SUCCESS);
    CaptureStop();
    Trace = TraceDrain();
    TraceCheckComplete(&Trace);
    const EVENT *Lost = TraceNext(&Trace, WSKT_EVENTS_LOST_ID, 0);
    CHECK_EQUAL(WsktLossReason_EtwRefused, Lost->Lost->Reason);
    CHECK_EQUAL(Refused, Lost->Lost->Count);
    TraceFree(&Trace);
    CaptureUnload();
}

TEST(a_level_and_keywords_choose_what_is_recorded)
{
    WSKT_START Start = {.Version = WSKT_IOCTL_VERSION, .RingBytes = 0x100000, .Level = 4, .Keywords = WSKTRACE_KEYWORD_MODULE};
    TRACE Trace;
    CaptureLoad();
    CaptureTargets("raw.sys", NULL);
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
    RawLoad();
    SendMany(3);
    RawUnload();
    CaptureStop();
    Trace = TraceDrain();
    CHECK_EQUAL(1, TraceCount(&Trace, WSKT_DRIVER_LOAD_ID));
    for (ULONG i = 0; i < Trace.Count; i++)
        CHECK(Trace.Events[i].Id >= WSKT_DRIVER_LOAD_ID && Trace.Events[i].Id <= WSKT_DRIVER_UNLOAD_EXIT_ID);
    TraceCheckComplete(&Trace); /* what was not wanted took no number: no gap that looks like a loss */
    TraceFree(&Trace);
    CaptureUnload();
}

TEST(a_second_capture_begins_at_number_one_and_shows_nothing_of_the_first)
{
    TRACE Trace;
    RawStart(0);
    SendMany(5);
    RawUnload();
    CaptureStop();
    UINT64 First = CaptureStatus().StartTime;
    CaptureStart(0);
    RawLoad();
    SendMany(2);
    RawUnload();
    CaptureStop();
    CHECK(CaptureStatus().StartTime >= First);
    Trace = TraceDrain();
    TraceCheckComplete(&Trace);
    CHECK_EQUAL(2, TraceCount(&Trace, WSKT_SEND_ENTER_ID));
    TraceFree(&Trace);
    CaptureUnload();
}
