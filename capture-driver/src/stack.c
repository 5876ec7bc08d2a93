#include "stack.h"

#include "late.h"

#define TYPE_STACK_TRACE64 6
#define OURS 8 /* frames of our own, at most */

_Use_decl_annotations_
ULONG
StackCapture(const CALL_SITE *Site, STACK_ITEM *Item)
{
    PVOID Frames[STACK_FRAMES + OURS];
    ULONG First = 0;

    if (!Late.RtlCaptureStackBackTrace)
        return 0;
    ULONG Count = Late.RtlCaptureStackBackTrace(0, RTL_NUMBER_OF(Frames), Frames, NULL);
    while (First < Count && (!Site || Frames[First] != Site->Caller))
        First++;
    if (First == Count)
        First = 0; /* a tail call */
    Count = min(Count - First, STACK_FRAMES);
    if (!Count)
        return 0;
    for (ULONG i = 0; i < Count; i++)
        Item->Frames[i] = VALUE_OF(Frames[First + i]);
    Item->DataSize = (UINT16)(sizeof(Item->MatchId) + Count * sizeof(Item->Frames[0]));
    Item->ItemSize = (UINT16)(FIELD_OFFSET(STACK_ITEM, MatchId) + Item->DataSize);
    Item->Type = TYPE_STACK_TRACE64;
    Item->Linkage = 0;
    Item->MatchId = 0;
    return Item->ItemSize;
}
