#include "nmr.h"
#include "stack.h"

#include "fault.h"

#define REGISTRATIONS 64

static const EVENT_DESCRIPTOR RegEnter = WSKT_REG_ENTER_DESCRIPTOR;
static const EVENT_DESCRIPTOR RegExit = WSKT_REG_EXIT_DESCRIPTOR;

/* NPI_WSK_INTERFACE_ID */
static const GUID Wsk = {0x2227E803, 0x8D8B, 0x11D4, {0xAB, 0xAD, 0x00, 0x90, 0x27, 0x71, 0x9E, 0x09}};

typedef struct _NMR_REGISTRATION {
    volatile LONG Used;
    volatile LONG OfWsk;
    volatile USHORT Client;
    HANDLE volatile Handle; /* NULL while NmrRegisterClient runs */
} NMR_REGISTRATION;

static NMR_REGISTRATION Registrations[REGISTRATIONS];
static volatile LONG Untracked; /* registrations that found no entry */
static volatile LONG Unfollowed;

static NMR_REGISTRATION *
Claim(USHORT Client, BOOLEAN OfWsk)
{
    for (ULONG i = 0; i < REGISTRATIONS; i++) {
        NMR_REGISTRATION *Entry = &Registrations[i];
        if (Entry->Used || InterlockedCompareExchange(&Entry->Used, 1, 0))
            continue;
        Entry->Client = Client;
        Entry->Handle = NULL;
        InterlockedExchange(&Entry->OfWsk, OfWsk ? 1 : 2); /* last: from here on it counts */
        return Entry;
    }
    InterlockedIncrement(&Untracked);
    return NULL;
}

static VOID
Forget(NMR_REGISTRATION *Entry)
{
    if (!Entry)
        return;
    ShimReleaseProvider(Entry);
    InterlockedExchange(&Entry->OfWsk, 0);
    InterlockedExchange(&Entry->Used, 0);
}

_Use_decl_annotations_
VOID
NmrForgetClient(USHORT Client)
{
    for (ULONG i = 0; i < REGISTRATIONS; i++)
        if (Registrations[i].OfWsk && Registrations[i].Client == Client)
            Forget(&Registrations[i]);
}

_Use_decl_annotations_
ULONG
NmrUnfollowed(VOID)
{
    return (ULONG)Unfollowed;
}

/* The client's registration with WSK; NULL if it has none. Sole: it has no other, so any attach of it is to WSK. */
static NMR_REGISTRATION *
OfClient(USHORT Client, BOOLEAN *Sole)
{
    NMR_REGISTRATION *Found = NULL;
    *Sole = Client && !Untracked;
    for (ULONG i = 0; i < REGISTRATIONS; i++) {
        NMR_REGISTRATION *Entry = &Registrations[i];
        if (!Entry->OfWsk || Entry->Client != Client)
            continue;
        if (Entry->OfWsk == 1)
            Found = Found ? Found : Entry;
        else
            *Sole = FALSE;
    }
    return Found;
}

static NMR_REGISTRATION *
OfHandle(HANDLE Handle)
{
    for (ULONG i = 0; Handle && i < REGISTRATIONS; i++)
        if (Registrations[i].OfWsk && Registrations[i].Handle == Handle)
            return &Registrations[i];
    return NULL;
}

static VOID
LogExit(const CALL_SITE *Site, UINT8 Verb, HANDLE Handle, NTSTATUS Status, const WSK_PROVIDER_NPI *Npi)
{
    WSKT_REG_EXIT Event = {.Registration = VALUE_OF(Handle), .Status = (UINT32)Status, .Verb = Verb};
    if (Npi) {
        Event.ProviderClient = VALUE_OF(Npi->Client);
        Event.ProviderDispatch = VALUE_OF(Npi->Dispatch);
        Event.Version = Npi->Dispatch ? Npi->Dispatch->Version : 0;
    }
    EVENT_WRITE(&RegExit, Site, 0, &Event);
}

static BOOLEAN
IsWsk(PNPI_CLIENT_CHARACTERISTICS Characteristics)
{
    const GUID *Id = Characteristics ? (const GUID *)Characteristics->ClientRegistrationInstance.NpiId : NULL;
    if (!Id || Id->Data1 != Wsk.Data1 || Id->Data2 != Wsk.Data2 || Id->Data3 != Wsk.Data3)
        return FALSE;
    for (ULONG i = 0; i < sizeof(Wsk.Data4); i++)
        if (Id->Data4[i] != Wsk.Data4[i])
            return FALSE;
    return TRUE;
}

/* The registrar may call ClientAttachProvider before it returns. */
_Use_decl_annotations_
NTSTATUS NTAPI
OnNmrRegisterClient(PNPI_CLIENT_CHARACTERISTICS ClientCharacteristics, PVOID ClientContext, PHANDLE NmrClientHandle)
{
    CALL_SITE_HERE(Site);
    TargetFindDriver(&Site);
    BOOLEAN OfWsk = IsWsk(ClientCharacteristics);
    NMR_REGISTRATION *Entry = Claim(Site.Client, OfWsk);
    if (OfWsk) {
        WSKT_REG_ENTER Event = {
            .Npi = VALUE_OF(ClientCharacteristics),
            .ClientContext = VALUE_OF(ClientContext),
            .Verb = WsktRegVerb_NmrRegisterClient,
        };
        EVENT_WRITE_STACK(&RegEnter, &Site, 0, &Event);
    }
    NTSTATUS Status = ORIGINAL(Site, NmrRegisterClient)(ClientCharacteristics, ClientContext, NmrClientHandle);
    if (!NT_SUCCESS(Status))
        Forget(Entry);
    else if (Entry)
        Entry->Handle = *NmrClientHandle;
    if (OfWsk)
        LogExit(
            &Site, WsktRegVerb_NmrRegisterClient, NT_SUCCESS(Status) ? *NmrClientHandle : NULL, Status, NULL);
    return Status;
}

_Use_decl_annotations_
NTSTATUS NTAPI
OnNmrClientAttachProvider(
    HANDLE NmrBindingHandle,
    PVOID ClientBindingContext,
    CONST VOID *ClientDispatch,
    PVOID *ProviderBindingContext,
    CONST VOID **ProviderDispatch)
{
    CALL_SITE_HERE(Site);
    BOOLEAN Sole;
    NMR_REGISTRATION *Entry = OfClient(Site.Client, &Sole);
    if (!Entry || !Sole) {
        if (Entry)
            InterlockedIncrement(&Unfollowed);
        return ORIGINAL(Site, NmrClientAttachProvider)(
            NmrBindingHandle, ClientBindingContext, ClientDispatch, ProviderBindingContext, ProviderDispatch);
    }
    const WSK_CLIENT_DISPATCH *Dispatch = ClientDispatch;
    WSKT_REG_ENTER Event = {
        .Registration = VALUE_OF(NmrBindingHandle),
        .ClientContext = VALUE_OF(ClientBindingContext),
        .Dispatch = VALUE_OF(ClientDispatch),
        .ClientEvent = Dispatch ? VALUE_OF(Dispatch->WskClientEvent) : 0,
        .Version = Dispatch ? Dispatch->Version : 0,
        .Verb = WsktRegVerb_NmrClientAttachProvider,
    };
    EVENT_WRITE_STACK(&RegEnter, &Site, 0, &Event);
    NTSTATUS Status = ORIGINAL(Site, NmrClientAttachProvider)(
        NmrBindingHandle, ClientBindingContext, ClientDispatch, ProviderBindingContext, ProviderDispatch);
    WSK_PROVIDER_NPI Npi = {0};
    if (NT_SUCCESS(Status)) {
        Npi.Client = *ProviderBindingContext;
        Npi.Dispatch = *ProviderDispatch;
    }
    LogExit(&Site, WsktRegVerb_NmrClientAttachProvider, NmrBindingHandle, Status, &Npi);
    if (Npi.Dispatch && EventOn()) {
        const WSK_PROVIDER_DISPATCH *Table = ShimProvider(Site.Client, Entry, &Npi);
        if (Table)
            *ProviderDispatch = Table;
    }
    return Status;
}

static BOOLEAN
LogEnter(const CALL_SITE *Site, UINT8 Verb, const NMR_REGISTRATION *Entry)
{
    if (!Entry || Entry->OfWsk != 1)
        return FALSE;
    WSKT_REG_ENTER Event = {.Registration = VALUE_OF(Entry->Handle), .Verb = Verb};
    EVENT_WRITE_STACK(&RegEnter, Site, 0, &Event);
    return TRUE;
}

/* STATUS_PENDING: detached only when the wait returns. */
_Use_decl_annotations_
NTSTATUS NTAPI
OnNmrDeregisterClient(HANDLE NmrClientHandle)
{
    CALL_SITE_HERE(Site);
    NMR_REGISTRATION *Entry = OfHandle(NmrClientHandle);
    BOOLEAN Logged = LogEnter(&Site, WsktRegVerb_NmrDeregisterClient, Entry);
    FaultPause();
    NTSTATUS Status = ORIGINAL(Site, NmrDeregisterClient)(NmrClientHandle);
    FaultResume();
    if (Logged)
        LogExit(&Site, WsktRegVerb_NmrDeregisterClient, NmrClientHandle, Status, NULL);
    if (Status == STATUS_SUCCESS)
        Forget(Entry);
    return Status;
}

/* It waits for calls in progress and open sockets: when one leaked, RegExit never comes. */
_Use_decl_annotations_
NTSTATUS NTAPI
OnNmrWaitForClientDeregisterComplete(HANDLE NmrClientHandle)
{
    CALL_SITE_HERE(Site);
    NMR_REGISTRATION *Entry = OfHandle(NmrClientHandle);
    BOOLEAN Logged = LogEnter(&Site, WsktRegVerb_NmrWaitForClientDeregisterComplete, Entry);
    FaultPause();
    NTSTATUS Status = ORIGINAL(Site, NmrWaitForClientDeregisterComplete)(NmrClientHandle);
    FaultResume();
    if (Logged)
        LogExit(&Site, WsktRegVerb_NmrWaitForClientDeregisterComplete, NmrClientHandle, Status, NULL);
    if (NT_SUCCESS(Status))
        Forget(Entry);
    return Status;
}
