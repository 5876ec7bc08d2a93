/*
 * The shim: dispatch tables of ours in front of WSK's.
 *
 * A target gets our copy of the provider's table from WskCaptureProviderNPI, and each socket that a call makes has its
 * Dispatch exchanged for a copy of its own table before the target sees the socket. The original stands behind the
 * copy. A verb finds the copy by the socket's address, not by looking into the socket: a target may call a socket that
 * it has closed, and that memory is nobody's.
 */
#ifndef WSKTRACE_SHIM_H
#define WSKTRACE_SHIM_H

#include "callback.h"
#include "op.h"

/* WSK_FLAG_*_SOCKET, as small numbers. */
typedef enum _SHIM_CATEGORY {
    ShimBasic,
    ShimListen,
    ShimConnection,
    ShimDatagram,
    ShimStream,
    ShimCategories,
    ShimUnknown = ShimCategories
} SHIM_CATEGORY;

typedef struct _SHIM_COUNTERS {
    ULONG Sockets;   /* open, with our table in them */
    ULONG Unshimmed; /* sockets that kept their own table: of an unknown kind, or no table of ours was free */
} SHIM_COUNTERS;

_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
ShimInitialize(VOID);

/* No target may hold a socket or a provider table of ours. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
ShimUninitialize(VOID);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
ShimCount(_Out_ SHIM_COUNTERS *Counters);

/* The provider table that Client is to use instead of Npi's; NULL if there is none free. Registration is what
   ShimReleaseProvider will be told. */
_IRQL_requires_max_(DISPATCH_LEVEL)
const WSK_PROVIDER_DISPATCH *
ShimProvider(_In_ USHORT Client, _In_ PVOID Registration, _In_ const WSK_PROVIDER_NPI *Npi);

/* The registration is gone, its provider table is not called any more. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
ShimReleaseProvider(_In_ PVOID Registration);

/* The client's image is gone, and with it all that could call its provider tables. Its open sockets stay noted. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
ShimForgetClient(_In_ USHORT Client);

/* The client number behind a provider's client object; the original table in Original. */
_IRQL_requires_max_(DISPATCH_LEVEL)
USHORT
ShimClientOf(_In_ PWSK_CLIENT Client, _Outptr_ const WSK_PROVIDER_DISPATCH **Original);

/* Exchanges the socket's table; Callbacks (of which the caller holds a share) goes with the socket from then on. FALSE:
   it stays as it is, which is counted. Category may be ShimUnknown: then it is that of another socket that has the same
   table, if there is one. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
ShimSocket(_In_ PWSK_SOCKET Socket, _In_ UCHAR Category, _In_ USHORT Client, _In_opt_ CALLBACKS *Callbacks);

/* OP_TOLD of a call that makes a socket: exchanges its table; or gives its slot for callbacks back, when there is none. */
OP_TOLD ShimSocketMade;

/* The socket is being closed: from here on it is the provider's alone. Returns what went with it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
CALLBACKS *
ShimSocketClosing(_In_ PVOID Socket);

/* A new capture begins: the sockets that are open were made before it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
ShimAdopt(VOID);

/* What goes with an open socket. */
_IRQL_requires_max_(DISPATCH_LEVEL)
CALLBACKS *
ShimCallbacks(_In_ PVOID Socket);

/* The original of Verb for this socket, whose it is (in Site, of which Caller is known), and its category. A socket
   that is closed: what the caller's other sockets have. */
_IRQL_requires_max_(DISPATCH_LEVEL)
PVOID
ShimOriginal(_In_ PWSK_SOCKET Socket, _In_ UINT8 Verb, _Inout_ CALL_SITE *Site, _Out_ SHIM_CATEGORY *Category);

/* The same while nothing is recorded, without a look-up where only one function can be meant: the provider has but one
   for each verb, in nearly every case. */
_IRQL_requires_max_(DISPATCH_LEVEL)
PVOID
ShimPassing(_In_ PWSK_SOCKET Socket, _In_ UINT8 Verb, _In_ PVOID Caller);

/* Flags of WskSocket. */
SHIM_CATEGORY
ShimCategoryOf(_In_ ULONG Flags);

/* Our verbs (verb.c), by number: what goes into the copies. NULL: the slot keeps WSK's own. */
#define SHIM_VERBS 32
extern PVOID const ShimVerbs[SHIM_VERBS];

/* Our table on the client object (client.c). */
extern const WSK_PROVIDER_DISPATCH ShimProviderDispatch;

#endif
