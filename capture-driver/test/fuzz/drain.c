/*
 * wskctl's drain of a driver that hands out anything: records as they should be, with any field another, and bytes that
 * are none; positions that stand still, jump and go back. wskctl ends, and leaves a file whose framing is right, whatever
 * stands in it; or says that it cannot, and leaves none.
 */
#include "wskctl.h"

#include <string.h>
#include <unistd.h>

#include "../src/wsktrace_events.h"
#include "fuzz.h"
#include "test.h"
#include "walk.h"

#define RECORD (80 + sizeof(WSKT_HEADER))
#define RING_BYTES 0x40000

static INPUT Input;
static wchar_t Name[64];
static char FileName[64];
static unsigned Events; /* at most */
static bool Endless; /* where the script ends the driver goes on */

int LLVMFuzzerInitialize(int *Count, char ***Arguments);

/* What wskctl says goes nowhere; what the fuzzer says goes to the standard error that it knows. */
int LLVMFuzzerInitialize(int *Count, char ***Arguments)
{
    (void)Count, (void)Arguments;
    snprintf(FileName, sizeof FileName, "/dev/shm/wsktrace-fuzz-%d.etl", (int)getpid());
    for (unsigned i = 0; FileName[i] != 0; i++)
        Name[i] = (wchar_t)FileName[i];
    stdout = stderr = fopen("/dev/null", "w");
    return 0;
}

/* It waits for a record that is being written. */
void __wrap_Sleep(DWORD Milliseconds);
void __wrap_Sleep(DWORD Milliseconds)
{
    (void)Milliseconds;
}

int Failed(DWORD Error, const wchar_t *Format, ...)
{
    (void)Error, (void)Format;
    return EXIT_FAILED;
}

int Refused(const wchar_t *Format, ...)
{
    (void)Format;
    return EXIT_FAILED;
}

int DeviceStatus(HANDLE Device, WSKT_STATUS *Status)
{
    (void)Device;
    *Status = (WSKT_STATUS) {.Version = WSKT_IOCTL_VERSION, .Flags = WSKT_RUNNING, .Processors = 1 + TakeBelow(&Input, 4),
        .RingBytes = RING_BYTES, .StartTime = 133000000000000000, .StartQpc = 1000, .QpcFrequency = 10000000};
    Status->Overwritten = TakeNumber(&Input);
    return EXIT_DONE;
}

int DeviceSend(HANDLE Device, DWORD Code, const void *In, DWORD Length, const wchar_t *What)
{
    (void)Device, (void)Code, (void)In, (void)Length, (void)What;
    return EXIT_DONE;
}

/* One record, as it should be but for a few places; returns its bytes, padded. */
static UINT32 Record(unsigned char *To, UINT32 Room)
{
    static const GUID Provider = WSKTRACE_PROVIDER_GUID;
    UINT16 Size = (UINT16)(RECORD + TakeBelow(&Input, 0x100)), Cpu = (UINT16)TakeBelow(&Input, 6);
    UINT64 Time = TakeNumber(&Input);
    UINT32 Padded = (Size + 7u) & ~7u;
    if (Padded > Room)
        return 0;
    memset(To, 0, Padded);
    memcpy(To, &Size, 2);
    To[2] = 19;
    To[3] = 0xc0;
    memcpy(To + 16, &Time, 8);
    memcpy(To + 24, &Provider, sizeof Provider);
    memcpy(To + 80 + offsetof(WSKT_HEADER, Cpu), &Cpu, 2);
    for (unsigned n = Take(&Input, 1) >> 6 == 3 ? 1 + TakeBelow(&Input, 3) : 0; n != 0; n--) {
        static const unsigned Places[] = {0, 0, 2, 16, 20, 24, 80, 80 + offsetof(WSKT_HEADER, Cpu)};
        UINT32 Value = TakeNumber(&Input), At = Places[TakeBelow(&Input, RTL_NUMBER_OF(Places))];
        memcpy(To + At, &Value, At == 0 || Take(&Input, 1) & 1 ? 2 : 4);
    }
    Events++;
    return Padded;
}

int DeviceDrain(HANDLE Device, UINT32 Processor, UINT64 Position, WSKT_DRAINED *Out, DWORD Length)
{
    unsigned char *Bytes = (unsigned char *)(Out + 1);
    UINT32 Room = Length - (UINT32)sizeof *Out, How = Take(&Input, 1);
    (void)Device, (void)Processor;
    *Out = (WSKT_DRAINED) {.Version = WSKT_IOCTL_VERSION, .Position = Position, .Head = Position};
    if (Input.Left == 0 && Endless) {
        Out->Bytes = Room & ~7u;
        memset(Bytes, 0, Room);
        Out->Position = Position + (Processor & 1 ? Room : 0);
        Out->Head = ~0ull;
    }
    if (Input.Left == 0)
        return EXIT_DONE;
    for (unsigned n = TakeBelow(&Input, 32) + (How & 1 ? 1500 : 0); n != 0; n--) {
        UINT32 Padded = Record(Bytes + Out->Bytes, Room - Out->Bytes);
        Out->Bytes += Padded;
        if (Padded == 0)
            break;
    }
    if (How & 2) { /* no record */
        UINT32 More = TakeBelow(&Input, 64);
        if (More <= Room - Out->Bytes)
            TakeBytes(&Input, Bytes + Out->Bytes, More);
        Out->Bytes += More <= Room - Out->Bytes ? More : 0;
    }
    Out->Damaged = How & 4 ? TakeNumber(&Input) : 0;
    Out->Position = How & 8 ? Take64(&Input) : Position + Out->Bytes + 64;
    Out->Head = How & 16 ? Take64(&Input) : Position + (How & 32 ? 0x1000000 : Out->Bytes + 64);
    return How == 0x40 ? EXIT_FAILED : EXIT_DONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size)
{
    Input = (INPUT) {Data, Size};
    Events = 0;
    Endless = Take(&Input, 1) & 1;
    HostDiskFullAfter(TakeBelow(&Input, 16) ? -1 : (int)TakeBelow(&Input, 4));
    unlink(FileName);
    int Result = RecordingDrain(NULL, Name, FALSE);
    if (Result == EXIT_DONE) {
        WALK Walk = WalkFile(FileName, false);
        CHECK(Walk.Events <= Events);
        unlink(FileName);
    }
    CHECK(access(FileName, F_OK) != 0);
    strcat(FileName, ".part");
    CHECK(access(FileName, F_OK) != 0);
    FileName[strlen(FileName) - 5] = 0;
    return 0;
}
