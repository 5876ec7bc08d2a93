/*
 * The begin and the return of a call, inline: for the verbs that move data. The others call CallExit.
 */
#ifndef WSKTRACE_CALL_PATH_H
#define WSKTRACE_CALL_PATH_H

#include "call.h"
#include "event_write.h"
#include "fault.h"
#include "op_path.h"
#include "pool.h"

/* Of the stack we run on. */
typedef struct _STACK_LIMITS {
    UINT64 Low;
    UINT64 High;
} STACK_LIMITS;

INLINED STACK_LIMITS
StackLimits(VOID)
{
    ULONG_PTR Low, High;
    IoGetStackLimits(&Low, &High);
    return (STACK_LIMITS){Low, High};
}

/* What each call begins with: the thread, the slot. */
_IRQL_requires_max_(DISPATCH_LEVEL)
INLINED VOID
CallBegin(_Inout_ CALL *Call)
{
    EventThread(&Call->Site);
    Call->Next = Call->Irp ? IrpNextLocation(Call->Irp) : NULL;
    if (Call->Next && Call->Next->CompletionRoutine == OpCompleted)
        OpTakeBack(Call->Irp, Call->Next);
    Call->OpId = EventNewOpId();
    Call->Op = OpBegin(&Call->Site, Call->Verb, Call->Socket, Call->Irp, Call->OpId);
}

/* An address that the call names: is it in a block of pool? */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
CallMeet(_In_ const CALL *Call, _In_ UINT64 Address)
{
    PoolMeet(&Call->Site, Call->OpId, Address);
}

/* Before the enter event of any call that is not plain (call_data.c): its IRP and its context, if they are new. Returns the
   flags of the event, for EventWrite. */
_IRQL_requires_max_(DISPATCH_LEVEL)
UINT8
CallIntroduce(_In_ const CALL *Call);

/* ... and what its enter ends with: our routine in front of the client's. A client without one gets none from us: then the
   operation is over, for us, when the call returns. */
_IRQL_requires_max_(DISPATCH_LEVEL)
INLINED VOID
CallWrap(_Inout_ CALL *Call)
{
    if (Call->Op && Call->Next && Call->Next->CompletionRoutine)
        OpWrap(Call->Op, Call->Next);
}

/* Every byte is set below, in the ring: a field that is added has to be set too. */
C_ASSERT(sizeof(WSKT_OP_EXIT) == 88 && FIELD_OFFSET(WSKT_OP_EXIT, Verb) == 84);

INLINED VOID
CallFillExit(_Out_ WSKT_OP_EXIT *Event, _In_ const CALL *Call, _In_opt_ PVOID Socket, _In_ NTSTATUS Status)
{
    Event->Socket = VALUE_OF(Socket);
    Event->Irp = VALUE_OF(Call->Irp);
    Event->Status = (UINT32)Status;
    *(UINT32 *)(PVOID)&Event->Verb = Call->Verb; /* and what is reserved behind it */
}

/* OpExit that the ring does not want. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
CallLogExitAside(_In_ const CALL *Call, _In_opt_ PVOID Socket, _In_ NTSTATUS Status);

/* CALL_FORWARD, for a call on Socket that moves data. */
#define CALL_FORWARD_HERE(Call, Socket, Original) CallExitWith((Call), (Socket), CALL_OR_FAULT(Call, Original))

/* The return of a call on Socket, which may be one that the call has made. Returns what the client is to get: Status,
   except where the completion is held on purpose. */
_IRQL_requires_max_(DISPATCH_LEVEL)
INLINED NTSTATUS
CallExitWith(_Inout_ CALL *Call, _In_opt_ PVOID Socket, _In_ NTSTATUS Status)
{
    static const EVENT_DESCRIPTOR OpExit = WSKT_OP_EXIT_DESCRIPTOR;
    EVENT_PLACE Place;
    OP *Op = Call->Op;
    if (Op && (Op->State & OP_HELD))
        Status = STATUS_PENDING;
    LONG64 Returned = NT_ERROR(Status) ? OP_RETURNED | OP_FAILED : OP_RETURNED;
    WSKT_OP_EXIT *Event = EventBegin(&Place, &OpExit, &Call->Site, Call->OpId, 0, sizeof(*Event));
    if (Event) {
        CallFillExit(Event, Call, Socket, Status);
        EventPublish(&Place);
        if (Op)
            OpGiveUpHere(Op, Returned);
        EventLeave(&Place);
    } else {
        CallLogExitAside(Call, Socket, Status);
        if (Op)
            OpGiveUp(Op, Returned);
    }
    return Status;
}

#endif
