/*
 * The fake kernel as a test sees it. Behind the functions of include/ stands one room per subject: sync, thread, irp,
 * mdl, pool, image, module, device, registry, etw, wsk. Every kernel function checks the IRQL its documentation page
 * asks for. What would bring a real machine down ends the test: HostFail prints a line that begins "host:" and aborts.
 */
#pragma once

#include <ntddk.h>

#include <stdbool.h>

/* fail.c */
DECLSPEC_NORETURN void HostFail(const char *Format, ...) __attribute__((format(printf, 1, 2)));
void HostRequireIrql(KIRQL Max, const char *Function);
#define HOST_IRQL_MAX(Level) HostRequireIrql((Level), __func__)
#define HOST_PASSIVE() HostRequireIrql(PASSIVE_LEVEL, __func__)
#define HOST_CHECK(e, ...) ((e) ? (void)0 : HostFail(__VA_ARGS__))

/* sync.c: a thread at DISPATCH_LEVEL owns one of the processors alone, as on a real machine. */
#define HOST_PROCESSORS 4
void HostSetProcessor(ULONG Number); /* which processor this thread takes when it next raises its IRQL */
void HostTellProcessors(ULONG Count); /* how many KeQueryActiveProcessorCountEx says there are */

/* timer.c: time stands still until a test lets it pass */
void HostElapse(ULONG Milliseconds); /* runs the DPCs that are due until then, each before this returns */
SIZE_T HostTimers(void);             /* timers that are set */

/* thread.c */
struct _KPROCESS {
    ULONG_PTR Id;
};
struct _KTHREAD {
    DISPATCHER_HEADER Header; /* signalled when the thread has ended */
    volatile LONG References;
    ULONG_PTR Id;
    PKSTART_ROUTINE Start;
    PVOID Context;
};
void HostOnBarrier(void (*Routine)(void)); /* runs inside each KeMemoryBarrier, of one thread; NULL: no more */
void HostRace(void); /* one time in 16 another thread runs first */
void HostJoinThreads(void); /* waits until every system thread has ended, but for: */
void HostThreadsStay(LONG Count); /* so many that go on */

extern POBJECT_TYPE HostDriverType;

/* object.c: handles of threads, registry keys, devices and files */
typedef enum { HostNoObject, HostThreadObject, HostKeyObject, HostDeviceObject, HostFileObject } HOST_OBJECT;
HANDLE HostHandleOpen(HOST_OBJECT Type, PVOID Object);
PVOID HostHandleFind(HANDLE Handle, HOST_OBJECT Type);

/* pool.c */
SIZE_T HostPoolBlocks(ULONG Tag);         /* live blocks; tag 0: all */
void HostPoolLimit(SIZE_T Bytes);         /* a block of more is refused; 0: none is */
void HostPoolFailAfter(LONG Allocations); /* that many succeed, the next fails, then all succeed; -1: never fail */
bool HostPoolFind(PVOID Address, PVOID *Block, SIZE_T *Size, POOL_TYPE *Type);

/* irp.c, device.c */
void HostIrpFinish(PIRP Irp); /* the I/O manager's end of an IRP whose completion ran to the top */
SIZE_T HostIrps(void);        /* IRPs allocated and not freed */
void HostIrpKeepLocations(bool Keep); /* completion leaves a stack location as it was */
void HostIrpForgiveTop(bool Forgive); /* an IRP of no thread may complete to the top, and again: nothing happens */
bool HostIrpForgivesTop(void);
void HostIrpKeepFreed(bool Keep);     /* true: IoFreeIrp leaves the memory as it is, to be used after all; false: it goes now */

/* mdl.c */
void HostMdlStrict(bool Strict);    /* end the test on an unbalanced lock, or a free while locked */
void HostMapFails(bool Fails);      /* MmMapLockedPagesSpecifyCache returns NULL, as under Wine */
void HostProtectMissing(bool Missing); /* MmProtectMdlSystemAddress is not implemented, mappings are writable, as in ReactOS */
void HostLockFails(bool Fails);     /* MmProbeAndLockPages would raise: ends the test */
SIZE_T HostMdls(void);              /* MDLs allocated and not freed */
SIZE_T HostMappings(void);          /* system mappings not undone */
bool HostReadable(const void *Address, SIZE_T Bytes);

/* export.c: MmGetSystemRoutineAddress */
void HostHideExport(const char *Name, bool Hidden);
PVOID HostExport(const char *Name); /* NULL: no such function in the fake kernel */

/* image.c: a loaded PE image whose import table the capture driver patches */
typedef struct {
    const char *Dll;
    const char *Name;
    PVOID Function;
} HOST_IMPORT;
typedef struct {
    PUCHAR Base;
    ULONG Size;      /* of the image, as the load notification says it */
    ULONG Backed;    /* bytes from Base that are the file's own pages */
    int File;        /* memfd behind those pages */
    bool Inside;     /* the pages lie in a module, and go with it */
    ULONG ImportRva; /* of the import address table */
    ULONG Imports;
} HOST_IMAGE;
typedef enum { HostNamesByRva = 0, HostNamesByAddress = 1, HostNamesGone = 2 } HOST_NAMES;
/* At: over pages that are there already, Backed bytes of them, in an image of Size. NULL: at a place of its own, with an
   inaccessible page behind it; then Size is Backed. */
void HostImageBuild(HOST_IMAGE *Image, PVOID At, ULONG Backed, ULONG Size, const HOST_IMPORT *Imports, ULONG Count,
    HOST_NAMES Names);
PVOID *HostImageSlot(HOST_IMAGE *Image, const char *Name); /* the IAT entry, or NULL */
void HostImageWritable(HOST_IMAGE *Image, bool Writable);
void HostImageFree(HOST_IMAGE *Image);
void HostImageForget(HOST_IMAGE *Image); /* it is no image any more, but its pages stay: nothing else comes to its address */
HOST_IMAGE *HostImageOf(const void *Address);
void HostImageLoaded(HOST_IMAGE *Image, const WCHAR *FullName, bool SystemMode); /* runs the notify routines */
SIZE_T HostNotifyRoutines(void);

/* module.c: drivers. A client driver is a shared object whose imports lead through the import table of its image. */
typedef struct {
    DRIVER_OBJECT Object;
    DRIVER_EXTENSION Extension;
    WCHAR Name[64];
    WCHAR Path[128];
    HOST_IMAGE Image;
    void *Library;
    PDRIVER_INITIALIZE Entry;
    volatile LONG References;
    bool UnloadPending;
    LIST_ENTRY Link; /* Flink NULL: not loaded */
} HOST_DRIVER;
NTSTATUS HostDriverStart(HOST_DRIVER *Driver, const char *Name, PDRIVER_INITIALIZE Entry); /* linked into the test */
NTSTATUS HostDriverLoad(HOST_DRIVER *Driver, const char *Name, const char *File);
/* A driver whose code is the test's and whose image has nothing but these imports. */
NTSTATUS HostDriverLoadImports(
    HOST_DRIVER *Driver, const char *Name, PDRIVER_INITIALIZE Entry, const HOST_IMPORT *Imports, ULONG Count);
/* STATUS_INVALID_DEVICE_REQUEST: it has no DriverUnload, so the system refuses. STATUS_PENDING: a device of it is open;
   it admits nobody any more, and is unloaded when the last file closes. */
NTSTATUS HostDriverUnload(HOST_DRIVER *Driver);
bool HostDriverIsLoaded(HOST_DRIVER *Driver);
void HostDeviceClosed(PDRIVER_OBJECT Object); /* from device.c: the last file of a device was closed */
/* Runs once, where the system has looked at DriverUnload and has not marked the device yet; NULL: not any more. */
void HostOnUnloadRequest(void (*Routine)(void));

/* device.c: what CreateFile, DeviceIoControl and CloseHandle do */
typedef struct {
    PDEVICE_OBJECT Device;
    FILE_OBJECT File;
} HOST_FILE;
void HostPrivileged(bool Privileged); /* may the caller load drivers? */
void HostRequestMode(KPROCESSOR_MODE Mode); /* whose requests they are from now on; UserMode unless told */
typedef enum { HostAdministrator, HostLocalSystem, HostOrdinaryUser } HOST_CALLER;
void HostCaller(HOST_CALLER Caller); /* who opens devices from user mode, to be measured by their descriptor; first: an administrator */
/* Runs once, at the next open from user mode: the device is referenced, IRP_MJ_CREATE is not sent yet. */
void HostOnOpen(void (*Routine)(void));
NTSTATUS HostOpen(HOST_FILE *File, const WCHAR *Name);
void HostFileClosed(PVOID File); /* from object.c: the handle of a file that a driver opened was closed */
NTSTATUS HostIoctl(HOST_FILE *File, ULONG Code, const void *In, ULONG InLength, void *Out, ULONG OutLength,
    ULONG_PTR *Information);
NTSTATUS HostRequest(HOST_FILE *File, UCHAR Major); /* without parameters: read, write, cleanup, and what nobody sends */
void HostClose(HOST_FILE *File);

/* security.c */
void HostSecurityFails(NTSTATUS Status); /* what ZwSetSecurityObject returns; STATUS_SUCCESS: it works */
bool HostAdmits(PDEVICE_OBJECT Device, HOST_CALLER Caller, ACCESS_MASK Access);
void HostSecurityForget(PDEVICE_OBJECT Device);

/* bugcheck.c */
typedef struct {
    GUID Guid;
    const void *Data;
    ULONG Bytes;
} HOST_DUMP;
SIZE_T HostBugCheckCallbacks(void);
/* Asks every callback for dump data, at HIGH_LEVEL, and lives on. Returns how many gave some. */
SIZE_T HostBugCheck(ULONG MaximumAllowed, HOST_DUMP *Dumps, SIZE_T Max);

/* registry.c */
void HostRegistrySet(const WCHAR *Key, const WCHAR *Value, ULONG Type, const void *Data, ULONG Bytes);
void HostRegistryClear(void);
void HostRegistryZeroInName(const WCHAR *Key, const WCHAR *Value, ULONG At); /* as only the native interface can make one */

/* etw.c */
typedef struct {
    EVENT_DESCRIPTOR Descriptor;
    ULONG Size;
    UCHAR Payload[4096];
} HOST_ETW_EVENT;
void HostEtwAnswer(NTSTATUS Status);  /* what EtwWrite returns from now on */
void HostEtwEnable(bool Enable, UCHAR Level, ULONGLONG Keywords); /* calls the provider's enable callback */
SIZE_T HostEtwEvents(HOST_ETW_EVENT *Events, SIZE_T Max);         /* takes the events written so far */
bool HostEtwRegistered(void);
