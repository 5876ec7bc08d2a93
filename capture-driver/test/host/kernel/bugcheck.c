/*
 * A bugcheck, as far as callbacks that add data to the dump see it: HIGH_LEVEL, first the size, then the data.
 */
#include <string.h>

#include "host.h"

static LIST_ENTRY Callbacks = {&Callbacks, &Callbacks};

BOOLEAN KeRegisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD Record,
    PKBUGCHECK_REASON_CALLBACK_ROUTINE Routine, KBUGCHECK_CALLBACK_REASON Reason, PUCHAR Component)
{
    HOST_CHECK(Record->State == BufferEmpty, "KeRegisterBugCheckReasonCallback: the record was not initialized");
    Record->CallbackRoutine = Routine;
    Record->Component = Component;
    Record->Reason = Reason;
    Record->State = BufferInserted;
    InsertTailList(&Callbacks, &Record->Entry);
    return TRUE;
}

BOOLEAN KeDeregisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD Record)
{
    HOST_CHECK(Record->State == BufferInserted, "KeDeregisterBugCheckReasonCallback of a record that is not registered");
    RemoveEntryList(&Record->Entry);
    Record->State = BufferEmpty;
    return TRUE;
}

SIZE_T HostBugCheckCallbacks(void)
{
    SIZE_T Count = 0;
    for (PLIST_ENTRY E = Callbacks.Flink; E != &Callbacks; E = E->Flink)
        Count++;
    return Count;
}

SIZE_T HostBugCheck(ULONG MaximumAllowed, HOST_DUMP *Dumps, SIZE_T Max)
{
    static UCHAR InBuffer[256];
    SIZE_T Count = 0;
    KIRQL Old = KfRaiseIrql(HIGH_LEVEL);
    for (PLIST_ENTRY E = Callbacks.Flink; E != &Callbacks; E = E->Flink) {
        KBUGCHECK_REASON_CALLBACK_RECORD *Record = CONTAINING_RECORD(E, KBUGCHECK_REASON_CALLBACK_RECORD, Entry);
        KBUGCHECK_SECONDARY_DUMP_DATA Size = {.InBuffer = InBuffer, .InBufferLength = sizeof InBuffer,
            .MaximumAllowed = MaximumAllowed};
        Record->CallbackRoutine(Record->Reason, Record, &Size, sizeof Size);
        KBUGCHECK_SECONDARY_DUMP_DATA Data = Size;
        Record->CallbackRoutine(Record->Reason, Record, &Data, sizeof Data);
        HOST_CHECK(memcmp(&Size, &Data, sizeof Size) == 0, "a bugcheck callback changed its mind");
        HOST_CHECK(Data.OutBufferLength <= MaximumAllowed, "a bugcheck callback gave more than is allowed");
        if (Data.OutBufferLength == 0)
            continue;
        PVOID Block;
        SIZE_T Bytes;
        POOL_TYPE Type;
        HOST_CHECK(HostPoolFind(Data.OutBuffer, &Block, &Bytes, &Type) && Type != PagedPool
                && (PUCHAR)Data.OutBuffer + Data.OutBufferLength <= (PUCHAR)Block + Bytes,
            "a bugcheck callback gave memory that is not its nonpaged pool");
        HOST_CHECK(Count < Max, "HostBugCheck: too many callbacks");
        Dumps[Count++] = (HOST_DUMP) {Data.Guid, Data.OutBuffer, Data.OutBufferLength};
    }
    KeLowerIrql(Old);
    return Count;
}
