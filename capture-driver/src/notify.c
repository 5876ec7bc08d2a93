/*
 * What WSK calls instead of a client's event callbacks. IRQL <= DISPATCH_LEVEL.
 *
 * The client's routine gets its own context and every argument as it came; what it returns goes back unchanged. An
 * enter is logged before it and an exit after it, both under a number of their own, which the elements of a data
 * indication share. Nothing is looked at afterwards that the client may have let go of.
 */
#include "call.h"
#include "callback.h"
#include "frame.h"
#include "indication.h"

static const EVENT_DESCRIPTOR CallbackEnter = WSKT_CALLBACK_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR CallbackExit = WSKT_CALLBACK_EXIT_DESCRIPTOR;

typedef struct _RUN {
    CALLBACKS *Of;
    CALL_SITE Site;
    UINT64 Id; /* 0: no capture runs */
    LONG64 Began;
    FRAME *Frame;
    UINT8 Kind;
} RUN;

/* What came in, as far as there is an event field for it. */
typedef struct _ARGUMENTS {
    ULONG Flags;
    const SOCKADDR *Local;
    const SOCKADDR *Remote;
    PVOID AcceptSocket;
    const WSK_INSPECT_ID *Id;
    const WSK_DATA_INDICATION *Data;
    BOOLEAN Datagrams;
    SIZE_T Bytes;
    const SIZE_T *Accepted;
    SIZE_T Backlog;
} ARGUMENTS;

/* First line of each: whose is it? */
#define RUN_HERE(Run, Name, Slot)                                             \
    RUN Run = {.Of = (Slot), .Kind = WsktCallbackKind_##Name};                \
    Run.Site.Caller = RETURN_ADDRESS();                                       \
    Run.Site.StackPointer = STACK_POINTER();                                  \
    Run.Site.Client = Run.Of->Client

/* NOINLINE, here and below: an event must not lie on the stack while the client's routine runs. */
static NOINLINE VOID
LogEnter(const RUN *Run, PVOID Routine, const ARGUMENTS *In)
{
    WSKT_CALLBACK_ENTER Event = {
        .Socket = VALUE_OF(Run->Of->Socket),
        .SocketContext = VALUE_OF(Run->Of->Context),
        .Routine = VALUE_OF(Routine),
        .RoutineRva = TargetRva(Run->Of->Client, Routine),
        .DataIndication = VALUE_OF(In->Data),
        .BytesIndicated = In->Bytes,
        .BytesAccepted = In->Accepted ? *In->Accepted : 0,
        .AcceptSocket = VALUE_OF(In->AcceptSocket),
        .InspectId = VALUE_OF(In->Id),
        .InspectKey = In->Id ? In->Id->Key : 0,
        .InspectSerial = In->Id ? In->Id->SerialNumber : 0,
        .BacklogSize = In->Backlog,
        .Flags = In->Flags,
        .ElementCount = IndicationCount(In->Data),
        .Kind = Run->Kind,
    };
    CallCopyAddress(Event.LocalAddress, In->Local);
    CallCopyAddress(Event.RemoteAddress, In->Remote);
    EVENT_WRITE(&CallbackEnter, &Run->Site, Run->Id, &Event);
    IndicationGiven(&Run->Site, Run->Id, Run->Of->Socket, In->Data, In->Datagrams);
}

static VOID
Enter(RUN *Run, PVOID Routine, const ARGUMENTS *In)
{
    UINT8 Flags;
    if (!EventOn())
        return;
    Run->Id = EventNewOpId();
    LogEnter(Run, Routine, In);
    Run->Began = KeQueryPerformanceCounter(NULL).QuadPart;
    Run->Frame = FrameEnter(FrameCallback, (UINT32)VALUE_OF(PsGetCurrentThreadId()), &Flags);
}

/* What the client said to a WskAcceptEvent. */
typedef struct _ACCEPTED {
    PVOID Socket;
    PVOID Context;
    const VOID *Dispatch;
    WSK_CLIENT_CONNECTION_DISPATCH Routines;
} ACCEPTED;

static NOINLINE VOID
LogExit(const RUN *Run, NTSTATUS Status, const SIZE_T *BytesAccepted, const ACCEPTED *Accepted)
{
    WSKT_CALLBACK_EXIT Event = {
        .Socket = VALUE_OF(Run->Of->Socket),
        .SocketContext = VALUE_OF(Run->Of->Context),
        .BytesAccepted = BytesAccepted ? *BytesAccepted : 0,
        .Duration = (UINT64)(KeQueryPerformanceCounter(NULL).QuadPart - Run->Began),
        .Status = (UINT32)Status,
        .Kind = Run->Kind,
        .IrqlOut = (UINT8)KeGetCurrentIrql(),
    };
    if (Accepted) {
        Event.AcceptSocket = VALUE_OF(Accepted->Socket);
        Event.AcceptContext = VALUE_OF(Accepted->Context);
        Event.AcceptDispatch = VALUE_OF(Accepted->Dispatch);
        Event.Callback0 = VALUE_OF(Accepted->Routines.WskReceiveEvent);
        Event.Callback1 = VALUE_OF(Accepted->Routines.WskDisconnectEvent);
        Event.Callback2 = VALUE_OF(Accepted->Routines.WskSendBacklogEvent);
    }
    EVENT_WRITE(&CallbackExit, &Run->Site, Run->Id, &Event);
}

static NTSTATUS
Exit(RUN *Run, NTSTATUS Status, const SIZE_T *BytesAccepted)
{
    if (Run->Id) {
        FrameLeave(Run->Frame, FrameCallback);
        LogExit(Run, Status, BytesAccepted, NULL);
    }
    return Status;
}

/* The new socket gets our table before the client sees it, and a slot for what the client will want called. */
static CALLBACKS *
Shim(const RUN *Run, PWSK_SOCKET Socket)
{
    /* Of a listening socket it is a connection socket; of a stream socket the documentation does not say. */
    UCHAR Category = Run->Of->Category == ShimListen ? ShimConnection : ShimUnknown;
    CALLBACKS *New = CallbackTake(Run->Of->Client, ShimConnection);
    BOOLEAN Shimmed = ShimSocket(Socket, Category, Run->Of->Client, New);
    if (New && !Shimmed) {
        CallbackGiveBack(New); /* its close would not be seen */
        return NULL;
    }
    return New;
}

/* The client's routine has accepted: the slot takes the place of what it put where WSK will look. */
static VOID
Accept(
    CALLBACKS *New,
    PVOID const *Context,
    const WSK_CLIENT_CONNECTION_DISPATCH *const *Dispatch,
    ACCEPTED *Accepted)
{
    if (New && CallbackAccepting(New)) {
        Accepted->Context = New->Context;
        Accepted->Dispatch = New->Dispatch;
        Accepted->Routines = New->Connection;
        return;
    }
    if (!New && CallbackAny(*Dispatch, ShimConnection))
        CallbackUnwrapped();
    Accepted->Context = *Context;
    Accepted->Dispatch = *Dispatch;
    if (*Dispatch)
        Accepted->Routines = **Dispatch;
}

/* It has not: the socket is WSK's again, and the client will not close it. */
static VOID
Refuse(CALLBACKS *New, PWSK_SOCKET Socket, PVOID const *Context)
{
    CALLBACKS *Noted = ShimSocketClosing(Socket);
    /* A slot that WSK has seen (callbacks were enabled from inside) stays taken: how long it may still call is not
       documented. */
    if (New && Noted == New && *Context != New)
        CallbackGiveBack(New);
}

static NTSTATUS WSKAPI
AcceptEvent(
    PVOID SocketContext,
    ULONG Flags,
    PSOCKADDR LocalAddress,
    PSOCKADDR RemoteAddress,
    PWSK_SOCKET AcceptSocket,
    PVOID *AcceptSocketContext,
    CONST WSK_CLIENT_CONNECTION_DISPATCH **AcceptSocketDispatch)
{
    RUN_HERE(Run, WskAcceptEvent, SocketContext);
    PFN_WSK_ACCEPT_EVENT Routine = Run.Of->Listen.WskAcceptEvent;
    ARGUMENTS In = {.Flags = Flags, .Local = LocalAddress, .Remote = RemoteAddress, .AcceptSocket = AcceptSocket};
    CALLBACKS *New = NULL;

    Enter(&Run, (PVOID)Routine, &In);
    if (Run.Id && AcceptSocket)
        New = Shim(&Run, AcceptSocket);
    if (New) {
        CallbackShare(New); /* the client may close the socket in there */
        New->AcceptContext = AcceptSocketContext;
        New->AcceptDispatch = AcceptSocketDispatch;
    }
    NTSTATUS Status = Routine(
        Run.Of->Context, Flags, LocalAddress, RemoteAddress, AcceptSocket, AcceptSocketContext, AcceptSocketDispatch);
    if (!Run.Id)
        return Status;

    FrameLeave(Run.Frame, FrameCallback);
    ACCEPTED Accepted = {.Socket = AcceptSocket};
    if (AcceptSocket && NT_SUCCESS(Status))
        Accept(New, AcceptSocketContext, AcceptSocketDispatch, &Accepted);
    LogExit(&Run, Status, NULL, &Accepted);
    if (AcceptSocket && !NT_SUCCESS(Status))
        Refuse(New, AcceptSocket, AcceptSocketContext);
    if (New) {
        New->AcceptDispatch = NULL;
        New->AcceptContext = NULL;
        CallbackGiveBack(New);
    }
    return Status;
}

static WSK_INSPECT_ACTION WSKAPI
InspectEvent(PVOID SocketContext, PSOCKADDR LocalAddress, PSOCKADDR RemoteAddress, PWSK_INSPECT_ID InspectID)
{
    RUN_HERE(Run, WskInspectEvent, SocketContext);
    PFN_WSK_INSPECT_EVENT Routine = Run.Of->Listen.WskInspectEvent;
    ARGUMENTS In = {.Local = LocalAddress, .Remote = RemoteAddress, .Id = InspectID};
    Enter(&Run, (PVOID)Routine, &In);
    WSK_INSPECT_ACTION Action = Routine(Run.Of->Context, LocalAddress, RemoteAddress, InspectID);
    (VOID) Exit(&Run, (NTSTATUS)Action, NULL);
    return Action;
}

static NTSTATUS WSKAPI
AbortEvent(PVOID SocketContext, PWSK_INSPECT_ID InspectID)
{
    RUN_HERE(Run, WskAbortEvent, SocketContext);
    PFN_WSK_ABORT_EVENT Routine = Run.Of->Listen.WskAbortEvent;
    ARGUMENTS In = {.Id = InspectID};
    Enter(&Run, (PVOID)Routine, &In);
    return Exit(&Run, Routine(Run.Of->Context, InspectID), NULL);
}

static NTSTATUS WSKAPI
ReceiveEvent(
    PVOID SocketContext,
    ULONG Flags,
    PWSK_DATA_INDICATION DataIndication,
    SIZE_T BytesIndicated,
    SIZE_T *BytesAccepted)
{
    RUN_HERE(Run, WskReceiveEvent, SocketContext);
    PFN_WSK_RECEIVE_EVENT Routine = Run.Of->Connection.WskReceiveEvent;
    ARGUMENTS In = {.Flags = Flags, .Data = DataIndication, .Bytes = BytesIndicated, .Accepted = BytesAccepted};
    Enter(&Run, (PVOID)Routine, &In);
    NTSTATUS Status = Exit(
        &Run, Routine(Run.Of->Context, Flags, DataIndication, BytesIndicated, BytesAccepted), BytesAccepted);
    if (Run.Id && Status != STATUS_PENDING)
        IndicationTakenBack(Run.Id, DataIndication);
    return Status;
}

static NTSTATUS WSKAPI
ReceiveFromEvent(PVOID SocketContext, ULONG Flags, PWSK_DATAGRAM_INDICATION DataIndication)
{
    RUN_HERE(Run, WskReceiveFromEvent, SocketContext);
    PFN_WSK_RECEIVE_FROM_EVENT Routine = Run.Of->Datagram.WskReceiveFromEvent;
    ARGUMENTS In = {.Flags = Flags, .Data = (const WSK_DATA_INDICATION *)DataIndication, .Datagrams = TRUE};
    Enter(&Run, (PVOID)Routine, &In);
    NTSTATUS Status = Exit(&Run, Routine(Run.Of->Context, Flags, DataIndication), NULL);
    if (Run.Id && Status != STATUS_PENDING)
        IndicationTakenBack(Run.Id, (const WSK_DATA_INDICATION *)DataIndication);
    return Status;
}

static NTSTATUS WSKAPI
DisconnectEvent(PVOID SocketContext, ULONG Flags)
{
    RUN_HERE(Run, WskDisconnectEvent, SocketContext);
    PFN_WSK_DISCONNECT_EVENT Routine = Run.Of->Connection.WskDisconnectEvent;
    ARGUMENTS In = {.Flags = Flags};
    Enter(&Run, (PVOID)Routine, &In);
    return Exit(&Run, Routine(Run.Of->Context, Flags), NULL);
}

static NTSTATUS WSKAPI
SendBacklogEvent(PVOID SocketContext, SIZE_T IdealBacklogSize)
{
    RUN_HERE(Run, WskSendBacklogEvent, SocketContext);
    PFN_WSK_SEND_BACKLOG_EVENT Routine = Run.Of->Connection.WskSendBacklogEvent;
    ARGUMENTS In = {.Backlog = IdealBacklogSize};
    Enter(&Run, (PVOID)Routine, &In);
    return Exit(&Run, Routine(Run.Of->Context, IdealBacklogSize), NULL);
}

#define LISTEN(Set) {(Set)&1 ? AcceptEvent : NULL, (Set)&2 ? InspectEvent : NULL, (Set)&4 ? AbortEvent : NULL}
#define CONNECTION(Set) {(Set)&1 ? ReceiveEvent : NULL, (Set)&2 ? DisconnectEvent : NULL, (Set)&4 ? SendBacklogEvent : NULL}

const WSK_CLIENT_LISTEN_DISPATCH CallbackListen[8] = {
    LISTEN(0), LISTEN(1), LISTEN(2), LISTEN(3), LISTEN(4), LISTEN(5), LISTEN(6), LISTEN(7)};
const WSK_CLIENT_CONNECTION_DISPATCH CallbackConnection[8] = {
    CONNECTION(0), CONNECTION(1), CONNECTION(2), CONNECTION(3),
    CONNECTION(4), CONNECTION(5), CONNECTION(6), CONNECTION(7)};
const WSK_CLIENT_DATAGRAM_DISPATCH CallbackDatagram[2] = {{NULL}, {ReceiveFromEvent}};
