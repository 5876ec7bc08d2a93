#include "late.h"

LATE Late;

static PVOID
Resolve(PCWSTR Name)
{
    UNICODE_STRING String;
    RtlInitUnicodeString(&String, Name);
    return MmGetSystemRoutineAddress(&String);
}

#define RESOLVE(Name) (*(PVOID *)&Late.Name = Resolve(L## #Name))

static ULONG NTAPI
CurrentProcessor(PVOID Number)
{
    UNREFERENCED_PARAMETER(Number);
    return Late.KeGetCurrentProcessorNumber ? Late.KeGetCurrentProcessorNumber() : 0;
}

_Use_decl_annotations_
VOID
LateInitialize(VOID)
{
    RESOLVE(EtwRegister);
    RESOLVE(EtwUnregister);
    RESOLVE(EtwWrite);
    RESOLVE(KeGetCurrentProcessorNumberEx);
    RESOLVE(KeGetCurrentProcessorNumber);
    if (!Late.KeGetCurrentProcessorNumberEx)
        Late.KeGetCurrentProcessorNumberEx = CurrentProcessor;
    RESOLVE(KeQueryActiveProcessorCountEx);
    RESOLVE(KeQuerySystemTimePrecise);
    RESOLVE(ZwProtectVirtualMemory);
    RESOLVE(RtlCaptureStackBackTrace);
    RESOLVE(ObReferenceObjectByName);
    RESOLVE(IoDriverObjectType);
    /* What Wine has names for, and not what the names promise. The bugcheck callback ends the process; a device has no
       handle; a driver that opens its own device waits for itself, one thread serves all requests; a timer
       runs no DPC. */
    Late.Wine = Resolve(L"wine_ntoskrnl_main_loop") != NULL;
    if (Late.Wine)
        return;
    RESOLVE(ObOpenObjectByPointer);
    RESOLVE(ZwSetSecurityObject);
    RESOLVE(ZwOpenFile);
    RESOLVE(KeRegisterBugCheckReasonCallback);
    RESOLVE(KeDeregisterBugCheckReasonCallback);
    RESOLVE(KeInitializeTimerEx);
    RESOLVE(KeInitializeDpc);
    RESOLVE(KeSetTimerEx);
    RESOLVE(KeCancelTimer);
    RESOLVE(KeFlushQueuedDpcs);
}

_Use_decl_annotations_
ULONG
LateProcessorCount(VOID)
{
    ULONG Count = Late.KeQueryActiveProcessorCountEx ? Late.KeQueryActiveProcessorCountEx(0xffff) : 1;
    return Count ? Count : 1;
}

_Use_decl_annotations_
UINT64
LateSystemTime(VOID)
{
    LARGE_INTEGER Time;
    if (Late.KeQuerySystemTimePrecise)
        Late.KeQuerySystemTimePrecise(&Time);
    else
        KeQuerySystemTime(&Time);
    return (UINT64)Time.QuadPart;
}
