/*
 * MDLs: flags and lock balance as the memory manager keeps them. The pages of a loaded image can be mapped a second
 * time, so the double-mapped write of an import table is real; all other memory maps onto itself.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "host.h"

static bool Strict, MapFails, LockFails, ProtectMissing;
static volatile LONG64 Live, Mappings;

void HostMdlStrict(bool Value)
{
    Strict = Value;
}

void HostMapFails(bool Value)
{
    MapFails = Value;
}

void HostProtectMissing(bool Value)
{
    ProtectMissing = Value;
}

void HostLockFails(bool Value)
{
    LockFails = Value;
}

SIZE_T HostMdls(void)
{
    return (SIZE_T)__atomic_load_n(&Live, __ATOMIC_SEQ_CST);
}

SIZE_T HostMappings(void)
{
    return (SIZE_T)__atomic_load_n(&Mappings, __ATOMIC_SEQ_CST);
}

bool HostReadable(const void *Address, SIZE_T Bytes)
{
    UCHAR Copy[256];
    for (SIZE_T Done = 0; Done < Bytes; Done += sizeof Copy) {
        SIZE_T Part = Bytes - Done < sizeof Copy ? Bytes - Done : sizeof Copy;
        struct iovec To = {Copy, Part}, From = {(PUCHAR)(ULONG_PTR)Address + Done, Part};
        if (process_vm_readv(getpid(), &To, 1, &From, 1, 0) != (ssize_t)Part)
            return false;
    }
    return true;
}

BOOLEAN MmIsAddressValid(PVOID Va)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    return HostReadable(Va, 1);
}

NTSTATUS MmCopyMemory(PVOID Target, MM_COPY_ADDRESS Source, SIZE_T Bytes, ULONG Flags, PSIZE_T Copied)
{
    HOST_IRQL_MAX(APC_LEVEL);
    HOST_CHECK(Flags == MM_COPY_MEMORY_VIRTUAL, "MmCopyMemory flags 0x%x", Flags);
    struct iovec To = {Target, Bytes}, From = {Source.VirtualAddress, Bytes};
    ssize_t Got = process_vm_readv(getpid(), &To, 1, &From, 1, 0);
    *Copied = Got < 0 ? 0 : (SIZE_T)Got;
    return *Copied == Bytes ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
}

SIZE_T MmSizeOfMdl(PVOID Base, SIZE_T Length)
{
    return sizeof(MDL) + sizeof(ULONG_PTR) * ADDRESS_AND_SIZE_TO_SPAN_PAGES(Base, Length);
}

PMDL IoAllocateMdl(PVOID Va, ULONG Length, BOOLEAN Secondary, BOOLEAN ChargeQuota, PIRP Irp)
{
    (void)ChargeQuota;
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(!Secondary || Irp != NULL, "IoAllocateMdl: a secondary buffer needs an IRP");
    PMDL Mdl = malloc(MmSizeOfMdl(Va, Length));
    memset(Mdl, 0xcd, MmSizeOfMdl(Va, Length));
    MmInitializeMdl(Mdl, Va, Length);
    Mdl->MdlFlags = MDL_ALLOCATED_FIXED_SIZE;
    Mdl->Process = NULL;
    Mdl->MappedSystemVa = NULL;
    if (Irp != NULL && !Secondary)
        Irp->MdlAddress = Mdl;
    if (Secondary) {
        PMDL *Link = &Irp->MdlAddress;
        while (*Link != NULL)
            Link = &(*Link)->Next;
        *Link = Mdl;
    }
    InterlockedIncrement64(&Live);
    return Mdl;
}

VOID IoFreeMdl(PMDL Mdl)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(!Strict || !(Mdl->MdlFlags & MDL_PAGES_LOCKED) || (Mdl->MdlFlags & MDL_PARTIAL),
        "IoFreeMdl(%p): its pages are locked", (void *)Mdl);
    if (Mdl->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED)
        MmUnmapLockedPages(Mdl->MappedSystemVa, Mdl);
    InterlockedDecrement64(&Live);
    free(Mdl);
}

VOID MmBuildMdlForNonPagedPool(PMDL Mdl)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(!Strict || !(Mdl->MdlFlags & MDL_PAGES_LOCKED), "MmBuildMdlForNonPagedPool of a locked MDL");
    Mdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
    Mdl->MappedSystemVa = MmGetMdlVirtualAddress(Mdl);
    Mdl->Process = NULL;
}

VOID MmProbeAndLockPages(PMDL Mdl, KPROCESSOR_MODE Mode, LOCK_OPERATION Operation)
{
    (void)Mode;
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(!LockFails && HostReadable(MmGetMdlVirtualAddress(Mdl), Mdl->ByteCount),
        "MmProbeAndLockPages(%p) raises STATUS_ACCESS_VIOLATION", (void *)Mdl);
    HOST_CHECK(!Strict || !(Mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL)),
        "MmProbeAndLockPages of an MDL that is locked or nonpaged already");
    Mdl->MdlFlags |= MDL_PAGES_LOCKED;
    if (Operation != IoReadAccess)
        Mdl->MdlFlags |= MDL_WRITE_OPERATION;
}

VOID MmUnlockPages(PMDL Mdl)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(!Strict || (Mdl->MdlFlags & MDL_PAGES_LOCKED), "MmUnlockPages of an MDL that is not locked");
    if (Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA)
        MmUnmapLockedPages(Mdl->MappedSystemVa, Mdl);
    Mdl->MdlFlags &= ~(MDL_PAGES_LOCKED | MDL_WRITE_OPERATION);
}

PVOID MmMapLockedPagesSpecifyCache(
    PMDL Mdl, KPROCESSOR_MODE Mode, MEMORY_CACHING_TYPE Cache, PVOID Requested, ULONG BugCheck, ULONG Priority)
{
    (void)Mode, (void)Cache, (void)Requested, (void)BugCheck, (void)Priority;
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(Mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_PARTIAL), "MmMapLockedPages of an MDL that is not locked");
    HOST_CHECK(!(Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA), "MmMapLockedPages of an MDL that is mapped already");
    if (MapFails)
        return NULL;
    PUCHAR Va = MmGetMdlVirtualAddress(Mdl);
    HOST_IMAGE *Image = HostImageOf(Va);
    PUCHAR View = Va;
    if (Image != NULL && Image->File >= 0) {
        SIZE_T Pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, Mdl->ByteCount);
        off_t Offset = (PUCHAR)PAGE_ALIGN(Va) - Image->Base;
        View = mmap(NULL, Pages * PAGE_SIZE, PROT_READ | (ProtectMissing ? PROT_WRITE : 0), MAP_SHARED, Image->File, Offset);
        HOST_CHECK(View != MAP_FAILED, "cannot map the image a second time");
        View += Mdl->ByteOffset;
    }
    InterlockedIncrement64(&Mappings);
    Mdl->MappedSystemVa = View;
    Mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA | (Mdl->MdlFlags & MDL_PARTIAL ? MDL_PARTIAL_HAS_BEEN_MAPPED : 0);
    return View;
}

VOID MmUnmapLockedPages(PVOID Base, PMDL Mdl)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK((Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) && Base == Mdl->MappedSystemVa,
        "MmUnmapLockedPages(%p): that is not where the MDL is mapped", Base);
    if (Base != MmGetMdlVirtualAddress(Mdl))
        munmap(PAGE_ALIGN(Base), (SIZE_T)ADDRESS_AND_SIZE_TO_SPAN_PAGES(Base, Mdl->ByteCount) * PAGE_SIZE);
    InterlockedDecrement64(&Mappings);
    Mdl->MdlFlags &= ~(MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED);
}

static int Protection(ULONG Protect)
{
    if (Protect == PAGE_READWRITE || Protect == PAGE_EXECUTE_READWRITE || Protect == PAGE_WRITECOPY)
        return PROT_READ | PROT_WRITE;
    HOST_CHECK(Protect == PAGE_READONLY || Protect == PAGE_EXECUTE_READ, "page protection 0x%x", Protect);
    return PROT_READ;
}

NTSTATUS MmProtectMdlSystemAddress(PMDL Mdl, ULONG NewProtect)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    if (ProtectMissing)
        return STATUS_NOT_IMPLEMENTED;
    if (!(Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA))
        return STATUS_UNSUCCESSFUL;
    if (Mdl->MappedSystemVa != MmGetMdlVirtualAddress(Mdl))
        mprotect(PAGE_ALIGN(Mdl->MappedSystemVa),
            (SIZE_T)ADDRESS_AND_SIZE_TO_SPAN_PAGES(Mdl->MappedSystemVa, Mdl->ByteCount) * PAGE_SIZE,
            Protection(NewProtect));
    return STATUS_SUCCESS;
}

NTSTATUS ZwProtectVirtualMemory(HANDLE Process, PVOID *Base, PSIZE_T Size, ULONG New, PULONG Old)
{
    HOST_PASSIVE();
    HOST_CHECK(Process == ZwCurrentProcess(), "ZwProtectVirtualMemory of another process");
    HOST_IMAGE *Image = HostImageOf(*Base);
    if (Image == NULL || *Size == 0)
        return STATUS_INVALID_PARAMETER;
    PUCHAR First = PAGE_ALIGN(*Base);
    PUCHAR End = (PUCHAR)ROUND_TO_PAGES((PUCHAR)*Base + *Size);
    *Old = PAGE_READONLY;
    *Base = First;
    *Size = (SIZE_T)(End - First);
    return mprotect(First, *Size, Protection(New)) == 0 ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
}

VOID IoBuildPartialMdl(PMDL Source, PMDL Target, PVOID Va, ULONG Length)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(!Strict || (Source->MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL)),
        "IoBuildPartialMdl: the source is not locked");
    if (Length == 0)
        Length = Source->ByteCount - (ULONG)((PUCHAR)Va - (PUCHAR)MmGetMdlVirtualAddress(Source));
    HOST_CHECK((SIZE_T)Target->Size >= MmSizeOfMdl(Va, Length), "IoBuildPartialMdl: the target is too small");
    Target->Process = Source->Process;
    Target->StartVa = PAGE_ALIGN(Va);
    Target->ByteOffset = BYTE_OFFSET(Va);
    Target->ByteCount = Length;
    Target->MdlFlags &= MDL_ALLOCATED_FIXED_SIZE;
    Target->MdlFlags |= MDL_PARTIAL | (Source->MdlFlags & (MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA));
    Target->MappedSystemVa =
        (PUCHAR)Source->MappedSystemVa + ((PUCHAR)Va - (PUCHAR)MmGetMdlVirtualAddress(Source));
}

NTSTATUS MmAdvanceMdl(PMDL Mdl, ULONG Bytes)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    if (Bytes > Mdl->ByteCount || (Mdl->MdlFlags & MDL_PARTIAL))
        return STATUS_INVALID_PARAMETER;
    PUCHAR Va = (PUCHAR)MmGetMdlVirtualAddress(Mdl) + Bytes;
    Mdl->StartVa = PAGE_ALIGN(Va);
    Mdl->ByteOffset = BYTE_OFFSET(Va);
    Mdl->ByteCount -= Bytes;
    if (Mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL))
        Mdl->MappedSystemVa = (PUCHAR)Mdl->MappedSystemVa + Bytes;
    return STATUS_SUCCESS;
}
