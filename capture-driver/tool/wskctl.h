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

/* "mdls,waits" into WsktTiers; 0: there is a word that is none of them. And back, without those that have no word. */
enum { TIER_WORDS_CHARS = 64 };
UINT32 TiersOf(const wchar_t *words);
void TierWords(UINT32 tiers, wchar_t words[TIER_WORDS_CHARS]);

/* targets.c */
int Targets(int count, wchar_t **words);

/* settings.c: what the driver reads when it loads, in the service's key Parameters. */
int SettingsKeepTargets(const WSKT_TARGETS *targets);
int SettingsKeepStart(const WSKT_START *start); /* what is 0 stays as it was */
int SettingsKeepBoot(BOOL capture);

/* service.c: the driver's service. */
int ServiceInstall(const wchar_t *file, const wchar_t *group); /* both may be NULL */
int ServiceStart(BOOL *loaded); /* no error if it runs already; loaded, or NULL: did it not? */
int ServiceBoot(BOOL on, BOOL early); /* starts with the system; early: the boot loader loads it */
int ServiceShowBoot(void);
void ServiceFileName(SC_HANDLE manager, const wchar_t *service, wchar_t file[MAX_PATH]); /* NAME.sys where it is not told */
int ServiceUninstall(void);

/* device.c: the control device. Device is opened once a run. */
int DeviceOpen(HANDLE *device);
int DeviceStatus(HANDLE device, WSKT_STATUS *status);
int DeviceSend(HANDLE device, DWORD code, const void *in, DWORD length, const wchar_t *what);
int DeviceTargets(HANDLE device, WSKT_TARGET_LIST *list);
int DeviceDrain(HANDLE device, UINT32 processor, UINT64 position, WSKT_DRAINED *out, DWORD length);

/* faults.c: faults on purpose, for test machines. */
int Faults(int count, wchar_t **words);
int FaultsRead(int count, wchar_t **words, WSKT_FAULTS *faults);
void FaultsPrint(const WSKT_FAULT_STATUS *status); /* nothing if there are none, and were none */

/* recording.c: what was drained, as an .etl file. */
int RecordingDrain(HANDLE device, const wchar_t *file, BOOL force);
int RecordingFollow(HANDLE device, const wchar_t *file, BOOL force, UINT64 seconds); /* 0: no end but Ctrl-C and the stop */

#endif
