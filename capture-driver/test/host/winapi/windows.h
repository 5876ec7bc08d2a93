/*
 * The few user-mode functions that wskctl's recording needs, so that the tool's own code writes the .etl file of a host
 * test. Only tool/recording.c and tool/etl.c see this file; behind it stands windows.c.
 */
#pragma once

#include <ntdef.h>

#include <stdbool.h>

#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)
#define INVALID_FILE_ATTRIBUTES ((DWORD)-1)
#define GENERIC_READ 0x80000000u
#define GENERIC_WRITE 0x40000000u
#define FILE_SHARE_READ 1
#define FILE_SHARE_WRITE 2
#define CREATE_ALWAYS 2
#define OPEN_EXISTING 3
#define FILE_ATTRIBUTE_NORMAL 0x80
#define MOVEFILE_REPLACE_EXISTING 1
#define ERROR_FILE_EXISTS 80
#define ERROR_ALREADY_EXISTS 183

typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME;

typedef struct _SYSTEMTIME {
    WORD Fields[8];
} SYSTEMTIME;

typedef struct _TIME_ZONE_INFORMATION {
    LONG Bias;
    WCHAR StandardName[32];
    SYSTEMTIME StandardDate;
    LONG StandardBias;
    WCHAR DaylightName[32];
    SYSTEMTIME DaylightDate;
    LONG DaylightBias;
} TIME_ZONE_INFORMATION;

typedef HANDLE HKEY;
typedef HANDLE SC_HANDLE;
typedef LONG LSTATUS;
#define HKEY_LOCAL_MACHINE ((HKEY)(LONG_PTR)0x80000002)
#define RRF_RT_REG_DWORD 0x10
#define ERROR_SUCCESS 0
LSTATUS RegGetValueW(HKEY Root, LPCWSTR Key, LPCWSTR Value, DWORD Flags, DWORD *Type, LPVOID Data, DWORD *Bytes);

HANDLE CreateFileW(
    LPCWSTR Name, DWORD Access, DWORD Share, LPVOID Security, DWORD Disposition, DWORD Flags, HANDLE Template);
BOOL WriteFile(HANDLE File, LPCVOID Bytes, DWORD Count, DWORD *Written, LPVOID Overlapped);
BOOL FlushFileBuffers(HANDLE File);
BOOL CloseHandle(HANDLE Handle);
BOOL MoveFileExW(LPCWSTR From, LPCWSTR To, DWORD Flags);
BOOL DeleteFileW(LPCWSTR Name);
DWORD GetFileAttributesW(LPCWSTR Name);
DWORD GetLastError(void);
DWORD GetTimeZoneInformation(TIME_ZONE_INFORMATION *Zone);
void GetSystemTimeAsFileTime(FILETIME *Time);
ULONGLONG GetTickCount64(void);
DWORD GetCurrentThreadId(void);
#define WINAPI
#define FILE_BEGIN 0
#define INVALID_SET_FILE_POINTER ((DWORD)-1)
#define WAIT_OBJECT_0 0
#define WAIT_TIMEOUT 258
typedef BOOL CONSOLE_HANDLER(DWORD Event);
DWORD SetFilePointer(HANDLE File, LONG Low, LONG *High, DWORD From);
HANDLE CreateEventW(LPVOID Security, BOOL Manual, BOOL Signalled, LPCWSTR Name);
BOOL SetEvent(HANDLE Event);
DWORD WaitForSingleObject(HANDLE Handle, DWORD Milliseconds);
BOOL SetConsoleCtrlHandler(CONSOLE_HANDLER *Handler, BOOL Add);
BOOL QueryPerformanceCounter(LARGE_INTEGER *Counter);
void Sleep(DWORD Milliseconds);
DWORD GetCurrentProcessId(void);

/* For a test: runs instead of each wait. And what Ctrl-C does. */
void HostOnWait(void (*Routine)(void));
void HostInterrupt(void);
/* wchar.h of the machine is for wider characters, but says the same. */
int wcscmp(const wchar_t *A, const wchar_t *B);
int wcsncmp(const wchar_t *A, const wchar_t *B, size_t Most);
size_t wcslen(const wchar_t *Text);

/* For a test: the write after this many buffers fails, as on a full disk; -1: never. */
void HostDiskFullAfter(int Writes);
