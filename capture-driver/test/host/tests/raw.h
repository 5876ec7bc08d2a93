/*
 * A client driver whose code is the test itself: each test says which call comes when. Its image has an import table
 * like any other, so what it calls through RAW(...) goes where the capture driver has led it.
 */
#pragma once

#include "capture.h"

extern HOST_DRIVER RawDriver;
extern WSK_PROVIDER_NPI RawProvider;
extern WSK_REGISTRATION RawRegistration;

/* One IRP, and what its completion routine saw. */
typedef struct {
    PIRP Irp;
    KEVENT Done;
    volatile LONG Runs;
    NTSTATUS Answer; /* what the routine returns; STATUS_MORE_PROCESSING_REQUIRED unless told */
    NTSTATUS Status; /* of the IRP when the routine ran */
    ULONG_PTR Information;
    KIRQL Irql;
    bool FreeIrp;    /* the routine frees it */
    bool Look;       /* keep a copy of: */
    IRP Seen;        /* the IRP and its location when the routine ran */
    IO_STACK_LOCATION SeenLocation;
} RAW_CALL;

/* Loads it, "raw.sys", registers with WSK and captures the provider: all through its import table. */
void RawLoad(void);
/* The reverse; checks that nothing stays behind. */
void RawUnload(void);
/* Capture loaded and started on raw.sys, and the client loaded. Slots: 0 for the default. */
void RawStart(ULONG Slots);
/* Client unloaded, capture stopped, drained into Trace (if not NULL) and unloaded. */
void RawEnd(TRACE *Trace);

#define RAW(Function) ((__typeof__(&Function))*HostImageSlot(&RawDriver.Image, #Function))

/* An IRP of the client's, ready for a call, with a completion routine for every outcome. */
PIRP RawReady(RAW_CALL *Call);
PIRP RawReadyWith(RAW_CALL *Call, UCHAR InvokeOn); /* SL_INVOKE_ON_*; 0: no routine at all */
/* Waits for the completion, checks there was one only. */
NTSTATUS RawWait(RAW_CALL *Call);
void RawDone(RAW_CALL *Call); /* frees the IRP */

PWSK_SOCKET RawSocket(ULONG Category, PVOID Context, const void *Dispatch);
void RawClose(PWSK_SOCKET Socket);
/* SO_WSK_EVENT_CALLBACK, without an IRP; WSK_EVENT_*. */
void RawEnable(PWSK_SOCKET Socket, ULONG Events);
/* WSK_SET_STATIC_EVENT_CALLBACKS. */
void RawEnableAll(ULONG Events);
#define CALLS(Socket, Category) ((const WSK_PROVIDER_##Category##_DISPATCH *)(Socket)->Dispatch)

/* Bytes of pool with an MDL, both the client's. */
typedef struct {
    PUCHAR Data;
    PMDL Mdl;
    WSK_BUF Buffer;
} RAW_BUFFER;
void RawBuffer(RAW_BUFFER *Buffer, ULONG Bytes);
void RawBufferFree(RAW_BUFFER *Buffer);
