/*
 * A client that is right, on several threads, with every kind of fault: each send and receive completes once, each byte
 * that a send reports is on the wire, in order, and a close is the last word of a socket.
 */
#include <string.h>

#include "faults.h"

#define THREADS 4
#define IN_FLIGHT 6

typedef struct {
    TEST_RANDOM Random;
    ULONG Sent, Failed;
} WORKER;

static WORKER Workers[THREADS];
static volatile LONG Busy, Failures;

static NTSTATUS Await(RAW_CALL *Call)
{
    KeWaitForSingleObject(&Call->Done, Executive, KernelMode, FALSE, NULL);
    CHECK_EQUAL(1, ReadAcquire(&Call->Runs));
    return Call->Status;
}

static PWSK_SOCKET Open(void)
{
    RAW_CALL Call = {0};
    PWSK_SOCKET Made = NULL;
    for (NTSTATUS Status = STATUS_UNSUCCESSFUL; !NT_SUCCESS(Status);) { /* that may fail too */
        (void)RawProvider.Dispatch->WskSocket(RawProvider.Client, AF_INET, SOCK_STREAM, IPPROTO_TCP,
            WSK_FLAG_CONNECTION_SOCKET, NULL, NULL, NULL, NULL, NULL, RawReady(&Call));
        Status = Await(&Call);
        Made = (PWSK_SOCKET)Call.Information;
    }
    RawDone(&Call);
    return Made;
}

static void Close(PWSK_SOCKET Of)
{
    RAW_CALL Call = {0};
    (void)CALLS(Of, BASIC)->WskCloseSocket(Of, RawReady(&Call));
    CHECK_STATUS(STATUS_SUCCESS, Await(&Call));
    RawDone(&Call);
}

static void OneSocket(WORKER *Me)
{
    RAW_CALL Sends[IN_FLIGHT] = {0}, Receives[2] = {0};
    RAW_BUFFER Out[IN_FLIGHT], In[2];
    PWSK_SOCKET Mine = Open();
    HOST_SOCKET *Peer = (HOST_SOCKET *)(PVOID)Mine;
    SIZE_T Wire = 0;
    for (ULONG i = 0; i < IN_FLIGHT; i++) {
        RawBuffer(&Out[i], 1 + TestBelow(&Me->Random, 200));
        memset(Out[i].Data, (int)i, Out[i].Buffer.Length);
        (void)Send(Mine, &Sends[i], &Out[i]);
    }
    for (ULONG i = 0; i < 2; i++) {
        RawBuffer(&In[i], 4);
        (void)CALLS(Mine, CONNECTION)->WskReceive(Mine, &In[i].Buffer, 0, RawReady(&Receives[i]));
    }
    HostWskFeed(Peer, "1234", 4);
    HostWskFeed(Peer, "5678", 4);
    ULONG Got = 0;
    for (ULONG i = 0; i < 2; i++) {
        if (TestBelow(&Me->Random, 8) == 0)
            RAW(IoCancelIrp)(Receives[i].Irp);
        NTSTATUS Status = Await(&Receives[i]);
        if (NT_SUCCESS(Status))
            CHECK(memcmp(In[i].Data, Got++ ? "5678" : "1234", 4) == 0);
        else
            CHECK(Status == STATUS_CONNECTION_RESET || Status == STATUS_CANCELLED);
    }
    for (ULONG i = 0; i < IN_FLIGHT; i++) {
        if (NT_SUCCESS(Await(&Sends[i]))) {
            CHECK_EQUAL(Out[i].Buffer.Length, Sends[i].Information);
            for (SIZE_T Byte = 0; Byte < Out[i].Buffer.Length; Byte++)
                CHECK_EQUAL(i, Peer->Wire[Wire++]);
            Me->Sent++;
        } else {
            CHECK_STATUS(STATUS_CONNECTION_RESET, Sends[i].Status);
            CHECK_EQUAL(0, Sends[i].Information);
            Me->Failed++;
            InterlockedIncrement(&Failures);
        }
    }
    CHECK_EQUAL(Wire, Peer->WireBytes);
    Close(Mine);
    for (ULONG i = 0; i < IN_FLIGHT; i++) {
        RawBufferFree(&Out[i]);
        RawDone(&Sends[i]);
    }
    for (ULONG i = 0; i < 2; i++) {
        RawBufferFree(&In[i]);
        RawDone(&Receives[i]);
    }
}

static VOID Work(PVOID Context)
{
    WORKER *Me = Context;
    for (ULONG i = 0; i < TestRounds(12); i++)
        OneSocket(Me);
    InterlockedDecrement(&Busy);
}

/* Holds, order and failures change, are over and come again while the client works. */
static void Disturb(TEST_RANDOM *Random)
{
    CaptureFaults((WSKT_FAULTS) {
        .HoldMs = TestBelow(Random, 3) == 0 ? 0 : 1 + TestBelow(Random, 3),
        .Reorder = TestBelow(Random, 2) == 0 ? 0 : 2 + TestBelow(Random, 4),
        .FailEvery = 3 + TestBelow(Random, 10),
        .FailStatus = (UINT32)STATUS_CONNECTION_RESET,
        .Verbs = CAPTURE_DATA_VERBS | ONLY(WskSocket) | ONLY(WskCloseSocket),
    });
    for (ULONG Turns = TestBelow(Random, 300); Turns != 0 && ReadAcquire(&Busy) != 0; Turns--)
        KeDelayExecutionThread(KernelMode, FALSE, &(LARGE_INTEGER) {.QuadPart = -1000});
    if (TestBelow(Random, 2) == 0)
        CaptureFaultsOff();
}

TEST(a_client_that_is_right_stays_right_whatever_is_done_to_it)
{
    TEST_RANDOM Random = TestRandom();
    ULONG Sent = 0, Failed = 0;
    Start();
    HostWskPolicy(HostSend, (HOST_POLICY) {HostInCall, STATUS_SUCCESS, 0}); /* in order, as a stream's */
    HostWskPolicy(HostCloseSocket, (HOST_POLICY) {HostSomeTime, STATUS_SUCCESS, 0});
    HostWskPolicy(HostSocket, (HOST_POLICY) {HostInCallPending, STATUS_SUCCESS, DISPATCH_LEVEL});
    Busy = THREADS;
    CaptureFaults((WSKT_FAULTS) {
        .HoldMs = 1, .Reorder = 3, .FailEvery = 4, .FailStatus = (UINT32)STATUS_CONNECTION_RESET});
    for (ULONG i = 0; i < THREADS; i++) {
        HANDLE Thread;
        Workers[i] = (WORKER) {.Random = {(UINT64)TestNext(&Random) << 32 | TestNext(&Random)}};
        PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, Work, &Workers[i]);
        ZwClose(Thread);
    }
    while (ReadAcquire(&Busy) != 0) {
        if (ReadAcquire(&Failures) != 0) /* the first faults have done something */
            Disturb(&Random);
    }
    CaptureFaultsOff();
    HostJoinThreads();
    HostWskReset();
    for (ULONG i = 0; i < THREADS; i++) {
        Sent += Workers[i].Sent;
        Failed += Workers[i].Failed;
    }
    CHECK(Sent != 0 && Failed != 0);
    CHECK_EQUAL(0, CaptureStatus().Faults.LetGo);
    CHECK_EQUAL(0, CaptureStatus().Strays);
    RawClose(Socket);
    RawEnd(&Trace);
    TraceFree(&Trace);
}
