#include "held.h"

/* How often the thread looks whether a time has come, in units of 100 ns; a kernel's timers are coarser than that. */
#define LOOK_EVERY 10000

static struct {
    KSPIN_LOCK Lock;
    LIST_ENTRY Queue;
    HELD *Entries; /* by the number of the operation's slot */
    ULONG Count;
    ULONG Pauses;
    BOOLEAN Open;
    BOOLEAN Ending;
    UINT64 LetGo;
    ULONG Ticks; /* in a millisecond */
    PVOID Thread;
    KEVENT Wake;
    KEVENT Empty;
} Held;

_Use_decl_annotations_
VOID
HeldInitialize(VOID)
{
    RtlZeroMemory(&Held, sizeof(Held));
    KeInitializeSpinLock(&Held.Lock);
    InitializeListHead(&Held.Queue);
    KeInitializeEvent(&Held.Wake, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Held.Empty, NotificationEvent, TRUE);
}

static HELD *
EntryOf(ULONG_PTR Ticket)
{
    return &Held.Entries[Ticket & (OP_GENERATION - 1)];
}

/* Completions of one direction keep their order. */
static int
DirectionOf(UINT8 Verb)
{
    switch (Verb) {
    case WsktVerb_WskSend:
    case WsktVerb_WskSendTo:
    case WsktVerb_WskSendMessages:
    case WsktVerb_WskDisconnect:
        return 1;
    case WsktVerb_WskReceive:
    case WsktVerb_WskReceiveFrom:
        return 2;
    default:
        return 0;
    }
}

/* The last one, from At back to the front, that Completion must not overtake. */
static const HELD *
Ahead(const HELD *Completion, const LIST_ENTRY *At)
{
    for (; Completion->Socket && At != &Held.Queue; At = At->Blink) {
        const HELD *One = CONTAINING_RECORD(At, HELD, Link);
        if (One->Socket == Completion->Socket &&
            (Completion->Verb == WsktVerb_WskCloseSocket || DirectionOf(One->Verb) == DirectionOf(Completion->Verb)))
            return One;
    }
    return NULL;
}

_Use_decl_annotations_
HELD_ANSWER
HeldQueue(const HELD *Completion, BOOLEAN Wanted, UINT64 *Behind)
{
    HELD_ANSWER Answer = HeldNot;
    KIRQL Irql;

    LONG64 Now = KeQueryPerformanceCounter(NULL).QuadPart;
    KeAcquireSpinLock(&Held.Lock, &Irql);
    const HELD *First = Ahead(Completion, Held.Queue.Blink);
    *Behind = First ? First->OpId : 0;
    if (Wanted && Held.Open && !Held.Pauses && Held.Count < HELD_MOST)
        Answer = HeldAsWanted;
    else if (First)
        Answer = HeldBehind;
    if (Answer != HeldNot) {
        HELD *Entry = EntryOf(Completion->Ticket);
        *Entry = *Completion;
        Entry->Settled = FALSE;
        if (Answer == HeldBehind)
            Entry->Milliseconds = Entry->Others = 0;
        Entry->Due = Now + (LONG64)Entry->Milliseconds * Held.Ticks;
        Entry->Latest = Entry->Due + (LONG64)HELD_PATIENCE_MS * Held.Ticks;
        InsertTailList(&Held.Queue, &Entry->Link);
        Held.Count++;
        KeClearEvent(&Held.Empty);
    }
    KeReleaseSpinLock(&Held.Lock, Irql);
    return Answer;
}

_Use_decl_annotations_
VOID
HeldSettle(ULONG_PTR Ticket)
{
    KIRQL Irql;
    KeAcquireSpinLock(&Held.Lock, &Irql);
    EntryOf(Ticket)->Settled = TRUE;
    KeReleaseSpinLock(&Held.Lock, Irql);
    KeSetEvent(&Held.Wake, IO_NO_INCREMENT, FALSE);
}

/* TRUE: there is one that has waited for enough others now. With the lock held. */
static BOOLEAN
CountDown(VOID)
{
    BOOLEAN Enough = FALSE;
    for (PLIST_ENTRY At = Held.Queue.Flink; At != &Held.Queue; At = At->Flink) {
        HELD *One = CONTAINING_RECORD(At, HELD, Link);
        if (One->Others && !--One->Others)
            Enough = TRUE;
    }
    return Enough;
}

_Use_decl_annotations_
VOID
HeldPassed(VOID)
{
    KIRQL Irql;
    KeAcquireSpinLock(&Held.Lock, &Irql);
    BOOLEAN Enough = CountDown();
    KeReleaseSpinLock(&Held.Lock, Irql);
    if (Enough)
        KeSetEvent(&Held.Wake, IO_NO_INCREMENT, FALSE);
}

/* The first that may be delivered now. NULL: none, and perhaps there are some that Wait for their time. With the lock
   held. */
static HELD *
Ripe(BOOLEAN *Wait)
{
    LONG64 Now = KeQueryPerformanceCounter(NULL).QuadPart;
    BOOLEAN All = Held.Pauses || !Held.Open;

    *Wait = FALSE;
    for (PLIST_ENTRY At = Held.Queue.Flink; At != &Held.Queue; At = At->Flink) {
        HELD *One = CONTAINING_RECORD(At, HELD, Link);
        LONG64 When = One->Others ? One->Latest : One->Due;
        if (!One->Settled || Ahead(One, At->Blink))
            continue;
        if (All || When <= Now)
            return One;
        *Wait = TRUE;
    }
    return NULL;
}

/* Of the thread. FALSE: it was the last time. */
static BOOLEAN
DeliverRipe(BOOLEAN *Wait)
{
    KIRQL Irql;
    HELD *One;

    KeAcquireSpinLock(&Held.Lock, &Irql);
    while ((One = Ripe(Wait)) != NULL) {
        KeReleaseSpinLock(&Held.Lock, Irql);
        KeRaiseIrql(DISPATCH_LEVEL, &Irql);
        BOOLEAN Delivered = OpCompleteHeld(One->DeviceObject, One->Irp, One->Ticket);
        KeLowerIrql(Irql);
        KeAcquireSpinLock(&Held.Lock, &Irql);
        RemoveEntryList(&One->Link);
        Held.Count--;
        Held.LetGo += !Delivered;
        OpGiveUpShare(One->Op); /* the entry may be used anew from here on, but not before the lock is free */
        (VOID) CountDown();
    }
    BOOLEAN Empty = !Held.Count, Over = Empty && Held.Ending;
    if (Empty)
        KeSetEvent(&Held.Empty, IO_NO_INCREMENT, FALSE);
    KeReleaseSpinLock(&Held.Lock, Irql);
    return !Over;
}

static KSTART_ROUTINE Work;

_Use_decl_annotations_
static VOID NTAPI
Work(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    LARGE_INTEGER LookAgain = {.QuadPart = -LOOK_EVERY};
    BOOLEAN Wait;

    while (DeliverRipe(&Wait))
        KeWaitForSingleObject(&Held.Wake, Executive, KernelMode, FALSE, Wait ? &LookAgain : NULL);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

_Use_decl_annotations_
NTSTATUS
HeldBegin(ULONG Slots)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Thread;
    LARGE_INTEGER Frequency;

    KeQueryPerformanceCounter(&Frequency);
    HELD *Entries = ExAllocatePoolWithTag(NonPagedPoolNx, Slots * sizeof(*Entries), WSKTRACE_TAG);
    if (!Entries)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(Entries, Slots * sizeof(*Entries));
    Held.Entries = Entries;
    /* Of 32 bits: there is no division of 64 without a runtime on every processor. */
    Held.Ticks = (Frequency.HighPart ? MAXULONG : Frequency.LowPart) / 1000;
    Held.LetGo = 0;
    Held.Ending = FALSE;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS Status = PsCreateSystemThread(&Thread, THREAD_ALL_ACCESS, &Attributes, NULL, NULL, Work, NULL);
    if (!NT_SUCCESS(Status)) {
        Held.Entries = NULL;
        ExFreePoolWithTag(Entries, WSKTRACE_TAG);
        return Status;
    }
    /* The handle is good, so this does not fail. No PsThreadType: importing data takes more than mingw gives a driver. */
    Status = ObReferenceObjectByHandle(Thread, SYNCHRONIZE, NULL, KernelMode, &Held.Thread, NULL);
    NT_ASSERT(NT_SUCCESS(Status));
    ZwClose(Thread);

    KIRQL Irql;
    KeAcquireSpinLock(&Held.Lock, &Irql);
    Held.Open = TRUE;
    KeReleaseSpinLock(&Held.Lock, Irql);
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
VOID
HeldEnd(VOID)
{
    KIRQL Irql;
    KeAcquireSpinLock(&Held.Lock, &Irql);
    Held.Open = FALSE;
    Held.Ending = TRUE;
    KeReleaseSpinLock(&Held.Lock, Irql);
    KeSetEvent(&Held.Wake, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(Held.Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Held.Thread);
    Held.Thread = NULL;
    ExFreePoolWithTag(Held.Entries, WSKTRACE_TAG);
    Held.Entries = NULL;
}

_Use_decl_annotations_
VOID
HeldPause(VOID)
{
    KIRQL Irql;
    KeAcquireSpinLock(&Held.Lock, &Irql);
    Held.Pauses++;
    KeReleaseSpinLock(&Held.Lock, Irql);
    if (Irql > APC_LEVEL)
        return;
    KeSetEvent(&Held.Wake, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(&Held.Empty, Executive, KernelMode, FALSE, NULL);
}

_Use_decl_annotations_
VOID
HeldResume(VOID)
{
    KIRQL Irql;
    KeAcquireSpinLock(&Held.Lock, &Irql);
    Held.Pauses--;
    KeReleaseSpinLock(&Held.Lock, Irql);
}

_Use_decl_annotations_
VOID
HeldCount(HELD_COUNTERS *Counters)
{
    KIRQL Irql;
    KeAcquireSpinLock(&Held.Lock, &Irql);
    Counters->Now = Held.Count;
    Counters->LetGo = Held.LetGo;
    KeReleaseSpinLock(&Held.Lock, Irql);
}
