/*
 * Exports that older kernels, or Wine, lack. An import that is missing keeps a driver from loading (or kills it at
 * the call), so these are looked up by name, once, and each call site says what it does without.
 */
#ifndef WSKTRACE_LATE_H
#define WSKTRACE_LATE_H

#include "wsktrace.h"

typedef VOID NTAPI LATE_ENABLE_CALLBACK(
    _In_ const GUID *SourceId,
    _In_ ULONG IsEnabled,
    _In_ UCHAR Level,
    _In_ ULONGLONG MatchAnyKeyword,
    _In_ ULONGLONG MatchAllKeyword,
    _In_opt_ PVOID FilterData,
    _In_opt_ PVOID Context);

/* EVENT_DATA_DESCRIPTOR, evntprov.h. */
typedef struct _LATE_DATA {
    ULONGLONG Ptr;
    ULONG Size;
    ULONG Reserved;
} LATE_DATA;

typedef struct _LATE {
    BOOLEAN Wine; /* no kernel: an ordinary process, in which some names have nothing behind them */
    NTSTATUS(NTAPI *EtwRegister)(
        const GUID *Provider,
        LATE_ENABLE_CALLBACK *Callback,
        PVOID Context,
        ULONGLONG *Handle);
    NTSTATUS(NTAPI *EtwUnregister)(ULONGLONG Handle);
    NTSTATUS(NTAPI *EtwWrite)(
        ULONGLONG Handle,
        const EVENT_DESCRIPTOR *Descriptor,
        const GUID *Activity,
        ULONG Count,
        LATE_DATA *Data);
    USHORT(NTAPI *RtlCaptureStackBackTrace)(ULONG Skip, ULONG Count, PVOID *Frames, ULONG *Hash);
    ULONG(NTAPI *KeGetCurrentProcessorNumberEx)(PVOID Number); /* or one of ours that does the same */
    ULONG(NTAPI *KeGetCurrentProcessorNumber)(VOID);
    ULONG(NTAPI *KeQueryActiveProcessorCountEx)(USHORT Group);
    VOID(NTAPI *KeQuerySystemTimePrecise)(LARGE_INTEGER *Time);
    NTSTATUS(NTAPI *ZwProtectVirtualMemory)(HANDLE Process, PVOID *Base, SIZE_T *Size, ULONG New, ULONG *Old);
    NTSTATUS(NTAPI *ObReferenceObjectByName)(
        UNICODE_STRING *Name,
        ULONG Attributes,
        PVOID AccessState,
        ACCESS_MASK Access,
        POBJECT_TYPE Type,
        KPROCESSOR_MODE Mode,
        PVOID ParseContext,
        PVOID *Object);
    POBJECT_TYPE *IoDriverObjectType;
    /* ntifs.h. */
    NTSTATUS(NTAPI *ObOpenObjectByPointer)(
        PVOID Object,
        ULONG Attributes,
        PVOID AccessState,
        ACCESS_MASK Access,
        POBJECT_TYPE Type,
        KPROCESSOR_MODE Mode,
        HANDLE *Handle);
    NTSTATUS(NTAPI *ZwSetSecurityObject)(HANDLE Handle, SECURITY_INFORMATION Information, PVOID Descriptor);
    NTSTATUS(NTAPI *ZwOpenFile)(
        HANDLE *File,
        ACCESS_MASK Access,
        OBJECT_ATTRIBUTES *Attributes,
        IO_STATUS_BLOCK *Result,
        ULONG Share,
        ULONG Options);
    BOOLEAN(NTAPI *KeRegisterBugCheckReasonCallback)(
        KBUGCHECK_REASON_CALLBACK_RECORD *Record,
        KBUGCHECK_REASON_CALLBACK_ROUTINE *Routine,
        KBUGCHECK_CALLBACK_REASON Reason,
        UCHAR *Component);
    BOOLEAN(NTAPI *KeDeregisterBugCheckReasonCallback)(KBUGCHECK_REASON_CALLBACK_RECORD *Record);
    VOID(NTAPI *KeInitializeTimerEx)(PKTIMER Timer, TIMER_TYPE Type);
    VOID(NTAPI *KeInitializeDpc)(PRKDPC Dpc, PKDEFERRED_ROUTINE Routine, PVOID Context);
    BOOLEAN(NTAPI *KeSetTimerEx)(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc);
    BOOLEAN(NTAPI *KeCancelTimer)(PKTIMER Timer);
    VOID(NTAPI *KeFlushQueuedDpcs)(VOID);
} LATE;

/* Filled by LateInitialize, constant afterwards. A member that is NULL is not there. */
extern LATE Late;

_IRQL_requires_(PASSIVE_LEVEL)
VOID
LateInitialize(VOID);

/* The processor we run on; 0 when the kernel does not say. Needs LateInitialize. */
_IRQL_requires_max_(HIGH_LEVEL)
static inline ULONG
LateCurrentProcessor(VOID)
{
    return Late.KeGetCurrentProcessorNumberEx(NULL);
}

/* How many processors run now, over all groups; 1 when the kernel does not say. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
LateProcessorCount(VOID);

/* Now, as a FILETIME. */
_IRQL_requires_max_(HIGH_LEVEL)
UINT64
LateSystemTime(VOID);

#endif
