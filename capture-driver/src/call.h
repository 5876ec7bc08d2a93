/*
 * What all verbs have in common: the site, the IRP, the slot, the events before and after.
 */
#ifndef WSKTRACE_CALL_H
#define WSKTRACE_CALL_H

#include "fault.h"
#include "shim.h"

typedef struct _CALL {
    CALL_SITE Site;
    PVOID Socket; /* what the verb works on; NULL for verbs on the client object */
    PIRP Irp;
    PIO_STACK_LOCATION Next; /* of the IRP; NULL: it has none */
    UINT8 Verb;
    BOOLEAN MakesSocket;
    OP *Op;
    CALLBACKS *Callbacks; /* of the socket that a close, whose completion we will not see, closes */
    UINT64 OpId;
    NTSTATUS Failed; /* on purpose, in place of WSK */
} CALL;

/* CallEnter: this verb makes no socket. */
#define CALL_MAKES_NONE OP_MAKES_NONE

/* Logs OpEnter with the caller's Event, in which everything but Socket, IrpSnap, stack limits and Verb is set, and
   wraps the completion. Makes: SHIM_CATEGORY of the socket to come. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallEnter(_Inout_ CALL *Call, _Inout_ WSKT_OP_ENTER *Event, _In_ UCHAR Makes);

/* After the CallEnter of a call that makes a socket: WSK is to get our callbacks, and a slot as the context, in place of
   the client's. Nothing is changed when the client gave no callbacks, no slot is free, or what becomes of the call will
   not be seen. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallWrapCallbacks(
    _Inout_ CALL *Call,
    _In_ UCHAR Category,
    _Inout_ PVOID *SocketContext,
    _Inout_ const VOID **Dispatch);

/* After the CallEnter of a close: what went with the socket is given back when it completes. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallEndCallbacks(_Inout_ CALL *Call, _In_opt_ CALLBACKS *Callbacks);

/* The same for sends: SendEnter with the snapshots of the MDLs, and OpMdlMore while there are more. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallEnterSend(
    _Inout_ CALL *Call,
    _In_opt_ const WSK_BUF *Buffer,
    _In_ ULONG Flags,
    _In_opt_ const SOCKADDR *RemoteAddress,
    _In_ ULONG ControlLength,
    _In_opt_ const VOID *Control);

/* WskSendMessages: one SendEnter for each buffer of the list. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallEnterSendMessages(
    _Inout_ CALL *Call,
    _In_ const WSK_BUF_LIST *List,
    _In_ ULONG Flags,
    _In_opt_ const SOCKADDR *RemoteAddress,
    _In_ ULONG ControlLength,
    _In_opt_ const VOID *Control);

/* The same for receives: RecvEnter. From carries the out pointers of WskReceiveFrom. */
typedef struct _CALL_FROM {
    PVOID RemoteAddress;
    PULONG ControlLength;
    PVOID ControlInfo;
    PULONG ControlFlags;
} CALL_FROM;

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallEnterReceive(
    _Inout_ CALL *Call,
    _In_opt_ const WSK_BUF *Buffer,
    _In_ ULONG Flags,
    _In_opt_ const CALL_FROM *From);

/* The verb returned: logs OpExit. Returns what the client is to get: Status, except where the completion is held on
   purpose. */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS
CallExit(_Inout_ CALL *Call, _In_ NTSTATUS Status);

/* The call itself, unless it is to fail on purpose. */
#define CALL_OR_FAULT(Call, Original) \
    (FaultsOn() && FaultFails(&(Call)->Site, (Call)->Op, &(Call)->Failed) ? (Call)->Failed : (Original))

/* Between enter and exit. */
#define CALL_FORWARD(Call, Original) CallExit((Call), CALL_OR_FAULT(Call, Original))

/* Up to 28 bytes of an address, as its family says; NULL leaves Copy as it is. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallCopyAddress(_Out_writes_(28) UINT8 *Copy, _In_opt_ const SOCKADDR *Address);

/* The callbacks of a client's dispatch table for sockets of a category, for OpEnter. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallCopyCallbacks(_Inout_ WSKT_OP_ENTER *Event, _In_opt_ const VOID *Dispatch, _In_ SHIM_CATEGORY Category);

#endif
