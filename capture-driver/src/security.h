/*
 * Who may open the control device: the local system and administrators, by its security descriptor. Nobody else gets a
 * handle, so none of their requests gets as far as this driver.
 */
#ifndef WSKTRACE_SECURITY_H
#define WSKTRACE_SECURITY_H

#include "wsktrace.h"

/* Puts the descriptor on. Until DriverEntry returns nobody can open the device (DO_DEVICE_INITIALIZING), so it is never
   there without one. A failure means that it stands open to others: then it must go. Wine checks no descriptors and has
   no handles of devices: there nothing is done, and this succeeds. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
SecurityAdministratorsOnly(_In_ PDEVICE_OBJECT DeviceObject);

#endif
