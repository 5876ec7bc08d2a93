/*
 * Chains of MDLs as a send hands them over: long, empty, too short, in a ring. The client's chain is looked at while the
 * call enters, and never again.
 */
#include <stdlib.h>
#include <string.h>

#include "raw.h"

static TRACE Trace;
static RAW_CALL Call;
static PMDL Chain[400];
static UCHAR Bytes[400];

static PWSK_SOCKET Socket;

static void Begin(ULONG Count)
{
    RawStart(0);
    Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    for (ULONG i = 0; i < Count; i++) {
        Chain[i] = RAW(IoAllocateMdl)(&Bytes[i], 1, FALSE, FALSE, NULL);
        RAW(MmBuildMdlForNonPagedPool)(Chain[i]);
        if (i != 0)
            Chain[i - 1]->Next = Chain[i];
    }
}

static void Send(PMDL Head, ULONG Offset, SIZE_T Length)
{
    WSK_BUF Buffer = {Head, Offset, Length};
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer, 0, RawReady(&Call));
    RawWait(&Call);
}

static void End(ULONG Count)
{
    for (ULONG i = 0; i < Count; i++)
        RAW(IoFreeMdl)(Chain[i]);
    RawDone(&Call);
    RawClose(Socket);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
}

/* The snapshots of the first send, from SendEnter and its OpMdlMore, in order. */
static ULONG Snapshots(WSKT_MDL_SNAP *Snaps)
{
    const EVENT *Enter = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0);
    ULONG Count = Enter->Send->MdlCount;
    CHECK_EQUAL(sizeof(WSKT_SEND_ENTER) + Count * sizeof(WSKT_MDL_SNAP), Enter->Bytes);
    memcpy(Snaps, Enter->Send + 1, Count * sizeof *Snaps);
    for (const EVENT *E = Enter; E < Trace.Events + Trace.Count; E++) {
        if (E->Id != WSKT_OP_MDL_MORE_ID || E->Header->OpId != Enter->Header->OpId)
            continue;
        CHECK_EQUAL(Count, E->MdlMore->FirstIndex);
        CHECK_EQUAL(sizeof(WSKT_OP_MDL_MORE) + E->MdlMore->MdlCount * sizeof *Snaps, E->Bytes);
        CHECK(Count + E->MdlMore->MdlCount <= 400);
        memcpy(Snaps + Count, E->MdlMore + 1, E->MdlMore->MdlCount * sizeof *Snaps);
        Count += E->MdlMore->MdlCount;
    }
    return Count;
}

static WSKT_MDL_SNAP Snaps[400];

TEST(a_chain_of_up_to_16_is_in_the_enter_event)
{
    Begin(16);
    Send(Chain[0], 0, 16);
    End(16);
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_OP_MDL_MORE_ID));
    CHECK_EQUAL(16, Snapshots(Snaps));
    TraceFree(&Trace);
}

TEST(a_longer_chain_goes_on_in_op_mdl_more)
{
    Begin(100);
    Send(Chain[0], 0, 100);
    End(100);
    CHECK_EQUAL(100, Snapshots(Snaps));
    for (ULONG i = 0; i < 100; i++) {
        CHECK_EQUAL(VALUE_OF(Chain[i]), Snaps[i].Ptr);
        CHECK_EQUAL(i < 99 ? VALUE_OF(Chain[i + 1]) : 0, Snaps[i].Next);
        CHECK_EQUAL(VALUE_OF(&Bytes[i]), Snaps[i].StartVa + Snaps[i].ByteOffset);
        CHECK_EQUAL(1, Snaps[i].ByteCount);
        CHECK(Snaps[i].MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL);
    }
    CHECK_EQUAL(0, TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0)->Send->Truncated);
    TraceFree(&Trace);
}

TEST(a_chain_longer_than_we_walk_is_cut_and_says_so)
{
    Begin(300);
    Send(Chain[0], 0, 300);
    End(300);
    const EVENT *Enter = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0);
    CHECK_EQUAL(1, Enter->Send->Truncated);
    CHECK(Enter->Header->HeaderFlags & WsktHeaderFlags_Truncated);
    CHECK(Snapshots(Snaps) < 300);
    TraceFree(&Trace);
}

/* The provider is not asked to walk this one: it refuses the call. */
TEST(a_chain_that_is_a_ring_ends)
{
    Begin(3);
    Chain[2]->Next = Chain[0];
    HostWskNext(HostSend, (HOST_POLICY) {HostInCall, STATUS_INVALID_PARAMETER, 0});
    Send(Chain[0], 0, 100000);
    Chain[0]->ByteCount = Chain[1]->ByteCount = Chain[2]->ByteCount = 0;
    HostWskNext(HostSend, (HOST_POLICY) {HostInCall, STATUS_INVALID_PARAMETER, 0});
    Send(Chain[0], 0, 1);
    End(3);
    const EVENT *Enter = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0);
    CHECK_EQUAL(1, Enter->Send->Truncated);
    CHECK(Snapshots(Snaps) <= 256);
    TraceFree(&Trace);
}

TEST(a_chain_of_one_that_points_to_itself_ends)
{
    Begin(1);
    Chain[0]->Next = Chain[0];
    HostWskNext(HostSend, (HOST_POLICY) {HostInCall, STATUS_INVALID_PARAMETER, 0});
    Send(Chain[0], 0, (SIZE_T)-1);
    End(1);
    TraceFree(&Trace);
}

TEST(a_length_without_an_mdl_and_an_mdl_without_a_length_are_logged_as_they_are)
{
    Begin(1);
    HostWskPolicy(HostSend, (HOST_POLICY) {HostInCall, STATUS_INVALID_PARAMETER, 0});
    Send(NULL, 5, 77);
    Send(Chain[0], 0, 0);
    HostWskPolicy(HostSend, (HOST_POLICY) {0});
    End(1);
    const EVENT *One = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0), *Two = TraceNext(&Trace, WSKT_SEND_ENTER_ID, SEQ(One));
    CHECK(One->Send->MdlHead == 0 && One->Send->Length == 77 && One->Send->Offset == 5 && One->Send->MdlCount == 0);
    CHECK(Two->Send->MdlHead == VALUE_OF(Chain[0]) && Two->Send->Length == 0 && Two->Send->MdlCount == 1);
    TraceFree(&Trace);
}

TEST(a_free_of_any_mdl_of_a_long_chain_is_in_the_trace)
{
    Begin(40);
    HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
    HostWskTouch(false);
    WSK_BUF Buffer = {Chain[0], 0, 40};
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer, 0, RawReady(&Call));
    RAW(IoFreeMdl)(Chain[39]); /* the misuse */
    HostWskComplete(HostSend, STATUS_SUCCESS);
    RawWait(&Call);
    End(39);
    const EVENT *Free = TraceNext(&Trace, WSKT_MDL_FREE_ID, 0);
    CHECK_EQUAL(VALUE_OF(Chain[39]), Free->Mdl->Mdl);
    CHECK(SEQ(Free) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_ID, TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0)->Header->OpId)));
    TraceFree(&Trace);
}

TEST(a_pool_free_is_logged_for_every_buffer_of_a_long_chain_and_for_no_other)
{
    PUCHAR Blocks[20], Other;
    RawStart(0);
    Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    Other = RAW(ExAllocatePoolWithTag)(NonPagedPoolNx, 64, 'rehT');
    for (ULONG i = 0; i < 20; i++) {
        Blocks[i] = RAW(ExAllocatePoolWithTag)(NonPagedPoolNx, 64, 'kcoB');
        Chain[i] = IoAllocateMdl(Blocks[i], 64, FALSE, FALSE, NULL); /* not through the table: nobody told us of these */
        MmBuildMdlForNonPagedPool(Chain[i]);
        if (i != 0)
            Chain[i - 1]->Next = Chain[i];
    }
    HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
    HostWskTouch(false);
    WSK_BUF Buffer = {Chain[0], 0, 20 * 64};
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer, 0, RawReady(&Call));
    for (ULONG i = 0; i < 20; i++)
        RAW(ExFreePoolWithTag)(Blocks[i], 'kcoB'); /* the misuse */
    HostWskComplete(HostSend, STATUS_SUCCESS);
    RawWait(&Call);
    RAW(ExFreePoolWithTag)(Other, 'rehT');
    for (ULONG i = 0; i < 20; i++)
        IoFreeMdl(Chain[i]);
    End(0);
    ULONG Seen = 0;
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        for (ULONG i = 0; E->Id == WSKT_POOL_FREE_ID && i < 20; i++)
            Seen += E->Pool->Block == VALUE_OF(Blocks[i]) && E->Pool->Size == 64 && E->Pool->Tag == 'kcoB';
    CHECK_EQUAL(20, Seen);
    CHECK_EQUAL(20, TraceCount(&Trace, WSKT_POOL_FREE_ID));
    TraceFree(&Trace);
}

/* The second free is what ends a machine; here only the trace of it must not. */
static void FreeTwice(void)
{
    Begin(1);
    PMDL Mdl = Chain[0];
    RAW(IoFreeMdl)(Mdl);
    RAW(IoFreeMdl)(Mdl);
}

TEST(an_mdl_freed_twice_is_the_kernels_to_find_and_not_ours)
{
#ifdef __SANITIZE_ADDRESS__
    CHECK_DIES(FreeTwice, "in IoFreeMdl\nShadow bytes"); /* the first bad access is the fake kernel's own */
#else
    (void)FreeTwice;
#endif
}

TEST(mdl_calls_are_logged_with_what_they_did)
{
    static UCHAR Page[2 * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
    RawStart(0);
    Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    PMDL Mdl = RAW(IoAllocateMdl)(Page + 8, 5000, FALSE, FALSE, NULL), Part = RAW(IoAllocateMdl)(Page, 64, FALSE, FALSE, NULL);
    RAW(MmProbeAndLockPages)(Mdl, KernelMode, IoWriteAccess);
    RAW(IoBuildPartialMdl)(Mdl, Part, Page + 8, 16);
    RAW(MmAdvanceMdl)(Mdl, 100);
    RAW(MmUnlockPages)(Mdl);
    RAW(IoFreeMdl)(Part);
    RAW(IoFreeMdl)(Mdl);
    RawReady(&Call);
    End(0);
    const EVENT *Birth = TraceNext(&Trace, WSKT_MDL_BIRTH_ID, 0);
    CHECK(Birth->MdlBirth->Mdl == VALUE_OF(Mdl) && Birth->MdlBirth->Va == VALUE_OF(Page + 8) && Birth->MdlBirth->Length == 5000);
    const EVENT *Lock = TraceNext(&Trace, WSKT_MDL_LOCK_ID, SEQ(Birth));
    CHECK(Lock->Mdl->Access == IoWriteAccess && (Lock->Mdl->MdlFlags & MDL_PAGES_LOCKED));
    const EVENT *Partial = TraceNext(&Trace, WSKT_MDL_PARTIAL_ID, SEQ(Lock));
    CHECK(Partial->Mdl->Mdl == VALUE_OF(Part) && Partial->Mdl->SourceMdl == VALUE_OF(Mdl) && Partial->Mdl->Length == 16);
    const EVENT *Advance = TraceNext(&Trace, WSKT_MDL_ADVANCE_ID, SEQ(Partial));
    const EVENT *Unlock = TraceNext(&Trace, WSKT_MDL_UNLOCK_ID, SEQ(Advance));
    TraceNext(&Trace, WSKT_MDL_FREE_ID, SEQ(Unlock));
    TraceFree(&Trace);
}

/* The send is held while Change is done to the chain; the recheck, or NULL where there is none. */
static const EVENT *Recheck(void (*Change)(void), ULONG Left)
{
    WSK_BUF Buffer = {Chain[0], 0, 3};
    HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
    HostWskTouch(false);
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer, 0, RawReady(&Call));
    Change();
    HostWskComplete(HostSend, STATUS_SUCCESS);
    RawWait(&Call);
    End(Left);
    UINT64 Op = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0)->Header->OpId;
    if (!TraceHas(&Trace, WSKT_OP_MDL_RECHECK_ID, Op))
        return NULL;
    const EVENT *Found = TraceOf(&Trace, WSKT_OP_MDL_RECHECK_ID, Op);
    CHECK(SEQ(Found) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_EXIT_ID, Op))); /* before the routine could free it */
    return Found;
}

static void Nothing(void)
{
}

static void Unlink(void)
{
    Chain[1]->Next = NULL;
}

static void FreeLast(void)
{
    RAW(IoFreeMdl)(Chain[2]);
}

TEST(a_chain_that_is_as_it_was_is_not_mentioned_at_completion)
{
    Begin(3);
    CHECK(Recheck(Nothing, 3) == NULL);
    TraceFree(&Trace);
}

TEST(a_chain_that_was_changed_in_flight_is_shown_at_completion)
{
    Begin(3);
    const EVENT *Changed = Recheck(Unlink, 3);
    CHECK(Changed != NULL);
    CHECK_EQUAL(1, Changed->MdlRecheck->FirstChangedIndex);
    CHECK_EQUAL(2, Changed->MdlRecheck->ChangedMask);
    CHECK_EQUAL(VALUE_OF(Chain[1]), Changed->MdlRecheck->MdlSnap.Ptr);
    CHECK_EQUAL(0, Changed->MdlRecheck->MdlSnap.Next);
    TraceFree(&Trace);
}

TEST(an_mdl_that_was_freed_in_flight_is_not_read_at_completion)
{
    Begin(3);
    const EVENT *Changed = Recheck(FreeLast, 2);
    CHECK(Changed == NULL || !(Changed->MdlRecheck->ChangedMask & 4));
    TraceFree(&Trace);
}

TEST(a_partial_mdl_that_was_mapped_is_made_ready_for_reuse_by_its_unmapping)
{
    static UCHAR Page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
    RawStart(0);
    Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    PMDL Whole = RAW(IoAllocateMdl)(Page, PAGE_SIZE, FALSE, FALSE, NULL), Part = RAW(IoAllocateMdl)(Page, 64, FALSE, FALSE, NULL);
    RAW(MmProbeAndLockPages)(Whole, KernelMode, IoReadAccess);
    for (int Mapped = 0; Mapped < 2; Mapped++) {
        RAW(IoBuildPartialMdl)(Whole, Part, Page, 64);
        if (Mapped)
            CHECK(RAW(MmMapLockedPagesSpecifyCache)(Part, KernelMode, MmCached, NULL, FALSE, NormalPagePriority) != NULL);
        if (Part->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED) /* MmPrepareMdlForReuse */
            RAW(MmUnmapLockedPages)(Part->MappedSystemVa, Part);
    }
    PVOID Mapping = RAW(MmMapLockedPagesSpecifyCache)(Whole, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    RAW(MmUnmapLockedPages)(Mapping, Whole); /* no partial MDL: nothing to tell */
    RAW(MmUnlockPages)(Whole);
    RAW(IoFreeMdl)(Part);
    RAW(IoFreeMdl)(Whole);
    RawReady(&Call);
    End(0);
    CHECK_EQUAL(1, TraceCount(&Trace, WSKT_MDL_PREPARE_REUSE_ID));
    const EVENT *Prepare = TraceNext(&Trace, WSKT_MDL_PREPARE_REUSE_ID, 0);
    CHECK_EQUAL(VALUE_OF(Part), Prepare->Mdl->Mdl);
    CHECK_EQUAL(64, Prepare->Mdl->Length);
    CHECK(Prepare->Mdl->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED); /* before */
    TraceFree(&Trace);
}
