/*
 * The import table of a mapped image. The image is somebody else's bytes: every offset is checked against its size,
 * every loop ends. Field offsets: Microsoft PE format specification, PE32+; on x86 PE32.
 */
#ifndef WSKTRACE_PE_H
#define WSKTRACE_PE_H

#include "wsktrace.h"

typedef struct _PE_IMAGE {
    const UCHAR *Base;
    ULONG Size;
    UINT32 TimeDateStamp;
    UINT32 CheckSum;
    UINT32 Imports; /* RVA of the import directory, 0: none */
} PE_IMAGE;

/* One imported function by name: Slot is where the loader wrote its address. FALSE ends the walk. */
typedef BOOLEAN PE_IMPORT_VISITOR(_In_z_ const CHAR *Name, _In_ PVOID *Slot, _In_opt_ PVOID Context);

/* Size: of the mapping, as the loader gave it. FALSE: this is not an image for this kernel, of that size. */
_IRQL_requires_max_(APC_LEVEL)
_Must_inspect_result_
_Success_(return)
BOOLEAN
PeOpen(_In_reads_bytes_(Size) const VOID *Base, _In_ SIZE_T Size, _Out_ PE_IMAGE *Image);

/* Only while the image loads: the import names may be discarded after DriverEntry. */
_IRQL_requires_max_(APC_LEVEL)
VOID
PeVisitImports(_In_ const PE_IMAGE *Image, _In_ PE_IMPORT_VISITOR *Visitor, _In_opt_ PVOID Context);

#endif
