/*
 * Blocks of pool: one is told when it begins to matter, with who allocated it; and once.
 */
#include <string.h>

#include "raw.h"

#define TAG 'kcoB'

static TRACE Trace;
static RAW_CALL Call;
static PWSK_SOCKET Socket;

static void Begin(void)
{
    RawStart(0);
    Socket = RawSocket(WSK_FLAG_DATAGRAM_SOCKET, NULL, NULL);
}

static void End(void)
{
    RawDone(&Call);
    RawClose(Socket);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
}

static PUCHAR Allocate(SIZE_T Bytes)
{
    return RAW(ExAllocatePoolWithTag)(NonPagedPoolNx, Bytes, TAG);
}

static const EVENT *AllocOf(PVOID Block)
{
    const EVENT *Found = NULL;
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        if (E->Id == WSKT_POOL_ALLOC_ID && E->Pool->Block == VALUE_OF(Block)) {
            CHECK(Found == NULL); /* once */
            Found = E;
        }
    return Found;
}

TEST(a_block_is_told_when_an_mdl_over_it_is_born)
{
    Begin();
    PUCHAR Block = Allocate(300), Other = Allocate(300);
    PMDL First = RAW(IoAllocateMdl)(Block, 100, FALSE, FALSE, NULL);
    PMDL Second = RAW(IoAllocateMdl)(Block + 100, 200, FALSE, FALSE, NULL);
    RAW(IoFreeMdl)(First);
    RAW(IoFreeMdl)(Second);
    RAW(ExFreePoolWithTag)(Block, TAG);
    RAW(ExFreePoolWithTag)(Other, TAG);
    RawReady(&Call);
    End();
    const EVENT *Alloc = AllocOf(Block);
    CHECK(Alloc->Pool->Size == 300 && Alloc->Pool->Tag == TAG && Alloc->Pool->PoolType == NonPagedPoolNx);
    CHECK_EQUAL(SEQ(TraceNext(&Trace, WSKT_MDL_BIRTH_ID, 0)), SEQ(Alloc) + 1);
    CHECK_EQUAL(1, Alloc->Header->Client);
    CHECK(AllocOf(Other) == NULL);
    TraceFree(&Trace);
}

/* Whoever reads that a block was allocated reads of its end, though nothing lies in it any more. */
TEST(the_free_of_a_block_that_was_told_is_told_and_no_other)
{
    Begin();
    PUCHAR Block = Allocate(300), Other = Allocate(300);
    PMDL Mdl = RAW(IoAllocateMdl)(Block, 100, FALSE, FALSE, NULL);
    RAW(IoFreeMdl)(Mdl);
    RAW(ExFreePoolWithTag)(Block, TAG);
    RAW(ExFreePoolWithTag)(Other, TAG);
    RawReady(&Call);
    End();
    CHECK_EQUAL(1, TraceCount(&Trace, WSKT_POOL_FREE_ID));
    const EVENT *Free = TraceNext(&Trace, WSKT_POOL_FREE_ID, SEQ(AllocOf(Block)));
    CHECK(Free->Pool->Block == VALUE_OF(Block) && Free->Pool->Size == 300 && Free->Pool->Tag == TAG);
    TraceFree(&Trace);
}

/* From the middle of small blocks, of one that fills a page and of one that begins pages before. */
TEST(the_block_that_an_address_lies_in_is_found_wherever_in_it_that_is)
{
    static const struct {
        SIZE_T Bytes, At;
    } Cases[] = {{16, 15}, {300, 299}, {3000, 2000}, {PAGE_SIZE, 4000}, {PAGE_SIZE * 5, PAGE_SIZE * 4 + 7}};
    PUCHAR Blocks[RTL_NUMBER_OF(Cases)];
    Begin();
    for (ULONG i = 0; i < RTL_NUMBER_OF(Cases); i++) {
        Blocks[i] = Allocate(Cases[i].Bytes);
        PMDL Mdl = RAW(IoAllocateMdl)(Blocks[i] + Cases[i].At, 1, FALSE, FALSE, NULL);
        RAW(IoFreeMdl)(Mdl);
        Mdl = RAW(IoAllocateMdl)(Blocks[i] + Cases[i].Bytes, 1, FALSE, FALSE, NULL); /* behind it: somebody else's */
        RAW(IoFreeMdl)(Mdl);
    }
    for (ULONG i = 0; i < RTL_NUMBER_OF(Cases); i++)
        RAW(ExFreePoolWithTag)(Blocks[i], TAG);
    RawReady(&Call);
    End();
    for (ULONG i = 0; i < RTL_NUMBER_OF(Cases); i++)
        CHECK_EQUAL(Cases[i].Bytes, AllocOf(Blocks[i])->Pool->Size);
    TraceFree(&Trace);
}

TEST(the_arguments_of_a_call_are_looked_up_before_its_enter)
{
    SOCKADDR_IN Address = {.sin_family = AF_INET};
    WSK_BUF Empty = {0};
    Begin();
    PCMSGHDR Control = (PCMSGHDR)(PVOID)Allocate(64);
    memset(Control, 0, 64);
    PUCHAR Out = Allocate(128);
    CALLS(Socket, DATAGRAM)->WskSendTo(Socket, &Empty, 0, (PSOCKADDR)&Address, 64, Control, RawReady(&Call));
    RawWait(&Call);
    CALLS(Socket, DATAGRAM)->WskGetLocalAddress(Socket, (PSOCKADDR)(PVOID)(Out + 32), RawReady(&Call));
    RawWait(&Call);
    RAW(ExFreePoolWithTag)(Control, TAG);
    RAW(ExFreePoolWithTag)(Out, TAG);
    End();
    const EVENT *Send = TraceEnterOf(&Trace, WsktVerb_WskSendTo), *Get = TraceEnterOf(&Trace, WsktVerb_WskGetLocalAddress);
    CHECK_EQUAL(Send->Header->OpId, AllocOf(Control)->Header->OpId);
    CHECK(SEQ(AllocOf(Control)) < SEQ(Send));
    CHECK_EQUAL(Get->Header->OpId, AllocOf(Out)->Header->OpId);
    CHECK(SEQ(AllocOf(Out)) < SEQ(Get));
    TraceFree(&Trace);
}

static NTSTATUS Completed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    (void)Device, (void)Irp, (void)Context;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* WSK-BUF-018: a context that could be paged out. */
TEST(the_context_of_a_completion_routine_is_told_with_its_pool_type)
{
    WSK_BUF Empty = {0};
    Begin();
    PVOID Context = RAW(ExAllocatePoolWithTag)(PagedPool, 40, TAG);
    PIRP Irp = RawReady(&Call);
    IoSetCompletionRoutine(Irp, Completed, Context, TRUE, TRUE, TRUE);
    HostWskNext(HostSendTo, (HOST_POLICY) {HostInCall, STATUS_SUCCESS, 0});
    CALLS(Socket, DATAGRAM)->WskSendTo(Socket, &Empty, 0, NULL, 0, NULL, Irp);
    RAW(ExFreePoolWithTag)(Context, TAG);
    End();
    CHECK_EQUAL(PagedPool, AllocOf(Context)->Pool->PoolType);
    TraceFree(&Trace);
}

TEST(a_block_at_the_address_of_one_that_was_told_is_told_again)
{
    Begin();
    for (ULONG i = 0; i < 3; i++) {
        PUCHAR Block = Allocate(64);
        PMDL Mdl = RAW(IoAllocateMdl)(Block, 64, FALSE, FALSE, NULL);
        RAW(IoFreeMdl)(Mdl);
        RAW(ExFreePoolWithTag)(Block, TAG);
    }
    RawReady(&Call);
    End();
    CHECK_EQUAL(3, TraceCount(&Trace, WSKT_POOL_ALLOC_ID));
    TraceFree(&Trace);
}

static VOID NTAPI AllocateAndFree(PVOID Context)
{
    PMDL Mdl;
    for (ULONG i = 0; i < 200; i++) {
        PUCHAR Block = Allocate(64 + 16 * (i % 7));
        Mdl = RAW(IoAllocateMdl)(Block + i % 64, 1, FALSE, FALSE, NULL);
        RAW(IoFreeMdl)(Mdl);
        Mdl = RAW(IoAllocateMdl)(Context, 1, FALSE, FALSE, NULL); /* a block that all of them look at */
        RAW(IoFreeMdl)(Mdl);
        RAW(ExFreePoolWithTag)(Block, TAG);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(blocks_of_many_threads_are_each_told_once)
{
    HANDLE Thread;
    Begin();
    PUCHAR Shared = Allocate(64);
    for (ULONG i = 0; i < 4; i++) {
        CHECK_STATUS(STATUS_SUCCESS, PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, AllocateAndFree, Shared));
        ZwClose(Thread);
    }
    HostJoinThreads();
    RAW(ExFreePoolWithTag)(Shared, TAG);
    RawReady(&Call);
    End();
    CHECK_EQUAL(64, AllocOf(Shared)->Pool->Size);
    CHECK_EQUAL(4 * 200 + 1, TraceCount(&Trace, WSKT_POOL_ALLOC_ID));
    TraceFree(&Trace);
}
