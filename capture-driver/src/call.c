#include "call_path.h"
#include "past.h"
#include "stack.h"

static const EVENT_DESCRIPTOR OpEnter = WSKT_OP_ENTER_DESCRIPTOR;

_Use_decl_annotations_
UINT8
CallIntroduce(const CALL *Call)
{
    if (Call->Irp)
        IrpMeet(&Call->Site, Call->OpId, Call->Irp);
    if (Call->Next)
        CallMeet(Call, VALUE_OF(Call->Next->Context));
    return StackFlag(&Call->Site) | (PastAdopted(Call->Socket) ? WsktHeaderFlags_Adopted : 0);
}

_Use_decl_annotations_
VOID
CallEnter(CALL *Call, WSKT_OP_ENTER *Event, UCHAR Makes)
{
    CallBegin(Call);
    Event->Socket = VALUE_OF(Call->Socket);
    Event->Verb = Call->Verb;
    IrpSnap(Call->Irp, Call->Next, &Event->IrpSnap);
    STACK_LIMITS Stack = StackLimits();
    Event->StackLow = Stack.Low;
    Event->StackHigh = Stack.High;
    UINT8 Flags = CallIntroduce(Call);
    CallMeet(Call, Event->SocketContext);
    CallMeet(Call, Event->InputBuffer);
    CallMeet(Call, Event->OutputBuffer);
    CallMeet(Call, Event->OutputSizeReturned);
    CallMeet(Call, Event->LocalAddressOut);
    CallMeet(Call, Event->RemoteAddressOut);
    EventWrite(&OpEnter, &Call->Site, Call->OpId, Flags, Event, sizeof(*Event), NULL, 0);
    Call->MakesSocket = Makes != CALL_MAKES_NONE;
    if (Call->MakesSocket && Call->Op) {
        Call->Op->Socket = NULL;
        Call->Op->Category = Makes;
        Call->Op->Told = ShimSocketMade;
    }
    CallWrap(Call);
}

_Use_decl_annotations_
VOID
CallWrapCallbacks(CALL *Call, UCHAR Category, PVOID *SocketContext, const VOID **Dispatch)
{
    CALLBACKS *Callbacks = NULL;

    if (!CallbackAny(*Dispatch, Category))
        return;
    if (Call->Op && Call->Op->Memory.Routine)
        Callbacks = CallbackTake(Call->Site.Client, Category);
    if (!Callbacks) {
        CallbackUnwrapped();
        return;
    }
    *Dispatch = CallbackFill(Callbacks, *SocketContext, *Dispatch);
    *SocketContext = Callbacks;
    Call->Op->Callbacks = Callbacks;
}

static OP_TOLD Closed;

_Use_decl_annotations_
static VOID
Closed(OP *Op, PVOID Made)
{
    UNREFERENCED_PARAMETER(Made);
    CallbackGiveBack(InterlockedExchangePointer((PVOID volatile *)&Op->Callbacks, NULL));
}

_Use_decl_annotations_
VOID
CallEndCallbacks(CALL *Call, CALLBACKS *Callbacks)
{
    if (!Callbacks)
        return;
    if (Call->Op && Call->Op->Memory.Routine) {
        Call->Op->Callbacks = Callbacks;
        Call->Op->Told = Closed;
    } else {
        Call->Callbacks = Callbacks;
    }
}

_Use_decl_annotations_
NOINLINE VOID
CallLogExitAside(const CALL *Call, PVOID Socket, NTSTATUS Status)
{
    static const EVENT_DESCRIPTOR OpExit = WSKT_OP_EXIT_DESCRIPTOR;
    WSKT_OP_EXIT Event;
    CallFillExit(&Event, Call, Socket, Status);
    EventWrite(&OpExit, &Call->Site, Call->OpId, 0, &Event, sizeof(Event), NULL, 0);
}

_Use_decl_annotations_
NTSTATUS
CallExit(CALL *Call, NTSTATUS Status)
{
    OP *Op = Call->Op;
    /* A socket made inside the call was noted by the completion. */
    PVOID Socket = Op ? Op->Socket : Call->MakesSocket ? NULL : Call->Socket;
    if (Op && (Op->State & OP_HELD))
        Status = STATUS_PENDING;
    /* A close that is done without a completion that we see. */
    if (Call->Callbacks && Status == STATUS_SUCCESS)
        CallbackGiveBack(Call->Callbacks);
    /* Refused: there will be no socket, even if the IRP never completes. */
    if (Call->MakesSocket && !NT_SUCCESS(Status) && Op)
        CallbackGiveBack(InterlockedExchangePointer((PVOID volatile *)&Op->Callbacks, NULL));
    return CallExitWith(Call, Socket, Status);
}

_Use_decl_annotations_
VOID
CallCopyAddress(UINT8 *Copy, const SOCKADDR *Address)
{
    if (Address)
        RtlCopyMemory(Copy, Address, Address->sa_family == AF_INET6 ? 28 : sizeof(SOCKADDR));
}

_Use_decl_annotations_
VOID
CallCopyCallbacks(WSKT_OP_ENTER *Event, const VOID *Dispatch, SHIM_CATEGORY Category)
{
    PVOID const *Callbacks = Dispatch;

    Event->ClientDispatch = VALUE_OF(Dispatch);
    if (!Dispatch || Category == ShimBasic || Category == ShimUnknown)
        return;
    Event->Callback0 = VALUE_OF(Callbacks[0]);
    if (Category == ShimDatagram)
        return;
    Event->Callback1 = VALUE_OF(Callbacks[1]);
    if (Category == ShimStream)
        return; /* two tables: of the listener and of the connection */
    Event->Callback2 = VALUE_OF(Callbacks[2]);
}
