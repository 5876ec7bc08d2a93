#include "wskctl.h"

#include <wchar.h>

static int Open(DWORD access, SC_HANDLE *manager, SC_HANDLE *service)
{
    *service = NULL;
    *manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    if (!*manager)
        return Failed(GetLastError(), L"the service manager refuses; run as administrator");
    if (!access)
        return EXIT_DONE;
    *service = OpenServiceW(*manager, WSKT_SERVICE_NAME, access);
    if (!*service) {
        DWORD error = GetLastError();
        CloseServiceHandle(*manager);
        if (error == ERROR_SERVICE_DOES_NOT_EXIST)
            return Refused(L"the driver is not installed; run 'wskctl install' first");
        return Failed(error, L"the driver's service cannot be opened");
    }
    return EXIT_DONE;
}

static void Close(SC_HANDLE manager, SC_HANDLE service)
{
    if (service)
        CloseServiceHandle(service);
    CloseServiceHandle(manager);
}

/* The full path of file, or of wsktrace.sys beside this program. */
static BOOL PathOf(const wchar_t *file, wchar_t path[MAX_PATH])
{
    if (file)
        return GetFullPathNameW(file, MAX_PATH, path, NULL) - 1 < MAX_PATH - 1;
    DWORD length = GetModuleFileNameW(NULL, path, MAX_PATH);
    wchar_t *name = length && length < MAX_PATH ? wcsrchr(path, L'\\') : NULL;
    if (!name || name + 1 - path + wcslen(L"wsktrace.sys") >= MAX_PATH)
        return FALSE;
    wcscpy(name + 1, L"wsktrace.sys");
    return TRUE;
}

int ServiceInstall(const wchar_t *file, const wchar_t *group)
{
    wchar_t path[MAX_PATH];
    SC_HANDLE manager, service;

    if (!PathOf(file, path))
        return Refused(L"the path of the driver is too long");
    if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
        return Failed(GetLastError(), L"%ls", path);
    int status = Open(0, &manager, &service);
    if (status)
        return status;
    service = CreateServiceW(manager, WSKT_SERVICE_NAME, L"WSK trace capture", SERVICE_ALL_ACCESS,
                             SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, path, group, NULL, NULL,
                             NULL, NULL);
    if (!service) {
        DWORD error = GetLastError();
        status = error == ERROR_SERVICE_EXISTS
                     ? Refused(L"the driver is installed already; 'wskctl uninstall' removes it")
                     : Failed(error, L"the driver's service cannot be made");
    }
    Close(manager, service);
    return status;
}

int ServiceStart(void)
{
    SC_HANDLE manager, service;
    int status = Open(SERVICE_START, &manager, &service);
    if (status)
        return status;
    if (!StartServiceW(service, 0, NULL)) {
        DWORD error = GetLastError();
        if (error != ERROR_SERVICE_ALREADY_RUNNING)
            status = Failed(error, L"the driver does not load");
    }
    Close(manager, service);
    return status;
}

/* Is the driver still there? A system may take a stop without an error and not unload. */
static BOOL StillLoaded(void)
{
    HANDLE device = CreateFileW(WSKT_WIN32_NAME, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    DWORD error = GetLastError();
    if (device == INVALID_HANDLE_VALUE)
        return error != ERROR_FILE_NOT_FOUND && error != ERROR_PATH_NOT_FOUND;
    CloseHandle(device);
    return TRUE;
}

int ServiceUninstall(void)
{
    SC_HANDLE manager, service;
    SERVICE_STATUS state;
    int status = Open(SERVICE_STOP | DELETE, &manager, &service);
    if (status)
        return status;
    if (!ControlService(service, SERVICE_CONTROL_STOP, &state)) {
        DWORD error = GetLastError();
        if (error != ERROR_SERVICE_NOT_ACTIVE && error != ERROR_INVALID_SERVICE_CONTROL)
            status = Failed(error, L"the driver cannot be unloaded");
    }
    if (!status && StillLoaded())
        fputs("wskctl: the driver stays loaded until the machine restarts; 'wskctl status' tells what holds it\n",
              stderr);
    if (!DeleteService(service)) {
        DWORD error = GetLastError();
        if (error != ERROR_SERVICE_MARKED_FOR_DELETE)
            status = Failed(error, L"the driver's service cannot be removed");
    }
    Close(manager, service);
    return status;
}
