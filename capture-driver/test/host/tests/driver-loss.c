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

/* An event of a send is filled in the ring itself, and elsewhere where the ring does not want it. */
TEST(what_the_ring_does_not_want_goes_to_etw_alone_and_says_the_same)
{
    static const UINT16 Ids[] = {WSKT_SEND_ENTER_ID, WSKT_OP_COMPLETE_ID, WSKT_OP_COMPLETE_EXIT_ID, WSKT_OP_EXIT_ID};
    static HOST_ETW_EVENT Beside[64];
    UINT64 Payload[RTL_NUMBER_OF(Ids)][64];
    ULONG Bytes[RTL_NUMBER_OF(Ids)];
    RAW_BUFFER Buffer;
    for (int Round = 0; Round < 2; Round++) { /* first to the ring and to ETW, then to ETW alone */
        WSKT_START Start = {.Version = WSKT_IOCTL_VERSION, .RingBytes = 0x100000, .Level = 5,
            .Keywords = Round == 0 ? ~0ull : WSKTRACE_KEYWORD_MODULE};
        CaptureLoad();
        CaptureTargets("raw.sys", NULL);
        CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
        HostEtwEnable(true, 5, ~0ull);
        RawLoad();
        RawBuffer(&Buffer, 100);
        PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
        HostEtwEvents(Beside, 64);
        CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 0, RawReady(&Call));
        RawWait(&Call);
        SIZE_T Count = HostEtwEvents(Beside, 64);
        for (ULONG i = 0; i < RTL_NUMBER_OF(Ids); i++) {
            const HOST_ETW_EVENT *Event = NULL;
            for (SIZE_T j = 0; j < Count; j++)
                if (Beside[j].Descriptor.Id == Ids[i])
                    Event = &Beside[j];
            CHECK(Event != NULL && Event->Size <= sizeof Payload[i]);
            memcpy(Payload[i], Event->Payload, Event->Size); /* aligned */
            Bytes[i] = Event->Size;
            const WSKT_HEADER *Header = (const WSKT_HEADER *)Payload[i];
            CHECK(Header->Seq != 0 && Header->OpId != 0 && Header->Tid != 0);
        }
        const WSKT_SEND_ENTER *Send = (const WSKT_SEND_ENTER *)Payload[0];
        const WSKT_MDL_SNAP *Snap = (const WSKT_MDL_SNAP *)(Send + 1);
        CHECK_EQUAL(sizeof(*Send) + sizeof(*Snap), Bytes[0]);
        CHECK_EQUAL(100, Send->Length);
        CHECK_EQUAL(1, Send->MdlCount);
        CHECK_EQUAL((ULONG_PTR)Buffer.Mdl, Snap->Ptr);
        CHECK_EQUAL((ULONG_PTR)Call.Irp, Send->IrpSnap.Ptr);
        const WSKT_OP_COMPLETE *Complete = (const WSKT_OP_COMPLETE *)Payload[1];
        CHECK_EQUAL(100, Complete->Information);
        const WSKT_OP_COMPLETE_EXIT *Exit = (const WSKT_OP_COMPLETE_EXIT *)Payload[2];
        CHECK_EQUAL((UINT32)STATUS_MORE_PROCESSING_REQUIRED, Exit->Status);
        const WSKT_OP_EXIT *Return = (const WSKT_OP_EXIT *)Payload[3];
        CHECK_EQUAL((ULONG_PTR)Socket, Return->Socket);
        CHECK_EQUAL((ULONG_PTR)Call.Irp, Return->Irp);
        TRACE Trace = TraceDrain();
        CHECK_EQUAL(Round == 0, TraceCount(&Trace, WSKT_SEND_ENTER_ID));
        CHECK_EQUAL(Round == 0, TraceCount(&Trace, WSKT_OP_COMPLETE_EXIT_ID) != 0);
        TraceFree(&Trace);
        RawDone(&Call);
        RawClose(Socket);
        RawBufferFree(&Buffer);
        RawUnload();
        HostEtwEnable(false, 0, 0);
        CaptureStop();
        CaptureUnload();
    }
}

TEST(etw_gets_what_happens_while_it_listens_and_the_ring_gets_all)
{
    TRACE Trace;
    PWSK_SOCKET Socket;
    WSK_BUF Empty = {0};
    RawStart(0);
    Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    for (int i = 0; i < 6; i++) {
        if (i % 2 == 1)
            HostEtwEnable(true, 5, ~0ull);
        CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, RawReady(&Call));
        RawWait(&Call);
        HostEtwEnable(false, 0, 0);
        SIZE_T Sends = 0, Count = HostEtwEvents(Events, 64);
        for (SIZE_T j = 0; j < Count; j++)
            Sends += Events[j].Descriptor.Id == WSKT_SEND_ENTER_ID;
        CHECK_EQUAL(i % 2, Sends);
    }
    RawDone(&Call);
    RawClose(Socket);
    RawEnd(&Trace);
    CHECK_EQUAL(6, TraceCount(&Trace, WSKT_SEND_ENTER_ID));
    TraceFree(&Trace);
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
