/*
 * cycles.exe TARGET LOADS: loads and unloads the capture driver and a client driver, again and again. Both services are
 * there already; TARGET is the client's name. The anchor is loaded: see keeper.c.
 *
 * It reads numbers, one a line, from standard input, and answers each with a line on standard output when it has made
 * so many cycles: EVENTS MILLISECONDS (the events that the capture driver logged in each cycle, which are the same
 * number every time, and the whole time), or: failed. What failed stands on standard error, and the program ends.
 *
 * A cycle: the capture driver is loaded, and a capture of TARGET started; TARGET is loaded, does its work and is
 * unloaded, LOADS times; the capture driver has seen all of it, lost nothing, and is held by nothing but the capture;
 * that is stopped, and the driver unloaded.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "../../tool/wskctl.h"
#include "../client/client-state.h"

#define PATIENCE_MS 10000

static SC_HANDLE Manager;
static HANDLE Anchor;

static void Say(const wchar_t *format, va_list arguments)
{
    fputs("cycles: ", stderr);
    vfwprintf(stderr, format, arguments);
}

int Failed(DWORD error, const wchar_t *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Say(format, arguments);
    va_end(arguments);
    fprintf(stderr, ": error %lu\n", error);
    return EXIT_FAILED;
}

int Refused(const wchar_t *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Say(format, arguments);
    va_end(arguments);
    fputs("\n", stderr);
    return EXIT_FAILED;
}

static int Load(const wchar_t *name)
{
    int status = EXIT_DONE;
    SC_HANDLE service = OpenServiceW(Manager, name, SERVICE_START);
    if (!service || !StartServiceW(service, 0, NULL))
        status = Failed(GetLastError(), L"%ls does not load", name);
    CloseServiceHandle(service);
    return status;
}

static int Unload(const wchar_t *name)
{
    SERVICE_STATUS state;
    int status = EXIT_DONE;
    SC_HANDLE service = OpenServiceW(Manager, name, SERVICE_STOP);
    if (!service || !ControlService(service, SERVICE_CONTROL_STOP, &state))
        status = Failed(GetLastError(), L"%ls does not unload", name);
    CloseServiceHandle(service);
    return status;
}

/* Until the client has done its work. */
static int WaitForClient(void)
{
    CLIENT_STATE state = {0};
    DWORD length;
    HANDLE device = CreateFileW(L"\\\\.\\WsktraceClient", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                OPEN_EXISTING, 0, NULL);
    if (device == INVALID_HANDLE_VALUE)
        return Failed(GetLastError(), L"the client does not answer");
    for (int i = 0; i < PATIENCE_MS && state.Phase != CLIENT_FINISHED; i++) {
        if (!DeviceIoControl(device, IOCTL_CLIENT_STATE, NULL, 0, &state, sizeof(state), &length, NULL))
            break;
        Sleep(1);
    }
    CloseHandle(device);
    if (state.Phase != CLIENT_FINISHED || state.Status)
        return Refused(L"the client is in phase %ld with status %08lx", state.Phase, state.Status);
    return EXIT_DONE;
}

static int StartCapture(HANDLE device, const wchar_t *target)
{
    WSKT_TARGETS targets = {.Version = WSKT_IOCTL_VERSION, .Count = 1};
    WSKT_START start = {.Version = WSKT_IOCTL_VERSION};

    wcsncpy(targets.Names[0], target, WSKT_TARGET_CHARS - 1);
    int status = DeviceSend(device, WSKT_IOCTL_SET_TARGETS, &targets, sizeof(targets), L"the targets were not set");
    return status ? status
                  : DeviceSend(device, WSKT_IOCTL_START, &start, sizeof(start), L"the capture does not start");
}

/* As keeper.c settles; once is enough, for no process has ended. */
static int WaitForCloses(void)
{
    DWORD length;
    if (!DeviceIoControl(Anchor, IOCTL_CLIENT_STATE, NULL, 0, NULL, 0, &length, NULL))
        return Failed(GetLastError(), L"the anchor does not answer");
    return EXIT_DONE;
}

static int StopCapture(HANDLE device, unsigned long long *events)
{
    WSKT_HELLO hello = {.Version = WSKT_IOCTL_VERSION};
    WSKT_STATUS s;
    int status = DeviceStatus(device, &s);

    if (!status && (s.Holds != WSKT_HOLD_RUNNING || s.Overwritten || s.Dropped || s.Unwrapped || s.Strays ||
                    s.Unshimmed || s.LiveMdls || s.TargetsMissed))
        status = Refused(L"held by %x; lost %llu and %llu events, %llu calls, %llu completions, %u sockets; %u MDLs are "
                         L"left, %u targets missed", s.Holds, s.Overwritten, s.Dropped, s.Unwrapped, s.Strays,
                         s.Unshimmed, s.LiveMdls, s.TargetsMissed);
    *events = status ? 0 : s.Events;
    return status ? status
                  : DeviceSend(device, WSKT_IOCTL_STOP, &hello, sizeof(hello), L"the capture does not stop");
}

/* By its link: opening it would hold it. */
static int UnloadCapture(void)
{
    wchar_t target[MAX_PATH];
    int status = WaitForCloses();
    if (!status)
        status = Unload(WSKT_SERVICE_NAME);
    if (!status && QueryDosDeviceW(WSKT_SERVICE_NAME, target, MAX_PATH))
        status = Refused(L"the capture driver is still loaded");
    return status;
}

static int Cycle(const wchar_t *target, int loads, unsigned long long *events)
{
    HANDLE device;
    int status = Load(WSKT_SERVICE_NAME);
    if (!status)
        status = DeviceOpen(&device);
    if (status)
        return status;
    status = StartCapture(device, target);
    for (int i = 0; i < loads && !status; i++) {
        status = Load(target);
        if (!status)
            status = WaitForClient();
        if (!status)
            status = WaitForCloses();
        if (!status)
            status = Unload(target);
    }
    if (!status)
        status = StopCapture(device, events);
    CloseHandle(device);
    return status ? status : UnloadCapture();
}

int wmain(int count, wchar_t **words)
{
    char line[32];
    unsigned long long all = 0;

    if (count != 3)
        return Refused(L"TARGET LOADS");
    setvbuf(stdout, NULL, _IONBF, 0);
    Manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    Anchor = CreateFileW(L"\\\\.\\WsktraceAnchor", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                         0, NULL);
    if (Anchor == INVALID_HANDLE_VALUE)
        return Failed(GetLastError(), L"the anchor is not there");
    printf("ready\n");
    while (fgets(line, sizeof(line), stdin)) {
        ULONGLONG began = GetTickCount64();
        for (int i = 0; i < atoi(line); i++) {
            unsigned long long events = 0;
            int status = Cycle(words[1], _wtoi(words[2]), &events);
            if (!status && all && events != all)
                status = Refused(L"cycle %d of these has %llu events, those before had %llu", i + 1, events, all);
            if (status) {
                printf("failed\n");
                return status;
            }
            all = events;
        }
        printf("%llu %llu\n", all, GetTickCount64() - began);
    }
    return EXIT_DONE;
}
