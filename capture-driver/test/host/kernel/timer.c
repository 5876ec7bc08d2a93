/*
 * Timers and their DPCs. Time stands still until a test lets some pass: HostElapse. A DPC runs on a thread of its own, at
 * DISPATCH_LEVEL, as on a real machine it runs on top of whoever is there.
 */
#include <pthread.h>

#include "host.h"

#define TIMERS 16
#define TIMER_OBJECT 8

static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Idle = PTHREAD_COND_INITIALIZER;
static PKTIMER Set[TIMERS];
static ULONGLONG Now; /* of the fake clock, in 100 ns */
static ULONG Running;

VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    for (ULONG i = 0; i < TIMERS; i++)
        HOST_CHECK(Set[i] != Timer, "KeInitializeTimerEx of timer %p, which is set", (void *)Timer);
    *Timer = (KTIMER) {.Header = {.Type = (UCHAR)(TIMER_OBJECT + Type), .Size = sizeof(KTIMER) / 4}};
    InitializeListHead(&Timer->Header.WaitListHead);
}

VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE Routine, PVOID Context)
{
    *Dpc = (KDPC) {.Type = 19, .DeferredRoutine = Routine, .DeferredContext = Context};
}

static bool Remove(PKTIMER Timer)
{
    for (ULONG i = 0; i < TIMERS; i++)
        if (Set[i] == Timer) {
            Set[i] = NULL;
            return true;
        }
    return false;
}

BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(Timer->Header.Type >= TIMER_OBJECT, "KeSetTimerEx of %p, which is no timer", (void *)Timer);
    HOST_CHECK(DueTime.QuadPart <= 0, "KeSetTimerEx: the fake clock knows relative times only");
    HOST_CHECK(Dpc == NULL || Dpc->Type == 19, "KeSetTimerEx with %p, which is no DPC", (void *)Dpc);
    pthread_mutex_lock(&Lock);
    bool Was = Remove(Timer);
    ULONG Place = 0;
    while (Place < TIMERS && Set[Place] != NULL)
        Place++;
    HOST_CHECK(Place < TIMERS, "more than %d timers", TIMERS);
    Timer->DueTime.QuadPart = Now + (ULONGLONG)-DueTime.QuadPart;
    Timer->Period = (ULONG)Period;
    Timer->Dpc = Dpc;
    Set[Place] = Timer;
    pthread_mutex_unlock(&Lock);
    return Was;
}

BOOLEAN KeCancelTimer(PKTIMER Timer)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    pthread_mutex_lock(&Lock);
    bool Was = Remove(Timer);
    pthread_mutex_unlock(&Lock);
    return Was;
}

VOID KeFlushQueuedDpcs(VOID)
{
    HOST_PASSIVE();
    pthread_mutex_lock(&Lock);
    while (Running != 0)
        pthread_cond_wait(&Idle, &Lock);
    pthread_mutex_unlock(&Lock);
}

static void *RunDpc(void *Argument)
{
    PKDPC Dpc = Argument;
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    Dpc->DeferredRoutine(Dpc, Dpc->DeferredContext, Dpc->SystemArgument1, Dpc->SystemArgument2);
    KeLowerIrql(Irql);
    pthread_mutex_lock(&Lock);
    Running--;
    pthread_cond_broadcast(&Idle);
    pthread_mutex_unlock(&Lock);
    return NULL;
}

/* The timer that is due first, up to Until; it is set again if it is periodic. */
static PKDPC TakeDue(ULONGLONG Until)
{
    PKTIMER First = NULL;
    for (ULONG i = 0; i < TIMERS; i++)
        if (Set[i] != NULL && Set[i]->DueTime.QuadPart <= Until
            && (First == NULL || Set[i]->DueTime.QuadPart < First->DueTime.QuadPart))
            First = Set[i];
    if (First == NULL)
        return NULL;
    Now = First->DueTime.QuadPart;
    if (First->Period != 0)
        First->DueTime.QuadPart += First->Period * 10000ull;
    else
        Remove(First);
    return First->Dpc;
}

void HostElapse(ULONG Milliseconds)
{
    pthread_mutex_lock(&Lock);
    ULONGLONG Until = Now + Milliseconds * 10000ull;
    for (PKDPC Dpc; (Dpc = TakeDue(Until)) != NULL;) {
        pthread_t Thread;
        Running++;
        HOST_CHECK(pthread_create(&Thread, NULL, RunDpc, Dpc) == 0, "no thread for a DPC");
        pthread_mutex_unlock(&Lock);
        pthread_join(Thread, NULL);
        pthread_mutex_lock(&Lock);
    }
    Now = Until;
    pthread_mutex_unlock(&Lock);
}

SIZE_T HostTimers(void)
{
    SIZE_T Count = 0;
    pthread_mutex_lock(&Lock);
    for (ULONG i = 0; i < TIMERS; i++)
        Count += Set[i] != NULL;
    pthread_mutex_unlock(&Lock);
    return Count;
}
