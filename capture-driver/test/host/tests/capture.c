#include "capture.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

HOST_DRIVER CaptureDriver;
HOST_FILE CaptureFile;
DRIVER_INITIALIZE DriverEntry;

void CaptureLoad(void)
{
    CHECK_STATUS(STATUS_SUCCESS, HostDriverStart(&CaptureDriver, "wsktrace", DriverEntry));
    CHECK_STATUS(STATUS_SUCCESS, HostOpen(&CaptureFile, WSKT_LINK_NAME));
}

NTSTATUS CaptureTryUnload(void)
{
    HostClose(&CaptureFile);
    NTSTATUS Status = HostDriverUnload(&CaptureDriver);
    if (!NT_SUCCESS(Status))
        CHECK_STATUS(STATUS_SUCCESS, HostOpen(&CaptureFile, WSKT_LINK_NAME));
    return Status;
}

void CaptureUnload(void)
{
    CHECK_EQUAL(0, CaptureStatus().Holds);
    CHECK_STATUS(STATUS_SUCCESS, CaptureTryUnload());
    CHECK_EQUAL(0, HostPoolBlocks(WSKTRACE_TAG));
    CHECK_EQUAL(0, HostNotifyRoutines());
    CHECK_EQUAL(0, HostMappings());
    CHECK(!HostEtwRegistered());
    CHECK_EQUAL(0, HostBugCheckCallbacks());
    CHECK_EQUAL(0, HostTimers());
}

NTSTATUS CaptureAsk(ULONG Code, const void *In, ULONG InLength)
{
    return HostIoctl(&CaptureFile, Code, In, InLength, NULL, 0, NULL);
}

static const WSKT_HELLO Hello = {.Version = WSKT_IOCTL_VERSION};

void CaptureTargets(const char *First, ...)
{
    static WSKT_TARGETS Targets;
    va_list Names;
    memset(&Targets, 0, sizeof Targets);
    Targets.Version = WSKT_IOCTL_VERSION;
    va_start(Names, First);
    for (const char *Name = First; Name != NULL; Name = va_arg(Names, const char *)) {
        for (size_t i = 0; Name[i] != 0; i++)
            Targets.Names[Targets.Count][i] = (WCHAR)Name[i];
        Targets.Count++;
    }
    va_end(Names);
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_SET_TARGETS, &Targets, sizeof Targets));
}

NTSTATUS CaptureTarget(const char *Name, UINT32 Tiers)
{
    WSKT_TARGETS Targets = {.Version = WSKT_IOCTL_VERSION, .Count = 1, .Tiers = {Tiers}};
    for (size_t i = 0; Name[i] != 0; i++)
        Targets.Names[0][i] = (WCHAR)Name[i];
    return CaptureAsk(WSKT_IOCTL_SET_TARGETS, &Targets, sizeof Targets);
}

void CaptureStart(ULONG Slots)
{
    WSKT_START Start = {.Version = WSKT_IOCTL_VERSION, .RingBytes = 0x100000, .Slots = Slots};
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
}

void CaptureStop(void)
{
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_STOP, &Hello, sizeof Hello));
    HostThreadsStay(0); /* faults end with it */
}

void CaptureFaults(WSKT_FAULTS Faults)
{
    Faults.Version = WSKT_IOCTL_VERSION;
    Faults.Flags = WSKT_FAULTS_TEST_MACHINE;
    if (Faults.Verbs == 0)
        Faults.Verbs = CAPTURE_DATA_VERBS;
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_FAULTS, &Faults, sizeof Faults));
    HostThreadsStay(1);
}

void CaptureFaultsOff(void)
{
    WSKT_FAULTS Off = {.Version = WSKT_IOCTL_VERSION};
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_FAULTS, &Off, sizeof Off));
    HostThreadsStay(0);
}

WSKT_STATUS CaptureStatus(void)
{
    WSKT_STATUS Status;
    ULONG_PTR Bytes;
    CHECK_STATUS(STATUS_SUCCESS,
        HostIoctl(&CaptureFile, WSKT_IOCTL_STATUS, &Hello, sizeof Hello, &Status, sizeof Status, &Bytes));
    CHECK_EQUAL(sizeof Status, Bytes);
    return Status;
}

/* EVENT_HEADER64, or 32: as it stands in an .etl file (80 bytes), written down a second time: from the format, not the driver. */
typedef struct {
    UINT16 Size;
    UINT8 HeaderType, MarkerFlags;
    UINT16 Flags, EventProperty;
    UINT32 ThreadId, ProcessId;
    UINT64 TimeStamp;
    GUID Provider;
    UINT16 Id;
    UINT8 Version, Channel, Level, Opcode;
    UINT16 Task;
    UINT64 Keyword, ProcessorTime;
    GUID Activity;
} RECORD;

_Static_assert(sizeof(RECORD) == 80, "EVENT_HEADER64");

static void Add(TRACE *Trace, const RECORD *Record)
{
    static const GUID Provider = WSKTRACE_PROVIDER_GUID;
    CHECK_EQUAL(BY_POINTER(19, 18), Record->HeaderType);
    CHECK_EQUAL(0xc0, Record->MarkerFlags);
    CHECK(Record->Flags <= 1);
    CHECK(memcmp(&Record->Provider, &Provider, sizeof Provider) == 0);
    CHECK(Record->Size >= sizeof *Record + sizeof(WSKT_HEADER));
    Trace->Events = realloc(Trace->Events, (Trace->Count + 1) * sizeof *Trace->Events);
    EVENT *Event = &Trace->Events[Trace->Count++];
    Event->Id = Record->Id;
    const UCHAR *Body = (const UCHAR *)(Record + 1);
    Event->Frames = 0;
    if (Record->Flags == 1) { /* one item: a stack */
        const UINT16 *Item = (const UINT16 *)Body;
        CHECK(Item[0] == Item[3] + 8 && Item[0] % 8 == 0 && Item[1] == 6 && Item[2] == 0);
        Event->Frames = (Item[3] - 8) / 8;
        CHECK(Event->Frames >= 1 && Event->Frames <= 16 && *(const UINT64 *)(Body + 8) == 0);
        memcpy(Event->Stack, Body + 16, Event->Frames * sizeof(UINT64));
        Body += Item[0];
        CHECK(Body + sizeof(WSKT_HEADER) <= (const UCHAR *)Record + Record->Size);
    }
    Event->Bytes = (ULONG)((const UCHAR *)Record + Record->Size - Body);
    void *Payload = malloc(Event->Bytes);
    memcpy(Payload, Body, Event->Bytes);
    Event->Header = Payload;
    CHECK_EQUAL(Record->ThreadId, Event->Header->Tid);
    CHECK_EQUAL(Record->ProcessId, Event->Header->Pid);
    CHECK_EQUAL(Record->TimeStamp, Event->Header->Qpc);
}

static int BySeq(const void *A, const void *B)
{
    UINT64 X = SEQ((const EVENT *)A), Y = SEQ((const EVENT *)B);
    return X < Y ? -1 : X > Y;
}

TRACE TraceDrain(void)
{
    TRACE Trace = {0};
    ULONG Room = sizeof(WSKT_DRAINED) + 0x20000;
    WSKT_DRAINED *Out = malloc(Room);
    ULONG Processors = CaptureStatus().Processors;
    for (ULONG Processor = 0; Processor < Processors; Processor++) {
        WSKT_DRAIN In = {.Version = WSKT_IOCTL_VERSION, .Processor = Processor};
        UINT64 Last = 0;
        do {
            ULONG_PTR Bytes;
            CHECK_STATUS(STATUS_SUCCESS, HostIoctl(&CaptureFile, WSKT_IOCTL_DRAIN, &In, sizeof In, Out, Room, &Bytes));
            CHECK_EQUAL(sizeof *Out + Out->Bytes, Bytes);
            Trace.Gaps += Out->Gaps;
            CHECK_EQUAL(0, Out->Damaged);
            ULONG Records = 0;
            for (ULONG At = 0; At < Out->Bytes; Records++) {
                const RECORD *Record = (const RECORD *)((const UCHAR *)(Out + 1) + At);
                CHECK(At + Record->Size <= Out->Bytes);
                Add(&Trace, Record);
                CHECK_EQUAL(Processor, Trace.Events[Trace.Count - 1].Header->Cpu);
                CHECK(SEQ(&Trace.Events[Trace.Count - 1]) > Last); /* along one ring numbers grow */
                Last = SEQ(&Trace.Events[Trace.Count - 1]);
                At += (Record->Size + 7) & ~7u;
            }
            CHECK_EQUAL(Records, Out->Records);
            In.Position = Out->Position;
        } while (Out->Bytes != 0);
    }
    free(Out);
    qsort(Trace.Events, Trace.Count, sizeof *Trace.Events, BySeq);
    return Trace;
}

void TraceFree(TRACE *Trace)
{
    for (ULONG i = 0; i < Trace->Count; i++)
        free((void *)(uintptr_t)Trace->Events[i].Header);
    free(Trace->Events);
    *Trace = (TRACE) {0};
}

void TraceCheckComplete(const TRACE *Trace)
{
    CHECK(Trace->Count != 0);
    for (ULONG i = 0; i < Trace->Count; i++)
        CHECK_EQUAL(i + 1, SEQ(&Trace->Events[i]));
}

ULONG TraceCount(const TRACE *Trace, ULONG Id)
{
    ULONG Count = 0;
    for (ULONG i = 0; i < Trace->Count; i++)
        Count += Trace->Events[i].Id == Id;
    return Count;
}

static const EVENT *Find(const TRACE *Trace, ULONG Id, UINT64 After, UINT64 OpId)
{
    for (ULONG i = 0; i < Trace->Count; i++) {
        const EVENT *Event = &Trace->Events[i];
        if (Event->Id == Id && SEQ(Event) > After && (OpId == 0 || Event->Header->OpId == OpId))
            return Event;
    }
    return NULL;
}

const EVENT *TraceNext(const TRACE *Trace, ULONG Id, UINT64 After)
{
    const EVENT *Event = Find(Trace, Id, After, 0);
    if (Event == NULL) {
        TracePrint(Trace);
        TestFailed(__FILE__, __LINE__, "no event %u after number %llu", Id, (unsigned long long)After);
    }
    return Event;
}

const EVENT *TraceOf(const TRACE *Trace, ULONG Id, UINT64 OpId)
{
    const EVENT *Event = Find(Trace, Id, 0, OpId);
    if (Event == NULL) {
        TracePrint(Trace);
        TestFailed(__FILE__, __LINE__, "no event %u of operation %llu", Id, (unsigned long long)OpId);
    }
    return Event;
}

bool TraceHas(const TRACE *Trace, ULONG Id, UINT64 OpId)
{
    return Find(Trace, Id, 0, OpId) != NULL;
}

const EVENT *TraceEnterOf(const TRACE *Trace, UINT8 Verb)
{
    for (const EVENT *E = Trace->Events; E < Trace->Events + Trace->Count; E++)
        if ((E->Id == WSKT_OP_ENTER_ID && E->OpEnter->Verb == Verb) || (E->Id == WSKT_SEND_ENTER_ID && E->Send->Verb == Verb)
            || (E->Id == WSKT_RECV_ENTER_ID && E->Receive->Verb == Verb))
            return E;
    TracePrint(Trace);
    TestFailed(__FILE__, __LINE__, "no call of verb %u entered", Verb);
}

void TracePrint(const TRACE *Trace)
{
    for (ULONG i = 0; i < Trace->Count; i++) {
        const WSKT_HEADER *H = Trace->Events[i].Header;
        fprintf(stderr, "  %5llu cpu %u tid %u irql %u client %u op %llu event %u\n", (unsigned long long)H->Seq, H->Cpu,
            H->Tid, H->Irql, H->Client, (unsigned long long)H->OpId, Trace->Events[i].Id);
    }
}
