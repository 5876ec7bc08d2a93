/*
 * A client that does anything in any order, right or wrong. What it does to itself is its affair; the capture driver
 * must not fault, must not lose a completion slot, and must have every event in the trace.
 */
#include <string.h>

#include "raw.h"

#define IRPS 12
#define BUFFERS 12
#define SOCKETS 4

static TEST_RANDOM Random;
static TRACE Trace;

static struct {
    PIRP Irp;
    bool Prepared; /* a routine is set, and it has not been submitted since */
} Irps[IRPS];
static RAW_BUFFER Buffers[BUFFERS];
static PWSK_SOCKET Sockets[SOCKETS];
static ULONG Completions, Callbacks;
static bool Faults; /* on purpose, too */
static UINT64 Held, LetGo, Fails;
static PWSK_DATA_INDICATION Kept[SOCKETS][8]; /* lists whose callback returned STATUS_PENDING */

static NTSTATUS Completed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    (void)Device, (void)Irp, (void)Context;
    Completions++;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static ULONG Pick(ULONG Limit)
{
    return TestBelow(&Random, Limit);
}

static NTSTATUS OnReceive(PVOID Context, ULONG Flags, PWSK_DATA_INDICATION Data, SIZE_T Bytes, SIZE_T *Accepted)
{
    PWSK_DATA_INDICATION *Place = Context;
    ULONG i = Pick(RTL_NUMBER_OF(Kept[0]));
    (void)Flags;
    Callbacks++;
    *Accepted = Pick((ULONG)Bytes + 1);
    if (Place[i] != NULL || Pick(3) == 0)
        return Pick(2) ? STATUS_SUCCESS : STATUS_DATA_NOT_ACCEPTED;
    Place[i] = Data;
    return STATUS_PENDING;
}

static const WSK_CLIENT_CONNECTION_DISPATCH Events = {.WskReceiveEvent = OnReceive};

/* The first of a kept list, or all of it. */
static void Release(ULONG s, ULONG i, bool All)
{
    PWSK_DATA_INDICATION Head = Kept[s][i];
    if (Head == NULL)
        return;
    Kept[s][i] = All ? NULL : Head->Next;
    if (!All)
        Head->Next = NULL;
    CHECK_STATUS(STATUS_SUCCESS, CALLS(Sockets[s], CONNECTION)->WskRelease(Sockets[s], Head));
}

/* Held until the next Disturb or Close, so that nothing is delivered beside this thread. */
static void Disturb(bool On)
{
    CaptureFaultsOff();
    WSKT_FAULT_STATUS Done = CaptureStatus().Faults;
    Held += Done.Holds;
    LetGo += Done.LetGo;
    Fails += Done.Fails;
    if (!On)
        return;
    CaptureFaults((WSKT_FAULTS) {
        .HoldMs = Pick(3) ? WSKT_MAX_HOLD_MS : 0,
        .Reorder = 0,
        .FailEvery = 1 + Pick(6),
        .FailStatus = (UINT32)STATUS_INSUFFICIENT_RESOURCES,
        .Verbs = CAPTURE_DATA_VERBS | (Pick(2) ? WSKT_FAULT_VERB(WsktVerb_WskBind) : 0),
    });
}

static void Close(ULONG s)
{
    Disturb(false); /* it waits for its completion */
    for (ULONG i = 0; i < RTL_NUMBER_OF(Kept[s]); i++)
        Release(s, i, true);
    RawClose(Sockets[s]);
    Sockets[s] = NULL;
}

static HOST_POLICY SomePolicy(void)
{
    static const NTSTATUS Statuses[] = {STATUS_SUCCESS, STATUS_SUCCESS, STATUS_CONNECTION_RESET, STATUS_FILE_FORCED_CLOSED};
    static const HOST_WHEN Whens[] = {HostInCall, HostInCallPending, HostOtherThread, HostHeld, HostHeld};
    return (HOST_POLICY) {Whens[Pick(5)], Statuses[Pick(4)], Pick(2) ? DISPATCH_LEVEL : PASSIVE_LEVEL};
}

static void Prepare(ULONG i)
{
    if (Irps[i].Irp == NULL)
        Irps[i].Irp = RAW(IoAllocateIrp)((CCHAR)(1 + Pick(3)), FALSE);
    else if (Pick(8) == 0)
        RAW(IoInitializeIrp)(Irps[i].Irp, Irps[i].Irp->Size, Irps[i].Irp->StackCount);
    else
        RAW(IoReuseIrp)(Irps[i].Irp, STATUS_UNSUCCESSFUL);
    Irps[i].Irp->AllocationFlags |= IRP_ALLOCATED_FIXED_SIZE; /* IoInitializeIrp wiped it: IRP-009, and it ends there */
    if (Pick(16) != 0)
        IoSetCompletionRoutine(Irps[i].Irp, Completed, &Irps[i], Pick(8) != 0, Pick(8) != 0, Pick(8) != 0);
    Irps[i].Prepared = true;
}

/* The fake kernel ends the test when an IRP has no location left, so one is submitted only after it was prepared. */
static void Submit(ULONG i, ULONG Socket)
{
    PWSK_SOCKET S = Sockets[Socket];
    RAW_BUFFER *B = &Buffers[Pick(BUFFERS)];
    WSK_BUF Empty = {0};
    PWSK_BUF Buffer = B->Mdl != NULL ? &B->Buffer : &Empty;
    SOCKADDR_IN Address = {.sin_family = AF_INET};
    PIRP Irp = Irps[i].Irp;
    if (!Irps[i].Prepared || S == NULL)
        return;
    if (Irp->CurrentLocation > Irp->StackCount + 1)
        return; /* completed once too often: the provider would write beyond it */
    Irps[i].Prepared = false;
    const WSK_PROVIDER_CONNECTION_DISPATCH *D = CALLS(S, CONNECTION);
    HostWskPolicy(HostAnyVerb, SomePolicy());
    switch (Pick(6)) {
    case 0:
        D->WskReceive(S, Buffer, 0, Irp);
        break;
    case 1:
        D->WskBind(S, (PSOCKADDR)&Address, 0, Irp);
        break;
    case 2:
        D->WskDisconnect(S, Pick(2) ? Buffer : NULL, 0, Irp);
        break;
    default:
        D->WskSend(S, Buffer, 0, Irp);
    }
}

static void OneStep(void)
{
    ULONG i = Pick(IRPS), b = Pick(BUFFERS), s = Pick(SOCKETS);
    switch (Pick(15)) {
    case 0:
    case 1:
        Prepare(i);
        break;
    case 2:
    case 3:
    case 4:
        Submit(i, s);
        break;
    case 5:
        HostWskComplete(HostAnyVerb, Pick(2) ? STATUS_SUCCESS : STATUS_CANCELLED);
        break;
    case 6: /* perhaps in flight */
        if (Irps[i].Irp != NULL) {
            RAW(IoFreeIrp)(Irps[i].Irp); /* its memory stays, for a completion that comes after all */
            Irps[i].Irp = NULL;
            Irps[i].Prepared = false;
        }
        break;
    case 7:
        if (Irps[i].Irp != NULL)
            RAW(IoCancelIrp)(Irps[i].Irp);
        break;
    case 8: /* perhaps in flight: the MDL, then the bytes */
        if (Buffers[b].Mdl != NULL) {
            RawBufferFree(&Buffers[b]);
            Buffers[b].Mdl = NULL;
        }
        break;
    case 9:
        if (Buffers[b].Mdl == NULL)
            RawBuffer(&Buffers[b], 1 + Pick(5000));
        break;
    case 10:
        if (Sockets[s] == NULL) {
            HostWskPolicy(HostAnyVerb, (HOST_POLICY) {0});
            Sockets[s] = RawSocket(WSK_FLAG_CONNECTION_SOCKET, Kept[s], &Events);
            RawEnable(Sockets[s], WSK_EVENT_RECEIVE);
        }
        break;
    case 11:
        if (Sockets[s] != NULL) {
            SIZE_T Accepted;
            (void)HostWskIndicate((HOST_SOCKET *)(PVOID)Sockets[s], 1 + Pick(6), &Accepted);
        }
        break;
    case 12:
        if (Sockets[s] != NULL)
            Release(s, Pick(RTL_NUMBER_OF(Kept[s])), Pick(2) != 0);
        break;
    case 13:
        if (Faults && Pick(4) == 0)
            Disturb(Pick(4) != 0);
        break;
    default:
        if (Sockets[s] != NULL && Pick(4) == 0) {
            HostWskPolicy(HostAnyVerb, (HOST_POLICY) {0});
            Close(s);
        }
    }
}

static void CleanUp(void)
{
    HostWskCompleteAll();
    Disturb(false);
    HostWskPolicy(HostAnyVerb, (HOST_POLICY) {0});
    for (ULONG s = 0; s < SOCKETS; s++)
        if (Sockets[s] != NULL)
            Close(s);
    for (ULONG b = 0; b < BUFFERS; b++)
        if (Buffers[b].Mdl != NULL)
            RawBufferFree(&Buffers[b]);
    for (ULONG i = 0; i < IRPS; i++)
        if (Irps[i].Irp != NULL)
            RAW(IoFreeIrp)(Irps[i].Irp);
    HostIrpKeepFreed(false);
    memset(Sockets, 0, sizeof Sockets);
    memset(Buffers, 0, sizeof Buffers);
    memset(Irps, 0, sizeof Irps);
}

static void DoAnything(void)
{
    Random = TestRandom();
    for (ULONG Round = 0; Round < TestRounds(6); Round++) {
        RawStart(64);
        HostWskTouch(false);
        HostIrpForgiveTop(true);
        HostIrpKeepFreed(true);
        for (ULONG Step = 0; Step < 3000; Step++)
            OneStep();
        CleanUp();
        RawEnd(&Trace); /* all slots are free, nothing is left */
        if (TraceCount(&Trace, WSKT_EVENTS_LOST_ID) == 0)
            TraceCheckComplete(&Trace);
        TraceFree(&Trace);
        HostWskReset();
    }
    CHECK(Completions > 200);
    CHECK(Callbacks > 200);
    CHECK_EQUAL(0, HostWskRetained());
}

TEST(a_client_that_does_anything_breaks_only_itself)
{
    DoAnything();
}

TEST(nor_does_it_break_more_when_completions_are_held_and_calls_fail)
{
    Faults = true;
    DoAnything();
    CHECK(Held > 100 && LetGo > 10 && Fails > 20);
}
