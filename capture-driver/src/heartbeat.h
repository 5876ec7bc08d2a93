/*
 * Heartbeat: an event each second that says what is alive, so that a trace in which nothing happens any more still tells
 * that time goes on: an operation that never completes is "still pending" at the last heartbeat.
 */
#ifndef WSKTRACE_HEARTBEAT_H
#define WSKTRACE_HEARTBEAT_H

#include "wsktrace.h"

/* Between two heartbeats. */
#define HEARTBEAT_MILLISECONDS 1000

/* From now on one comes every HEARTBEAT_MILLISECONDS, in a DPC. A kernel without timers that run DPCs (Wine) sends none:
   then they come when somebody writes one. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
HeartbeatStart(VOID);

/* None comes any more, and none is being written when this returns. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
HeartbeatStop(VOID);

/* One now. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
HeartbeatWrite(VOID);

#endif
