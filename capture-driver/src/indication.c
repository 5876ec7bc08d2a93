#include "indication.h"
#include "stack.h"

#include "call.h"
#include "table.h"

#define ELEMENTS 8192

static const EVENT_DESCRIPTOR IndicationElem = WSKT_INDICATION_ELEM_DESCRIPTOR;
static const EVENT_DESCRIPTOR ReleaseEnter = WSKT_RELEASE_ENTER_DESCRIPTOR;

static TABLE Elements; /* element -> A: OpId of the callback that brought it */

_Use_decl_annotations_
NTSTATUS
IndicationInitialize(VOID)
{
    return TableInitialize(&Elements, ELEMENTS);
}

_Use_decl_annotations_
VOID
IndicationUninitialize(VOID)
{
    TableUninitialize(&Elements);
}

_Use_decl_annotations_
VOID
IndicationForgetClient(USHORT Client)
{
    TableForgetClient(&Elements, Client);
}

_Use_decl_annotations_
ULONG
IndicationCount(const WSK_DATA_INDICATION *Head)
{
    ULONG Count = 0;
    for (; Head && Count < INDICATION_COUNTED; Head = Head->Next)
        Count++;
    return Count;
}

_Use_decl_annotations_
VOID
IndicationGiven(
    const CALL_SITE *Site,
    UINT64 OpId,
    PVOID Socket,
    const WSK_DATA_INDICATION *Head,
    BOOLEAN Datagrams)
{
    for (USHORT i = 0; Head && i < INDICATION_COUNTED; Head = Head->Next, i++) {
        TablePut(&Elements, VALUE_OF(Head), (ULONG_PTR)OpId, 0, Site->Client);
        if (i >= INDICATION_LOGGED)
            continue;
        WSKT_INDICATION_ELEM Event = {
            .Socket = VALUE_OF(Socket),
            .Element = VALUE_OF(Head),
            .MdlHead = VALUE_OF(Head->Buffer.Mdl),
            .Length = Head->Buffer.Length,
            .Offset = Head->Buffer.Offset,
            .Index = i,
        };
        if (Datagrams) {
            const WSK_DATAGRAM_INDICATION *Datagram = (const WSK_DATAGRAM_INDICATION *)Head;
            Event.Control = VALUE_OF(Datagram->ControlInfo);
            Event.ControlLength = Datagram->ControlInfoLength;
            CallCopyAddress(Event.RemoteAddress, Datagram->RemoteAddress);
        }
        /* The last one that is logged says that there were more. */
        UINT8 Flags = i == INDICATION_LOGGED - 1 && Head->Next ? WsktHeaderFlags_Truncated : 0;
        EventWrite(&IndicationElem, Site, OpId, Flags, &Event, sizeof(Event), NULL, 0);
    }
}

/* Whoever takes an element out of the table may look at its Next; then the next one is looked for. OpId: of that
   callback only; 0: of any. Returns the element that is not known, or NULL at the end of the list. */
static const WSK_DATA_INDICATION *
Take(const WSK_DATA_INDICATION *Element, UINT64 OpId, ULONG Limit, WSKT_INDICATION_REF *Refs, USHORT *Count)
{
    for (ULONG i = 0; i < Limit && Element; i++) {
        if (!TableTake(&Elements, VALUE_OF(Element), (ULONG_PTR)OpId, NULL))
            break;
        if (Refs && *Count < INDICATION_ELEMENTS)
            Refs[(*Count)++].Element = VALUE_OF(Element);
        Element = Element->Next;
    }
    return Element;
}

_Use_decl_annotations_
VOID
IndicationTakenBack(UINT64 OpId, const WSK_DATA_INDICATION *Head)
{
    (VOID) Take(Head, OpId, INDICATION_COUNTED, NULL, NULL);
}

_Use_decl_annotations_
BOOLEAN
IndicationAny(VOID)
{
    return TableCount(&Elements) != 0;
}

/* NOINLINE: the list must not lie on the stack while WSK runs. */
_Use_decl_annotations_
NOINLINE VOID
IndicationReleased(const CALL_SITE *Site, UINT64 OpId, PVOID Socket, const WSK_DATA_INDICATION *Head)
{
    WSKT_INDICATION_REF Refs[INDICATION_ELEMENTS];
    WSKT_RELEASE_ENTER Event = {.Socket = VALUE_OF(Socket), .Head = VALUE_OF(Head)};
    USHORT Count = 0;
    const WSK_DATA_INDICATION *Rest = Take(Head, 0, INDICATION_ELEMENTS, Refs, &Count);

    /* What is not known is named, and not looked at; what comes behind the last that fits is let go unnamed. */
    UINT8 Flags = Rest ? WsktHeaderFlags_Truncated : 0;
    if (Rest && Count < INDICATION_ELEMENTS)
        Refs[Count++].Element = VALUE_OF(Rest);
    else
        IndicationTakenBack(0, Rest);
    Event.ElementCount = Count;
    EventWrite(
        &ReleaseEnter, Site, OpId, Flags | StackFlag(Site), &Event, sizeof(Event), Refs, Count * (ULONG)sizeof(*Refs));
}
