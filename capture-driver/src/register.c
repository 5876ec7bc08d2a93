#include "register.h"
#include "stack.h"

#include "fault.h"

static const EVENT_DESCRIPTOR RegEnter = WSKT_REG_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR RegExit = WSKT_REG_EXIT_DESCRIPTOR;

static VOID
LogExit(const CALL_SITE *Site, UINT8 Verb, PWSK_REGISTRATION Registration, NTSTATUS Status, const WSK_PROVIDER_NPI *Npi)
{
    WSKT_REG_EXIT Event = {.Registration = VALUE_OF(Registration), .Status = (UINT32)Status, .Verb = Verb};
    if (Npi && NT_SUCCESS(Status)) {
        Event.ProviderClient = VALUE_OF(Npi->Client);
        Event.ProviderDispatch = VALUE_OF(Npi->Dispatch);
        Event.Version = Npi->Dispatch ? Npi->Dispatch->Version : 0;
    }
    EVENT_WRITE(&RegExit, Site, 0, &Event);
}

/* Here the target is at PASSIVE_LEVEL for sure, and its driver object is not known yet. */
_Use_decl_annotations_
NTSTATUS NTAPI
OnWskRegister(PWSK_CLIENT_NPI WskClientNpi, PWSK_REGISTRATION WskRegistration)
{
    CALL_SITE_HERE(Site);
    TargetFindDriver(&Site);
    if (EventOn()) {
        WSKT_REG_ENTER Event = {
            .Registration = VALUE_OF(WskRegistration),
            .Npi = VALUE_OF(WskClientNpi),
            .Verb = WsktRegVerb_WskRegister,
        };
        if (WskClientNpi) {
            Event.ClientContext = VALUE_OF(WskClientNpi->ClientContext);
            Event.Dispatch = VALUE_OF(WskClientNpi->Dispatch);
            if (WskClientNpi->Dispatch) {
                Event.ClientEvent = VALUE_OF(WskClientNpi->Dispatch->WskClientEvent);
                Event.Version = WskClientNpi->Dispatch->Version;
            }
        }
        EVENT_WRITE_STACK(&RegEnter, &Site, 0, &Event);
    }
    NTSTATUS Status = ORIGINAL(Site, WskRegister)(WskClientNpi, WskRegistration);
    LogExit(&Site, WsktRegVerb_WskRegister, WskRegistration, Status, NULL);
    return Status;
}

_Use_decl_annotations_
NTSTATUS NTAPI
OnWskCaptureProviderNPI(PWSK_REGISTRATION WskRegistration, ULONG WaitTimeout, PWSK_PROVIDER_NPI WskProviderNpi)
{
    CALL_SITE_HERE(Site);
    WSKT_REG_ENTER Event = {
        .Registration = VALUE_OF(WskRegistration),
        .Npi = VALUE_OF(WskProviderNpi),
        .Timeout = WaitTimeout,
        .Verb = WsktRegVerb_WskCaptureProviderNPI,
    };
    EVENT_WRITE_STACK(&RegEnter, &Site, 0, &Event);
    NTSTATUS Status = ORIGINAL(Site, WskCaptureProviderNPI)(WskRegistration, WaitTimeout, WskProviderNpi);
    LogExit(&Site, WsktRegVerb_WskCaptureProviderNPI, WskRegistration, Status, WskProviderNpi);
    if (NT_SUCCESS(Status) && EventOn() && WskProviderNpi->Dispatch) {
        const WSK_PROVIDER_DISPATCH *Table = ShimProvider(Site.Client, WskRegistration, WskProviderNpi);
        if (Table)
            WskProviderNpi->Dispatch = Table;
    }
    return Status;
}

static VOID
LogEnter(const CALL_SITE *Site, UINT8 Verb, PWSK_REGISTRATION Registration)
{
    WSKT_REG_ENTER Event = {.Registration = VALUE_OF(Registration), .Verb = Verb};
    EVENT_WRITE_STACK(&RegEnter, Site, 0, &Event);
}

_Use_decl_annotations_
VOID NTAPI
OnWskReleaseProviderNPI(PWSK_REGISTRATION WskRegistration)
{
    CALL_SITE_HERE(Site);
    LogEnter(&Site, WsktRegVerb_WskReleaseProviderNPI, WskRegistration);
    ORIGINAL(Site, WskReleaseProviderNPI)(WskRegistration);
    LogExit(&Site, WsktRegVerb_WskReleaseProviderNPI, WskRegistration, STATUS_SUCCESS, NULL);
}

_Use_decl_annotations_
NTSTATUS NTAPI
OnWskQueryProviderCharacteristics(
    PWSK_REGISTRATION WskRegistration,
    PWSK_PROVIDER_CHARACTERISTICS WskProviderCharacteristics)
{
    CALL_SITE_HERE(Site);
    LogEnter(&Site, WsktRegVerb_WskQueryProviderCharacteristics, WskRegistration);
    NTSTATUS Status = ORIGINAL(Site, WskQueryProviderCharacteristics)(WskRegistration, WskProviderCharacteristics);
    LogExit(&Site, WsktRegVerb_WskQueryProviderCharacteristics, WskRegistration, Status, NULL);
    return Status;
}

/* It waits for open sockets: when one leaked, RegExit never comes. */
_Use_decl_annotations_
VOID NTAPI
OnWskDeregister(PWSK_REGISTRATION WskRegistration)
{
    CALL_SITE_HERE(Site);
    LogEnter(&Site, WsktRegVerb_WskDeregister, WskRegistration);
    FaultPause();
    ORIGINAL(Site, WskDeregister)(WskRegistration);
    FaultResume();
    LogExit(&Site, WsktRegVerb_WskDeregister, WskRegistration, STATUS_SUCCESS, NULL);
    ShimReleaseProvider(WskRegistration);
}
