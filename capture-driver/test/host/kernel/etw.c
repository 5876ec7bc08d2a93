/*
 * ETW as a driver sees it: one provider, its enable callback, and the events it wrote.
 */
#include <pthread.h>
#include <string.h>

#include "host.h"

#define EVENTS 256

static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static PETWENABLECALLBACK Callback;
static PVOID CallbackContext;
static GUID Provider;
static REGHANDLE Handle;
static NTSTATUS Answer;
static bool Enabled;
static UCHAR EnabledLevel;
static ULONGLONG EnabledKeywords;
static HOST_ETW_EVENT Written[EVENTS];
static SIZE_T Count;

NTSTATUS EtwRegister(LPCGUID Id, PETWENABLECALLBACK Routine, PVOID Context, PREGHANDLE Out)
{
    HOST_PASSIVE();
    HOST_CHECK(Handle == 0, "EtwRegister: the provider is registered already");
    Provider = *Id;
    Callback = Routine;
    CallbackContext = Context;
    *Out = Handle = 0x77;
    return STATUS_SUCCESS;
}

NTSTATUS EtwUnregister(REGHANDLE H)
{
    HOST_PASSIVE();
    HOST_CHECK(H == Handle && H != 0, "EtwUnregister of a handle that is not registered");
    Handle = 0;
    Callback = NULL;
    Enabled = false;
    return STATUS_SUCCESS;
}

bool HostEtwRegistered(void)
{
    return Handle != 0;
}

BOOLEAN EtwProviderEnabled(REGHANDLE H, UCHAR Level, ULONGLONG Keyword)
{
    HOST_CHECK(H == Handle, "EtwProviderEnabled: bad handle");
    return Enabled && (Level <= EnabledLevel || EnabledLevel == 0) && (Keyword == 0 || (Keyword & EnabledKeywords));
}

BOOLEAN EtwEventEnabled(REGHANDLE H, PCEVENT_DESCRIPTOR Event)
{
    return EtwProviderEnabled(H, Event->Level, Event->Keyword);
}

NTSTATUS EtwWrite(REGHANDLE H, PCEVENT_DESCRIPTOR Event, LPCGUID Activity, ULONG DataCount, PEVENT_DATA_DESCRIPTOR Data)
{
    (void)Activity;
    HOST_IRQL_MAX(HIGH_LEVEL);
    HOST_CHECK(H == Handle && H != 0, "EtwWrite with a handle that is not registered");
    pthread_mutex_lock(&Lock);
    NTSTATUS Status = Answer;
    if (Enabled && NT_SUCCESS(Status) && Count < EVENTS) {
        HOST_ETW_EVENT *E = &Written[Count++];
        E->Descriptor = *Event;
        E->Size = 0;
        for (ULONG i = 0; i < DataCount; i++) {
            HOST_CHECK(E->Size + Data[i].Size <= sizeof E->Payload, "ETW event of more than 4 KiB");
            memcpy(E->Payload + E->Size, (const void *)(ULONG_PTR)Data[i].Ptr, Data[i].Size);
            E->Size += Data[i].Size;
        }
    }
    pthread_mutex_unlock(&Lock);
    return Status;
}

void HostEtwAnswer(NTSTATUS Status)
{
    pthread_mutex_lock(&Lock);
    Answer = Status;
    pthread_mutex_unlock(&Lock);
}

void HostEtwEnable(bool Enable, UCHAR Level, ULONGLONG Keywords)
{
    HOST_CHECK(Handle != 0, "no ETW provider is registered");
    pthread_mutex_lock(&Lock);
    Enabled = Enable;
    EnabledLevel = Level;
    EnabledKeywords = Keywords;
    pthread_mutex_unlock(&Lock);
    if (Callback != NULL)
        Callback(&Provider, Enable, Level, Keywords, 0, NULL, CallbackContext);
}

SIZE_T HostEtwEvents(HOST_ETW_EVENT *Events, SIZE_T Max)
{
    pthread_mutex_lock(&Lock);
    SIZE_T Taken = Count < Max ? Count : Max;
    memcpy(Events, Written, Taken * sizeof *Events);
    Count = 0;
    pthread_mutex_unlock(&Lock);
    return Taken;
}
