/*
 * The control device under any requests in any order, from user mode and from the kernel, with memory that runs out,
 * while a target calls WSK and comes and goes. Each input is a script (fuzz.h). Whatever it was: the sanitizers and the
 * fake kernel's checker are silent, no answer is longer than its room, and afterwards the capture can be stopped and has
 * given everything back. Every 256 inputs, and when an input says so, the driver itself is unloaded and loaded again.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "raw.h"

#define NUMBERS 16 /* of requests: more than the driver knows */
#define LONGEST 0x1800
#define ROOM 0x21000
#define FILES 3
#define SOCKETS 3
#define CALLS_IN_FLIGHT 4
#define RELOAD_AFTER 256

static const WSKT_HELLO Hello = {.Version = WSKT_IOCTL_VERSION};
static ULONG Lengths[NUMBERS]; /* of the message of each request; 0: there is no such request */
static UCHAR Message[LONGEST], Answer[ROOM];
static HOST_FILE Files[FILES]; /* beside CaptureFile */
static ULONG Inputs;

static struct {
    RAW_CALL Call;
    RAW_BUFFER Buffer;
    bool Busy;
} Sends[CALLS_IN_FLIGHT];
static PWSK_SOCKET Sockets[SOCKETS];
static UCHAR Categories[SOCKETS];
static bool TargetLoaded;

/* A message of the right length and of another version is refused for its version: so we learn the lengths, and need not
   be told of a request that is new. */
static void LearnLengths(void)
{
    ULONG Known = 0;
    memset(Message, 0xff, sizeof Message);
    for (ULONG Number = 0; Number < NUMBERS; Number++)
        for (ULONG Length = 4; Length <= LONGEST && Lengths[Number] == 0; Length += 4) {
            NTSTATUS Status = HostIoctl(&CaptureFile, WSKT_IOCTL(Number), Message, Length, NULL, 0, NULL);
            CHECK(!NT_SUCCESS(Status));
            if (Status == STATUS_REVISION_MISMATCH)
                Lengths[Number] = Length;
        }
    for (ULONG Number = 0; Number < NUMBERS; Number++)
        Known += Lengths[Number] != 0;
    CHECK(Known >= 6 && Lengths[1] == sizeof(WSKT_TARGETS) && Lengths[2] == sizeof(WSKT_START));
}

static void Load(void)
{
    CaptureLoad();
    HostPoolLimit(0x300000); /* what a start may ask for is not what a fuzzer can give */
    HostWskTouch(false);
    if (Lengths[0] == 0)
        LearnLengths();
}

static void Ask(ULONG Code, ULONG InLength, ULONG OutLength)
{
    ULONG_PTR Bytes = 0;
    NTSTATUS Status = HostIoctl(&CaptureFile, Code, Message, InLength, Answer, OutLength, &Bytes);
    CHECK(!NT_SUCCESS(Status) || Bytes <= OutLength);
}

static ULONG TakeRoom(INPUT *Input)
{
    static const ULONG Rooms[] = {ROOM, 0, sizeof(WSKT_STATUS), sizeof(WSKT_DRAINED) + 0x1000, 0x2000};
    ULONG Choice = TakeBelow(Input, 8);
    return Choice < RTL_NUMBER_OF(Rooms) ? Rooms[Choice] : TakeBelow(Input, ROOM);
}

/* A request of the right length, of zeros but for a few places. */
static void AskWell(INPUT *Input)
{
    ULONG Number = TakeBelow(Input, NUMBERS), Length = Lengths[Number];
    if (Length == 0)
        return;
    memset(Message, 0, Length);
    memcpy(Message, &Hello.Version, 4);
    for (ULONG n = TakeBelow(Input, 6); n != 0; n--) {
        ULONG At = TakeBelow(Input, Length / 4) * 4;
        UINT32 Value = TakeNumber(Input);
        memcpy(Message + At, &Value, 4);
    }
    Ask(WSKT_IOCTL(Number), Length, TakeRoom(Input));
}

/* Any code, any length, any bytes. */
static void AskBadly(INPUT *Input)
{
    ULONG Code = TakeBelow(Input, 4) ? WSKT_IOCTL(TakeBelow(Input, NUMBERS)) ^ TakeBelow(Input, 4) : Take(Input, 4);
    ULONG Length = TakeBelow(Input, LONGEST + 1);
    TakeBytes(Input, Message, min(Length, TakeBelow(Input, 64)));
    Ask(Code, Length, TakeRoom(Input));
}

/* The target, or as many names as there is place for, and perhaps more. */
static void Name(INPUT *Input)
{
    WSKT_TARGETS *Targets = (PVOID)Message;
    static const WCHAR Raw[] = L"RAW.sys";
    ULONG How = Take(Input, 1);
    memset(Targets, 0, sizeof *Targets);
    Targets->Version = WSKT_IOCTL_VERSION;
    Targets->Count = How < 0xc0 ? 1 : TakeNumber(Input);
    for (ULONG i = 0; i < (How < 0xc0 ? 1 : WSKT_MAX_TARGETS); i++) {
        memcpy(Targets->Names[i], Raw, sizeof Raw);
        Targets->Tiers[i] = How & 0x3f;
    }
    Ask(WSKT_IOCTL_SET_TARGETS, sizeof *Targets, 0);
}

static void Start(INPUT *Input)
{
    WSKT_START Start = {.Version = WSKT_IOCTL_VERSION, .RingBytes = WSKT_MIN_RING_BYTES, .Slots = WSKT_MIN_SLOTS};
    Start.Level = TakeBelow(Input, 6);
    memcpy(Message, &Start, sizeof Start);
    Ask(WSKT_IOCTL_START, sizeof Start, 0);
}

/* Only the target's sends shall meet with faults: what the fuzzer itself waits for must succeed, and soon. */
static void FaultsOff(void)
{
    static const WSKT_FAULTS None = {.Version = WSKT_IOCTL_VERSION};
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_FAULTS, &None, sizeof None));
}

static void Faults(INPUT *Input)
{
    ULONG How = Take(Input, 1);
    WSKT_FAULTS Faults = {.Version = WSKT_IOCTL_VERSION, .Flags = WSKT_FAULTS_TEST_MACHINE, .Verbs = ~0u};
    Faults.HoldMs = How & 1 ? WSKT_MAX_HOLD_MS : 0; /* till they are off */
    Faults.Reorder = How & 2 ? 2 + (How >> 6) : 0;
    Faults.FailEvery = How & 4 ? 1 + (How >> 5 & 3) : 0;
    Faults.FailTimes = How >> 4 & 3;
    Faults.FailStatus = (UINT32)STATUS_CONNECTION_RESET;
    memcpy(Message, &Faults, sizeof Faults);
    Ask(WSKT_IOCTL_FAULTS, sizeof Faults, 0);
}

/* Everything of one ring; it ends. */
static void Drain(INPUT *Input)
{
    WSKT_DRAIN In = {.Version = WSKT_IOCTL_VERSION, .Processor = TakeBelow(Input, HOST_PROCESSORS)};
    const WSKT_DRAINED *Out = (PVOID)Answer;
    ULONG Room = sizeof *Out + 0x1000 + TakeBelow(Input, 0x8000), Turns = 0;
    do {
        ULONG_PTR Bytes;
        if (!NT_SUCCESS(HostIoctl(&CaptureFile, WSKT_IOCTL_DRAIN, &In, sizeof In, Answer, Room, &Bytes)))
            return;
        CHECK_EQUAL(sizeof *Out + Out->Bytes, Bytes);
        CHECK(Out->Position <= Out->Head && Out->Position >= In.Position && Out->Damaged == 0);
        In.Position = Out->Position;
        CHECK(++Turns < 0x2000);
    } while (Out->Bytes != 0);
}

static void OpenOrClose(INPUT *Input)
{
    HOST_FILE *File = &Files[TakeBelow(Input, FILES)];
    if (File->Device != NULL)
        HostClose(File);
    else if (!NT_SUCCESS(HostOpen(File, WSKT_LINK_NAME)))
        File->Device = NULL;
}

/* --- the target */

static NTSTATUS OnReceive(PVOID Context, ULONG Flags, PWSK_DATA_INDICATION Data, SIZE_T Bytes, SIZE_T *Accepted)
{
    (void)Context, (void)Flags, (void)Data;
    *Accepted = Bytes / 2;
    return STATUS_SUCCESS;
}

static const WSK_CLIENT_CONNECTION_DISPATCH Events = {.WskReceiveEvent = OnReceive};

static bool IsOver(ULONG i)
{
    return Sends[i].Busy && Sends[i].Call.Runs != 0;
}

static void EndSend(ULONG i)
{
    CHECK_EQUAL(1, Sends[i].Call.Runs);
    RawDone(&Sends[i].Call);
    RawBufferFree(&Sends[i].Buffer);
    Sends[i].Busy = false;
}

static void EndSends(void)
{
    HostWskCompleteAll();
    FaultsOff(); /* and what was held has been delivered */
    for (ULONG i = 0; i < CALLS_IN_FLIGHT; i++)
        if (Sends[i].Busy)
            EndSend(i);
}

static void Close(ULONG s)
{
    EndSends(); /* a call on a socket that is closed would be the target's fault, not what is tried here */
    HostWskPolicy(HostAnyVerb, (HOST_POLICY) {0});
    RawClose(Sockets[s]);
    Sockets[s] = NULL;
}

static void LoadOrUnloadTarget(void)
{
    FaultsOff();
    if (TargetLoaded) {
        for (ULONG s = 0; s < SOCKETS; s++)
            if (Sockets[s] != NULL)
                Close(s);
        EndSends();
        RawUnload();
    } else {
        HostWskPolicy(HostAnyVerb, (HOST_POLICY) {0});
        RawLoad();
    }
    TargetLoaded = !TargetLoaded;
}

static void Send(INPUT *Input, ULONG s)
{
    static const HOST_WHEN Whens[] = {HostInCall, HostInCallPending, HostHeld, HostHeld};
    static const NTSTATUS Statuses[] = {STATUS_SUCCESS, STATUS_CONNECTION_RESET, STATUS_FILE_FORCED_CLOSED, STATUS_SUCCESS};
    ULONG i = TakeBelow(Input, CALLS_IN_FLIGHT), How = Take(Input, 1);
    if (IsOver(i))
        EndSend(i);
    if (Sends[i].Busy || Categories[s] != WSK_FLAG_CONNECTION_SOCKET)
        return;
    RawBuffer(&Sends[i].Buffer, 1 + (How >> 5) * 900);
    Sends[i].Busy = true;
    HostWskPolicy(HostAnyVerb, (HOST_POLICY) {Whens[How & 3], Statuses[How >> 2 & 3], How & 16 ? DISPATCH_LEVEL : 0});
    PIRP Irp = RawReady(&Sends[i].Call);
    if (How % 7 == 0)
        CALLS(Sockets[s], CONNECTION)->WskReceive(Sockets[s], &Sends[i].Buffer.Buffer, 0, Irp);
    else
        CALLS(Sockets[s], CONNECTION)->WskSend(Sockets[s], &Sends[i].Buffer.Buffer, 0, Irp);
}

static void Act(INPUT *Input)
{
    static const UCHAR Kinds[] = {WSK_FLAG_CONNECTION_SOCKET, WSK_FLAG_CONNECTION_SOCKET, WSK_FLAG_DATAGRAM_SOCKET,
        WSK_FLAG_LISTEN_SOCKET};
    ULONG What = TakeBelow(Input, 8), s = TakeBelow(Input, SOCKETS);
    SIZE_T Accepted;
    if (!TargetLoaded || What == 0) {
        LoadOrUnloadTarget();
        return;
    }
    if (Sockets[s] == NULL) {
        FaultsOff();
        Categories[s] = Kinds[What & 3];
        HostWskPolicy(HostAnyVerb, (HOST_POLICY) {0});
        bool Connection = Categories[s] == WSK_FLAG_CONNECTION_SOCKET;
        Sockets[s] = RawSocket(Categories[s], NULL, Connection ? &Events : NULL);
        if (Connection)
            RawEnable(Sockets[s], WSK_EVENT_RECEIVE);
        return;
    }
    switch (What) {
    case 1:
        Close(s);
        break;
    case 2:
        HostWskComplete(HostAnyVerb, TakeBelow(Input, 2) ? STATUS_SUCCESS : STATUS_CANCELLED);
        break;
    case 3:
        if (Categories[s] == WSK_FLAG_CONNECTION_SOCKET)
            HostWskIndicate((HOST_SOCKET *)(PVOID)Sockets[s], 1 + TakeBelow(Input, 4), &Accepted);
        break;
    case 4:
        if (Sends[0].Busy && !IsOver(0))
            RAW(IoCancelIrp)(Sends[0].Call.Irp);
        break;
    default:
        for (ULONG Count = What == 7 ? 64 : 1; Count != 0; Count--) { /* so that a ring comes to its end */
            INPUT Same = *Input;
            Send(Count == 1 ? Input : &Same, s);
        }
    }
}

/* --- one input */

/* Whatever it was, the driver can be brought to rest, and then holds nothing. */
static void Rest(void)
{
    HostPoolFailAfter(-1);
    HostRequestMode(UserMode);
    HostPrivileged(true);
    HostEtwEnable(false, 0, 0);
    if (TargetLoaded)
        LoadOrUnloadTarget();
    HostWskReset();
    HostWskTouch(false);
    if (CaptureStatus().Flags & WSKT_RUNNING)
        CaptureStop();
    for (ULONG i = 0; i < FILES; i++)
        if (Files[i].Device != NULL)
            HostClose(&Files[i]);
    WSKT_STATUS Status = CaptureStatus();
    CHECK_EQUAL(0, Status.Holds);
    CHECK_EQUAL(Status.Slots, Status.FreeSlots);
    CHECK_EQUAL(0, Status.InFlight);
    CHECK_EQUAL(0, Status.OpenSockets);
    CHECK_EQUAL(0, Status.Callbacks);
    CHECK_EQUAL(0, Status.TargetsLoaded);
    CHECK_EQUAL(0, HostIrps());
    CHECK_EQUAL(0, HostMdls());
    CHECK_EQUAL(0, HostMappings());
}

static void Reload(void)
{
    Rest();
    CaptureUnload();
    CHECK_EQUAL(0, HostPoolBlocks(0));
    Load();
}

static void OneStep(INPUT *Input)
{
    static HOST_DUMP Dumps[HOST_PROCESSORS + 4];
    switch (TakeBelow(Input, 16)) {
    case 0:
        AskWell(Input);
        break;
    case 1:
        Faults(Input);
        break;
    case 2:
        AskBadly(Input);
        break;
    case 3:
        Name(Input);
        break;
    case 4:
        Start(Input);
        break;
    case 5:
        Drain(Input);
        break;
    case 6: { /* memory runs out in the next request */
        HostPoolFailAfter((LONG)TakeBelow(Input, 12));
        AskWell(Input);
        HostPoolFailAfter(-1);
        break;
    }
    case 7: {
        static const UCHAR Majors[] = {IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_CLEANUP, IRP_MJ_DEVICE_CONTROL};
        ULONG Choice = Take(Input, 1), Major = Choice % (IRP_MJ_MAXIMUM_FUNCTION + 1);
        if (Choice >= 0x80 || Major == IRP_MJ_CREATE || Major == IRP_MJ_CLOSE)
            Major = Majors[Choice & 3];
        (void)HostRequest(&CaptureFile, (UCHAR)Major);
        break;
    }
    case 8:
        OpenOrClose(Input);
        break;
    case 9: {
        ULONG Who = Take(Input, 1);
        HostRequestMode(Who & 1 ? KernelMode : UserMode);
        HostPrivileged(Who & 2);
        break;
    }
    case 10: {
        ULONG How = Take(Input, 1);
        HostEtwEnable(How & 1, (UCHAR)(How >> 1 & 7), How & 16 ? ~0ull : Take64(Input));
        HostEtwAnswer(How & 32 ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS);
        static HOST_ETW_EVENT Event;
        (void)HostEtwEvents(&Event, 1);
        break;
    }
    case 11:
        if (Take(Input, 2) == 0x5555)
            Reload();
        else
            (void)HostBugCheck(TakeNumber(Input), Dumps, RTL_NUMBER_OF(Dumps));
        break;
    default:
        Act(Input);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size)
{
    INPUT Input = {Data, Size};
    if (CaptureFile.Device == NULL)
        Load();
    for (ULONG Steps = 0; Input.Left != 0 && Steps < 200; Steps++)
        OneStep(&Input);
    if (++Inputs % RELOAD_AFTER == 0)
        Reload();
    else
        Rest();
    return 0;
}
