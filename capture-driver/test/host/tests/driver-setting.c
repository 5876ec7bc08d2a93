/*
 * Settings that survive a restart: what stands in the registry takes effect when the driver loads. What is malformed does
 * not, and is counted.
 */
#include <string.h>

#include "capture.h"

DRIVER_INITIALIZE DriverEntry;

#define SERVICE L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\wsktrace"
#define PARAMETERS SERVICE L"\\Parameters"
#define TARGETS PARAMETERS L"\\Targets"

static void Number(const WCHAR *Key, const WCHAR *Name, UINT32 Value)
{
    HostRegistrySet(Key, Name, REG_DWORD, &Value, sizeof Value);
}

static WSKT_TARGET_LIST List(void)
{
    static WSKT_TARGET_LIST List;
    const WSKT_HELLO Hello = {.Version = WSKT_IOCTL_VERSION};
    CHECK_STATUS(STATUS_SUCCESS,
        HostIoctl(&CaptureFile, WSKT_IOCTL_LIST_TARGETS, &Hello, sizeof Hello, &List, sizeof List, NULL));
    return List;
}

static void StartAsSet(void)
{
    const WSKT_START Start = {.Version = WSKT_IOCTL_VERSION};
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
}

TEST(without_settings_there_are_defaults)
{
    CaptureLoad();
    StartAsSet();
    WSKT_STATUS Status = CaptureStatus();
    CHECK_EQUAL(4096 * 1024, Status.RingBytes);
    CHECK_EQUAL(4096, Status.Slots);
    CHECK_EQUAL(255, Status.Level);
    CHECK_EQUAL(~0ull, Status.Keywords);
    CHECK_EQUAL(0, Status.SettingsIgnored);
    CHECK_EQUAL(0, List().NameCount);
    CaptureStop();
    CaptureUnload();
}

TEST(a_start_that_says_nothing_takes_the_settings)
{
    UINT64 Keywords = 0x8000000000000003;
    Number(PARAMETERS, L"RingBytes", 0x80000);
    Number(PARAMETERS, L"Slots", 100);
    Number(PARAMETERS, L"Level", 4);
    HostRegistrySet(PARAMETERS, L"Keywords", REG_QWORD, &Keywords, sizeof Keywords);
    Number(TARGETS, L"client.sys", 0);
    Number(TARGETS, L"net*", WsktTiers_WskCalls);
    CaptureLoad();
    CHECK_EQUAL(0, CaptureStatus().Flags & (WSKT_RUNNING | WSKT_AT_LOAD));
    StartAsSet();
    WSKT_STATUS Status = CaptureStatus();
    CHECK_EQUAL(0x80000, Status.RingBytes);
    CHECK_EQUAL(100, Status.Slots);
    CHECK_EQUAL(4, Status.Level);
    CHECK_EQUAL(Keywords, Status.Keywords);
    CHECK_EQUAL(0, Status.SettingsIgnored);
    WSKT_TARGET_LIST Targets = List();
    CHECK_EQUAL(2, Targets.NameCount);
    CHECK(memcmp(Targets.Names[0].Name, L"client.sys", sizeof L"client.sys") == 0);
    CHECK(memcmp(Targets.Names[1].Name, L"net*", sizeof L"net*") == 0);
    CHECK_EQUAL(WsktTiers_WskCalls | WsktTiers_IrpCalls, Targets.Names[1].Tiers);
    CaptureStop();
    CaptureUnload();
}

TEST(a_start_that_says_something_is_followed_and_remembered)
{
    WSKT_START Start = {.Version = WSKT_IOCTL_VERSION, .RingBytes = 0x40000, .Slots = 64, .Level = 3, .Keywords = 7};
    Number(PARAMETERS, L"RingBytes", 0x80000);
    Number(PARAMETERS, L"Level", 4);
    CaptureLoad();
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
    CHECK_EQUAL(0x40000, CaptureStatus().RingBytes);
    CaptureStop();
    StartAsSet();
    CHECK_EQUAL(3, CaptureStatus().Level);
    CHECK_EQUAL(7, CaptureStatus().Keywords);
    CaptureStop();
    CaptureUnload();
}

TEST(a_capture_begins_with_the_load_when_the_settings_say_so)
{
    Number(PARAMETERS, L"CaptureAtBoot", 1);
    Number(PARAMETERS, L"RingBytes", 0x40000);
    Number(TARGETS, L"client.sys", 0);
    CHECK_STATUS(STATUS_SUCCESS, HostDriverStart(&CaptureDriver, "wsktrace", DriverEntry));
    CHECK_STATUS(STATUS_INVALID_DEVICE_REQUEST, HostDriverUnload(&CaptureDriver));
    CHECK_STATUS(STATUS_SUCCESS, HostOpen(&CaptureFile, WSKT_LINK_NAME));
    CHECK_EQUAL(WSKT_RUNNING | WSKT_AT_LOAD | WSKT_ETW, CaptureStatus().Flags);
    CHECK_STATUS(STATUS_SUCCESS, CaptureStatus().AtLoad);
    CHECK_EQUAL(0x40000, CaptureStatus().RingBytes);
    CaptureStop();
    TRACE Trace = TraceDrain();
    TraceCheckComplete(&Trace);
    CHECK_EQUAL(1, SEQ(TraceNext(&Trace, WSKT_SESSION_INFO_ID, 0)));
    TraceFree(&Trace);
    CaptureUnload();
}

TEST(a_capture_that_cannot_begin_with_the_load_leaves_a_driver_that_says_so)
{
    LONG Allocations;
    Number(PARAMETERS, L"CaptureAtBoot", 1);
    Number(PARAMETERS, L"RingBytes", 0x40000);
    for (Allocations = 0; Allocations < 100; Allocations++) {
        HostPoolFailAfter(Allocations);
        NTSTATUS Status = HostDriverStart(&CaptureDriver, "wsktrace", DriverEntry);
        HostPoolFailAfter(-1);
        if (NT_SUCCESS(Status))
            break;
    }
    CHECK_STATUS(STATUS_SUCCESS, HostOpen(&CaptureFile, WSKT_LINK_NAME));
    CHECK_EQUAL(WSKT_AT_LOAD | WSKT_ETW, CaptureStatus().Flags);
    CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, CaptureStatus().AtLoad);
    StartAsSet();
    CaptureStop();
    CaptureUnload();
}

TEST(a_malformed_value_is_ignored_and_counted_and_the_others_hold)
{
    static const struct {
        const WCHAR *Key, *Name;
        ULONG Type, Bytes;
        UCHAR Data[8];
    } Bad[] = {
        {PARAMETERS, L"RingBytes", REG_SZ, 4, {0, 0, 8, 0}},      /* of another type */
        {PARAMETERS, L"RingBytes", REG_DWORD, 3, {0, 0, 8}},      /* too short */
        {PARAMETERS, L"RingBytes", REG_DWORD, 0, {0}},            /* empty */
        {PARAMETERS, L"RingBytes", REG_DWORD, 8, {0, 0, 8}},      /* too long */
        {PARAMETERS, L"RingBytes", REG_DWORD, 4, {1, 0, 0, 0}},   /* too small */
        {PARAMETERS, L"RingBytes", REG_DWORD, 4, {0, 0, 0, 255}}, /* too large */
        {PARAMETERS, L"Slots", REG_DWORD, 4, {1, 0, 0, 0}},
        {PARAMETERS, L"Slots", REG_DWORD, 4, {255, 255, 255, 255}},
        {PARAMETERS, L"Level", REG_DWORD, 4, {0, 1, 0, 0}},
        {PARAMETERS, L"Level", REG_QWORD, 8, {4}},
        {PARAMETERS, L"Keywords", REG_DWORD, 4, {4}},
        {PARAMETERS, L"CaptureAtBoot", REG_DWORD, 4, {2, 0, 0, 0}},
        {PARAMETERS, L"CaptureAtBoot", REG_SZ, 4, {'1', 0, 0, 0}},
        {TARGETS, L"bad.sys", REG_SZ, 4, {0}},
        {TARGETS, L"bad.sys", REG_DWORD, 8, {0}},
        {TARGETS, L"bad.sys", REG_DWORD, 0, {0}},
        {TARGETS, L"bad.sys", REG_DWORD, 4, {0, 0, 0, 0x80}},     /* tiers that there are not */
        {TARGETS, L"", REG_DWORD, 4, {0}},                         /* the key's default value */
        {TARGETS, L"a-name-of-sixty-four-characters-is-longer-than-any-target-may-be", REG_DWORD, 4, {0}},
    };
    for (ULONG i = 0; i < RTL_NUMBER_OF(Bad); i++) {
        HostRegistryClear();
        Number(TARGETS, L"good.sys", 0);
        Number(PARAMETERS, Bad[i].Name[0] == 'S' ? L"Level" : L"Slots", Bad[i].Name[0] == 'S' ? 5 : 100);
        HostRegistrySet(Bad[i].Key, Bad[i].Name, Bad[i].Type, Bad[i].Data, Bad[i].Bytes);
        Number(TARGETS, L"good2.sys", 0);
        CaptureLoad();
        StartAsSet();
        WSKT_STATUS Status = CaptureStatus();
        if (Status.SettingsIgnored != 1 || List().NameCount != 2 || Status.RingBytes != 0x400000
            || Status.Slots != (Bad[i].Name[0] == 'S' ? 4096 : 100) || Status.Level != (Bad[i].Name[0] == 'S' ? 5 : 255)
            || Status.Keywords != ~0ull || (Status.Flags & WSKT_AT_LOAD))
            TestFailed(__FILE__, __LINE__, "value %u of the table was taken, or another was not", i);
        CaptureStop();
        CaptureUnload();
    }
}

TEST(a_name_with_a_zero_in_it_and_names_beyond_the_last_place_are_ignored)
{
    Number(TARGETS, L"abc.sys", 0);
    HostRegistryZeroInName(TARGETS, L"abc.sys", 1);
    for (int i = 0; i < 300; i++) {
        WCHAR Name[] = {'n', (WCHAR)('a' + i / 26), (WCHAR)('a' + i % 26), 0};
        Number(TARGETS, Name, 0);
    }
    CaptureLoad();
    CHECK_EQUAL(WSKT_MAX_TARGETS, List().NameCount);
    CHECK(memcmp(List().Names[0].Name, L"naa", sizeof L"naa") == 0);
    CHECK_EQUAL(256 - WSKT_MAX_TARGETS, CaptureStatus().SettingsIgnored);
    CaptureUnload();
}

TEST(random_values_never_crash_and_what_is_taken_is_in_range)
{
    TEST_RANDOM Random = TestRandom();
    const WCHAR *const Names[] = {L"RingBytes", L"Slots", L"Level", L"Keywords", L"CaptureAtBoot"};
    const ULONG Types[] = {REG_DWORD, REG_QWORD, REG_SZ, REG_BINARY, 77};
    for (ULONG Round = 0; Round < TestRounds(60); Round++) {
        HostRegistryClear();
        for (ULONG i = TestBelow(&Random, 8); i > 0; i--) {
            UCHAR Data[16];
            for (ULONG j = 0; j < 4; j++)
                ((UINT32 *)(void *)Data)[j] = TestBelow(&Random, 2) ? TestNext(&Random) : TestBelow(&Random, 0x100);
            Data[3] = 0, Data[2] &= 7; /* rings of half a megabyte at most, where there are any */
            WCHAR Name[80] = {0};
            for (ULONG j = TestBelow(&Random, 80); j > 0; j--)
                Name[j - 1] = (WCHAR)(1 + TestBelow(&Random, 0xfffe));
            bool Target = TestBelow(&Random, 2);
            HostRegistrySet(Target ? TARGETS : PARAMETERS, Target ? Name : Names[TestBelow(&Random, 5)],
                Types[TestBelow(&Random, 2) ? 0 : TestBelow(&Random, 5)], Data, TestBelow(&Random, 2) ? 4 : TestBelow(&Random, 17));
        }
        CaptureLoad();
        WSKT_STATUS Status = CaptureStatus();
        CHECK(Status.Level >= 1 && Status.Level <= 255);
        CHECK(Status.TargetNames <= WSKT_MAX_TARGETS);
        if (Status.Flags & WSKT_RUNNING)
            CaptureStop();
        CaptureUnload();
    }
}
