/*
 * The handle table.
 */
#include <pthread.h>

#include "host.h"

#define HANDLES 256

static struct {
    HOST_OBJECT Type;
    PVOID Object;
} Handles[HANDLES];
static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;

HANDLE HostHandleOpen(HOST_OBJECT Type, PVOID Object)
{
    pthread_mutex_lock(&Lock);
    for (ULONG_PTR i = 0; i < HANDLES; i++)
        if (Handles[i].Type == HostNoObject) {
            Handles[i].Type = Type;
            Handles[i].Object = Object;
            pthread_mutex_unlock(&Lock);
            return (HANDLE)((i + 1) * 4);
        }
    HostFail("more than %d handles are open: somebody forgets ZwClose", HANDLES);
}

PVOID HostHandleFind(HANDLE Handle, HOST_OBJECT Type)
{
    ULONG_PTR Index = (ULONG_PTR)Handle / 4 - 1;
    pthread_mutex_lock(&Lock);
    PVOID Object = Index < HANDLES && Handles[Index].Type == Type ? Handles[Index].Object : NULL;
    pthread_mutex_unlock(&Lock);
    return Object;
}

NTSTATUS ZwClose(HANDLE Handle)
{
    ULONG_PTR Index = (ULONG_PTR)Handle / 4 - 1;
    HOST_PASSIVE();
    pthread_mutex_lock(&Lock);
    HOST_CHECK(Index < HANDLES && Handles[Index].Type != HostNoObject, "ZwClose of a handle that is not open");
    PVOID Object = Handles[Index].Object;
    HOST_OBJECT Type = Handles[Index].Type;
    Handles[Index].Type = HostNoObject;
    pthread_mutex_unlock(&Lock);
    if (Type == HostThreadObject)
        ObfDereferenceObject(Object);
    if (Type == HostFileObject)
        HostFileClosed(Object);
    return STATUS_SUCCESS;
}
