/*
 * The fake WSK provider: every verb of client, basic, listen, datagram, connection and stream sockets, the reserved
 * slots behind them, and the event callbacks. When and how an IRP completes is scripted, because that is what differs
 * between providers: WSK promises one completion per IRP, not when (see each verb's documentation page).
 */
#pragma once

#include <wsk.h>

#include "host.h"

typedef enum {
    HostAnyVerb,
    HostSocket,
    HostSocketConnect,
    HostControlClient,
    HostGetAddressInfo,
    HostGetNameInfo,
    HostControlSocket,
    HostCloseSocket,
    HostBind,
    HostListen,
    HostAccept,
    HostInspectComplete,
    HostConnect,
    HostConnectEx,
    HostGetLocalAddress,
    HostGetRemoteAddress,
    HostSend,
    HostReceive,
    HostDisconnect,
    HostSendTo,
    HostSendMessages,
    HostReceiveFrom,
    HostSendEx,
    HostReceiveEx,
    HostVerbs
} HOST_VERB;

typedef enum {
    HostInCall,        /* completes before the call returns, which returns the status of the IRP */
    HostInCallPending, /* the same, but the call returns STATUS_PENDING */
    HostOtherThread,   /* completes on another thread, and before the call returns STATUS_PENDING */
    HostSomeTime,      /* completes on another thread, before or after the call has returned STATUS_PENDING */
    HostHeld,          /* STATUS_PENDING, until the test, a cancel or a close completes it */
    HostNever          /* the call returns Status and the IRP is not completed */
} HOST_WHEN;

typedef struct {
    HOST_WHEN When;
    NTSTATUS Status; /* of the IRP; 0 is success */
    KIRQL Irql;      /* the completion routine runs at least at this one */
} HOST_POLICY;

typedef struct _HOST_SOCKET {
    WSK_SOCKET Public; /* first: what the client sees */
    LIST_ENTRY Link;
    struct _HOST_REGISTRATION *Owner;
    ULONG Category;
    PVOID Context;
    const void *Dispatch; /* the client's, for event callbacks */
    PUCHAR Wire; /* every byte sent, read from the MDLs when the send completed */
    SIZE_T WireBytes;
    PUCHAR Inbound; /* what the peer sent and nobody received */
    SIZE_T InboundBytes;
    bool InboundEnd;
    SOCKADDR_IN Local, Remote;
    ULONG Events; /* WSK_EVENT_*: callbacks that are enabled */
    bool AcceptedByStream; /* its callbacks are a connection's, whatever its own table is */
    PVOID *AcceptContext; /* while its WskAcceptEvent runs: where the client says what it wants */
    const WSK_CLIENT_CONNECTION_DISPATCH **AcceptDispatch;
} HOST_SOCKET;

void HostWskReset(void); /* forgets policies and options; nothing may be held or open */
void HostWskPolicy(HOST_VERB Verb, HOST_POLICY Policy); /* HostAnyVerb: all of them */
void HostWskNext(HOST_VERB Verb, HOST_POLICY Policy);   /* for the next call of that verb only */
void HostWskHoldSends(SIZE_T MoreThan);                 /* sends of more bytes are held, as to a slow peer */
void HostWskTouch(bool Touch);             /* false: leave the client's MDLs alone once the call has returned */
void HostWskLateLocation(bool Late);       /* the IRP's stack moves when it completes, as Wine's provider does */
void HostWskForgiveClosed(bool Forgive);   /* a call on a socket that is not open completes with STATUS_INVALID_HANDLE */
void HostWskForgiveLeaks(bool Forgive);    /* WskDeregister does not wait for open sockets, as Wine's */
void HostWskCaptureAnswer(NTSTATUS Status);
void HostNmrAttachAnswer(NTSTATUS Status);
extern const char HostOtherProvider[]; /* the dispatch table of a provider that is not WSK */

SIZE_T HostWskHeldCount(HOST_VERB Verb);
void HostWskAwaitHeld(HOST_VERB Verb);                   /* waits until an operation of that verb is held */
bool HostWskComplete(HOST_VERB Verb, NTSTATUS Status);   /* the oldest one held, on this thread */
void HostWskCompleteAll(void);                           /* with the status their policy names */
ULONG HostWskCalls(HOST_VERB Verb);
ULONG HostWskReleases(void); /* calls of WskRelease */

SIZE_T HostWskSockets(void);               /* open ones */
HOST_SOCKET *HostWskSocketAt(SIZE_T Index); /* of the open ones, in the order they were made */
HOST_SOCKET *HostWskMake(ULONG Category, PVOID Context, const void *Dispatch); /* one the peer made */
void HostWskFeed(HOST_SOCKET *Socket, const void *Data, SIZE_T Bytes);         /* the peer sends */
void HostWskFeedEnd(HOST_SOCKET *Socket);                                      /* the peer ends its direction */

/* Event callbacks, at DISPATCH_LEVEL. They return what the client returned. One that is not enabled ends the test. */
NTSTATUS HostWskReceiveEvent(HOST_SOCKET *Socket, const void *Data, ULONG Bytes, PSIZE_T Accepted);
NTSTATUS HostWskReceiveFromEvent(HOST_SOCKET *Socket, const void *Data, ULONG Bytes);
/* The same with a list of Count elements, the first of 1 byte, the next of 2 and so on; Accepted: of a connection. */
NTSTATUS HostWskIndicate(HOST_SOCKET *Socket, ULONG Count, PSIZE_T Accepted);
NTSTATUS HostWskIndicateEnd(HOST_SOCKET *Socket); /* no list: the socket is dead */
NTSTATUS HostWskDisconnectEvent(HOST_SOCKET *Socket, ULONG Flags);
NTSTATUS HostWskSendBacklogEvent(HOST_SOCKET *Socket, SIZE_T Ideal);
NTSTATUS HostWskAcceptEvent(HOST_SOCKET *Listener, HOST_SOCKET **Accepted);
NTSTATUS HostWskAcceptEnd(HOST_SOCKET *Listener); /* no socket: the listener is dead */
WSK_INSPECT_ACTION HostWskInspectEvent(HOST_SOCKET *Listener, PWSK_INSPECT_ID Id);
NTSTATUS HostWskAbortEvent(HOST_SOCKET *Listener, PWSK_INSPECT_ID Id);
void HostWskStreamAccepts(ULONG Category); /* what a listening stream socket accepts; WSK_FLAG_CONNECTION_SOCKET */
SIZE_T HostWskRetained(void);              /* elements of indications that clients have kept */
void HostWskForgiveReleases(bool Forgive); /* a release of what is not kept returns STATUS_INVALID_PARAMETER */

/* Between the files of the provider. */
typedef struct _HOST_REGISTRATION {
    LIST_ENTRY Link;
    const WSK_CLIENT_DISPATCH *Dispatch;
    PVOID Context;
    LONG Captures;
    ULONG StaticEvents; /* enabled on each new socket */
} HOST_REGISTRATION;

typedef struct _HOST_OPERATION {
    LIST_ENTRY Link; /* in the list of what is held */
    ULONG_PTR Number; /* never that of another operation, as its address may be */
    HOST_VERB Verb;
    HOST_SOCKET *Socket;
    PIRP Irp;
    HOST_POLICY Policy;
    ULONG_PTR Information;
    WSK_BUF Buffer;
    PWSK_BUF_LIST List;
    HOST_REGISTRATION *Owner;
    ULONG Category;
    PVOID Context;
    const void *Dispatch;
    PVOID Out; /* an address, a result slot, an output buffer */
    PVOID Out2;
    PULONG OutLength;
    PULONG OutFlags;
} HOST_OPERATION;

extern const WSK_PROVIDER_DISPATCH HostProviderDispatch;
const void *HostProviderTable(ULONG Category);
NTSTATUS HostSubmit(HOST_OPERATION Operation); /* takes the IRP */
void HostEffect(HOST_OPERATION *Operation);    /* what a successful completion does; wsk-socket.c */
void HostCancelSocket(HOST_SOCKET *Socket);    /* completes what is held on it with STATUS_CANCELLED */
void HostSocketClosed(HOST_SOCKET *Socket);
ULONG HostStreamAccepts(void);
const WSK_CLIENT_CONNECTION_DISPATCH *HostConnectionEvents(HOST_SOCKET *Socket); /* with receive events enabled */
void HostEnableEvents(HOST_SOCKET *Socket, ULONG Mask);
NTSTATUS HostRelease(HOST_SOCKET *Socket, PWSK_DATA_INDICATION Head); /* wsk-indication.c */
bool HostSocketIsOpen(const void *Address);
bool HostTouches(void);
HOST_SOCKET *HostSocketNew(HOST_REGISTRATION *Owner, ULONG Category, PVOID Context, const void *Dispatch);
SIZE_T HostOpenSockets(HOST_REGISTRATION *Owner);
bool HostInboundReady(HOST_SOCKET *Socket);
void HostReceiveHeld(HOST_SOCKET *Socket); /* completes a receive if there is something for it */
