/*
 * A loaded PE image in pages of a memfd: headers, import descriptors and names, then the import address table, all
 * read-only, as the linkers of real drivers leave it. The same pages can be mapped again (mdl.c).
 *
 *   0x0000  DOS and NT headers, section table
 *   0x1000  import descriptors
 *   0x1800  DLL names, import name tables, hint/name entries
 *   0x4000  import address table: the functions of each DLL, then a NULL
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ntimage.h>

#include "host.h"

#define NT_RVA 0x80
#define DESCRIPTORS_RVA 0x1000
#define NAMES_RVA 0x1800
#define IAT_RVA 0x4000
#define IMAGES 16
#define ROUTINES 8

static HOST_IMAGE *Images[IMAGES];
static PLOAD_IMAGE_NOTIFY_ROUTINE Routines[ROUTINES];
static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;

HOST_IMAGE *HostImageOf(const void *Address)
{
    HOST_IMAGE *Found = NULL;
    pthread_mutex_lock(&Lock);
    for (ULONG i = 0; i < IMAGES; i++)
        if (Images[i] != NULL && (ULONG_PTR)Address - (ULONG_PTR)Images[i]->Base < Images[i]->Backed)
            Found = Images[i];
    pthread_mutex_unlock(&Lock);
    return Found;
}

static void Register(HOST_IMAGE *Old, HOST_IMAGE *New)
{
    pthread_mutex_lock(&Lock);
    ULONG i = 0;
    while (i < IMAGES && Images[i] != Old)
        i++;
    HOST_CHECK(i < IMAGES, "more than %d images are loaded", IMAGES);
    Images[i] = New;
    pthread_mutex_unlock(&Lock);
}

static void BuildHeaders(HOST_IMAGE *Image, ULONG Descriptors)
{
    PIMAGE_DOS_HEADER Dos = (PVOID)Image->Base;
    PIMAGE_NT_HEADERS Nt = (PVOID)(Image->Base + NT_RVA);
    PIMAGE_SECTION_HEADER Section = (PVOID)(Nt + 1);
    Dos->e_magic = IMAGE_DOS_SIGNATURE;
    Dos->e_lfanew = NT_RVA;
    Nt->Signature = IMAGE_NT_SIGNATURE;
    Nt->FileHeader.Machine = BY_POINTER(IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_I386);
    Nt->FileHeader.NumberOfSections = 1;
    Nt->FileHeader.TimeDateStamp = 0x66f00000;
    Nt->FileHeader.SizeOfOptionalHeader = sizeof Nt->OptionalHeader;
    Nt->OptionalHeader.Magic = BY_POINTER(IMAGE_NT_OPTIONAL_HDR64_MAGIC, IMAGE_NT_OPTIONAL_HDR32_MAGIC);
    Nt->OptionalHeader.ImageBase = (ULONG_PTR)Image->Base;
    Nt->OptionalHeader.SectionAlignment = PAGE_SIZE;
    Nt->OptionalHeader.FileAlignment = 0x200;
    Nt->OptionalHeader.SizeOfImage = Image->Size;
    Nt->OptionalHeader.SizeOfHeaders = 0x400;
    Nt->OptionalHeader.CheckSum = 0x1234;
    Nt->OptionalHeader.Subsystem = 1;
    Nt->OptionalHeader.NumberOfRvaAndSizes = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
    Nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT] =
        (IMAGE_DATA_DIRECTORY) {DESCRIPTORS_RVA, (Descriptors + 1) * (ULONG)sizeof(IMAGE_IMPORT_DESCRIPTOR)};
    Nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IAT] = (IMAGE_DATA_DIRECTORY) {IAT_RVA, Image->Imports * (ULONG)sizeof(PVOID)};
    memcpy(Section->Name, ".rdata", 6);
    Section->Misc.VirtualSize = Image->Backed - PAGE_SIZE;
    Section->VirtualAddress = PAGE_SIZE;
    Section->Characteristics = 0x40000040;
}

void HostImageBuild(HOST_IMAGE *Image, PVOID At, ULONG Backed, ULONG Size, const HOST_IMPORT *Imports, ULONG Count,
    HOST_NAMES Names)
{
    *Image = (HOST_IMAGE) {.Size = Size, .Backed = Backed, .ImportRva = IAT_RVA};
    HOST_CHECK(Backed % PAGE_SIZE == 0 && Backed <= Size && Backed >= IAT_RVA + PAGE_SIZE, "an image needs 0x%x bytes", IAT_RVA + PAGE_SIZE);
    Image->File = memfd_create("image", MFD_CLOEXEC);
    HOST_CHECK(Image->File >= 0 && ftruncate(Image->File, Image->Backed) == 0, "memfd_create");
    if (At == NULL)
        At = mmap(NULL, Image->Backed + PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    else
        Image->Inside = true;
    Image->Base = mmap(At, Image->Backed, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, Image->File, 0);
    HOST_CHECK(Image->Base != MAP_FAILED, "mmap of an image");

    PIMAGE_IMPORT_DESCRIPTOR Descriptor = (PVOID)(Image->Base + DESCRIPTORS_RVA);
    PULONG_PTR Iat = (PVOID)(Image->Base + IAT_RVA);
    ULONG Text = NAMES_RVA, Descriptors = 0, Slot = 0;
    for (ULONG i = 0; i < Count; Descriptors++, Descriptor++, Slot++) {
        ULONG End = i;
        while (End < Count && strcmp(Imports[End].Dll, Imports[i].Dll) == 0)
            End++;
        Descriptor->Name = Text;
        Descriptor->FirstThunk = IAT_RVA + Slot * (ULONG)sizeof(PVOID);
        strcpy((char *)Image->Base + Text, Imports[i].Dll);
        Text = (ULONG)ALIGN_UP_BY(Text + strlen(Imports[i].Dll) + 1, 8);
        PULONG_PTR NameTable = (PVOID)(Image->Base + Text);
        Descriptor->OriginalFirstThunk = Names == HostNamesGone ? 0 : Text;
        Text += (End - i + 1) * (ULONG)sizeof(PVOID);
        for (; i < End; i++, NameTable++) {
            PIMAGE_IMPORT_BY_NAME Entry = (PVOID)(Image->Base + Text);
            *NameTable = Names == HostNamesByAddress ? (ULONG_PTR)Image->Base + Text : Text;
            strcpy(Entry->Name, Imports[i].Name);
            Text = (ULONG)ALIGN_UP_BY(Text + 2 + strlen(Imports[i].Name) + 1, 2);
            HOST_CHECK(Text < IAT_RVA - 64, "too many imports for one image");
            Iat[Slot++] = (ULONG_PTR)Imports[i].Function;
        }
        Text = (ULONG)ALIGN_UP_BY(Text, 8);
    }
    HOST_CHECK(IAT_RVA + Slot * (ULONG)sizeof(PVOID) <= Image->Backed, "the import address table does not fit the image");
    Image->Imports = Slot;
    BuildHeaders(Image, Descriptors);
    HostImageWritable(Image, false);
    Register(NULL, Image);
}

void HostImageWritable(HOST_IMAGE *Image, bool Writable)
{
    mprotect(Image->Base, Image->Backed, PROT_READ | (Writable ? PROT_WRITE : 0));
}

void HostImageForget(HOST_IMAGE *Image)
{
    Register(Image, NULL);
    close(Image->File);
    Image->File = -1;
}

void HostImageFree(HOST_IMAGE *Image)
{
    HostImageForget(Image);
    if (!Image->Inside)
        munmap(Image->Base, Image->Backed + PAGE_SIZE);
}

PVOID *HostImageSlot(HOST_IMAGE *Image, const char *Name)
{
    PVOID *Iat = (PVOID)(Image->Base + IAT_RVA);
    PIMAGE_IMPORT_DESCRIPTOR Descriptor = (PVOID)(Image->Base + DESCRIPTORS_RVA);
    for (; Descriptor->FirstThunk != 0; Descriptor++) {
        PULONG_PTR Names = (PVOID)(Image->Base + Descriptor->OriginalFirstThunk);
        for (ULONG i = 0; Descriptor->OriginalFirstThunk != 0 && Names[i] != 0; i++) {
            ULONG_PTR At = Names[i] > Image->Size ? Names[i] : (ULONG_PTR)Image->Base + Names[i];
            if (strcmp(((PIMAGE_IMPORT_BY_NAME)At)->Name, Name) == 0)
                return Iat + (Descriptor->FirstThunk - IAT_RVA) / sizeof(PVOID) + i;
        }
    }
    return NULL;
}

NTSTATUS PsSetLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE Routine)
{
    HOST_PASSIVE();
    for (ULONG i = 0; i < ROUTINES; i++)
        if (Routines[i] == NULL) {
            Routines[i] = Routine;
            return STATUS_SUCCESS;
        }
    return STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS PsRemoveLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE Routine)
{
    HOST_PASSIVE();
    for (ULONG i = 0; i < ROUTINES; i++)
        if (Routines[i] == Routine) {
            Routines[i] = NULL;
            return STATUS_SUCCESS;
        }
    return STATUS_PROCEDURE_NOT_FOUND;
}

SIZE_T HostNotifyRoutines(void)
{
    SIZE_T Count = 0;
    for (ULONG i = 0; i < ROUTINES; i++)
        Count += Routines[i] != NULL;
    return Count;
}

void HostImageLoaded(HOST_IMAGE *Image, const WCHAR *FullName, bool SystemMode)
{
    UNICODE_STRING Name;
    IMAGE_INFO Info = {.ImageBase = Image->Base, .ImageSize = Image->Size};
    Info.SystemModeImage = SystemMode;
    Info.ImageAddressingMode = 3;
    RtlInitUnicodeString(&Name, FullName);
    for (ULONG i = 0; i < ROUTINES; i++)
        if (Routines[i] != NULL)
            Routines[i](FullName == NULL ? NULL : &Name, (HANDLE)(ULONG_PTR)(SystemMode ? 0 : 1234), &Info);
}
