#include "event.h"

#include "frame.h"
#include "late.h"
#include "ring.h"

/* EVENT_HEADER64 and EVENT_HEADER32 have one layout; the type says how many bytes a pointer has where it comes from. */
#define HEADER_TYPE (sizeof(PVOID) == 8 ? 19 : 18)
#define MARKER_TRACE_HEADER 0xC0

/* EVENT_HEADER64 as it stands in a file. */
typedef struct _EVENT_RECORD_HEADER {
    UINT16 Size;
    UINT8 HeaderType;
    UINT8 MarkerFlags;
    UINT16 Flags;
    UINT16 EventProperty;
    UINT32 ThreadId;
    UINT32 ProcessId;
    UINT64 TimeStamp;
    GUID Provider;
    EVENT_DESCRIPTOR Descriptor;
    UINT64 ProcessorTime;
    GUID Activity;
} EVENT_RECORD_HEADER;

C_ASSERT(sizeof(EVENT_RECORD_HEADER) == 80);
C_ASSERT(FIELD_OFFSET(EVENT_RECORD_HEADER, TimeStamp) == 16);
C_ASSERT(FIELD_OFFSET(EVENT_RECORD_HEADER, Provider) == 24);
C_ASSERT(FIELD_OFFSET(EVENT_RECORD_HEADER, Descriptor) == 40);
C_ASSERT(FIELD_OFFSET(EVENT_RECORD_HEADER, Activity) == 64);
C_ASSERT(sizeof(EVENT_DESCRIPTOR) == 16);

static const GUID ProviderId = WSKTRACE_PROVIDER_GUID;
static const EVENT_DESCRIPTOR SessionInfo = WSKT_SESSION_INFO_DESCRIPTOR;
static const EVENT_DESCRIPTOR EventsLost = WSKT_EVENTS_LOST_DESCRIPTOR;

/* How many events are being written by a processor; on a line of its own, so that processors do not disturb each
   other. Processors beyond the last share. */
#define WRITERS 64
typedef struct DECLSPEC_ALIGN(64) _WRITERS {
    volatile LONG Count;
} EVENT_WRITERS;

static EVENT_WRITERS Writers[WRITERS];

volatile LONG EventRunning; /* event.h: EventOn */

static struct {
    volatile UCHAR Level;
    volatile UINT64 Keywords;
    volatile LONG64 Seq;
    volatile LONG64 OpId;
    UINT64 StartTime;
    UINT64 StartQpc;
    /* ETW */
    ULONGLONG Registration;
    volatile LONG EtwOn;
    volatile UCHAR EtwLevel;
    volatile UINT64 EtwKeywords;
    volatile LONG64 EtwRefused;
    /* told by EventRundown already */
    UINT64 SessionSeq;
    UINT32 SessionTiers;
    RING_COUNTERS Told;
    UINT64 ToldUnwrapped;
    UINT64 ToldUnwrappedSeq;
    UINT64 ToldRefused;
} Log;

static VOID NTAPI
EtwEnable(
    const GUID *SourceId,
    ULONG IsEnabled,
    UCHAR Level,
    ULONGLONG MatchAnyKeyword,
    ULONGLONG MatchAllKeyword,
    PVOID FilterData,
    PVOID Context)
{
    UNREFERENCED_PARAMETER(SourceId);
    UNREFERENCED_PARAMETER(MatchAllKeyword); /* EtwWrite itself asks again */
    UNREFERENCED_PARAMETER(FilterData);
    UNREFERENCED_PARAMETER(Context);

    /* 0 disable, 1 enable, 2 capture state: the next rundown tells it. */
    if (IsEnabled == 1) {
        Log.EtwLevel = Level ? Level : 0xff;
        Log.EtwKeywords = MatchAnyKeyword ? MatchAnyKeyword : ~0ULL;
        KeMemoryBarrier();
        InterlockedExchange(&Log.EtwOn, 1);
    } else if (IsEnabled == 0) {
        InterlockedExchange(&Log.EtwOn, 0);
    }
}

_Use_decl_annotations_
VOID
EventInitialize(VOID)
{
    if (Late.EtwRegister && Late.EtwUnregister && Late.EtwWrite &&
        !NT_SUCCESS(Late.EtwRegister(&ProviderId, EtwEnable, NULL, &Log.Registration)))
        Log.Registration = 0;
}

_Use_decl_annotations_
VOID
EventUninitialize(VOID)
{
    EventStop();
    if (Log.Registration)
        Late.EtwUnregister(Log.Registration);
    Log.Registration = 0;
}

_Use_decl_annotations_
VOID
EventStart(UCHAR Level, UINT64 Keywords)
{
    Log.Level = Level;
    Log.Keywords = Keywords;
    Log.Seq = 0;
    Log.EtwRefused = 0;
    RtlZeroMemory(&Log.Told, sizeof(Log.Told));
    Log.SessionSeq = Log.ToldUnwrappedSeq = Log.ToldRefused = 0;
    Log.StartTime = LateSystemTime();
    Log.StartQpc = (UINT64)KeQueryPerformanceCounter(NULL).QuadPart;
    KeMemoryBarrier();
    InterlockedExchange(&EventRunning, 1);
}

_Use_decl_annotations_
VOID
EventStop(VOID)
{
    LARGE_INTEGER Millisecond = {.QuadPart = -10000};

    InterlockedExchange(&EventRunning, 0);
    for (ULONG i = 0; i < WRITERS; i++)
        while (Writers[i].Count)
            KeDelayExecutionThread(KernelMode, FALSE, &Millisecond);
}

_Use_decl_annotations_
UINT64
EventNewOpId(VOID)
{
    return (UINT64)InterlockedIncrement64(&Log.OpId);
}

static BOOLEAN
Wanted(const EVENT_DESCRIPTOR *Descriptor, UCHAR Level, UINT64 Keywords)
{
    return Descriptor->Level <= Level && (!Descriptor->Keyword || (Descriptor->Keyword & Keywords));
}

_IRQL_requires_(DISPATCH_LEVEL)
static inline VOID
WriteRing(
    const EVENT_DESCRIPTOR *Descriptor,
    const WSKT_HEADER *Payload,
    ULONG Size,
    const VOID *Tail,
    ULONG TailSize)
{
    RING_TICKET Ticket;
    ULONG Total = (ULONG)sizeof(EVENT_RECORD_HEADER) + Size + TailSize;
    EVENT_RECORD_HEADER *Record = RingReserve(Payload->Cpu, Total, &Ticket);
    if (!Record)
        return;

    Record->Size = (UINT16)Total;
    Record->HeaderType = HEADER_TYPE;
    Record->MarkerFlags = MARKER_TRACE_HEADER;
    Record->Flags = 0;
    Record->EventProperty = 0;
    Record->ThreadId = Payload->Tid;
    Record->ProcessId = Payload->Pid;
    Record->TimeStamp = Payload->Qpc;
    Record->Provider = ProviderId;
    Record->Descriptor = *Descriptor;
    Record->ProcessorTime = 0;
    Record->Activity = (GUID){0};
    RtlCopyMemory(Record + 1, Payload, Size);
    if (TailSize)
        RtlCopyMemory((UCHAR *)(Record + 1) + Size, Tail, TailSize);
    RingPublish(&Ticket, Payload->Seq);
}

static VOID
WriteEtw(
    const EVENT_DESCRIPTOR *Descriptor,
    const WSKT_HEADER *Payload,
    ULONG Size,
    const VOID *Tail,
    ULONG TailSize)
{
    LATE_DATA Data[2] = {
        {.Ptr = VALUE_OF(Payload), .Size = Size},
        {.Ptr = VALUE_OF(Tail), .Size = TailSize},
    };
    if (!NT_SUCCESS(Late.EtwWrite(Log.Registration, Descriptor, NULL, TailSize ? 2 : 1, Data)))
        InterlockedIncrement64(&Log.EtwRefused);
}

_Use_decl_annotations_
UINT64
EventWrite(
    const EVENT_DESCRIPTOR *Descriptor,
    const CALL_SITE *Site,
    UINT64 OpId,
    UINT8 Flags,
    PVOID Payload,
    ULONG Size,
    const VOID *Tail,
    ULONG TailSize)
{
    WSKT_HEADER *Header = Payload;
    BOOLEAN ToRing, ToEtw;
    KIRQL Irql;

    if (!EventRunning)
        return 0;
    ToRing = Wanted(Descriptor, Log.Level, Log.Keywords);
    ToEtw = Log.EtwOn && Wanted(Descriptor, Log.EtwLevel, Log.EtwKeywords);
    if (!ToRing && !ToEtw)
        return 0;

    /* Seq and Qpc are filled in below, and the rest of the caller's bytes is its own. */
    Header->OpId = OpId;
    Header->Caller = Site ? VALUE_OF(Site->Caller) : 0;
    Header->StackPointer = Site ? VALUE_OF(Site->StackPointer) : 0;
    Header->CallerRva = Site ? Site->CallerRva : 0;
    Header->Client = Site ? Site->Client : 0;
    Header->Pid = (UINT32)VALUE_OF(PsGetCurrentProcessId());
    Header->Tid = (UINT32)VALUE_OF(PsGetCurrentThreadId());
    Header->HeaderFlags = Flags | FrameFlags(Header->Tid);
    RtlZeroMemory(Header->HeaderReserved, sizeof(Header->HeaderReserved));

    /* At DISPATCH_LEVEL from the sequence number to the end of the record: no preemption in between, so on one
       processor numbers, times and records come in the same order. */
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    Header->Irql = (UINT8)Irql;
    Header->Cpu = (UINT16)LateCurrentProcessor();
    volatile LONG *Writing = &Writers[Header->Cpu % WRITERS].Count;
    InterlockedIncrement(Writing);
    if (!EventRunning) { /* stopped since the first look: EventStop waits for those that were counted before it */
        Header->Seq = 0;
        goto out;
    }
    Header->Seq = (UINT64)InterlockedIncrement64(&Log.Seq);
    Header->Qpc = (UINT64)KeQueryPerformanceCounter(NULL).QuadPart;
    if (ToRing)
        WriteRing(Descriptor, Header, Size, Tail, TailSize);
    if (ToEtw)
        WriteEtw(Descriptor, Header, Size, Tail, TailSize);
out:
    InterlockedDecrement(Writing);
    KeLowerIrql(Irql);
    return Header->Seq;
}

_Use_decl_annotations_
BOOLEAN
EventIsGone(UINT64 Seq)
{
    RING_COUNTERS Now;
    RingCount(&Now);
    return Seq <= Now.LastOverwrittenSeq;
}

static VOID
WriteLost(UINT8 Reason, UINT64 Count, UINT64 FirstSeq, UINT64 LastSeq)
{
    WSKT_EVENTS_LOST Event = {.Count = Count, .FirstSeq = FirstSeq, .LastSeq = LastSeq, .Reason = Reason};
    if (Count)
        EVENT_WRITE(&EventsLost, NULL, 0, &Event);
}

_Use_decl_annotations_
VOID
EventRundown(ULONG SlotCount, UINT64 Unwrapped, UINT32 Tiers)
{
    EVENT_COUNTERS Counters;
    EventCount(&Counters);
    WSKT_SESSION_INFO Session = {
        .StartTime = Counters.StartTime,
        .QpcFrequency = Counters.QpcFrequency,
        .OsBuild = Counters.OsBuild,
        .ProbeVersion = WSKTRACE_VERSION,
        .Tiers = Tiers,
        .ProcessorCount = LateProcessorCount(),
        .SlotCount = SlotCount,
        .MdlMappedToSystemVa = MDL_MAPPED_TO_SYSTEM_VA,
        .MdlPagesLocked = MDL_PAGES_LOCKED,
        .MdlSourceIsNonPagedPool = MDL_SOURCE_IS_NONPAGED_POOL,
        .MdlPartial = MDL_PARTIAL,
        .InvokeOnSuccess = SL_INVOKE_ON_SUCCESS,
        .InvokeOnError = SL_INVOKE_ON_ERROR,
        .InvokeOnCancel = SL_INVOKE_ON_CANCEL,
        .PointerSize = sizeof(PVOID),
    };
    if (EventIsGone(Log.SessionSeq) || Log.SessionTiers != Tiers)
        Log.SessionSeq = EVENT_WRITE(&SessionInfo, NULL, 0, &Session);
    Log.SessionTiers = Tiers;

    /* The ring loses its oldest records first, so what is lost lies below the highest number that is gone. */
    RING_COUNTERS Now;
    RingCount(&Now);
    WriteLost(
        WsktLossReason_RingOverwritten,
        Now.Overwritten - Log.Told.Overwritten,
        Log.Told.LastOverwrittenSeq + 1,
        Now.LastOverwrittenSeq);
    WriteLost(WsktLossReason_RecordDropped, Now.Dropped - Log.Told.Dropped, 1, (UINT64)Log.Seq);
    Log.Told = Now;

    UINT64 Seq = (UINT64)Log.Seq;
    WriteLost(WsktLossReason_NoSlot, Unwrapped - Log.ToldUnwrapped, Log.ToldUnwrappedSeq + 1, Seq);
    Log.ToldUnwrapped = Unwrapped;
    Log.ToldUnwrappedSeq = Seq;

    UINT64 Refused = (UINT64)Log.EtwRefused;
    WriteLost(WsktLossReason_EtwRefused, Refused - Log.ToldRefused, 1, Seq);
    Log.ToldRefused = Refused;
}

_Use_decl_annotations_
VOID
EventCount(EVENT_COUNTERS *Counters)
{
    LARGE_INTEGER Frequency;
    RTL_OSVERSIONINFOW Version = {.dwOSVersionInfoSize = sizeof(Version)};

    (VOID) KeQueryPerformanceCounter(&Frequency);
    Counters->Seq = (UINT64)Log.Seq;
    Counters->EtwRefused = (UINT64)Log.EtwRefused;
    Counters->StartTime = Log.StartTime;
    Counters->StartQpc = Log.StartQpc;
    Counters->QpcFrequency = (UINT64)Frequency.QuadPart;
    Counters->OsBuild = NT_SUCCESS(RtlGetVersion(&Version)) ? Version.dwBuildNumber : 0;
}
