#include "event_write.h"

#include "stack.h"

const GUID EventProvider = WSKTRACE_PROVIDER_GUID;
static const EVENT_DESCRIPTOR SessionInfo = WSKT_SESSION_INFO_DESCRIPTOR;
static const EVENT_DESCRIPTOR EventsLost = WSKT_EVENTS_LOST_DESCRIPTOR;

volatile LONG EventRunning; /* event.h: EventOn */
EVENT_GATE EventGate;
volatile LONG64 EventLastOpId;

static struct {
    UINT64 StartTime;
    UINT64 StartQpc;
    /* ETW */
    ULONGLONG Registration;
    KSPIN_LOCK Lock; /* of the gate */
    UCHAR Level;     /* of the capture */
    UINT64 Keywords;
    volatile LONG EtwOn;
    volatile UINT64 EtwWants[EVENT_LEVELS];
    volatile LONG64 EtwRefused;
    /* told by EventRundown already */
    UINT64 SessionSeq;
    UINT32 SessionTiers;
    RING_COUNTERS Told;
    UINT64 ToldUnwrapped;
    UINT64 ToldUnwrappedSeq;
    UINT64 ToldRefused;
} Log;

/* Of level and what is more severe these keywords. */
static VOID
Want(volatile UINT64 *Wants, ULONG Level, UINT64 Keywords)
{
    for (ULONG i = 0; i < EVENT_LEVELS; i++)
        Wants[i] = Keywords && i <= Level ? Keywords : 0;
}

/* What the gate lets through, by who runs and who listens now. Those come and go one at a time. */
static VOID
SetGate(VOID)
{
    KIRQL Irql;
    KeAcquireSpinLock(&Log.Lock, &Irql);
    Want(EventGate.RingWants, Log.Level, EventRunning ? Log.Keywords : 0);
    Want(EventGate.RingOnly, Log.Level, EventRunning && !Log.EtwOn && RingHasCrc() ? Log.Keywords : 0);
    KeReleaseSpinLock(&Log.Lock, Irql);
}

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
        Want(Log.EtwWants, Level ? Level : EVENT_LEVELS, MatchAnyKeyword ? MatchAnyKeyword : ~0ULL);
        InterlockedExchange(&Log.EtwOn, 1);
    } else if (IsEnabled == 0) {
        InterlockedExchange(&Log.EtwOn, 0);
    }
    SetGate();
}

_Use_decl_annotations_
VOID
EventInitialize(VOID)
{
    KeInitializeSpinLock(&Log.Lock);
    if (Late.EtwRegister && Late.EtwUnregister && Late.EtwWrite &&
        !NT_SUCCESS(Late.EtwRegister(&EventProvider, EtwEnable, NULL, &Log.Registration)))
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
    EventGate.Seq = 0;
    Log.EtwRefused = 0;
    RtlZeroMemory(&Log.Told, sizeof(Log.Told));
    Log.SessionSeq = Log.ToldUnwrappedSeq = Log.ToldRefused = 0;
    Log.StartTime = LateSystemTime();
    Log.StartQpc = (UINT64)KeQueryPerformanceCounter(NULL).QuadPart;
    KeMemoryBarrier();
    InterlockedExchange(&EventRunning, 1);
    SetGate();
}

_Use_decl_annotations_
VOID
EventStop(VOID)
{
    LARGE_INTEGER Millisecond = {.QuadPart = -10000};

    InterlockedExchange(&EventRunning, 0);
    SetGate();
    KeMemoryBarrier();
    while (!RingQuiet())
        KeDelayExecutionThread(KernelMode, FALSE, &Millisecond);
}

_Use_decl_annotations_
BOOLEAN
EventIsWanted(const EVENT_DESCRIPTOR *Descriptor)
{
    return EventRunning && (EventWanted(EventGate.RingWants, Descriptor) ||
                            (Log.EtwOn && EventWanted(Log.EtwWants, Descriptor)));
}

/* Payloads are whole words, and most are short. */
static inline VOID
CopyWords(UINT64 *To, const UINT64 *From, ULONG Words)
{
    switch (Words) {
    default:
        RtlCopyMemory(To, From, Words * sizeof(*To));
        return;
    case 6:
        To[5] = From[5];
        FALL_THROUGH
    case 5:
        To[4] = From[4];
        FALL_THROUGH
    case 4:
        To[3] = From[3];
        FALL_THROUGH
    case 3:
        To[2] = From[2];
        FALL_THROUGH
    case 2:
        To[1] = From[1];
        FALL_THROUGH
    case 1:
        To[0] = From[0];
    }
}

/* To ETW, where that wants it. At DISPATCH_LEVEL. */
static NOINLINE VOID
ToEtw(const EVENT_DESCRIPTOR *Descriptor, PVOID Payload, ULONG Size, const VOID *Tail, ULONG TailSize)
{
    LATE_DATA Data[2] = {
        {.Ptr = VALUE_OF(Payload), .Size = Size},
        {.Ptr = VALUE_OF(Tail), .Size = TailSize},
    };
    if (EventWanted(Log.EtwWants, Descriptor) &&
        !NT_SUCCESS(Late.EtwWrite(Log.Registration, Descriptor, NULL, TailSize ? 2 : 1, Data)))
        InterlockedIncrement64(&Log.EtwRefused);
}

/* The record in its place is complete. Payload: in it, of Size bytes with its tail. Returns its number. */
static inline UINT64
Finish(const EVENT_PLACE *Place, const EVENT_DESCRIPTOR *Descriptor, PVOID Payload, ULONG Size)
{
    RingPublish(Place->Moment.Ring, Place->Record, (ULONG)sizeof(*Place->Record) + Place->Size);
    if (Log.EtwOn)
        ToEtw(Descriptor, Payload, Size, NULL, 0);
    RingEnd(Place->Moment.Ring);
    KeLowerIrql(Place->Moment.Irql);
    return Place->Moment.Seq;
}

/* The site, or what is known without one, with its thread. */
static inline const CALL_SITE *
Completed(const CALL_SITE *Site, CALL_SITE *Own)
{
    if (Site && Site->Tid)
        return Site;
    *Own = Site ? *Site : (CALL_SITE){0};
    EventThread(Own);
    return Own;
}

/* The stack is taken first, at the caller's IRQL. */
static NOINLINE UINT64
WithStack(
    const EVENT_DESCRIPTOR *Descriptor,
    const CALL_SITE *Site,
    UINT64 OpId,
    UINT8 Flags,
    PVOID Payload,
    ULONG Size,
    const VOID *Tail,
    ULONG TailSize)
{
    EVENT_PLACE Place;
    STACK_ITEM Item;
    CALL_SITE Own;
    ULONG Stack = 0;

    if (EventRunning && EventWanted(EventGate.RingWants, Descriptor) &&
        (EventGate.RingWants[Descriptor->Level % EVENT_LEVELS] & WSKTRACE_KEYWORD_STACK))
        Stack = StackCapture(Site, &Item);
    if (!Stack)
        return EventWrite(Descriptor, Site, OpId, Flags, Payload, Size, Tail, TailSize);
    Site = Completed(Site, &Own);
    UCHAR *At = EventReserve(
        &Place, EventGate.RingWants, Descriptor, Site, OpId, Flags, Stack + Size + TailSize);
    if (!At)
        return 0;
    Place.Record->Flags = FLAG_EXTENDED_INFO;
    RtlCopyMemory(At, &Item, Stack); /* over the header, which comes behind it */
    At += Stack;
    RtlCopyMemory(At, Payload, Size);
    EventFillHeader((WSKT_HEADER *)At, &Place.Moment, Site, OpId, Flags);
    if (TailSize)
        RtlCopyMemory(At + Size, Tail, TailSize);
    return Finish(&Place, Descriptor, At, Size + TailSize);
}

/* What the ring does not want. */
static NOINLINE UINT64
EtwOnly(
    const EVENT_DESCRIPTOR *Descriptor,
    const CALL_SITE *Site,
    UINT64 OpId,
    UINT8 Flags,
    PVOID Payload,
    ULONG Size,
    const VOID *Tail,
    ULONG TailSize)
{
    EVENT_MOMENT Moment;
    CALL_SITE Own;
    if (!EventRunning || !Log.EtwOn || !EventWanted(Log.EtwWants, Descriptor) ||
        !EventMoment(&Moment, Log.EtwWants, Descriptor))
        return 0;
    if (!EventRunning) { /* EventStop waits for those that began before it */
        RingCancel(Moment.Ring);
        KeLowerIrql(Moment.Irql);
        return 0;
    }
    EventFillHeader(Payload, &Moment, Completed(Site, &Own), OpId, Flags);
    ToEtw(Descriptor, Payload, Size, Tail, TailSize);
    RingCancel(Moment.Ring);
    KeLowerIrql(Moment.Irql);
    return Moment.Seq;
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
    EVENT_PLACE Place;
    CALL_SITE Own;

    if (Flags & EVENT_STACK)
        return WithStack(Descriptor, Site, OpId, Flags & ~EVENT_STACK, Payload, Size, Tail, TailSize);
    WSKT_HEADER *Header = NULL;
    if (EventWanted(EventGate.RingWants, Descriptor))
        Header = EventReserve(
            &Place, EventGate.RingWants, Descriptor, Completed(Site, &Own), OpId, Flags, Size + TailSize);
    if (!Header)
        return EtwOnly(Descriptor, Site, OpId, Flags, Payload, Size, Tail, TailSize);
    CopyWords(
        (UINT64 *)(Header + 1),
        (const UINT64 *)((const WSKT_HEADER *)Payload + 1),
        (Size - (ULONG)sizeof(*Header)) / (ULONG)sizeof(UINT64));
    if (TailSize)
        RtlCopyMemory((UCHAR *)Header + Size, Tail, TailSize);
    return Finish(&Place, Descriptor, Header, Place.Size);
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
    WriteLost(WsktLossReason_RecordDropped, Now.Dropped - Log.Told.Dropped, 1, (UINT64)EventGate.Seq);
    Log.Told = Now;

    UINT64 Seq = (UINT64)EventGate.Seq;
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
    Counters->Seq = (UINT64)EventGate.Seq;
    Counters->EtwRefused = (UINT64)Log.EtwRefused;
    Counters->StartTime = Log.StartTime;
    Counters->StartQpc = Log.StartQpc;
    Counters->QpcFrequency = (UINT64)Frequency.QuadPart;
    Counters->OsBuild = NT_SUCCESS(RtlGetVersion(&Version)) ? Version.dwBuildNumber : 0;
}
