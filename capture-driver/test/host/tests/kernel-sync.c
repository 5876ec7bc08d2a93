/*
 * IRQL, locks, events and threads of the fake kernel.
 */
#include "host.h"
#include "test.h"

TEST(a_spin_lock_raises_to_dispatch_level_and_back)
{
    KSPIN_LOCK Lock;
    KIRQL Old;
    KeInitializeSpinLock(&Lock);
    KeAcquireSpinLock(&Lock, &Old);
    CHECK_EQUAL(DISPATCH_LEVEL, KeGetCurrentIrql());
    KeReleaseSpinLock(&Lock, Old);
    CHECK_EQUAL(PASSIVE_LEVEL, KeGetCurrentIrql());
}

static void AcquireTwice(void)
{
    KSPIN_LOCK Lock = 0;
    KeAcquireSpinLockRaiseToDpc(&Lock);
    KeAcquireSpinLockRaiseToDpc(&Lock);
}

static void WaitAtDispatch(void)
{
    KEVENT Event;
    KeInitializeEvent(&Event, NotificationEvent, TRUE);
    KeRaiseIrqlToDpcLevel();
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
}

static void RaiseDown(void)
{
    KeRaiseIrqlToDpcLevel();
    KIRQL Old;
    KeRaiseIrql(PASSIVE_LEVEL, &Old);
}

static void OpenKeyAtDispatch(void)
{
    HANDLE Key;
    OBJECT_ATTRIBUTES Attributes = {0};
    KeRaiseIrqlToDpcLevel();
    ZwOpenKey(&Key, 0, &Attributes);
}

TEST(misuse_of_irql_and_locks_ends_the_test)
{
    CHECK_DIES(AcquireTwice, "acquired twice");
    CHECK_DIES(WaitAtDispatch, "KeWaitForSingleObject called at IRQL 2");
    CHECK_DIES(RaiseDown, "KeRaiseIrql from 2 down to 0");
    CHECK_DIES(OpenKeyAtDispatch, "ZwOpenKey called at IRQL 2");
}

static LONG Counted; /* guarded by CountLock */
static KSPIN_LOCK CountLock;

static VOID Count(PVOID Context)
{
    (void)Context;
    for (int i = 0; i < 2000; i++) {
        KIRQL Old;
        KeAcquireSpinLock(&CountLock, &Old);
        Counted++;
        KeReleaseSpinLock(&CountLock, Old);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(a_spin_lock_excludes_the_other_threads)
{
    HANDLE Threads[4];
    PVOID Objects[4];
    for (int i = 0; i < 4; i++) {
        CHECK_STATUS(STATUS_SUCCESS, PsCreateSystemThread(&Threads[i], 0, NULL, NULL, NULL, Count, NULL));
        CHECK_STATUS(STATUS_SUCCESS, ObReferenceObjectByHandle(Threads[i], 0, *PsThreadType, KernelMode, &Objects[i], NULL));
        ZwClose(Threads[i]);
    }
    for (int i = 0; i < 4; i++) {
        KeWaitForSingleObject(Objects[i], Executive, KernelMode, FALSE, NULL);
        ObDereferenceObject(Objects[i]);
    }
    CHECK_EQUAL(8000, Counted);
    HostJoinThreads();
}

static LONG PerProcessor[HOST_PROCESSORS]; /* no lock: only ever touched at DISPATCH_LEVEL, on its processor */

static VOID CountOnProcessor(PVOID Context)
{
    (void)Context;
    for (int i = 0; i < 2000; i++) {
        KIRQL Old = KeRaiseIrqlToDpcLevel();
        PerProcessor[KeGetCurrentProcessorNumberEx(NULL)]++;
        KeLowerIrql(Old);
    }
}

TEST(a_thread_at_dispatch_level_has_its_processor_alone)
{
    LONG Sum = 0;
    for (int i = 0; i < 8; i++) {
        HANDLE Thread;
        PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, CountOnProcessor, NULL);
        ZwClose(Thread);
    }
    HostJoinThreads();
    for (int i = 0; i < HOST_PROCESSORS; i++)
        Sum += PerProcessor[i];
    CHECK_EQUAL(16000, Sum);
}

static VOID SetTwice(PVOID Context)
{
    KeSetEvent(Context, 0, FALSE);
}

TEST(a_synchronization_event_lets_one_wait_through_and_a_notification_event_all)
{
    KEVENT Event;
    HANDLE Thread;
    LARGE_INTEGER Now = {.QuadPart = 0};
    KeInitializeEvent(&Event, SynchronizationEvent, FALSE);
    PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, SetTwice, &Event);
    ZwClose(Thread);
    CHECK_STATUS(STATUS_SUCCESS, KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL));
    CHECK_STATUS(STATUS_TIMEOUT, KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Now));
    KeInitializeEvent(&Event, NotificationEvent, TRUE);
    CHECK_STATUS(STATUS_SUCCESS, KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Now));
    CHECK_STATUS(STATUS_SUCCESS, KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Now));
    HostJoinThreads();
}
