#include "wait.h"

static const EVENT_DESCRIPTOR WaitEnter = WSKT_WAIT_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR WaitExit = WSKT_WAIT_EXIT_DESCRIPTOR;

typedef struct _WAIT {
    CALL_SITE Site;
    UINT64 Id; /* 0: no capture ran when it began */
    LONG64 Began;
    PVOID First;
    UINT8 Kind;
} WAIT;

#define WAIT_HERE(Wait, Name)                                  \
    WAIT Wait = {.Kind = WsktWaitKind_##Name};                 \
    Wait.Site.Caller = RETURN_ADDRESS();                       \
    Wait.Site.StackPointer = STACK_POINTER();                  \
    TargetResolve(&Wait.Site)

/* NOINLINE: the event must not lie on the stack of a thread that waits. */
static NOINLINE VOID
Enter(WAIT *Wait, WSKT_WAIT_ENTER Event, ULONG Count, PVOID const *Objects, const LARGE_INTEGER *Timeout)
{
    WSKT_WAIT_OBJECT Tail[WAIT_OBJECTS];
    ULONG_PTR Low, High;

    if (!EventOn())
        return;
    Wait->Id = EventNewOpId();
    Event.Kind = Wait->Kind;
    if (Timeout) {
        Event.HasTimeout = TRUE;
        Event.Timeout = (UINT64)Timeout->QuadPart;
    }
    IoGetStackLimits(&Low, &High);
    for (ULONG i = 0; i < min(Count, WAIT_OBJECTS); i++) {
        Tail[i].Object = VALUE_OF(Objects[i]);
        Event.OnStack |= VALUE_OF(Objects[i]) >= Low && VALUE_OF(Objects[i]) < High;
    }
    Wait->First = Count ? Objects[0] : NULL;
    Event.ObjectCount = (UINT16)min(Count, WAIT_OBJECTS);
    Wait->Began = KeQueryPerformanceCounter(NULL).QuadPart;
    EventWrite(
        &WaitEnter,
        &Wait->Site,
        Wait->Id,
        Count > WAIT_OBJECTS ? WsktHeaderFlags_Truncated : 0,
        &Event,
        sizeof(Event),
        Tail,
        Event.ObjectCount * (ULONG)sizeof(*Tail));
}

/* The object may be gone: it is its address alone. */
static NTSTATUS
Exit(const WAIT *Wait, NTSTATUS Status)
{
    if (Wait->Id) {
        WSKT_WAIT_EXIT Event = {
            .Object = VALUE_OF(Wait->First),
            .Duration = (UINT64)(KeQueryPerformanceCounter(NULL).QuadPart - Wait->Began),
            .Status = (UINT32)Status,
            .Kind = Wait->Kind,
        };
        EVENT_WRITE(&WaitExit, &Wait->Site, Wait->Id, &Event);
    }
    return Status;
}

_Use_decl_annotations_
NTSTATUS NTAPI
OnKeWaitForSingleObject(
    PVOID Object,
    KWAIT_REASON WaitReason,
    KPROCESSOR_MODE WaitMode,
    BOOLEAN Alertable,
    PLARGE_INTEGER Timeout)
{
    WAIT_HERE(Wait, KeWaitForSingleObject);
    WSKT_WAIT_ENTER Event = {
        .Reason = (UINT32)WaitReason, .WaitMode = (UINT8)WaitMode, .Alertable = Alertable, .WaitType = WaitAny};
    Enter(&Wait, Event, 1, &Object, Timeout);
    return Exit(
        &Wait, ORIGINAL(Wait.Site, KeWaitForSingleObject)(Object, WaitReason, WaitMode, Alertable, Timeout));
}

_Use_decl_annotations_
NTSTATUS NTAPI
OnKeWaitForMultipleObjects(
    ULONG Count,
    PVOID Object[],
    WAIT_TYPE WaitType,
    KWAIT_REASON WaitReason,
    KPROCESSOR_MODE WaitMode,
    BOOLEAN Alertable,
    PLARGE_INTEGER Timeout,
    PKWAIT_BLOCK WaitBlockArray)
{
    WAIT_HERE(Wait, KeWaitForMultipleObjects);
    WSKT_WAIT_ENTER Event = {
        .Reason = (UINT32)WaitReason,
        .WaitMode = (UINT8)WaitMode,
        .Alertable = Alertable,
        .WaitType = (UINT8)WaitType,
    };
    Enter(&Wait, Event, Count, Object, Timeout);
    return Exit(
        &Wait,
        ORIGINAL(Wait.Site, KeWaitForMultipleObjects)(
            Count, Object, WaitType, WaitReason, WaitMode, Alertable, Timeout, WaitBlockArray));
}

_Use_decl_annotations_
NTSTATUS NTAPI
OnKeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable, PLARGE_INTEGER Interval)
{
    WAIT_HERE(Wait, KeDelayExecutionThread);
    WSKT_WAIT_ENTER Event = {.Reason = DelayExecution, .WaitMode = (UINT8)WaitMode, .Alertable = Alertable};
    Enter(&Wait, Event, 0, NULL, Interval);
    return Exit(&Wait, ORIGINAL(Wait.Site, KeDelayExecutionThread)(WaitMode, Alertable, Interval));
}
