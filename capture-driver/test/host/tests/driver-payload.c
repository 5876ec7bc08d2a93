/*
 * Payload hashes: a send's memory at its enter and at its completion, as two numbers. On request only; and memory that
 * may be gone when the send completes is not read: the sanitizers look on.
 */
#include "hash.h"

#include <string.h>

#include "raw.h"

#define TAG 'kcoB'

static TRACE Trace;
static RAW_CALL Call;
static PWSK_SOCKET Socket;

static UINT64 HashOf(const void *Memory, SIZE_T Bytes)
{
    HASH64 Hash;
    HashStart(&Hash);
    HashAdd(&Hash, Memory, Bytes);
    return HashValue(&Hash);
}

/* Of the reference implementation (xxhsum 0.8). */
TEST(the_hash_is_xxh64)
{
    CHECK_EQUAL(0xEF46DB3751D8E999u, HashOf("", 0));
    CHECK_EQUAL(0xD24EC4F1A98C6E5Bu, HashOf("a", 1));
    CHECK_EQUAL(0x44BC2CF5AD770999u, HashOf("abc", 3));
    CHECK_EQUAL(0xFBCEA83C8A378BF1u, HashOf("Nobody inspects the spammish repetition", 39));
}

TEST(pieces_of_any_size_hash_as_the_whole)
{
    UCHAR Bytes[500];
    TEST_RANDOM Random = TestRandom();
    for (ULONG Round = 0; Round < 200; Round++) {
        HASH64 Hash;
        ULONG Length = TestBelow(&Random, sizeof Bytes + 1);
        for (ULONG i = 0; i < Length; i++)
            Bytes[i] = (UCHAR)TestNext(&Random);
        HashStart(&Hash);
        for (ULONG At = 0, Piece; At < Length; At += Piece) {
            Piece = TestBelow(&Random, min(Length - At, 70) + 1);
            HashAdd(&Hash, Bytes + At, Piece);
        }
        CHECK_EQUAL(HashOf(Bytes, Length), HashValue(&Hash));
    }
}

static void Begin(UINT32 Tiers)
{
    CaptureLoad();
    CHECK_STATUS(STATUS_SUCCESS, CaptureTarget("raw", Tiers));
    CaptureStart(0);
    RawLoad();
    Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
}

static void End(void)
{
    RawDone(&Call);
    RawClose(Socket);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
}

/* The send is held while Change is done. */
static void Send(WSK_BUF *Buffer, void (*Change)(void))
{
    HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
    HostWskTouch(false);
    CALLS(Socket, CONNECTION)->WskSend(Socket, Buffer, 0, RawReady(&Call));
    if (Change != NULL)
        Change();
    HostWskComplete(HostSend, STATUS_SUCCESS);
    RawWait(&Call);
}

static const EVENT *At(UINT8 When, USHORT BufIndex)
{
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        if (E->Id == WSKT_OP_PAYLOAD_HASH_ID && E->Hash->When == When && E->Hash->BufIndex == BufIndex)
            return E;
    TracePrint(&Trace);
    TestFailed(__FILE__, __LINE__, "no hash of buffer %u", BufIndex);
}
#define ENTER At(WsktHashWhen_Enter, 0)
#define COMPLETE At(WsktHashWhen_Complete, 0)

TEST(a_payload_that_stays_as_it_is_has_one_hash_and_a_changed_one_two)
{
    static RAW_BUFFER Buffer;
    for (int Changed = 0; Changed < 2; Changed++) {
        Begin(WsktTiers_Hashes);
        RawBuffer(&Buffer, 1000);
        WSK_BUF Part = {Buffer.Mdl, 10, 900};
        UINT64 Before = HashOf(Buffer.Data + 10, 900);
        HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
        HostWskTouch(false);
        CALLS(Socket, CONNECTION)->WskSend(Socket, &Part, 0, RawReady(&Call));
        Buffer.Data[5]++; /* not of the send */
        Buffer.Data[500] += (UCHAR)Changed; /* the misuse */
        HostWskComplete(HostSend, STATUS_SUCCESS);
        RawWait(&Call);
        UINT64 After = HashOf(Buffer.Data + 10, 900);
        RawBufferFree(&Buffer);
        End();
        const EVENT *Enter = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0);
        CHECK(SEQ(Enter) < SEQ(ENTER) && SEQ(ENTER) < SEQ(TraceOf(&Trace, WSKT_OP_EXIT_ID, Enter->Header->OpId)));
        CHECK(SEQ(COMPLETE) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Enter->Header->OpId)));
        CHECK(ENTER->Header->OpId == Enter->Header->OpId && COMPLETE->Header->OpId == Enter->Header->OpId);
        CHECK(ENTER->Hash->Length == 900 && ENTER->Hash->Outcome == WsktHashOutcome_Whole && ENTER->Hash->Again);
        CHECK(COMPLETE->Hash->Length == 900 && COMPLETE->Hash->Outcome == WsktHashOutcome_Whole);
        CHECK_EQUAL(Before, ENTER->Hash->Hash);
        CHECK_EQUAL(After, COMPLETE->Hash->Hash);
        CHECK_EQUAL(Changed, ENTER->Hash->Hash != COMPLETE->Hash->Hash);
        TraceFree(&Trace);
    }
}

TEST(nothing_is_hashed_unless_asked_for_and_only_for_who_listens)
{
    RAW_BUFFER Buffer;
    for (int Deaf = 0; Deaf < 2; Deaf++) {
        CaptureLoad();
        CHECK_STATUS(STATUS_SUCCESS, CaptureTarget("raw", Deaf ? WsktTiers_Hashes : 0));
        WSKT_START Start = {.Version = WSKT_IOCTL_VERSION, .RingBytes = 0x100000, .Keywords = Deaf ? WSKTRACE_KEYWORD_SEND : 0};
        CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
        RawLoad();
        Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
        RawBuffer(&Buffer, 100);
        Send(&Buffer.Buffer, NULL);
        CHECK_EQUAL(0, PayloadWatched);
        RawBufferFree(&Buffer);
        RawDone(&Call);
        RawClose(Socket);
        RawEnd(&Trace);
        CHECK_EQUAL(0, TraceCount(&Trace, WSKT_OP_PAYLOAD_HASH_ID));
        CHECK_EQUAL(1, TraceCount(&Trace, WSKT_SEND_ENTER_ID));
        TraceFree(&Trace);
    }
}

TEST(of_a_long_payload_the_beginning_is_hashed)
{
    RAW_BUFFER Buffer;
    Begin(WsktTiers_Hashes);
    RawBuffer(&Buffer, HASH_MOST_BYTES + 1);
    UINT64 Expected = HashOf(Buffer.Data, HASH_MOST_BYTES);
    Send(&Buffer.Buffer, NULL);
    RawBufferFree(&Buffer);
    End();
    CHECK(ENTER->Hash->Outcome == WsktHashOutcome_Beginning && ENTER->Hash->Length == HASH_MOST_BYTES);
    CHECK(COMPLETE->Hash->Outcome == WsktHashOutcome_Beginning && COMPLETE->Hash->Length == HASH_MOST_BYTES);
    CHECK(Expected == ENTER->Hash->Hash && Expected == COMPLETE->Hash->Hash);
    TraceFree(&Trace);
}

/* Also one more than an enter event has snapshots of. */
TEST(a_chain_is_hashed_as_the_bytes_it_describes_one_after_the_other)
{
    UCHAR Bytes[20 * 7];
    RAW_BUFFER Parts[20];
    Begin(WsktTiers_Hashes);
    for (ULONG i = 0; i < 20; i++) {
        RawBuffer(&Parts[i], 7);
        memset(Parts[i].Data, (int)i, 7);
        memset(Bytes + 7 * i, (int)i, 7);
        if (i != 0)
            Parts[i - 1].Mdl->Next = Parts[i].Mdl;
    }
    WSK_BUF Three = {Parts[0].Mdl, 3, 15}, All = {Parts[0].Mdl, 0, sizeof Bytes};
    Send(&Three, NULL);
    Send(&All, NULL);
    for (ULONG i = 0; i < 20; i++)
        RawBufferFree(&Parts[i]);
    End();
    CHECK(ENTER->Hash->Hash == HashOf(Bytes + 3, 15) && COMPLETE->Hash->Hash == ENTER->Hash->Hash);
    const EVENT *Second = TraceNext(&Trace, WSKT_OP_PAYLOAD_HASH_ID, SEQ(COMPLETE));
    CHECK(Second->Hash->Outcome == WsktHashOutcome_Beginning && Second->Hash->Length == 16 * 7);
    CHECK_EQUAL(HashOf(Bytes, 16 * 7), Second->Hash->Hash);
    TraceFree(&Trace);
}

/* Locked and mapped nowhere: it is not mapped for this. */
TEST(what_is_not_mapped_is_not_hashed_and_what_was_mapped_is)
{
    static UCHAR Page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
    for (int Mapped = 0; Mapped < 2; Mapped++) {
        Begin(WsktTiers_Hashes);
        PMDL Mdl = RAW(IoAllocateMdl)(Page, 100, FALSE, FALSE, NULL);
        RAW(MmProbeAndLockPages)(Mdl, KernelMode, IoReadAccess);
        if (Mapped)
            RAW(MmMapLockedPagesSpecifyCache)(Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
        WSK_BUF Buffer = {Mdl, 0, 100};
        Send(&Buffer, NULL);
        if (Mapped)
            RAW(MmUnmapLockedPages)(Mdl->MappedSystemVa, Mdl);
        RAW(MmUnlockPages)(Mdl);
        RAW(IoFreeMdl)(Mdl);
        End();
        if (Mapped) {
            CHECK(ENTER->Hash->Hash == HashOf(Page, 100) && COMPLETE->Hash->Hash == ENTER->Hash->Hash);
        } else {
            CHECK(ENTER->Hash->Outcome == WsktHashOutcome_NotMapped && ENTER->Hash->Length == 0 && !ENTER->Hash->Again);
            CHECK_EQUAL(1, TraceCount(&Trace, WSKT_OP_PAYLOAD_HASH_ID));
        }
        TraceFree(&Trace);
    }
}

static RAW_BUFFER Held;

static void FreeMdl(void)
{
    RAW(IoFreeMdl)(Held.Mdl);
    RAW(ExFreePoolWithTag)(Held.Data, 'waR ');
}

static void FreeBlock(void)
{
    RAW(ExFreePoolWithTag)(Held.Data, 'waR ');
}

static void Stop(void)
{
    CaptureStop();
    RAW(ExFreePoolWithTag)(Held.Data, 'waR ');
    CaptureStart(0);
}

TEST(memory_that_is_freed_in_flight_is_not_read_again)
{
    static void (*const Misuse[])(void) = {FreeMdl, FreeBlock};
    for (ULONG i = 0; i < RTL_NUMBER_OF(Misuse); i++) {
        Begin(WsktTiers_Hashes);
        RawBuffer(&Held, 3000);
        Send(&Held.Buffer, Misuse[i]);
        CHECK_EQUAL(0, PayloadWatched);
        if (Misuse[i] != FreeMdl)
            RAW(IoFreeMdl)(Held.Mdl);
        End();
        CHECK(ENTER->Hash->Again && COMPLETE->Hash->Outcome == WsktHashOutcome_Gone && COMPLETE->Hash->Length == 0);
        TraceFree(&Trace);
    }
}

TEST(memory_that_is_freed_between_two_captures_is_not_read_in_the_second)
{
    Begin(WsktTiers_Hashes);
    RawBuffer(&Held, 3000);
    Send(&Held.Buffer, Stop);
    RAW(IoFreeMdl)(Held.Mdl);
    RawDone(&Call);
    RawClose(Socket);
    RawEnd(&Trace);
    CHECK_EQUAL(WsktHashOutcome_Gone, COMPLETE->Hash->Outcome);
    TraceFree(&Trace);
}

static PMDL Locked;

static void Unmap(void)
{
    RAW(MmUnmapLockedPages)(Locked->MappedSystemVa, Locked);
}

static void Unlock(void)
{
    RAW(MmUnlockPages)(Locked);
}

static void Advance(void)
{
    RAW(MmAdvanceMdl)(Locked, 10);
}

TEST(memory_that_is_unmapped_unlocked_or_advanced_in_flight_is_not_read_again)
{
    static UCHAR Page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
    static void (*const Misuse[])(void) = {Unmap, Unlock, Advance};
    for (ULONG i = 0; i < RTL_NUMBER_OF(Misuse); i++) {
        Begin(WsktTiers_Hashes);
        Locked = RAW(IoAllocateMdl)(Page, 100, FALSE, FALSE, NULL);
        RAW(MmProbeAndLockPages)(Locked, KernelMode, IoReadAccess);
        RAW(MmMapLockedPagesSpecifyCache)(Locked, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
        WSK_BUF Buffer = {Locked, 0, 100};
        Send(&Buffer, Misuse[i]);
        if (Misuse[i] != Unlock) {
            if (Locked->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA)
                Unmap();
            Unlock();
        }
        RAW(IoFreeMdl)(Locked);
        End();
        CHECK(ENTER->Hash->Again && COMPLETE->Hash->Outcome == WsktHashOutcome_Gone);
        TraceFree(&Trace);
    }
}

/* Its end would not be seen: at the enter it is hashed, and then never again. */
TEST(memory_whose_end_would_not_be_seen_is_hashed_once)
{
    static UCHAR Static[64];
    Begin(WsktTiers_Hashes);
    PMDL Unseen = IoAllocateMdl(Static, sizeof Static, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(Unseen);
    PMDL OfNoBlock = RAW(IoAllocateMdl)(Static, sizeof Static, FALSE, FALSE, NULL);
    RAW(MmBuildMdlForNonPagedPool)(OfNoBlock);
    Send(&(WSK_BUF) {Unseen, 0, 64}, NULL);
    Send(&(WSK_BUF) {OfNoBlock, 0, 64}, NULL);
    IoFreeMdl(Unseen);
    RAW(IoFreeMdl)(OfNoBlock);
    End();
    CHECK_EQUAL(2, TraceCount(&Trace, WSKT_OP_PAYLOAD_HASH_ID));
    const EVENT *Second = TraceNext(&Trace, WSKT_OP_PAYLOAD_HASH_ID, SEQ(ENTER));
    CHECK(ENTER->Hash->Hash == HashOf(Static, 64) && !ENTER->Hash->Again);
    CHECK(Second->Hash->Hash == ENTER->Hash->Hash && !Second->Hash->Again);
    TraceFree(&Trace);
}

TEST(each_buffer_of_a_list_has_its_hashes)
{
    RAW_BUFFER Buffers[3];
    WSK_BUF_LIST List[3];
    Begin(WsktTiers_Hashes);
    RawClose(Socket);
    Socket = RawSocket(WSK_FLAG_DATAGRAM_SOCKET, NULL, NULL);
    for (ULONG i = 0; i < 3; i++) {
        RawBuffer(&Buffers[i], 50 + i);
        List[i] = (WSK_BUF_LIST) {i < 2 ? &List[i + 1] : NULL, Buffers[i].Buffer};
    }
    UINT64 Expected = HashOf(Buffers[2].Data, 52);
    CALLS(Socket, DATAGRAM)->WskSendMessages(Socket, List, 0, NULL, 0, NULL, RawReady(&Call));
    RawWait(&Call);
    for (ULONG i = 0; i < 3; i++)
        RawBufferFree(&Buffers[i]);
    End();
    CHECK_EQUAL(6, TraceCount(&Trace, WSKT_OP_PAYLOAD_HASH_ID));
    CHECK(At(WsktHashWhen_Enter, 2)->Hash->Hash == Expected && At(WsktHashWhen_Complete, 2)->Hash->Hash == Expected);
    CHECK_EQUAL(51, At(WsktHashWhen_Complete, 1)->Hash->Length);
    TraceFree(&Trace);
}

/* More sends in flight than there are places: the surplus is hashed at its enter, and all places come back. */
TEST(when_places_run_out_a_send_is_hashed_at_its_enter_only)
{
    static RAW_CALL Calls[HASH_SLOTS + 10];
    static RAW_BUFFER Buffers[RTL_NUMBER_OF(Calls)];
    Begin(WsktTiers_Hashes);
    for (ULONG i = 0; i < RTL_NUMBER_OF(Calls); i++)
        RawBuffer(&Buffers[i], 100);
    HostWskTouch(false);
    for (int Round = 0; Round < 2; Round++) {
        for (ULONG i = 0; i < RTL_NUMBER_OF(Calls); i++) {
            HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
            CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffers[i].Buffer, 0, RawReady(&Calls[i]));
        }
        CHECK_EQUAL(HASH_SLOTS, PayloadWatched);
        for (ULONG i = 0; i < RTL_NUMBER_OF(Calls); i++)
            HostWskComplete(HostSend, STATUS_SUCCESS);
        CHECK_EQUAL(0, PayloadWatched);
    }
    for (ULONG i = 0; i < RTL_NUMBER_OF(Calls); i++) {
        RawDone(&Calls[i]);
        RawBufferFree(&Buffers[i]);
    }
    RawReady(&Call);
    End();
    CHECK_EQUAL(2 * (HASH_SLOTS + RTL_NUMBER_OF(Calls)), TraceCount(&Trace, WSKT_OP_PAYLOAD_HASH_ID));
    TraceFree(&Trace);
}

#define ROUNDS 150

/* The misuse in every order: the MDL and its block are freed while the send completes on another thread. */
static VOID NTAPI CompleteHeld(PVOID Unused)
{
    (void)Unused;
    HostWskComplete(HostSend, STATUS_SUCCESS);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(a_free_beside_the_completion_waits_until_the_memory_is_read)
{
    HANDLE Thread;
    Begin(WsktTiers_Hashes);
    HostWskTouch(false);
    for (ULONG i = 0; i < ROUNDS; i++) {
        RawBuffer(&Held, 20000);
        HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
        CALLS(Socket, CONNECTION)->WskSend(Socket, &Held.Buffer, 0, RawReady(&Call));
        CHECK_STATUS(STATUS_SUCCESS, PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, CompleteHeld, NULL));
        ZwClose(Thread);
        if (i % 2)
            FreeMdl();
        else
            RAW(ExFreePoolWithTag)(Held.Data, 'waR ');
        HostJoinThreads();
        RawWait(&Call);
        if (i % 2 == 0)
            RAW(IoFreeMdl)(Held.Mdl);
    }
    CHECK_EQUAL(0, PayloadWatched);
    RawDone(&Call);
    RawClose(Socket);
    RawEnd(NULL);
}
