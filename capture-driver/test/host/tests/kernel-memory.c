/*
 * Pool and MDLs of the fake kernel: what they keep, and what ends a test.
 */
#include "host.h"
#include "test.h"

#define TAG 'tseT'

static UCHAR Page[2 * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

TEST(live_blocks_are_counted_by_tag)
{
    PVOID A = ExAllocatePoolWithTag(NonPagedPoolNx, 10, TAG);
    PVOID B = ExAllocatePoolWithTag(PagedPool, PAGE_SIZE, 'rehT');
    CHECK_EQUAL(1, HostPoolBlocks(TAG));
    CHECK_EQUAL(2, HostPoolBlocks(0));
    CHECK_EQUAL(0, BYTE_OFFSET(B));
    ExFreePoolWithTag(A, TAG);
    ExFreePool(B);
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

static void FreeTwice(void)
{
    PVOID A = ExAllocatePoolWithTag(NonPagedPoolNx, 10, TAG);
    ExFreePool(A);
    ExFreePool(A);
}

static void WrongTag(void)
{
    ExFreePoolWithTag(ExAllocatePoolWithTag(NonPagedPoolNx, 10, TAG), 'gnow');
}

static void PagedAtDispatch(void)
{
    KeRaiseIrqlToDpcLevel();
    ExAllocatePoolWithTag(PagedPool, 10, TAG);
}

static void LockRaises(void)
{
    PMDL Mdl = IoAllocateMdl((PVOID)0x1000, 10, FALSE, FALSE, NULL);
    MmProbeAndLockPages(Mdl, KernelMode, IoReadAccess);
}

TEST(misuse_of_memory_ends_the_test)
{
    CHECK_DIES(FreeTwice, "not a live pool block");
    CHECK_DIES(WrongTag, "allocated with");
    CHECK_DIES(PagedAtDispatch, "called at IRQL 2");
    CHECK_DIES(LockRaises, "raises STATUS_ACCESS_VIOLATION");
}

TEST(an_allocation_can_be_made_to_fail)
{
    HostPoolFailAfter(1);
    PVOID A = ExAllocatePoolWithTag(NonPagedPoolNx, 10, TAG);
    CHECK(A != NULL);
    CHECK(ExAllocatePoolWithTag(NonPagedPoolNx, 10, TAG) == NULL);
    PVOID B = ExAllocatePoolWithTag(NonPagedPoolNx, 10, TAG);
    CHECK(B != NULL);
    ExFreePool(A);
    ExFreePool(B);
}

TEST(an_mdl_describes_its_buffer)
{
    PMDL Mdl = IoAllocateMdl(Page + 100, PAGE_SIZE, FALSE, FALSE, NULL);
    CHECK(Mdl->StartVa == Page && Mdl->ByteOffset == 100 && Mdl->ByteCount == PAGE_SIZE);
    CHECK_EQUAL(sizeof(MDL) + 2 * sizeof(PVOID), Mdl->Size);
    CHECK(MmGetMdlVirtualAddress(Mdl) == Page + 100);
    MmBuildMdlForNonPagedPool(Mdl);
    CHECK(MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority) == Page + 100);
    CHECK(Mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL);
    IoFreeMdl(Mdl);
    CHECK_EQUAL(0, HostMdls());
}

TEST(lock_and_unlock_keep_the_flags)
{
    HostMdlStrict(true);
    PMDL Mdl = IoAllocateMdl(Page, 10, FALSE, FALSE, NULL);
    MmProbeAndLockPages(Mdl, KernelMode, IoWriteAccess);
    CHECK((Mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_WRITE_OPERATION)) == (MDL_PAGES_LOCKED | MDL_WRITE_OPERATION));
    MmUnlockPages(Mdl);
    CHECK((Mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_WRITE_OPERATION)) == 0);
    IoFreeMdl(Mdl);
}

static void UnlockTwice(void)
{
    HostMdlStrict(true);
    PMDL Mdl = IoAllocateMdl(Page, 10, FALSE, FALSE, NULL);
    MmUnlockPages(Mdl);
}

static void FreeLocked(void)
{
    HostMdlStrict(true);
    PMDL Mdl = IoAllocateMdl(Page, 10, FALSE, FALSE, NULL);
    MmProbeAndLockPages(Mdl, KernelMode, IoReadAccess);
    IoFreeMdl(Mdl);
}

TEST(a_strict_memory_manager_ends_the_test_on_an_unbalanced_lock)
{
    CHECK_DIES(UnlockTwice, "not locked");
    CHECK_DIES(FreeLocked, "its pages are locked");
}

TEST(a_partial_mdl_describes_a_part_of_its_source)
{
    PMDL Whole = IoAllocateMdl(Page, PAGE_SIZE, FALSE, FALSE, NULL);
    PMDL Part = IoAllocateMdl(Page + 10, 20, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(Whole);
    IoBuildPartialMdl(Whole, Part, Page + 10, 20);
    CHECK(MmGetMdlVirtualAddress(Part) == Page + 10 && Part->ByteCount == 20);
    CHECK(Part->MappedSystemVa == Page + 10 && (Part->MdlFlags & MDL_PARTIAL));
    IoFreeMdl(Part);
    IoFreeMdl(Whole);
}

TEST(secondary_mdls_chain_behind_the_irps_first)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);
    PMDL First = IoAllocateMdl(Page, 10, FALSE, FALSE, Irp);
    PMDL Second = IoAllocateMdl(Page, 10, TRUE, FALSE, Irp);
    CHECK(Irp->MdlAddress == First && First->Next == Second && Second->Next == NULL);
    IoFreeMdl(First);
    IoFreeMdl(Second);
    IoFreeIrp(Irp);
}

TEST(unmapped_memory_is_found_unreadable_without_a_fault)
{
    SIZE_T Copied;
    UCHAR Byte;
    CHECK(!MmIsAddressValid((PVOID)0x1000));
    CHECK(MmIsAddressValid(Page));
    CHECK_STATUS(STATUS_ACCESS_VIOLATION,
        MmCopyMemory(&Byte, (MM_COPY_ADDRESS) {.VirtualAddress = (PVOID)0x1000}, 1, MM_COPY_MEMORY_VIRTUAL, &Copied));
    CHECK_EQUAL(0, Copied);
}
