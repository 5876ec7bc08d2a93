/*
 * The .etl file as wskctl writes it, walked by somebody who knows only the format: buffers of one size, header event
 * first, records aligned, in time order along each processor, filled up with 0xFF.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "raw.h"

#define BUFFER_HEADER 0x48
#define NAME L"tool-recording.etl"
#define FILE_NAME "tool-recording.etl"

int RecordingDrain(HANDLE Device, const WCHAR *Name, BOOL Force);
void HostDiskFullAfter(int Writes);
int Ask(unsigned Code, const void *In, unsigned InLength, void *Out, unsigned OutLength, unsigned *Got);

int Ask(unsigned Code, const void *In, unsigned InLength, void *Out, unsigned OutLength, unsigned *Got)
{
    ULONG_PTR Bytes = 0;
    NTSTATUS Status = HostIoctl(&CaptureFile, Code, In, InLength, Out, OutLength, &Bytes);
    *Got = (unsigned)Bytes;
    return NT_SUCCESS(Status) ? 0 : 3;
}

static uint64_t Field(const UCHAR *At, ULONG Bytes)
{
    uint64_t Value = 0;
    memcpy(&Value, At, Bytes);
    return Value;
}

typedef struct {
    ULONG Buffers, Events, SaidBuffers, SaidLost, Processors;
    uint64_t HighestSeq;
} WALK;

static void WalkHeaderEvent(const UCHAR *Event, ULONG Room, WALK *Walk)
{
    CHECK_EQUAL(2, Field(Event, 2));      /* version */
    CHECK_EQUAL(2, Event[2]);             /* SYSTEM64 */
    CHECK_EQUAL(0xc0, Event[3]);
    CHECK(Field(Event + 4, 2) <= Room && Field(Event + 4, 2) >= 32 + 0x118);
    CHECK_EQUAL(0, Field(Event + 6, 2));  /* group and type 0: the log file's header */
    const UCHAR *Log = Event + 32;
    CHECK_EQUAL(8, Field(Log + 44, 4));   /* pointer size */
    CHECK_EQUAL(10000000, Field(Log + 0x100, 8)); /* ticks a second */
    CHECK_EQUAL(1, Field(Log + 0x110, 4)); /* clock: QPC */
    Walk->Processors = (ULONG)Field(Log + 12, 4);
    Walk->SaidBuffers = (ULONG)Field(Log + 36, 4);
    Walk->SaidLost = (ULONG)Field(Log + 48, 4);
}

static WALK WalkFile(void)
{
    static uint64_t LastTime[HOST_PROCESSORS];
    WALK Walk = {0};
    memset(LastTime, 0, sizeof LastTime);
    FILE *File = fopen(FILE_NAME, "rb");
    CHECK(File != NULL);
    static UCHAR Bytes[64 << 20];
    size_t Length = fread(Bytes, 1, sizeof Bytes, File);
    fclose(File);
    for (size_t At = 0; At < Length; Walk.Buffers++) {
        const UCHAR *Buffer = Bytes + At;
        ULONG Size = (ULONG)Field(Buffer, 4), End = (ULONG)Field(Buffer + 0x30, 4), Cpu = (ULONG)Field(Buffer + 0x28, 2);
        CHECK(Length - At >= BUFFER_HEADER && Size <= Length - At && Size % 8 == 0);
        CHECK(End >= BUFFER_HEADER && End <= Size);
        CHECK_EQUAL(Walk.Buffers, Field(Buffer + 0x18, 8));
        CHECK_EQUAL(Walk.Buffers == 0 ? 4 : 0, Field(Buffer + 0x36, 2));
        CHECK(Field(Buffer + 0x34, 2) & 0x20);
        for (ULONG i = End; i < Size; i++)
            CHECK_EQUAL(0xff, Buffer[i]);
        ULONG Pos = BUFFER_HEADER;
        if (Walk.Buffers == 0) {
            WalkHeaderEvent(Buffer + Pos, End - Pos, &Walk);
            Pos = End;
        }
        while (Pos < End) {
            const UCHAR *Record = Buffer + Pos;
            ULONG RecordSize = (ULONG)Field(Record, 2);
            CHECK(Pos % 8 == 0 && RecordSize >= 80 + 64 && RecordSize <= End - Pos);
            CHECK(Record[2] == 19 && Record[3] == 0xc0);
            CHECK(Field(Record + 16, 8) >= LastTime[Cpu]);
            LastTime[Cpu] = Field(Record + 16, 8);
            CHECK_EQUAL(Cpu, Field(Record + 80 + 52, 2)); /* WSKT_HEADER.Cpu */
            Walk.HighestSeq = max(Walk.HighestSeq, Field(Record + 80, 8));
            Walk.Events++;
            Pos += (RecordSize + 7) & ~7u;
        }
        At += Size;
    }
    CHECK_EQUAL(Walk.Buffers, Walk.SaidBuffers);
    return Walk;
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
    WALK Walk = WalkFile();
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
    WALK Walk = WalkFile();
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
    WALK Walk = WalkFile();
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
    WalkFile();
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
    WalkFile();
    Finish();
}

TEST(a_second_drain_of_a_standing_capture_writes_the_same_file)
{
    Record(50);
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, FALSE));
    WALK One = WalkFile();
    CHECK_EQUAL(0, RecordingDrain(NULL, NAME, TRUE));
    WALK Two = WalkFile();
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
