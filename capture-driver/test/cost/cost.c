/*
 * What the capture driver costs a target. The tests "running" and "stopped" do the same sends with and without a capture;
 * test/cost/run counts the instructions that the driver itself executes inside Measured. The test "timing" prints
 * nanoseconds for each call, with and without the driver in between.
 */
#include <time.h>

#include "raw.h"

#define SENDS 2000

static RAW_BUFFER Buffer;
static PWSK_SOCKET Socket;
static PIRP Irp;
static ULONG Completions;

static NTSTATUS Completed(PDEVICE_OBJECT Device, PIRP Packet, PVOID Context)
{
    (void)Device, (void)Packet, (void)Context;
    Completions++;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* The IRP is made ready past the hooks: what is measured is the send. */
static inline void Send(void)
{
    IoReuseIrp(Irp, STATUS_UNSUCCESSFUL);
    IoSetCompletionRoutine(Irp, Completed, NULL, TRUE, TRUE, TRUE);
    CALLS(Socket, CONNECTION)->WskSend(Socket, &Buffer.Buffer, 0, Irp);
}

/* run names it: what happens in here is counted. */
__attribute__((noinline)) void Measured(void);
void Measured(void)
{
    for (ULONG i = 0; i < SENDS; i++)
        Send();
}

static void Begin(void)
{
    RawStart(0);
    HostWskTouch(false);
    RawBuffer(&Buffer, 64);
    Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    Irp = RAW(IoAllocateIrp)(1, FALSE);
    for (ULONG i = 0; i < 10; i++)
        Send();
    Completions = 0;
}

static void End(void)
{
    RAW(IoFreeIrp)(Irp);
    RawClose(Socket);
    RawBufferFree(&Buffer);
}

TEST(running)
{
    Begin();
    UINT64 Before = CaptureStatus().Events;
    Measured();
    CHECK_EQUAL(SENDS, Completions);
    CHECK_EQUAL(4 * SENDS, CaptureStatus().Events - Before);
    End();
    RawEnd(NULL);
}

TEST(stopped)
{
    Begin();
    CaptureStop();
    UINT64 Before = CaptureStatus().Events;
    Measured();
    CHECK_EQUAL(SENDS, Completions);
    CHECK_EQUAL(Before, CaptureStatus().Events);
    End();
    RawUnload();
    CaptureUnload();
}

/* The calls that are timed. Each is made through the client's import table or dispatch table, or straight. */
static void SendOne(bool Straight)
{
    (void)Straight; /* without the driver there is another socket */
    Send();
}

static void ReuseIrp(bool Straight)
{
    Straight ? IoReuseIrp(Irp, 0) : RAW(IoReuseIrp)(Irp, 0);
}

static void BirthAndFreeOfAnMdl(bool Straight)
{
    if (Straight)
        IoFreeMdl(IoAllocateMdl(Buffer.Data, 64, FALSE, FALSE, NULL));
    else
        RAW(IoFreeMdl)(RAW(IoAllocateMdl)(Buffer.Data, 64, FALSE, FALSE, NULL));
}

static void BlockAllocatedAndFreed(bool Straight)
{
    if (Straight)
        ExFreePoolWithTag(ExAllocatePoolWithTag(NonPagedPoolNx, 64, 'tsoC'), 'tsoC');
    else
        RAW(ExFreePoolWithTag)(RAW(ExAllocatePoolWithTag)(NonPagedPoolNx, 64, 'tsoC'), 'tsoC');
}

#define CALLS_TIMED 20000
#define BATCHES 15

static double Nanoseconds(void (*Call)(bool), bool Straight)
{
    double Best = 1e9;
    for (int Batch = 0; Batch < BATCHES; Batch++) {
        struct timespec From, To;
        clock_gettime(CLOCK_MONOTONIC, &From);
        for (int i = 0; i < CALLS_TIMED / BATCHES; i++)
            Call(Straight);
        clock_gettime(CLOCK_MONOTONIC, &To);
        double Each = ((To.tv_sec - From.tv_sec) * 1e9 + (double)(To.tv_nsec - From.tv_nsec)) / (CALLS_TIMED / BATCHES);
        Best = Each < Best ? Each : Best;
    }
    return Best;
}

static const struct {
    const char *Name;
    void (*Call)(bool);
    int Events;
} Timed[] = {
    {"WskSend, one MDL", SendOne, 4},
    {"IoReuseIrp", ReuseIrp, 1},
    {"IoAllocateMdl, IoFreeMdl", BirthAndFreeOfAnMdl, 2},
    {"ExAllocatePoolWithTag, ExFreePoolWithTag", BlockAllocatedAndFreed, 0},
};

TEST(timing)
{
    double Without[RTL_NUMBER_OF(Timed)], Stopped[RTL_NUMBER_OF(Timed)], Running[RTL_NUMBER_OF(Timed)];
    RawLoad(); /* no capture driver */
    HostWskTouch(false);
    RawBuffer(&Buffer, 64);
    Socket = RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
    Irp = RAW(IoAllocateIrp)(1, FALSE);
    for (ULONG i = 0; i < RTL_NUMBER_OF(Timed); i++)
        Without[i] = Nanoseconds(Timed[i].Call, true);
    End();
    RawUnload();
    Begin();
    for (ULONG i = 0; i < RTL_NUMBER_OF(Timed); i++)
        Running[i] = Nanoseconds(Timed[i].Call, false);
    CaptureStop();
    for (ULONG i = 0; i < RTL_NUMBER_OF(Timed); i++)
        Stopped[i] = Nanoseconds(Timed[i].Call, false);
    End();
    RawUnload();
    CaptureUnload();
    printf("| call | events | without, ns | stopped, ns | running, ns | ns per event |\n|---|---|---|---|---|---|\n");
    for (ULONG i = 0; i < RTL_NUMBER_OF(Timed); i++) {
        printf("| %s | %d | %.0f | +%.0f | +%.0f | ", Timed[i].Name, Timed[i].Events, Without[i], Stopped[i] - Without[i],
            Running[i] - Without[i]);
        if (Timed[i].Events != 0)
            printf("%.0f |\n", (Running[i] - Without[i]) / Timed[i].Events);
        else
            printf("- |\n");
    }
}
