/*
 * IRQL, spin locks and dispatcher objects. One lock and one condition stand behind every event, so a wait sees the
 * memory of the event itself: an event on a dead stack or in freed pool is seen by the address sanitizer.
 */
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "host.h"

static pthread_mutex_t Processors[HOST_PROCESSORS] = {
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static pthread_mutex_t Dispatcher = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Signalled = PTHREAD_COND_INITIALIZER;
static volatile LONG NextProcessor;
static __thread KIRQL Irql;
static __thread ULONG Processor = ~0u;

void HostSetProcessor(ULONG Number)
{
    HOST_CHECK(Irql < DISPATCH_LEVEL, "a thread cannot change its processor at DISPATCH_LEVEL");
    Processor = Number % HOST_PROCESSORS;
}

static void AssureProcessor(void)
{
    if (Processor == ~0u)
        Processor = (ULONG)InterlockedIncrement(&NextProcessor) % HOST_PROCESSORS;
}

KIRQL KeGetCurrentIrql(VOID)
{
    return Irql;
}

KIRQL KfRaiseIrql(KIRQL New)
{
    KIRQL Old = Irql;
    HOST_CHECK(New >= Old, "KeRaiseIrql from %u down to %u", Old, New);
    AssureProcessor();
    if (Old < DISPATCH_LEVEL && New >= DISPATCH_LEVEL)
        pthread_mutex_lock(&Processors[Processor]);
    Irql = New;
    return Old;
}

KIRQL KeRaiseIrqlToDpcLevel(VOID)
{
    return KfRaiseIrql(DISPATCH_LEVEL);
}

VOID KeLowerIrql(KIRQL New)
{
    KIRQL Old = Irql;
    HOST_CHECK(New <= Old, "KeLowerIrql from %u up to %u", Old, New);
    Irql = New;
    if (Old >= DISPATCH_LEVEL && New < DISPATCH_LEVEL)
        pthread_mutex_unlock(&Processors[Processor]);
}

ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER Number)
{
    AssureProcessor();
    if (Irql < DISPATCH_LEVEL) /* a thread below DISPATCH_LEVEL may be moved at any moment */
        Processor = (Processor + 1) % HOST_PROCESSORS;
    if (Number != NULL)
        *Number = (PROCESSOR_NUMBER) {.Number = (UCHAR)Processor};
    return Processor;
}

ULONG KeGetCurrentProcessorNumber(VOID)
{
    return KeGetCurrentProcessorNumberEx(NULL);
}

static ULONG ProcessorsTold = HOST_PROCESSORS;

void HostTellProcessors(ULONG Count)
{
    ProcessorsTold = Count;
}

ULONG KeQueryActiveProcessorCountEx(USHORT Group)
{
    (void)Group;
    return ProcessorsTold;
}

/* A spin lock holds the thread that owns it, so that a second acquire by the same thread ends the test. */
static BOOLEAN TryLock(PKSPIN_LOCK Lock)
{
    KSPIN_LOCK Free = 0;
    return __atomic_compare_exchange_n(
        Lock, &Free, (KSPIN_LOCK)KeGetCurrentThread(), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static void Lock(PKSPIN_LOCK SpinLock)
{
    HOST_CHECK(__atomic_load_n(SpinLock, __ATOMIC_SEQ_CST) != (KSPIN_LOCK)KeGetCurrentThread(),
        "spin lock %p acquired twice by one thread", (void *)SpinLock);
    while (!TryLock(SpinLock))
        sched_yield();
}

static void Unlock(PKSPIN_LOCK SpinLock)
{
    HOST_CHECK(Irql >= DISPATCH_LEVEL, "spin lock released at IRQL %u", Irql);
    HOST_CHECK(__atomic_load_n(SpinLock, __ATOMIC_SEQ_CST) == (KSPIN_LOCK)KeGetCurrentThread(),
        "spin lock %p released by a thread that does not own it", (void *)SpinLock);
    __atomic_store_n(SpinLock, 0, __ATOMIC_SEQ_CST);
}

VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock)
{
    *SpinLock = 0;
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    Lock(SpinLock);
    return Old;
}

VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL New)
{
    Unlock(SpinLock);
    KeLowerIrql(New);
}

VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
    Event->Header = (DISPATCHER_HEADER) {.Type = (UCHAR)Type, .Size = sizeof(KEVENT) / 4, .SignalState = State};
    InitializeListHead(&Event->Header.WaitListHead);
}

static LONG SetSignal(DISPATCHER_HEADER *Header, LONG State)
{
    pthread_mutex_lock(&Dispatcher);
    LONG Old = Header->SignalState;
    Header->SignalState = State;
    pthread_cond_broadcast(&Signalled);
    pthread_mutex_unlock(&Dispatcher);
    return Old;
}

LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
    (void)Increment;
    HOST_IRQL_MAX(Wait ? APC_LEVEL : DISPATCH_LEVEL);
    return SetSignal(&Event->Header, 1);
}

LONG KeResetEvent(PRKEVENT Event)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    return SetSignal(&Event->Header, 0);
}

VOID KeClearEvent(PRKEVENT Event)
{
    KeResetEvent(Event);
}

LONG KeReadStateEvent(PRKEVENT Event)
{
    pthread_mutex_lock(&Dispatcher);
    LONG State = Event->Header.SignalState;
    pthread_mutex_unlock(&Dispatcher);
    return State;
}

/* Ticks of 100 ns: negative is relative, positive an absolute system time. */
static struct timespec Deadline(const LARGE_INTEGER *Timeout)
{
    struct timespec At;
    LONGLONG Ticks = Timeout->QuadPart;
    clock_gettime(CLOCK_REALTIME, &At);
    if (Ticks > 0)
        return (struct timespec) {.tv_sec = Ticks / 10000000 - 11644473600LL, .tv_nsec = Ticks % 10000000 * 100};
    At.tv_sec += -Ticks / 10000000;
    At.tv_nsec += -Ticks % 10000000 * 100;
    At.tv_sec += At.tv_nsec / 1000000000;
    At.tv_nsec %= 1000000000;
    return At;
}

NTSTATUS KeWaitForSingleObject(
    PVOID Object, KWAIT_REASON Reason, KPROCESSOR_MODE Mode, BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
    DISPATCHER_HEADER *Header = Object;
    struct timespec Until = {0};
    NTSTATUS Status = STATUS_SUCCESS;
    (void)Reason, (void)Mode, (void)Alertable;
    if (Timeout == NULL || Timeout->QuadPart != 0)
        HOST_IRQL_MAX(APC_LEVEL);
    else
        HOST_IRQL_MAX(DISPATCH_LEVEL);
    if (Timeout != NULL)
        Until = Deadline(Timeout);
    pthread_mutex_lock(&Dispatcher);
    while (Header->SignalState <= 0) {
        if (Timeout == NULL)
            pthread_cond_wait(&Signalled, &Dispatcher);
        else if (Timeout->QuadPart == 0 || pthread_cond_timedwait(&Signalled, &Dispatcher, &Until) != 0) {
            if (Header->SignalState <= 0)
                Status = STATUS_TIMEOUT;
            break;
        }
    }
    if (Status == STATUS_SUCCESS && Header->Type == SynchronizationEvent)
        Header->SignalState = 0;
    pthread_mutex_unlock(&Dispatcher);
    return Status;
}

static bool Satisfied(ULONG Count, PVOID Objects[], WAIT_TYPE Type, NTSTATUS *Status)
{
    ULONG Set = 0;
    for (ULONG i = 0; i < Count; i++) {
        if (((DISPATCHER_HEADER *)Objects[i])->SignalState <= 0)
            continue;
        Set++;
        *Status = Type == WaitAny ? (NTSTATUS)i : STATUS_SUCCESS;
        if (Type == WaitAny)
            return true;
    }
    return Set == Count;
}

NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Objects[], WAIT_TYPE Type, KWAIT_REASON Reason,
    KPROCESSOR_MODE Mode, BOOLEAN Alertable, PLARGE_INTEGER Timeout, PKWAIT_BLOCK Blocks)
{
    struct timespec Until = {0};
    NTSTATUS Status = STATUS_SUCCESS;
    (void)Reason, (void)Mode, (void)Alertable;
    HOST_IRQL_MAX(Timeout != NULL && Timeout->QuadPart == 0 ? DISPATCH_LEVEL : APC_LEVEL);
    HOST_CHECK(Count <= 3 || Blocks != NULL, "KeWaitForMultipleObjects: %u objects need wait blocks", Count);
    if (Timeout != NULL)
        Until = Deadline(Timeout);
    pthread_mutex_lock(&Dispatcher);
    while (!Satisfied(Count, Objects, Type, &Status)) {
        if (Timeout == NULL) {
            pthread_cond_wait(&Signalled, &Dispatcher);
        } else if (Timeout->QuadPart == 0 || pthread_cond_timedwait(&Signalled, &Dispatcher, &Until) != 0) {
            Status = STATUS_TIMEOUT;
            goto out;
        }
    }
    for (ULONG i = 0; i < Count; i++) {
        DISPATCHER_HEADER *Header = Objects[i];
        if (Header->Type == SynchronizationEvent && (Type == WaitAll || (NTSTATUS)i == Status))
            Header->SignalState = 0;
    }
out:
    pthread_mutex_unlock(&Dispatcher);
    return Status;
}

NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE Mode, BOOLEAN Alertable, PLARGE_INTEGER Interval)
{
    KEVENT Never;
    HOST_IRQL_MAX(APC_LEVEL);
    KeInitializeEvent(&Never, NotificationEvent, FALSE);
    KeWaitForSingleObject(&Never, DelayExecution, Mode, Alertable, Interval);
    return STATUS_SUCCESS;
}

