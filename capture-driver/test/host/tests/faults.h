/*
 * What the tests of faults have in common: a target with one connection, and its sends. Held for FOREVER: until the test
 * ends the faults.
 */
#pragma once

#include "raw.h"

#define FOREVER WSKT_MAX_HOLD_MS
#define ONLY(Verb) WSKT_FAULT_VERB(WsktVerb_##Verb)

extern TRACE Trace;
extern PWSK_SOCKET Socket; /* made by Start, closed by End */

void Start(void);
void End(void); /* drains into Trace, and checks that no event is missing */
PWSK_SOCKET Connection(void);
NTSTATUS Send(PWSK_SOCKET On, RAW_CALL *Call, RAW_BUFFER *Buffer);

/* Of the trace: the operation of the nth send, from 0; when an operation completed. */
UINT64 SendOp(ULONG Nth);
UINT64 CompletedAt(UINT64 OpId);
