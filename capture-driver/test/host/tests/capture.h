/*
 * The capture driver in a test: loaded, told what to do through its control device, drained, unloaded; and the events
 * it left, in the order of their sequence numbers.
 */
#pragma once

#include "wsktrace.h"

#include "hostwsk.h"
#include "ioctl.h"
#include "test.h"

/* DriverEntry, and an open control device. */
void CaptureLoad(void);
/* Closes the device and asks for the unload; checks that nothing stays behind. */
void CaptureUnload(void);
NTSTATUS CaptureTryUnload(void);
NTSTATUS CaptureAsk(ULONG Code, const void *In, ULONG InLength);
void CaptureTargets(const char *First, ...); /* names, NULL at the end */
NTSTATUS CaptureTarget(const char *Name, UINT32 Tiers); /* the only one */
void CaptureStart(ULONG Slots);              /* smallest rings; 0: the default slots */
void CaptureStop(void);
WSKT_STATUS CaptureStatus(void);
/* Faults on: Version and Flags are set here, and Verbs, if it is 0, to those that move data. */
#define CAPTURE_DATA_VERBS                                                                                          \
    (WSKT_FAULT_VERB(WsktVerb_WskSend) | WSKT_FAULT_VERB(WsktVerb_WskReceive) | WSKT_FAULT_VERB(WsktVerb_WskDisconnect) \
        | WSKT_FAULT_VERB(WsktVerb_WskSendTo) | WSKT_FAULT_VERB(WsktVerb_WskReceiveFrom)                            \
        | WSKT_FAULT_VERB(WsktVerb_WskSendMessages))
void CaptureFaults(WSKT_FAULTS Faults);
void CaptureFaultsOff(void); /* what was held has been delivered */
extern HOST_DRIVER CaptureDriver;
extern HOST_FILE CaptureFile;

typedef struct {
    ULONG Id;
    ULONG Bytes; /* of the payload */
    ULONG Frames; /* of its stack */
    UINT64 Stack[16];
    union {
        const WSKT_HEADER *Header;
        const WSKT_SESSION_INFO *SessionInfo;
        const WSKT_EVENTS_LOST *Lost;
        const WSKT_HEARTBEAT *Heartbeat;
        const WSKT_DRIVER_LOAD *DriverLoad;
        const WSKT_DRIVER_UNLOAD *DriverUnload;
        const WSKT_REG_ENTER *RegEnter;
        const WSKT_REG_EXIT *RegExit;
        const WSKT_OP_ENTER *OpEnter;
        const WSKT_OP_EXIT *OpExit;
        const WSKT_OP_COMPLETE *Complete;
        const WSKT_OP_COMPLETE_EXIT *CompleteExit;
        const WSKT_SEND_ENTER *Send;
        const WSKT_RECV_ENTER *Receive;
        const WSKT_OP_MDL_MORE *MdlMore;
        const WSKT_OP_MDL_RECHECK *MdlRecheck;
        const WSKT_OP_PAYLOAD_HASH *Hash;
        const WSKT_IRP_BIRTH *IrpBirth;
        const WSKT_IRP_REUSE *IrpReuse;
        const WSKT_IRP_POINTER *Irp;
        const WSKT_MDL_BIRTH *MdlBirth;
        const WSKT_MDL_CALL *Mdl;
        const WSKT_POOL_BLOCK *Pool;
        const WSKT_CALLBACK_ENTER *Callback;
        const WSKT_CALLBACK_EXIT *CallbackExit;
        const WSKT_INDICATION_ELEM *Element;
        const WSKT_RELEASE_ENTER *Release;
        const WSKT_RELEASE_EXIT *ReleaseExit;
        const WSKT_ADDR_INFO_FREE *AddrInfoFree;
        const WSKT_IN_DRIVER_FINDING *Finding;
        const WSKT_WAIT_ENTER *Wait;
        const WSKT_WAIT_EXIT *WaitExit;
        const WSKT_FAULT_INJECTED *Fault;
    };
} EVENT;

typedef struct {
    ULONG Count;
    EVENT *Events;
    ULONG Gaps;
} TRACE;

/* Reads every ring from its beginning, checks each record's framing, and sorts by Seq. TraceFree gives it back. */
TRACE TraceDrain(void);
void TraceFree(TRACE *Trace);
/* Checks that the numbers go from 1 to the end with no gap and no repetition. */
void TraceCheckComplete(const TRACE *Trace);
ULONG TraceCount(const TRACE *Trace, ULONG Id);
/* The first event of that id with a Seq above After; the test fails when there is none. */
const EVENT *TraceNext(const TRACE *Trace, ULONG Id, UINT64 After);
/* The same, of one operation. */
const EVENT *TraceOf(const TRACE *Trace, ULONG Id, UINT64 OpId);
bool TraceHas(const TRACE *Trace, ULONG Id, UINT64 OpId);
/* The first call of that verb, whichever event it entered with. */
const EVENT *TraceEnterOf(const TRACE *Trace, UINT8 Verb);
void TracePrint(const TRACE *Trace);
#define SEQ(Event) ((Event)->Header->Seq)
