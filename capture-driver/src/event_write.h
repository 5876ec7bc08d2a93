/*
 * The encoder's inside, inline. Who sends or receives fills its events in the ring itself, where descriptor and size are
 * known to the compiler; everybody else calls EventWrite, which is made of the same pieces.
 *
 *     EVENT_PLACE Place;
 *     WSKT_OP_EXIT *Event = EventBegin(&Place, &OpExit, Site, OpId, 0, sizeof(*Event));
 *     if (Event) {
 *         Fill(Event, ...);              each byte behind the header
 *         EventEnd(&Place);
 *     } else {
 *         LogExitAside(...);             NOINLINE: the same on the stack, for EventWrite
 *     }
 *
 * From EventBegin to EventEnd we are at DISPATCH_LEVEL: what may be pageable is read before.
 */
#ifndef WSKTRACE_EVENT_WRITE_H
#define WSKTRACE_EVENT_WRITE_H

#include "event.h"
#include "frame.h"
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
    volatile UINT64 RingOnly[EVENT_LEVELS];  /* the same where frames have a CRC and nobody listens at ETW, the rule; else 0 */
    DECLSPEC_ALIGN(64) volatile LONG64 Seq;
} EVENT_GATE;

extern EVENT_GATE EventGate;
extern const GUID EventProvider;

/* Every event has a keyword. */
INLINED BOOLEAN
EventWanted(_In_ const volatile UINT64 *Wants, _In_ const EVENT_DESCRIPTOR *Descriptor)
{
    return (Wants[Descriptor->Level % EVENT_LEVELS] & Descriptor->Keyword) != 0;
}

/* For a call of several events: the thread, which is the same for all of them. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
EventThread(_Inout_ CALL_SITE *Site)
{
    Site->Pid = (UINT32)VALUE_OF(PsGetCurrentProcessId());
    Site->Tid = (UINT32)VALUE_OF(PsGetCurrentThreadId());
    Site->Flags = FrameFlags(Site->Tid);
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

/* FALSE: nobody of those whose Wants these are wants it (any more), and nothing has changed. */
_IRQL_requires_max_(DISPATCH_LEVEL)
INLINED BOOLEAN
EventMoment(
    _Out_ EVENT_MOMENT *Moment,
    _In_ const volatile UINT64 *Wants,
    _In_ const EVENT_DESCRIPTOR *Descriptor)
{
    KIRQL Irql;
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    ULONG Cpu = LateCurrentProcessor();
    UINT64 Qpc = (UINT64)KeQueryPerformanceCounter(NULL).QuadPart;
    RING *Ring = RingOf(Cpu);
    RingBegin(Ring);
    if (!EventWanted(Wants, Descriptor)) { /* EventStop waits for those that began before it */
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

INLINED VOID
EventFillRecord(
    _Out_ EVENT_RECORD_HEADER *Record,
    _In_ const EVENT_DESCRIPTOR *Descriptor,
    _In_ const EVENT_MOMENT *Moment,
    _In_ const CALL_SITE *Site,
    _In_ ULONG Total)
{
    Record->Size = (UINT16)Total;
    Record->HeaderType = HEADER_TYPE;
    Record->MarkerFlags = MARKER_TRACE_HEADER;
    Record->Flags = 0;
    Record->EventProperty = 0;
    Record->ThreadId = Site->Tid;
    Record->ProcessId = Site->Pid;
    Record->TimeStamp = Moment->Qpc;
    Record->Provider = EventProvider;
    Record->Descriptor = *Descriptor;
    Record->ProcessorTime = 0;
    Record->Activity = (GUID){0};
}

INLINED VOID
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
    Header->Fields.HeaderFlags = Site->Flags;
    RtlZeroMemory(Header->Fields.HeaderReserved, sizeof(Header->Fields.HeaderReserved));
#endif
    Header->Fields.Cpu = (UINT16)Moment->Cpu;
    Header->Fields.Irql = (UINT8)Moment->Irql;
    if (Flags)
        Header->Fields.HeaderFlags |= Flags;
}

typedef struct _EVENT_PLACE {
    EVENT_MOMENT Moment;
    EVENT_RECORD_HEADER *Record;
    ULONG Size; /* of the payload */
} EVENT_PLACE;

/* EventBegin, for those whose Wants these are. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_When_(return != NULL, _IRQL_raises_(DISPATCH_LEVEL))
INLINED PVOID
EventReserve(
    _Out_ EVENT_PLACE *Place,
    _In_ const volatile UINT64 *Wants,
    _In_ const EVENT_DESCRIPTOR *Descriptor,
    _In_ const CALL_SITE *Site,
    _In_ UINT64 OpId,
    _In_ UINT8 Flags,
    _In_ ULONG Size)
{
    ULONG Total = (ULONG)sizeof(EVENT_RECORD_HEADER) + Size;
    EVENT_RECORD_HEADER *Record;

    if ((Flags & EVENT_STACK) || !EventMoment(&Place->Moment, Wants, Descriptor))
        return NULL;
    Record = RingReserve(Place->Moment.Ring, Total, Place->Moment.Seq);
    if (!Record) { /* too long for a block, and counted */
        RingCancel(Place->Moment.Ring);
        KeLowerIrql(Place->Moment.Irql);
        return NULL;
    }
    Place->Record = Record;
    Place->Size = Size;
    EventFillRecord(Record, Descriptor, &Place->Moment, Site, Total);
    EventFillHeader((WSKT_HEADER *)(Record + 1), &Place->Moment, Site, OpId, Flags);
    return Record + 1;
}

/* Where in the ring the payload, with its tail, goes; its header is filled in. NULL: it is not for the ring alone, or is to
   have its stack, or nobody wants it: for EventWrite to decide. Site: as EventThread completed it. Best asked while
   EventOn. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_When_(return != NULL, _IRQL_raises_(DISPATCH_LEVEL))
INLINED PVOID
EventBegin(
    _Out_ EVENT_PLACE *Place,
    _In_ const EVENT_DESCRIPTOR *Descriptor,
    _In_ const CALL_SITE *Site,
    _In_ UINT64 OpId,
    _In_ UINT8 Flags,
    _In_ ULONG Size)
{
    return EventReserve(Place, EventGate.RingOnly, Descriptor, Site, OpId, Flags, Size);
}

/* The payload is complete. We stay at DISPATCH_LEVEL until EventLeave. */
_IRQL_requires_(DISPATCH_LEVEL)
INLINED VOID
EventPublish(_In_ const EVENT_PLACE *Place)
{
    RingPublishAs(Place->Record, (ULONG)sizeof(EVENT_RECORD_HEADER) + Place->Size, TRUE);
    RingEnd(Place->Moment.Ring);
}

_IRQL_requires_(DISPATCH_LEVEL)
INLINED VOID
EventLeave(_In_ const EVENT_PLACE *Place)
{
    KeLowerIrql(Place->Moment.Irql);
}

/* Both. */
_IRQL_requires_(DISPATCH_LEVEL)
INLINED VOID
EventEnd(_In_ const EVENT_PLACE *Place)
{
    EventPublish(Place);
    EventLeave(Place);
}

#endif
