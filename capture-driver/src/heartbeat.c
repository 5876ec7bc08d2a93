#include "heartbeat.h"

#include "event.h"
#include "irp.h"
#include "late.h"
#include "mdl.h"
#include "op.h"
#include "shim.h"

static const EVENT_DESCRIPTOR Heartbeat = WSKT_HEARTBEAT_DESCRIPTOR;

static struct {
    KTIMER Timer;
    KDPC Dpc;
    BOOLEAN Set;
} Beat;

_Use_decl_annotations_
VOID
HeartbeatWrite(VOID)
{
    OP_COUNTERS Ops;
    SHIM_COUNTERS Sockets;

    if (!EventOn())
        return;
    OpCount(&Ops);
    ShimCount(&Sockets);
    WSKT_HEARTBEAT Event = {
        .PassedUnwrapped = Ops.Unwrapped,
        .LiveOps = Ops.InFlight,
        .LiveIrps = IrpCount(),
        .LiveMdls = MdlCount(),
        .LiveSockets = Sockets.Sockets,
        .FreeSlots = Ops.Free,
    };
    EVENT_WRITE(&Heartbeat, NULL, 0, &Event);
}

static VOID NTAPI
OnTimer(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    HeartbeatWrite();
}

_Use_decl_annotations_
VOID
HeartbeatStart(VOID)
{
    LARGE_INTEGER First = {.QuadPart = -10000LL * HEARTBEAT_MILLISECONDS};

    if (!Late.KeInitializeTimerEx || !Late.KeInitializeDpc || !Late.KeSetTimerEx || !Late.KeCancelTimer ||
        !Late.KeFlushQueuedDpcs)
        return;
    Late.KeInitializeTimerEx(&Beat.Timer, NotificationTimer);
    Late.KeInitializeDpc(&Beat.Dpc, OnTimer, NULL);
    Late.KeSetTimerEx(&Beat.Timer, First, HEARTBEAT_MILLISECONDS, &Beat.Dpc);
    Beat.Set = TRUE;
}

/* A DPC that is queued already, or runs on another processor, is done when the flush returns. */
_Use_decl_annotations_
VOID
HeartbeatStop(VOID)
{
    if (!Beat.Set)
        return;
    Late.KeCancelTimer(&Beat.Timer);
    Late.KeFlushQueuedDpcs();
    Beat.Set = FALSE;
}
