/*
 * Included before each source of a client driver: every import becomes a call through the import address table of the
 * image in module.c, as __declspec(dllimport) makes it on Windows. The table's order is that of exports.h, with a
 * terminating slot after each DLL.
 */
#pragma once

#include <ntddk.h>
#include <wsk.h>

#include "exports.h"

enum {
#define X(Name) HostSlot_##Name,
    HOST_NTOSKRNL(X) HostSlot_EndOfNtoskrnl, HOST_NETIO(X) HostSlot_EndOfNetio
#undef X
};

extern const UCHAR HostImage[];
#define HOST_IAT_RVA 0x4000
#define HOST_IMPORT(Name) (*(__typeof__(&Name))((PVOID const volatile *)(HostImage + HOST_IAT_RVA))[HostSlot_##Name])

#define DbgPrint HOST_IMPORT(DbgPrint)
#define DbgPrintEx HOST_IMPORT(DbgPrintEx)
#define ExAllocatePool HOST_IMPORT(ExAllocatePool)
#define ExAllocatePoolWithTag HOST_IMPORT(ExAllocatePoolWithTag)
#define ExFreePool HOST_IMPORT(ExFreePool)
#define ExFreePoolWithTag HOST_IMPORT(ExFreePoolWithTag)
#define IoAllocateIrp HOST_IMPORT(IoAllocateIrp)
#define IoAllocateMdl HOST_IMPORT(IoAllocateMdl)
#define IoBuildPartialMdl HOST_IMPORT(IoBuildPartialMdl)
#define IoCancelIrp HOST_IMPORT(IoCancelIrp)
#define IoCreateDevice HOST_IMPORT(IoCreateDevice)
#define IoCreateSymbolicLink HOST_IMPORT(IoCreateSymbolicLink)
#define IoDeleteDevice HOST_IMPORT(IoDeleteDevice)
#define IoDeleteSymbolicLink HOST_IMPORT(IoDeleteSymbolicLink)
#define IofCallDriver HOST_IMPORT(IofCallDriver)
#define IofCompleteRequest HOST_IMPORT(IofCompleteRequest)
#define IoFreeIrp HOST_IMPORT(IoFreeIrp)
#define IoFreeMdl HOST_IMPORT(IoFreeMdl)
#define IoInitializeIrp HOST_IMPORT(IoInitializeIrp)
#define IoReuseIrp HOST_IMPORT(IoReuseIrp)
#define KeClearEvent HOST_IMPORT(KeClearEvent)
#define KeInitializeEvent HOST_IMPORT(KeInitializeEvent)
#define KeResetEvent HOST_IMPORT(KeResetEvent)
#define KeSetEvent HOST_IMPORT(KeSetEvent)
#define KeWaitForSingleObject HOST_IMPORT(KeWaitForSingleObject)
#define KeDelayExecutionThread HOST_IMPORT(KeDelayExecutionThread)
#define KeInitializeSpinLock HOST_IMPORT(KeInitializeSpinLock)
#define KeAcquireSpinLockRaiseToDpc HOST_IMPORT(KeAcquireSpinLockRaiseToDpc)
#define KeReleaseSpinLock HOST_IMPORT(KeReleaseSpinLock)
#define MmAdvanceMdl HOST_IMPORT(MmAdvanceMdl)
#define MmBuildMdlForNonPagedPool HOST_IMPORT(MmBuildMdlForNonPagedPool)
#define MmMapLockedPagesSpecifyCache HOST_IMPORT(MmMapLockedPagesSpecifyCache)
#define MmProbeAndLockPages HOST_IMPORT(MmProbeAndLockPages)
#define MmUnlockPages HOST_IMPORT(MmUnlockPages)
#define MmUnmapLockedPages HOST_IMPORT(MmUnmapLockedPages)
#define ObfDereferenceObject HOST_IMPORT(ObfDereferenceObject)
#define ObReferenceObjectByHandle HOST_IMPORT(ObReferenceObjectByHandle)
#define PsCreateSystemThread HOST_IMPORT(PsCreateSystemThread)
#define PsTerminateSystemThread HOST_IMPORT(PsTerminateSystemThread)
#define RtlInitUnicodeString HOST_IMPORT(RtlInitUnicodeString)
#define ZwClose HOST_IMPORT(ZwClose)
#define ZwOpenKey HOST_IMPORT(ZwOpenKey)
#define ZwQueryValueKey HOST_IMPORT(ZwQueryValueKey)
#define WskRegister HOST_IMPORT(WskRegister)
#define WskCaptureProviderNPI HOST_IMPORT(WskCaptureProviderNPI)
#define WskReleaseProviderNPI HOST_IMPORT(WskReleaseProviderNPI)
#define WskQueryProviderCharacteristics HOST_IMPORT(WskQueryProviderCharacteristics)
#define WskDeregister HOST_IMPORT(WskDeregister)
