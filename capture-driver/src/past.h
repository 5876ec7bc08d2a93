/*
 * The past of sockets: which of those that are open were made before this capture, and at which addresses one was closed in
 * it. Both by address alone.
 */
#ifndef WSKTRACE_PAST_H
#define WSKTRACE_PAST_H

#include "table.h"
#include "target.h"

_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
PastInitialize(VOID);

_IRQL_requires_(PASSIVE_LEVEL)
VOID
PastUninitialize(VOID);

/* A new capture begins: the sockets that are keys of Open were made before it. What is beyond 1,024 is not marked. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
PastStart(_In_ const TABLE *Open);

/* A socket was made, or is about to be closed. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
PastOpened(_In_ PVOID Socket);
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
PastClosed(_In_ PVOID Socket);

_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
PastHasAdopted(_In_ PVOID Socket);

/* Was the socket made before this capture? */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline BOOLEAN
PastAdopted(_In_opt_ PVOID Socket)
{
    return TargetAsked(TARGET_PAST) && PastHasAdopted(Socket);
}

/* Was the last socket at this address closed in this capture? FALSE: not, or it is not remembered. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
PastWasClosed(_In_ PVOID Socket);

#endif
