/*
 * The Network Module Registrar, as a WSK client sees it that registers there instead of with WskRegister. Written from
 * the public documentation: https://learn.microsoft.com/windows-hardware/drivers/ddi/netioddk/ (one page for each type
 * and function below). A build with the WDK does not see this file.
 */
#ifndef WSKT_COMPAT_NMR_H
#define WSKT_COMPAT_NMR_H

#include <ntddk.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef GUID NPIID;
typedef CONST NPIID *PNPIID;

typedef struct _NPI_MODULEID NPI_MODULEID;
typedef CONST NPI_MODULEID *PNPI_MODULEID;

typedef struct _NPI_REGISTRATION_INSTANCE {
    USHORT Version;
    USHORT Size;
    PNPIID NpiId;
    PNPI_MODULEID ModuleId;
    ULONG Number;
    CONST VOID *NpiSpecificCharacteristics;
} NPI_REGISTRATION_INSTANCE, *PNPI_REGISTRATION_INSTANCE;

typedef NTSTATUS(NTAPI *PNPI_CLIENT_ATTACH_PROVIDER_FN)(
    _In_ HANDLE NmrBindingHandle,
    _In_ PVOID ClientContext,
    _In_ PNPI_REGISTRATION_INSTANCE ProviderRegistrationInstance);
typedef NTSTATUS(NTAPI *PNPI_CLIENT_DETACH_PROVIDER_FN)(_In_ PVOID ClientBindingContext);
typedef VOID(NTAPI *PNPI_CLIENT_CLEANUP_BINDING_CONTEXT_FN)(_In_ PVOID ClientBindingContext);

typedef struct _NPI_CLIENT_CHARACTERISTICS {
    USHORT Version;
    USHORT Length;
    PNPI_CLIENT_ATTACH_PROVIDER_FN ClientAttachProvider;
    PNPI_CLIENT_DETACH_PROVIDER_FN ClientDetachProvider;
    PNPI_CLIENT_CLEANUP_BINDING_CONTEXT_FN ClientCleanupBindingContext;
    NPI_REGISTRATION_INSTANCE ClientRegistrationInstance;
} NPI_CLIENT_CHARACTERISTICS;
typedef CONST NPI_CLIENT_CHARACTERISTICS *PNPI_CLIENT_CHARACTERISTICS;

/* All at IRQL PASSIVE_LEVEL. */
NTSTATUS NTAPI NmrRegisterClient(
    _In_ PNPI_CLIENT_CHARACTERISTICS ClientCharacteristics,
    _In_opt_ PVOID ClientContext,
    _Out_ PHANDLE NmrClientHandle);

/* From inside ClientAttachProvider. For WSK the provider's binding context is the PWSK_CLIENT, its dispatch the
   WSK_PROVIDER_DISPATCH. */
NTSTATUS NTAPI NmrClientAttachProvider(
    _In_ HANDLE NmrBindingHandle,
    _In_ PVOID ClientBindingContext,
    _In_ CONST VOID *ClientDispatch,
    _Out_ PVOID *ProviderBindingContext,
    _Out_ CONST VOID **ProviderDispatch);

/* STATUS_PENDING: wait, before the driver unloads. */
NTSTATUS NTAPI NmrDeregisterClient(_In_ HANDLE NmrClientHandle);
NTSTATUS NTAPI NmrWaitForClientDeregisterComplete(_In_ HANDLE NmrClientHandle);

#ifdef __cplusplus
}
#endif

#endif
