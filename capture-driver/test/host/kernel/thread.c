/*
 * System threads on pthreads, their stacks, and the clocks. A thread object lives until its last reference goes.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdlib.h>
#include <time.h>

#include "host.h"

static struct _KPROCESS System = {.Id = 4};
static volatile LONG NextId = 100;
static volatile LONG Running, Staying;
static __thread PKTHREAD Current;
static __thread jmp_buf Bottom;
static __thread struct _KTHREAD Adopted; /* a thread the test made itself */
struct _OBJECT_TYPE {
    int Kind;
};
static struct _OBJECT_TYPE ThreadType, DriverType;
static POBJECT_TYPE ThreadTypePointer = &ThreadType;
POBJECT_TYPE HostDriverType = &DriverType;
POBJECT_TYPE *PsThreadType = &ThreadTypePointer;
POBJECT_TYPE *IoDriverObjectType = &HostDriverType;

PKTHREAD KeGetCurrentThread(VOID)
{
    if (Current == NULL) {
        Adopted.Id = (ULONG_PTR)InterlockedIncrement(&NextId) * 4;
        Adopted.References = 1;
        Current = &Adopted;
    }
    return Current;
}

PETHREAD PsGetCurrentThread(VOID)
{
    return KeGetCurrentThread();
}

HANDLE PsGetCurrentThreadId(VOID)
{
    return (HANDLE)KeGetCurrentThread()->Id;
}

HANDLE PsGetCurrentProcessId(VOID)
{
    return (HANDLE)System.Id;
}

PEPROCESS PsGetCurrentProcess(VOID)
{
    return &System;
}

static void EndThread(void)
{
    PKTHREAD Thread = KeGetCurrentThread();
    HOST_CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL, "a thread ended at IRQL %u", KeGetCurrentIrql());
    KeSetEvent((PKEVENT)(void *)Thread, 0, FALSE);
    ObfDereferenceObject(Thread);
    InterlockedDecrement(&Running);
}

static void *RunThread(void *Argument)
{
    Current = Argument;
    if (setjmp(Bottom) == 0)
        Current->Start(Current->Context);
    EndThread(); /* nothing of the driver is on this stack any more: it may unload now */
    return NULL;
}

NTSTATUS PsTerminateSystemThread(NTSTATUS ExitStatus)
{
    (void)ExitStatus;
    HOST_CHECK(Current != NULL && Current != &Adopted, "PsTerminateSystemThread outside a system thread");
    longjmp(Bottom, 1);
}

NTSTATUS PsCreateSystemThread(PHANDLE Handle, ULONG Access, POBJECT_ATTRIBUTES Attributes, HANDLE Process,
    PCLIENT_ID ClientId, PKSTART_ROUTINE Start, PVOID Context)
{
    (void)Access, (void)Attributes, (void)Process;
    HOST_PASSIVE();
    PKTHREAD Thread = calloc(1, sizeof *Thread);
    KeInitializeEvent((PKEVENT)(void *)Thread, NotificationEvent, FALSE);
    Thread->References = 2; /* the thread's own and the handle's */
    Thread->Id = (ULONG_PTR)InterlockedIncrement(&NextId) * 4;
    Thread->Start = Start;
    Thread->Context = Context;
    *Handle = HostHandleOpen(HostThreadObject, Thread);
    if (ClientId != NULL)
        *ClientId = (CLIENT_ID) {(HANDLE)System.Id, (HANDLE)Thread->Id};
    InterlockedIncrement(&Running);
    pthread_t Id;
    pthread_attr_t Attr;
    pthread_attr_init(&Attr);
    pthread_attr_setdetachstate(&Attr, PTHREAD_CREATE_DETACHED);
    int Error = pthread_create(&Id, &Attr, RunThread, Thread);
    pthread_attr_destroy(&Attr);
    HOST_CHECK(Error == 0, "pthread_create: error %d", Error);
    return STATUS_SUCCESS;
}

void HostJoinThreads(void)
{
    while (__atomic_load_n(&Running, __ATOMIC_SEQ_CST) > __atomic_load_n(&Staying, __ATOMIC_SEQ_CST))
        sched_yield();
}

void HostThreadsStay(LONG Count)
{
    __atomic_store_n(&Staying, Count, __ATOMIC_SEQ_CST);
}

static volatile LONG *ReferencesOf(PVOID Object)
{
    if (*(CSHORT *)Object == IO_TYPE_DRIVER) /* a thread object begins with an event's type: 0 */
        return &CONTAINING_RECORD(Object, HOST_DRIVER, Object)->References;
    return &((PKTHREAD)Object)->References;
}

LONG_PTR ObfReferenceObject(PVOID Object)
{
    return InterlockedIncrement(ReferencesOf(Object));
}

LONG_PTR ObfDereferenceObject(PVOID Object)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    LONG Left = InterlockedDecrement(ReferencesOf(Object));
    HOST_CHECK(Left >= 0, "object dereferenced more often than referenced");
    if (Left == 0 && *(CSHORT *)Object != IO_TYPE_DRIVER)
        free(Object);
    return Left;
}

NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK Access, POBJECT_TYPE Type, KPROCESSOR_MODE Mode,
    PVOID *Object, PVOID Information)
{
    (void)Access, (void)Mode, (void)Information;
    HOST_PASSIVE();
    HOST_CHECK(Type == NULL || Type == *PsThreadType, "ObReferenceObjectByHandle: only threads are known here");
    *Object = HostHandleFind(Handle, HostThreadObject);
    if (*Object == NULL)
        return STATUS_INVALID_HANDLE;
    ObfReferenceObject(*Object);
    return STATUS_SUCCESS;
}

VOID IoGetStackLimits(PULONG_PTR Low, PULONG_PTR High)
{
    static __thread ULONG_PTR CachedLow, CachedHigh;
    if (CachedLow == 0) {
        pthread_attr_t Attr;
        void *Base;
        size_t Size;
        pthread_getattr_np(pthread_self(), &Attr);
        pthread_attr_getstack(&Attr, &Base, &Size);
        pthread_attr_destroy(&Attr);
        CachedLow = (ULONG_PTR)Base;
        CachedHigh = CachedLow + Size;
    }
    *Low = CachedLow;
    *High = CachedHigh;
}

LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER Frequency)
{
    struct timespec Now;
    clock_gettime(CLOCK_MONOTONIC, &Now);
    if (Frequency != NULL)
        Frequency->QuadPart = 10000000;
    return (LARGE_INTEGER) {.QuadPart = Now.tv_sec * 10000000LL + Now.tv_nsec / 100};
}

VOID KeQuerySystemTime(PLARGE_INTEGER Time)
{
    struct timespec Now;
    clock_gettime(CLOCK_REALTIME, &Now);
    Time->QuadPart = (Now.tv_sec + 11644473600LL) * 10000000LL + Now.tv_nsec / 100;
}

VOID KeQuerySystemTimePrecise(PLARGE_INTEGER Time)
{
    KeQuerySystemTime(Time);
}

static void (*OnBarrier)(void);

void HostOnBarrier(void (*Routine)(void))
{
    OnBarrier = Routine;
}

VOID KeMemoryBarrier(VOID)
{
    __sync_synchronize();
    if (OnBarrier != NULL)
        OnBarrier();
}

void HostRace(void)
{
    static __thread ULONG State;
    State = State * 1664525 + HandleToUlong(PsGetCurrentThreadId()) + 1013904223;
    if (State >> 28 == 0)
        sched_yield();
}
