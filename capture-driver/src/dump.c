#include "dump.h"

#include "late.h"
#include "ring.h"

static struct {
    ULONG Count; /* callbacks that are registered, for the rings from 0 on */
    KBUGCHECK_REASON_CALLBACK_RECORD Records[RING_MAX_PROCESSORS];
} Dump;

static KBUGCHECK_REASON_CALLBACK_ROUTINE OnBugCheck;

static VOID NTAPI
OnBugCheck(
    KBUGCHECK_CALLBACK_REASON Reason,
    struct _KBUGCHECK_REASON_CALLBACK_RECORD *Record,
    PVOID ReasonSpecificData,
    ULONG ReasonSpecificDataLength)
{
    static const GUID Base = DUMP_GUID;
    KBUGCHECK_SECONDARY_DUMP_DATA *Data = ReasonSpecificData;
    ULONG Processor = (ULONG)(Record - Dump.Records);

    if (Reason != KbCallbackSecondaryDumpData || ReasonSpecificDataLength < sizeof(*Data))
        return;
    Data->Guid = Base;
    Data->Guid.Data4[6] = (UCHAR)Processor;
    Data->Guid.Data4[7] = (UCHAR)(Processor >> 8);
    Data->OutBufferLength = RingNewest(Processor, Data->MaximumAllowed, &Data->OutBuffer);
}

_Use_decl_annotations_
VOID
DumpInitialize(VOID)
{
    static UCHAR Component[] = "wsktrace";

    if (!Late.KeRegisterBugCheckReasonCallback || !Late.KeDeregisterBugCheckReasonCallback)
        return;
    while (Dump.Count < RingProcessors()) {
        KBUGCHECK_REASON_CALLBACK_RECORD *Record = &Dump.Records[Dump.Count];
        RtlZeroMemory(Record, sizeof(*Record)); /* KeInitializeCallbackRecord: BufferEmpty, which is 0 */
        if (!Late.KeRegisterBugCheckReasonCallback(Record, OnBugCheck, KbCallbackSecondaryDumpData, Component))
            break;
        Dump.Count++;
    }
}

_Use_decl_annotations_
VOID
DumpUninitialize(VOID)
{
    while (Dump.Count)
        Late.KeDeregisterBugCheckReasonCallback(&Dump.Records[--Dump.Count]);
}
