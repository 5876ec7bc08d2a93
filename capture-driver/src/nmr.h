/*
 * WSK clients that register with the Network Module Registrar: where they get our provider table. The registrar serves
 * other interfaces too, and an attach does not say whose it is: a driver that has registered for another interface
 * besides WSK is not followed, which is counted.
 */
#ifndef WSKTRACE_NMR_H
#define WSKTRACE_NMR_H

#include "shim.h"

typedef NTSTATUS NTAPI NmrRegisterClientFunction(
    _In_ PNPI_CLIENT_CHARACTERISTICS ClientCharacteristics,
    _In_opt_ PVOID ClientContext,
    _Out_ PHANDLE NmrClientHandle);
typedef NTSTATUS NTAPI NmrClientAttachProviderFunction(
    _In_ HANDLE NmrBindingHandle,
    _In_ PVOID ClientBindingContext,
    _In_ CONST VOID *ClientDispatch,
    _Out_ PVOID *ProviderBindingContext,
    _Out_ CONST VOID **ProviderDispatch);
typedef NTSTATUS NTAPI NmrDeregisterClientFunction(_In_ HANDLE NmrClientHandle);
typedef NTSTATUS NTAPI NmrWaitForClientDeregisterCompleteFunction(_In_ HANDLE NmrClientHandle);

NmrRegisterClientFunction OnNmrRegisterClient;
NmrClientAttachProviderFunction OnNmrClientAttachProvider;
NmrDeregisterClientFunction OnNmrDeregisterClient;
NmrWaitForClientDeregisterCompleteFunction OnNmrWaitForClientDeregisterComplete;

/* The client is gone, and its registrations with it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
NmrForgetClient(_In_ USHORT Client);

/* Attaches that may have been to WSK, and were left as they are. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
NmrUnfollowed(VOID);

#endif
