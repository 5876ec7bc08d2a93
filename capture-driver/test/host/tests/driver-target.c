/*
 * Which driver is calling, and which are loaded: several at once, more than there is room for, and those that leave.
 */
#include <string.h>

#include "hook.h"
#include "raw.h"
#include "story.h"

static STORY Story;
static TRACE Trace;

TEST(two_targets_at_once_keep_their_own_numbers)
{
    CaptureLoad();
    CaptureTargets("raw.sys", "clean-client", NULL);
    CaptureStart(0);
    RawLoad();
    StoryRun(&Story, "clean-client", StoryStrict, NULL, true);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    RawUnload();
    CaptureStop();
    Trace = TraceDrain();
    TraceCheckComplete(&Trace);
    const EVENT *Raw = TraceNext(&Trace, WSKT_DRIVER_LOAD_ID, 0), *Clean = TraceNext(&Trace, WSKT_DRIVER_LOAD_ID, SEQ(Raw));
    CHECK(Raw->Header->Client != Clean->Header->Client);
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        if (E->Id == WSKT_SEND_ENTER_ID || E->Id == WSKT_MDL_BIRTH_ID) { /* only one of them sends */
            CHECK_EQUAL(Clean->Header->Client, E->Header->Client);
            CHECK(E->Header->CallerRva != 0);
        }
    TraceFree(&Trace);
    CaptureUnload();
}

TEST(images_that_find_no_place_are_counted_and_left_alone)
{
    static const HOST_IMPORT Imports[] = {{"ntoskrnl.exe", "IoFreeMdl", (PVOID)IoFreeMdl}};
    static HOST_IMAGE Images[15];
    ULONG Loads = 0, Patched = 0;
    CaptureLoad();
    CaptureTargets("x.sys", NULL);
    CaptureStart(0);
    /* The fake kernel has room for fewer images at a time than the driver, so an image goes and another comes, always
       elsewhere: the driver has seen none of them leave. */
    while (CaptureStatus().TargetsMissed == 0 && Loads < 200) {
        HOST_IMAGE *Image = &Images[Loads % 15];
        if (Loads >= 15)
            HostImageForget(Image);
        HostImageBuild(Image, NULL, 0x6000, 0x6000, Imports, 1, HostNamesByRva);
        HostImageLoaded(Image, L"\\x.sys", true);
        Patched += *HostImageSlot(Image, "IoFreeMdl") != (PVOID)IoFreeMdl;
        Loads++;
    }
    CHECK(Loads < 200);
    CHECK_EQUAL(Loads - 1, Patched);
    CHECK_EQUAL(1, CaptureStatus().TargetsMissed);
}

static VOID StopAndUnload(PDRIVER_OBJECT Driver)
{
    (void)Driver;
    CaptureStop();
    RAW(WskReleaseProviderNPI)(&RawRegistration);
    RAW(WskDeregister)(&RawRegistration);
}

TEST(a_stop_in_the_middle_of_a_targets_unload_breaks_nothing)
{
    RawStart(0);
    RawDriver.Object.DriverUnload = StopAndUnload;
    PIRP Irp = RAW(IoAllocateIrp)(1, FALSE); /* any call: the driver sees the new routine, and steps before it */
    RAW(IoFreeIrp)(Irp);
    RawUnload();
    CHECK_EQUAL(0, CaptureStatus().TargetsLoaded);
    CaptureUnload();
}

static int Unloads;

static VOID CountUnload(PDRIVER_OBJECT Driver)
{
    (void)Driver;
    Unloads++;
    RAW(WskReleaseProviderNPI)(&RawRegistration);
    RAW(WskDeregister)(&RawRegistration);
}

TEST(an_unload_routine_that_is_set_late_is_still_the_one_that_runs)
{
    RawStart(0);
    RawDriver.Object.DriverUnload = CountUnload;
    RawUnload();
    CHECK_EQUAL(1, Unloads);
    CaptureStop();
    CaptureUnload();
}

TEST(a_target_that_leaves_unseen_is_known_to_be_gone_at_the_stop)
{
    RawStart(0);
    RawDriver.Object.DriverUnload = CountUnload; /* no call follows: nobody can see it */
    RawUnload();
    CaptureStop();
    CHECK_EQUAL(0, CaptureStatus().TargetsLoaded);
    CHECK_EQUAL(0, CaptureStatus().Holds);
    CaptureUnload();
}

TEST(another_driver_at_the_address_of_one_that_left_unseen_is_not_mistaken_for_it)
{
    RawStart(0);
    PVOID Base = RawDriver.Image.Base;
    RawDriver.Object.DriverUnload = CountUnload;
    RawUnload();
    HOST_IMAGE Other;
    static const HOST_IMPORT Imports[] = {{"ntoskrnl.exe", "IoFreeMdl", (PVOID)IoFreeMdl}};
    HostImageBuild(&Other, NULL, 0x6000, 0x6000, Imports, 1, HostNamesByRva);
    HostImageLoaded(&Other, L"\\other.sys", true); /* no target */
    if (Other.Base == Base)
        CHECK_EQUAL(0, CaptureStatus().TargetsLoaded);
    CaptureStop();
    CHECK(*HostImageSlot(&Other, "IoFreeMdl") == (PVOID)IoFreeMdl);
    HostImageFree(&Other);
    CaptureUnload();
}

TEST(a_target_that_is_loaded_already_is_reported_until_it_is_loaded_anew)
{
    CaptureLoad();
    RawLoad();
    CaptureTargets("other.sys", "raw.sys", NULL);
    CaptureStart(0);
    CHECK_EQUAL(1, CaptureStatus().TargetsEarlier);
    CHECK_EQUAL(0, CaptureStatus().TargetsLoaded);
    PWSK_SOCKET Before = RawSocket(WSK_FLAG_BASIC_SOCKET, NULL, NULL); /* of no concern to us */
    RawClose(Before);
    RawUnload();
    CHECK_EQUAL(0, CaptureStatus().TargetsEarlier);
    RawLoad();
    CHECK_EQUAL(0, CaptureStatus().TargetsEarlier);
    CHECK_EQUAL(1, CaptureStatus().TargetsPatched);
    CaptureStop();
    CHECK_EQUAL(1, CaptureStatus().TargetsEarlier); /* a start from here on would not see it */
    CaptureStart(0);
    CHECK_EQUAL(1, CaptureStatus().TargetsEarlier);
    RawEnd(&Trace);
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_OP_ENTER_ID));
    TraceFree(&Trace);
}

static WSKT_TARGET_LIST List(void)
{
    static WSKT_TARGET_LIST List;
    const WSKT_HELLO Hello = {.Version = WSKT_IOCTL_VERSION};
    ULONG_PTR Bytes;
    CHECK_STATUS(STATUS_SUCCESS,
        HostIoctl(&CaptureFile, WSKT_IOCTL_LIST_TARGETS, &Hello, sizeof Hello, &List, sizeof List, &Bytes));
    CHECK_EQUAL(sizeof List, Bytes);
    CHECK_EQUAL(WSKT_IOCTL_VERSION, List.Version);
    return List;
}

TEST(a_pattern_catches_what_fits_it_as_it_loads)
{
    CaptureLoad();
    CaptureTargets("*lean-cl?ent.SYS", NULL);
    CaptureStart(0);
    StoryRun(&Story, "clean-client", StoryStrict, NULL, true);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    RawLoad(); /* fits nothing */
    CHECK_EQUAL(0, CaptureStatus().TargetsLoaded);
    RawUnload();
    CaptureStop();
    Trace = TraceDrain();
    CHECK_EQUAL(1, TraceCount(&Trace, WSKT_DRIVER_LOAD_ID));
    CHECK(TraceCount(&Trace, WSKT_SEND_ENTER_ID) != 0);
    TraceFree(&Trace);
    CaptureUnload();
}

TEST(a_driver_that_several_names_fit_has_the_tiers_of_all)
{
    static WSKT_TARGETS Targets = {.Version = WSKT_IOCTL_VERSION, .Count = 3,
        .Names = {L"r*", L"other.sys", L"raw"}, .Tiers = {WsktTiers_MdlCalls, WsktTiers_PoolCalls, WsktTiers_Waits}};
    CaptureLoad();
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_SET_TARGETS, &Targets, sizeof Targets));
    CaptureStart(0);
    RawLoad();
    WSKT_TARGET_LIST Now = List();
    CHECK_EQUAL(3, Now.NameCount);
    CHECK_EQUAL(HOOK_TIERS_ALWAYS | WsktTiers_PoolCalls, Now.Names[1].Tiers);
    CHECK_EQUAL(1, Now.ImageCount);
    CHECK_EQUAL(HOOK_TIERS_ALWAYS | WsktTiers_MdlCalls | WsktTiers_Waits, Now.Images[0].Tiers);
    RawEnd(NULL);
}

TEST(the_list_says_what_is_set_and_what_came_of_it)
{
    CaptureLoad();
    CHECK_EQUAL(0, List().NameCount);
    RawLoad();
    CaptureTargets("Raw.sys", "none*", NULL);
    CaptureStart(0);
    WSKT_TARGET_LIST Now = List();
    CHECK_EQUAL(2, Now.NameCount);
    CHECK(memcmp(Now.Names[0].Name, L"Raw.sys", sizeof L"Raw.sys") == 0);
    CHECK(memcmp(Now.Names[1].Name, L"none*", sizeof L"none*") == 0);
    CHECK_EQUAL(1, Now.Names[0].Earlier);
    CHECK_EQUAL(0, Now.Names[1].Earlier);
    CHECK_EQUAL(0, Now.ImageCount);
    RawUnload();
    RawLoad();
    Now = List();
    CHECK_EQUAL(0, Now.Names[0].Earlier);
    CHECK_EQUAL(1, Now.ImageCount);
    CHECK(memcmp(Now.Images[0].Name, L"raw.sys", sizeof L"raw.sys") == 0);
    CHECK(Now.Images[0].Flags & WSKT_IMAGE_CAPTURED);
    CaptureStop();
    CHECK_EQUAL(0, List().Images[0].Flags & WSKT_IMAGE_CAPTURED);
    CaptureStart(0);
    RawEnd(NULL);
}

static NTSTATUS OnReceive(PVOID Context, ULONG Flags, PWSK_DATA_INDICATION Data, SIZE_T Bytes, SIZE_T *Accepted)
{
    (void)Context, (void)Flags, (void)Data, (void)Bytes, (void)Accepted;
    return STATUS_SUCCESS;
}

/* A fuzzer found it (test/fuzz/ioctl.c): each load took a table of its own for its sockets, and there were 128. */
TEST(sockets_of_a_target_that_is_loaded_again_and_again_are_followed_each_time)
{
    static const WSK_CLIENT_CONNECTION_DISPATCH Events = {.WskReceiveEvent = OnReceive};
    CaptureLoad();
    CaptureTargets("raw.sys", NULL);
    CaptureStart(0);
    for (ULONG Load = 0; Load < 300; Load++) {
        RawLoad();
        PWSK_SOCKET Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, &Events);
        CHECK_EQUAL(1, CaptureStatus().OpenSockets);
        CHECK_EQUAL(1, CaptureStatus().Callbacks);
        RawClose(Socket);
        RawUnload();
        CHECK_EQUAL(0, CaptureStatus().Callbacks);
    }
    CHECK_EQUAL(0, CaptureStatus().Unshimmed);
    CaptureStop();
    CaptureUnload();
}
