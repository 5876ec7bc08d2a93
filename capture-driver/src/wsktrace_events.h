/* Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`. */
#pragma once

#include <stddef.h>

/* The includer has declared UINT8, UINT16, UINT32 and UINT64, as ntddk.h and windows.h do. */

#define WSKTRACE_PROVIDER_GUID { 0x4f26a6b1, 0x7d1e, 0x4b0a, { 0x9c, 0x53, 0x2b, 0x0d, 0x6a, 0x1c, 0x7e, 0x84 } }

#define WSKTRACE_KEYWORD_REGISTRATION 0x1ULL
#define WSKTRACE_KEYWORD_SOCKET 0x2ULL
#define WSKTRACE_KEYWORD_SEND 0x4ULL
#define WSKTRACE_KEYWORD_RECEIVE 0x8ULL
#define WSKTRACE_KEYWORD_CONTROL 0x10ULL
#define WSKTRACE_KEYWORD_CALLBACK 0x20ULL
#define WSKTRACE_KEYWORD_INDICATION 0x40ULL
#define WSKTRACE_KEYWORD_IRP 0x80ULL
#define WSKTRACE_KEYWORD_MDL 0x100ULL
#define WSKTRACE_KEYWORD_POOL 0x200ULL
#define WSKTRACE_KEYWORD_WAIT 0x400ULL
#define WSKTRACE_KEYWORD_MODULE 0x800ULL
#define WSKTRACE_KEYWORD_HASH 0x1000ULL
#define WSKTRACE_KEYWORD_STACK 0x2000ULL
#define WSKTRACE_KEYWORD_HEALTH 0x8000ULL

enum {
    WsktVerb_WskSocket = 1,
    WsktVerb_WskSocketConnect = 2,
    WsktVerb_WskControlClient = 3,
    WsktVerb_WskGetAddressInfo = 4,
    WsktVerb_WskFreeAddressInfo = 5,
    WsktVerb_WskGetNameInfo = 6,
    WsktVerb_WskControlSocket = 10,
    WsktVerb_WskCloseSocket = 11,
    WsktVerb_WskBind = 12,
    WsktVerb_WskListen = 13,
    WsktVerb_WskAccept = 14,
    WsktVerb_WskInspectComplete = 15,
    WsktVerb_WskConnect = 16,
    WsktVerb_WskConnectEx = 17,
    WsktVerb_WskGetLocalAddress = 18,
    WsktVerb_WskGetRemoteAddress = 19,
    WsktVerb_WskSend = 20,
    WsktVerb_WskReceive = 21,
    WsktVerb_WskDisconnect = 22,
    WsktVerb_WskRelease = 23,
    WsktVerb_WskSendTo = 24,
    WsktVerb_WskReceiveFrom = 25,
    WsktVerb_WskSendMessages = 26,
    WsktVerb_WskSendEx = 27,
    WsktVerb_WskReceiveEx = 28,
};

enum {
    WsktRegVerb_WskRegister = 1,
    WsktRegVerb_WskCaptureProviderNPI = 2,
    WsktRegVerb_WskReleaseProviderNPI = 3,
    WsktRegVerb_WskQueryProviderCharacteristics = 4,
    WsktRegVerb_WskDeregister = 5,
    WsktRegVerb_NmrRegisterClient = 6,
    WsktRegVerb_NmrClientAttachProvider = 7,
    WsktRegVerb_NmrDeregisterClient = 8,
    WsktRegVerb_NmrWaitForClientDeregisterComplete = 9,
};

enum {
    WsktIrpKind_IoAllocateIrp = 1,
    WsktIrpKind_IoAllocateIrpEx = 2,
    WsktIrpKind_IoInitializeIrp = 3,
    WsktIrpKind_Adopted = 4,
    WsktIrpKind_Upper = 5,
    WsktIrpKind_IoBuildAsynchronousFsdRequest = 6,
    WsktIrpKind_IoBuildSynchronousFsdRequest = 7,
    WsktIrpKind_IoBuildDeviceIoControlRequest = 8,
    WsktIrpKind_IoMakeAssociatedIrp = 9,
};

enum {
    WsktMdlKind_IoAllocateMdl = 1,
    WsktMdlKind_PartialTarget = 2,
    WsktMdlKind_NetBufferList = 3,
    WsktMdlKind_Adopted = 4,
};

enum {
    WsktCallbackKind_WskAcceptEvent = 1,
    WsktCallbackKind_WskInspectEvent = 2,
    WsktCallbackKind_WskAbortEvent = 3,
    WsktCallbackKind_WskReceiveEvent = 4,
    WsktCallbackKind_WskReceiveFromEvent = 5,
    WsktCallbackKind_WskDisconnectEvent = 6,
    WsktCallbackKind_WskSendBacklogEvent = 7,
    WsktCallbackKind_WskClientEvent = 8,
};

enum {
    WsktWaitKind_KeWaitForSingleObject = 1,
    WsktWaitKind_KeWaitForMultipleObjects = 2,
    WsktWaitKind_KeDelayExecutionThread = 3,
};

enum {
    WsktFaultKind_Hold = 1,
    WsktFaultKind_Reorder = 2,
    WsktFaultKind_Fail = 3,
    WsktFaultKind_Follow = 4,
    WsktFaultKind_LetGo = 5,
};

enum {
    WsktLossReason_RingOverwritten = 1,
    WsktLossReason_RecordDropped = 2,
    WsktLossReason_NoSlot = 3,
    WsktLossReason_EtwRefused = 4,
};

enum {
    WsktHashWhen_Enter = 1,
    WsktHashWhen_Complete = 2,
};

enum {
    WsktHashAlgorithm_Xxh64 = 1,
};

enum {
    WsktHashOutcome_Whole = 1,
    WsktHashOutcome_Beginning = 2,
    WsktHashOutcome_NotMapped = 3,
    WsktHashOutcome_Gone = 4,
};

enum {
    WsktRuleNumber_WskBuf001 = 1001,
    WsktRuleNumber_WskBuf002 = 1002,
    WsktRuleNumber_WskBuf003 = 1003,
    WsktRuleNumber_WskIrp004 = 2004,
    WsktRuleNumber_WskIrp005 = 2005,
    WsktRuleNumber_WskSock001 = 4001,
    WsktRuleNumber_WskSock003 = 4003,
};

enum {
    WsktTiers_WskCalls = 1,
    WsktTiers_IrpCalls = 2,
    WsktTiers_MdlCalls = 4,
    WsktTiers_PoolCalls = 8,
    WsktTiers_Waits = 16,
    WsktTiers_Hashes = 32,
    WsktTiers_Stacks = 64,
};

enum {
    WsktHeaderFlags_Adopted = 1,
    WsktHeaderFlags_Truncated = 2,
    WsktHeaderFlags_InCallback = 4,
    WsktHeaderFlags_InCompletion = 8,
};

/* What every event begins with. */
typedef struct _WSKT_HEADER {
    UINT64 Seq;
    UINT64 Qpc;
    UINT64 OpId;
    UINT64 Caller;
    UINT64 StackPointer;
    UINT32 CallerRva;
    UINT32 Pid;
    UINT32 Tid;
    UINT16 Cpu;
    UINT16 Client;
    UINT8 Irql;
    UINT8 HeaderFlags;
    UINT8 HeaderReserved[6];
} WSKT_HEADER;
_Static_assert(sizeof(WSKT_HEADER) == 64, "HEADER has grown a hole");
_Static_assert(offsetof(WSKT_HEADER, Seq) == 0, "HEADER.Seq");
_Static_assert(offsetof(WSKT_HEADER, Qpc) == 8, "HEADER.Qpc");
_Static_assert(offsetof(WSKT_HEADER, OpId) == 16, "HEADER.OpId");
_Static_assert(offsetof(WSKT_HEADER, Caller) == 24, "HEADER.Caller");
_Static_assert(offsetof(WSKT_HEADER, StackPointer) == 32, "HEADER.StackPointer");
_Static_assert(offsetof(WSKT_HEADER, CallerRva) == 40, "HEADER.CallerRva");
_Static_assert(offsetof(WSKT_HEADER, Pid) == 44, "HEADER.Pid");
_Static_assert(offsetof(WSKT_HEADER, Tid) == 48, "HEADER.Tid");
_Static_assert(offsetof(WSKT_HEADER, Cpu) == 52, "HEADER.Cpu");
_Static_assert(offsetof(WSKT_HEADER, Client) == 54, "HEADER.Client");
_Static_assert(offsetof(WSKT_HEADER, Irql) == 56, "HEADER.Irql");
_Static_assert(offsetof(WSKT_HEADER, HeaderFlags) == 57, "HEADER.HeaderFlags");
_Static_assert(offsetof(WSKT_HEADER, HeaderReserved) == 58, "HEADER.HeaderReserved");

typedef struct _WSKT_IRP_SNAP {
    UINT64 Ptr;
    UINT64 Thread;
    UINT64 MdlAddress;
    UINT64 Completion;
    UINT64 Context;
    UINT32 IoStatus;
    UINT16 Size;
    UINT8 StackCount;
    UINT8 CurrentLocation;
    UINT8 AllocFlags;
    UINT8 Cancel;
    UINT8 PendingReturned;
    UINT8 NextControl;
    UINT8 Reserved[4];
} WSKT_IRP_SNAP;
_Static_assert(sizeof(WSKT_IRP_SNAP) == 56, "IRP_SNAP has grown a hole");
_Static_assert(offsetof(WSKT_IRP_SNAP, Ptr) == 0, "IRP_SNAP.Ptr");
_Static_assert(offsetof(WSKT_IRP_SNAP, Thread) == 8, "IRP_SNAP.Thread");
_Static_assert(offsetof(WSKT_IRP_SNAP, MdlAddress) == 16, "IRP_SNAP.MdlAddress");
_Static_assert(offsetof(WSKT_IRP_SNAP, Completion) == 24, "IRP_SNAP.Completion");
_Static_assert(offsetof(WSKT_IRP_SNAP, Context) == 32, "IRP_SNAP.Context");
_Static_assert(offsetof(WSKT_IRP_SNAP, IoStatus) == 40, "IRP_SNAP.IoStatus");
_Static_assert(offsetof(WSKT_IRP_SNAP, Size) == 44, "IRP_SNAP.Size");
_Static_assert(offsetof(WSKT_IRP_SNAP, StackCount) == 46, "IRP_SNAP.StackCount");
_Static_assert(offsetof(WSKT_IRP_SNAP, CurrentLocation) == 47, "IRP_SNAP.CurrentLocation");
_Static_assert(offsetof(WSKT_IRP_SNAP, AllocFlags) == 48, "IRP_SNAP.AllocFlags");
_Static_assert(offsetof(WSKT_IRP_SNAP, Cancel) == 49, "IRP_SNAP.Cancel");
_Static_assert(offsetof(WSKT_IRP_SNAP, PendingReturned) == 50, "IRP_SNAP.PendingReturned");
_Static_assert(offsetof(WSKT_IRP_SNAP, NextControl) == 51, "IRP_SNAP.NextControl");
_Static_assert(offsetof(WSKT_IRP_SNAP, Reserved) == 52, "IRP_SNAP.Reserved");

typedef struct _WSKT_MDL_SNAP {
    UINT64 Ptr;
    UINT64 Next;
    UINT64 StartVa;
    UINT64 MappedVa;
    UINT64 Process;
    UINT32 ByteCount;
    UINT16 ByteOffset;
    UINT16 MdlFlags;
} WSKT_MDL_SNAP;
_Static_assert(sizeof(WSKT_MDL_SNAP) == 48, "MDL_SNAP has grown a hole");
_Static_assert(offsetof(WSKT_MDL_SNAP, Ptr) == 0, "MDL_SNAP.Ptr");
_Static_assert(offsetof(WSKT_MDL_SNAP, Next) == 8, "MDL_SNAP.Next");
_Static_assert(offsetof(WSKT_MDL_SNAP, StartVa) == 16, "MDL_SNAP.StartVa");
_Static_assert(offsetof(WSKT_MDL_SNAP, MappedVa) == 24, "MDL_SNAP.MappedVa");
_Static_assert(offsetof(WSKT_MDL_SNAP, Process) == 32, "MDL_SNAP.Process");
_Static_assert(offsetof(WSKT_MDL_SNAP, ByteCount) == 40, "MDL_SNAP.ByteCount");
_Static_assert(offsetof(WSKT_MDL_SNAP, ByteOffset) == 44, "MDL_SNAP.ByteOffset");
_Static_assert(offsetof(WSKT_MDL_SNAP, MdlFlags) == 46, "MDL_SNAP.MdlFlags");

typedef struct _WSKT_INDICATION_REF {
    UINT64 Element;
} WSKT_INDICATION_REF;
_Static_assert(sizeof(WSKT_INDICATION_REF) == 8, "INDICATION_REF has grown a hole");
_Static_assert(offsetof(WSKT_INDICATION_REF, Element) == 0, "INDICATION_REF.Element");

typedef struct _WSKT_WAIT_OBJECT {
    UINT64 Object;
} WSKT_WAIT_OBJECT;
_Static_assert(sizeof(WSKT_WAIT_OBJECT) == 8, "WAIT_OBJECT has grown a hole");
_Static_assert(offsetof(WSKT_WAIT_OBJECT, Object) == 0, "WAIT_OBJECT.Object");

typedef struct _WSKT_SESSION_INFO {
    WSKT_HEADER Header;
    UINT64 StartTime;
    UINT64 QpcFrequency;
    UINT32 OsBuild;
    UINT32 ProbeVersion;
    UINT32 Tiers;
    UINT32 ProcessorCount;
    UINT32 SlotCount;
    UINT16 MdlMappedToSystemVa;
    UINT16 MdlPagesLocked;
    UINT16 MdlSourceIsNonPagedPool;
    UINT16 MdlPartial;
    UINT8 InvokeOnSuccess;
    UINT8 InvokeOnError;
    UINT8 InvokeOnCancel;
    UINT8 PointerSize;
} WSKT_SESSION_INFO;
_Static_assert(sizeof(WSKT_SESSION_INFO) == 112, "SESSION_INFO has grown a hole");
_Static_assert(offsetof(WSKT_SESSION_INFO, StartTime) == 64, "SESSION_INFO.StartTime");
_Static_assert(offsetof(WSKT_SESSION_INFO, QpcFrequency) == 72, "SESSION_INFO.QpcFrequency");
_Static_assert(offsetof(WSKT_SESSION_INFO, OsBuild) == 80, "SESSION_INFO.OsBuild");
_Static_assert(offsetof(WSKT_SESSION_INFO, ProbeVersion) == 84, "SESSION_INFO.ProbeVersion");
_Static_assert(offsetof(WSKT_SESSION_INFO, Tiers) == 88, "SESSION_INFO.Tiers");
_Static_assert(offsetof(WSKT_SESSION_INFO, ProcessorCount) == 92, "SESSION_INFO.ProcessorCount");
_Static_assert(offsetof(WSKT_SESSION_INFO, SlotCount) == 96, "SESSION_INFO.SlotCount");
_Static_assert(offsetof(WSKT_SESSION_INFO, MdlMappedToSystemVa) == 100, "SESSION_INFO.MdlMappedToSystemVa");
_Static_assert(offsetof(WSKT_SESSION_INFO, MdlPagesLocked) == 102, "SESSION_INFO.MdlPagesLocked");
_Static_assert(offsetof(WSKT_SESSION_INFO, MdlSourceIsNonPagedPool) == 104, "SESSION_INFO.MdlSourceIsNonPagedPool");
_Static_assert(offsetof(WSKT_SESSION_INFO, MdlPartial) == 106, "SESSION_INFO.MdlPartial");
_Static_assert(offsetof(WSKT_SESSION_INFO, InvokeOnSuccess) == 108, "SESSION_INFO.InvokeOnSuccess");
_Static_assert(offsetof(WSKT_SESSION_INFO, InvokeOnError) == 109, "SESSION_INFO.InvokeOnError");
_Static_assert(offsetof(WSKT_SESSION_INFO, InvokeOnCancel) == 110, "SESSION_INFO.InvokeOnCancel");
_Static_assert(offsetof(WSKT_SESSION_INFO, PointerSize) == 111, "SESSION_INFO.PointerSize");

typedef struct _WSKT_EVENTS_LOST {
    WSKT_HEADER Header;
    UINT64 Count;
    UINT64 FirstSeq;
    UINT64 LastSeq;
    UINT8 Reason;
    UINT8 Reserved[7];
} WSKT_EVENTS_LOST;
_Static_assert(sizeof(WSKT_EVENTS_LOST) == 96, "EVENTS_LOST has grown a hole");
_Static_assert(offsetof(WSKT_EVENTS_LOST, Count) == 64, "EVENTS_LOST.Count");
_Static_assert(offsetof(WSKT_EVENTS_LOST, FirstSeq) == 72, "EVENTS_LOST.FirstSeq");
_Static_assert(offsetof(WSKT_EVENTS_LOST, LastSeq) == 80, "EVENTS_LOST.LastSeq");
_Static_assert(offsetof(WSKT_EVENTS_LOST, Reason) == 88, "EVENTS_LOST.Reason");
_Static_assert(offsetof(WSKT_EVENTS_LOST, Reserved) == 89, "EVENTS_LOST.Reserved");

typedef struct _WSKT_HEARTBEAT {
    WSKT_HEADER Header;
    UINT64 PassedUnwrapped;
    UINT32 LiveOps;
    UINT32 LiveIrps;
    UINT32 LiveMdls;
    UINT32 LiveSockets;
    UINT32 FreeSlots;
    UINT8 Reserved[4];
} WSKT_HEARTBEAT;
_Static_assert(sizeof(WSKT_HEARTBEAT) == 96, "HEARTBEAT has grown a hole");
_Static_assert(offsetof(WSKT_HEARTBEAT, PassedUnwrapped) == 64, "HEARTBEAT.PassedUnwrapped");
_Static_assert(offsetof(WSKT_HEARTBEAT, LiveOps) == 72, "HEARTBEAT.LiveOps");
_Static_assert(offsetof(WSKT_HEARTBEAT, LiveIrps) == 76, "HEARTBEAT.LiveIrps");
_Static_assert(offsetof(WSKT_HEARTBEAT, LiveMdls) == 80, "HEARTBEAT.LiveMdls");
_Static_assert(offsetof(WSKT_HEARTBEAT, LiveSockets) == 84, "HEARTBEAT.LiveSockets");
_Static_assert(offsetof(WSKT_HEARTBEAT, FreeSlots) == 88, "HEARTBEAT.FreeSlots");
_Static_assert(offsetof(WSKT_HEARTBEAT, Reserved) == 92, "HEARTBEAT.Reserved");

/* Behind it: WCHAR Name[], with its NUL. */
typedef struct _WSKT_DRIVER_LOAD {
    WSKT_HEADER Header;
    UINT64 Base;
    UINT32 ImageSize;
    UINT32 TimeDateStamp;
    UINT32 CheckSum;
    UINT32 PatchedImports;
} WSKT_DRIVER_LOAD;
_Static_assert(sizeof(WSKT_DRIVER_LOAD) == 88, "DRIVER_LOAD has grown a hole");
_Static_assert(offsetof(WSKT_DRIVER_LOAD, Base) == 64, "DRIVER_LOAD.Base");
_Static_assert(offsetof(WSKT_DRIVER_LOAD, ImageSize) == 72, "DRIVER_LOAD.ImageSize");
_Static_assert(offsetof(WSKT_DRIVER_LOAD, TimeDateStamp) == 76, "DRIVER_LOAD.TimeDateStamp");
_Static_assert(offsetof(WSKT_DRIVER_LOAD, CheckSum) == 80, "DRIVER_LOAD.CheckSum");
_Static_assert(offsetof(WSKT_DRIVER_LOAD, PatchedImports) == 84, "DRIVER_LOAD.PatchedImports");

typedef struct _WSKT_DRIVER_UNLOAD {
    WSKT_HEADER Header;
    UINT64 Base;
    UINT32 ImageSize;
    UINT8 Reserved[4];
} WSKT_DRIVER_UNLOAD;
_Static_assert(sizeof(WSKT_DRIVER_UNLOAD) == 80, "DRIVER_UNLOAD has grown a hole");
_Static_assert(offsetof(WSKT_DRIVER_UNLOAD, Base) == 64, "DRIVER_UNLOAD.Base");
_Static_assert(offsetof(WSKT_DRIVER_UNLOAD, ImageSize) == 72, "DRIVER_UNLOAD.ImageSize");
_Static_assert(offsetof(WSKT_DRIVER_UNLOAD, Reserved) == 76, "DRIVER_UNLOAD.Reserved");

typedef struct _WSKT_REG_ENTER {
    WSKT_HEADER Header;
    UINT64 Registration;
    UINT64 Npi;
    UINT64 Dispatch;
    UINT64 ClientContext;
    UINT64 ClientEvent;
    UINT32 Timeout;
    UINT16 Version;
    UINT8 Verb;
    UINT8 Reserved[1];
} WSKT_REG_ENTER;
_Static_assert(sizeof(WSKT_REG_ENTER) == 112, "REG_ENTER has grown a hole");
_Static_assert(offsetof(WSKT_REG_ENTER, Registration) == 64, "REG_ENTER.Registration");
_Static_assert(offsetof(WSKT_REG_ENTER, Npi) == 72, "REG_ENTER.Npi");
_Static_assert(offsetof(WSKT_REG_ENTER, Dispatch) == 80, "REG_ENTER.Dispatch");
_Static_assert(offsetof(WSKT_REG_ENTER, ClientContext) == 88, "REG_ENTER.ClientContext");
_Static_assert(offsetof(WSKT_REG_ENTER, ClientEvent) == 96, "REG_ENTER.ClientEvent");
_Static_assert(offsetof(WSKT_REG_ENTER, Timeout) == 104, "REG_ENTER.Timeout");
_Static_assert(offsetof(WSKT_REG_ENTER, Version) == 108, "REG_ENTER.Version");
_Static_assert(offsetof(WSKT_REG_ENTER, Verb) == 110, "REG_ENTER.Verb");
_Static_assert(offsetof(WSKT_REG_ENTER, Reserved) == 111, "REG_ENTER.Reserved");

typedef struct _WSKT_REG_EXIT {
    WSKT_HEADER Header;
    UINT64 Registration;
    UINT64 ProviderClient;
    UINT64 ProviderDispatch;
    UINT32 Status;
    UINT16 Version;
    UINT8 Verb;
    UINT8 Reserved[1];
} WSKT_REG_EXIT;
_Static_assert(sizeof(WSKT_REG_EXIT) == 96, "REG_EXIT has grown a hole");
_Static_assert(offsetof(WSKT_REG_EXIT, Registration) == 64, "REG_EXIT.Registration");
_Static_assert(offsetof(WSKT_REG_EXIT, ProviderClient) == 72, "REG_EXIT.ProviderClient");
_Static_assert(offsetof(WSKT_REG_EXIT, ProviderDispatch) == 80, "REG_EXIT.ProviderDispatch");
_Static_assert(offsetof(WSKT_REG_EXIT, Status) == 88, "REG_EXIT.Status");
_Static_assert(offsetof(WSKT_REG_EXIT, Version) == 92, "REG_EXIT.Version");
_Static_assert(offsetof(WSKT_REG_EXIT, Verb) == 94, "REG_EXIT.Verb");
_Static_assert(offsetof(WSKT_REG_EXIT, Reserved) == 95, "REG_EXIT.Reserved");

typedef struct _WSKT_OP_ENTER {
    WSKT_HEADER Header;
    UINT64 Socket;
    WSKT_IRP_SNAP IrpSnap;
    UINT64 StackLow;
    UINT64 StackHigh;
    UINT64 SocketContext;
    UINT64 ClientDispatch;
    UINT64 Callback0;
    UINT64 Callback1;
    UINT64 Callback2;
    UINT64 SecurityDescriptor;
    UINT64 InputBuffer;
    UINT64 OutputBuffer;
    UINT64 OutputSizeReturned;
    UINT64 LocalAddressOut;
    UINT64 RemoteAddressOut;
    UINT64 InspectId;
    UINT64 InspectKey;
    UINT32 Flags;
    UINT32 Protocol;
    UINT32 ControlCode;
    UINT32 RequestType;
    UINT32 ControlLevel;
    UINT32 InputSize;
    UINT32 OutputSize;
    UINT32 InspectSerial;
    UINT16 AddressFamily;
    UINT16 SocketType;
    UINT8 Verb;
    UINT8 InspectAction;
    UINT8 Reserved[2];
    UINT8 LocalAddress[28];
    UINT8 RemoteAddress[28];
    UINT8 Input[32];
} WSKT_OP_ENTER;
_Static_assert(sizeof(WSKT_OP_ENTER) == 376, "OP_ENTER has grown a hole");
_Static_assert(offsetof(WSKT_OP_ENTER, Socket) == 64, "OP_ENTER.Socket");
_Static_assert(offsetof(WSKT_OP_ENTER, IrpSnap) == 72, "OP_ENTER.IrpSnap");
_Static_assert(offsetof(WSKT_OP_ENTER, StackLow) == 128, "OP_ENTER.StackLow");
_Static_assert(offsetof(WSKT_OP_ENTER, StackHigh) == 136, "OP_ENTER.StackHigh");
_Static_assert(offsetof(WSKT_OP_ENTER, SocketContext) == 144, "OP_ENTER.SocketContext");
_Static_assert(offsetof(WSKT_OP_ENTER, ClientDispatch) == 152, "OP_ENTER.ClientDispatch");
_Static_assert(offsetof(WSKT_OP_ENTER, Callback0) == 160, "OP_ENTER.Callback0");
_Static_assert(offsetof(WSKT_OP_ENTER, Callback1) == 168, "OP_ENTER.Callback1");
_Static_assert(offsetof(WSKT_OP_ENTER, Callback2) == 176, "OP_ENTER.Callback2");
_Static_assert(offsetof(WSKT_OP_ENTER, SecurityDescriptor) == 184, "OP_ENTER.SecurityDescriptor");
_Static_assert(offsetof(WSKT_OP_ENTER, InputBuffer) == 192, "OP_ENTER.InputBuffer");
_Static_assert(offsetof(WSKT_OP_ENTER, OutputBuffer) == 200, "OP_ENTER.OutputBuffer");
_Static_assert(offsetof(WSKT_OP_ENTER, OutputSizeReturned) == 208, "OP_ENTER.OutputSizeReturned");
_Static_assert(offsetof(WSKT_OP_ENTER, LocalAddressOut) == 216, "OP_ENTER.LocalAddressOut");
_Static_assert(offsetof(WSKT_OP_ENTER, RemoteAddressOut) == 224, "OP_ENTER.RemoteAddressOut");
_Static_assert(offsetof(WSKT_OP_ENTER, InspectId) == 232, "OP_ENTER.InspectId");
_Static_assert(offsetof(WSKT_OP_ENTER, InspectKey) == 240, "OP_ENTER.InspectKey");
_Static_assert(offsetof(WSKT_OP_ENTER, Flags) == 248, "OP_ENTER.Flags");
_Static_assert(offsetof(WSKT_OP_ENTER, Protocol) == 252, "OP_ENTER.Protocol");
_Static_assert(offsetof(WSKT_OP_ENTER, ControlCode) == 256, "OP_ENTER.ControlCode");
_Static_assert(offsetof(WSKT_OP_ENTER, RequestType) == 260, "OP_ENTER.RequestType");
_Static_assert(offsetof(WSKT_OP_ENTER, ControlLevel) == 264, "OP_ENTER.ControlLevel");
_Static_assert(offsetof(WSKT_OP_ENTER, InputSize) == 268, "OP_ENTER.InputSize");
_Static_assert(offsetof(WSKT_OP_ENTER, OutputSize) == 272, "OP_ENTER.OutputSize");
_Static_assert(offsetof(WSKT_OP_ENTER, InspectSerial) == 276, "OP_ENTER.InspectSerial");
_Static_assert(offsetof(WSKT_OP_ENTER, AddressFamily) == 280, "OP_ENTER.AddressFamily");
_Static_assert(offsetof(WSKT_OP_ENTER, SocketType) == 282, "OP_ENTER.SocketType");
_Static_assert(offsetof(WSKT_OP_ENTER, Verb) == 284, "OP_ENTER.Verb");
_Static_assert(offsetof(WSKT_OP_ENTER, InspectAction) == 285, "OP_ENTER.InspectAction");
_Static_assert(offsetof(WSKT_OP_ENTER, Reserved) == 286, "OP_ENTER.Reserved");
_Static_assert(offsetof(WSKT_OP_ENTER, LocalAddress) == 288, "OP_ENTER.LocalAddress");
_Static_assert(offsetof(WSKT_OP_ENTER, RemoteAddress) == 316, "OP_ENTER.RemoteAddress");
_Static_assert(offsetof(WSKT_OP_ENTER, Input) == 344, "OP_ENTER.Input");

typedef struct _WSKT_OP_EXIT {
    WSKT_HEADER Header;
    UINT64 Socket;
    UINT64 Irp;
    UINT32 Status;
    UINT8 Verb;
    UINT8 Reserved[3];
} WSKT_OP_EXIT;
_Static_assert(sizeof(WSKT_OP_EXIT) == 88, "OP_EXIT has grown a hole");
_Static_assert(offsetof(WSKT_OP_EXIT, Socket) == 64, "OP_EXIT.Socket");
_Static_assert(offsetof(WSKT_OP_EXIT, Irp) == 72, "OP_EXIT.Irp");
_Static_assert(offsetof(WSKT_OP_EXIT, Status) == 80, "OP_EXIT.Status");
_Static_assert(offsetof(WSKT_OP_EXIT, Verb) == 84, "OP_EXIT.Verb");
_Static_assert(offsetof(WSKT_OP_EXIT, Reserved) == 85, "OP_EXIT.Reserved");

typedef struct _WSKT_OP_COMPLETE {
    WSKT_HEADER Header;
    UINT64 Irp;
    UINT64 Information;
    UINT64 Routine;
    UINT32 RoutineRva;
    UINT32 IoStatus;
    UINT8 Verb;
    UINT8 PendingReturned;
    UINT8 Cancel;
    UINT8 InCall;
    UINT8 Reserved[4];
} WSKT_OP_COMPLETE;
_Static_assert(sizeof(WSKT_OP_COMPLETE) == 104, "OP_COMPLETE has grown a hole");
_Static_assert(offsetof(WSKT_OP_COMPLETE, Irp) == 64, "OP_COMPLETE.Irp");
_Static_assert(offsetof(WSKT_OP_COMPLETE, Information) == 72, "OP_COMPLETE.Information");
_Static_assert(offsetof(WSKT_OP_COMPLETE, Routine) == 80, "OP_COMPLETE.Routine");
_Static_assert(offsetof(WSKT_OP_COMPLETE, RoutineRva) == 88, "OP_COMPLETE.RoutineRva");
_Static_assert(offsetof(WSKT_OP_COMPLETE, IoStatus) == 92, "OP_COMPLETE.IoStatus");
_Static_assert(offsetof(WSKT_OP_COMPLETE, Verb) == 96, "OP_COMPLETE.Verb");
_Static_assert(offsetof(WSKT_OP_COMPLETE, PendingReturned) == 97, "OP_COMPLETE.PendingReturned");
_Static_assert(offsetof(WSKT_OP_COMPLETE, Cancel) == 98, "OP_COMPLETE.Cancel");
_Static_assert(offsetof(WSKT_OP_COMPLETE, InCall) == 99, "OP_COMPLETE.InCall");
_Static_assert(offsetof(WSKT_OP_COMPLETE, Reserved) == 100, "OP_COMPLETE.Reserved");

typedef struct _WSKT_OP_COMPLETE_EXIT {
    WSKT_HEADER Header;
    UINT64 Irp;
    UINT64 Duration;
    UINT32 Status;
    UINT8 Verb;
    UINT8 IrqlOut;
    UINT8 Reserved[2];
} WSKT_OP_COMPLETE_EXIT;
_Static_assert(sizeof(WSKT_OP_COMPLETE_EXIT) == 88, "OP_COMPLETE_EXIT has grown a hole");
_Static_assert(offsetof(WSKT_OP_COMPLETE_EXIT, Irp) == 64, "OP_COMPLETE_EXIT.Irp");
_Static_assert(offsetof(WSKT_OP_COMPLETE_EXIT, Duration) == 72, "OP_COMPLETE_EXIT.Duration");
_Static_assert(offsetof(WSKT_OP_COMPLETE_EXIT, Status) == 80, "OP_COMPLETE_EXIT.Status");
_Static_assert(offsetof(WSKT_OP_COMPLETE_EXIT, Verb) == 84, "OP_COMPLETE_EXIT.Verb");
_Static_assert(offsetof(WSKT_OP_COMPLETE_EXIT, IrqlOut) == 85, "OP_COMPLETE_EXIT.IrqlOut");
_Static_assert(offsetof(WSKT_OP_COMPLETE_EXIT, Reserved) == 86, "OP_COMPLETE_EXIT.Reserved");

/* Behind it: WSKT_MDL_SNAP[MdlCount]. */
typedef struct _WSKT_SEND_ENTER {
    WSKT_HEADER Header;
    UINT64 Socket;
    WSKT_IRP_SNAP IrpSnap;
    UINT64 StackLow;
    UINT64 StackHigh;
    UINT64 WskBuf;
    UINT64 MdlHead;
    UINT64 Length;
    UINT64 Control;
    UINT32 Offset;
    UINT32 Flags;
    UINT32 ControlLength;
    UINT16 BufIndex;
    UINT16 BufCount;
    UINT8 RemoteAddress[28];
    UINT8 Verb;
    UINT8 Truncated;
    UINT16 MdlCount;
} WSKT_SEND_ENTER;
_Static_assert(sizeof(WSKT_SEND_ENTER) == 224, "SEND_ENTER has grown a hole");
_Static_assert(offsetof(WSKT_SEND_ENTER, Socket) == 64, "SEND_ENTER.Socket");
_Static_assert(offsetof(WSKT_SEND_ENTER, IrpSnap) == 72, "SEND_ENTER.IrpSnap");
_Static_assert(offsetof(WSKT_SEND_ENTER, StackLow) == 128, "SEND_ENTER.StackLow");
_Static_assert(offsetof(WSKT_SEND_ENTER, StackHigh) == 136, "SEND_ENTER.StackHigh");
_Static_assert(offsetof(WSKT_SEND_ENTER, WskBuf) == 144, "SEND_ENTER.WskBuf");
_Static_assert(offsetof(WSKT_SEND_ENTER, MdlHead) == 152, "SEND_ENTER.MdlHead");
_Static_assert(offsetof(WSKT_SEND_ENTER, Length) == 160, "SEND_ENTER.Length");
_Static_assert(offsetof(WSKT_SEND_ENTER, Control) == 168, "SEND_ENTER.Control");
_Static_assert(offsetof(WSKT_SEND_ENTER, Offset) == 176, "SEND_ENTER.Offset");
_Static_assert(offsetof(WSKT_SEND_ENTER, Flags) == 180, "SEND_ENTER.Flags");
_Static_assert(offsetof(WSKT_SEND_ENTER, ControlLength) == 184, "SEND_ENTER.ControlLength");
_Static_assert(offsetof(WSKT_SEND_ENTER, BufIndex) == 188, "SEND_ENTER.BufIndex");
_Static_assert(offsetof(WSKT_SEND_ENTER, BufCount) == 190, "SEND_ENTER.BufCount");
_Static_assert(offsetof(WSKT_SEND_ENTER, RemoteAddress) == 192, "SEND_ENTER.RemoteAddress");
_Static_assert(offsetof(WSKT_SEND_ENTER, Verb) == 220, "SEND_ENTER.Verb");
_Static_assert(offsetof(WSKT_SEND_ENTER, Truncated) == 221, "SEND_ENTER.Truncated");
_Static_assert(offsetof(WSKT_SEND_ENTER, MdlCount) == 222, "SEND_ENTER.MdlCount");

/* Behind it: WSKT_MDL_SNAP[MdlCount]. */
typedef struct _WSKT_RECV_ENTER {
    WSKT_HEADER Header;
    UINT64 Socket;
    WSKT_IRP_SNAP IrpSnap;
    UINT64 StackLow;
    UINT64 StackHigh;
    UINT64 WskBuf;
    UINT64 MdlHead;
    UINT64 Length;
    UINT64 RemoteAddressOut;
    UINT64 ControlOut;
    UINT64 ControlLengthOut;
    UINT64 ControlFlagsOut;
    UINT32 Offset;
    UINT32 Flags;
    UINT32 ControlLength;
    UINT8 Verb;
    UINT8 Truncated;
    UINT16 MdlCount;
} WSKT_RECV_ENTER;
_Static_assert(sizeof(WSKT_RECV_ENTER) == 216, "RECV_ENTER has grown a hole");
_Static_assert(offsetof(WSKT_RECV_ENTER, Socket) == 64, "RECV_ENTER.Socket");
_Static_assert(offsetof(WSKT_RECV_ENTER, IrpSnap) == 72, "RECV_ENTER.IrpSnap");
_Static_assert(offsetof(WSKT_RECV_ENTER, StackLow) == 128, "RECV_ENTER.StackLow");
_Static_assert(offsetof(WSKT_RECV_ENTER, StackHigh) == 136, "RECV_ENTER.StackHigh");
_Static_assert(offsetof(WSKT_RECV_ENTER, WskBuf) == 144, "RECV_ENTER.WskBuf");
_Static_assert(offsetof(WSKT_RECV_ENTER, MdlHead) == 152, "RECV_ENTER.MdlHead");
_Static_assert(offsetof(WSKT_RECV_ENTER, Length) == 160, "RECV_ENTER.Length");
_Static_assert(offsetof(WSKT_RECV_ENTER, RemoteAddressOut) == 168, "RECV_ENTER.RemoteAddressOut");
_Static_assert(offsetof(WSKT_RECV_ENTER, ControlOut) == 176, "RECV_ENTER.ControlOut");
_Static_assert(offsetof(WSKT_RECV_ENTER, ControlLengthOut) == 184, "RECV_ENTER.ControlLengthOut");
_Static_assert(offsetof(WSKT_RECV_ENTER, ControlFlagsOut) == 192, "RECV_ENTER.ControlFlagsOut");
_Static_assert(offsetof(WSKT_RECV_ENTER, Offset) == 200, "RECV_ENTER.Offset");
_Static_assert(offsetof(WSKT_RECV_ENTER, Flags) == 204, "RECV_ENTER.Flags");
_Static_assert(offsetof(WSKT_RECV_ENTER, ControlLength) == 208, "RECV_ENTER.ControlLength");
_Static_assert(offsetof(WSKT_RECV_ENTER, Verb) == 212, "RECV_ENTER.Verb");
_Static_assert(offsetof(WSKT_RECV_ENTER, Truncated) == 213, "RECV_ENTER.Truncated");
_Static_assert(offsetof(WSKT_RECV_ENTER, MdlCount) == 214, "RECV_ENTER.MdlCount");

/* Behind it: WSKT_MDL_SNAP[MdlCount]. */
typedef struct _WSKT_OP_MDL_MORE {
    WSKT_HEADER Header;
    UINT16 FirstIndex;
    UINT8 Reserved[4];
    UINT16 MdlCount;
} WSKT_OP_MDL_MORE;
_Static_assert(sizeof(WSKT_OP_MDL_MORE) == 72, "OP_MDL_MORE has grown a hole");
_Static_assert(offsetof(WSKT_OP_MDL_MORE, FirstIndex) == 64, "OP_MDL_MORE.FirstIndex");
_Static_assert(offsetof(WSKT_OP_MDL_MORE, Reserved) == 66, "OP_MDL_MORE.Reserved");
_Static_assert(offsetof(WSKT_OP_MDL_MORE, MdlCount) == 70, "OP_MDL_MORE.MdlCount");

typedef struct _WSKT_OP_PAYLOAD_HASH {
    WSKT_HEADER Header;
    UINT64 Hash;
    UINT32 Length;
    UINT16 BufIndex;
    UINT8 When;
    UINT8 Algorithm;
    UINT8 Outcome;
    UINT8 Again;
    UINT8 Reserved[6];
} WSKT_OP_PAYLOAD_HASH;
_Static_assert(sizeof(WSKT_OP_PAYLOAD_HASH) == 88, "OP_PAYLOAD_HASH has grown a hole");
_Static_assert(offsetof(WSKT_OP_PAYLOAD_HASH, Hash) == 64, "OP_PAYLOAD_HASH.Hash");
_Static_assert(offsetof(WSKT_OP_PAYLOAD_HASH, Length) == 72, "OP_PAYLOAD_HASH.Length");
_Static_assert(offsetof(WSKT_OP_PAYLOAD_HASH, BufIndex) == 76, "OP_PAYLOAD_HASH.BufIndex");
_Static_assert(offsetof(WSKT_OP_PAYLOAD_HASH, When) == 78, "OP_PAYLOAD_HASH.When");
_Static_assert(offsetof(WSKT_OP_PAYLOAD_HASH, Algorithm) == 79, "OP_PAYLOAD_HASH.Algorithm");
_Static_assert(offsetof(WSKT_OP_PAYLOAD_HASH, Outcome) == 80, "OP_PAYLOAD_HASH.Outcome");
_Static_assert(offsetof(WSKT_OP_PAYLOAD_HASH, Again) == 81, "OP_PAYLOAD_HASH.Again");
_Static_assert(offsetof(WSKT_OP_PAYLOAD_HASH, Reserved) == 82, "OP_PAYLOAD_HASH.Reserved");

typedef struct _WSKT_OP_MDL_RECHECK {
    WSKT_HEADER Header;
    UINT32 ChangedMask;
    UINT16 FirstChangedIndex;
    UINT8 Reserved[2];
    WSKT_MDL_SNAP MdlSnap;
} WSKT_OP_MDL_RECHECK;
_Static_assert(sizeof(WSKT_OP_MDL_RECHECK) == 120, "OP_MDL_RECHECK has grown a hole");
_Static_assert(offsetof(WSKT_OP_MDL_RECHECK, ChangedMask) == 64, "OP_MDL_RECHECK.ChangedMask");
_Static_assert(offsetof(WSKT_OP_MDL_RECHECK, FirstChangedIndex) == 68, "OP_MDL_RECHECK.FirstChangedIndex");
_Static_assert(offsetof(WSKT_OP_MDL_RECHECK, Reserved) == 70, "OP_MDL_RECHECK.Reserved");
_Static_assert(offsetof(WSKT_OP_MDL_RECHECK, MdlSnap) == 72, "OP_MDL_RECHECK.MdlSnap");

typedef struct _WSKT_IRP_BIRTH {
    WSKT_HEADER Header;
    UINT64 Irp;
    UINT16 PacketSize;
    UINT8 StackSize;
    UINT8 Kind;
    UINT8 Reserved[4];
} WSKT_IRP_BIRTH;
_Static_assert(sizeof(WSKT_IRP_BIRTH) == 80, "IRP_BIRTH has grown a hole");
_Static_assert(offsetof(WSKT_IRP_BIRTH, Irp) == 64, "IRP_BIRTH.Irp");
_Static_assert(offsetof(WSKT_IRP_BIRTH, PacketSize) == 72, "IRP_BIRTH.PacketSize");
_Static_assert(offsetof(WSKT_IRP_BIRTH, StackSize) == 74, "IRP_BIRTH.StackSize");
_Static_assert(offsetof(WSKT_IRP_BIRTH, Kind) == 75, "IRP_BIRTH.Kind");
_Static_assert(offsetof(WSKT_IRP_BIRTH, Reserved) == 76, "IRP_BIRTH.Reserved");

typedef struct _WSKT_IRP_REUSE {
    WSKT_HEADER Header;
    UINT64 Irp;
    UINT32 Status;
    UINT8 Reserved[4];
} WSKT_IRP_REUSE;
_Static_assert(sizeof(WSKT_IRP_REUSE) == 80, "IRP_REUSE has grown a hole");
_Static_assert(offsetof(WSKT_IRP_REUSE, Irp) == 64, "IRP_REUSE.Irp");
_Static_assert(offsetof(WSKT_IRP_REUSE, Status) == 72, "IRP_REUSE.Status");
_Static_assert(offsetof(WSKT_IRP_REUSE, Reserved) == 76, "IRP_REUSE.Reserved");

typedef struct _WSKT_IRP_POINTER {
    WSKT_HEADER Header;
    UINT64 Irp;
} WSKT_IRP_POINTER;
_Static_assert(sizeof(WSKT_IRP_POINTER) == 72, "IRP_POINTER has grown a hole");
_Static_assert(offsetof(WSKT_IRP_POINTER, Irp) == 64, "IRP_POINTER.Irp");

typedef struct _WSKT_IRP_CANCEL_RET {
    WSKT_HEADER Header;
    UINT64 Irp;
    UINT8 HadRoutine;
    UINT8 Reserved[7];
} WSKT_IRP_CANCEL_RET;
_Static_assert(sizeof(WSKT_IRP_CANCEL_RET) == 80, "IRP_CANCEL_RET has grown a hole");
_Static_assert(offsetof(WSKT_IRP_CANCEL_RET, Irp) == 64, "IRP_CANCEL_RET.Irp");
_Static_assert(offsetof(WSKT_IRP_CANCEL_RET, HadRoutine) == 72, "IRP_CANCEL_RET.HadRoutine");
_Static_assert(offsetof(WSKT_IRP_CANCEL_RET, Reserved) == 73, "IRP_CANCEL_RET.Reserved");

typedef struct _WSKT_MDL_BIRTH {
    WSKT_HEADER Header;
    UINT64 Mdl;
    UINT64 Va;
    UINT64 Irp;
    UINT32 Length;
    UINT8 Kind;
    UINT8 Secondary;
    UINT8 Reserved[2];
} WSKT_MDL_BIRTH;
_Static_assert(sizeof(WSKT_MDL_BIRTH) == 96, "MDL_BIRTH has grown a hole");
_Static_assert(offsetof(WSKT_MDL_BIRTH, Mdl) == 64, "MDL_BIRTH.Mdl");
_Static_assert(offsetof(WSKT_MDL_BIRTH, Va) == 72, "MDL_BIRTH.Va");
_Static_assert(offsetof(WSKT_MDL_BIRTH, Irp) == 80, "MDL_BIRTH.Irp");
_Static_assert(offsetof(WSKT_MDL_BIRTH, Length) == 88, "MDL_BIRTH.Length");
_Static_assert(offsetof(WSKT_MDL_BIRTH, Kind) == 92, "MDL_BIRTH.Kind");
_Static_assert(offsetof(WSKT_MDL_BIRTH, Secondary) == 93, "MDL_BIRTH.Secondary");
_Static_assert(offsetof(WSKT_MDL_BIRTH, Reserved) == 94, "MDL_BIRTH.Reserved");

typedef struct _WSKT_MDL_CALL {
    WSKT_HEADER Header;
    UINT64 Mdl;
    UINT64 SourceMdl;
    UINT64 Va;
    UINT32 Length;
    UINT32 Status;
    UINT16 MdlFlags;
    UINT8 Access;
    UINT8 Reserved[5];
} WSKT_MDL_CALL;
_Static_assert(sizeof(WSKT_MDL_CALL) == 104, "MDL_CALL has grown a hole");
_Static_assert(offsetof(WSKT_MDL_CALL, Mdl) == 64, "MDL_CALL.Mdl");
_Static_assert(offsetof(WSKT_MDL_CALL, SourceMdl) == 72, "MDL_CALL.SourceMdl");
_Static_assert(offsetof(WSKT_MDL_CALL, Va) == 80, "MDL_CALL.Va");
_Static_assert(offsetof(WSKT_MDL_CALL, Length) == 88, "MDL_CALL.Length");
_Static_assert(offsetof(WSKT_MDL_CALL, Status) == 92, "MDL_CALL.Status");
_Static_assert(offsetof(WSKT_MDL_CALL, MdlFlags) == 96, "MDL_CALL.MdlFlags");
_Static_assert(offsetof(WSKT_MDL_CALL, Access) == 98, "MDL_CALL.Access");
_Static_assert(offsetof(WSKT_MDL_CALL, Reserved) == 99, "MDL_CALL.Reserved");

typedef struct _WSKT_POOL_BLOCK {
    WSKT_HEADER Header;
    UINT64 Block;
    UINT64 Size;
    UINT32 PoolType;
    UINT32 Tag;
} WSKT_POOL_BLOCK;
_Static_assert(sizeof(WSKT_POOL_BLOCK) == 88, "POOL_BLOCK has grown a hole");
_Static_assert(offsetof(WSKT_POOL_BLOCK, Block) == 64, "POOL_BLOCK.Block");
_Static_assert(offsetof(WSKT_POOL_BLOCK, Size) == 72, "POOL_BLOCK.Size");
_Static_assert(offsetof(WSKT_POOL_BLOCK, PoolType) == 80, "POOL_BLOCK.PoolType");
_Static_assert(offsetof(WSKT_POOL_BLOCK, Tag) == 84, "POOL_BLOCK.Tag");

typedef struct _WSKT_CALLBACK_ENTER {
    WSKT_HEADER Header;
    UINT64 Socket;
    UINT64 SocketContext;
    UINT64 Routine;
    UINT64 DataIndication;
    UINT64 BytesIndicated;
    UINT64 BytesAccepted;
    UINT64 AcceptSocket;
    UINT64 InspectId;
    UINT64 InspectKey;
    UINT64 BacklogSize;
    UINT32 RoutineRva;
    UINT32 Flags;
    UINT32 InspectSerial;
    UINT32 ElementCount;
    UINT8 Kind;
    UINT8 Reserved[7];
    UINT8 LocalAddress[28];
    UINT8 RemoteAddress[28];
} WSKT_CALLBACK_ENTER;
_Static_assert(sizeof(WSKT_CALLBACK_ENTER) == 224, "CALLBACK_ENTER has grown a hole");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, Socket) == 64, "CALLBACK_ENTER.Socket");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, SocketContext) == 72, "CALLBACK_ENTER.SocketContext");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, Routine) == 80, "CALLBACK_ENTER.Routine");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, DataIndication) == 88, "CALLBACK_ENTER.DataIndication");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, BytesIndicated) == 96, "CALLBACK_ENTER.BytesIndicated");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, BytesAccepted) == 104, "CALLBACK_ENTER.BytesAccepted");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, AcceptSocket) == 112, "CALLBACK_ENTER.AcceptSocket");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, InspectId) == 120, "CALLBACK_ENTER.InspectId");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, InspectKey) == 128, "CALLBACK_ENTER.InspectKey");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, BacklogSize) == 136, "CALLBACK_ENTER.BacklogSize");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, RoutineRva) == 144, "CALLBACK_ENTER.RoutineRva");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, Flags) == 148, "CALLBACK_ENTER.Flags");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, InspectSerial) == 152, "CALLBACK_ENTER.InspectSerial");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, ElementCount) == 156, "CALLBACK_ENTER.ElementCount");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, Kind) == 160, "CALLBACK_ENTER.Kind");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, Reserved) == 161, "CALLBACK_ENTER.Reserved");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, LocalAddress) == 168, "CALLBACK_ENTER.LocalAddress");
_Static_assert(offsetof(WSKT_CALLBACK_ENTER, RemoteAddress) == 196, "CALLBACK_ENTER.RemoteAddress");

typedef struct _WSKT_CALLBACK_EXIT {
    WSKT_HEADER Header;
    UINT64 Socket;
    UINT64 SocketContext;
    UINT64 BytesAccepted;
    UINT64 AcceptSocket;
    UINT64 AcceptContext;
    UINT64 AcceptDispatch;
    UINT64 Callback0;
    UINT64 Callback1;
    UINT64 Callback2;
    UINT64 Duration;
    UINT32 Status;
    UINT8 Kind;
    UINT8 IrqlOut;
    UINT8 Reserved[2];
} WSKT_CALLBACK_EXIT;
_Static_assert(sizeof(WSKT_CALLBACK_EXIT) == 152, "CALLBACK_EXIT has grown a hole");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, Socket) == 64, "CALLBACK_EXIT.Socket");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, SocketContext) == 72, "CALLBACK_EXIT.SocketContext");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, BytesAccepted) == 80, "CALLBACK_EXIT.BytesAccepted");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, AcceptSocket) == 88, "CALLBACK_EXIT.AcceptSocket");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, AcceptContext) == 96, "CALLBACK_EXIT.AcceptContext");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, AcceptDispatch) == 104, "CALLBACK_EXIT.AcceptDispatch");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, Callback0) == 112, "CALLBACK_EXIT.Callback0");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, Callback1) == 120, "CALLBACK_EXIT.Callback1");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, Callback2) == 128, "CALLBACK_EXIT.Callback2");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, Duration) == 136, "CALLBACK_EXIT.Duration");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, Status) == 144, "CALLBACK_EXIT.Status");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, Kind) == 148, "CALLBACK_EXIT.Kind");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, IrqlOut) == 149, "CALLBACK_EXIT.IrqlOut");
_Static_assert(offsetof(WSKT_CALLBACK_EXIT, Reserved) == 150, "CALLBACK_EXIT.Reserved");

typedef struct _WSKT_INDICATION_ELEM {
    WSKT_HEADER Header;
    UINT64 Socket;
    UINT64 Element;
    UINT64 MdlHead;
    UINT64 Length;
    UINT64 Control;
    UINT32 Offset;
    UINT32 ControlLength;
    UINT8 RemoteAddress[28];
    UINT16 Index;
    UINT8 Reserved[2];
} WSKT_INDICATION_ELEM;
_Static_assert(sizeof(WSKT_INDICATION_ELEM) == 144, "INDICATION_ELEM has grown a hole");
_Static_assert(offsetof(WSKT_INDICATION_ELEM, Socket) == 64, "INDICATION_ELEM.Socket");
_Static_assert(offsetof(WSKT_INDICATION_ELEM, Element) == 72, "INDICATION_ELEM.Element");
_Static_assert(offsetof(WSKT_INDICATION_ELEM, MdlHead) == 80, "INDICATION_ELEM.MdlHead");
_Static_assert(offsetof(WSKT_INDICATION_ELEM, Length) == 88, "INDICATION_ELEM.Length");
_Static_assert(offsetof(WSKT_INDICATION_ELEM, Control) == 96, "INDICATION_ELEM.Control");
_Static_assert(offsetof(WSKT_INDICATION_ELEM, Offset) == 104, "INDICATION_ELEM.Offset");
_Static_assert(offsetof(WSKT_INDICATION_ELEM, ControlLength) == 108, "INDICATION_ELEM.ControlLength");
_Static_assert(offsetof(WSKT_INDICATION_ELEM, RemoteAddress) == 112, "INDICATION_ELEM.RemoteAddress");
_Static_assert(offsetof(WSKT_INDICATION_ELEM, Index) == 140, "INDICATION_ELEM.Index");
_Static_assert(offsetof(WSKT_INDICATION_ELEM, Reserved) == 142, "INDICATION_ELEM.Reserved");

/* Behind it: WSKT_INDICATION_REF[ElementCount]. */
typedef struct _WSKT_RELEASE_ENTER {
    WSKT_HEADER Header;
    UINT64 Socket;
    UINT64 Head;
    UINT8 Reserved[6];
    UINT16 ElementCount;
} WSKT_RELEASE_ENTER;
_Static_assert(sizeof(WSKT_RELEASE_ENTER) == 88, "RELEASE_ENTER has grown a hole");
_Static_assert(offsetof(WSKT_RELEASE_ENTER, Socket) == 64, "RELEASE_ENTER.Socket");
_Static_assert(offsetof(WSKT_RELEASE_ENTER, Head) == 72, "RELEASE_ENTER.Head");
_Static_assert(offsetof(WSKT_RELEASE_ENTER, Reserved) == 80, "RELEASE_ENTER.Reserved");
_Static_assert(offsetof(WSKT_RELEASE_ENTER, ElementCount) == 86, "RELEASE_ENTER.ElementCount");

typedef struct _WSKT_RELEASE_EXIT {
    WSKT_HEADER Header;
    UINT64 Socket;
    UINT64 Head;
    UINT32 Status;
    UINT8 Reserved[4];
} WSKT_RELEASE_EXIT;
_Static_assert(sizeof(WSKT_RELEASE_EXIT) == 88, "RELEASE_EXIT has grown a hole");
_Static_assert(offsetof(WSKT_RELEASE_EXIT, Socket) == 64, "RELEASE_EXIT.Socket");
_Static_assert(offsetof(WSKT_RELEASE_EXIT, Head) == 72, "RELEASE_EXIT.Head");
_Static_assert(offsetof(WSKT_RELEASE_EXIT, Status) == 80, "RELEASE_EXIT.Status");
_Static_assert(offsetof(WSKT_RELEASE_EXIT, Reserved) == 84, "RELEASE_EXIT.Reserved");

typedef struct _WSKT_ADDR_INFO_FREE {
    WSKT_HEADER Header;
    UINT64 ProviderClient;
    UINT64 AddrInfo;
} WSKT_ADDR_INFO_FREE;
_Static_assert(sizeof(WSKT_ADDR_INFO_FREE) == 80, "ADDR_INFO_FREE has grown a hole");
_Static_assert(offsetof(WSKT_ADDR_INFO_FREE, ProviderClient) == 64, "ADDR_INFO_FREE.ProviderClient");
_Static_assert(offsetof(WSKT_ADDR_INFO_FREE, AddrInfo) == 72, "ADDR_INFO_FREE.AddrInfo");

typedef struct _WSKT_IN_DRIVER_FINDING {
    WSKT_HEADER Header;
    UINT64 A;
    UINT64 B;
    UINT16 Rule;
    UINT8 Reserved[6];
} WSKT_IN_DRIVER_FINDING;
_Static_assert(sizeof(WSKT_IN_DRIVER_FINDING) == 88, "IN_DRIVER_FINDING has grown a hole");
_Static_assert(offsetof(WSKT_IN_DRIVER_FINDING, A) == 64, "IN_DRIVER_FINDING.A");
_Static_assert(offsetof(WSKT_IN_DRIVER_FINDING, B) == 72, "IN_DRIVER_FINDING.B");
_Static_assert(offsetof(WSKT_IN_DRIVER_FINDING, Rule) == 80, "IN_DRIVER_FINDING.Rule");
_Static_assert(offsetof(WSKT_IN_DRIVER_FINDING, Reserved) == 82, "IN_DRIVER_FINDING.Reserved");

/* Behind it: WSKT_WAIT_OBJECT[ObjectCount]. */
typedef struct _WSKT_WAIT_ENTER {
    WSKT_HEADER Header;
    UINT64 Timeout;
    UINT32 Reason;
    UINT8 Kind;
    UINT8 WaitMode;
    UINT8 Alertable;
    UINT8 HasTimeout;
    UINT8 OnStack;
    UINT8 WaitType;
    UINT8 Reserved[4];
    UINT16 ObjectCount;
} WSKT_WAIT_ENTER;
_Static_assert(sizeof(WSKT_WAIT_ENTER) == 88, "WAIT_ENTER has grown a hole");
_Static_assert(offsetof(WSKT_WAIT_ENTER, Timeout) == 64, "WAIT_ENTER.Timeout");
_Static_assert(offsetof(WSKT_WAIT_ENTER, Reason) == 72, "WAIT_ENTER.Reason");
_Static_assert(offsetof(WSKT_WAIT_ENTER, Kind) == 76, "WAIT_ENTER.Kind");
_Static_assert(offsetof(WSKT_WAIT_ENTER, WaitMode) == 77, "WAIT_ENTER.WaitMode");
_Static_assert(offsetof(WSKT_WAIT_ENTER, Alertable) == 78, "WAIT_ENTER.Alertable");
_Static_assert(offsetof(WSKT_WAIT_ENTER, HasTimeout) == 79, "WAIT_ENTER.HasTimeout");
_Static_assert(offsetof(WSKT_WAIT_ENTER, OnStack) == 80, "WAIT_ENTER.OnStack");
_Static_assert(offsetof(WSKT_WAIT_ENTER, WaitType) == 81, "WAIT_ENTER.WaitType");
_Static_assert(offsetof(WSKT_WAIT_ENTER, Reserved) == 82, "WAIT_ENTER.Reserved");
_Static_assert(offsetof(WSKT_WAIT_ENTER, ObjectCount) == 86, "WAIT_ENTER.ObjectCount");

typedef struct _WSKT_WAIT_EXIT {
    WSKT_HEADER Header;
    UINT64 Object;
    UINT64 Duration;
    UINT32 Status;
    UINT8 Kind;
    UINT8 Reserved[3];
} WSKT_WAIT_EXIT;
_Static_assert(sizeof(WSKT_WAIT_EXIT) == 88, "WAIT_EXIT has grown a hole");
_Static_assert(offsetof(WSKT_WAIT_EXIT, Object) == 64, "WAIT_EXIT.Object");
_Static_assert(offsetof(WSKT_WAIT_EXIT, Duration) == 72, "WAIT_EXIT.Duration");
_Static_assert(offsetof(WSKT_WAIT_EXIT, Status) == 80, "WAIT_EXIT.Status");
_Static_assert(offsetof(WSKT_WAIT_EXIT, Kind) == 84, "WAIT_EXIT.Kind");
_Static_assert(offsetof(WSKT_WAIT_EXIT, Reserved) == 85, "WAIT_EXIT.Reserved");

typedef struct _WSKT_FAULT_INJECTED {
    WSKT_HEADER Header;
    UINT64 Socket;
    UINT64 Irp;
    UINT64 Value;
    UINT32 Status;
    UINT8 Verb;
    UINT8 Kind;
    UINT8 Reserved[2];
} WSKT_FAULT_INJECTED;
_Static_assert(sizeof(WSKT_FAULT_INJECTED) == 96, "FAULT_INJECTED has grown a hole");
_Static_assert(offsetof(WSKT_FAULT_INJECTED, Socket) == 64, "FAULT_INJECTED.Socket");
_Static_assert(offsetof(WSKT_FAULT_INJECTED, Irp) == 72, "FAULT_INJECTED.Irp");
_Static_assert(offsetof(WSKT_FAULT_INJECTED, Value) == 80, "FAULT_INJECTED.Value");
_Static_assert(offsetof(WSKT_FAULT_INJECTED, Status) == 88, "FAULT_INJECTED.Status");
_Static_assert(offsetof(WSKT_FAULT_INJECTED, Verb) == 92, "FAULT_INJECTED.Verb");
_Static_assert(offsetof(WSKT_FAULT_INJECTED, Kind) == 93, "FAULT_INJECTED.Kind");
_Static_assert(offsetof(WSKT_FAULT_INJECTED, Reserved) == 94, "FAULT_INJECTED.Reserved");

#define WSKT_SESSION_INFO_ID 1
#define WSKT_SESSION_INFO_DESCRIPTOR { 1, 0, 0, 4, 0, 1, 0x8000ULL }

#define WSKT_EVENTS_LOST_ID 2
#define WSKT_EVENTS_LOST_DESCRIPTOR { 2, 0, 0, 2, 0, 2, 0x8000ULL }

#define WSKT_HEARTBEAT_ID 3
#define WSKT_HEARTBEAT_DESCRIPTOR { 3, 0, 0, 5, 0, 3, 0x8000ULL }

#define WSKT_DRIVER_LOAD_ID 4
#define WSKT_DRIVER_LOAD_DESCRIPTOR { 4, 0, 0, 4, 0, 4, 0x800ULL }

#define WSKT_DRIVER_UNLOAD_ENTER_ID 5
#define WSKT_DRIVER_UNLOAD_ENTER_DESCRIPTOR { 5, 0, 0, 4, 0, 5, 0x800ULL }

#define WSKT_DRIVER_UNLOAD_EXIT_ID 6
#define WSKT_DRIVER_UNLOAD_EXIT_DESCRIPTOR { 6, 0, 0, 4, 0, 6, 0x800ULL }

#define WSKT_REG_ENTER_ID 10
#define WSKT_REG_ENTER_DESCRIPTOR { 10, 0, 0, 4, 0, 10, 0x1ULL }

#define WSKT_REG_EXIT_ID 11
#define WSKT_REG_EXIT_DESCRIPTOR { 11, 0, 0, 4, 0, 11, 0x1ULL }

#define WSKT_OP_ENTER_ID 20
#define WSKT_OP_ENTER_DESCRIPTOR { 20, 0, 0, 4, 0, 20, 0x12ULL }

#define WSKT_OP_EXIT_ID 21
#define WSKT_OP_EXIT_DESCRIPTOR { 21, 0, 0, 4, 0, 21, 0x1eULL }

#define WSKT_OP_COMPLETE_ID 22
#define WSKT_OP_COMPLETE_DESCRIPTOR { 22, 0, 0, 4, 0, 22, 0x1eULL }

#define WSKT_OP_COMPLETE_EXIT_ID 23
#define WSKT_OP_COMPLETE_EXIT_DESCRIPTOR { 23, 0, 0, 5, 0, 23, 0x1eULL }

#define WSKT_SEND_ENTER_ID 30
#define WSKT_SEND_ENTER_DESCRIPTOR { 30, 0, 0, 5, 0, 30, 0x4ULL }

#define WSKT_RECV_ENTER_ID 31
#define WSKT_RECV_ENTER_DESCRIPTOR { 31, 0, 0, 5, 0, 31, 0x8ULL }

#define WSKT_OP_MDL_MORE_ID 32
#define WSKT_OP_MDL_MORE_DESCRIPTOR { 32, 0, 0, 5, 0, 32, 0xcULL }

#define WSKT_OP_PAYLOAD_HASH_ID 33
#define WSKT_OP_PAYLOAD_HASH_DESCRIPTOR { 33, 0, 0, 5, 0, 33, 0x1000ULL }

#define WSKT_OP_MDL_RECHECK_ID 34
#define WSKT_OP_MDL_RECHECK_DESCRIPTOR { 34, 0, 0, 5, 0, 34, 0xcULL }

#define WSKT_IRP_BIRTH_ID 40
#define WSKT_IRP_BIRTH_DESCRIPTOR { 40, 0, 0, 5, 0, 40, 0x80ULL }

#define WSKT_IRP_REUSE_ID 41
#define WSKT_IRP_REUSE_DESCRIPTOR { 41, 0, 0, 5, 0, 41, 0x80ULL }

#define WSKT_IRP_FREE_ID 42
#define WSKT_IRP_FREE_DESCRIPTOR { 42, 0, 0, 5, 0, 42, 0x80ULL }

#define WSKT_IRP_CANCEL_ID 43
#define WSKT_IRP_CANCEL_DESCRIPTOR { 43, 0, 0, 5, 0, 43, 0x80ULL }

#define WSKT_IRP_CANCEL_RET_ID 44
#define WSKT_IRP_CANCEL_RET_DESCRIPTOR { 44, 0, 0, 5, 0, 44, 0x80ULL }

#define WSKT_IRP_COMPLETE_REQUEST_ID 46
#define WSKT_IRP_COMPLETE_REQUEST_DESCRIPTOR { 46, 0, 0, 5, 0, 46, 0x80ULL }

#define WSKT_MDL_BIRTH_ID 50
#define WSKT_MDL_BIRTH_DESCRIPTOR { 50, 0, 0, 5, 0, 50, 0x100ULL }

#define WSKT_MDL_BUILD_ID 51
#define WSKT_MDL_BUILD_DESCRIPTOR { 51, 0, 0, 5, 0, 51, 0x100ULL }

#define WSKT_MDL_LOCK_ID 52
#define WSKT_MDL_LOCK_DESCRIPTOR { 52, 0, 0, 5, 0, 52, 0x100ULL }

#define WSKT_MDL_UNLOCK_ID 53
#define WSKT_MDL_UNLOCK_DESCRIPTOR { 53, 0, 0, 5, 0, 53, 0x100ULL }

#define WSKT_MDL_PARTIAL_ID 54
#define WSKT_MDL_PARTIAL_DESCRIPTOR { 54, 0, 0, 5, 0, 54, 0x100ULL }

#define WSKT_MDL_ADVANCE_ID 55
#define WSKT_MDL_ADVANCE_DESCRIPTOR { 55, 0, 0, 5, 0, 55, 0x100ULL }

#define WSKT_MDL_PREPARE_REUSE_ID 56
#define WSKT_MDL_PREPARE_REUSE_DESCRIPTOR { 56, 0, 0, 5, 0, 56, 0x100ULL }

#define WSKT_MDL_FREE_ID 57
#define WSKT_MDL_FREE_DESCRIPTOR { 57, 0, 0, 5, 0, 57, 0x100ULL }

#define WSKT_POOL_ALLOC_ID 60
#define WSKT_POOL_ALLOC_DESCRIPTOR { 60, 0, 0, 5, 0, 60, 0x200ULL }

#define WSKT_POOL_FREE_ID 61
#define WSKT_POOL_FREE_DESCRIPTOR { 61, 0, 0, 5, 0, 61, 0x200ULL }

#define WSKT_CALLBACK_ENTER_ID 70
#define WSKT_CALLBACK_ENTER_DESCRIPTOR { 70, 0, 0, 5, 0, 70, 0x20ULL }

#define WSKT_CALLBACK_EXIT_ID 71
#define WSKT_CALLBACK_EXIT_DESCRIPTOR { 71, 0, 0, 5, 0, 71, 0x20ULL }

#define WSKT_INDICATION_ELEM_ID 72
#define WSKT_INDICATION_ELEM_DESCRIPTOR { 72, 0, 0, 5, 0, 72, 0x40ULL }

#define WSKT_RELEASE_ENTER_ID 73
#define WSKT_RELEASE_ENTER_DESCRIPTOR { 73, 0, 0, 5, 0, 73, 0x40ULL }

#define WSKT_RELEASE_EXIT_ID 74
#define WSKT_RELEASE_EXIT_DESCRIPTOR { 74, 0, 0, 5, 0, 74, 0x40ULL }

#define WSKT_WAIT_ENTER_ID 80
#define WSKT_WAIT_ENTER_DESCRIPTOR { 80, 0, 0, 5, 0, 80, 0x400ULL }

#define WSKT_WAIT_EXIT_ID 81
#define WSKT_WAIT_EXIT_DESCRIPTOR { 81, 0, 0, 5, 0, 81, 0x400ULL }

#define WSKT_ADDR_INFO_FREE_ID 90
#define WSKT_ADDR_INFO_FREE_DESCRIPTOR { 90, 0, 0, 5, 0, 90, 0x10ULL }

#define WSKT_IN_DRIVER_FINDING_ID 100
#define WSKT_IN_DRIVER_FINDING_DESCRIPTOR { 100, 0, 0, 3, 0, 100, 0x8000ULL }

#define WSKT_FAULT_INJECTED_ID 101
#define WSKT_FAULT_INJECTED_DESCRIPTOR { 101, 0, 0, 3, 0, 101, 0x8000ULL }
