/*
 * The encoder: one for the ring and for ETW. A record is an EVENT_HEADER64 as it stands in an .etl file (80 bytes),
 * then the payload of schema/wsktrace.man, so a drained ring is an .etl file without any translation.
 *
 * A probe fills a payload struct and calls EventWrite at the moment whose place in the order matters: the sequence
 * number is taken there.
 */
#ifndef WSKTRACE_EVENT_H
#define WSKTRACE_EVENT_H

#include "wsktrace.h"

/* Who called one of our probes: what the events of a call have in common, as a WSKT_HEADER has it. What is not named
   here is 0. */
typedef struct _CALL_SITE {
    PVOID Caller;    /* return address: an address in the target, except where it made a tail call */
    PVOID StackPointer;
    ULONG CallerRva; /* Caller as an offset into the target's image, 0 if it is not in there */
    UINT32 Pid;
    UINT32 Tid;      /* 0: each event asks for its thread anew (event_write.h: EventThread) */
    USHORT Cpu;      /* of an event */
    USHORT Client;   /* DriverLoad.Client; 0: not known */
    UINT8 Irql;      /* of an event */
    UINT8 Flags;     /* WsktHeaderFlags: is the thread in a callback, in a completion routine? */
    UINT8 Reserved[6];
} CALL_SITE;

typedef struct _EVENT_COUNTERS {
    UINT64 Seq;        /* events so far */
    UINT64 EtwRefused; /* EtwWrite said no */
    UINT64 StartTime;  /* FILETIME of EventStart, 0 before the first */
    UINT64 StartQpc;   /* the same moment in ticks */
    UINT64 QpcFrequency;
    UINT32 OsBuild;
} EVENT_COUNTERS;

/* Registers the provider where the kernel has ETW. Needs LateInitialize. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
EventInitialize(VOID);

_IRQL_requires_(PASSIVE_LEVEL)
VOID
EventUninitialize(VOID);

/* A new capture: sequence numbers start at 1, events up to Level with a keyword of the mask go to the ring. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
EventStart(_In_ UCHAR Level, _In_ UINT64 Keywords);

/* Nothing is logged any more; waits for what is being logged on other processors. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
EventStop(VOID);

extern volatile LONG EventRunning;

/* Is a capture running? Probes ask first: when not they forward and do nothing else. */
_IRQL_requires_max_(HIGH_LEVEL)
static inline BOOLEAN
EventOn(VOID)
{
    return EventRunning != 0;
}

extern volatile LONG64 EventLastOpId;

/* A number for one call of a WSK verb, never 0. */
_IRQL_requires_max_(HIGH_LEVEL)
static inline UINT64
EventNewOpId(VOID)
{
    return (UINT64)InterlockedIncrement64(&EventLastOpId);
}

/* Does anybody listen to this event? Before what is only done for it. */
_IRQL_requires_max_(HIGH_LEVEL)
BOOLEAN
EventIsWanted(_In_ const EVENT_DESCRIPTOR *Descriptor);

/* A flag beside the WsktHeaderFlags: the record gets the thread's stack, if the ring wants the keyword Stack (stack.h). Not
   for EventBegin. */
#define EVENT_STACK 0x80

/* Writes Payload with the tail behind it. Payload begins with a WSKT_HEADER, which the caller leaves alone: what was in
   it is not looked at, and what is in it afterwards means nothing. Size is a multiple of 8. Flags: WsktHeaderFlags and EVENT_STACK.
   Returns the sequence number, 0 if the event is not wanted. What the ring has no room for is dropped and counted. */
_IRQL_requires_max_(DISPATCH_LEVEL)
UINT64
EventWrite(
    _In_ const EVENT_DESCRIPTOR *Descriptor,
    _In_opt_ const CALL_SITE *Site,
    _In_ UINT64 OpId,
    _In_ UINT8 Flags,
    _Inout_updates_bytes_(Size) PVOID Payload,
    _In_ ULONG Size,
    _In_reads_bytes_opt_(TailSize) const VOID *Tail,
    _In_ ULONG TailSize);

/* The common case: no tail, no flags. */
#define EVENT_WRITE(Descriptor, Site, OpId, Payload) \
    EventWrite(Descriptor, Site, OpId, 0, Payload, sizeof(*(Payload)), NULL, 0)

/* Has the ring lost the event with this sequence number? An event that was never written counts as lost. */
_IRQL_requires_(PASSIVE_LEVEL)
BOOLEAN
EventIsGone(_In_ UINT64 Seq);

/* SessionInfo, if the ring does not hold it (any more), and EventsLost for what was lost since the last time: what a
   file needs to be read on its own. Unwrapped: calls so far that found no completion slot. Tiers: WsktTiers, as recorded
   from now on. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
EventRundown(_In_ ULONG SlotCount, _In_ UINT64 Unwrapped, _In_ UINT32 Tiers);

_IRQL_requires_(PASSIVE_LEVEL)
VOID
EventCount(_Out_ EVENT_COUNTERS *Counters);

#endif
