/*
 * The settings that the driver reads when it loads (src/setting.h). Removing the service removes them.
 */
#include <wchar.h>

#include "wskctl.h"

#define PARAMETERS L"SYSTEM\\CurrentControlSet\\Services\\" WSKT_SERVICE_NAME L"\\Parameters"

/* What was asked for is in force by now. */
static int NotKept(LSTATUS error)
{
    return Failed((DWORD)error, L"it is in force, but cannot be kept in the registry: the next load of the driver forgets it");
}

static LSTATUS Open(const wchar_t *name, HKEY *key)
{
    return RegCreateKeyExW(HKEY_LOCAL_MACHINE, name, 0, NULL, 0, KEY_QUERY_VALUE | KEY_SET_VALUE, NULL, key, NULL);
}

static LSTATUS Put(HKEY key, const wchar_t *name, DWORD type, const void *value, DWORD bytes)
{
    return RegSetValueExW(key, name, 0, type, value, bytes);
}

static BOOL Among(const WSKT_TARGETS *targets, const wchar_t *name)
{
    for (UINT32 i = 0; i < targets->Count; i++)
        if (!_wcsicmp(targets->Names[i], name))
            return TRUE;
    return FALSE;
}

/* Those that are no targets any more, and whatever else stands there. */
static LSTATUS Sweep(HKEY key, const WSKT_TARGETS *targets)
{
    static wchar_t name[16384];
    for (DWORD index = 0;;) {
        DWORD length = sizeof(name) / sizeof(*name), type;
        LSTATUS error = RegEnumValueW(key, index, name, &length, NULL, &type, NULL, NULL);
        if (error)
            return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
        if (Among(targets, name)) {
            index++;
            continue;
        }
        error = RegDeleteValueW(key, name);
        if (error)
            return error;
    }
}

int SettingsKeepTargets(const WSKT_TARGETS *targets)
{
    HKEY key;
    LSTATUS error = Open(PARAMETERS L"\\Targets", &key);
    if (error)
        return NotKept(error);
    error = Sweep(key, targets);
    for (UINT32 i = 0; !error && i < targets->Count; i++)
        error = Put(key, targets->Names[i], REG_DWORD, &targets->Tiers[i], sizeof(targets->Tiers[i]));
    RegCloseKey(key);
    return error ? NotKept(error) : EXIT_DONE;
}

int SettingsKeepStart(const WSKT_START *start)
{
    HKEY key;
    LSTATUS error = Open(PARAMETERS, &key);
    if (error)
        return NotKept(error);
    if (start->RingBytes)
        error = Put(key, L"RingBytes", REG_DWORD, &start->RingBytes, sizeof(start->RingBytes));
    if (!error && start->Slots)
        error = Put(key, L"Slots", REG_DWORD, &start->Slots, sizeof(start->Slots));
    if (!error && start->Level)
        error = Put(key, L"Level", REG_DWORD, &start->Level, sizeof(start->Level));
    if (!error && start->Keywords)
        error = Put(key, L"Keywords", REG_QWORD, &start->Keywords, sizeof(start->Keywords));
    RegCloseKey(key);
    return error ? NotKept(error) : EXIT_DONE;
}

int SettingsKeepBoot(BOOL capture)
{
    HKEY key;
    DWORD value = capture ? 1 : 0;
    LSTATUS error = Open(PARAMETERS, &key);
    if (!error) {
        error = Put(key, L"CaptureAtBoot", REG_DWORD, &value, sizeof(value));
        RegCloseKey(key);
    }
    return error ? Failed((DWORD)error, L"the setting cannot be kept in the registry; run as administrator") : EXIT_DONE;
}
