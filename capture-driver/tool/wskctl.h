/*
 * wskctl: drives the capture driver on a machine that has no Java. One command a run.
 * A function that returns int returns the exit status of the program, and has told the user what went wrong.
 */
#ifndef WSKCTL_H
#define WSKCTL_H

#ifndef UNICODE
#define UNICODE
#endif
#include <windows.h>

#include <stdint.h>
#include <stdio.h>
#include <winioctl.h>

#include "../src/ioctl.h"

enum { EXIT_DONE = 0, EXIT_USAGE = 2, EXIT_FAILED = 3 };

/* "wskctl: <what>: <Windows' own words for error>" on stderr; returns EXIT_FAILED. */
int Failed(DWORD error, const wchar_t *format, ...);

/* "wskctl: <what>" on stderr; returns EXIT_FAILED. */
int Refused(const wchar_t *format, ...);

/* "wskctl: <what>; 'wskctl help' tells how" on stderr; returns EXIT_USAGE. */
int WrongUsage(const wchar_t *format, ...);

/* service.c: the driver's service. */
int ServiceInstall(const wchar_t *file, const wchar_t *group); /* both may be NULL */
int ServiceStart(void);                                       /* no error if it runs already */
int ServiceUninstall(void);

/* device.c: the control device. Device is opened once a run. */
int DeviceOpen(HANDLE *device);
int DeviceStatus(HANDLE device, WSKT_STATUS *status);
int DeviceSend(HANDLE device, DWORD code, const void *in, DWORD length, const wchar_t *what);
int DeviceDrain(HANDLE device, UINT32 processor, UINT64 position, WSKT_DRAINED *out, DWORD length);

/* faults.c: faults on purpose, for test machines. */
int Faults(int count, wchar_t **words);
int FaultsRead(int count, wchar_t **words, WSKT_FAULTS *faults);
void FaultsPrint(const WSKT_FAULT_STATUS *status); /* nothing if there are none, and were none */

/* recording.c: what was drained, as an .etl file. */
int RecordingDrain(HANDLE device, const wchar_t *file, BOOL force);

#endif
