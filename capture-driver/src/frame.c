#include "frame.h"

#include "late.h"

DECLSPEC_ALIGN(64) FRAME FrameLines[FRAME_LINES][FRAME_CELLS];
static volatile LONG Missed;

_Use_decl_annotations_
NOINLINE PVOID
FrameNameOfIdle(VOID)
{
    return (PVOID)~(ULONG_PTR)LateCurrentProcessor();
}

_Use_decl_annotations_
NOINLINE FRAME *
FrameEnterOther(FRAME *Line, PVOID Thread, FRAME_KIND Kind)
{
    for (FRAME *Frame = Line; Frame < Line + FRAME_CELLS; Frame++)
        if (!Frame->Thread && !InterlockedCompareExchangePointer(&Frame->Thread, Thread, NULL)) {
            Frame->Depth[Kind] = 1;
            return Frame;
        }
    InterlockedIncrement(&Missed);
    return NULL;
}

_Use_decl_annotations_
ULONG
FramesMissed(VOID)
{
    return (ULONG)Missed;
}
