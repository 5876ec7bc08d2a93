#include "wskctl.h"

/* The driver asks for this privilege; an administrator holds it, switched off. */
static void EnableLoadDriverPrivilege(void)
{
    HANDLE token;
    TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 1};

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token))
        return;
    privileges.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    if (LookupPrivilegeValueW(NULL, SE_LOAD_DRIVER_NAME, &privileges.Privileges[0].Luid))
        AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL);
    CloseHandle(token);
}

int DeviceOpen(HANDLE *device)
{
    EnableLoadDriverPrivilege();
    *device = CreateFileW(WSKT_WIN32_NAME, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                          OPEN_EXISTING, 0, NULL);
    if (*device != INVALID_HANDLE_VALUE)
        return EXIT_DONE;
    DWORD error = GetLastError();
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        return Refused(L"the driver is not loaded; run 'wskctl start' first");
    if (error == ERROR_ACCESS_DENIED || error == ERROR_PRIVILEGE_NOT_HELD)
        return Failed(error, L"the driver refuses; run as administrator");
    return Failed(error, L"the driver cannot be opened");
}

static int Exchange(HANDLE device, DWORD code, const void *in, DWORD length, void *out, DWORD room, DWORD *got,
                    const wchar_t *what)
{
    if (DeviceIoControl(device, code, (void *)(uintptr_t)in, length, out, room, got, NULL))
        return EXIT_DONE;
    DWORD error = GetLastError();
    switch (error) {
    case ERROR_REVISION_MISMATCH:
    case ERROR_BAD_LENGTH:
        return Refused(L"the driver is of another version than wskctl; use those of one build");
    case ERROR_BAD_COMMAND: /* STATUS_INVALID_DEVICE_STATE */
        return Refused(code == WSKT_IOCTL_START ? L"%ls: one runs already" : L"%ls: no capture runs", what);
    case ERROR_DELETE_PENDING:
        return Refused(L"%ls: the driver is being unloaded; try again", what);
    case ERROR_BUSY:
        return Refused(L"%ls: --ring and --slots stay as they are until the driver is unloaded", what);
    case ERROR_NO_SYSTEM_RESOURCES:
    case ERROR_NOT_ENOUGH_MEMORY:
        return Refused(L"%ls: not enough memory; use smaller --ring and --slots", what);
    default:
        return Failed(error, L"%ls", what);
    }
}

int DeviceStatus(HANDLE device, WSKT_STATUS *status)
{
    WSKT_HELLO hello = {.Version = WSKT_IOCTL_VERSION};
    DWORD got = 0;
    int result = Exchange(device, WSKT_IOCTL_STATUS, &hello, sizeof(hello), status, sizeof(*status), &got,
                          L"the driver does not tell its status");
    if (!result && got != sizeof(*status))
        return Refused(L"the driver is of another version than wskctl; use those of one build");
    return result;
}

int DeviceTargets(HANDLE device, WSKT_TARGET_LIST *list)
{
    WSKT_HELLO hello = {.Version = WSKT_IOCTL_VERSION};
    DWORD got = 0;
    int result = Exchange(device, WSKT_IOCTL_LIST_TARGETS, &hello, sizeof(hello), list, sizeof(*list), &got,
                          L"the driver does not tell its targets");
    if (!result && (got != sizeof(*list) || list->NameCount > WSKT_MAX_TARGETS || list->ImageCount > WSKT_MAX_IMAGES))
        return Refused(L"the driver is of another version than wskctl; use those of one build");
    return result;
}

int DeviceSend(HANDLE device, DWORD code, const void *in, DWORD length, const wchar_t *what)
{
    DWORD got;
    return Exchange(device, code, in, length, NULL, 0, &got, what);
}

int DeviceDrain(HANDLE device, UINT32 processor, UINT64 position, WSKT_DRAINED *out, DWORD length)
{
    WSKT_DRAIN drain = {.Version = WSKT_IOCTL_VERSION, .Processor = processor, .Position = position};
    DWORD got = 0;
    int status = Exchange(device, WSKT_IOCTL_DRAIN, &drain, sizeof(drain), out, length, &got,
                          L"the ring cannot be read");
    if (!status && (got < sizeof(*out) || out->Bytes != got - sizeof(*out)))
        return Refused(L"the driver is of another version than wskctl; use those of one build");
    return status;
}
