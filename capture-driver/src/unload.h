/*
 * When the system may unload us: while DriverUnload is set. It is NULL whenever something of ours may be reached.
 *
 * The system looks at DriverUnload, and marks the device a moment later, unseen by us; from then on nobody opens the
 * device, and with its last file the driver goes, whatever DriverUnload is by then. A request to unload may so come
 * between the look at an open and our IRP_MJ_CREATE. What must hold therefore: before anything can lead to us, we hold a
 * file of our own device. It was opened after DriverUnload was NULL, so no unload had been granted before; and should one
 * be granted in this very moment after all, the file keeps us loaded until nothing leads to us any more.
 *
 * One thread at a time (control.c sees to that), but for the two questions that an IRP asks.
 */
#ifndef WSKTRACE_UNLOAD_H
#define WSKTRACE_UNLOAD_H

#include "wsktrace.h"

/* Nothing is granted yet. Routine becomes DriverUnload whenever it may. Device: the name, which must stay. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
UnloadInitialize(_In_ PDRIVER_OBJECT Driver, _In_ PDRIVER_UNLOAD Routine, _In_z_ const WCHAR *Device);

/* Nothing of ours is reachable, and nobody has the device open who could change that: we may go. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
UnloadAllow(VOID);

/* From here on a request to unload is refused. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
UnloadRefuse(VOID);

/* Before anything may lead to us. After UnloadRefuse. STATUS_DELETE_PENDING: an unload was granted already, and happens
   when the last file of the device is closed. Where no file can be opened from in here, on Wine, that is not seen. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
UnloadBar(VOID);

/* Is this IRP_MJ_CREATE that of our own file? */
_IRQL_requires_(PASSIVE_LEVEL)
BOOLEAN
UnloadOpens(_Inout_ PFILE_OBJECT File);

/* Is this our own file? */
_IRQL_requires_max_(APC_LEVEL)
BOOLEAN
UnloadOwns(_In_ const FILE_OBJECT *File);

#endif
