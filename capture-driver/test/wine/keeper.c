/*
 * keeper.exe [ANCHOR GROUP]: a user-mode program that stays, and tells what the client driver says of itself.
 *
 * Wine ends all drivers when the last user process does, so this one is started first and ends last. It reads
 * commands, one a line, from standard input, and answers each with one line on standard output:
 *
 *   state   the client's state: PHASE STATUS SENT RECEIVED (status as 8 hex digits), or: none ERROR
 *   settle  waits until the closes of all handles so far have come to their drivers: settled, or: none ERROR
 *   drive   drives the client from now on, until this program ends: driving, or: none ERROR
 *   quit    (or the end of the input) ends the program
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <winioctl.h>

#include "../client/client-state.h"

/* Wine hands the close of a handle on when it has the time, and does not keep a driver for it: the code of a client would
   be called when it is gone, and the capture driver refuses to go. The requests to all drivers of a group go through one
   queue, so an answer from another one of the group, the anchor, says that what was asked before is done. */
static HANDLE anchor = INVALID_HANDLE_VALUE;

/* Loads the driver of that path. */
static void load_anchor(const char *path, const char *group)
{
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE service = CreateServiceA(manager, "anchor", "anchor", SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
                                       SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, path, group, NULL, NULL, NULL, NULL);
    if (service && StartServiceA(service, 0, NULL))
        anchor = CreateFileA("\\\\.\\WsktraceAnchor", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                             OPEN_EXISTING, 0, NULL);
    if (anchor == INVALID_HANDLE_VALUE)
        fprintf(stderr, "keeper: the anchor does not load: %lu\n", GetLastError());
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
}

/* Twice: with the first Wine has noticed which processes have ended. */
static void settle(void)
{
    DWORD length;

    for (int i = 0; i < 2; i++)
        if (!DeviceIoControl(anchor, IOCTL_CLIENT_STATE, NULL, 0, NULL, 0, &length, NULL)) {
            printf("none %lu\n", GetLastError());
            return;
        }
    printf("settled\n");
}

static HANDLE open_client(void)
{
    return CreateFileA("\\\\.\\WsktraceClient", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0,
                       NULL);
}

static void print_state(void)
{
    CLIENT_STATE state;
    DWORD length;
    BOOL ok;
    HANDLE device = open_client();

    if (device == INVALID_HANDLE_VALUE) {
        printf("none %lu\n", GetLastError());
        return;
    }
    ok = DeviceIoControl(device, IOCTL_CLIENT_STATE, NULL, 0, &state, sizeof(state), &length, NULL);
    if (!ok || length != sizeof(state))
        printf("none %lu\n", GetLastError());
    else
        printf("%ld %08lx %lld %lld\n", (long)state.Phase, (unsigned long)state.Status, (long long)state.BytesSent,
               (long long)state.BytesReceived);
    CloseHandle(device);
}

/* The handle stays open: its close tells the client that we are gone. */
static void drive(void)
{
    DWORD length;
    HANDLE device = open_client();

    if (device == INVALID_HANDLE_VALUE || !DeviceIoControl(device, IOCTL_CLIENT_DRIVE, NULL, 0, NULL, 0, &length, NULL))
        printf("none %lu\n", GetLastError());
    else
        printf("driving\n");
}

int main(int count, char **words)
{
    char line[64];

    setvbuf(stdout, NULL, _IONBF, 0);
    if (count == 3)
        load_anchor(words[1], words[2]);
    printf("ready\n");
    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\r\n")] = 0;
        if (!strcmp(line, "quit"))
            break;
        if (!strcmp(line, "state"))
            print_state();
        else if (!strcmp(line, "settle"))
            settle();
        else if (!strcmp(line, "drive"))
            drive();
        else
            printf("unknown command: %s\n", line);
    }
    return 0;
}
