/*
 * The fake kernel's IRPs behave as the I/O manager documents.
 */
#include "host.h"
#include "test.h"

static int Runs;
static BOOLEAN SeenPending;

static NTSTATUS Keep(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    (void)Device;
    Runs++;
    SeenPending = Irp->PendingReturned;
    if (Context != NULL)
        *(NTSTATUS *)Context = Irp->IoStatus.Status;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS Pass(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    (void)Device, (void)Irp;
    (*(int *)Context)++;
    return STATUS_CONTINUE_COMPLETION;
}

static void Complete(PIRP Irp, NTSTATUS Status)
{
    IoSetNextIrpStackLocation(Irp);
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, 0);
}

TEST(a_new_irp_stands_above_its_last_stack_location)
{
    PIRP Irp = IoAllocateIrp(3, FALSE);
    CHECK_EQUAL(4, Irp->CurrentLocation);
    CHECK(IoGetCurrentIrpStackLocation(Irp) == (PIO_STACK_LOCATION)(Irp + 1) + 3);
    CHECK_EQUAL(sizeof(IRP) + 3 * sizeof(IO_STACK_LOCATION), Irp->Size);
    IoFreeIrp(Irp);
    CHECK_EQUAL(0, HostIrps());
}

TEST(a_routine_runs_only_for_the_outcomes_it_asked_for)
{
    NTSTATUS Seen = 1;
    PIRP Irp = IoAllocateIrp(1, FALSE);
    IoSetCompletionRoutine(Irp, Keep, &Seen, TRUE, FALSE, FALSE);
    Complete(Irp, STATUS_SUCCESS);
    CHECK_EQUAL(1, Runs);
    IoReuseIrp(Irp, STATUS_SUCCESS);
    IoSetCompletionRoutine(Irp, Keep, &Seen, FALSE, TRUE, FALSE);
    Complete(Irp, STATUS_CONNECTION_RESET);
    CHECK_EQUAL(2, Runs);
    CHECK_STATUS(STATUS_CONNECTION_RESET, Seen);
    IoReuseIrp(Irp, STATUS_SUCCESS);
    IoSetCompletionRoutine(Irp, Keep, &Seen, FALSE, FALSE, TRUE);
    Irp->Cancel = TRUE;
    Complete(Irp, STATUS_CANCELLED);
    CHECK_EQUAL(3, Runs);
    IoFreeIrp(Irp);
}

static void CompleteUnwanted(void)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);
    IoSetCompletionRoutine(Irp, Keep, NULL, TRUE, FALSE, FALSE);
    Complete(Irp, STATUS_CANCELLED);
}

TEST(an_irp_of_no_thread_that_completes_to_the_top_ends_the_test)
{
    CHECK_DIES(CompleteUnwanted, "completed to the top");
}

static void CompleteTwice(void)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);
    IoSetCompletionRoutine(Irp, Keep, NULL, TRUE, TRUE, TRUE);
    Complete(Irp, STATUS_SUCCESS);
    IoCompleteRequest(Irp, 0);
}

TEST(completing_an_irp_twice_ends_the_test)
{
    CHECK_DIES(CompleteTwice, "completed twice");
}

TEST(completion_walks_up_the_stack_until_a_routine_keeps_the_irp)
{
    int Passed = 0;
    PIRP Irp = IoAllocateIrp(2, FALSE);
    IoSetCompletionRoutine(Irp, Keep, NULL, TRUE, TRUE, TRUE); /* the upper driver's */
    IoSetNextIrpStackLocation(Irp);
    IoSetCompletionRoutine(Irp, Pass, &Passed, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(Irp);
    IoMarkIrpPending(Irp);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, 0);
    CHECK_EQUAL(1, Passed);
    CHECK_EQUAL(1, Runs);
    CHECK_EQUAL(FALSE, SeenPending); /* Pass did not propagate it: its fault, as on Windows */
    IoFreeIrp(Irp);
}

TEST(a_pending_lower_driver_shows_in_pending_returned)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);
    IoSetCompletionRoutine(Irp, Keep, NULL, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(Irp);
    IoMarkIrpPending(Irp);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, 0);
    CHECK_EQUAL(TRUE, SeenPending);
    IoFreeIrp(Irp);
}

TEST(reuse_keeps_the_allocation_and_forgets_the_routine)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);
    UCHAR Flags = Irp->AllocationFlags;
    IoSetCompletionRoutine(Irp, Keep, NULL, TRUE, TRUE, TRUE);
    Complete(Irp, STATUS_SUCCESS);
    IoReuseIrp(Irp, STATUS_UNSUCCESSFUL);
    CHECK_STATUS(STATUS_UNSUCCESSFUL, Irp->IoStatus.Status);
    CHECK_EQUAL(Flags, Irp->AllocationFlags);
    CHECK_EQUAL(2, Irp->CurrentLocation);
    CHECK(IoGetNextIrpStackLocation(Irp)->CompletionRoutine == NULL);
    IoFreeIrp(Irp);
}

static void InitializeTooSmall(void)
{
    IRP Irp;
    IoInitializeIrp(&Irp, sizeof Irp, 1);
}

TEST(initialising_an_irp_smaller_than_its_stack_ends_the_test)
{
    CHECK_DIES(InitializeTooSmall, "cannot hold 1 stack locations");
}

static int Cancels;

static VOID CancelRoutine(PDEVICE_OBJECT Device, PIRP Irp)
{
    (void)Device;
    Cancels++;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
}

TEST(cancel_runs_the_cancel_routine_once_and_sets_the_flag)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);
    CHECK_EQUAL(FALSE, IoCancelIrp(Irp));
    CHECK_EQUAL(TRUE, Irp->Cancel);
    IoSetCancelRoutine(Irp, CancelRoutine);
    CHECK_EQUAL(TRUE, IoCancelIrp(Irp));
    CHECK_EQUAL(FALSE, IoCancelIrp(Irp));
    CHECK_EQUAL(1, Cancels);
    CHECK_EQUAL(PASSIVE_LEVEL, KeGetCurrentIrql());
    IoFreeIrp(Irp);
}

static void UseAfterFree(void)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);
    IoFreeIrp(Irp);
    Complete(Irp, STATUS_SUCCESS);
}

TEST(an_irp_used_after_it_was_freed_is_seen_by_the_sanitizer)
{
#ifdef __SANITIZE_ADDRESS__
    CHECK_DIES(UseAfterFree, "heap-use-after-free");
#else
    (void)UseAfterFree; /* this build looks for races */
#endif
}
