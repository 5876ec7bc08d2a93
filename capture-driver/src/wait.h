/*
 * Waits of a target, for the targets that were named with the tier `waits`: with them a trace can say that a thread
 * waits for a WSK request from inside a callback, or for an event that nobody will set again.
 */
#ifndef WSKTRACE_WAIT_H
#define WSKTRACE_WAIT_H

#include "target.h"

#define WAIT_OBJECTS 8 /* of one wait, in its event */

typedef NTSTATUS NTAPI KeWaitForSingleObjectFunction(
    _In_ PVOID Object,
    _In_ KWAIT_REASON WaitReason,
    _In_ KPROCESSOR_MODE WaitMode,
    _In_ BOOLEAN Alertable,
    _In_opt_ PLARGE_INTEGER Timeout);
typedef NTSTATUS NTAPI KeWaitForMultipleObjectsFunction(
    _In_ ULONG Count,
    _In_reads_(Count) PVOID Object[],
    _In_ WAIT_TYPE WaitType,
    _In_ KWAIT_REASON WaitReason,
    _In_ KPROCESSOR_MODE WaitMode,
    _In_ BOOLEAN Alertable,
    _In_opt_ PLARGE_INTEGER Timeout,
    _Out_opt_ PKWAIT_BLOCK WaitBlockArray);
typedef NTSTATUS NTAPI KeDelayExecutionThreadFunction(
    _In_ KPROCESSOR_MODE WaitMode,
    _In_ BOOLEAN Alertable,
    _In_ PLARGE_INTEGER Interval);

KeWaitForSingleObjectFunction OnKeWaitForSingleObject;
KeWaitForMultipleObjectsFunction OnKeWaitForMultipleObjects;
KeDelayExecutionThreadFunction OnKeDelayExecutionThread;

#endif
