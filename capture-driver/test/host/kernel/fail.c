#include <stdio.h>
#include <stdlib.h>

#include "host.h"

void HostFail(const char *Format, ...)
{
    va_list Arguments;
    char Line[512];
    va_start(Arguments, Format);
    vsnprintf(Line, sizeof Line, Format, Arguments);
    va_end(Arguments);
    fprintf(stderr, "host: %s\n", Line);
    fflush(stderr);
    abort();
}

void HostRequireIrql(KIRQL Max, const char *Function)
{
    if (KeGetCurrentIrql() > Max)
        HostFail("%s called at IRQL %u, allowed up to %u", Function, KeGetCurrentIrql(), Max);
}

void HostAssertFailed(const char *Expression, const char *File, int Line)
{
    HostFail("assertion failed: %s (%s:%d)", Expression, File, Line);
}

ULONG DbgPrint(PCSTR Format, ...)
{
    HOST_IRQL_MAX(HIGH_LEVEL);
    if (getenv("HOST_DBGPRINT") != NULL)
        fprintf(stderr, "DbgPrint: %s", Format);
    return STATUS_SUCCESS;
}

ULONG DbgPrintEx(ULONG Component, ULONG Level, PCSTR Format, ...)
{
    (void)Component;
    (void)Level;
    return DbgPrint("%s", Format);
}
