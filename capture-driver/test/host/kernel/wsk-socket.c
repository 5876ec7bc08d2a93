/*
 * Sockets of the provider, their bytes, and what a completed operation does.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "hostwsk.h"

static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static LIST_ENTRY Sockets = {&Sockets, &Sockets};

bool HostSocketIsOpen(const void *Address)
{
    bool Open = false;
    pthread_mutex_lock(&Lock);
    for (PLIST_ENTRY E = Sockets.Flink; E != &Sockets && !Open; E = E->Flink)
        Open = CONTAINING_RECORD(E, HOST_SOCKET, Link) == Address;
    pthread_mutex_unlock(&Lock);
    return Open;
}

HOST_SOCKET *HostSocketNew(HOST_REGISTRATION *Owner, ULONG Category, PVOID Context, const void *Dispatch)
{
    HOST_SOCKET *Socket = calloc(1, sizeof *Socket);
    Socket->Public.Dispatch = HostProviderTable(Category);
    HOST_CHECK(Socket->Public.Dispatch != NULL, "WskSocket: no such category 0x%x", Category);
    Socket->Owner = Owner;
    Socket->Category = Category;
    Socket->Context = Context;
    Socket->Dispatch = Dispatch;
    Socket->Events = Owner != NULL ? Owner->StaticEvents : 0;
    Socket->Local = (SOCKADDR_IN) {.sin_family = AF_INET, .sin_port = 0x3412};
    Socket->Remote = (SOCKADDR_IN) {.sin_family = AF_INET, .sin_port = 0x7856};
    pthread_mutex_lock(&Lock);
    InsertTailList(&Sockets, &Socket->Link);
    pthread_mutex_unlock(&Lock);
    return Socket;
}

HOST_SOCKET *HostWskMake(ULONG Category, PVOID Context, const void *Dispatch)
{
    return HostSocketNew(NULL, Category, Context, Dispatch);
}

SIZE_T HostOpenSockets(HOST_REGISTRATION *Owner)
{
    SIZE_T Count = 0;
    pthread_mutex_lock(&Lock);
    for (PLIST_ENTRY E = Sockets.Flink; E != &Sockets; E = E->Flink) {
        HOST_SOCKET *Socket = CONTAINING_RECORD(E, HOST_SOCKET, Link);
        Count += Owner == NULL || Socket->Owner == Owner;
    }
    pthread_mutex_unlock(&Lock);
    return Count;
}

SIZE_T HostWskSockets(void)
{
    return HostOpenSockets(NULL);
}

HOST_SOCKET *HostWskSocketAt(SIZE_T Index)
{
    HOST_SOCKET *Found = NULL;
    pthread_mutex_lock(&Lock);
    for (PLIST_ENTRY E = Sockets.Flink; E != &Sockets && Found == NULL; E = E->Flink)
        if (Index-- == 0)
            Found = CONTAINING_RECORD(E, HOST_SOCKET, Link);
    pthread_mutex_unlock(&Lock);
    HOST_CHECK(Found != NULL, "no such socket");
    return Found;
}

void HostSocketClosed(HOST_SOCKET *Socket)
{
    pthread_mutex_lock(&Lock);
    RemoveEntryList(&Socket->Link);
    pthread_mutex_unlock(&Lock);
    free(Socket->Wire);
    free(Socket->Inbound);
    free(Socket);
}

bool HostInboundReady(HOST_SOCKET *Socket)
{
    pthread_mutex_lock(&Lock);
    bool Ready = Socket->InboundBytes != 0 || Socket->InboundEnd;
    pthread_mutex_unlock(&Lock);
    return Ready;
}

static void Append(PUCHAR *Bytes, SIZE_T *Length, const void *Data, SIZE_T More)
{
    *Bytes = realloc(*Bytes, *Length + More + 1);
    memcpy(*Bytes + *Length, Data, More);
    *Length += More;
}

void HostWskFeed(HOST_SOCKET *Socket, const void *Data, SIZE_T Bytes)
{
    pthread_mutex_lock(&Lock);
    Append(&Socket->Inbound, &Socket->InboundBytes, Data, Bytes);
    pthread_mutex_unlock(&Lock);
    HostReceiveHeld(Socket);
}

void HostWskFeedEnd(HOST_SOCKET *Socket)
{
    pthread_mutex_lock(&Lock);
    Socket->InboundEnd = true;
    pthread_mutex_unlock(&Lock);
    HostReceiveHeld(Socket);
}

/* Walks Buffer's bytes, which lie in its MDL chain from Offset on: to the wire, or from Data into them. */
static SIZE_T Walk(HOST_SOCKET *Socket, const WSK_BUF *Buffer, const UCHAR *Data, SIZE_T Limit)
{
    SIZE_T Left = Buffer->Length < Limit ? Buffer->Length : Limit, Done = 0, Offset = Buffer->Offset;
    for (PMDL Mdl = Buffer->Mdl; Mdl != NULL && Left != 0; Mdl = Mdl->Next, Offset = 0) {
        PUCHAR Bytes = (PUCHAR)MmGetMdlVirtualAddress(Mdl) + Offset;
        SIZE_T Part = Mdl->ByteCount - Offset < Left ? Mdl->ByteCount - Offset : Left;
        if (Data == NULL)
            Append(&Socket->Wire, &Socket->WireBytes, Bytes, Part);
        else
            memcpy(Bytes, Data + Done, Part);
        Left -= Part;
        Done += Part;
    }
    HOST_CHECK(Left == 0, "the MDL chain is shorter than the WSK_BUF says");
    return Done;
}

static SIZE_T Transmit(HOST_SOCKET *Socket, const WSK_BUF *Buffer)
{
    if (Buffer->Mdl == NULL || !HostTouches())
        return Buffer->Length;
    pthread_mutex_lock(&Lock);
    SIZE_T Done = Walk(Socket, Buffer, NULL, Buffer->Length);
    pthread_mutex_unlock(&Lock);
    return Done;
}

static SIZE_T Take(HOST_SOCKET *Socket, const WSK_BUF *Buffer)
{
    pthread_mutex_lock(&Lock);
    SIZE_T Done = HostTouches() ? Walk(Socket, Buffer, Socket->Inbound, Socket->InboundBytes)
                                : min(Buffer->Length, Socket->InboundBytes);
    Socket->InboundBytes -= Done;
    if (Socket->InboundBytes != 0)
        memmove(Socket->Inbound, Socket->Inbound + Done, Socket->InboundBytes);
    pthread_mutex_unlock(&Lock);
    return Done;
}

static PADDRINFOEXW Resolve(void)
{
    PADDRINFOEXW Info = calloc(1, sizeof *Info);
    Info->ai_family = AF_INET;
    Info->ai_addrlen = sizeof(SOCKADDR_IN);
    Info->ai_addr = calloc(1, sizeof(SOCKADDR_IN));
    Info->ai_addr->sa_family = AF_INET;
    return Info;
}

void HostEffect(HOST_OPERATION *Operation)
{
    HOST_SOCKET *Socket = Operation->Socket;
    switch (Operation->Verb) {
    case HostSocket:
    case HostSocketConnect:
    case HostAccept:
        Operation->Information =
            (ULONG_PTR)HostSocketNew(Operation->Owner, Operation->Category, Operation->Context, Operation->Dispatch);
        if (Operation->Verb == HostSocket)
            break;
        ((HOST_SOCKET *)Operation->Information)->AcceptedByStream =
            Socket != NULL && Socket->Category == WSK_FLAG_STREAM_SOCKET;
        if (Operation->Out != NULL)
            memcpy(Operation->Out, &((HOST_SOCKET *)Operation->Information)->Local, sizeof(SOCKADDR_IN));
        if (Operation->Out2 != NULL)
            memcpy(Operation->Out2, &((HOST_SOCKET *)Operation->Information)->Remote, sizeof(SOCKADDR_IN));
        break;
    case HostGetLocalAddress:
        memcpy(Operation->Out, &Socket->Local, sizeof(SOCKADDR_IN));
        break;
    case HostGetRemoteAddress:
        memcpy(Operation->Out, &Socket->Remote, sizeof(SOCKADDR_IN));
        break;
    case HostGetAddressInfo:
        *(PADDRINFOEXW *)Operation->Out = Resolve();
        break;
    case HostSend:
    case HostSendTo:
    case HostSendEx:
    case HostConnectEx:
    case HostDisconnect:
        Operation->Information = Transmit(Socket, &Operation->Buffer);
        break;
    case HostSendMessages:
        for (PWSK_BUF_LIST Node = Operation->List; Node != NULL; Node = Node->Next)
            Operation->Information += Transmit(Socket, &Node->Buffer);
        break;
    case HostReceive:
    case HostReceiveEx:
        Operation->Information = Take(Socket, &Operation->Buffer);
        break;
    case HostReceiveFrom:
        Operation->Information = Take(Socket, &Operation->Buffer);
        if (Operation->Out != NULL)
            memcpy(Operation->Out, &Socket->Remote, sizeof(SOCKADDR_IN));
        if (Operation->OutLength != NULL)
            *Operation->OutLength = 0;
        if (Operation->OutFlags != NULL)
            *Operation->OutFlags = 0;
        break;
    default:
        break;
    }
}
