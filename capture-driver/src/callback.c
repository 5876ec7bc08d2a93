/* The pool of slots, and what goes into one. */
#include "callback.h"

#include "shim.h"

static struct {
    CALLBACKS *Slots;
    volatile LONG Cursor; /* where the search begins: what was given back last is taken last */
    volatile LONG Held;
    volatile LONG Unwrapped;
} Pool;

_Use_decl_annotations_
NTSTATUS
CallbackInitialize(VOID)
{
    RtlZeroMemory(&Pool, sizeof(Pool));
    Pool.Slots = ExAllocatePoolWithTag(NonPagedPoolNx, CALLBACK_SLOTS * sizeof(*Pool.Slots), WSKTRACE_TAG);
    if (!Pool.Slots)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(Pool.Slots, CALLBACK_SLOTS * sizeof(*Pool.Slots));
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
CallbackUninitialize(VOID)
{
    ExFreePoolWithTag(Pool.Slots, WSKTRACE_TAG);
    Pool.Slots = NULL;
}

_Use_decl_annotations_
VOID
CallbackCount(CALLBACK_COUNTERS *Counters)
{
    Counters->Held = (ULONG)Pool.Held;
    Counters->Unwrapped = (ULONG)Pool.Unwrapped;
}

_Use_decl_annotations_
CALLBACKS *
CallbackTake(USHORT Client, UCHAR Category)
{
    /* The count is taken first: then there is a free slot, or one that is just being given back. */
    if (InterlockedIncrement(&Pool.Held) > CALLBACK_SLOTS)
        goto none;
    for (ULONG i = 0; i < 2 * CALLBACK_SLOTS; i++) {
        CALLBACKS *Slot = &Pool.Slots[(ULONG)InterlockedIncrement(&Pool.Cursor) % CALLBACK_SLOTS];
        if (Slot->Shares || InterlockedCompareExchange(&Slot->Shares, 1, 0))
            continue;
        Slot->Client = Client;
        Slot->Category = Category;
        Slot->Context = NULL;
        Slot->Dispatch = NULL;
        Slot->Socket = NULL;
        RtlZeroMemory(&Slot->Listen, sizeof(Slot->Listen));
        RtlZeroMemory(&Slot->Connection, sizeof(Slot->Connection));
        RtlZeroMemory(&Slot->Datagram, sizeof(Slot->Datagram));
        RtlZeroMemory(&Slot->Stream, sizeof(Slot->Stream));
        Slot->AcceptContext = NULL;
        Slot->AcceptDispatch = NULL;
        return Slot;
    }
none:
    InterlockedDecrement(&Pool.Held);
    return NULL;
}

_Use_decl_annotations_
VOID
CallbackGiveBack(CALLBACKS *Callbacks)
{
    if (Callbacks && InterlockedDecrement(&Callbacks->Shares) == 0)
        InterlockedDecrement(&Pool.Held);
}

_Use_decl_annotations_
VOID
CallbackShare(CALLBACKS *Callbacks)
{
    InterlockedIncrement(&Callbacks->Shares);
}

_Use_decl_annotations_
VOID
CallbackUnwrapped(VOID)
{
    InterlockedIncrement(&Pool.Unwrapped);
}

static ULONG
Bits(const VOID *Dispatch, ULONG Count)
{
    PVOID const *Routines = Dispatch;
    ULONG Set = 0;
    for (ULONG i = 0; Routines && i < Count; i++)
        Set |= Routines[i] ? 1u << i : 0;
    return Set;
}

_Use_decl_annotations_
BOOLEAN
CallbackAny(const VOID *Dispatch, UCHAR Category)
{
    const WSK_CLIENT_STREAM_DISPATCH *Stream = Dispatch;
    switch (Category) {
    case ShimListen:
    case ShimConnection:
        return Bits(Dispatch, 3) != 0;
    case ShimDatagram:
        return Bits(Dispatch, 1) != 0;
    case ShimStream:
        return Stream && (Bits(Stream->Listen, 3) || Bits(Stream->Connect, 3));
    default:
        return FALSE;
    }
}

static const WSK_CLIENT_LISTEN_DISPATCH *
FillListen(CALLBACKS *Callbacks, const WSK_CLIENT_LISTEN_DISPATCH *Dispatch)
{
    if (!Dispatch)
        return NULL;
    Callbacks->Listen = *Dispatch;
    return &CallbackListen[Bits(&Callbacks->Listen, 3)];
}

static const WSK_CLIENT_CONNECTION_DISPATCH *
FillConnection(CALLBACKS *Callbacks, const WSK_CLIENT_CONNECTION_DISPATCH *Dispatch)
{
    if (!Dispatch)
        return NULL;
    Callbacks->Connection = *Dispatch;
    return &CallbackConnection[Bits(&Callbacks->Connection, 3)];
}

_Use_decl_annotations_
const VOID *
CallbackFill(CALLBACKS *Callbacks, PVOID Context, const VOID *Dispatch)
{
    const WSK_CLIENT_STREAM_DISPATCH *Stream = Dispatch;
    Callbacks->Context = Context;
    Callbacks->Dispatch = Dispatch;
    switch (Callbacks->Category) {
    case ShimListen:
        return FillListen(Callbacks, Dispatch);
    case ShimConnection:
        return FillConnection(Callbacks, Dispatch);
    case ShimDatagram:
        Callbacks->Datagram = *(const WSK_CLIENT_DATAGRAM_DISPATCH *)Dispatch;
        return &CallbackDatagram[Bits(&Callbacks->Datagram, 1)];
    default:
        Callbacks->Stream.Listen = FillListen(Callbacks, Stream->Listen);
        Callbacks->Stream.Connect = FillConnection(Callbacks, Stream->Connect);
        return &Callbacks->Stream;
    }
}

static BOOLEAN
IsOurs(const WSK_CLIENT_CONNECTION_DISPATCH *Dispatch)
{
    return Dispatch >= CallbackConnection && Dispatch < CallbackConnection + RTL_NUMBER_OF(CallbackConnection);
}

/* Twice is as good as once, whichever of the two the client set last. */
_Use_decl_annotations_
BOOLEAN
CallbackAccepting(CALLBACKS *Callbacks)
{
    const WSK_CLIENT_CONNECTION_DISPATCH **Dispatch = Callbacks ? Callbacks->AcceptDispatch : NULL;
    PVOID *Context = Callbacks ? Callbacks->AcceptContext : NULL;
    if (!Dispatch || !Context || !*Dispatch)
        return FALSE;
    if (!IsOurs(*Dispatch) && !CallbackAny(*Dispatch, ShimConnection))
        return FALSE;
    if (*Context != Callbacks) {
        Callbacks->Context = *Context;
        *Context = Callbacks;
    }
    if (!IsOurs(*Dispatch)) {
        Callbacks->Dispatch = *Dispatch;
        *Dispatch = FillConnection(Callbacks, *Dispatch);
    }
    return TRUE;
}
