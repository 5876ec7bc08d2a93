/*
 * WSK registration, as a target calls it: where it gets our provider table instead of WSK's.
 */
#ifndef WSKTRACE_REGISTER_H
#define WSKTRACE_REGISTER_H

#include "shim.h"

typedef NTSTATUS NTAPI WskRegisterFunction(_In_ PWSK_CLIENT_NPI WskClientNpi, _Out_ PWSK_REGISTRATION WskRegistration);
typedef NTSTATUS NTAPI WskCaptureProviderNPIFunction(
    _In_ PWSK_REGISTRATION WskRegistration,
    _In_ ULONG WaitTimeout,
    _Out_ PWSK_PROVIDER_NPI WskProviderNpi);
typedef VOID NTAPI WskReleaseProviderNPIFunction(_In_ PWSK_REGISTRATION WskRegistration);
typedef NTSTATUS NTAPI WskQueryProviderCharacteristicsFunction(
    _In_ PWSK_REGISTRATION WskRegistration,
    _Out_ PWSK_PROVIDER_CHARACTERISTICS WskProviderCharacteristics);
typedef VOID NTAPI WskDeregisterFunction(_In_ PWSK_REGISTRATION WskRegistration);

WskRegisterFunction OnWskRegister;
WskCaptureProviderNPIFunction OnWskCaptureProviderNPI;
WskReleaseProviderNPIFunction OnWskReleaseProviderNPI;
WskQueryProviderCharacteristicsFunction OnWskQueryProviderCharacteristics;
WskDeregisterFunction OnWskDeregister;

#endif
