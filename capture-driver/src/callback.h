/*
 * Event callbacks: WSK gets our routines, and a context that leads to the client's own.
 *
 * A socket whose client gave callbacks holds a slot out of a fixed pool, from before the call that makes it is
 * forwarded until WSK can call no more: the making has failed, or the close has completed (which WSK lets happen only
 * when its calls have returned). Where that moment cannot be seen (a close whose IRP has no routine and pends, a making
 * IRP that was reused under way) the slot stays taken, and we stay loaded. With no slot free, or no way to see what
 * becomes of the making call, the client's own callbacks go to WSK, and that is counted.
 *
 * A callback that the client did not give is not given to WSK either. The routines are copied when the socket is made:
 * a client's table must not change while its socket is open, and is not looked at again.
 *
 * Which callbacks are enabled (SO_WSK_EVENT_CALLBACK, WSK_SET_STATIC_EVENT_CALLBACKS) does not matter here: it decides
 * when WSK calls, not whom.
 */
#ifndef WSKTRACE_CALLBACK_H
#define WSKTRACE_CALLBACK_H

#include "event.h"

#define CALLBACK_SLOTS 4096

typedef struct _CALLBACKS {
    volatile LONG Shares; /* of WSK, and of the WskAcceptEvent that brings the socket; 0: free */
    USHORT Client;
    UCHAR Category;              /* SHIM_CATEGORY of the socket */
    PVOID volatile Context;      /* the client's */
    const VOID *Dispatch;        /* the client's table: its address, nothing more */
    PVOID volatile Socket;       /* NULL until it is known */
    WSK_CLIENT_LISTEN_DISPATCH Listen; /* the client's routines, by what the socket can be */
    WSK_CLIENT_CONNECTION_DISPATCH Connection;
    WSK_CLIENT_DATAGRAM_DISPATCH Datagram;
    WSK_CLIENT_STREAM_DISPATCH Stream; /* ours: what WSK gets for a stream socket */
    /* While the WskAcceptEvent that brought the socket runs: where the client says what it wants. */
    PVOID *volatile AcceptContext;
    const WSK_CLIENT_CONNECTION_DISPATCH **volatile AcceptDispatch;
} CALLBACKS;

typedef struct _CALLBACK_COUNTERS {
    ULONG Held;
    ULONG Unwrapped; /* sockets whose callbacks went to WSK as they were */
} CALLBACK_COUNTERS;

_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
CallbackInitialize(VOID);

/* No slot may be held. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
CallbackUninitialize(VOID);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallbackCount(_Out_ CALLBACK_COUNTERS *Counters);

/* Has a dispatch table of Category any callback in it? */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
CallbackAny(_In_opt_ const VOID *Dispatch, _In_ UCHAR Category);

/* A slot, held; NULL: none is free. Neither context nor routines are in it yet. */
_IRQL_requires_max_(DISPATCH_LEVEL)
CALLBACKS *
CallbackTake(_In_ USHORT Client, _In_ UCHAR Category);

/* One share more, for as long as the caller looks at the slot. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallbackShare(_Inout_ CALLBACKS *Callbacks);

/* Gives a share up: WSK can call through this slot no more. What it knew stays in it until it is taken again. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallbackGiveBack(_Inout_opt_ CALLBACKS *Callbacks);

/* A socket went without. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallbackUnwrapped(VOID);

/* Puts the client's context and the routines of its table into the slot. Returns the table that WSK is to get; the
   context for it is the slot. */
_IRQL_requires_max_(DISPATCH_LEVEL)
const VOID *
CallbackFill(_Inout_ CALLBACKS *Callbacks, _In_opt_ PVOID Context, _In_ const VOID *Dispatch);

/* While the socket's WskAcceptEvent runs: takes what the client has said so far, and puts the slot in its place. To be
   called before WSK may look at it: when the client enables callbacks, and when its routine has accepted. Does nothing
   otherwise. TRUE: WSK may have seen the slot. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
CallbackAccepting(_Inout_opt_ CALLBACKS *Callbacks);

/* Our tables, for each set of callbacks that a client may have given (notify.c). Bit n stands for slot n. */
extern const WSK_CLIENT_LISTEN_DISPATCH CallbackListen[8];
extern const WSK_CLIENT_CONNECTION_DISPATCH CallbackConnection[8];
extern const WSK_CLIENT_DATAGRAM_DISPATCH CallbackDatagram[2];

#endif
