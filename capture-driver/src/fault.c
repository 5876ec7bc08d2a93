#include "fault.h"

#include "held.h"
#include "ioctl.h"
#include "shim.h"

#define VERB(Name) WSKT_FAULT_VERB(WsktVerb_##Name)

/* Those that take an IRP. */
#define VERBS                                                                                                      \
    (VERB(WskSocket) | VERB(WskSocketConnect) | VERB(WskControlClient) | VERB(WskGetAddressInfo) |                 \
     VERB(WskGetNameInfo) | VERB(WskControlSocket) | VERB(WskCloseSocket) | VERB(WskBind) | VERB(WskListen) |      \
     VERB(WskAccept) | VERB(WskInspectComplete) | VERB(WskConnect) | VERB(WskConnectEx) | VERB(WskGetLocalAddress) | \
     VERB(WskGetRemoteAddress) | VERB(WskSend) | VERB(WskReceive) | VERB(WskDisconnect) | VERB(WskSendTo) |        \
     VERB(WskReceiveFrom) | VERB(WskSendMessages))

/* Those whose completions no event callback of the socket depends on. */
#define VERBS_BESIDE_CALLBACKS \
    (VERB(WskSend) | VERB(WskSendTo) | VERB(WskSendMessages) | VERB(WskDisconnect) | VERB(WskCloseSocket))

C_ASSERT(WsktVerb_WskReceiveEx < 32);
C_ASSERT(sizeof(WSKT_FAULTS) == 10 * 4 + WSKT_MAX_TARGETS * WSKT_TARGET_CHARS * sizeof(WCHAR));
C_ASSERT(sizeof(WSKT_FAULT_STATUS) == 8 * 4 + 6 * 8);

static const EVENT_DESCRIPTOR FaultInjected = WSKT_FAULT_INJECTED_DESCRIPTOR;

volatile LONG FaultActive;

/* The lock is shared by all processors, and taken only while faults are on. */
static struct {
    KSPIN_LOCK Lock;
    BOOLEAN On;
    WSKT_FAULTS Plan;
    ULONG Turn;     /* completions since one was held until others were delivered */
    ULONG FailTurn; /* calls since one failed */
    UINT64 Calls;   /* that could have failed */
    UINT64 Fails;
    volatile LONG64 Holds;
    volatile LONG64 Reorders;
    volatile LONG64 Followers;
    volatile LONG64 Passed;
} Faults;

_Use_decl_annotations_
VOID
FaultInitialize(VOID)
{
    FaultActive = 0;
    RtlZeroMemory(&Faults, sizeof(Faults));
    KeInitializeSpinLock(&Faults.Lock);
    HeldInitialize();
}

_Use_decl_annotations_
VOID
FaultUninitialize(VOID)
{
    FaultOff();
}

static NTSTATUS
CheckNames(const WSKT_FAULTS *In)
{
    if (In->Count > WSKT_MAX_TARGETS)
        return STATUS_INVALID_PARAMETER;
    for (ULONG i = 0; i < WSKT_MAX_TARGETS; i++) {
        ULONG Chars = 0;
        while (Chars < WSKT_TARGET_CHARS && In->Names[i][Chars])
            Chars++;
        if (i < In->Count ? !Chars || Chars == WSKT_TARGET_CHARS : Chars != 0)
            return STATUS_OBJECT_NAME_INVALID;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS
Check(const WSKT_FAULTS *In)
{
    BOOLEAN Any = In->HoldMs || In->Reorder || In->FailEvery;
    if (In->Reserved || In->Flags & ~(UINT32)WSKT_FAULTS_TEST_MACHINE || In->HoldMs > WSKT_MAX_HOLD_MS ||
        In->Reorder == 1 || In->Reorder > WSKT_MAX_REORDER || In->FailEvery > WSKT_MAX_FAIL_EVERY ||
        In->Verbs & ~(UINT32)VERBS)
        return STATUS_INVALID_PARAMETER;
    if (In->FailEvery ? !NT_ERROR((NTSTATUS)In->FailStatus) : In->FailStatus || In->FailTimes)
        return STATUS_INVALID_PARAMETER;
    if (Any ? !In->Flags || !In->Verbs : In->Flags || In->Verbs || In->Count)
        return STATUS_INVALID_PARAMETER;
    return CheckNames(In);
}

_Use_decl_annotations_
VOID
FaultOff(VOID)
{
    KIRQL Irql;
    if (!FaultsOn())
        return;
    KeAcquireSpinLock(&Faults.Lock, &Irql);
    Faults.On = FALSE;
    KeReleaseSpinLock(&Faults.Lock, Irql);
    HeldEnd();
    InterlockedExchange(&FaultActive, 0);
}

_Use_decl_annotations_
NTSTATUS
FaultSet(const WSKT_FAULTS *In)
{
    OP_COUNTERS Ops;
    KIRQL Irql;

    NTSTATUS Status = Check(In);
    if (!NT_SUCCESS(Status))
        return Status;
    if (In->Flags && !EventOn())
        return STATUS_INVALID_DEVICE_STATE;
    FaultOff();
    if (!In->Flags)
        return STATUS_SUCCESS;
    OpCount(&Ops);
    Status = HeldBegin(Ops.Slots);
    if (!NT_SUCCESS(Status))
        return Status;
    KeAcquireSpinLock(&Faults.Lock, &Irql);
    Faults.Plan = *In;
    Faults.Turn = Faults.FailTurn = 0;
    Faults.Calls = Faults.Fails = 0;
    Faults.On = TRUE;
    KeReleaseSpinLock(&Faults.Lock, Irql);
    Faults.Holds = Faults.Reorders = Faults.Followers = Faults.Passed = 0;
    InterlockedExchange(&FaultActive, 1);
    return STATUS_SUCCESS;
}

static WCHAR
Small(WCHAR Letter)
{
    return Letter >= L'A' && Letter <= L'Z' ? (WCHAR)(Letter - L'A' + L'a') : Letter;
}

/* Is it the same file name, with or without ".sys"? At any IRQL, so by the letters of ASCII alone. */
static BOOLEAN
IsNamed(const WCHAR *File, const WCHAR *Name)
{
    static const WCHAR Ending[] = L".sys";
    ULONG i = 0, j = 0;
    while (Name[i] && Small(File[i]) == Small(Name[i]))
        i++;
    if (Name[i])
        return FALSE;
    while (Ending[j] && Small(File[i + j]) == Ending[j])
        j++;
    return !File[i] || (!Ending[j] && !File[i + j]);
}

/* With the lock held. */
static BOOLEAN
IsMeant(USHORT Client, UINT8 Verb)
{
    if (!Faults.On || !(Faults.Plan.Verbs & WSKT_FAULT_VERB(Verb)))
        return FALSE;
    const WCHAR *File = Faults.Plan.Count ? TargetName(Client) : NULL;
    BOOLEAN Meant = !Faults.Plan.Count;
    for (ULONG i = 0; File && !Meant && i < Faults.Plan.Count; i++)
        Meant = IsNamed(File, Faults.Plan.Names[i]);
    return Meant;
}

static VOID
Log(const CALL_SITE *Site, const OP *Op, UINT8 Kind, UINT64 Value, NTSTATUS Status)
{
    WSKT_FAULT_INJECTED Event = {
        .Socket = VALUE_OF(Op->Socket),
        .Irp = VALUE_OF(Op->Irp),
        .Value = Value,
        .Status = (UINT32)Status,
        .Verb = Op->Memory.Verb,
        .Kind = Kind,
    };
    EVENT_WRITE(&FaultInjected, Site, Op->Memory.OpId, &Event);
}

_Use_decl_annotations_
BOOLEAN
FaultFails(const CALL_SITE *Site, OP *Op, NTSTATUS *Status)
{
    UINT64 Number = 0;
    KIRQL Irql;

    if (!Op || !OpIsFollowed(Op) || Op->Memory.Verb == WsktVerb_WskCloseSocket)
        return FALSE;
    KeAcquireSpinLock(&Faults.Lock, &Irql);
    const WSKT_FAULTS *Plan = &Faults.Plan;
    if (IsMeant(Op->Memory.Client, Op->Memory.Verb) && Plan->FailEvery) {
        Faults.Calls++;
        if (++Faults.FailTurn == Plan->FailEvery) {
            Faults.FailTurn = 0;
            Number = !Plan->FailTimes || Faults.Fails < Plan->FailTimes ? Faults.Calls : 0;
        }
    }
    if (Number) {
        Faults.Fails++;
        *Status = (NTSTATUS)Plan->FailStatus;
    }
    KeReleaseSpinLock(&Faults.Lock, Irql);
    if (!Number)
        return FALSE;
    Log(Site, Op, WsktFaultKind_Fail, Number, *Status);
    /* As the driver below: the stack location is ours. */
    PIRP Irp = Op->Irp;
    IoSetNextIrpStackLocation(Irp);
    Irp->IoStatus.Status = *Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return TRUE;
}

/* May this completion come later than WSK's other doings? */
static BOOLEAN
MayWait(const OP *Op)
{
    OP_COUNTERS Ops;
    CALLBACK_COUNTERS Callbacks;

    OpCount(&Ops);
    if (Ops.Free < Ops.Slots / 2)
        return FALSE;
    if (WSKT_FAULT_VERB(Op->Memory.Verb) & VERBS_BESIDE_CALLBACKS)
        return TRUE;
    CallbackCount(&Callbacks); /* callbacks that did not come to us: any socket may have some */
    return !Callbacks.Unwrapped && !Op->Callbacks && (!Op->Socket || !ShimCallbacks(Op->Socket));
}

typedef struct _WISH {
    BOOLEAN Meant;
    ULONG Milliseconds;
    ULONG Others;
} WISH;

static WISH
WishFor(const OP *Op)
{
    WISH Wish = {0};
    KIRQL Irql;

    KeAcquireSpinLock(&Faults.Lock, &Irql);
    if (IsMeant(Op->Memory.Client, Op->Memory.Verb) && (Faults.Plan.HoldMs || Faults.Plan.Reorder)) {
        Wish.Meant = TRUE;
        Wish.Milliseconds = Faults.Plan.HoldMs;
        if (Faults.Plan.Reorder && ++Faults.Turn == Faults.Plan.Reorder) {
            Faults.Turn = 0;
            Wish.Others = Faults.Plan.Reorder - 1;
        }
    }
    KeReleaseSpinLock(&Faults.Lock, Irql);
    return Wish;
}

_Use_decl_annotations_
BOOLEAN
FaultTakes(PDEVICE_OBJECT DeviceObject, PIRP Irp, ULONG_PTR Ticket, BOOLEAN *Passes)
{
    UINT64 Behind;

    *Passes = FALSE;
    OP *Op = OpPin(Ticket, Irp);
    if (!Op)
        return FALSE;
    WISH Wish = WishFor(Op);
    BOOLEAN Wanted = (Wish.Milliseconds || Wish.Others) && MayWait(Op);
    HELD Completion = {
        .Op = Op,
        .Ticket = Ticket,
        .DeviceObject = DeviceObject,
        .Irp = Irp,
        .Socket = Op->Socket,
        .OpId = Op->Memory.OpId,
        .Milliseconds = Wish.Milliseconds,
        .Others = Wish.Others,
        .Verb = Op->Memory.Verb,
    };
    HELD_ANSWER Answer = HeldQueue(&Completion, Wanted, &Behind);
    if ((Wish.Milliseconds || Wish.Others) && Answer != HeldAsWanted)
        InterlockedIncrement64(&Faults.Passed);
    if (Answer == HeldNot) {
        OpGiveUpShare(Op);
        *Passes = Wish.Meant;
        return FALSE;
    }
    InterlockedOr64(&Op->State, OP_HELD);
    CALL_SITE Site = {.Client = Op->Memory.Client};
    NTSTATUS Status = Irp->IoStatus.Status;
    if (Answer == HeldBehind) {
        InterlockedIncrement64(&Faults.Followers);
        Log(&Site, Op, WsktFaultKind_Follow, Behind, Status);
    } else if (Wish.Others) {
        InterlockedIncrement64(&Faults.Reorders);
        Log(&Site, Op, WsktFaultKind_Reorder, Wish.Others, Status);
    } else {
        InterlockedIncrement64(&Faults.Holds);
        Log(&Site, Op, WsktFaultKind_Hold, Wish.Milliseconds, Status);
    }
    HeldSettle(Ticket);
    return TRUE;
}

_Use_decl_annotations_
VOID
FaultPassed(VOID)
{
    HeldPassed();
}

_Use_decl_annotations_
VOID
FaultPause(VOID)
{
    HeldPause();
}

_Use_decl_annotations_
VOID
FaultResume(VOID)
{
    HeldResume();
}

_Use_decl_annotations_
VOID
FaultCount(WSKT_FAULT_STATUS *Status)
{
    HELD_COUNTERS Held;
    KIRQL Irql;

    HeldCount(&Held);
    RtlZeroMemory(Status, sizeof(*Status));
    KeAcquireSpinLock(&Faults.Lock, &Irql);
    if (Faults.On) {
        Status->HoldMs = Faults.Plan.HoldMs;
        Status->Reorder = Faults.Plan.Reorder;
        Status->FailEvery = Faults.Plan.FailEvery;
        Status->FailTimes = Faults.Plan.FailTimes;
        Status->FailStatus = Faults.Plan.FailStatus;
        Status->Verbs = Faults.Plan.Verbs;
        Status->Count = Faults.Plan.Count;
    }
    Status->Fails = Faults.Fails;
    KeReleaseSpinLock(&Faults.Lock, Irql);
    Status->Held = Held.Now;
    Status->LetGo = Held.LetGo;
    Status->Holds = (UINT64)Faults.Holds;
    Status->Reorders = (UINT64)Faults.Reorders;
    Status->Followers = (UINT64)Faults.Followers;
    Status->Passed = (UINT64)Faults.Passed;
}
