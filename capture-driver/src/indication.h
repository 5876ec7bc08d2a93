/*
 * Data indications: the elements of a list that WSK hands to a client, from the callback to the WskRelease.
 *
 * Elements are tracked one by one, because clients take lists apart and link them anew. Memory of an element is looked
 * at only while it is known that WSK has indicated it and the client has not let it go: a client may release twice, or
 * leave anything in Next.
 */
#ifndef WSKTRACE_INDICATION_H
#define WSKTRACE_INDICATION_H

#include "event.h"

#define INDICATION_ELEMENTS 32   /* of one list, in one event of a release */
#define INDICATION_LOGGED 64     /* of one list, with an IndicationElem each */
#define INDICATION_COUNTED 4096  /* of one list, at most */

/* WSK_DATAGRAM_INDICATION begins like WSK_DATA_INDICATION. */
C_ASSERT(FIELD_OFFSET(WSK_DATAGRAM_INDICATION, Buffer) == FIELD_OFFSET(WSK_DATA_INDICATION, Buffer));

_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
IndicationInitialize(VOID);

_IRQL_requires_(PASSIVE_LEVEL)
VOID
IndicationUninitialize(VOID);

/* The client is gone, with all it kept. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
IndicationForgetClient(_In_ USHORT Client);

/* How many elements a list has that WSK is just handing over. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
IndicationCount(_In_opt_ const WSK_DATA_INDICATION *Head);

/* Before the client's routine: an IndicationElem for each, and each is noted. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
IndicationGiven(
    _In_ const CALL_SITE *Site,
    _In_ UINT64 OpId,
    _In_opt_ PVOID Socket,
    _In_opt_ const WSK_DATA_INDICATION *Head,
    _In_ BOOLEAN Datagrams);

/* The client's routine did not keep the list: it is WSK's again. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
IndicationTakenBack(_In_ UINT64 OpId, _In_opt_ const WSK_DATA_INDICATION *Head);

/* Is any element noted? While there is one, releases are watched, capture or not. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
IndicationAny(VOID);

/* Before a release is forwarded: logs ReleaseEnter. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
IndicationReleased(
    _In_ const CALL_SITE *Site,
    _In_ UINT64 OpId,
    _In_ PVOID Socket,
    _In_opt_ const WSK_DATA_INDICATION *Head);

#endif
