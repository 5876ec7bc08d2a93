/*
 * The import walker reads somebody else's bytes: it finds what is there, and survives whatever is not.
 */
#include "pe.h"

#include <ntimage.h>
#include <string.h>

#include "host.h"
#include "test.h"

#define SIZE 0x6000
#define DESCRIPTORS 0x1000

static const HOST_IMPORT Imports[] = {{"ntoskrnl.exe", "IoFreeMdl", (PVOID)0x10}, {"ntoskrnl.exe", "IoFreeIrp", (PVOID)0x20},
    {"netio.sys", "WskRegister", (PVOID)0x30}, {"hal.dll", "KeStall", (PVOID)0x40}};

static HOST_IMAGE Image;
static struct {
    ULONG Count;
    char Names[8][32];
    PVOID Values[8];
    ULONG StopAfter;
} Seen;

static BOOLEAN Remember(const CHAR *Name, PVOID *Slot, PVOID Context)
{
    CHECK(Context == &Seen && strlen(Name) < 128);
    CHECK((PUCHAR)Slot >= Image.Base && (PUCHAR)(Slot + 1) <= Image.Base + Image.Backed);
    if (Seen.Count < 8) {
        snprintf(Seen.Names[Seen.Count], 32, "%s", Name);
        Seen.Values[Seen.Count] = *Slot;
    }
    return ++Seen.Count != Seen.StopAfter;
}

static ULONG Visit(void)
{
    PE_IMAGE Pe;
    memset(&Seen, 0, sizeof Seen);
    if (PeOpen(Image.Base, Image.Size, &Pe))
        PeVisitImports(&Pe, Remember, &Seen);
    return Seen.Count;
}

static void Build(HOST_NAMES Names)
{
    HostImageBuild(&Image, NULL, SIZE, SIZE, Imports, RTL_NUMBER_OF(Imports), Names);
}

static void CheckAll(void)
{
    CHECK_EQUAL(4, Visit());
    for (ULONG i = 0; i < 4; i++) {
        CHECK(strcmp(Imports[i].Name, Seen.Names[i]) == 0);
        CHECK(Imports[i].Function == Seen.Values[i]);
    }
}

TEST(every_import_of_every_dll_is_visited_with_its_slot)
{
    Build(HostNamesByRva);
    CheckAll();
    HostImageFree(&Image);
}

TEST(names_that_the_kernel_turned_into_addresses_are_found_too)
{
    Build(HostNamesByAddress);
    CheckAll();
    HostImageFree(&Image);
}

TEST(without_a_name_table_nothing_is_visited)
{
    Build(HostNamesGone);
    CHECK_EQUAL(0, Visit());
    HostImageFree(&Image);
}

TEST(headers_carry_the_stamp_and_the_check_sum)
{
    PE_IMAGE Pe;
    Build(HostNamesByRva);
    CHECK(PeOpen(Image.Base, Image.Size, &Pe));
    CHECK_EQUAL(0x66f00000, Pe.TimeDateStamp);
    CHECK_EQUAL(0x1234, Pe.CheckSum);
    CHECK_EQUAL(SIZE, Pe.Size);
    HostImageFree(&Image);
}

TEST(an_import_by_ordinal_is_stepped_over)
{
    Build(HostNamesByRva);
    HostImageWritable(&Image, true);
    PIMAGE_IMPORT_DESCRIPTOR First = (PVOID)(Image.Base + DESCRIPTORS);
    *(PULONG_PTR)(Image.Base + First->OriginalFirstThunk) = IMAGE_ORDINAL_FLAG | 7;
    CHECK_EQUAL(3, Visit());
    CHECK(strcmp(Seen.Names[0], "IoFreeIrp") == 0 && Seen.Values[0] == (PVOID)0x20);
    HostImageFree(&Image);
}

TEST(a_visitor_can_end_the_walk)
{
    PE_IMAGE Pe;
    Build(HostNamesByRva);
    memset(&Seen, 0, sizeof Seen);
    Seen.StopAfter = 2;
    CHECK(PeOpen(Image.Base, Image.Size, &Pe));
    PeVisitImports(&Pe, Remember, &Seen);
    CHECK_EQUAL(2, Seen.Count);
    HostImageFree(&Image);
}

TEST(what_is_no_image_for_this_kernel_is_refused)
{
    PE_IMAGE Pe;
    Build(HostNamesByRva);
    HostImageWritable(&Image, true);
    PIMAGE_DOS_HEADER Dos = (PVOID)Image.Base;
    PIMAGE_NT_HEADERS Nt = (PVOID)(Image.Base + Dos->e_lfanew);
    CHECK(!PeOpen(NULL, SIZE, &Pe));
    CHECK(!PeOpen(Image.Base, 0, &Pe));
    CHECK(!PeOpen(Image.Base, PAGE_SIZE - 1, &Pe));
    Nt->OptionalHeader.SizeOfImage = SIZE + 1; /* more than is mapped */
    CHECK(!PeOpen(Image.Base, SIZE, &Pe));
    Nt->OptionalHeader.SizeOfImage = SIZE;
    Nt->OptionalHeader.Magic = BY_POINTER(IMAGE_NT_OPTIONAL_HDR32_MAGIC, IMAGE_NT_OPTIONAL_HDR64_MAGIC);
    CHECK(!PeOpen(Image.Base, SIZE, &Pe));
    Nt->OptionalHeader.Magic = IMAGE_NT_OPTIONAL_HDR_MAGIC;
    Dos->e_lfanew = -4;
    CHECK(!PeOpen(Image.Base, SIZE, &Pe));
    Dos->e_lfanew = SIZE - 4;
    CHECK(!PeOpen(Image.Base, SIZE, &Pe));
    HostImageFree(&Image);
}

/* Directly behind the image lies an unmapped page: a read past its end is a fault. */
TEST(hostile_values_anywhere_do_not_crash_or_hang)
{
    TEST_RANDOM Random = TestRandom();
    static const ULONG Hostile[] = {0, 1, 4, 8, SIZE - 8, SIZE - 4, SIZE - 1, SIZE, SIZE + 8, 0x7fffffff, 0x80000000,
        0xfffffff0, 0xfffffffc, 0xffffffff, DESCRIPTORS, 0x4000};
    for (ULONG Round = 0; Round < TestRounds(400); Round++) {
        Build(TestBelow(&Random, 2) ? HostNamesByRva : HostNamesByAddress);
        HostImageWritable(&Image, true);
        for (ULONG i = 1 + TestBelow(&Random, 8); i != 0; i--) {
            ULONG Where = TestBelow(&Random, 3);
            ULONG At = Where == 0 ? TestBelow(&Random, 0x1c0) : Where == 1 ? DESCRIPTORS + TestBelow(&Random, 0x60)
                                                                            : 0x1800 + TestBelow(&Random, 0x200);
            ULONG Value = TestBelow(&Random, 2) ? Hostile[TestBelow(&Random, RTL_NUMBER_OF(Hostile))] : TestNext(&Random);
            memcpy(Image.Base + (At & ~3u), &Value, 4);
        }
        Visit();
        HostImageFree(&Image);
    }
}

/* 100 tables that are one table of 1536 entries: the walk ends before it has seen them all. */
TEST(tables_that_lie_over_each_other_are_not_walked_for_ever)
{
    Build(HostNamesByRva);
    HostImageWritable(&Image, true);
    PIMAGE_IMPORT_DESCRIPTOR Dlls = (PVOID)(Image.Base + DESCRIPTORS);
    PULONG_PTR Thunks = (PVOID)(Image.Base + 0x3000);
    ULONG_PTR Name = *(PULONG_PTR)(Image.Base + Dlls[0].OriginalFirstThunk);
    for (ULONG i = 0; i < 0x600; i++)
        Thunks[i] = i < 0x5ff ? Name : 0;
    for (ULONG i = 1; i < 100; i++) {
        Dlls[i] = Dlls[0];
        Dlls[i].OriginalFirstThunk = Dlls[i].FirstThunk = 0x3000;
    }
    CHECK_EQUAL(0x10000, Visit());
    HostImageFree(&Image);
}

TEST(an_image_full_of_noise_does_not_crash_or_hang)
{
    TEST_RANDOM Random = TestRandom();
    for (ULONG Round = 0; Round < TestRounds(30); Round++) {
        Build(HostNamesByRva);
        HostImageWritable(&Image, true);
        for (ULONG At = DESCRIPTORS; At < SIZE; At += 4) {
            ULONG Value = TestBelow(&Random, 2) ? TestBelow(&Random, SIZE) : TestNext(&Random);
            memcpy(Image.Base + At, &Value, 4);
        }
        Visit();
        HostImageFree(&Image);
    }
}
