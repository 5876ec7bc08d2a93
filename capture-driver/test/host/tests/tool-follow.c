/*
 * wskctl drain --follow: a capture is written while it goes on, by the tool's own code; the file is walked by somebody who
 * knows only the format (walk.h).
 */
#include <stdlib.h>
#include <unistd.h>

#include "raw.h"
#include "walk.h"

#define NAME L"tool-follow.etl"
#define FILE_NAME "tool-follow.etl"

int RecordingFollow(HANDLE Device, const WCHAR *Name, BOOL Force, UINT64 Seconds);
void HostDiskFullAfter(int Writes);
void HostOnWait(void (*Routine)(void));
void HostInterrupt(void);
int Ask(unsigned Code, const void *In, unsigned InLength, void *Out, unsigned OutLength, unsigned *Got);

int Ask(unsigned Code, const void *In, unsigned InLength, void *Out, unsigned OutLength, unsigned *Got)
{
    ULONG_PTR Bytes = 0;
    NTSTATUS Status = HostIoctl(&CaptureFile, Code, In, InLength, Out, OutLength, &Bytes);
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

static void Finish(void)
{
    char Folder[4096];
    CaptureUnload();
    unlink(FILE_NAME);
    CHECK(getcwd(Folder, sizeof Folder) != NULL && chdir("..") == 0 && rmdir(Folder) == 0);
}

/* A capture that goes on while it is followed: each wait of the tool lets the client send. */
static ULONG Waits, SendsAtAWait, EndAfter;
static bool ByInterrupt, ByAnother, AnotherEnded;

static void SendOn(void)
{
    SendMany(SendsAtAWait);
    if (++Waits < EndAfter)
        return;
    if (ByInterrupt)
        HostInterrupt();
    else
        CaptureStop();
    if (ByAnother) {
        CaptureStart(0);
        SendMany(SendsAtAWait);
        if (AnotherEnded)
            CaptureStop();
    }
}

static void Follow(ULONG Sends, ULONG Rounds)
{
    char Folder[] = "follow-XXXXXX";
    CHECK(mkdtemp(Folder) != NULL && chdir(Folder) == 0);
    SendsAtAWait = Sends;
    EndAfter = Rounds;
    RawStart(0);
    SendMany(Sends);
    HostOnWait(SendOn);
    CHECK_EQUAL(0, RecordingFollow(NULL, NAME, FALSE, 0));
    HostOnWait(NULL);
}

static void EndFollow(void)
{
    RawUnload();
    if (CaptureStatus().Flags & WSKT_RUNNING)
        CaptureStop();
    Finish();
}

TEST(a_followed_capture_is_written_whole_though_the_rings_hold_a_part_of_it)
{
    Follow(300, 12);
    WSKT_STATUS Status = CaptureStatus();
    CHECK(Status.Overwritten != 0); /* in the rings; the tool had read it by then */
    WALK Walk = WalkFile(FILE_NAME, true);
    CHECK_EQUAL(Status.Events, Walk.Events);
    CHECK_EQUAL(Status.Events, Walk.HighestSeq);
    CHECK_EQUAL(0, Walk.SaidLost);
    EndFollow();
}

TEST(what_was_overwritten_before_it_was_read_is_counted_by_its_number)
{
    Follow(5000, 2);
    WSKT_STATUS Status = CaptureStatus();
    WALK Walk = WalkFile(FILE_NAME, true);
    CHECK(Walk.SaidLost != 0);
    CHECK_EQUAL(Status.Events, Walk.Events + Walk.SaidLost);
    EndFollow();
}

TEST(an_interrupt_ends_the_file_and_not_the_capture)
{
    ByInterrupt = true;
    Follow(50, 3);
    CHECK(CaptureStatus().Flags & WSKT_RUNNING);
    WALK Walk = WalkFile(FILE_NAME, true);
    CHECK_EQUAL(CaptureStatus().Events, Walk.Events);
    CHECK_EQUAL(0, Walk.SaidLost);
    EndFollow();
}

static void FollowUntilAnother(bool Ended)
{
    ByAnother = true;
    AnotherEnded = Ended;
    Follow(50, 3);
    WALK Walk = WalkFile(FILE_NAME, true);
    CHECK(Walk.Events != 0 && Walk.Events < 3 * 50 * 4 + 200);
    CHECK_EQUAL(Walk.Events, Walk.HighestSeq);
    EndFollow();
}

TEST(a_capture_that_begins_anew_is_not_mixed_into_the_file_of_the_one_before)
{
    FollowUntilAnother(false);
}

TEST(nor_is_one_that_has_come_and_gone)
{
    FollowUntilAnother(true);
}

static void FillTheDisk(void)
{
    HostDiskFullAfter(0);
    SendMany(2000);
}

TEST(a_disk_that_fills_up_while_following_leaves_what_was_written)
{
    char Folder[] = "follow-XXXXXX";
    CHECK(mkdtemp(Folder) != NULL && chdir(Folder) == 0);
    RawStart(0);
    SendMany(2000);
    HostOnWait(FillTheDisk);
    CHECK(RecordingFollow(NULL, NAME, FALSE, 0) != 0);
    HostOnWait(NULL);
    HostDiskFullAfter(-1);
    CHECK(access(FILE_NAME, F_OK) != 0 && access(FILE_NAME ".part", F_OK) == 0);
    unlink(FILE_NAME ".part");
    EndFollow();
}
