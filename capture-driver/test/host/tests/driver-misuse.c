/*
 * The client drivers with the capture driver in front of them: each misuse is in the trace, in the order that proves it,
 * and the correct client behaves and looks as if nobody were there.
 */
#include <string.h>

#include "capture.h"
#include "story.h"

static STORY Story;
static TRACE Trace;

static void Record(const char *Client, ULONG Forgives)
{
    char Name[64];
    CaptureLoad();
    snprintf(Name, sizeof Name, "%s.sys", Client);
    CaptureTargets(Name, NULL);
    CaptureStart(0);
    StoryRun(&Story, Client, Forgives, NULL, true);
    CaptureStop();
    Trace = TraceDrain();
    TraceCheckComplete(&Trace);
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_EVENTS_LOST_ID));
}

static void Finish(void)
{
    TraceFree(&Trace);
    CaptureUnload();
}

/* The great send: the only one of that length. */
static const EVENT *GreatSend(void)
{
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        if (E->Id == WSKT_SEND_ENTER_ID && E->Send->Length == STORY_PAYLOAD)
            return E;
    TracePrint(&Trace);
    TestFailed(__FILE__, __LINE__, "the great send is not in the trace");
}

/* How often something that an operation in flight needs was given back: what the collector's rules look for. */
/* Does the block hold the IRP, an MDL of the enter event, or a byte that one describes? */
static bool Needs(const EVENT *Enter, UINT64 Irp, const WSKT_POOL_BLOCK *Block)
{
    UINT64 End = Block->Block + (Block->Size != 0 ? Block->Size : 1);
    bool Held = Irp >= Block->Block && Irp < End;
    const WSKT_MDL_SNAP *Snap = Enter->Id == WSKT_SEND_ENTER_ID ? (const WSKT_MDL_SNAP *)(Enter->Send + 1)
                                                                : (const WSKT_MDL_SNAP *)(Enter->Receive + 1);
    ULONG Count = Enter->Id == WSKT_SEND_ENTER_ID ? Enter->Send->MdlCount
        : Enter->Id == WSKT_RECV_ENTER_ID         ? Enter->Receive->MdlCount
                                                  : 0;
    for (ULONG i = 0; i < Count; i++) {
        UINT64 Va = Snap[i].StartVa + Snap[i].ByteOffset;
        Held |= (Snap[i].Ptr >= Block->Block && Snap[i].Ptr < End) || (Va < End && Block->Block < Va + Snap[i].ByteCount);
    }
    return Held;
}

static ULONG GivenBackInFlight(void)
{
    ULONG Count = 0;
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++) {
        if (E->Id != WSKT_SEND_ENTER_ID && E->Id != WSKT_RECV_ENTER_ID && E->Id != WSKT_OP_ENTER_ID)
            continue;
        const EVENT *Done = TraceHas(&Trace, WSKT_OP_COMPLETE_ID, E->Header->OpId)
            ? TraceOf(&Trace, WSKT_OP_COMPLETE_ID, E->Header->OpId) : Trace.Events + Trace.Count - 1;
        UINT64 Irp = E->Id == WSKT_OP_ENTER_ID ? E->OpEnter->IrpSnap.Ptr
            : E->Id == WSKT_SEND_ENTER_ID      ? E->Send->IrpSnap.Ptr
                                               : E->Receive->IrpSnap.Ptr;
        UINT64 Mdl = E->Id == WSKT_OP_ENTER_ID ? 0 : E->Id == WSKT_SEND_ENTER_ID ? E->Send->MdlHead : E->Receive->MdlHead;
        for (const EVENT *F = E + 1; F < Done; F++) {
            Count += (F->Id == WSKT_IRP_FREE_ID || F->Id == WSKT_IRP_REUSE_ID) && F->Irp->Irp == Irp;
            Count += (F->Id == WSKT_MDL_FREE_ID || F->Id == WSKT_MDL_UNLOCK_ID) && Mdl != 0 && F->Mdl->Mdl == Mdl;
            Count += F->Id == WSKT_POOL_FREE_ID && Needs(E, Irp, F->Pool);
        }
    }
    return Count;
}

TEST(the_clean_client_is_as_clean_with_the_capture_in_front)
{
    HostMdlStrict(true);
    Record("clean-client", StoryStrict);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    CHECK_EQUAL(1000 + STORY_PAYLOAD, Story.Final.BytesSent);
    CHECK_EQUAL(8, Story.Final.BytesReceived);
    CHECK_EQUAL(0, HostMdls());
    CHECK_EQUAL(0, Story.SocketsLeft);
    CHECK_EQUAL(0, GivenBackInFlight());
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_OP_MDL_RECHECK_ID));
    Finish();
    CHECK_EQUAL(0, HostIrps());
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

TEST(every_operation_of_the_clean_client_enters_returns_and_completes_once)
{
    ULONG Operations = 0;
    Record("clean-client", StoryStrict);
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++) {
        if (E->Id != WSKT_SEND_ENTER_ID && E->Id != WSKT_RECV_ENTER_ID && E->Id != WSKT_OP_ENTER_ID)
            continue;
        UINT64 Op = E->Header->OpId;
        ULONG Seen[4] = {0};
        const ULONG Ids[4] = {WSKT_OP_EXIT_ID, WSKT_OP_COMPLETE_ID, WSKT_OP_COMPLETE_EXIT_ID, WSKT_OP_MDL_MORE_ID};
        for (const EVENT *F = Trace.Events; F < Trace.Events + Trace.Count; F++)
            for (int i = 0; i < 4; i++)
                Seen[i] += F->Header->OpId == Op && F->Id == Ids[i];
        CHECK(Seen[0] == 1 && Seen[1] == 1 && Seen[2] == 1 && Seen[3] == 0);
        CHECK(SEQ(E) < SEQ(TraceOf(&Trace, WSKT_OP_EXIT_ID, Op)));
        CHECK(SEQ(E) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Op)));
        CHECK(SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Op)) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_EXIT_ID, Op)));
        Operations++;
    }
    /* socket, bind, connect, 2 sends, at least 2 receives, disconnect, close */
    CHECK(Operations >= 9);
    Finish();
}

TEST(the_load_is_logged_with_the_image_and_calls_with_their_place_in_it)
{
    Record("clean-client", StoryStrict);
    const EVENT *Load = TraceNext(&Trace, WSKT_DRIVER_LOAD_ID, 0);
    CHECK(Load->DriverLoad->PatchedImports >= 15);
    const WCHAR *Name = (const WCHAR *)(Load->DriverLoad + 1);
    const char Expected[] = "clean-client.sys";
    CHECK_EQUAL(sizeof(WSKT_DRIVER_LOAD) + 2 * sizeof Expected, Load->Bytes);
    for (ULONG i = 0; i < sizeof Expected; i++)
        CHECK_EQUAL(Expected[i], Name[i]);
    const EVENT *Send = GreatSend();
    CHECK_EQUAL(Load->Header->Client, Send->Header->Client);
    CHECK(Send->Header->CallerRva != 0 && Send->Header->CallerRva < Load->DriverLoad->ImageSize);
    CHECK_EQUAL(Load->DriverLoad->Base + Send->Header->CallerRva, Send->Header->Caller);
    CHECK(Send->Header->StackPointer > Send->Send->StackLow && Send->Header->StackPointer < Send->Send->StackHigh);
    CHECK(SEQ(TraceNext(&Trace, WSKT_DRIVER_UNLOAD_ENTER_ID, 0)) < SEQ(TraceNext(&Trace, WSKT_DRIVER_UNLOAD_EXIT_ID, 0)));
    Finish();
}

TEST(an_mdl_freed_before_completion_is_freed_between_enter_and_complete)
{
    Record("mdl-freed", StoryNoTouch);
    const EVENT *Enter = GreatSend();
    const EVENT *Free = TraceNext(&Trace, WSKT_MDL_FREE_ID, SEQ(Enter));
    CHECK_EQUAL(Enter->Send->MdlHead, Free->Mdl->Mdl);
    CHECK(SEQ(Free) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Enter->Header->OpId)));
    CHECK_STATUS(STATUS_PENDING, TraceOf(&Trace, WSKT_OP_EXIT_ID, Enter->Header->OpId)->OpExit->Status);
    Finish();
}

TEST(a_buffer_freed_before_completion_is_freed_between_enter_and_complete)
{
    Record("buffer-freed", StoryNoTouch);
    const EVENT *Enter = GreatSend();
    const WSKT_MDL_SNAP *Mdl = (const WSKT_MDL_SNAP *)(Enter->Send + 1);
    const EVENT *Free = TraceNext(&Trace, WSKT_POOL_FREE_ID, SEQ(Enter));
    CHECK_EQUAL(1, Enter->Send->MdlCount);
    CHECK_EQUAL(Mdl->StartVa + Mdl->ByteOffset, Free->Pool->Block);
    CHECK_EQUAL(STORY_PAYLOAD, Free->Pool->Size);
    CHECK(SEQ(Free) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Enter->Header->OpId)));
    Finish();
}

TEST(pages_unlocked_before_completion_are_unlocked_between_enter_and_complete)
{
    Record("pages-unlocked", StoryStrict);
    const EVENT *Enter = GreatSend();
    const EVENT *Unlock = TraceNext(&Trace, WSKT_MDL_UNLOCK_ID, SEQ(Enter));
    CHECK_EQUAL(Enter->Send->MdlHead, Unlock->Mdl->Mdl);
    CHECK(Unlock->Mdl->MdlFlags & MDL_PAGES_LOCKED);
    const EVENT *Changed = TraceOf(&Trace, WSKT_OP_MDL_RECHECK_ID, Enter->Header->OpId);
    CHECK_EQUAL(0, Changed->MdlRecheck->MdlSnap.MdlFlags & MDL_PAGES_LOCKED);
    CHECK(SEQ(Unlock) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Enter->Header->OpId)));
    Finish();
}

static void CheckReused(void)
{
    const EVENT *First = GreatSend();
    const EVENT *Reuse = TraceNext(&Trace, WSKT_IRP_REUSE_ID, SEQ(First));
    const EVENT *Second = TraceNext(&Trace, WSKT_SEND_ENTER_ID, SEQ(First));
    CHECK_EQUAL(First->Send->IrpSnap.Ptr, Reuse->IrpReuse->Irp);
    CHECK_EQUAL(First->Send->IrpSnap.Ptr, Second->Send->IrpSnap.Ptr);
    CHECK(First->Header->OpId != Second->Header->OpId);
    CHECK(SEQ(Reuse) < SEQ(Second));
    if (TraceHas(&Trace, WSKT_OP_COMPLETE_ID, First->Header->OpId))
        CHECK(SEQ(Reuse) < SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_ID, First->Header->OpId)));
    TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Second->Header->OpId);
}

TEST(an_irp_reused_in_flight_is_reused_between_enter_and_complete)
{
    Record("irp-reused", StoryIrpTwice);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    CheckReused();
    Finish(); /* the slot of the first send is not held for ever */
}

TEST(an_irp_reused_in_flight_that_never_completes_its_first_send_does_not_hold_the_driver)
{
    CaptureLoad();
    CaptureTargets("irp-reused", NULL);
    CaptureStart(0);
    StoryRun(&Story, "irp-reused", StoryForgivesTop, NULL, false);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    CaptureStop();
    Trace = TraceDrain();
    CheckReused();
    CHECK_EQUAL(0, CaptureStatus().Holds & WSKT_HOLD_IN_FLIGHT);
    CHECK_EQUAL(CaptureStatus().Slots, CaptureStatus().FreeSlots);
    TraceFree(&Trace);
}

/* The first WskCloseSocket that entered after After, of Socket unless that is 0; or NULL. */
static const EVENT *CloseOf(UINT64 Socket, UINT64 After)
{
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        if (E->Id == WSKT_OP_ENTER_ID && E->OpEnter->Verb == WsktVerb_WskCloseSocket && SEQ(E) > After
            && (Socket == 0 || E->OpEnter->Socket == Socket))
            return E;
    return NULL;
}

TEST(a_double_close_enters_twice_with_one_socket)
{
    Record("double-close", StoryForgivesClosed);
    const EVENT *First = CloseOf(0, 0);
    const EVENT *Second = CloseOf(First->OpEnter->Socket, SEQ(First));
    CHECK(Second != NULL);
    CHECK(SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_ID, First->Header->OpId)) < SEQ(Second));
    CHECK_STATUS(STATUS_INVALID_HANDLE, TraceOf(&Trace, WSKT_OP_COMPLETE_ID, Second->Header->OpId)->Complete->IoStatus);
    const EVENT *Other = CloseOf(0, SEQ(Second));
    CHECK(Other != NULL && CloseOf(Other->OpEnter->Socket, SEQ(Other)) == NULL);
    Finish();
}

TEST(a_leaked_socket_is_never_closed_before_the_unload_and_holds_the_driver)
{
    Record("socket-leaked", StoryForgivesLeaks);
    CHECK(CloseOf(0, 0) == NULL);
    CHECK_EQUAL(1, Story.SocketsLeft);
    TraceNext(&Trace, WSKT_DRIVER_UNLOAD_ENTER_ID, 0);
    CHECK_EQUAL(WSKT_HOLD_SOCKET, CaptureStatus().Holds);
    CHECK_STATUS(STATUS_INVALID_DEVICE_REQUEST, CaptureTryUnload());
    TraceFree(&Trace);
}

TEST(a_client_that_is_no_target_leaves_no_event)
{
    CaptureLoad();
    CaptureTargets("other.sys", NULL);
    CaptureStart(0);
    StoryRun(&Story, "clean-client", StoryStrict, NULL, true);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    CaptureStop();
    Trace = TraceDrain();
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_OP_ENTER_ID));
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_DRIVER_LOAD_ID));
    Finish();
}

static void StopInFlight(STORY *S)
{
    (void)S;
    CaptureStop();
    CHECK_STATUS(STATUS_INVALID_DEVICE_REQUEST, CaptureTryUnload());
    CHECK(CaptureStatus().Holds & WSKT_HOLD_IN_FLIGHT);
    CHECK(CaptureStatus().Holds & WSKT_HOLD_SOCKET);
    CHECK(CaptureStatus().Holds & WSKT_HOLD_TARGET);
}

TEST(a_stop_while_a_send_is_in_flight_breaks_nothing_and_the_unload_waits)
{
    CaptureLoad();
    CaptureTargets("clean-client", NULL);
    CaptureStart(0);
    StoryRun(&Story, "clean-client", StoryStrict, StopInFlight, true);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    CHECK_EQUAL(1000 + STORY_PAYLOAD, Story.Final.BytesSent);
    CaptureUnload(); /* nothing holds it any more */
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

static void StopAndStart(STORY *S)
{
    (void)S;
    CaptureStop();
    CaptureStart(0);
}

TEST(a_second_capture_over_a_send_in_flight_goes_on_seeing_its_socket)
{
    CaptureLoad();
    CaptureTargets("clean-client", NULL);
    CaptureStart(0);
    StoryRun(&Story, "clean-client", StoryStrict, StopAndStart, true);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    CaptureStop();
    Trace = TraceDrain();
    TraceCheckComplete(&Trace);
    CHECK(TraceCount(&Trace, WSKT_OP_COMPLETE_ID) >= 1);
    Finish();
}

static void LoadLate(STORY *S)
{
    (void)S;
    CaptureLoad();
    CaptureTargets("clean-client", NULL);
    CaptureStart(0);
}

TEST(a_target_loaded_before_the_capture_is_left_alone)
{
    StoryRun(&Story, "clean-client", StoryStrict, LoadLate, true);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    CHECK_EQUAL(0, CaptureStatus().TargetsLoaded);
    CaptureStop();
    Trace = TraceDrain();
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_OP_COMPLETE_ID));
    Finish();
}

TEST(the_clean_client_survives_a_capture_without_slots_to_spare)
{
    CaptureLoad();
    CaptureTargets("clean-client", NULL);
    CaptureStart(64);
    StoryRun(&Story, "clean-client", StoryStrict, NULL, true);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    CHECK_EQUAL(64, CaptureStatus().FreeSlots);
    CaptureStop();
    CaptureUnload();
}
