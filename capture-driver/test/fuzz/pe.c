/*
 * The import walker on an image that is hostile: one as linkers make it, with any bytes written over it. Directly behind
 * it lies an unmapped page. No read leaves the image, no slot that is handed out does, and the walk ends.
 */
#include "pe.h"

#include <string.h>

#include "fuzz.h"
#include "host.h"
#include "test.h"

#define SIZE 0x6000
#define DESCRIPTORS 0x1000
#define NAMES 0x1800
#define TABLE 0x4000

static const HOST_IMPORT Imports[] = {{"ntoskrnl.exe", "IoFreeMdl", (PVOID)0x10}, {"ntoskrnl.exe", "IoFreeIrp", (PVOID)0x20},
    {"netio.sys", "WskRegister", (PVOID)0x30}, {"hal.dll", "KeStall", (PVOID)0x40}};
static HOST_IMAGE Image;
static UCHAR Whole[SIZE];
static ULONG Seen;

static BOOLEAN Visit(const CHAR *Name, PVOID *Slot, PVOID Context)
{
    CHECK(strlen(Name) < 128 && (const UCHAR *)Name >= Image.Base && (const UCHAR *)Name < Image.Base + SIZE);
    CHECK((PUCHAR)Slot >= Image.Base && (PUCHAR)(Slot + 1) <= Image.Base + SIZE);
    CHECK(((ULONG_PTR)Slot & (sizeof(PVOID) - 1)) == 0); /* it is exchanged by one instruction */
    CHECK(++Seen <= 0x10000);
    return --*(LONG *)Context != 0;
}

/* A number, the end of the image nearly, an address in it, or a place in it. */
static UINT64 Value(INPUT *Input, ULONG Mapped, ULONG_PTR Base)
{
    switch (TakeBelow(Input, 4)) {
    case 0:
        return TakeNumber(Input);
    case 1:
        return Mapped - Take(Input, 1) % 32;
    case 2:
        return Base + TakeNumber(Input);
    default:
        return TakeBelow(Input, SIZE);
    }
}

/* Where what is read stands, or anywhere. */
static ULONG Place(INPUT *Input)
{
    switch (TakeBelow(Input, 5)) {
    case 0:
        return TakeBelow(Input, 0x200);
    case 1:
        return DESCRIPTORS + TakeBelow(Input, 0x100);
    case 2:
        return NAMES + TakeBelow(Input, 0x100);
    case 3:
        return TABLE + TakeBelow(Input, 0x100);
    default:
        return TakeBelow(Input, SIZE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size)
{
    INPUT Input = {Data, Size};
    PE_IMAGE Pe;
    if (Image.Base == NULL) {
        HostImageBuild(&Image, NULL, SIZE, SIZE, Imports, RTL_NUMBER_OF(Imports), HostNamesByRva);
        HostImageWritable(&Image, true);
        memcpy(Whole, Image.Base, SIZE);
    }
    memcpy(Image.Base, Whole, SIZE);
    ULONG Mapped = TakeBelow(&Input, 8) ? SIZE : TakeNumber(&Input) % (SIZE + 1) & ~7u;
    LONG StopAfter = TakeBelow(&Input, 8) ? -1 : 1 + (LONG)TakeBelow(&Input, 8);
    PUCHAR Base = Image.Base + SIZE - Mapped; /* so that it ends where nothing is mapped */
    if (Base != Image.Base)
        memmove(Base, Whole, Mapped);
    while (Input.Left != 0) {
        ULONG At = Place(&Input), Bytes = 1u << TakeBelow(&Input, 4);
        UINT64 New = Value(&Input, Mapped, (ULONG_PTR)Base);
        if (At + Bytes <= Mapped)
            memcpy(Base + At, &New, Bytes);
    }
    Seen = 0;
    if (PeOpen(Base, Mapped, &Pe)) {
        CHECK(Pe.Size <= Mapped && Pe.Base == Base);
        PeVisitImports(&Pe, Visit, &StopAfter);
    }
    return 0;
}
