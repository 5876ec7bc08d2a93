/*
 * Objects whose birth was not seen: an IRP or an MDL that a call brings is born there, as adopted, before the call's
 * enter. What is adopted may end unseen too, so it is never looked at.
 */
#include <string.h>

#include "raw.h"

static TRACE Trace;
static RAW_CALL Call;
static PWSK_SOCKET Socket;
static UCHAR Bytes[64];

/* Not through the import table: nobody told us of these. */
static PMDL Unseen(void)
{
    PMDL Mdl = IoAllocateMdl(Bytes, sizeof Bytes, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(Mdl);
    return Mdl;
}

static void Begin(UINT32 Tiers)
{
    CaptureLoad();
    CHECK_STATUS(STATUS_SUCCESS, CaptureTarget("raw", Tiers));
    CaptureStart(0);
    RawLoad();
    Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
}

static void Send(PMDL Mdl)
{
    WSK_BUF Buffer = {Mdl, 0, sizeof Bytes};
    CALLS(Socket, CONNECTION)->WskSend(Socket, Mdl ? &Buffer : &(WSK_BUF) {0}, 0, RawReady(&Call));
    RawWait(&Call);
}

static void End(void)
{
    RawDone(&Call);
    RawClose(Socket);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
}

static const EVENT *MdlBirthAfter(UINT64 Seq)
{
    const EVENT *Birth = TraceNext(&Trace, WSKT_MDL_BIRTH_ID, Seq);
    CHECK_EQUAL(WsktMdlKind_Adopted, Birth->MdlBirth->Kind);
    CHECK_EQUAL(WsktHeaderFlags_Adopted, Birth->Header->HeaderFlags);
    return Birth;
}

TEST(an_mdl_that_is_first_seen_in_a_send_is_born_before_its_enter_and_once)
{
    Begin(0);
    PMDL Mdl = Unseen();
    Send(Mdl);
    Send(Mdl);
    RAW(IoFreeMdl)(Mdl);
    End();
    const EVENT *Birth = MdlBirthAfter(0), *Enter = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0);
    CHECK_EQUAL(1, TraceCount(&Trace, WSKT_MDL_BIRTH_ID));
    CHECK_EQUAL(VALUE_OF(Mdl), Birth->MdlBirth->Mdl);
    CHECK_EQUAL(VALUE_OF(Bytes), Birth->MdlBirth->Va);
    CHECK_EQUAL(sizeof Bytes, Birth->MdlBirth->Length);
    CHECK_EQUAL(Enter->Header->OpId, Birth->Header->OpId);
    CHECK_EQUAL(SEQ(Enter), SEQ(Birth) + 1);
    CHECK_EQUAL(VALUE_OF(Mdl), TraceNext(&Trace, WSKT_MDL_FREE_ID, SEQ(Enter))->Mdl->Mdl);
    TraceFree(&Trace);
}

TEST(every_unseen_mdl_of_a_long_chain_is_born_before_the_event_that_brings_it)
{
    PMDL Chain[40];
    Begin(0);
    for (ULONG i = 0; i < 40; i++) {
        Chain[i] = Unseen();
        if (i != 0)
            Chain[i - 1]->Next = Chain[i];
    }
    WSK_BUF Buffer = {Chain[0], 0, 40 * sizeof Bytes};
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer, 0, RawReady(&Call));
    RawWait(&Call);
    for (ULONG i = 0; i < 40; i++)
        RAW(IoFreeMdl)(Chain[i]);
    End();
    CHECK_EQUAL(40, TraceCount(&Trace, WSKT_MDL_BIRTH_ID));
    UINT64 Op = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0)->Header->OpId, Last = 0;
    for (ULONG i = 0; i < 40; i++) {
        const EVENT *Birth = MdlBirthAfter(Last);
        CHECK_EQUAL(VALUE_OF(Chain[i]), Birth->MdlBirth->Mdl);
        Last = SEQ(Birth);
        if (i == 15)
            CHECK_EQUAL(SEQ(TraceOf(&Trace, WSKT_SEND_ENTER_ID, Op)), Last + 1);
        if (i == 31)
            CHECK_EQUAL(SEQ(TraceOf(&Trace, WSKT_OP_MDL_MORE_ID, Op)), Last + 1);
    }
    TraceFree(&Trace);
}

TEST(where_mdls_are_not_watched_none_is_adopted)
{
    Begin(WsktTiers_WskCalls);
    PMDL Mdl = Unseen();
    Send(Mdl);
    IoFreeMdl(Mdl);
    CHECK_EQUAL(0, CaptureStatus().LiveMdls);
    End();
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_MDL_BIRTH_ID));
    TraceFree(&Trace);
}

/* The sanitizer sees whether anybody looks. */
TEST(an_adopted_mdl_is_not_looked_at_when_the_send_completes)
{
    Begin(0);
    PMDL Mdl = Unseen();
    WSK_BUF Buffer = {Mdl, 0, sizeof Bytes};
    HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
    HostWskTouch(false);
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer, 0, RawReady(&Call));
    IoFreeMdl(Mdl); /* unseen too */
    HostWskComplete(HostSend, STATUS_SUCCESS);
    RawWait(&Call);
    End();
    CHECK_EQUAL(0, TraceCount(&Trace, WSKT_OP_MDL_RECHECK_ID));
    TraceFree(&Trace);
}

/* An MDL inside the client's own structure: MmInitializeMdl is no import, and no IoFreeMdl follows. */
TEST(the_free_of_the_block_that_an_adopted_mdl_lies_in_ends_it)
{
    Begin(0);
    PUCHAR Block = RAW(ExAllocatePoolWithTag)(NonPagedPoolNx, 0x200, 'kcoB');
    PMDL Mdl = (PMDL)(PVOID)(Block + 0x40);
    MmInitializeMdl(Mdl, Bytes, sizeof Bytes);
    MmBuildMdlForNonPagedPool(Mdl);
    Send(Mdl);
    CHECK_EQUAL(1, CaptureStatus().LiveMdls);
    RAW(ExFreePoolWithTag)(Block, 'kcoB');
    CHECK_EQUAL(0, CaptureStatus().LiveMdls);
    End();
    const EVENT *Free = TraceNext(&Trace, WSKT_POOL_FREE_ID, SEQ(MdlBirthAfter(0)));
    CHECK(Free->Pool->Block == VALUE_OF(Block) && Free->Pool->Size == 0x200);
    TraceFree(&Trace);
}

/* The I/O manager's, or an upper driver's: not through the table. */
static NTSTATUS Completed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    (void)Device, (void)Irp;
    return *(NTSTATUS *)Context;
}

static void SendWith(PIRP Irp, NTSTATUS *Answer)
{
    WSK_BUF Empty = {0};
    IoSetCompletionRoutine(Irp, Completed, Answer, TRUE, TRUE, TRUE);
    HostWskNext(HostSend, (HOST_POLICY) {HostInCall, STATUS_SUCCESS, 0});
    CHECK_STATUS(STATUS_SUCCESS, CALLS(Socket, CONNECTION)->WskSend(Socket, &Empty, 0, Irp));
}

static const EVENT *IrpBirthOf(PIRP Irp, UINT64 After)
{
    for (const EVENT *Birth = TraceNext(&Trace, WSKT_IRP_BIRTH_ID, After);;
         Birth = TraceNext(&Trace, WSKT_IRP_BIRTH_ID, SEQ(Birth)))
        if (Birth->IrpBirth->Irp == VALUE_OF(Irp))
            return Birth;
}

TEST(an_irp_that_is_first_seen_in_a_call_is_born_before_its_enter_and_once)
{
    NTSTATUS Keep = STATUS_MORE_PROCESSING_REQUIRED;
    Begin(0);
    RawReady(&Call);
    PIRP Irp = IoAllocateIrp(2, FALSE);
    SendWith(Irp, &Keep);
    RAW(IoReuseIrp)(Irp, STATUS_SUCCESS);
    SendWith(Irp, &Keep);
    RAW(IoFreeIrp)(Irp);
    End();
    const EVENT *Birth = IrpBirthOf(Irp, 0), *Enter = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0);
    CHECK_EQUAL(WsktIrpKind_Adopted, Birth->IrpBirth->Kind);
    CHECK_EQUAL(WsktHeaderFlags_Adopted, Birth->Header->HeaderFlags);
    CHECK_EQUAL(2, Birth->IrpBirth->StackSize);
    CHECK_EQUAL(IoSizeOfIrp(2), Birth->IrpBirth->PacketSize);
    CHECK_EQUAL(Enter->Header->OpId, Birth->Header->OpId);
    CHECK_EQUAL(SEQ(Enter), SEQ(Birth) + 1);
    ULONG Births = 0;
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        Births += E->Id == WSKT_IRP_BIRTH_ID && E->IrpBirth->Irp == VALUE_OF(Irp);
    CHECK_EQUAL(1, Births);
    TraceFree(&Trace);
}

TEST(an_irp_that_a_completion_passes_on_is_another_one_when_it_comes_again)
{
    NTSTATUS PassOn = STATUS_CONTINUE_COMPLETION;
    Begin(0);
    RawReady(&Call);
    HostIrpForgiveTop(true);
    PIRP Irp = IoAllocateIrp(1, FALSE);
    SendWith(Irp, &PassOn);
    IoReuseIrp(Irp, STATUS_SUCCESS); /* unseen: the I/O manager freed it, and gave out the same memory */
    SendWith(Irp, &PassOn);
    IoFreeIrp(Irp);
    End();
    const EVENT *First = IrpBirthOf(Irp, 0), *Second = IrpBirthOf(Irp, SEQ(First));
    CHECK_EQUAL(WsktIrpKind_Adopted, Second->IrpBirth->Kind);
    CHECK(SEQ(TraceNext(&Trace, WSKT_OP_COMPLETE_EXIT_ID, SEQ(First))) < SEQ(Second));
    TraceFree(&Trace);
}

/* An IRP inside the client's own structure, as MsQuic and WireGuard have them. */
TEST(the_free_of_a_block_that_holds_an_irp_is_logged_though_nothing_is_in_flight)
{
    NTSTATUS Keep = STATUS_MORE_PROCESSING_REQUIRED;
    USHORT Size = IoSizeOfIrp(1);
    Begin(0);
    RawReady(&Call);
    PIRP Irp = RAW(ExAllocatePoolWithTag)(NonPagedPoolNx, Size, 'kcoB');
    RAW(IoInitializeIrp)(Irp, Size, 1);
    SendWith(Irp, &Keep);
    RAW(ExFreePoolWithTag)(Irp, 'kcoB');
    End();
    const EVENT *Birth = IrpBirthOf(Irp, 0);
    CHECK_EQUAL(WsktIrpKind_IoInitializeIrp, Birth->IrpBirth->Kind);
    CHECK_EQUAL(VALUE_OF(Irp), TraceNext(&Trace, WSKT_POOL_FREE_ID, SEQ(Birth))->Pool->Block);
    TraceFree(&Trace);
}

TEST(in_a_second_capture_what_the_first_saw_is_adopted_and_sockets_say_so)
{
    Begin(0);
    PMDL Mdl = RAW(IoAllocateMdl)(Bytes, sizeof Bytes, FALSE, FALSE, NULL);
    RAW(MmBuildMdlForNonPagedPool)(Mdl);
    Send(Mdl);
    CaptureStop();
    CaptureStart(0);
    Send(Mdl);
    RawClose(Socket);
    IoFreeMdl(Mdl);
    RawDone(&Call);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
    const EVENT *Enter = TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0);
    CHECK_EQUAL(WsktHeaderFlags_Adopted, Enter->Header->HeaderFlags);
    CHECK_EQUAL(WsktIrpKind_Adopted, IrpBirthOf((PIRP)(ULONG_PTR)Enter->Send->IrpSnap.Ptr, 0)->IrpBirth->Kind);
    CHECK(SEQ(MdlBirthAfter(0)) < SEQ(Enter));
    CHECK_EQUAL(WsktHeaderFlags_Adopted, TraceEnterOf(&Trace, WsktVerb_WskCloseSocket)->Header->HeaderFlags);
    TraceFree(&Trace);
}

TEST(a_socket_of_this_capture_is_not_adopted)
{
    Begin(0);
    Send(NULL);
    End();
    CHECK_EQUAL(0, TraceNext(&Trace, WSKT_SEND_ENTER_ID, 0)->Header->HeaderFlags);
    TraceFree(&Trace);
}

/* Between two captures nobody sees a free: the sanitizer sees whether the MDL is looked at all the same. */
TEST(an_mdl_freed_between_two_captures_is_not_looked_at_in_the_second)
{
    Begin(0);
    PMDL Mdl = RAW(IoAllocateMdl)(Bytes, sizeof Bytes, FALSE, FALSE, NULL);
    RAW(MmBuildMdlForNonPagedPool)(Mdl);
    WSK_BUF Buffer = {Mdl, 0, sizeof Bytes};
    HostWskNext(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
    HostWskTouch(false);
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer, 0, RawReady(&Call));
    CaptureStop();
    RAW(IoFreeMdl)(Mdl); /* the import table is the kernel's again */
    CaptureStart(0);
    HostWskComplete(HostSend, STATUS_SUCCESS);
    RawWait(&Call);
    RawDone(&Call);
    RawClose(Socket);
    RawEnd(NULL);
}
