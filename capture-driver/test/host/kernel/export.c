#include <string.h>

#include <wsk.h>

#include "exports.h"
#include "host.h"

static struct {
    const char *Name;
    PVOID Function;
    bool Hidden;
} Exports[] = {
#define X(Name) {#Name, (PVOID)(ULONG_PTR)Name, false},
    HOST_NTOSKRNL(X) HOST_NETIO(X) HOST_LATE(X)
#undef X
    {"wine_ntoskrnl_main_loop", (PVOID)(ULONG_PTR)DbgPrint, true}, /* what Wine alone has */
    {"IoDriverObjectType", &HostDriverType, false}, /* a variable: its address */
};

void HostHideExport(const char *Name, bool Hidden)
{
    for (SIZE_T i = 0; i < RTL_NUMBER_OF(Exports); i++)
        if (strcmp(Exports[i].Name, Name) == 0) {
            Exports[i].Hidden = Hidden;
            return;
        }
    HostFail("no export %s to hide", Name);
}

PVOID HostExport(const char *Name)
{
    for (SIZE_T i = 0; i < RTL_NUMBER_OF(Exports); i++)
        if (strcmp(Exports[i].Name, Name) == 0)
            return Exports[i].Hidden ? NULL : Exports[i].Function;
    return NULL;
}

PVOID MmGetSystemRoutineAddress(PUNICODE_STRING Name)
{
    char Ascii[64];
    HOST_PASSIVE();
    if (Name->Length / 2 >= sizeof Ascii)
        return NULL;
    for (USHORT i = 0; i < Name->Length / 2; i++)
        Ascii[i] = (char)Name->Buffer[i];
    Ascii[Name->Length / 2] = 0;
    return HostExport(Ascii);
}
