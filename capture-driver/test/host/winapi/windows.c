#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <windows.h>

static DWORD LastError;
static int WritesLeft = -1;

void HostDiskFullAfter(int Writes)
{
    WritesLeft = Writes;
}

static const char *Narrow(LPCWSTR Name)
{
    static char Text[2][MAX_PATH];
    static int Turn;
    char *To = Text[Turn++ % 2];
    size_t i = 0;
    for (; Name[i] != 0 && i < MAX_PATH - 1; i++)
        To[i] = (char)Name[i];
    To[i] = 0;
    return To;
}

HANDLE CreateFileW(
    LPCWSTR Name, DWORD Access, DWORD Share, LPVOID Security, DWORD Disposition, DWORD Flags, HANDLE Template)
{
    (void)Access, (void)Share, (void)Security, (void)Disposition, (void)Flags, (void)Template;
    int File = open(Narrow(Name), O_CREAT | O_TRUNC | O_WRONLY, 0644);
    LastError = File < 0 ? 5 : 0;
    return File < 0 ? INVALID_HANDLE_VALUE : (HANDLE)(LONG_PTR)(File + 1);
}

BOOL WriteFile(HANDLE File, LPCVOID Bytes, DWORD Count, DWORD *Written, LPVOID Overlapped)
{
    (void)Overlapped;
    if (WritesLeft == 0) {
        LastError = 112; /* ERROR_DISK_FULL */
        return FALSE;
    }
    if (WritesLeft > 0)
        WritesLeft--;
    ssize_t Got = write((int)(LONG_PTR)File - 1, Bytes, Count);
    *Written = Got < 0 ? 0 : (DWORD)Got;
    return Got >= 0;
}

BOOL FlushFileBuffers(HANDLE File)
{
    (void)File;
    return TRUE;
}

/* There is one event, of Ctrl-C. */
static char Event;
static bool Signalled;
static CONSOLE_HANDLER *OnInterrupt;
static void (*OnWait)(void);

void HostOnWait(void (*Routine)(void))
{
    OnWait = Routine;
}

void HostInterrupt(void)
{
    OnInterrupt(0);
}

DWORD SetFilePointer(HANDLE File, LONG Low, LONG *High, DWORD From)
{
    (void)High, (void)From;
    return (DWORD)lseek((int)(LONG_PTR)File - 1, Low, SEEK_SET);
}

HANDLE CreateEventW(LPVOID Security, BOOL Manual, BOOL Set, LPCWSTR Name)
{
    (void)Security, (void)Manual, (void)Name;
    Signalled = Set;
    return &Event;
}

BOOL SetEvent(HANDLE Handle)
{
    Signalled = Handle == &Event;
    return TRUE;
}

DWORD WaitForSingleObject(HANDLE Handle, DWORD Milliseconds)
{
    (void)Handle, (void)Milliseconds;
    if (OnWait != NULL)
        OnWait();
    return Signalled ? WAIT_OBJECT_0 : WAIT_TIMEOUT;
}

BOOL SetConsoleCtrlHandler(CONSOLE_HANDLER *Handler, BOOL Add)
{
    OnInterrupt = Add ? Handler : NULL;
    return TRUE;
}

BOOL QueryPerformanceCounter(LARGE_INTEGER *Counter)
{
    struct timespec Now;
    clock_gettime(CLOCK_MONOTONIC, &Now);
    Counter->QuadPart = Now.tv_sec * 10000000LL + Now.tv_nsec / 100; /* as KeQueryPerformanceCounter */
    return TRUE;
}

void Sleep(DWORD Milliseconds)
{
    usleep(Milliseconds * 1000);
}

BOOL CloseHandle(HANDLE Handle)
{
    if (Handle == &Event)
        return TRUE;
    return close((int)(LONG_PTR)Handle - 1) == 0;
}

BOOL MoveFileExW(LPCWSTR From, LPCWSTR To, DWORD Flags)
{
    if (!(Flags & MOVEFILE_REPLACE_EXISTING) && access(Narrow(To), F_OK) == 0) {
        LastError = ERROR_ALREADY_EXISTS;
        return FALSE;
    }
    return rename(Narrow(From), Narrow(To)) == 0;
}

BOOL DeleteFileW(LPCWSTR Name)
{
    return unlink(Narrow(Name)) == 0;
}

DWORD GetFileAttributesW(LPCWSTR Name)
{
    return access(Narrow(Name), F_OK) == 0 ? FILE_ATTRIBUTE_NORMAL : INVALID_FILE_ATTRIBUTES;
}

/* The one value asked for is the processor's speed in MHz. */
LSTATUS RegGetValueW(HKEY Root, LPCWSTR Key, LPCWSTR Value, DWORD Flags, DWORD *Type, LPVOID Data, DWORD *Bytes)
{
    (void)Root, (void)Key, (void)Value, (void)Flags, (void)Type;
    if (*Bytes < 4)
        return 234; /* ERROR_MORE_DATA */
    *(DWORD *)Data = 2400;
    *Bytes = 4;
    return ERROR_SUCCESS;
}

DWORD GetLastError(void)
{
    return LastError;
}

DWORD GetTimeZoneInformation(TIME_ZONE_INFORMATION *Zone)
{
    memset(Zone, 0, sizeof *Zone);
    Zone->Bias = -60;
    return 0;
}

void GetSystemTimeAsFileTime(FILETIME *Time)
{
    ULONGLONG Ticks = ((ULONGLONG)time(NULL) + 11644473600ull) * 10000000;
    *Time = (FILETIME) {(DWORD)Ticks, (DWORD)(Ticks >> 32)};
}

ULONGLONG GetTickCount64(void)
{
    struct timespec Now;
    clock_gettime(CLOCK_MONOTONIC, &Now);
    return (ULONGLONG)Now.tv_sec * 1000 + (ULONGLONG)Now.tv_nsec / 1000000;
}

DWORD GetCurrentThreadId(void)
{
    return 8;
}

DWORD GetCurrentProcessId(void)
{
    return 4;
}

/* The C library's knows wide characters of 32 bits only. This one knows the format that the tool uses: "%ls.part". */
int swprintf(wchar_t *To, size_t Room, const wchar_t *Format, ...)
{
    size_t n = 0;
    va_list Arguments;
    va_start(Arguments, Format);
    const wchar_t *Name = va_arg(Arguments, const wchar_t *);
    va_end(Arguments);
    if (Format[0] != '%' || Format[1] != 'l' || Format[2] != 's')
        abort();
    for (; *Name != 0 && n + 1 < Room; Name++)
        To[n++] = *Name;
    for (Format += 3; *Format != 0 && n + 1 < Room; Format++)
        To[n++] = *Format;
    To[n] = 0;
    return *Name != 0 || *Format != 0 ? -1 : (int)n;
}

/* Those of the C library are for wider characters. */
int wcscmp(const wchar_t *A, const wchar_t *B)
{
    for (; *A != 0 && *A == *B; A++)
        B++;
    return *A - *B;
}

int wcsncmp(const wchar_t *A, const wchar_t *B, size_t Most)
{
    for (; Most != 0 && *A != 0 && *A == *B; A++, Most--)
        B++;
    return Most == 0 ? 0 : *A - *B;
}

size_t wcslen(const wchar_t *Text)
{
    size_t Length = 0;
    while (Text[Length] != 0)
        Length++;
    return Length;
}
