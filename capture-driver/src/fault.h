/*
 * Faults on purpose, for test machines: completions held, completions reordered, calls that fail. What WSK may do any
 * time and seldom does, so that a client that counts on WSK being quick, or in order, or kind, shows it at once.
 *
 * Off unless somebody says that this is a test machine (WSKT_FAULTS); over when the capture stops. Each injection is in
 * the trace (FaultInjected), so that nobody takes it for the client's doing, or WSK's.
 *
 * What may be done, and why
 *   * A completion may come at any time after the call began, and a call may return STATUS_PENDING for any IRP. So a call
 *     whose completion is held returns STATUS_PENDING whatever WSK returned, and its IRP has PendingReturned.
 *   * No documentation says in which order operations of one socket complete, nor that it is any. A client may count on
 *     what a stream implies, so the order within a direction stays (held.h); WskCloseSocket completes last, that is
 *     promised. So completions change places between sockets, and between the directions of one.
 *   * On a socket with event callbacks, receives and all that makes or connects are not held: WSK calls the callbacks in
 *     turn with those completions (more data only after the WskReceive that follows a partial accept, for one), and it
 *     would not wait for us.
 *   * A call that fails completes its IRP with that status, here before it returns it. WskCloseSocket never fails.
 *     Only calls whose completion we follow are failed, so no IRP without a routine, and no call without an IRP.
 *   * WskDeregister, its kin of the registrar and DriverUnload wait until what they close is done: before them
 *     all that is held is delivered, and while they run nothing is held.
 *   * An IRP that the client frees or makes anew while its completion is held is let go: the client is not called with
 *     what it has given back. The trace has the free before the completion, which is the proof.
 *
 * What a held completion cannot keep: the order of a completion that we do not follow (no routine in its IRP, or no slot
 * free) behind one that is held. So nothing is held while less than half of the slots are free.
 */
#ifndef WSKTRACE_FAULT_H
#define WSKTRACE_FAULT_H

#include "op.h"

/* ioctl.h */
struct _WSKT_FAULTS;
struct _WSKT_FAULT_STATUS;

_IRQL_requires_(PASSIVE_LEVEL)
VOID
FaultInitialize(VOID);

/* Nothing may be held. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
FaultUninitialize(VOID);

/* Delivers what is held for those set before, and begins anew. In: of the right length and version, otherwise unchecked.
   A capture must run, or In ask for nothing. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
FaultSet(_In_ const struct _WSKT_FAULTS *In);

/* Ends them; what was held has been delivered when this returns. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
FaultOff(VOID);

_IRQL_requires_(PASSIVE_LEVEL)
VOID
FaultCount(_Out_ struct _WSKT_FAULT_STATUS *Status);

/* All that a path pays while they are off. */
_IRQL_requires_max_(HIGH_LEVEL)
static inline BOOLEAN
FaultsOn(VOID)
{
    extern volatile LONG FaultActive;
    return FaultActive != 0;
}

/* Is this call to fail? Then its IRP has been completed with Status, and WSK must not be called. Op: wrapped. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
FaultFails(_In_ const CALL_SITE *Site, _Inout_opt_ OP *Op, _Out_ NTSTATUS *Status);

/* WSK has completed the IRP: is it to be held? Then it is not the caller's any more. Passes: it goes by one that is held, and
   FaultPassed is to be told when it has done so. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
FaultTakes(_In_opt_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp, _In_ ULONG_PTR Ticket, _Out_ BOOLEAN *Passes);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
FaultPassed(VOID);

/* Around a call of a target that waits until all of its operations are over. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
FaultPause(VOID);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
FaultResume(VOID);

#endif
