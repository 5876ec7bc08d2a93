/*
 * Loaded images of the fake kernel: read-only import tables that can be written through a second mapping only.
 */
#include <ntimage.h>

#include "host.h"
#include "test.h"

static const HOST_IMPORT Imports[] = {{"ntoskrnl.exe", "IoFreeMdl", (PVOID)IoFreeMdl},
    {"ntoskrnl.exe", "IoFreeIrp", (PVOID)IoFreeIrp}, {"netio.sys", "WskRegister", (PVOID)0x1234}};

static HOST_IMAGE Image;

static void Build(void)
{
    HostImageBuild(&Image, NULL, 0x6000, 0x6000, Imports, 3, HostNamesByRva);
}

TEST(the_import_table_leads_to_the_functions)
{
    Build();
    CHECK(*HostImageSlot(&Image, "IoFreeIrp") == (PVOID)IoFreeIrp);
    CHECK(*HostImageSlot(&Image, "WskRegister") == (PVOID)0x1234);
    CHECK(HostImageSlot(&Image, "IoAllocateIrp") == NULL);
    PIMAGE_NT_HEADERS Nt = (PVOID)(Image.Base + ((PIMAGE_DOS_HEADER)Image.Base)->e_lfanew);
    CHECK_EQUAL(0x6000, Nt->OptionalHeader.SizeOfImage);
    HostImageFree(&Image);
}

static void StoreIntoTable(void)
{
    Build();
    *(PVOID volatile *)HostImageSlot(&Image, "IoFreeMdl") = NULL;
}

static void StoreThroughUnprotectedView(void)
{
    Build();
    PMDL Mdl = IoAllocateMdl(HostImageSlot(&Image, "IoFreeMdl"), 8, FALSE, FALSE, NULL);
    MmProbeAndLockPages(Mdl, KernelMode, IoReadAccess);
    *(PVOID volatile *)MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority) = NULL;
}

TEST(a_plain_store_into_the_table_faults)
{
    CHECK_DIES(StoreIntoTable, "SEGV");
    CHECK_DIES(StoreThroughUnprotectedView, "SEGV");
}

TEST(a_store_through_a_writable_second_mapping_shows_in_the_image)
{
    Build();
    PVOID *Slot = HostImageSlot(&Image, "IoFreeMdl");
    PMDL Mdl = IoAllocateMdl(Slot, 8, FALSE, FALSE, NULL);
    MmProbeAndLockPages(Mdl, KernelMode, IoReadAccess);
    PVOID *View = MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    CHECK(View != NULL && View != Slot && *View == *Slot);
    CHECK_STATUS(STATUS_SUCCESS, MmProtectMdlSystemAddress(Mdl, PAGE_READWRITE));
    *View = (PVOID)0x5678;
    CHECK(*Slot == (PVOID)0x5678);
    MmUnmapLockedPages(View, Mdl);
    MmUnlockPages(Mdl);
    IoFreeMdl(Mdl);
    CHECK_EQUAL(0, HostMappings());
    HostImageFree(&Image);
}

static int Notified;

static VOID Notify(PUNICODE_STRING Name, HANDLE Process, PIMAGE_INFO Info)
{
    CHECK(Process == NULL && Info->SystemModeImage && Info->ImageBase == Image.Base && Info->ImageSize == 0x6000);
    CHECK(Name->Length == 10);
    Notified++;
}

TEST(a_load_is_notified_while_a_routine_is_set)
{
    Build();
    CHECK_STATUS(STATUS_SUCCESS, PsSetLoadImageNotifyRoutine(Notify));
    HostImageLoaded(&Image, L"x.sys", true);
    CHECK_STATUS(STATUS_SUCCESS, PsRemoveLoadImageNotifyRoutine(Notify));
    HostImageLoaded(&Image, L"x.sys", true);
    CHECK_EQUAL(1, Notified);
    HostImageFree(&Image);
}

TEST(an_export_can_be_hidden)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"EtwWrite");
    CHECK(MmGetSystemRoutineAddress(&Name) != NULL);
    HostHideExport("EtwWrite", true);
    CHECK(MmGetSystemRoutineAddress(&Name) == NULL);
}
