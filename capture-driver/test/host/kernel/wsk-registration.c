/*
 * WskRegister to WskDeregister. What a real WskDeregister would wait for without end, ends the test.
 */
#include <pthread.h>
#include <stdlib.h>

#include "hostwsk.h"

static bool ForgiveLeaks;
static NTSTATUS CaptureAnswer;

void HostWskForgiveLeaks(bool Forgive)
{
    ForgiveLeaks = Forgive;
}

void HostWskCaptureAnswer(NTSTATUS Status)
{
    CaptureAnswer = Status;
}

static HOST_REGISTRATION *Of(PWSK_REGISTRATION Registration)
{
    HOST_REGISTRATION *Found = Registration->ReservedRegistrationContext;
    HOST_CHECK(Found != NULL && Registration->ReservedRegistrationState == 1, "the WSK client is not registered");
    return Found;
}

NTSTATUS WskRegister(PWSK_CLIENT_NPI Npi, PWSK_REGISTRATION Registration)
{
    HOST_PASSIVE();
    HOST_REGISTRATION *New = calloc(1, sizeof *New);
    New->Dispatch = Npi->Dispatch;
    New->Context = Npi->ClientContext;
    Registration->ReservedRegistrationState = 1;
    Registration->ReservedRegistrationContext = New;
    return STATUS_SUCCESS;
}

NTSTATUS WskCaptureProviderNPI(PWSK_REGISTRATION Registration, ULONG WaitTimeout, PWSK_PROVIDER_NPI Npi)
{
    HOST_IRQL_MAX(WaitTimeout == WSK_NO_WAIT ? DISPATCH_LEVEL : PASSIVE_LEVEL);
    HOST_REGISTRATION *Owner = Of(Registration);
    if (!NT_SUCCESS(CaptureAnswer))
        return CaptureAnswer;
    InterlockedIncrement(&Owner->Captures);
    Npi->Client = Owner;
    Npi->Dispatch = &HostProviderDispatch;
    return STATUS_SUCCESS;
}

VOID WskReleaseProviderNPI(PWSK_REGISTRATION Registration)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(InterlockedDecrement(&Of(Registration)->Captures) >= 0, "WskReleaseProviderNPI without a capture");
}

NTSTATUS WskQueryProviderCharacteristics(PWSK_REGISTRATION Registration, PWSK_PROVIDER_CHARACTERISTICS Out)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    (void)Of(Registration);
    Out->HighestVersion = Out->LowestVersion = MAKE_WSK_VERSION(1, 0);
    return STATUS_SUCCESS;
}

VOID WskDeregister(PWSK_REGISTRATION Registration)
{
    HOST_PASSIVE();
    HOST_REGISTRATION *Owner = Of(Registration);
    HOST_CHECK(Owner->Captures == 0, "WskDeregister waits for ever: %d captures are not released", Owner->Captures);
    HOST_CHECK(ForgiveLeaks || HostOpenSockets(Owner) == 0, "WskDeregister waits for ever: %zu sockets are open",
        (size_t)HostOpenSockets(Owner));
    Registration->ReservedRegistrationState = 0;
    Registration->ReservedRegistrationContext = NULL;
    free(Owner);
}
