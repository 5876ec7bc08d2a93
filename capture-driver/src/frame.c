#include "frame.h"

#include "late.h"

#define CELLS 512 /* a power of two */
#define PROBES 4

static FRAME Cells[CELLS];
static volatile LONG Missed;

static PVOID
Name(UINT32 Tid)
{
    return (PVOID)(Tid ? (ULONG_PTR)Tid : ~(ULONG_PTR)LateCurrentProcessor());
}

/* Thread ids are multiples of 4. */
static ULONG
First(PVOID Thread)
{
    return (ULONG)((VALUE_OF(Thread) >> 2) * 0x9E3779B1u >> 8);
}

static FRAME *
Find(PVOID Thread)
{
    ULONG At = First(Thread);
    for (ULONG i = 0; i < PROBES; i++)
        if (Cells[(At + i) % CELLS].Thread == Thread)
            return &Cells[(At + i) % CELLS];
    return NULL;
}

static FRAME *
Claim(PVOID Thread)
{
    ULONG At = First(Thread);
    for (ULONG i = 0; i < PROBES; i++) {
        FRAME *Frame = &Cells[(At + i) % CELLS];
        if (!Frame->Thread && !InterlockedCompareExchangePointer(&Frame->Thread, Thread, NULL))
            return Frame;
    }
    return NULL;
}

_Use_decl_annotations_
FRAME *
FrameEnter(FRAME_KIND Kind)
{
    PVOID Thread = Name((UINT32)VALUE_OF(PsGetCurrentThreadId()));
    FRAME *Frame = Find(Thread);
    if (!Frame)
        Frame = Claim(Thread);
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
    const FRAME *Frame = Find(Name(Tid));
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
