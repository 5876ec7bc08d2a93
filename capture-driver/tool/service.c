#include "wskctl.h"

#include <stdlib.h>
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

int ServiceStart(BOOL *loaded)
{
    SC_HANDLE manager, service;
    int status = Open(SERVICE_START, &manager, &service);
    if (status)
        return status;
    if (loaded)
        *loaded = TRUE;
    if (!StartServiceW(service, 0, NULL)) {
        if (loaded)
            *loaded = FALSE;
        DWORD error = GetLastError();
        if (error != ERROR_SERVICE_ALREADY_RUNNING)
            status = Failed(error, L"the driver does not load");
    }
    Close(manager, service);
    return status;
}

/* The service's configuration, to be freed; NULL: GetLastError tells why. */
static QUERY_SERVICE_CONFIGW *ConfigOf(SC_HANDLE service)
{
    DWORD needed = 0;
    QueryServiceConfigW(service, NULL, 0, &needed);
    QUERY_SERVICE_CONFIGW *config = malloc(needed + sizeof(*config));
    if (config && QueryServiceConfigW(service, config, needed, &needed))
        return config;
    DWORD error = GetLastError();
    free(config);
    SetLastError(error);
    return NULL;
}

void ServiceFileName(SC_HANDLE manager, const wchar_t *name, wchar_t file[MAX_PATH])
{
    SC_HANDLE service = OpenServiceW(manager, name, SERVICE_QUERY_CONFIG);
    QUERY_SERVICE_CONFIGW *config = service ? ConfigOf(service) : NULL;
    const wchar_t *path = config && config->lpBinaryPathName ? config->lpBinaryPathName : L"";
    const wchar_t *slash = wcsrchr(path, L'\\');
    path = slash ? slash + 1 : path;
    if (*path && wcslen(path) < MAX_PATH)
        wcscpy(file, path);
    else
        swprintf(file, MAX_PATH, L"%.200ls.sys", name);
    free(config);
    if (service)
        CloseServiceHandle(service);
}

/* What starts with the system is loaded before drives have letters: its path must not name one. Given: where it lies; told:
   the path for the service, or NULL, it is one already. */
static int PathWithoutDrive(const wchar_t *given, wchar_t room[MAX_PATH], const wchar_t **told)
{
    static const wchar_t root[] = L"\\SystemRoot\\", relative[] = L"System32\\";
    wchar_t folder[MAX_PATH], place[MAX_PATH];
    const wchar_t *file = wcsrchr(given, L'\\');
    UINT length = GetSystemDirectoryW(folder, MAX_PATH);

    *told = NULL;
    if (!_wcsnicmp(given, root, wcslen(root)) || !_wcsnicmp(given, relative, wcslen(relative)))
        return EXIT_DONE;
    given += wcsncmp(given, L"\\??\\", 4) ? 0 : 4;
    file = file ? file + 1 : given;
    if (!length || length + wcslen(L"\\drivers\\") + wcslen(file) >= MAX_PATH)
        return Refused(L"the path of the driver is too long");
    wcscat(wcscat(wcscpy(place, folder), L"\\drivers\\"), file);
    if (_wcsicmp(given, place))
        return Refused(L"the driver is %ls; 'wskctl uninstall', copy it to %ls, and 'wskctl install' it from there", given,
                       place);
    wcscat(wcscat(wcscpy(room, root), L"System32\\drivers\\"), file);
    *told = room;
    return EXIT_DONE;
}

int ServiceBoot(BOOL on, BOOL early)
{
    SC_HANDLE manager, service;
    wchar_t room[MAX_PATH];
    const wchar_t *path = NULL;
    int status = Open(SERVICE_QUERY_CONFIG | SERVICE_CHANGE_CONFIG, &manager, &service);
    if (status)
        return status;
    QUERY_SERVICE_CONFIGW *config = ConfigOf(service);
    if (!config)
        status = Failed(GetLastError(), L"the driver's service does not tell its configuration");
    else if (on)
        status = PathWithoutDrive(config->lpBinaryPathName, room, &path);
    BOOL grouped = config && config->lpLoadOrderGroup && *config->lpLoadOrderGroup;
    if (!status && !ChangeServiceConfigW(service, SERVICE_NO_CHANGE,
                                         early ? SERVICE_BOOT_START : on ? SERVICE_SYSTEM_START : SERVICE_DEMAND_START,
                                         SERVICE_NO_CHANGE, path, on && !grouped ? L"System Reserved" : NULL,
                                         NULL, NULL, NULL, NULL, NULL))
        status = Failed(GetLastError(), L"the driver's service cannot be changed");
    free(config);
    Close(manager, service);
    return status;
}

int ServiceShowBoot(void)
{
    SC_HANDLE manager, service;
    int status = Open(SERVICE_QUERY_CONFIG, &manager, &service);
    if (status)
        return status;
    QUERY_SERVICE_CONFIGW *config = ConfigOf(service);
    if (!config)
        status = Failed(GetLastError(), L"the driver's service does not tell its configuration");
    else
        printf("%s\n", config->dwStartType == SERVICE_BOOT_START     ? "on --early: the boot loader loads the driver"
                       : config->dwStartType == SERVICE_SYSTEM_START ? "on: the driver starts with the system"
                                                                     : "off: the driver is loaded on demand");
    free(config);
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
