#include "pe.h"

#define DOS_MAGIC 0x5A4D
#define DOS_NEW_HEADER 0x3C
#define PE_SIGNATURE 0x00004550

/* From the PE signature on. */
#define FILE_TIME_DATE_STAMP 8
#define OPTIONAL_HEADER 24
/* In the optional header. */
#define OPTIONAL_SIZE_OF_IMAGE 56
#define OPTIONAL_CHECK_SUM 64
#ifdef _WIN64
#define OUR_MAGIC 0x20B /* PE32+ */
#define OPTIONAL_DIRECTORY_COUNT 108
#define ORDINAL_FLAG 0x8000000000000000ULL
#else
#define OUR_MAGIC 0x10B /* PE32 */
#define OPTIONAL_DIRECTORY_COUNT 92
#define ORDINAL_FLAG 0x80000000UL
#endif
#define OPTIONAL_DIRECTORIES (OPTIONAL_DIRECTORY_COUNT + 4)
#define IMPORT_DIRECTORY 1

#define MAX_IMPORT_NAME 128
#define MAX_IMPORTED_DLLS 256
#define MAX_IMPORTS 0x10000 /* of all of them together: tables may overlap in a hostile image */

typedef struct _PE_IMPORT_DESCRIPTOR {
    UINT32 OriginalFirstThunk; /* RVA of the import name table, 0: there is none */
    UINT32 TimeDateStamp;
    UINT32 ForwarderChain;
    UINT32 Name;
    UINT32 FirstThunk; /* RVA of the import address table */
} PE_IMPORT_DESCRIPTOR;

C_ASSERT(sizeof(PE_IMPORT_DESCRIPTOR) == 20);

/* Bytes bytes at Rva, or NULL if they are not all inside. */
static const VOID *
At(const PE_IMAGE *Image, ULONG64 Rva, ULONG Bytes)
{
    if (Rva >= Image->Size || Bytes > Image->Size - Rva)
        return NULL;
    return Image->Base + Rva;
}

static BOOLEAN
Read32(const PE_IMAGE *Image, ULONG64 Rva, UINT32 *Value)
{
    const VOID *Field = At(Image, Rva, sizeof(*Value));
    if (Field)
        RtlCopyMemory(Value, Field, sizeof(*Value));
    return Field != NULL;
}

_Use_decl_annotations_
BOOLEAN
PeOpen(const VOID *Base, SIZE_T Size, PE_IMAGE *Image)
{
    UINT32 Header, Signature, Magic, SizeOfImage, Directories;
    UINT16 Dos;

    RtlZeroMemory(Image, sizeof(*Image));
    if (!Base || Size < PAGE_SIZE || Size > MAXLONG)
        return FALSE;
    Image->Base = Base;
    Image->Size = (ULONG)Size;
    RtlCopyMemory(&Dos, Base, sizeof(Dos));
    if (Dos != DOS_MAGIC || !Read32(Image, DOS_NEW_HEADER, &Header) || Header >= PAGE_SIZE)
        return FALSE;

    ULONG64 Optional = (ULONG64)Header + OPTIONAL_HEADER;
    if (!Read32(Image, Header, &Signature) || Signature != PE_SIGNATURE || !Read32(Image, Optional, &Magic) ||
        (Magic & 0xffff) != OUR_MAGIC || !Read32(Image, Optional + OPTIONAL_SIZE_OF_IMAGE, &SizeOfImage) ||
        SizeOfImage > Size)
        return FALSE;
    if (SizeOfImage)
        Image->Size = SizeOfImage;

    if (!Read32(Image, Header + FILE_TIME_DATE_STAMP, &Image->TimeDateStamp) ||
        !Read32(Image, Optional + OPTIONAL_CHECK_SUM, &Image->CheckSum) ||
        !Read32(Image, Optional + OPTIONAL_DIRECTORY_COUNT, &Directories))
        return FALSE;
    return Directories <= IMPORT_DIRECTORY ||
           Read32(Image, Optional + OPTIONAL_DIRECTORIES + IMPORT_DIRECTORY * 8, &Image->Imports);
}

/*
 * The name an entry of the import name table stands for, or NULL. The entry is an RVA in a file and on Wine; a kernel
 * that bound the imports may have left a virtual address there.
 */
static const CHAR *
NameOf(const PE_IMAGE *Image, ULONG_PTR Entry)
{
    ULONG64 Rva = Entry;

    if (Entry & ORDINAL_FLAG) {
        if (Entry < VALUE_OF(Image->Base) || Entry - VALUE_OF(Image->Base) >= Image->Size)
            return NULL;
        Rva = Entry - VALUE_OF(Image->Base);
    } else if (Entry >= VALUE_OF(Image->Base) && Entry - VALUE_OF(Image->Base) < Image->Size) {
        Rva = Entry - VALUE_OF(Image->Base);
    }
    Rva += 2; /* the hint */
    for (ULONG Length = 0; Length < MAX_IMPORT_NAME; Length++) {
        const CHAR *Character = At(Image, Rva + Length, 1);
        if (!Character)
            return NULL;
        if (!*Character)
            return Character - Length;
    }
    return NULL;
}

static BOOLEAN
VisitDll(
    const PE_IMAGE *Image,
    const PE_IMPORT_DESCRIPTOR *Dll,
    PE_IMPORT_VISITOR *Visitor,
    PVOID Context,
    ULONG *Imports)
{
    if (!Dll->OriginalFirstThunk || !Dll->FirstThunk || (Dll->FirstThunk & (sizeof(PVOID) - 1)))
        return TRUE;
    for (ULONG64 i = 0;; i++) {
        const VOID *Entry = At(Image, Dll->OriginalFirstThunk + i * sizeof(PVOID), sizeof(PVOID));
        const VOID *Slot = At(Image, Dll->FirstThunk + i * sizeof(PVOID), sizeof(PVOID));
        ULONG_PTR Value;
        if (!Entry || !Slot)
            return TRUE;
        RtlCopyMemory(&Value, Entry, sizeof(Value));
        if (!Value)
            return TRUE;
        if (++*Imports > MAX_IMPORTS)
            return FALSE;
        const CHAR *Name = NameOf(Image, Value);
        if (Name && !Visitor(Name, (PVOID *)(ULONG_PTR)VALUE_OF(Slot), Context))
            return FALSE;
    }
}

_Use_decl_annotations_
VOID
PeVisitImports(const PE_IMAGE *Image, PE_IMPORT_VISITOR *Visitor, PVOID Context)
{
    ULONG Imports = 0;

    if (!Image->Imports)
        return;
    for (ULONG64 i = 0; i < MAX_IMPORTED_DLLS; i++) {
        PE_IMPORT_DESCRIPTOR Dll;
        const VOID *Descriptor = At(Image, Image->Imports + i * sizeof(Dll), sizeof(Dll));
        if (!Descriptor)
            return;
        RtlCopyMemory(&Dll, Descriptor, sizeof(Dll));
        if (!Dll.Name || !Dll.FirstThunk || !VisitDll(Image, &Dll, Visitor, Context, &Imports))
            return;
    }
}
