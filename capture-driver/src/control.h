/*
 * What the driver is told, and what it answers: start, stop, targets, status, drain (ioctl.h). One request at a time;
 * device.c sees to that.
 */
#ifndef WSKTRACE_CONTROL_H
#define WSKTRACE_CONTROL_H

#include "wsktrace.h"

/* A request as the control device got it, every length unchecked. Buffer: in and out, METHOD_BUFFERED. Information: how
   many bytes of it are the answer; stays as it is where nothing is. */
_IRQL_requires_(PASSIVE_LEVEL)
NTSTATUS
ControlServe(
    _In_ ULONG Code,
    _Inout_ PVOID Buffer,
    _In_ ULONG InLength,
    _In_ ULONG OutLength,
    _Inout_ ULONG_PTR *Information);

/* WSKT_HOLD_: why we must stay loaded. */
_IRQL_requires_(PASSIVE_LEVEL)
UINT32
ControlHolds(VOID);

/* Once, at the load: the settings below our service's key take effect (setting.h). */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
ControlTakeSettings(_In_ const UNICODE_STRING *RegistryPath);

#endif
