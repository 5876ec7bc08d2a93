/*
 * The .etl file as wskctl writes it, walked by somebody who knows only the format (walk.h).
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "raw.h"
#include "walk.h"

#define NAME L"tool-recording.etl"
#define FILE_NAME "tool-recording.etl"

int RecordingDrain(HANDLE Device, const WCHAR *Name, BOOL Force);
void HostDiskFullAfter(int Writes);
int Ask(unsigned Code, const void *In, unsigned InLength, void *Out, unsigned OutLength, unsigned *Got);

static bool Endless; /* the driver's drain never comes to its end */
static bool Of32Bits; /* each record is of a kernel with pointers of 4 bytes */
static bool Broken;  /* the first record of each drain says it is longer than all of them */

int Ask(unsigned Code, const void *In, unsigned InLength, void *Out, unsigned OutLength, unsigned *Got)
{
    ULONG_PTR Bytes = 0;
    if (Endless && Code == WSKT_IOCTL_DRAIN) {
        WSKT_DRAINED *Drained = Out;
        memset(Out, 0, OutLength);
        Drained->Bytes = OutLength - (unsigned)sizeof *Drained;
        Drained->Position = ((const WSKT_DRAIN *)In)->Position + Drained->Bytes;
        Drained->Head = ~0ull;
        return 0;
    }
    NTSTATUS Status = HostIoctl(&CaptureFile, Code, In, InLength, Out, OutLength, &Bytes);
    if (Broken && Code == WSKT_IOCTL_DRAIN && NT_SUCCESS(Status) && ((WSKT_DRAINED *)Out)->Bytes != 0)
        memset((WSKT_DRAINED *)Out + 1, 0xff, 2);
    if (Of32Bits && Code == WSKT_IOCTL_DRAIN && NT_SUCCESS(Status)) {
        PUCHAR Record = (PUCHAR)((WSKT_DRAINED *)Out + 1), End = (PUCHAR)Out + Bytes;
        for (; Record < End; Record += (Record[0] + Record[1] * 256u + 7) & ~7u)
            Record[2] = 18;
    }
    *Got = (unsigned)Bytes;
    return NT_SUCCESS(Status) ? 0 : 3;
}

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

static void Record(ULONG Sends)
{
    char Folder[] = "recording-XXXXXX";
    CHECK(mkdtemp(Folder) != NULL && chdir(Folder) == 0);
    RawStart(0);
    SendMany(Sends);
    RawUnload();
    CaptureStop();
}

static void Finish(void)
{
    char Folder[4096];
    CaptureUnload();
    unlink(FILE_NAME);
    CHECK(getcwd(Folder, sizeof Folder) != NULL && chdir("..") == 0 && rmdir(Folder) == 0);
}

TEST(the_file_holds_every_event_of_a_capture_in_well_formed_buffers)
{
    Record(300);
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, FALSE));
    WALK Walk = WalkFile(FILE_NAME, true);
    WSKT_STATUS Status = CaptureStatus();
    CHECK_EQUAL(Status.Events, Walk.Events);
    CHECK_EQUAL(Status.Events, Walk.HighestSeq);
    CHECK_EQUAL(HOST_PROCESSORS, Walk.Processors);
    CHECK_EQUAL(0, Walk.SaidLost);
    CHECK(Walk.Buffers > 10);
    Finish();
}

TEST(a_file_of_an_overrun_ring_says_how_much_was_lost)
{
    Record(5000);
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, FALSE));
    WALK Walk = WalkFile(FILE_NAME, true);
    WSKT_STATUS Status = CaptureStatus();
    CHECK_EQUAL(Status.Overwritten, Walk.SaidLost);
    CHECK(Walk.SaidLost != 0 && Walk.Events + Walk.SaidLost >= Status.Events && Walk.Events < Status.Events);
    Finish();
}

/* Wine counts the processors it can see in /sys; where it sees none it says one, and runs on all. */
TEST(processors_that_share_a_ring_have_buffers_of_their_own)
{
    HostTellProcessors(1);
    HostSetProcessor(HOST_PROCESSORS - 1);
    Record(300);
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, FALSE));
    WALK Walk = WalkFile(FILE_NAME, true);
    CHECK_EQUAL(1, CaptureStatus().Processors);
    CHECK_EQUAL(CaptureStatus().Events, Walk.Events);
    CHECK_EQUAL(HOST_PROCESSORS, Walk.Processors);
    Finish();
}

TEST(a_file_that_is_there_is_replaced_only_when_told_to)
{
    Record(5);
    FILE *File = fopen(FILE_NAME, "wb");
    fputs("precious", File);
    fclose(File);
    CHECK(RecordingDrain(NULL, NAME, FALSE) != 0);
    char Text[16] = {0};
    File = fopen(FILE_NAME, "rb");
    CHECK(fread(Text, 1, sizeof Text, File) == 8 && strcmp(Text, "precious") == 0);
    fclose(File);
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, TRUE));
    WalkFile(FILE_NAME, true);
    Finish();
}

TEST(a_full_disk_leaves_no_half_file)
{
    Record(300);
    for (int Writes = 0; Writes < 5; Writes++) {
        HostDiskFullAfter(Writes);
        CHECK(RecordingDrain(NULL, NAME, FALSE) != 0);
        CHECK(access(FILE_NAME, F_OK) != 0 && access(FILE_NAME ".part", F_OK) != 0);
    }
    HostDiskFullAfter(-1);
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, FALSE));
    WalkFile(FILE_NAME, true);
    Finish();
}

TEST(a_second_drain_of_a_standing_capture_writes_the_same_file)
{
    Record(50);
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, FALSE));
    WALK One = WalkFile(FILE_NAME, true);
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, TRUE));
    WALK Two = WalkFile(FILE_NAME, true);
    CHECK(One.Events == Two.Events && One.HighestSeq == Two.HighestSeq);
    Finish();
}

TEST(without_a_capture_there_is_nothing_to_drain)
{
    CaptureLoad();
    CHECK(RecordingDrain(NULL, NAME, FALSE) != 0);
    CHECK(access(FILE_NAME, F_OK) != 0);
    CaptureUnload();
}

/* test/fuzz/drain.c: it took all the memory there was. */
TEST(a_driver_that_hands_out_more_than_its_rings_hold_is_refused)
{
    Record(5);
    Endless = true;
    CHECK(RecordingDrain(NULL, NAME, FALSE) != 0);
    CHECK(access(FILE_NAME, F_OK) != 0);
    Endless = false;
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, FALSE));
    WalkFile(FILE_NAME, true);
    Finish();
}

TEST(a_record_that_a_wild_write_made_unreadable_costs_no_other)
{
    Record(300);
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, FALSE));
    WALK Whole = WalkFile(FILE_NAME, true);
    Broken = true;
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, TRUE));
    WALK Rest = WalkFile(FILE_NAME, true);
    CHECK(Rest.Events < Whole.Events && Rest.Events >= Whole.Events - 2 * HOST_PROCESSORS); /* as many as there are drains */
    Finish();
}

TEST(a_file_says_how_many_bytes_a_pointer_has_where_it_comes_from)
{
    Record(50);
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, FALSE));
    WALK Own = WalkFile(FILE_NAME, true);
    CHECK_EQUAL(sizeof(PVOID), Own.PointerSize);
    Of32Bits = true;
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, TRUE));
    WALK Small = WalkFile(FILE_NAME, true);
    CHECK_EQUAL(4, Small.PointerSize);
    CHECK_EQUAL(Own.Events, Small.Events);
    Finish();
}
