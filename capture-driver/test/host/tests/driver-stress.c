/*
 * Eight threads call as fast as they can, with fewer slots than they have calls in flight now and then; completions come
 * inline, late, from any thread and by cancel; targets load and unload meanwhile. Seeded. Every call is
 * completed once, no slot and no entry stays behind, and what is lost is counted. With WSKTRACE_LONG=1 10 million
 * calls, and a million under the thread sanitizer.
 */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "raw.h"

#define THREADS 8
#define IN_FLIGHT 24     /* calls of one thread */
#define SENDS 64         /* on one socket: the fake provider keeps every byte */
#define ROUND 10000      /* calls until the target itself is unloaded, and loaded again */
#define SHORT_ROUNDS 2
#define CALLS_PER_LOAD 400 /* client numbers are 16 bits: there are not more loads than that */
#ifdef __SANITIZE_THREAD__
#define LONG_CALLS 1000000 /* it is six times as slow */
#else
#define LONG_CALLS 10000000
#endif

typedef struct {
    TEST_RANDOM Random;
    PWSK_SOCKET Socket;
    RAW_CALL Calls[IN_FLIGHT];
    bool Busy[IN_FLIGHT];
    RAW_BUFFER Buffers[IN_FLIGHT]; /* of the call with the same number */
    ULONG Sends;
} WORKER;

static WORKER Workers[THREADS];
static volatile LONG64 Calls, Cancelled, Loads;
static LONG64 Goal; /* of this round */
static volatile LONG Working;

static ULONG Pick(WORKER *Me, ULONG Limit)
{
    return TestBelow(&Me->Random, Limit);
}

static bool IsDone(WORKER *Me, ULONG i)
{
    return ReadAcquire(&Me->Calls[i].Runs) != 0;
}

/* The call is over: it was completed once, by whomever. */
static void Finish(WORKER *Me, ULONG i)
{
    while (!IsDone(Me, i)) {
        HostWskComplete(HostAnyVerb, STATUS_SUCCESS);
        sched_yield();
    }
    CHECK_EQUAL(1, Me->Calls[i].Runs);
    if (Me->Calls[i].Status == STATUS_CANCELLED)
        InterlockedIncrement64(&Cancelled);
    else
        CHECK(Me->Calls[i].Status == STATUS_SUCCESS || Me->Calls[i].Status == STATUS_CONNECTION_RESET);
    RawBufferFree(&Me->Buffers[i]);
    Me->Busy[i] = false;
}

static void WaitFor(RAW_CALL *Call)
{
    while (ReadAcquire(&Call->Runs) == 0) {
        HostWskComplete(HostAnyVerb, STATUS_SUCCESS);
        sched_yield();
    }
    CHECK_EQUAL(1, Call->Runs);
}

static void Open(WORKER *Me)
{
    RAW_CALL Call = {0};
    (void)RawProvider.Dispatch->WskSocket(RawProvider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP,
        WSK_FLAG_CONNECTION_SOCKET, NULL, NULL, NULL, NULL, NULL, RawReady(&Call));
    WaitFor(&Call);
    CHECK_STATUS(STATUS_SUCCESS, Call.Status);
    Me->Socket = (PWSK_SOCKET)Call.Information;
    Me->Sends = 0;
    RawDone(&Call);
    InterlockedIncrement64(&Calls);
}

static void Close(WORKER *Me)
{
    RAW_CALL Call = {0};
    for (ULONG i = 0; i < IN_FLIGHT; i++)
        if (Me->Busy[i])
            Finish(Me, i);
    (void)CALLS(Me->Socket, BASIC)->WskCloseSocket(Me->Socket, RawReady(&Call));
    WaitFor(&Call);
    RawDone(&Call);
    InterlockedIncrement64(&Calls);
}

static void Send(WORKER *Me, ULONG i)
{
    static const HOST_WHEN Whens[] = {HostInCall, HostInCallPending, HostHeld, HostHeld};
    WSK_BUF *Buffer = &Me->Buffers[i].Buffer;
    RawBuffer(&Me->Buffers[i], 16 + Pick(Me, 64));
    if (Pick(Me, 64) == 0)
        HostWskPolicy(Pick(Me, 2) ? HostSend : HostDisconnect,
            (HOST_POLICY) {Whens[Pick(Me, 4)], STATUS_SUCCESS, Pick(Me, 2) ? DISPATCH_LEVEL : 0});
    PIRP Irp = RawReady(&Me->Calls[i]);
    Me->Busy[i] = true;
    if (Pick(Me, 4) != 0)
        CALLS(Me->Socket, CONNECTION)->WskSend(Me->Socket, Buffer, 0, Irp);
    else
        CALLS(Me->Socket, CONNECTION)->WskDisconnect(Me->Socket, Buffer, 0, Irp);
    Me->Sends++;
    InterlockedIncrement64(&Calls);
}

static VOID Work(PVOID Context)
{
    WORKER *Me = Context;
    Open(Me);
    while (ReadAcquire64(&Calls) < Goal) {
        ULONG i = Pick(Me, IN_FLIGHT);
        switch (Pick(Me, 8)) {
        case 0:
            HostWskComplete(HostAnyVerb, Pick(Me, 4) ? STATUS_SUCCESS : STATUS_CONNECTION_RESET);
            break;
        case 1: /* it may complete at the same moment */
            if (Me->Busy[i])
                RAW(IoCancelIrp)(Me->Calls[i].Irp);
            break;
        case 2:
            if (Me->Busy[i])
                Finish(Me, i);
            break;
        default:
            if (Me->Busy[i] && IsDone(Me, i))
                Finish(Me, i);
            if (!Me->Busy[i])
                Send(Me, i);
        }
        if (Me->Sends >= SENDS) {
            Close(Me);
            Open(Me);
        }
    }
    Close(Me);
    for (ULONG i = 0; i < IN_FLIGHT; i++)
        RawDone(&Me->Calls[i]);
    InterlockedDecrement(&Working);
}

/* A second target, that comes and goes. */
static HOST_DRIVER Other;
#define OTHER(Function) ((__typeof__(&Function))*HostImageSlot(&Other.Image, #Function))

static VOID OtherUnload(PDRIVER_OBJECT Driver)
{
    (void)Driver;
}

static NTSTATUS OtherEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    static const WSK_CLIENT_DISPATCH Dispatch = {MAKE_WSK_VERSION(1, 0), 0, NULL};
    WSK_CLIENT_NPI Npi = {NULL, &Dispatch};
    WSK_REGISTRATION Registration;
    WSK_PROVIDER_NPI Provider;
    (void)Path;
    Driver->DriverUnload = OtherUnload;
    CHECK_STATUS(STATUS_SUCCESS, OTHER(WskRegister)(&Npi, &Registration));
    CHECK_STATUS(STATUS_SUCCESS, OTHER(WskCaptureProviderNPI)(&Registration, WSK_NO_WAIT, &Provider));
    PVOID Block = OTHER(ExAllocatePoolWithTag)(NonPagedPoolNx, 100, 'htO ');
    PMDL Mdl = OTHER(IoAllocateMdl)(Block, 100, FALSE, FALSE, NULL);
    OTHER(IoFreeMdl)(Mdl);
    OTHER(ExFreePoolWithTag)(Block, 'htO ');
    OTHER(WskReleaseProviderNPI)(&Registration);
    OTHER(WskDeregister)(&Registration);
    return STATUS_SUCCESS;
}

static void LoadAndUnloadOther(void)
{
    static const HOST_IMPORT Imports[] = {
        {"netio.sys", "WskRegister", (PVOID)WskRegister},
        {"netio.sys", "WskCaptureProviderNPI", (PVOID)WskCaptureProviderNPI},
        {"netio.sys", "WskReleaseProviderNPI", (PVOID)WskReleaseProviderNPI},
        {"netio.sys", "WskDeregister", (PVOID)WskDeregister},
        {"ntoskrnl.exe", "ExAllocatePoolWithTag", (PVOID)ExAllocatePoolWithTag},
        {"ntoskrnl.exe", "ExFreePoolWithTag", (PVOID)ExFreePoolWithTag},
        {"ntoskrnl.exe", "IoAllocateMdl", (PVOID)IoAllocateMdl},
        {"ntoskrnl.exe", "IoFreeMdl", (PVOID)IoFreeMdl},
    };
    CHECK_STATUS(STATUS_SUCCESS, HostDriverLoadImports(&Other, "other", OtherEntry, Imports, RTL_NUMBER_OF(Imports)));
    /* Our code lies in no image, so with two targets its calls are nobody's: the rundown finds its driver object. */
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_RUNDOWN, &(WSKT_HELLO) {.Version = WSKT_IOCTL_VERSION}, sizeof(WSKT_HELLO)));
    CHECK_STATUS(STATUS_SUCCESS, HostDriverUnload(&Other));
    Loads++;
}

TEST(every_call_of_eight_threads_completes_once_while_targets_come_and_go)
{
    TEST_RANDOM Random = TestRandom();
    const char *Long = getenv("WSKTRACE_LONG");
    LONG64 Wanted = Long != NULL && strcmp(Long, "1") == 0 ? LONG_CALLS : SHORT_ROUNDS * ROUND;
    CaptureLoad();
    CaptureTargets("raw.sys", "other.sys", NULL);
    CaptureStart(64);
    while (Calls < Wanted) {
        RawLoad();
        Goal = Calls + ROUND;
        /* At first nothing completes by itself: so many calls are in flight that slots run out. */
        HostWskPolicy(HostSend, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
        HostWskPolicy(HostDisconnect, (HOST_POLICY) {HostHeld, STATUS_SUCCESS, 0});
        Working = THREADS;
        for (ULONG i = 0; i < THREADS; i++) {
            HANDLE Thread;
            Workers[i] = (WORKER) {.Random = {(UINT64)TestNext(&Random) << 32 | TestNext(&Random)}};
            PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, Work, &Workers[i]);
            ZwClose(Thread);
        }
        for (LONG64 Next = Calls; ReadAcquire(&Working) != 0;)
            if (ReadAcquire64(&Calls) >= Next) {
                LoadAndUnloadOther();
                Next += CALLS_PER_LOAD;
            } else {
                sched_yield();
            }
        HostJoinThreads();
        HostWskReset();
        RawUnload();
        WSKT_STATUS Status = CaptureStatus();
        CHECK((LONG64)Status.Events > 4 * (Calls - (LONG64)Status.Unwrapped)); /* enter, exit, completion, its exit */
        CHECK_EQUAL(0, Status.TargetsMissed);
        CHECK_EQUAL(0, Status.Unshimmed); /* to the last round */
        CHECK_EQUAL(Status.Slots, Status.FreeSlots);
        CHECK_EQUAL(0, Status.InFlight);
        CHECK_EQUAL(0, Status.LiveMdls);
        CHECK_EQUAL(0, Status.OpenSockets);
        CHECK_EQUAL(0, Status.Strays);
        CHECK_EQUAL(Status.Events, Status.Written + Status.Dropped);
    }
    WSKT_STATUS Status = CaptureStatus();
    fprintf(stderr, "%lld calls, %llu of them without a slot, %lld cancelled, %llu events, %lld loads\n", (long long)Calls,
        (unsigned long long)Status.Unwrapped, (long long)Cancelled, (unsigned long long)Status.Events, (long long)Loads);
    CHECK(Status.Unwrapped != 0 && Cancelled != 0 && Loads != 0);
    CaptureStop();
    CaptureUnload();
    CHECK_EQUAL(0, HostIrps());
    CHECK_EQUAL(0, HostPoolBlocks(0));
}
