/*
 * Findings: misuse that the driver itself sees proved, at the moment it happens: an event, InDriverFinding, behind the one
 * that tells the call. The collector judges the whole trace and finds more; this is for who only watches, and for a trace
 * whose next event is a crash.
 */
#ifndef WSKTRACE_FINDING_H
#define WSKTRACE_FINDING_H

#include "op.h"

/* Rule: WsktRuleNumber. OpId: of the operation that is harmed, or 0. A: the object. B: the IRP of the operation, or the verb of the
   call that is wrong. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
FindingRaise(_In_ const CALL_SITE *Site, _In_ UINT64 OpId, _In_ UINT16 Rule, _In_ ULONG_PTR A, _In_ ULONG_PTR B);

/* The client makes the IRP anew, or hands it to another call, while it may be in flight: OpAbandon. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
FindingAbandon(_In_ const CALL_SITE *Site, _In_ PIRP Irp);

/* An MDL is freed, or unlocked: is it an operation's in flight? */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
FindingMdl(_In_ const CALL_SITE *Site, _In_ UINT16 Rule, _In_ const MDL *Mdl);

/* A block is freed that an operation in flight needs, as the hit says. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
FindingBlock(_In_ const CALL_SITE *Site, _In_ ULONG_PTR Block, _In_ const OP_HIT *Hit);

#endif
