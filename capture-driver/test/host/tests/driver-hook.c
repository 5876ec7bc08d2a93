/*
 * Import tables: patched while a target loads, through a second mapping or a changed protection, and put back.
 */
#include <ntimage.h>
#include <string.h>

#include "raw.h"

static PVOID *Slot(const char *Name)
{
    return HostImageSlot(&RawDriver.Image, Name);
}

static void CheckPatched(bool Patched)
{
    CHECK_EQUAL(Patched, *Slot("IoFreeMdl") != (PVOID)IoFreeMdl);
    CHECK_EQUAL(Patched, *Slot("WskRegister") != (PVOID)WskRegister);
    CHECK_EQUAL(Patched, *Slot("ExFreePoolWithTag") != (PVOID)ExFreePoolWithTag);
    CHECK(*Slot("KeSetEvent") == (PVOID)KeSetEvent); /* no business of ours */
}

TEST(a_read_only_import_table_is_patched_through_a_second_mapping)
{
    HostHideExport("ZwProtectVirtualMemory", true);
    RawStart(0);
    CheckPatched(true);
    CHECK_EQUAL(0, HostMappings());
    CHECK_EQUAL(1, CaptureStatus().TargetsPatched);
    RawEnd(NULL);
}

TEST(a_kernel_that_cannot_protect_a_mapping_has_mapped_it_for_writing)
{
    HostProtectMissing(true);
    HostHideExport("ZwProtectVirtualMemory", true);
    RawStart(0);
    CheckPatched(true);
    CHECK_EQUAL(0, HostMappings());
    RawEnd(NULL);
}

TEST(where_no_mdl_can_be_mapped_the_protection_is_changed_instead)
{
    HostMapFails(true);
    RawStart(0);
    CheckPatched(true);
    RawEnd(NULL);
}

TEST(where_neither_works_nothing_is_patched_and_the_target_runs)
{
    HostMapFails(true);
    HostHideExport("ZwProtectVirtualMemory", true);
    RawStart(0);
    CheckPatched(false);
    CHECK(RawProvider.Dispatch == &HostProviderDispatch);
    RawClose(RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL));
    RawEnd(NULL);
}

TEST(a_stop_puts_every_import_back)
{
    RawStart(0);
    CaptureStop();
    CheckPatched(false);
    CHECK_EQUAL(0, CaptureStatus().TargetsPatched);
    RawUnload();
    CaptureUnload();
}

static VOID Strange(PMDL Mdl)
{
    IoFreeMdl(Mdl);
}

TEST(an_import_somebody_else_has_patched_over_ours_is_left_to_him)
{
    RawStart(0);
    HostImageWritable(&RawDriver.Image, true);
    *Slot("IoFreeMdl") = (PVOID)Strange;
    HostImageWritable(&RawDriver.Image, false);
    CaptureStop();
    CHECK(*Slot("IoFreeMdl") == (PVOID)Strange);
    CHECK(*Slot("WskRegister") == (PVOID)WskRegister);
    RawUnload();
    CaptureUnload();
}

TEST(an_import_somebody_else_has_patched_before_us_is_what_we_call)
{
    static HOST_IMAGE Image;
    static const HOST_IMPORT Imports[] = {{"ntoskrnl.exe", "IoFreeMdl", (PVOID)Strange}};
    CaptureLoad();
    CaptureTargets("x.sys", NULL);
    CaptureStart(0);
    HostImageBuild(&Image, NULL, 0x6000, 0x6000, Imports, 1, HostNamesByRva);
    HostImageLoaded(&Image, L"\\x.sys", true);
    PVOID Patched = *HostImageSlot(&Image, "IoFreeMdl");
    CHECK(Patched != (PVOID)Strange && Patched != (PVOID)IoFreeMdl);
    PMDL Mdl = IoAllocateMdl(&Image, 8, FALSE, FALSE, NULL);
    ((__typeof__(&IoFreeMdl))Patched)(Mdl);
    CHECK_EQUAL(0, HostMdls());
}

TEST(only_the_named_drivers_are_patched_whatever_the_case_and_the_ending)
{
    const struct {
        const char *Target;
        const WCHAR *Path;
        bool System, Patched;
    } Cases[] = {
        {"x.sys", L"\\SystemRoot\\System32\\drivers\\x.sys", true, true},
        {"x", L"\\SystemRoot\\System32\\drivers\\x.sys", true, true},
        {"X.SYS", L"x.sys", true, true},
        {"x.sys", L"\\??\\C:\\x.sys", true, true},
        {"x.sys", L"\\SystemRoot\\x.sys\\y.sys", true, false},
        {"x.sys", L"\\SystemRoot\\xx.sys", true, false},
        {"x.sys", L"x.sys.bak", true, false},
        {"x.sys", L"", true, false},
        {"x.sys", L"\\", true, false},
        {"x.sys", NULL, true, false},
        {"x.sys", L"\\x.sys", false, false}, /* a program's image */
    };
    static const HOST_IMPORT Imports[] = {{"ntoskrnl.exe", "IoFreeMdl", (PVOID)IoFreeMdl}};
    static HOST_IMAGE Images[RTL_NUMBER_OF(Cases)];
    CaptureLoad();
    for (ULONG i = 0; i < RTL_NUMBER_OF(Cases); i++) {
        CaptureTargets(Cases[i].Target, NULL);
        CaptureStart(0);
        HostImageBuild(&Images[i], NULL, 0x6000, 0x6000, Imports, 1, HostNamesByRva);
        HostImageLoaded(&Images[i], Cases[i].Path, Cases[i].System);
        if ((*HostImageSlot(&Images[i], "IoFreeMdl") != (PVOID)IoFreeMdl) != Cases[i].Patched)
            TestFailed(__FILE__, __LINE__, "case %u", i);
        CaptureStop();
    }
}

static NTSTATUS Refuse(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    (void)Driver, (void)Path;
    return STATUS_UNSUCCESSFUL;
}

static NTSTATUS MakeDeviceAndRefuse(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    PDEVICE_OBJECT Device;
    (void)Path;
    CHECK_STATUS(STATUS_SUCCESS, RAW(IoCreateDevice)(Driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device));
    IoDeleteDevice(Device);
    return STATUS_UNSUCCESSFUL;
}

static const HOST_IMPORT Two[] = {
    {"ntoskrnl.exe", "IoFreeMdl", (PVOID)IoFreeMdl}, {"ntoskrnl.exe", "IoCreateDevice", (PVOID)IoCreateDevice}};

TEST(a_target_whose_driver_entry_fails_is_gone_after_the_stop)
{
    CaptureLoad();
    CaptureTargets("raw.sys", NULL);
    CaptureStart(0);
    CHECK_STATUS(STATUS_UNSUCCESSFUL, HostDriverLoadImports(&RawDriver, "raw", MakeDeviceAndRefuse, Two, 2));
    CaptureStop();
    CHECK_EQUAL(0, CaptureStatus().TargetsLoaded);
    CaptureUnload();
}

/* Nothing of it was ever seen but its image: no object to ask. The driver must say what holds it and touch nothing. */
TEST(a_target_that_failed_before_it_called_anything_is_not_written_to_when_it_is_gone)
{
    CaptureLoad();
    CaptureTargets("raw.sys", NULL);
    CaptureStart(0);
    CHECK_STATUS(STATUS_UNSUCCESSFUL, HostDriverLoadImports(&RawDriver, "raw", Refuse, Two, 2));
    CaptureStop();
    WSKT_STATUS Status = CaptureStatus();
    CHECK(Status.TargetsLoaded == 0 || Status.Holds == WSKT_HOLD_TARGET);
}

TEST(a_target_that_is_loaded_again_is_another_client)
{
    TRACE Trace;
    RawStart(0);
    RawUnload();
    RawLoad();
    RawEnd(&Trace);
    const EVENT *One = TraceNext(&Trace, WSKT_DRIVER_LOAD_ID, 0), *Two_ = TraceNext(&Trace, WSKT_DRIVER_LOAD_ID, SEQ(One));
    CHECK(One->Header->Client != 0 && Two_->Header->Client > One->Header->Client);
    TraceFree(&Trace);
}

/* Everything that an image can say wrong, through the driver's own notification: patched or not, it must not fault. */
TEST(hostile_images_do_not_crash_the_driver_that_patches_them)
{
    static const HOST_IMPORT Imports[] = {{"ntoskrnl.exe", "IoFreeMdl", (PVOID)IoFreeMdl},
        {"ntoskrnl.exe", "IoFreeIrp", (PVOID)IoFreeIrp}, {"netio.sys", "WskRegister", (PVOID)WskRegister}};
    TEST_RANDOM Random = TestRandom();
    CaptureLoad();
    CaptureTargets("x.sys", NULL);
    CaptureStart(0);
    for (ULONG Round = 0; Round < TestRounds(200); Round++) {
        HOST_IMAGE Image;
        HostImageBuild(&Image, NULL, 0x6000, 0x6000, Imports, 3, (HOST_NAMES)TestBelow(&Random, 3));
        HostImageWritable(&Image, true);
        for (ULONG i = 1 + TestBelow(&Random, 6); i != 0; i--) {
            ULONG At = TestBelow(&Random, 2) ? TestBelow(&Random, 0x1c0)
                                             : (TestBelow(&Random, 2) ? 0x1000 : 0x1800) + TestBelow(&Random, 0x100);
            ULONG Value = TestBelow(&Random, 2) ? TestBelow(&Random, 0x7000) : TestNext(&Random);
            memcpy(Image.Base + (At & ~3u), &Value, 4);
        }
        HostImageWritable(&Image, false);
        HostImageLoaded(&Image, L"\\x.sys", true);
        CHECK_EQUAL(0, HostMappings());
        CHECK_EQUAL(0, HostMdls());
        HostImageFree(&Image);
    }
}
