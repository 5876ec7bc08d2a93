/*
 * Which threads are inside a client's callback or completion routine right now: what an event's InCallback and
 * InCompletion flags say. A thread has a cell of a fixed table as long as it is in one, one of two; only the
 * thread itself writes into its cell. When both are taken, its events go without the flags, and that is counted.
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

#define FRAME_LINES 512 /* a power of two */
#define FRAME_CELLS 2 /* of a line */

typedef struct _FRAME {
    PVOID volatile Thread; /* its name; NULL: free */
    LONG Depth[FrameKinds];
} FRAME;

#ifdef _WIN64
C_ASSERT(64 % (sizeof(FRAME) * FRAME_CELLS) == 0); /* a line of ours in one of the cache's */
#endif

extern FRAME FrameLines[FRAME_LINES][FRAME_CELLS];

/* The idle threads all have the id 0, and the name of their processor. */
_IRQL_requires_max_(HIGH_LEVEL)
PVOID
FrameNameOfIdle(VOID);

static inline PVOID
FrameName(_In_ UINT32 Tid)
{
    return Tid ? (PVOID)(ULONG_PTR)Tid : FrameNameOfIdle();
}

/* Thread ids are multiples of 4, given out in a row. */
static inline FRAME *
FrameLineOf(_In_ PVOID Thread)
{
    return FrameLines[(VALUE_OF(Thread) >> 2) % FRAME_LINES];
}

static inline FRAME *
FrameFind(_In_ FRAME *Line, _In_ PVOID Thread)
{
    if (Line[0].Thread == Thread)
        return &Line[0];
    return Line[1].Thread == Thread ? &Line[1] : NULL;
}

static inline UINT8
FrameFlagsOf(_In_ const FRAME *Frame)
{
    return (UINT8)(
        (Frame->Depth[FrameCallback] ? WsktHeaderFlags_InCallback : 0) |
        (Frame->Depth[FrameCompletion] ? WsktHeaderFlags_InCompletion : 0));
}

/* A cell of the line for a thread that has none; NULL: there is none. */
_IRQL_requires_max_(DISPATCH_LEVEL)
FRAME *
FrameEnterOther(_Inout_ FRAME *Line, _In_ PVOID Thread, _In_ FRAME_KIND Kind);

/* Into the client's routine, on the thread Tid, which is the one that asks. The result is for FrameLeave, on the same
   thread; NULL: there was no cell. Flags: WsktHeaderFlags that the thread had before. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline FRAME *
FrameEnter(_In_ FRAME_KIND Kind, _In_ UINT32 Tid, _Out_ UINT8 *Flags)
{
    PVOID Thread = FrameName(Tid);
    FRAME *Line = FrameLineOf(Thread), *Frame = FrameFind(Line, Thread);

    if (Frame) {
        *Flags = FrameFlagsOf(Frame);
        Frame->Depth[Kind]++;
        return Frame;
    }
    *Flags = 0;
    if (!InterlockedCompareExchangePointer(&Line->Thread, Thread, NULL)) {
        Line->Depth[Kind] = 1;
        return Line;
    }
    return FrameEnterOther(Line, Thread, Kind);
}

/* Compare and exchange, not a store: a DPC on top of this very place may have given the cell back already, and another
   thread have taken it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
FrameLeave(_Inout_opt_ FRAME *Frame, _In_ FRAME_KIND Kind)
{
    if (!Frame)
        return;
    PVOID Thread = Frame->Thread;
    Frame->Depth[Kind]--;
    if (!Frame->Depth[FrameCallback] && !Frame->Depth[FrameCompletion])
        InterlockedCompareExchangePointer(&Frame->Thread, NULL, Thread);
}

/* WsktHeaderFlags of the thread Tid, which is the one that asks. */
_IRQL_requires_max_(HIGH_LEVEL)
static inline UINT8
FrameFlags(_In_ UINT32 Tid)
{
    PVOID Thread = FrameName(Tid);
    const FRAME *Frame = FrameFind(FrameLineOf(Thread), Thread);
    return Frame ? FrameFlagsOf(Frame) : 0;
}

/* Routines that ran without a cell. */
_IRQL_requires_max_(HIGH_LEVEL)
ULONG
FramesMissed(VOID);

#endif
