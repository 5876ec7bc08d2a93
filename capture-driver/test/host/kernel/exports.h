/*
 * The functions of the fake kernel, by the DLL that exports them on Windows. A client driver imports them through the
 * import table of its image (client/module.c); MmGetSystemRoutineAddress finds the first list by name.
 */
#pragma once

#define HOST_NTOSKRNL(X)                                                                                         \
    X(DbgPrint) X(DbgPrintEx) X(ExAllocatePool) X(ExAllocatePoolWithTag) X(ExFreePool) X(ExFreePoolWithTag)         \
    X(IoAllocateIrp) X(IoAllocateMdl) X(IoBuildPartialMdl) X(IoCancelIrp) X(IoCreateDevice)                         \
    X(IoCreateSymbolicLink) X(IoDeleteDevice) X(IoDeleteSymbolicLink) X(IofCallDriver) X(IofCompleteRequest)        \
    X(IoBuildAsynchronousFsdRequest) X(IoBuildSynchronousFsdRequest) X(IoBuildDeviceIoControlRequest)               \
    X(IoMakeAssociatedIrp)                                                                                          \
    X(IoFreeIrp) X(IoFreeMdl) X(IoInitializeIrp) X(IoReuseIrp) X(KeClearEvent) X(KeInitializeEvent)                 \
    X(KeResetEvent) X(KeSetEvent) X(KeWaitForSingleObject) X(KeWaitForMultipleObjects)                              \
    X(KeDelayExecutionThread) X(KeInitializeSpinLock)                                                               \
    X(KeAcquireSpinLockRaiseToDpc) X(KeReleaseSpinLock) X(MmAdvanceMdl) X(MmBuildMdlForNonPagedPool)                \
    X(MmMapLockedPagesSpecifyCache) X(MmProbeAndLockPages) X(MmUnlockPages) X(MmUnmapLockedPages)                   \
    X(ObfDereferenceObject) X(ObReferenceObjectByHandle) X(PsCreateSystemThread) X(PsTerminateSystemThread)         \
    X(RtlInitUnicodeString) X(ZwClose) X(ZwOpenKey) X(ZwQueryValueKey)

#define HOST_NETIO(X)                                                                               \
    X(WskRegister) X(WskCaptureProviderNPI) X(WskReleaseProviderNPI) X(WskQueryProviderCharacteristics) \
    X(WskDeregister) X(NmrRegisterClient) X(NmrClientAttachProvider) X(NmrDeregisterClient)                 \
    X(NmrWaitForClientDeregisterComplete)

/* Exports that no client of ours imports, and that older kernels may lack: resolved by name only. */
#define HOST_LATE(X)                                                                                     \
    X(EtwRegister) X(EtwUnregister) X(EtwWrite) X(EtwEventEnabled) X(EtwProviderEnabled) X(ExAllocatePool2) \
    X(IoAllocateIrpEx) X(KeQuerySystemTimePrecise) X(KeGetCurrentProcessorNumberEx)                         \
    X(KeQueryActiveProcessorCountEx) X(MmCopyMemory)                      \
    X(MmProtectMdlSystemAddress) X(RtlGetVersion) X(KeGetCurrentIrql) X(ZwProtectVirtualMemory) X(MmIsAddressValid) \
    X(KeGetCurrentProcessorNumber) X(ObReferenceObjectByName) X(KeRegisterBugCheckReasonCallback)                   \
    X(KeDeregisterBugCheckReasonCallback) X(ObOpenObjectByPointer) X(ZwSetSecurityObject) X(ZwOpenFile)             \
    X(RtlCaptureStackBackTrace) X(KeInitializeTimerEx) X(KeInitializeDpc) X(KeSetTimerEx) X(KeCancelTimer) X(KeFlushQueuedDpcs)
