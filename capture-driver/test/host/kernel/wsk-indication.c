/*
 * Data indications. Each element is a block of its own and is gone when it is the provider's again, so that a client,
 * or who watches it, that looks at one too late is caught.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "hostwsk.h"

typedef struct {
    WSK_DATAGRAM_INDICATION Public; /* first, and begins like a WSK_DATA_INDICATION */
    LIST_ENTRY Link;
    HOST_SOCKET *Socket;
    ULONG List; /* of which callback */
    UCHAR Data[];
} ELEMENT;

static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static LIST_ENTRY Elements = {&Elements, &Elements};
static ULONG Lists;
static bool Forgives;

void HostWskForgiveReleases(bool Forgive)
{
    Forgives = Forgive;
}

SIZE_T HostWskRetained(void)
{
    SIZE_T Count = 0;
    pthread_mutex_lock(&Lock);
    for (PLIST_ENTRY E = Elements.Flink; E != &Elements; E = E->Flink)
        Count++;
    pthread_mutex_unlock(&Lock);
    return Count;
}

static ELEMENT *New(HOST_SOCKET *Socket, ULONG List, const void *Data, ULONG Bytes)
{
    ELEMENT *Element = calloc(1, sizeof *Element + Bytes);
    memcpy(Element->Data, Data, Bytes);
    Element->Socket = Socket;
    Element->List = List;
    PMDL Mdl = IoAllocateMdl(Element->Data, Bytes, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(Mdl);
    Element->Public.Buffer = (WSK_BUF) {Mdl, 0, Bytes};
    Element->Public.RemoteAddress = (PSOCKADDR)&Socket->Remote;
    Element->Public.ControlInfo = (PCMSGHDR)Element->Data;
    Element->Public.ControlInfoLength = Bytes;
    pthread_mutex_lock(&Lock);
    InsertTailList(&Elements, &Element->Link);
    pthread_mutex_unlock(&Lock);
    return Element;
}

/* Takes one out: that of this address, or any of this list. */
static ELEMENT *Claim(const void *Address, ULONG List)
{
    ELEMENT *Found = NULL;
    pthread_mutex_lock(&Lock);
    for (PLIST_ENTRY E = Elements.Flink; E != &Elements && Found == NULL; E = E->Flink) {
        ELEMENT *Element = CONTAINING_RECORD(E, ELEMENT, Link);
        if (Address != NULL ? Address == Element : List == Element->List)
            Found = Element;
    }
    if (Found != NULL)
        RemoveEntryList(&Found->Link);
    pthread_mutex_unlock(&Lock);
    return Found;
}

static void Gone(ELEMENT *Element)
{
    IoFreeMdl(Element->Public.Buffer.Mdl);
    free(Element);
}

NTSTATUS HostRelease(HOST_SOCKET *Socket, PWSK_DATA_INDICATION Head)
{
    while (Head != NULL) {
        ELEMENT *Element = Claim(Head, 0);
        HOST_CHECK(Element != NULL || Forgives, "WskRelease of %p, which nobody keeps", (void *)Head);
        if (Element == NULL)
            return STATUS_INVALID_PARAMETER;
        HOST_CHECK(Element->Socket == Socket, "WskRelease on another socket");
        Head = (PWSK_DATA_INDICATION)Element->Public.Next;
        Gone(Element);
    }
    return STATUS_SUCCESS;
}

static NTSTATUS Call(HOST_SOCKET *Socket, ULONG List, ELEMENT *Head, SIZE_T Bytes, PSIZE_T Accepted)
{
    NTSTATUS Status;
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    if (Socket->Category == WSK_FLAG_DATAGRAM_SOCKET) {
        HOST_CHECK(Socket->Events & WSK_EVENT_RECEIVE_FROM, "WskReceiveFromEvent is not enabled");
        Status = ((const WSK_CLIENT_DATAGRAM_DISPATCH *)Socket->Dispatch)
                     ->WskReceiveFromEvent(
                         Socket->Context, WSK_FLAG_AT_DISPATCH_LEVEL, Head != NULL ? &Head->Public : NULL);
    } else {
        Status = HostConnectionEvents(Socket)->WskReceiveEvent(Socket->Context,
            WSK_FLAG_AT_DISPATCH_LEVEL | WSK_FLAG_RELEASE_ASAP, (PWSK_DATA_INDICATION)Head, Bytes, Accepted);
    }
    KeLowerIrql(Old);
    ELEMENT *Element;
    while (Status != STATUS_PENDING && List != 0 && (Element = Claim(NULL, List)) != NULL)
        Gone(Element);
    return Status;
}

NTSTATUS HostWskReceiveEvent(HOST_SOCKET *Socket, const void *Data, ULONG Bytes, PSIZE_T Accepted)
{
    ULONG List = (ULONG)InterlockedIncrement((volatile LONG *)&Lists);
    *Accepted = Bytes;
    return Call(Socket, List, New(Socket, List, Data, Bytes), Bytes, Accepted);
}

NTSTATUS HostWskReceiveFromEvent(HOST_SOCKET *Socket, const void *Data, ULONG Bytes)
{
    ULONG List = (ULONG)InterlockedIncrement((volatile LONG *)&Lists);
    return Call(Socket, List, New(Socket, List, Data, Bytes), Bytes, NULL);
}

NTSTATUS HostWskIndicate(HOST_SOCKET *Socket, ULONG Count, PSIZE_T Accepted)
{
    UCHAR Data[256] = {0};
    ULONG List = (ULONG)InterlockedIncrement((volatile LONG *)&Lists);
    ELEMENT *Head = NULL, *Last = NULL;
    SIZE_T Bytes = 0;
    for (ULONG i = 0; i < Count; i++) {
        ELEMENT *Element = New(Socket, List, Data, i % sizeof Data + 1);
        Bytes += i % sizeof Data + 1;
        if (Last != NULL)
            Last->Public.Next = &Element->Public;
        else
            Head = Element;
        Last = Element;
    }
    if (Accepted != NULL)
        *Accepted = Bytes;
    return Call(Socket, List, Head, Bytes, Accepted);
}

NTSTATUS HostWskIndicateEnd(HOST_SOCKET *Socket)
{
    SIZE_T Accepted = 0;
    return Call(Socket, 0, NULL, 0, &Accepted);
}
