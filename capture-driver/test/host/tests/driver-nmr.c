/*
 * Clients that register with the Network Module Registrar get our provider table as those of WskRegister do.
 */
#include <string.h>

#include "raw.h"

static TRACE Trace;
static const NPIID WskNpi = {0x2227E803, 0x8D8B, 0x11D4, {0xAB, 0xAD, 0x00, 0x90, 0x27, 0x71, 0x9E, 0x09}};
static const NPIID OtherNpi = {0x12345678, 0, 0, {0}};
static const WSK_CLIENT_DISPATCH Dispatch = {MAKE_WSK_VERSION(1, 0), 0, NULL};

typedef struct {
    WSK_PROVIDER_NPI Provider;
    NTSTATUS Attached;
    HANDLE Binding;
    ULONG Cleanups;
} BINDING;

static NTSTATUS Attach(HANDLE Binding, PVOID Context, PNPI_REGISTRATION_INSTANCE Provider)
{
    BINDING *Mine = Context;
    (void)Provider;
    Mine->Binding = Binding;
    return Mine->Attached = RAW(NmrClientAttachProvider)(
               Binding, Mine, &Dispatch, (PVOID *)&Mine->Provider.Client, (const VOID **)&Mine->Provider.Dispatch);
}

static NTSTATUS Detach(PVOID Context)
{
    (void)Context;
    return STATUS_SUCCESS;
}

static VOID Cleanup(PVOID Context)
{
    ((BINDING *)Context)->Cleanups++;
}

static const NPI_CLIENT_CHARACTERISTICS OfWsk = {0, sizeof(NPI_CLIENT_CHARACTERISTICS), Attach, Detach, Cleanup,
    {0, sizeof(NPI_REGISTRATION_INSTANCE), &WskNpi, NULL, 0, NULL}};
static const NPI_CLIENT_CHARACTERISTICS OfOther = {0, sizeof(NPI_CLIENT_CHARACTERISTICS), Attach, Detach, Cleanup,
    {0, sizeof(NPI_REGISTRATION_INSTANCE), &OtherNpi, NULL, 0, NULL}};

static void Leave(HANDLE Handle)
{
    CHECK_STATUS(STATUS_PENDING, RAW(NmrDeregisterClient)(Handle));
    CHECK_STATUS(STATUS_SUCCESS, RAW(NmrWaitForClientDeregisterComplete)(Handle));
}

static const EVENT *Reg(ULONG Id, UINT8 Verb)
{
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        if (E->Id == Id && (Id == WSKT_REG_ENTER_ID ? E->RegEnter->Verb : E->RegExit->Verb) == Verb)
            return E;
    TestFailed(__FILE__, __LINE__, "no event %u of verb %u", Id, Verb);
}

TEST(a_client_of_the_registrar_gets_our_table_and_its_calls_are_seen)
{
    BINDING Mine = {0};
    HANDLE Handle;
    RAW_CALL Call = {0};
    RawStart(0);
    CHECK_STATUS(STATUS_SUCCESS, RAW(NmrRegisterClient)(&OfWsk, &Mine, &Handle));
    CHECK(Mine.Provider.Dispatch != &HostProviderDispatch);
    PWSK_CLIENT Client = Mine.Provider.Client;
    Mine.Provider.Dispatch->WskSocket(Client, AF_INET, SOCK_STREAM, IPPROTO_TCP, WSK_FLAG_CONNECTION_SOCKET, NULL,
        NULL, NULL, NULL, NULL, RawReady(&Call));
    RawWait(&Call);
    PWSK_SOCKET Socket = (PWSK_SOCKET)Call.Information;
    CHECK(Socket->Dispatch != HostProviderTable(WSK_FLAG_CONNECTION_SOCKET));
    RawClose(Socket);
    RawDone(&Call);
    Leave(Handle);
    CHECK_EQUAL(1, Mine.Cleanups);
    CHECK_EQUAL(0, CaptureStatus().NmrUnfollowed);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);

    const EVENT *Enter = Reg(WSKT_REG_ENTER_ID, WsktRegVerb_NmrRegisterClient);
    CHECK_EQUAL(VALUE_OF(&OfWsk), Enter->RegEnter->Npi);
    CHECK_EQUAL(VALUE_OF(&Mine), Enter->RegEnter->ClientContext);
    CHECK_EQUAL(1, Enter->Header->Client);
    CHECK_EQUAL(VALUE_OF(Handle), Reg(WSKT_REG_EXIT_ID, WsktRegVerb_NmrRegisterClient)->RegExit->Registration);
    const EVENT *Attached = Reg(WSKT_REG_ENTER_ID, WsktRegVerb_NmrClientAttachProvider);
    CHECK_EQUAL(VALUE_OF(Mine.Binding), Attached->RegEnter->Registration);
    CHECK_EQUAL(VALUE_OF(&Mine), Attached->RegEnter->ClientContext);
    CHECK_EQUAL(VALUE_OF(&Dispatch), Attached->RegEnter->Dispatch);
    CHECK_EQUAL(MAKE_WSK_VERSION(1, 0), Attached->RegEnter->Version);
    const WSKT_REG_EXIT *Exit = Reg(WSKT_REG_EXIT_ID, WsktRegVerb_NmrClientAttachProvider)->RegExit;
    CHECK_EQUAL(VALUE_OF(Client), Exit->ProviderClient);
    CHECK_EQUAL(VALUE_OF(&HostProviderDispatch), Exit->ProviderDispatch);
    CHECK_STATUS(STATUS_SUCCESS, Exit->Status);
    CHECK_EQUAL(1, TraceEnterOf(&Trace, WsktVerb_WskSocket)->Header->Client);
    CHECK_STATUS(STATUS_PENDING, Reg(WSKT_REG_EXIT_ID, WsktRegVerb_NmrDeregisterClient)->RegExit->Status);
    CHECK_EQUAL(VALUE_OF(Handle),
        Reg(WSKT_REG_ENTER_ID, WsktRegVerb_NmrWaitForClientDeregisterComplete)->RegEnter->Registration);
    TraceFree(&Trace);
}

TEST(another_interface_is_none_of_our_business)
{
    BINDING Mine = {0};
    HANDLE Handle;
    RawStart(0);
    CHECK_STATUS(STATUS_SUCCESS, RAW(NmrRegisterClient)(&OfOther, &Mine, &Handle));
    CHECK((const void *)Mine.Provider.Dispatch == (const void *)HostOtherProvider);
    Leave(Handle);
    CHECK_EQUAL(0, CaptureStatus().NmrUnfollowed);
    RawEnd(&Trace);
    CHECK_EQUAL(4, TraceCount(&Trace, WSKT_REG_ENTER_ID)); /* those of WskRegister to WskDeregister */
    TraceFree(&Trace);
}

TEST(with_two_interfaces_an_attach_could_be_either_and_is_left_alone)
{
    BINDING Wsk = {0}, Other = {0};
    HANDLE First, Second;
    RawStart(0);
    CHECK_STATUS(STATUS_SUCCESS, RAW(NmrRegisterClient)(&OfOther, &Other, &First));
    CHECK_STATUS(STATUS_SUCCESS, RAW(NmrRegisterClient)(&OfWsk, &Wsk, &Second));
    CHECK(Wsk.Provider.Dispatch == &HostProviderDispatch);
    CHECK_EQUAL(1, CaptureStatus().NmrUnfollowed);
    Leave(First);
    Leave(Second);
    CHECK_STATUS(STATUS_SUCCESS, RAW(NmrRegisterClient)(&OfWsk, &Wsk, &Second)); /* now it is the only one */
    CHECK(Wsk.Provider.Dispatch != &HostProviderDispatch);
    Leave(Second);
    RawEnd(NULL);
}

TEST(what_fails_leaves_nothing_behind)
{
    NPI_CLIENT_CHARACTERISTICS Bad = OfOther;
    BINDING Mine = {0};
    HANDLE Handle;
    Bad.Length = 1;
    RawStart(0);
    CHECK_STATUS(STATUS_INVALID_PARAMETER, RAW(NmrRegisterClient)(&Bad, &Mine, &Handle));
    HostNmrAttachAnswer(STATUS_NOINTERFACE);
    CHECK_STATUS(STATUS_SUCCESS, RAW(NmrRegisterClient)(&OfWsk, &Mine, &Handle));
    CHECK_STATUS(STATUS_NOINTERFACE, Mine.Attached);
    CHECK(Mine.Provider.Dispatch == NULL);
    Leave(Handle);
    HostNmrAttachAnswer(STATUS_SUCCESS);
    CHECK_STATUS(STATUS_SUCCESS, RAW(NmrRegisterClient)(&OfWsk, &Mine, &Handle)); /* Bad is not held against it */
    CHECK(Mine.Provider.Dispatch != &HostProviderDispatch);
    Leave(Handle);
    RawEnd(&Trace);
    const WSKT_REG_EXIT *Exit = Reg(WSKT_REG_EXIT_ID, WsktRegVerb_NmrClientAttachProvider)->RegExit;
    CHECK_STATUS(STATUS_NOINTERFACE, Exit->Status);
    CHECK(Exit->ProviderClient == 0 && Exit->ProviderDispatch == 0 && Exit->Version == 0);
    TraceFree(&Trace);
}
