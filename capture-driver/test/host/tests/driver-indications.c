/*
 * Data indications, element by element, until the client releases them. The provider frees an element as soon as it is
 * its own again: whoever looks at it then fails under the address sanitizer.
 */
#include <string.h>

#include "raw.h"

static TRACE Trace;

static struct {
    PWSK_DATA_INDICATION List;
    NTSTATUS Answer;
    WSK_DATA_INDICATION Copies[128]; /* of the elements, while they were there */
    PWSK_DATA_INDICATION Elements[128];
    ULONG Count;
    PWSK_SOCKET ReleaseInside;
    bool CutInside;
} Seen;

static NTSTATUS OnReceive(PVOID Context, ULONG Flags, PWSK_DATA_INDICATION Data, SIZE_T Bytes, SIZE_T *Accepted)
{
    (void)Context, (void)Flags, (void)Bytes, (void)Accepted;
    Seen.List = Data;
    Seen.Count = 0;
    for (PWSK_DATA_INDICATION E = Data; E != NULL; E = E->Next) {
        Seen.Elements[Seen.Count] = E;
        Seen.Copies[Seen.Count++] = *E;
    }
    for (ULONG i = 0; Seen.CutInside && i < Seen.Count; i++)
        Seen.Elements[i]->Next = NULL; /* as clients do that queue elements one by one */
    if (Seen.ReleaseInside != NULL)
        CHECK_STATUS(STATUS_SUCCESS, CALLS(Seen.ReleaseInside, CONNECTION)->WskRelease(Seen.ReleaseInside, Data));
    return Seen.Answer;
}

static NTSTATUS OnReceiveFrom(PVOID Context, ULONG Flags, PWSK_DATAGRAM_INDICATION Data)
{
    return OnReceive(Context, Flags, (PWSK_DATA_INDICATION)Data, 0, NULL);
}

static const WSK_CLIENT_CONNECTION_DISPATCH Events = {.WskReceiveEvent = OnReceive};
static const WSK_CLIENT_DATAGRAM_DISPATCH DatagramEvents = {OnReceiveFrom};

static HOST_SOCKET *Open(NTSTATUS Answer)
{
    RawStart(0);
    RawEnableAll(WSK_EVENT_RECEIVE | WSK_EVENT_RECEIVE_FROM);
    Seen.Answer = Answer;
    return (HOST_SOCKET *)(PVOID)RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, &Events);
}

static void Indicate(HOST_SOCKET *Socket, ULONG Count)
{
    SIZE_T Accepted;
    CHECK_STATUS(Seen.Answer, HostWskIndicate(Socket, Count, &Accepted));
}

static NTSTATUS Release(HOST_SOCKET *Socket, PWSK_DATA_INDICATION Head)
{
    return CALLS(&Socket->Public, CONNECTION)->WskRelease(&Socket->Public, Head);
}

static void End(HOST_SOCKET *Socket)
{
    CHECK_EQUAL(0, HostWskRetained());
    RawClose(&Socket->Public);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
}

static const UINT64 *ElementsOf(const EVENT *Release)
{
    CHECK_EQUAL(sizeof(WSKT_RELEASE_ENTER) + Release->Release->ElementCount * 8, Release->Bytes);
    return (const UINT64 *)(Release->Release + 1);
}

TEST(each_element_is_logged_under_the_number_of_its_callback)
{
    HOST_SOCKET *Socket = Open(STATUS_SUCCESS);
    Indicate(Socket, 3);
    End(Socket);
    const EVENT *Enter = TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, 0), *Exit = TraceNext(&Trace, WSKT_CALLBACK_EXIT_ID, 0);
    UINT64 After = SEQ(Enter);
    CHECK_EQUAL(3, TraceCount(&Trace, WSKT_INDICATION_ELEM_ID));
    for (ULONG i = 0; i < 3; i++) {
        const EVENT *E = TraceNext(&Trace, WSKT_INDICATION_ELEM_ID, After);
        CHECK_EQUAL(Enter->Header->OpId, E->Header->OpId);
        CHECK_EQUAL(VALUE_OF(Socket), E->Element->Socket);
        CHECK_EQUAL(VALUE_OF(Seen.Elements[i]), E->Element->Element);
        CHECK_EQUAL(VALUE_OF(Seen.Copies[i].Buffer.Mdl), E->Element->MdlHead);
        CHECK_EQUAL(Seen.Copies[i].Buffer.Length, E->Element->Length);
        CHECK_EQUAL(Seen.Copies[i].Buffer.Offset, E->Element->Offset);
        CHECK(E->Element->Index == i && E->Element->Control == 0 && E->Element->ControlLength == 0);
        CHECK_EQUAL(0, E->Header->HeaderFlags);
        After = SEQ(E);
    }
    CHECK(After < SEQ(Exit));
    TraceFree(&Trace);
}

TEST(a_datagram_says_where_it_came_from_and_its_control_data)
{
    RawStart(0);
    RawEnableAll(WSK_EVENT_RECEIVE_FROM);
    Seen.Answer = STATUS_SUCCESS;
    HOST_SOCKET *Socket = (HOST_SOCKET *)(PVOID)RawSocket(WSK_FLAG_DATAGRAM_SOCKET, NULL, &DatagramEvents);
    SOCKADDR_IN Remote = Socket->Remote;
    CHECK_STATUS(STATUS_SUCCESS, HostWskReceiveFromEvent(Socket, "dgram", 5));
    End(Socket);
    const WSKT_INDICATION_ELEM *E = TraceNext(&Trace, WSKT_INDICATION_ELEM_ID, 0)->Element;
    CHECK_EQUAL(5, E->Length);
    CHECK_EQUAL(5, E->ControlLength);
    CHECK(E->Control != 0);
    CHECK(memcmp(E->RemoteAddress, &Remote, sizeof(SOCKADDR)) == 0);
    TraceFree(&Trace);
}

TEST(of_a_long_list_64_are_logged_and_the_last_of_them_says_so)
{
    HOST_SOCKET *Socket = Open(STATUS_SUCCESS);
    Indicate(Socket, 100);
    End(Socket);
    CHECK_EQUAL(100, TraceNext(&Trace, WSKT_CALLBACK_ENTER_ID, 0)->Callback->ElementCount);
    CHECK_EQUAL(64, TraceCount(&Trace, WSKT_INDICATION_ELEM_ID));
    UINT64 After = 0;
    for (ULONG i = 0; i < 64; i++) {
        const EVENT *E = TraceNext(&Trace, WSKT_INDICATION_ELEM_ID, After);
        CHECK_EQUAL(i == 63 ? WsktHeaderFlags_Truncated : 0, E->Header->HeaderFlags);
        After = SEQ(E);
    }
    TraceFree(&Trace);
}

TEST(a_kept_list_is_released_with_its_elements_named)
{
    HOST_SOCKET *Socket = Open(STATUS_PENDING);
    Indicate(Socket, 3);
    CHECK_EQUAL(3, HostWskRetained());
    CHECK_STATUS(STATUS_SUCCESS, Release(Socket, Seen.List));
    End(Socket);
    const EVENT *Enter = TraceNext(&Trace, WSKT_RELEASE_ENTER_ID, 0), *Exit = TraceNext(&Trace, WSKT_RELEASE_EXIT_ID, 0);
    CHECK(Enter->Header->OpId != 0 && Enter->Header->OpId == Exit->Header->OpId);
    CHECK_EQUAL(1, Enter->Header->Client);
    CHECK_EQUAL(VALUE_OF(Socket), Enter->Release->Socket);
    CHECK_EQUAL(VALUE_OF(Seen.List), Enter->Release->Head);
    CHECK_EQUAL(3, Enter->Release->ElementCount);
    CHECK_EQUAL(0, Enter->Header->HeaderFlags);
    for (ULONG i = 0; i < 3; i++)
        CHECK_EQUAL(VALUE_OF(Seen.Elements[i]), ElementsOf(Enter)[i]);
    CHECK_EQUAL(VALUE_OF(Socket), Exit->ReleaseExit->Socket);
    CHECK_EQUAL(VALUE_OF(Seen.List), Exit->ReleaseExit->Head);
    CHECK_STATUS(STATUS_SUCCESS, Exit->ReleaseExit->Status);
    TraceFree(&Trace);
}

TEST(elements_may_be_taken_apart_and_released_one_by_one_in_any_order)
{
    HOST_SOCKET *Socket = Open(STATUS_PENDING);
    Seen.CutInside = true;
    Indicate(Socket, 3);
    for (ULONG i = 0; i < 3; i++)
        CHECK_STATUS(STATUS_SUCCESS, Release(Socket, Seen.Elements[2 - i]));
    End(Socket);
    UINT64 After = 0;
    for (ULONG i = 0; i < 3; i++) {
        const EVENT *E = TraceNext(&Trace, WSKT_RELEASE_ENTER_ID, After);
        CHECK_EQUAL(1, E->Release->ElementCount);
        CHECK_EQUAL(VALUE_OF(Seen.Elements[2 - i]), ElementsOf(E)[0]);
        After = SEQ(E);
    }
    TraceFree(&Trace);
}

TEST(a_list_released_from_inside_its_callback_is_not_looked_at_again)
{
    HOST_SOCKET *Socket = Open(STATUS_PENDING);
    Seen.ReleaseInside = &Socket->Public;
    Indicate(Socket, 4);
    Seen.Answer = STATUS_SUCCESS; /* a misuse: released, and given back too */
    Indicate(Socket, 4);
    End(Socket);
    const EVENT *Enter = TraceNext(&Trace, WSKT_RELEASE_ENTER_ID, 0);
    CHECK_EQUAL(WsktHeaderFlags_InCallback, Enter->Header->HeaderFlags);
    CHECK_EQUAL(4, Enter->Release->ElementCount);
    CHECK(SEQ(Enter) < SEQ(TraceNext(&Trace, WSKT_CALLBACK_EXIT_ID, 0)));
    TraceFree(&Trace);
}

TEST(a_second_release_is_named_and_not_looked_at)
{
    HOST_SOCKET *Socket = Open(STATUS_PENDING);
    HostWskForgiveReleases(true);
    Indicate(Socket, 2);
    CHECK_STATUS(STATUS_SUCCESS, Release(Socket, Seen.List));
    CHECK_STATUS(STATUS_INVALID_PARAMETER, Release(Socket, Seen.List));
    Seen.Answer = STATUS_SUCCESS;
    Indicate(Socket, 2);
    CHECK_STATUS(STATUS_INVALID_PARAMETER, Release(Socket, Seen.List)); /* what was never kept */
    End(Socket);
    UINT64 After = SEQ(TraceNext(&Trace, WSKT_RELEASE_EXIT_ID, 0));
    for (ULONG i = 0; i < 2; i++) {
        const EVENT *Enter = TraceNext(&Trace, WSKT_RELEASE_ENTER_ID, After);
        const EVENT *Exit = TraceNext(&Trace, WSKT_RELEASE_EXIT_ID, After);
        CHECK_EQUAL(WsktHeaderFlags_Truncated, Enter->Header->HeaderFlags);
        CHECK_EQUAL(1, Enter->Release->ElementCount);
        CHECK_EQUAL(Enter->Release->Head, ElementsOf(Enter)[0]);
        CHECK_STATUS(STATUS_INVALID_PARAMETER, Exit->ReleaseExit->Status);
        After = SEQ(Exit);
    }
    TraceFree(&Trace);
}

TEST(of_a_long_release_32_are_named)
{
    HOST_SOCKET *Socket = Open(STATUS_PENDING);
    Indicate(Socket, 100);
    CHECK_STATUS(STATUS_SUCCESS, Release(Socket, Seen.List));
    Indicate(Socket, 32);
    CHECK_STATUS(STATUS_SUCCESS, Release(Socket, Seen.List));
    End(Socket);
    const EVENT *Long = TraceNext(&Trace, WSKT_RELEASE_ENTER_ID, 0), *Full = TraceNext(&Trace, WSKT_RELEASE_ENTER_ID, SEQ(Long));
    CHECK_EQUAL(32, Long->Release->ElementCount);
    CHECK_EQUAL(WsktHeaderFlags_Truncated, Long->Header->HeaderFlags);
    CHECK_EQUAL(32, Full->Release->ElementCount);
    CHECK_EQUAL(0, Full->Header->HeaderFlags);
    TraceFree(&Trace);
}

TEST(a_kept_list_that_is_released_while_stopped_goes_through)
{
    HOST_SOCKET *Socket = Open(STATUS_PENDING);
    Indicate(Socket, 2);
    CaptureStop();
    CHECK_STATUS(STATUS_SUCCESS, Release(Socket, Seen.List));
    CHECK_EQUAL(0, HostWskRetained());
    RawClose(&Socket->Public);
    RawUnload();
    CaptureUnload();
}

TEST(wskfreeaddressinfo_is_logged_before_it)
{
    RAW_CALL Call = {0};
    PADDRINFOEXW Info;
    RawStart(0);
    RawProvider.Dispatch->WskGetAddressInfo(
        RawProvider.Client, NULL, NULL, 0, NULL, NULL, &Info, NULL, NULL, RawReady(&Call));
    RawWait(&Call);
    UINT64 Address = VALUE_OF(Info);
    RawProvider.Dispatch->WskFreeAddressInfo(RawProvider.Client, Info);
    RawDone(&Call);
    PWSK_CLIENT Client = RawProvider.Client;
    RawEnd(&Trace);
    const EVENT *Free = TraceNext(&Trace, WSKT_ADDR_INFO_FREE_ID, 0);
    CHECK_EQUAL(Address, Free->AddrInfoFree->AddrInfo);
    CHECK_EQUAL(VALUE_OF(Client), Free->AddrInfoFree->ProviderClient);
    CHECK_EQUAL(1, Free->Header->Client);
    TraceFree(&Trace);
}
