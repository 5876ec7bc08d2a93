/*
 * The Network Module Registrar: two providers are registered, WSK and one of another interface. A client is attached
 * before NmrRegisterClient returns, as the documentation allows, and detached by NmrDeregisterClient, which pends.
 */
#include <stdlib.h>
#include <string.h>

#include "hostwsk.h"

static const NPIID Wsk = {0x2227E803, 0x8D8B, 0x11D4, {0xAB, 0xAD, 0x00, 0x90, 0x27, 0x71, 0x9E, 0x09}};
const char HostOtherProvider[] = "not WSK's";

typedef struct {
    HOST_REGISTRATION Client; /* first: what WSK takes for its client object */
    const NPI_CLIENT_CHARACTERISTICS *Characteristics;
    bool OfWsk, Attached, Deregistered;
    PVOID BindingContext;
} REGISTRATION;

static NTSTATUS AttachAnswer;

void HostNmrAttachAnswer(NTSTATUS Status)
{
    AttachAnswer = Status;
}

NTSTATUS NmrRegisterClient(PNPI_CLIENT_CHARACTERISTICS Characteristics, PVOID Context, PHANDLE Handle)
{
    static NPI_REGISTRATION_INSTANCE Provider;
    HOST_PASSIVE();
    if (Characteristics->Length != sizeof *Characteristics)
        return STATUS_INVALID_PARAMETER;
    REGISTRATION *New = calloc(1, sizeof *New);
    New->Characteristics = Characteristics;
    New->OfWsk = memcmp(Characteristics->ClientRegistrationInstance.NpiId, &Wsk, sizeof Wsk) == 0;
    NTSTATUS Status = Characteristics->ClientAttachProvider(New, Context, &Provider);
    HOST_CHECK(NT_SUCCESS(Status) == New->Attached, "ClientAttachProvider returned another status than its attach");
    *Handle = New;
    return STATUS_SUCCESS;
}

NTSTATUS NmrClientAttachProvider(HANDLE Binding, PVOID Context, const VOID *Dispatch, PVOID *ProviderContext,
    const VOID **ProviderDispatch)
{
    REGISTRATION *Of = Binding;
    HOST_PASSIVE();
    if (!NT_SUCCESS(AttachAnswer))
        return AttachAnswer;
    Of->Attached = true;
    Of->BindingContext = Context;
    Of->Client.Dispatch = Dispatch;
    *ProviderContext = Of;
    *ProviderDispatch = Of->OfWsk ? (const void *)&HostProviderDispatch : HostOtherProvider;
    return STATUS_SUCCESS;
}

NTSTATUS NmrDeregisterClient(HANDLE Handle)
{
    REGISTRATION *Of = Handle;
    HOST_PASSIVE();
    HOST_CHECK(!Of->Deregistered, "NmrDeregisterClient twice");
    Of->Deregistered = true;
    if (Of->Attached)
        (void)Of->Characteristics->ClientDetachProvider(Of->BindingContext);
    return STATUS_PENDING;
}

NTSTATUS NmrWaitForClientDeregisterComplete(HANDLE Handle)
{
    REGISTRATION *Of = Handle;
    HOST_PASSIVE();
    HOST_CHECK(Of->Deregistered, "a wait for a deregistration that was not asked for");
    HOST_CHECK(HostOpenSockets(&Of->Client) == 0, "the detach waits for ever: sockets are open");
    if (Of->Attached)
        Of->Characteristics->ClientCleanupBindingContext(Of->BindingContext);
    free(Of);
    return STATUS_SUCCESS;
}
