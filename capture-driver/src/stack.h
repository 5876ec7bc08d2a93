/*
 * Call stacks, on request (WsktTiers_Stacks, keyword Stack): what led to a call, as an extended data item of the event's
 * record, where every reader of .etl files looks for a stack. Only in the ring: who listens by ETW asks the system for
 * stacks (EVENT_ENABLE_PROPERTY_STACK_TRACE).
 */
#ifndef WSKTRACE_STACK_H
#define WSKTRACE_STACK_H

#include "target.h"

/* Frames in an event: from the target's call on, outwards. */
#define STACK_FRAMES 16

/* EVENT_HEADER_EXTENDED_DATA_ITEM as it stands in a file, with the data behind it, and EVENT_EXTENDED_ITEM_STACK_TRACE64.
   It stands between the EVENT_HEADER and the payload. */
typedef struct _STACK_ITEM {
    UINT16 ItemSize; /* a multiple of 8 */
    UINT16 Type;
    UINT16 Linkage;  /* 0: no other item follows */
    UINT16 DataSize;
    UINT64 MatchId;  /* 0: the whole stack is here */
    UINT64 Frames[STACK_FRAMES];
} STACK_ITEM;

C_ASSERT(FIELD_OFFSET(STACK_ITEM, MatchId) == 8);
C_ASSERT(FIELD_OFFSET(STACK_ITEM, Frames) == 16);

/* The stack of this thread without our own frames, which is where the site called us, or whole if the site is not in it.
   Returns the bytes of the item; 0: there is none. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
StackCapture(_In_opt_ const CALL_SITE *Site, _Out_ STACK_ITEM *Item);

/* For the Flags of EventWrite: EVENT_STACK if stacks are recorded of this client. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline UINT8
StackFlag(_In_ const CALL_SITE *Site)
{
    return TargetAsked(WsktTiers_Stacks) && TargetRecords(Site->Client, WsktTiers_Stacks) ? EVENT_STACK : 0;
}

/* EVENT_WRITE of an event that has a stack, if stacks are recorded. */
#define EVENT_WRITE_STACK(Descriptor, Site, OpId, Payload) \
    EventWrite(Descriptor, Site, OpId, StackFlag(Site), Payload, sizeof(*(Payload)), NULL, 0)

#endif
