/*
 * Which threads are inside a client's callback or completion routine right now: what an event's InCallback and
 * InCompletion flags say. A thread has a cell of a fixed table as long as it is in one, one of the four of a
 * cache line; only the thread itself writes into its cell. When all four are taken, its events go without the flags, and
 * that is counted.
 *
 * A thread is known by its id; the idle threads, which all have id 0, by their processor. A DPC runs in the name of the
 * thread it interrupts: what it does while that thread is in a callback bears the flag too.
 */
#ifndef WSKTRACE_FRAME_H
#define WSKTRACE_FRAME_H

#include "wsktrace.h"

typedef enum _FRAME_KIND {
    FrameCallback,
    FrameCompletion,
    FrameKinds
} FRAME_KIND;

typedef struct _FRAME {
    PVOID volatile Thread; /* its name; NULL: free */
    LONG Depth[FrameKinds];
} FRAME;

/* Into the client's routine, on the thread Tid, which is the one that asks. The result is for FrameLeave, on the same
   thread; NULL: there was no cell. */
_IRQL_requires_max_(DISPATCH_LEVEL)
FRAME *
FrameEnter(_In_ FRAME_KIND Kind, _In_ UINT32 Tid);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
FrameLeave(_Inout_opt_ FRAME *Frame, _In_ FRAME_KIND Kind);

/* WsktHeaderFlags of the thread Tid, which is the one that asks. */
_IRQL_requires_max_(HIGH_LEVEL)
UINT8
FrameFlags(_In_ UINT32 Tid);

/* Routines that ran without a cell. */
_IRQL_requires_max_(HIGH_LEVEL)
ULONG
FramesMissed(VOID);

#endif
