/*
 * The control device: who may open it, one request at a time, and when we may be unloaded.
 *
 * Who: the local system and administrators, by the descriptor of the device (security.h); and of these who holds and has
 * enabled SeLoadDriverPrivilege, asked at IRP_MJ_CREATE: that is who could load any driver anyway. When: only while the
 * device is closed, the capture stands still and nothing of ours can be reached (unload.h). A handle that is closed later
 * than the last hold was given up asks again at its close; nobody else does, so an open and a close bring it about.
 */
#ifndef WSKTRACE_DEVICE_H
#define WSKTRACE_DEVICE_H

#include "wsktrace.h"

/* Unload: becomes DriverUnload whenever it may. RegistryPath: of our service; its settings take effect, those that are
   malformed are counted, and a capture that they ask for starts. If it cannot, the device is there to say so. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
DeviceInitialize(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PDRIVER_UNLOAD Unload,
    _In_ const UNICODE_STRING *RegistryPath);

_IRQL_requires_(PASSIVE_LEVEL)
VOID
DeviceUninitialize(VOID);

#endif
