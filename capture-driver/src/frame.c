#include "frame.h"

#include "late.h"

#define LINES 128 /* a power of two */
#define CELLS 4 /* of a line */

static DECLSPEC_ALIGN(64) FRAME Lines[LINES][CELLS];
static volatile LONG Missed;

C_ASSERT(sizeof(FRAME) * CELLS <= 64);

static inline PVOID
Name(UINT32 Tid)
{
    return (PVOID)(Tid ? (ULONG_PTR)Tid : ~(ULONG_PTR)LateCurrentProcessor());
}

/* Thread ids are multiples of 4. */
static inline FRAME *
LineOf(PVOID Thread)
{
    return Lines[((ULONG)(VALUE_OF(Thread) >> 2) * 0x9E3779B1u >> 8) % LINES];
}

static inline FRAME *
Find(FRAME *Line, PVOID Thread)
{
    if (Line[0].Thread == Thread)
        return &Line[0];
    if (Line[1].Thread == Thread)
        return &Line[1];
    if (Line[2].Thread == Thread)
        return &Line[2];
    return Line[3].Thread == Thread ? &Line[3] : NULL;
}

_Use_decl_annotations_
FRAME *
FrameEnter(FRAME_KIND Kind, UINT32 Tid)
{
    PVOID Thread = Name(Tid);
    FRAME *Line = LineOf(Thread), *Frame = Find(Line, Thread);

    for (ULONG i = 0; !Frame && i < CELLS; i++)
        if (!Line[i].Thread && !InterlockedCompareExchangePointer(&Line[i].Thread, Thread, NULL))
            Frame = &Line[i];
    if (Frame)
        Frame->Depth[Kind]++;
    else
        InterlockedIncrement(&Missed);
    return Frame;
}

/* Compare and exchange, not a store: a DPC on top of this very place may have given the cell back already, and another
   thread have taken it. */
_Use_decl_annotations_
VOID
FrameLeave(FRAME *Frame, FRAME_KIND Kind)
{
    if (!Frame)
        return;
    PVOID Thread = Frame->Thread;
    Frame->Depth[Kind]--;
    if (!Frame->Depth[FrameCallback] && !Frame->Depth[FrameCompletion])
        InterlockedCompareExchangePointer(&Frame->Thread, NULL, Thread);
}

_Use_decl_annotations_
UINT8
FrameFlags(UINT32 Tid)
{
    PVOID Thread = Name(Tid);
    const FRAME *Frame = Find(LineOf(Thread), Thread);
    if (!Frame)
        return 0;
    return (UINT8)(
        (Frame->Depth[FrameCallback] ? WsktHeaderFlags_InCallback : 0) |
        (Frame->Depth[FrameCompletion] ? WsktHeaderFlags_InCompletion : 0));
}

_Use_decl_annotations_
ULONG
FramesMissed(VOID)
{
    return (ULONG)Missed;
}
