/*
 * Completions that are held back on purpose (fault.h), until their time has come or nothing may be held any more.
 *
 * WSK has completed the IRP, and our routine has answered STATUS_MORE_PROCESSING_REQUIRED: from then on the IRP is ours to
 * complete ("Using IRPs with Winsock Kernel Functions", IO_COMPLETION_ROUTINE). A thread does it later, at DISPATCH_LEVEL,
 * as most of WSK's completions come: a completion routine runs in an arbitrary thread or DPC and cannot tell. A thread
 * and not a timer's DPC, because that one can be waited for, and runs under Wine too.
 *
 * What holds
 *   * An entry for each slot of an operation, and a share of that slot as long as the entry is used: so there is always
 *     room, and nothing is allocated when an IRP completes.
 *   * Order. Of one socket, sends (WskDisconnect among them), receives, and all the rest are each delivered in the order
 *     in which WSK completed them, and WskCloseSocket after everything of its socket. What must not overtake is
 *     put behind, whether somebody wants it held or not.
 *   * One delivery at a time. An entry stays in the queue until the client's routine has returned, and no lock is held
 *     while it runs.
 *   * The lock is shared by all processors. It is taken only while faults are on.
 */
#ifndef WSKTRACE_HELD_H
#define WSKTRACE_HELD_H

#include "op.h"

/* No more than that are held because somebody wants it. */
#define HELD_MOST 1024

/* What waits for others goes on after this time too: perhaps there are no others. */
#define HELD_PATIENCE_MS 100

typedef struct _HELD {
    LIST_ENTRY Link; /* in the order of completion */
    OP *Op;          /* with a share */
    ULONG_PTR Ticket;
    PDEVICE_OBJECT DeviceObject;
    PIRP Irp;
    PVOID Socket;
    UINT64 OpId;
    ULONG Milliseconds; /* not before they are over */
    ULONG Others;       /* and so many others were delivered, or HELD_PATIENCE_MS later */
    LONG64 Due;         /* both times, in ticks */
    LONG64 Latest;
    UINT8 Verb;
    BOOLEAN Settled; /* may be delivered: what happened to it is in the trace */
} HELD;

typedef enum _HELD_ANSWER { HeldNot, HeldAsWanted, HeldBehind } HELD_ANSWER;

typedef struct _HELD_COUNTERS {
    ULONG Now;
    UINT64 LetGo; /* the client had freed the IRP, or made it anew */
} HELD_COUNTERS;

_IRQL_requires_(PASSIVE_LEVEL)
VOID
HeldInitialize(VOID);

/* Slots: of operations. HeldEnd must have been called since the last time. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
HeldBegin(_In_ ULONG Slots);

/* Delivers all that is held, and waits for it. Nothing is wanted held any more; the memory goes. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
HeldEnd(VOID);

/* From here until HeldResume nothing is wanted held, and at PASSIVE_LEVEL all that was held has been delivered when
   this returns. Pauses nest. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
HeldPause(VOID);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
HeldResume(VOID);

/* Takes the completion, and with it the caller's share of Op, if it is wanted held and may be, or if one is held that it
   must not overtake: then Behind is that one's operation. HeldNot: it is the caller's still. Otherwise it is delivered
   after HeldSettle, not before. */
_IRQL_requires_max_(DISPATCH_LEVEL)
HELD_ANSWER
HeldQueue(_In_ const HELD *Completion, _In_ BOOLEAN Wanted, _Out_ UINT64 *Behind);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
HeldSettle(_In_ ULONG_PTR Ticket);

/* A completion went by that was not held: one of the others that some wait for. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
HeldPassed(VOID);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
HeldCount(_Out_ HELD_COUNTERS *Counters);

#endif
