/*
 * What survives a restart, in the registry below our service's key, where wskctl keeps it:
 *
 *     Parameters            RingBytes, Slots, Level, CaptureAtBoot: REG_DWORD; Keywords: REG_QWORD
 *     Parameters\Targets    a value for each: its name is a file name or a pattern, REG_DWORD: its tiers, 0 for the default
 *
 * An administrator, or anything that writes into the registry, wrote it: each value is looked at like a request to the
 * control device, and one that is of another type, length or range is as if it were not there, and counted.
 */
#ifndef WSKTRACE_SETTING_H
#define WSKTRACE_SETTING_H

#include "wsktrace.h"

#include "ioctl.h"

typedef struct _SETTINGS {
    WSKT_START Start; /* each member has a value: the setting, or the default */
    WSKT_TARGETS Targets;
    BOOLEAN CaptureAtLoad; /* CaptureAtBoot */
    ULONG Ignored;
} SETTINGS;

/* Is each member 0 or within its range? Version is not looked at. */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
SettingIsInRange(_In_ const WSKT_START *Start);

/* RegistryPath: as DriverEntry gets it. Takes nothing for a value but what it is; cannot fail. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
SettingsRead(_In_ const UNICODE_STRING *RegistryPath, _Out_ SETTINGS *Settings);

#endif
