/*
 * A small Winsock Kernel client: what all the client drivers of the tests share. Each driver is this, driver.c, and
 * one file with ClientRun in it. In clean-client.c ClientRun keeps every rule. In each of the others it breaks
 * exactly one, and the file is named after it. crowd.c, listener.c and driven.c keep every rule too, but for what
 * ClientMisuse does there: nothing, or what the file of misuse/ that the driver is linked with is named after.
 *
 * The client's system thread calls what is here, at PASSIVE_LEVEL; requests call ClientReadState, and the unload
 * routine ClientUninitialize, once that thread has ended. The completion routine runs anywhere, at <= DISPATCH_LEVEL.
 * A wait ends when the IRP completes: until then WSK owns the IRP, the MDL and the bytes, so no timeout can hand them
 * back (WskSend, remarks).
 */
#ifndef WSKTRACE_TEST_CLIENT_H
#define WSKTRACE_TEST_CLIENT_H

#include <ntddk.h>

#include "wsk.h"

#include "client-state.h"

#define CLIENT_LOOPBACK 0x7F000001u /* 127.0.0.1 */
#define CLIENT_POOL_TAG 0x746B5357u /* "WSkt", as a dump shows it */

/* One IRP of our own, for one WSK call at a time. Nonpaged, and at a fixed address while a call is in flight. */
typedef struct _OPERATION {
    PIRP Irp;
    KEVENT Completed; /* notification event; set by the completion routine, which touches nothing afterwards */
} OPERATION, *POPERATION;

/* Bytes and the one MDL that describes them. A member that the client has given back is NULL, or FALSE. */
typedef struct _BUFFER {
    PVOID Data;
    ULONG Length;
    PMDL Mdl;
    BOOLEAN Locked; /* MmProbeAndLockPages was called, and MmUnlockPages is owed */
} BUFFER, *PBUFFER;

/* A WskSend or WskReceive: in flight from its begin to its end. */
typedef struct _TRANSFER {
    OPERATION Operation;
    BUFFER Buffer;
    WSK_BUF WskBuf;
} TRANSFER, *PTRANSFER;

#define CLIENT_SOCKETS 32
#define CLIENT_TRANSFERS 128

typedef struct _CLIENT {
    /* Read from the service's Parameters key. */
    ULONG Address;          /* of the peer, host order; 127.0.0.1 unless told */
    USHORT Port;            /* of the peer; host order */
    ULONG PayloadBytes;     /* of the great send: more than the socket buffers of both ends hold */
    ULONG Fills;            /* how many sends of PayloadBytes may complete at once before one stays in flight */
    BOOLEAN UseDisconnect;  /* FALSE where the provider has no WskDisconnect (Wine 8: it neither disconnects nor completes) */
    ULONG SocketCount;      /* connections: of crowd.c, at a time; of listener.c, one after the other */
    ULONG SendCount;        /* crowd.c: sends in flight on each; SocketCount * (1 + SendCount) <= CLIENT_TRANSFERS */
    ULONG Victim;           /* crowd.c: the send, in the order of the calls, that ClientMisuse gets */

    WSK_REGISTRATION Registration;
    WSK_PROVIDER_NPI Provider;
    BOOLEAN Registered;
    BOOLEAN Captured;

    OPERATION Control;       /* for the calls that carry no data, one after the other */
    TRANSFER Transfers[CLIENT_TRANSFERS]; /* here, not on a stack: WSK holds them while they are in flight */
    PWSK_SOCKET Sockets[CLIENT_SOCKETS];

    KEVENT Driven;           /* set by IOCTL_CLIENT_DRIVE */
    KEVENT Undriven;         /* set when the handle that this came by is closed, its process dead or not */

    KSPIN_LOCK StateLock;
    CLIENT_STATE State;
} CLIENT, *PCLIENT;

/* The story of one driver: connects, sends, closes, in its own way. The status is for CLIENT_STATE. */
_IRQL_requires_(PASSIVE_LEVEL)
NTSTATUS
ClientRun(_Inout_ PCLIENT Client);

/* What a driver does to a transfer in flight. Of what it gives back the member is NULL then. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
ClientMisuse(_Inout_ PTRANSFER Transfer);

/* Registers with WSK and captures its provider. On failure nothing is left to undo. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
ClientInitialize(_Inout_ PCLIENT Client);

/* Undoes ClientInitialize, also where that failed or never ran. Every socket is closed before: WskDeregister waits
   for the last one. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
ClientUninitialize(_Inout_ PCLIENT Client);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
ClientReadState(_Inout_ PCLIENT Client, _Out_ PCLIENT_STATE State);

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
ClientSetState(_Inout_ PCLIENT Client, _In_ LONG Phase, _In_ NTSTATUS Status);

/* An IPv4 address and a port, both in host order. */
_IRQL_requires_max_(DISPATCH_LEVEL)
SOCKADDR_IN
ClientAddress(_In_ ULONG Address, _In_ USHORT Port);

/* WskSocket of that WSK_FLAG_, and WskBind to a port; 0: to any. On failure *Socket is NULL and nothing stays open. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
ClientOpen(_Inout_ PCLIENT Client, _In_ ULONG Flags, _In_ USHORT Port, _Outptr_result_maybenull_ PWSK_SOCKET *Socket);

/* ClientOpen, and WskConnect to the peer. On failure *Socket is NULL and nothing stays open. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
ClientConnect(_Inout_ PCLIENT Client, _Outptr_result_maybenull_ PWSK_SOCKET *Socket);

/* Ends the connection in both directions: WskDisconnect, where the provider has it. */
_IRQL_requires_(PASSIVE_LEVEL)
NTSTATUS
ClientDisconnect(_Inout_ PCLIENT Client, _In_ PWSK_SOCKET Socket);

/* WskCloseSocket, once, and waits for it. Sets *Socket to NULL; does nothing when it is NULL. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
ClientClose(_Inout_ PCLIENT Client, _Inout_ PWSK_SOCKET *Socket);

/* Allocates an IRP with one stack location, and an event. STATUS_INSUFFICIENT_RESOURCES. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Must_inspect_result_
NTSTATUS
OperationCreate(_Out_ POPERATION Operation);

/* Makes the IRP ready for the next WSK call: reinitialised, routine set, event clear. It is not in flight. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
OperationPrepare(_Inout_ POPERATION Operation);

/* Waits until the IRP has completed, and returns its status. */
_IRQL_requires_(PASSIVE_LEVEL)
NTSTATUS
OperationWait(_Inout_ POPERATION Operation);

/* Frees the IRP; it is not in flight. Does nothing on an operation that was never created. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
OperationDelete(_Inout_ POPERATION Operation);

/* Allocates Length bytes with an MDL that WSK accepts. NonPagedPoolNx needs no lock; PagedPool is locked, and for
   reading, so it serves a send only. On failure nothing is left to undo. The bytes are the test's pattern: byte i is (i * 31 + i / 256) mod 256. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
BufferCreate(_In_ POOL_TYPE PoolType, _In_ ULONG Length, _Out_ PBUFFER Buffer);

/* Gives back what the buffer still has: the lock, the MDL, the bytes, in this order. No IRP uses it any more. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
BufferDelete(_Inout_ PBUFFER Buffer);

/* An IRP and a buffer, for one WSK call after the other. On failure nothing is left to undo. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
TransferCreate(_In_ POOL_TYPE PoolType, _In_ ULONG Length, _Out_ PTRANSFER Transfer);

/* No call is in flight. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
TransferDelete(_Inout_ PTRANSFER Transfer);

/* WskSend of the first Length bytes. TransferWaitSent must follow. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
TransferSend(_In_ PWSK_SOCKET Socket, _In_ ULONG Length, _Inout_ PTRANSFER Transfer);

/* WskReceive of what fits into the buffer. TransferWaitReceived must follow. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
TransferReceive(_In_ PWSK_SOCKET Socket, _Inout_ PTRANSFER Transfer);

/* Waits for the completion; the status is that of the call. */
_IRQL_requires_(PASSIVE_LEVEL)
NTSTATUS
TransferWaitSent(_Inout_ PCLIENT Client, _Inout_ PTRANSFER Transfer);

/* The same; *Received is 0 once the peer has ended its direction. */
_IRQL_requires_(PASSIVE_LEVEL)
NTSTATUS
TransferWaitReceived(_Inout_ PCLIENT Client, _Inout_ PTRANSFER Transfer, _Out_ PULONG Received);

/* WskSend of a new buffer. The return value of WskSend is of no interest: the IRP completes whatever it is. On failure
   nothing was sent and nothing is left to undo; on success SendEnd must follow. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
SendBegin(_In_ PWSK_SOCKET Socket, _In_ POOL_TYPE PoolType, _In_ ULONG Length, _Out_ PTRANSFER Send);

/* Waits for the completion, then gives back the buffer and the IRP. The status is that of the send. */
_IRQL_requires_(PASSIVE_LEVEL)
NTSTATUS
SendEnd(_Inout_ PCLIENT Client, _Inout_ PTRANSFER Send);

/* SendBegin of the great payload, for a client that is about to break a rule. A misuse is one only while the send is
   in flight: where it has completed already it is sent again, Fills times, for a provider that completes what it has
   copied and waits only when it is full (ReactOS). Then this fails with STATUS_UNSUCCESSFUL: the peer was not slow. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
SendBeginInFlight(_Inout_ PCLIENT Client, _In_ PWSK_SOCKET Socket, _In_ POOL_TYPE PoolType, _Out_ PTRANSFER Send);

/* WskReceive of up to Length bytes; as SendBegin. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
ReceiveBegin(_In_ PWSK_SOCKET Socket, _In_ ULONG Length, _Out_ PTRANSFER Receive);

/* Waits, copies what came to Data (may be NULL), gives back the buffer and the IRP. *Received is 0 once the peer has
   ended its direction. */
_IRQL_requires_(PASSIVE_LEVEL)
NTSTATUS
ReceiveEnd(
    _Inout_ PCLIENT Client,
    _Inout_ PTRANSFER Receive,
    _Out_writes_bytes_to_opt_(Length, *Received) PVOID Data,
    _In_ ULONG Length,
    _Out_ PULONG Received);

/* Receives until the peer has told, in 8 bytes and low end first, how many bytes it got. The receive of the first of
   them is in flight already, and none is in the end. */
_IRQL_requires_(PASSIVE_LEVEL)
NTSTATUS
ReceiveAcknowledgement(
    _Inout_ PCLIENT Client,
    _In_ PWSK_SOCKET Socket,
    _Inout_ PTRANSFER Receive,
    _Out_ PULONGLONG Count);

#endif
