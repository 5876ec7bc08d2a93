/*
 * Operations in flight, and the completion routine that stands in front of the client's.
 *
 * An operation is one call of a WSK verb with its IRP. It holds a completion slot out of a fixed pool, from before the
 * call is forwarded until two things have happened, in either order: the call returned, and the IRP completed.
 *
 *     OpBegin      slot taken
 *     OpWrap       IRP noted as in flight; the routine in the IRP's next stack location becomes ours,
 *                  the context the slot
 *     (the call is forwarded)
 *     CallExit     logs OpExit, gives up the call's share of the slot
 *     Completed    (ours) logs OpComplete, calls the client's routine, logs OpCompleteExit, gives up the other share
 *
 * The slot is free when both shares are given up; it goes to the end of the queue (slot.h), so that a completion that
 * comes twice still finds whose it was. After the client's routine has run the IRP is not touched: it may be gone.
 *
 * What holds, without a lock
 *   * State is one word: a generation, flags, and the shares. OpBegin, which owns the slot, begins a new generation with
 *     a full barrier before it writes anything else; everybody else changes State by interlocked operations.
 *   * A ticket is a slot's number and its generation. It is what the IRP's stack location holds as the context; so it can
 *     be old without harm: it fits only as long as the generation is its own. Who comes by the IRP finds the slot (flight.h),
 *     reads State, and then looks whether the IRP is that slot's still: a State of that generation is its ticket.
 *   * The generation does not change while a share is held. COMPLETED is set once in a generation, by who takes the
 *     completion's share: the completion itself, or OpAbandon.
 *   * Who holds no share reads what the slot remembers, then a full barrier, then State: if the generation is still the
 *     ticket's, what was read is of one operation. So those fields are volatile.
 *   * Ranges do not change from OpWrap on.
 */
#ifndef WSKTRACE_OP_H
#define WSKTRACE_OP_H

#include "irp.h"
#include "mdl.h"
#include "slot.h"

#define OP_MIN_SLOTS 64
#define OP_MAX_SLOTS SLOT_MAX

/* OP.State */
#define OP_SHARES 0x3      /* of the call, of the completion, of who pinned it; 0: the slot is free */
#define OP_RETURNED 0x4    /* the call has returned */
#define OP_FAILED 0x8      /* ... an error */
#define OP_COMPLETED 0x10  /* the completion has been taken, or will not come */
#define OP_IRP_FREED 0x20  /* the client freed the IRP under way: its memory is not ours to look at */
#define OP_HELD 0x40       /* its completion was held back on purpose (fault.h): the call returns STATUS_PENDING */
#define OP_PINNED 0x80     /* OpPin: once in a generation */
#define OP_PAYLOAD 0x100   /* its data were hashed, and will be again */
#define OP_GENERATION SLOT_MAX /* from this bit on */

#define OP_MAKES_NONE 0xff

/* MDL ranges remembered for an operation; what does not fit widens the last one. */
#define OP_RANGES 8

struct _CALLBACKS;
struct _PAYLOAD;
struct _OP;

/* Told that a call has completed, before the client is; Made is the socket it made, or NULL. */
typedef VOID OP_TOLD(_Inout_ struct _OP *Op, _In_opt_ PVOID Made);

/* What a slot remembers of an operation, perhaps after its end. */
typedef struct _OP_MEMORY {
    UINT64 OpId;
    PIO_COMPLETION_ROUTINE Routine; /* the client's */
    PVOID Context;                  /* the client's */
    USHORT Client;
    UINT8 Verb;
    UCHAR Control; /* the client's SL_INVOKE_ON_ bits */
} OP_MEMORY;

typedef struct _OP {
    volatile LONG64 State;
    ULONG_PTR Ticket; /* of this generation; constant while a share is held */
    volatile OP_MEMORY Memory;
    PIRP volatile Irp;
    PIO_STACK_LOCATION Location; /* of the IRP: where our routine stands */
    volatile LONG *Hash;         /* of the IRP (flight.h) */
    PVOID volatile Socket; /* what the call works on; for verbs that make a socket: what they made */
    OP_TOLD *Told;                           /* verbs that make a socket, or close it */
    struct _CALLBACKS *volatile Callbacks;   /* of that socket */
    struct _PAYLOAD *Payload; /* what is hashed of it, if OP_PAYLOAD is set */
    ULONG Lives;            /* MdlLives at the enter */
    UCHAR Category;         /* of the socket that will be made; OP_MAKES_NONE */
    UCHAR volatile Ranges;
    BOOLEAN Widened; /* there were more MDLs than ranges */
    volatile MDL_SEEN Range[OP_RANGES];
} OP;

typedef struct _OP_COUNTERS {
    ULONG Slots;
    ULONG Free;
    ULONG InFlight;
    UINT64 Unwrapped; /* calls that found no slot: their completion is not in the trace */
    UINT64 Strays;    /* completions that were not expected (any more) */
} OP_COUNTERS;

_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
OpInitialize(_In_range_(OP_MIN_SLOTS, OP_MAX_SLOTS) ULONG Slots);

/* Nothing may be in flight. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
OpUninitialize(VOID);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
OpCount(_Out_ OP_COUNTERS *Counters);

/* Our completion routine. */
IO_COMPLETION_ROUTINE OpCompleted;

/* A call that WSK refused without completing its IRP has left our routine in Next, its next stack location, and the client
   may make the call again as it is: the client's routine comes back, before the IRP is looked at or handed on. Before
   OpBegin (op_path.h). */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
OpTakeBack(_In_ PIRP Irp, _Inout_ PIO_STACK_LOCATION Next);

/* What of an operation in flight was found. */
typedef enum _OP_HIT_WHAT { OpHitIrp, OpHitMdl, OpHitData } OP_HIT_WHAT;

typedef struct _OP_HIT {
    UINT64 OpId;
    ULONG_PTR Irp;
    OP_HIT_WHAT What;
    BOOLEAN NonPaged; /* OpHitData: the MDL says nonpaged pool */
    BOOLEAN Proved;   /* it is in flight: no call that failed and may have been the end of it, and no range that was widened */
} OP_HIT;

/* Does [Start, End) hold an IRP in flight, or an MDL or a byte of an operation in flight? */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
OpTouches(_In_ ULONG_PTR Start, _In_ ULONG_PTR End, _Out_ OP_HIT *Hit);

/* Is anything in flight? */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
OpAny(VOID);

/* The client makes the IRP anew while it may be in flight: our routine is wiped out of it, its operation will not
   complete for us. TRUE: it was in flight. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
OpAbandon(_In_ PIRP Irp, _Out_opt_ OP_HIT *Hit);

/* The client frees the IRP while it may be in flight. TRUE: it was. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
OpIrpFreed(_In_ PIRP Irp, _Out_ OP_HIT *Hit);

/* What the slot remembers of the operation, and its state; FALSE if it was another IRP's, or is another operation's by
   now. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
BOOLEAN
OpRecall(_In_ ULONG_PTR Ticket, _In_ PIRP Irp, _Out_ OP_MEMORY *Memory, _Out_ LONG64 *State);

/* Has the IRP our routine? Op: with the call's share, after OpWrap, before the call is forwarded. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline BOOLEAN
OpIsFollowed(_In_ const OP *Op)
{
    return (Op->State & OP_SHARES) > 1;
}

/* The operation whose IRP has just completed, with a share more; NULL: a stray, one that completed before, or one whose
   IRP the client has freed. */
_IRQL_requires_max_(DISPATCH_LEVEL)
OP *
OpPin(_In_ ULONG_PTR Ticket, _In_ PIRP Irp);

/* Completes an IRP for which our routine answered STATUS_MORE_PROCESSING_REQUIRED: the client's routine runs, and where it
   lets the I/O manager go on, so do we. FALSE: the client has freed the IRP or made it anew meanwhile; it is left alone,
   and logged. The caller has pinned the operation. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
OpCompleteHeld(_In_opt_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp, _In_ ULONG_PTR Ticket);

/* The call, or the completion, or who pinned it, is done with the slot. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
OpGiveUpShare(_Inout_ OP *Op);

#endif
