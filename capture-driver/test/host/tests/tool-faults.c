/*
 * wskctl faults: what its words mean, which it refuses, and that the driver takes whatever it lets through.
 */
#include <string.h>

#include "raw.h"

#define DONE 0
#define WRONG 2

int FaultsRead(int Count, WCHAR **Words, WSKT_FAULTS *Faults);
int Ask(unsigned Code, const void *In, unsigned InLength, void *Out, unsigned OutLength, unsigned *Got);

int Ask(unsigned Code, const void *In, unsigned InLength, void *Out, unsigned OutLength, unsigned *Got)
{
    (void)Code, (void)In, (void)InLength, (void)Out, (void)OutLength, (void)Got;
    TestFailed(__FILE__, __LINE__, "nothing is asked here");
}

/* A command line, its words parted by single spaces. */
static int Read(const char *Line, WSKT_FAULTS *Faults)
{
    static WCHAR Text[2048];
    WCHAR *Words[40];
    int Count = 0;
    for (size_t i = 0; i <= strlen(Line); i++) {
        Text[i] = Line[i] == ' ' ? 0 : (WCHAR)Line[i];
        if (Line[i] != 0 && (i == 0 || Line[i - 1] == ' '))
            Words[Count++] = Text + i;
    }
    return FaultsRead(Count, Words, Faults);
}

static bool IsText(const WCHAR *Wide, const char *Text)
{
    while (*Text != 0 && *Wide == (WCHAR)*Text)
        Wide++, Text++;
    return *Wide == (WCHAR)*Text;
}

TEST(every_word_has_its_meaning)
{
    WSKT_FAULTS F;
    CHECK_EQUAL(DONE, Read("--test-machine hold=200ms reorder=4 fail=100:STATUS_INSUFFICIENT_RESOURCES times=7"
                           " verbs=WskSend,WskReceive targets=client.sys,other", &F));
    CHECK_EQUAL(WSKT_IOCTL_VERSION, F.Version);
    CHECK_EQUAL(WSKT_FAULTS_TEST_MACHINE, F.Flags);
    CHECK_EQUAL(200, F.HoldMs);
    CHECK_EQUAL(4, F.Reorder);
    CHECK_EQUAL(100, F.FailEvery);
    CHECK_EQUAL(7, F.FailTimes);
    CHECK_STATUS(STATUS_INSUFFICIENT_RESOURCES, F.FailStatus);
    CHECK_EQUAL(WSKT_FAULT_VERB(WsktVerb_WskSend) | WSKT_FAULT_VERB(WsktVerb_WskReceive), F.Verbs);
    CHECK_EQUAL(2, F.Count);
    CHECK(IsText(F.Names[0], "client.sys") && IsText(F.Names[1], "other"));
}

TEST(what_is_not_said_is_the_calls_that_move_data_of_all_targets)
{
    WSKT_FAULTS F;
    CHECK_EQUAL(DONE, Read("hold=2s --test-machine", &F));
    CHECK_EQUAL(2000, F.HoldMs);
    CHECK_EQUAL(CAPTURE_DATA_VERBS, F.Verbs);
    CHECK_EQUAL(0, F.Count + F.Reorder + F.FailEvery + F.FailTimes + F.FailStatus);
}

TEST(off_asks_for_nothing)
{
    WSKT_FAULTS F, Nothing = {.Version = WSKT_IOCTL_VERSION};
    CHECK_EQUAL(DONE, Read("off", &F));
    CHECK(memcmp(&F, &Nothing, sizeof F) == 0);
}

TEST(what_has_no_meaning_is_refused)
{
    static const char *const Lines[] = {"", "--test-machine", "on", "off off", "off --test-machine", "hold=5ms",
        "--test-machine hold=", "--test-machine hold=0ms", "--test-machine hold=5", "--test-machine hold=5min",
        "--test-machine hold=60001ms", "--test-machine hold=61s", "--test-machine hold=99999999999999999999ms",
        "--test-machine hold=-5ms", "--test-machine hold=5ms hold=6ms", "--test-machine reorder=1",
        "--test-machine reorder=1001", "--test-machine reorder=4x", "--test-machine fail=5", "--test-machine fail=5:",
        "--test-machine fail=0:STATUS_CANCELLED", "--test-machine fail=1000001:STATUS_CANCELLED",
        "--test-machine fail=5:STATUS_SUCCESS", "--test-machine fail=5:0x103", "--test-machine fail=5:0xC00000001",
        "--test-machine fail=5:0xC000000G", "--test-machine fail=5:C0000001", "--test-machine hold=5ms times=1",
        "--test-machine fail=5:STATUS_CANCELLED times=0", "--test-machine hold=5ms verbs=",
        "--test-machine hold=5ms verbs=WskSend,", "--test-machine hold=5ms verbs=WskRelease",
        "--test-machine hold=5ms verbs=Wsk", "--test-machine hold=5ms verbs=wsksend", "--test-machine hold=5ms targets=",
        "--test-machine hold=5ms targets=a,,b", "--test-machine hold=5ms targets=a,", "--test-machine hold=5ms targets=a*",
        "--test-machine hold=5ms targets=C:\\a.sys",
        "--test-machine hold=5ms targets=a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a",
        "--test-machine hold=5ms targets=1234567890123456789012345678901234567890123456789012345678901234",
        "--test-machine hold=5ms verbs=all,WskSend", "--test-machine hold = 5ms"};
    WSKT_FAULTS F;
    for (ULONG i = 0; i < RTL_NUMBER_OF(Lines); i++)
        if (Read(Lines[i], &F) != WRONG)
            TestFailed(__FILE__, __LINE__, "\"%s\" was not refused", Lines[i]);
}

TEST(the_driver_takes_what_wskctl_lets_through)
{
    static const char *const Lines[] = {"hold=60s", "hold=60000ms", "hold=1ms verbs=all", "reorder=2", "reorder=1000",
        "fail=1:0xC0000001", "fail=1000000:0xFFFFFFFF times=4294967295", "fail=5:STATUS_FILE_FORCED_CLOSED verbs=all",
        "hold=1ms verbs=WskCloseSocket", "hold=1ms targets=a,b.sys,c,d,e,f,g,h,i,j,k,l,m,n,o,p",
        "hold=1ms targets=123456789012345678901234567890123456789012345678901234567890123"};
    WSKT_FAULTS F;
    CaptureLoad();
    CaptureStart(0);
    for (ULONG i = 0; i < RTL_NUMBER_OF(Lines); i++) {
        char Line[256];
        snprintf(Line, sizeof Line, "--test-machine %s", Lines[i]);
        CHECK_EQUAL(DONE, Read(Line, &F));
        NTSTATUS Status = CaptureAsk(WSKT_IOCTL_FAULTS, &F, sizeof F);
        if (Status != STATUS_SUCCESS)
            TestFailed(__FILE__, __LINE__, "\"%s\": status 0x%x", Lines[i], (unsigned)Status);
        CHECK_EQUAL(F.Verbs, CaptureStatus().Faults.Verbs);
    }
    CHECK_EQUAL(DONE, Read("off", &F));
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_FAULTS, &F, sizeof F));
    CHECK_EQUAL(0, CaptureStatus().Faults.Verbs);
    CaptureStop();
    CaptureUnload();
}
