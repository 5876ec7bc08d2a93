/*
 * The control device: who may ask, which questions are well formed, and when the driver may be unloaded.
 */
#include <stdlib.h>
#include <string.h>

#include "capture.h"

DRIVER_INITIALIZE DriverEntry;
static const WSKT_HELLO Hello = {.Version = WSKT_IOCTL_VERSION};

TEST(the_driver_loads_and_unloads_and_leaves_nothing)
{
    CaptureLoad();
    WSKT_STATUS Status = CaptureStatus();
    CHECK_EQUAL(WSKT_ETW, Status.Flags);
    CHECK_EQUAL(0, Status.Processors);
    CHECK_EQUAL(26100, Status.OsBuild);
    CaptureUnload();
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

TEST(it_loads_where_the_kernel_has_no_etw_and_nothing_else_that_is_late)
{
    const char *const Late[] = {"EtwRegister", "EtwUnregister", "EtwWrite", "KeGetCurrentProcessorNumberEx",
        "KeQueryActiveProcessorCountEx", "KeQuerySystemTimePrecise", "ZwProtectVirtualMemory", "ObReferenceObjectByName",
        "IoDriverObjectType"};
    for (ULONG i = 0; i < RTL_NUMBER_OF(Late); i++)
        HostHideExport(Late[i], true);
    CaptureLoad();
    CHECK_EQUAL(0, CaptureStatus().Flags);
    CaptureStart(0);
    CHECK_EQUAL(1, CaptureStatus().Processors);
    CaptureStop();
    CaptureUnload();
}

TEST(only_who_may_load_drivers_may_open_it)
{
    HOST_FILE File;
    CaptureLoad();
    HostPrivileged(false);
    CHECK_STATUS(STATUS_PRIVILEGE_NOT_HELD, HostOpen(&File, WSKT_LINK_NAME));
    HostPrivileged(true);
    CHECK_STATUS(STATUS_SUCCESS, HostOpen(&File, WSKT_LINK_NAME));
    HostClose(&File);
    CaptureUnload();
}

TEST(only_administrators_and_the_system_may_open_it)
{
    HOST_FILE File;
    CaptureLoad();
    HostCaller(HostOrdinaryUser);
    CHECK_STATUS(STATUS_ACCESS_DENIED, HostOpen(&File, WSKT_LINK_NAME));
    CHECK_STATUS(STATUS_ACCESS_DENIED, HostOpen(&File, WSKT_DEVICE_NAME));
    HostCaller(HostLocalSystem);
    CHECK_STATUS(STATUS_SUCCESS, HostOpen(&File, WSKT_LINK_NAME));
    HostClose(&File);
    CHECK(CaptureFile.Device->Characteristics & FILE_DEVICE_SECURE_OPEN); /* or \Device\wsktrace\anything had no owner */
    HostCaller(HostAdministrator);
    CaptureUnload();
}

TEST(a_device_that_would_stand_open_to_others_is_not_made)
{
    HOST_FILE File;
    HostSecurityFails(STATUS_ACCESS_DENIED);
    CHECK_STATUS(STATUS_ACCESS_DENIED, HostDriverStart(&CaptureDriver, "wsktrace", DriverEntry));
    CHECK_STATUS(STATUS_OBJECT_NAME_NOT_FOUND, HostOpen(&File, WSKT_DEVICE_NAME));
    HostSecurityFails(STATUS_SUCCESS);
    HostHideExport("ZwSetSecurityObject", true);
    CHECK_STATUS(STATUS_PROCEDURE_NOT_FOUND, HostDriverStart(&CaptureDriver, "wsktrace", DriverEntry));
    HostHideExport("wine_ntoskrnl_main_loop", false); /* Wine checks no descriptor, so none is asked for */
    CHECK_STATUS(STATUS_SUCCESS, HostDriverStart(&CaptureDriver, "wsktrace", DriverEntry));
    CHECK_STATUS(STATUS_SUCCESS, HostDriverUnload(&CaptureDriver));
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

TEST(memory_that_runs_out_while_it_loads_leaves_nothing_behind)
{
    LONG Allocations;
    for (Allocations = 0; Allocations < 100; Allocations++) {
        HostPoolFailAfter(Allocations);
        NTSTATUS Status = HostDriverStart(&CaptureDriver, "wsktrace", DriverEntry);
        HostPoolFailAfter(-1);
        if (NT_SUCCESS(Status))
            break;
        CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, Status);
        CHECK_EQUAL(0, HostPoolBlocks(0));
        CHECK_EQUAL(0, HostNotifyRoutines());
        CHECK(!HostEtwRegistered());
    }
    CHECK(Allocations > 0 && Allocations < 100);
    CHECK_STATUS(STATUS_SUCCESS, HostDriverUnload(&CaptureDriver));
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

TEST(memory_that_runs_out_at_the_start_lets_a_later_start_succeed)
{
    WSKT_START Start = {.Version = WSKT_IOCTL_VERSION, .RingBytes = 0x40000, .Slots = 64};
    LONG Allocations = 0;
    CaptureLoad();
    for (; Allocations < 100; Allocations++) {
        HostPoolFailAfter(Allocations);
        NTSTATUS Status = CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start);
        HostPoolFailAfter(-1);
        if (NT_SUCCESS(Status))
            break;
        CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, Status);
        CHECK_EQUAL(0, CaptureStatus().Flags & WSKT_RUNNING);
    }
    CHECK(Allocations > 0 && Allocations < 100);
    CaptureStop();
    CaptureUnload();
}

static ULONG SizeOf(ULONG Code)
{
    return Code == WSKT_IOCTL_SET_TARGETS ? sizeof(WSKT_TARGETS)
        : Code == WSKT_IOCTL_START        ? sizeof(WSKT_START)
        : Code == WSKT_IOCTL_DRAIN        ? sizeof(WSKT_DRAIN)
        : Code == WSKT_IOCTL_FAULTS       ? sizeof(WSKT_FAULTS)
                                          : sizeof(WSKT_HELLO);
}

TEST(a_message_that_is_too_short_or_too_long_is_refused)
{
    const ULONG Codes[] = {WSKT_IOCTL_STATUS, WSKT_IOCTL_SET_TARGETS, WSKT_IOCTL_START, WSKT_IOCTL_STOP,
        WSKT_IOCTL_RUNDOWN, WSKT_IOCTL_DRAIN, WSKT_IOCTL_LIST_TARGETS, WSKT_IOCTL_FAULTS};
    CaptureLoad();
    for (ULONG i = 0; i < RTL_NUMBER_OF(Codes); i++)
        for (ULONG Length = 0; Length <= SizeOf(Codes[i]) + 9; Length++) {
            UCHAR *In = calloc(1, Length + 1);
            memcpy(In, &Hello, Length < 4 ? Length : 4);
            NTSTATUS Status = CaptureAsk(Codes[i], In, Length);
            if (Length != SizeOf(Codes[i]))
                CHECK_STATUS(STATUS_INFO_LENGTH_MISMATCH, Status);
            else
                CHECK(Status != STATUS_INFO_LENGTH_MISMATCH);
            free(In);
        }
    if (CaptureStatus().Flags & WSKT_RUNNING)
        CaptureStop();
    CaptureUnload();
}

TEST(a_message_of_another_version_is_refused)
{
    const ULONG Codes[] = {WSKT_IOCTL_STATUS, WSKT_IOCTL_SET_TARGETS, WSKT_IOCTL_START, WSKT_IOCTL_STOP,
        WSKT_IOCTL_RUNDOWN, WSKT_IOCTL_DRAIN, WSKT_IOCTL_LIST_TARGETS, WSKT_IOCTL_FAULTS};
    CaptureLoad();
    for (ULONG i = 0; i < RTL_NUMBER_OF(Codes); i++)
        for (UINT32 Version = WSKT_IOCTL_VERSION - 1; Version < WSKT_IOCTL_VERSION + 2; Version += 2) {
            UCHAR *In = calloc(1, SizeOf(Codes[i]));
            memcpy(In, &Version, 4);
            CHECK_STATUS(STATUS_REVISION_MISMATCH, CaptureAsk(Codes[i], In, SizeOf(Codes[i])));
            free(In);
        }
    CaptureUnload();
}

TEST(an_unknown_code_is_refused)
{
    CaptureLoad();
    CHECK_STATUS(STATUS_INVALID_DEVICE_REQUEST, CaptureAsk(WSKT_IOCTL(63), &Hello, sizeof Hello));
    CHECK_STATUS(STATUS_INVALID_DEVICE_REQUEST, CaptureAsk(0, NULL, 0));
    CHECK_STATUS(STATUS_INVALID_DEVICE_REQUEST, CaptureAsk(WSKT_IOCTL_STATUS | METHOD_NEITHER, &Hello, sizeof Hello));
    CaptureUnload();
}

TEST(an_answer_that_has_no_room_is_refused)
{
    WSKT_STATUS Status;
    CaptureLoad();
    for (ULONG Room = 0; Room < sizeof Status; Room++)
        CHECK_STATUS(STATUS_BUFFER_TOO_SMALL,
            HostIoctl(&CaptureFile, WSKT_IOCTL_STATUS, &Hello, sizeof Hello, &Status, Room, NULL));
    CaptureUnload();
}

TEST(a_drain_needs_room_for_the_largest_record)
{
    WSKT_DRAIN In = {.Version = WSKT_IOCTL_VERSION};
    static UCHAR Out[0x20000];
    CaptureLoad();
    CaptureStart(64);
    for (ULONG Room = 0; Room < sizeof(WSKT_DRAINED) + 16; Room++)
        CHECK_STATUS(
            STATUS_BUFFER_TOO_SMALL, HostIoctl(&CaptureFile, WSKT_IOCTL_DRAIN, &In, sizeof In, Out, Room, NULL));
    In.Processor = HOST_PROCESSORS;
    CHECK_STATUS(STATUS_INVALID_PARAMETER,
        HostIoctl(&CaptureFile, WSKT_IOCTL_DRAIN, &In, sizeof In, Out, sizeof Out, NULL));
    CaptureStop();
    CaptureUnload();
}

TEST(target_names_are_checked)
{
    static WSKT_TARGETS Targets = {.Version = WSKT_IOCTL_VERSION, .Count = 1};
    CaptureLoad();
    CHECK_STATUS(STATUS_OBJECT_NAME_INVALID, CaptureAsk(WSKT_IOCTL_SET_TARGETS, &Targets, sizeof Targets));
    for (ULONG i = 0; i < WSKT_TARGET_CHARS; i++)
        Targets.Names[0][i] = 'x';
    CHECK_STATUS(STATUS_OBJECT_NAME_INVALID, CaptureAsk(WSKT_IOCTL_SET_TARGETS, &Targets, sizeof Targets));
    Targets.Names[0][WSKT_TARGET_CHARS - 1] = 0;
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_SET_TARGETS, &Targets, sizeof Targets));
    Targets.Count = WSKT_MAX_TARGETS + 1;
    CHECK_STATUS(STATUS_INVALID_PARAMETER, CaptureAsk(WSKT_IOCTL_SET_TARGETS, &Targets, sizeof Targets));
    Targets.Count = 0xffffffff;
    CHECK_STATUS(STATUS_INVALID_PARAMETER, CaptureAsk(WSKT_IOCTL_SET_TARGETS, &Targets, sizeof Targets));
    Targets.Count = 0;
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_SET_TARGETS, &Targets, sizeof Targets));
    CHECK_EQUAL(0, CaptureStatus().TargetNames);
    CaptureUnload();
}

TEST(start_and_stop_come_in_turn)
{
    WSKT_START Start = {.Version = WSKT_IOCTL_VERSION};
    CaptureLoad();
    CHECK_STATUS(STATUS_INVALID_DEVICE_STATE, CaptureAsk(WSKT_IOCTL_STOP, &Hello, sizeof Hello));
    CaptureStart(0);
    CHECK_STATUS(STATUS_INVALID_DEVICE_STATE, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
    CHECK_EQUAL(WSKT_HOLD_RUNNING, CaptureStatus().Holds);
    CHECK_STATUS(STATUS_INVALID_DEVICE_REQUEST, CaptureTryUnload());
    CaptureStop();
    CaptureUnload();
}

TEST(a_size_out_of_range_is_refused_and_a_size_once_taken_stays)
{
    WSKT_START Start = {.Version = WSKT_IOCTL_VERSION, .RingBytes = 0x50000, .Slots = 100};
    WSKT_START Bad[] = {{.RingBytes = 1}, {.RingBytes = 0xffffffff}, {.Slots = 1}, {.Slots = 0x10001}, {.Level = 256}};
    CaptureLoad();
    for (ULONG i = 0; i < RTL_NUMBER_OF(Bad); i++) {
        Bad[i].Version = WSKT_IOCTL_VERSION;
        CHECK_STATUS(STATUS_INVALID_PARAMETER, CaptureAsk(WSKT_IOCTL_START, &Bad[i], sizeof Bad[i]));
    }
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
    CaptureStop();
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start)); /* the same again is the same */
    CaptureStop();
    Start.Slots = 200;
    CHECK_STATUS(STATUS_DEVICE_BUSY, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
    CaptureUnload();
}

TEST(an_idle_capture_says_who_it_is_in_its_first_events)
{
    CaptureLoad();
    CaptureStart(64);
    CaptureStop();
    TRACE Trace = TraceDrain();
    TraceCheckComplete(&Trace);
    const EVENT *Session = TraceNext(&Trace, WSKT_SESSION_INFO_ID, 0);
    CHECK_EQUAL(1, SEQ(Session));
    CHECK_EQUAL(10000000, Session->SessionInfo->QpcFrequency);
    CHECK_EQUAL(HOST_PROCESSORS, Session->SessionInfo->ProcessorCount);
    CHECK_EQUAL(64, Session->SessionInfo->SlotCount);
    CHECK_EQUAL(sizeof(PVOID), Session->SessionInfo->PointerSize);
    CHECK_EQUAL(MDL_PAGES_LOCKED, Session->SessionInfo->MdlPagesLocked);
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_EVENTS_LOST_ID));
    CHECK_EQUAL(2, TraceCount(&Trace, WSKT_HEARTBEAT_ID));
    TraceFree(&Trace);
    CaptureUnload();
}

/* An unload is granted while the tool has the device open: it takes effect when the tool closes it. */
TEST(no_capture_starts_once_an_unload_has_been_granted)
{
    WSKT_START Start = {.Version = WSKT_IOCTL_VERSION};
    CaptureLoad();
    if (HostDriverUnload(&CaptureDriver) == STATUS_PENDING)
        CHECK(!NT_SUCCESS(CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start)));
    HostClose(&CaptureFile); /* the unload happens here, and must find DriverUnload */
}

TEST(random_messages_never_crash_and_never_answer_more_than_there_is_room)
{
    TEST_RANDOM Random = TestRandom();
    UCHAR *In = malloc(0x3000), *Out = malloc(0x30000);
    CaptureLoad();
    for (ULONG Round = 0; Round < TestRounds(2000); Round++) {
        ULONG Code = TestBelow(&Random, 20) ? WSKT_IOCTL(TestBelow(&Random, 8)) : TestNext(&Random);
        ULONG InLength = TestBelow(&Random, 4) ? SizeOf(Code) : TestBelow(&Random, 0x3000);
        ULONG OutLength = TestBelow(&Random, 2) ? 0x20000 : TestBelow(&Random, 0x30000);
        for (ULONG i = 0; i < InLength; i += 4) {
            UINT32 Value = TestBelow(&Random, 3) ? TestBelow(&Random, 3) : TestNext(&Random);
            memcpy(In + i, &Value, InLength - i < 4 ? InLength - i : 4);
        }
        if (InLength >= 4 && TestBelow(&Random, 8))
            memcpy(In, &Hello.Version, 4);
        if (Code == WSKT_IOCTL_START && InLength == sizeof(WSKT_START) && ((WSKT_START *)In)->RingBytes > 0x100000)
            ((WSKT_START *)In)->RingBytes = 0; /* not a gigabyte of memory */
        HostIoctl(&CaptureFile, Code, In, InLength, Out, OutLength, NULL);
    }
    if (CaptureStatus().Flags & WSKT_RUNNING)
        CaptureStop();
    CaptureUnload();
    free(In);
    free(Out);
}
