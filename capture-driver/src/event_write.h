/*
 * The encoder's inside, inline. Who sends or receives fills its events in the ring itself, where descriptor and size are
 * known to the compiler; everybody else calls EventWrite, which is made of the same pieces.
 *
 *     EVENT_PLACE Place;
 *     WSKT_OP_EXIT Scratch, *Event = EventBegin(&Place, &OpExit, Site, OpId, 0, sizeof(*Event), &Scratch);
 *     Event->Irp = ...                       each byte behind the header
 *     EventEnd(&Place);
 *
 * From EventBegin to EventEnd we are at DISPATCH_LEVEL: what may be pageable is read before.
 */
#ifndef WSKTRACE_EVENT_WRITE_H
#define WSKTRACE_EVENT_WRITE_H

#include "event.h"
#include "late.h"
#include "ring_write.h"

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

/* EVENT_HEADER64 and EVENT_HEADER32 have one layout; the type says how many bytes a pointer has where it comes from. */
#define HEADER_TYPE (sizeof(PVOID) == 8 ? 19 : 18)
#define MARKER_TRACE_HEADER 0xC0
#define FLAG_EXTENDED_INFO 1 /* Flags: items stand between this header and the payload */

C_ASSERT(sizeof(EVENT_RECORD_HEADER) == 80);
C_ASSERT(FIELD_OFFSET(EVENT_RECORD_HEADER, TimeStamp) == 16);
C_ASSERT(FIELD_OFFSET(EVENT_RECORD_HEADER, Provider) == 24);
C_ASSERT(FIELD_OFFSET(EVENT_RECORD_HEADER, Descriptor) == 40);
C_ASSERT(FIELD_OFFSET(EVENT_RECORD_HEADER, Activity) == 64);
C_ASSERT(sizeof(EVENT_DESCRIPTOR) == 16);

/* The header of a payload, of which a part is that of its call. */
typedef union _EVENT_HEADER_AND_SITE {
    WSKT_HEADER Fields;
    struct {
        UINT64 Seq;
        UINT64 Qpc;
        UINT64 OpId;
        CALL_SITE Site;
    } Parts;
} EVENT_HEADER_AND_SITE;

#ifdef _WIN64
C_ASSERT(sizeof(EVENT_HEADER_AND_SITE) == sizeof(WSKT_HEADER));
C_ASSERT(FIELD_OFFSET(EVENT_HEADER_AND_SITE, Parts.Site.Caller) == FIELD_OFFSET(WSKT_HEADER, Caller));
C_ASSERT(FIELD_OFFSET(EVENT_HEADER_AND_SITE, Parts.Site.StackPointer) == FIELD_OFFSET(WSKT_HEADER, StackPointer));
C_ASSERT(FIELD_OFFSET(EVENT_HEADER_AND_SITE, Parts.Site.CallerRva) == FIELD_OFFSET(WSKT_HEADER, CallerRva));
C_ASSERT(FIELD_OFFSET(EVENT_HEADER_AND_SITE, Parts.Site.Pid) == FIELD_OFFSET(WSKT_HEADER, Pid));
C_ASSERT(FIELD_OFFSET(EVENT_HEADER_AND_SITE, Parts.Site.Tid) == FIELD_OFFSET(WSKT_HEADER, Tid));
C_ASSERT(FIELD_OFFSET(EVENT_HEADER_AND_SITE, Parts.Site.Cpu) == FIELD_OFFSET(WSKT_HEADER, Cpu));
C_ASSERT(FIELD_OFFSET(EVENT_HEADER_AND_SITE, Parts.Site.Client) == FIELD_OFFSET(WSKT_HEADER, Client));
C_ASSERT(FIELD_OFFSET(EVENT_HEADER_AND_SITE, Parts.Site.Irql) == FIELD_OFFSET(WSKT_HEADER, Irql));
C_ASSERT(FIELD_OFFSET(EVENT_HEADER_AND_SITE, Parts.Site.Flags) == FIELD_OFFSET(WSKT_HEADER, HeaderFlags));
#endif

#define EVENT_LEVELS 8

/* What every event looks at. */
typedef struct DECLSPEC_ALIGN(64) _EVENT_GATE {
    volatile UINT64 RingWants[EVENT_LEVELS]; /* of which keywords an event of a level goes to the ring; 0 while stopped */
    volatile LONG EtwOn;                     /* somebody may want it from ETW */
    DECLSPEC_ALIGN(64) volatile LONG64 Seq;
} EVENT_GATE;

extern EVENT_GATE EventGate;

/* Every event has a keyword. */
static inline BOOLEAN
EventWanted(_In_ const volatile UINT64 *Wants, _In_ const EVENT_DESCRIPTOR *Descriptor)
{
    return (Wants[Descriptor->Level % EVENT_LEVELS] & Descriptor->Keyword) != 0;
}

/* When and where an event is. From EventMoment on we are at DISPATCH_LEVEL, so on one processor numbers, times and records
   come in the same order. */
typedef struct _EVENT_MOMENT {
    UINT64 Seq;
    UINT64 Qpc;
    RING *Ring;
    ULONG Cpu;
    KIRQL Irql; /* to go back to */
} EVENT_MOMENT;

/* FALSE: the capture has been stopped, and nothing has changed. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline BOOLEAN
EventMoment(_Out_ EVENT_MOMENT *Moment)
{
    KIRQL Irql;
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    ULONG Cpu = LateCurrentProcessor();
    UINT64 Qpc = (UINT64)KeQueryPerformanceCounter(NULL).QuadPart;
    RING *Ring = RingOf(Cpu);
    RingBegin(Ring);
    if (!EventRunning) { /* EventStop waits for those that began before it */
        RingCancel(Ring);
        KeLowerIrql(Irql);
        return FALSE;
    }
    Moment->Seq = (UINT64)InterlockedIncrement64(&EventGate.Seq);
    Moment->Qpc = Qpc;
    Moment->Ring = Ring;
    Moment->Cpu = Cpu;
    Moment->Irql = Irql;
    return TRUE;
}

static inline VOID
EventFillRecord(
    _Out_ EVENT_RECORD_HEADER *Record,
    _In_ const EVENT_DESCRIPTOR *Descriptor,
    _In_ const EVENT_MOMENT *Moment,
    _In_ const CALL_SITE *Site,
    _In_ ULONG Total)
{
    static const GUID Provider = WSKTRACE_PROVIDER_GUID;
    Record->Size = (UINT16)Total;
    Record->HeaderType = HEADER_TYPE;
    Record->MarkerFlags = MARKER_TRACE_HEADER;
    Record->Flags = 0;
    Record->EventProperty = 0;
    Record->ThreadId = Site->Tid;
    Record->ProcessId = Site->Pid;
    Record->TimeStamp = Moment->Qpc;
    Record->Provider = Provider;
    Record->Descriptor = *Descriptor;
    Record->ProcessorTime = 0;
    Record->Activity = (GUID){0};
}

static inline VOID
EventFillHeader(
    _Out_ WSKT_HEADER *To,
    _In_ const EVENT_MOMENT *Moment,
    _In_ const CALL_SITE *Site,
    _In_ UINT64 OpId,
    _In_ UINT8 Flags)
{
    EVENT_HEADER_AND_SITE *Header = (EVENT_HEADER_AND_SITE *)To;
    Header->Fields.Seq = Moment->Seq;
    Header->Fields.Qpc = Moment->Qpc;
    Header->Fields.OpId = OpId;
#ifdef _WIN64
    Header->Parts.Site = *Site;
#else
    Header->Fields.Caller = VALUE_OF(Site->Caller);
    Header->Fields.StackPointer = VALUE_OF(Site->StackPointer);
    Header->Fields.CallerRva = Site->CallerRva;
    Header->Fields.Pid = Site->Pid;
    Header->Fields.Tid = Site->Tid;
    Header->Fields.Client = Site->Client;
    RtlZeroMemory(Header->Fields.HeaderReserved, sizeof(Header->Fields.HeaderReserved));
#endif
    Header->Fields.Cpu = (UINT16)Moment->Cpu;
    Header->Fields.Irql = (UINT8)Moment->Irql;
    Header->Fields.HeaderFlags = Site->Flags | Flags;
}

typedef struct _EVENT_PLACE {
    EVENT_MOMENT Moment;
    const EVENT_DESCRIPTOR *Descriptor;
    const CALL_SITE *Site;
    UINT64 OpId;
    UINT8 Flags;
    ULONG Size;                  /* of the payload */
    EVENT_RECORD_HEADER *Record; /* NULL: the payload is in Scratch */
    PVOID Scratch;
} EVENT_PLACE;

/* Where the payload, with its tail, goes: into the ring, or into Scratch where the ring does not want the event. Its header
   is filled in by EventBegin or EventEnd. Site: as EventThread completed it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline PVOID
EventBegin(
    _Out_ EVENT_PLACE *Place,
    _In_ const EVENT_DESCRIPTOR *Descriptor,
    _In_ const CALL_SITE *Site,
    _In_ UINT64 OpId,
    _In_ UINT8 Flags,
    _In_ ULONG Size,
    _Out_writes_bytes_(Size) PVOID Scratch)
{
    ULONG Total = (ULONG)sizeof(EVENT_RECORD_HEADER) + Size;
    EVENT_RECORD_HEADER *Record;

    Place->Descriptor = Descriptor;
    Place->Site = Site;
    Place->OpId = OpId;
    Place->Flags = Flags;
    Place->Size = Size;
    Place->Record = NULL;
    Place->Scratch = Scratch;
    if ((Flags & EVENT_STACK) || !EventWanted(EventGate.RingWants, Descriptor) || !EventMoment(&Place->Moment))
        return Scratch;
    Record = RingReserve(Place->Moment.Ring, Total, Place->Moment.Seq);
    if (!Record) { /* too long for a block, and counted */
        RingCancel(Place->Moment.Ring);
        KeLowerIrql(Place->Moment.Irql);
        return Scratch;
    }
    Place->Record = Record;
    EventFillRecord(Record, Descriptor, &Place->Moment, Site, Total);
    EventFillHeader((WSKT_HEADER *)(Record + 1), &Place->Moment, Site, OpId, Flags);
    return Record + 1;
}

/* To ETW, where that wants it. At DISPATCH_LEVEL. */
_IRQL_requires_(DISPATCH_LEVEL)
VOID
EventToEtw(
    _In_ const EVENT_DESCRIPTOR *Descriptor,
    _In_reads_bytes_(Size) PVOID Payload,
    _In_ ULONG Size,
    _In_reads_bytes_opt_(TailSize) const VOID *Tail,
    _In_ ULONG TailSize);

/* What the ring does not want goes to ETW alone, where that wants it; and what has EVENT_STACK gets its stack. As EventWrite,
   which see. */
_IRQL_requires_max_(DISPATCH_LEVEL)
UINT64
EventWriteAside(
    _In_ const EVENT_DESCRIPTOR *Descriptor,
    _In_opt_ const CALL_SITE *Site,
    _In_ UINT64 OpId,
    _In_ UINT8 Flags,
    _Inout_updates_bytes_(Size) PVOID Payload,
    _In_ ULONG Size,
    _In_reads_bytes_opt_(TailSize) const VOID *Tail,
    _In_ ULONG TailSize);

/* The payload is complete. Returns the sequence number; 0: the event is not wanted. */
static inline UINT64
EventEnd(_In_ const EVENT_PLACE *Place)
{
    if (!Place->Record)
        return EventWriteAside(
            Place->Descriptor, Place->Site, Place->OpId, Place->Flags, Place->Scratch, Place->Size, NULL, 0);
    RingPublish(Place->Moment.Ring, Place->Record, (ULONG)sizeof(EVENT_RECORD_HEADER) + Place->Size);
    if (EventGate.EtwOn)
        EventToEtw(Place->Descriptor, Place->Record + 1, Place->Size, NULL, 0);
    RingEnd(Place->Moment.Ring);
    KeLowerIrql(Place->Moment.Irql);
    return Place->Moment.Seq;
}

#endif
