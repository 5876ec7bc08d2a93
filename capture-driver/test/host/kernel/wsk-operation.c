/*
 * One call of a WSK verb: when its IRP completes, and on which thread. An operation that is held belongs to whoever
 * takes it off the list first: the test, a cancel, a close, or the peer's bytes.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "hostwsk.h"

static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static LIST_ENTRY Held = {&Held, &Held};
static HOST_POLICY Policies[HostVerbs], Nexts[HostVerbs];
static bool HasNext[HostVerbs];
static ULONG Calls[HostVerbs];
static ULONG_PTR LastNumber;
static SIZE_T HoldAbove = (SIZE_T)-1;
static bool Touch = true, Late;

void HostWskReset(void)
{
    HostWskForgiveLeaks(false);
    HostWskForgiveClosed(false);
    HostWskForgiveReleases(false);
    HostWskStreamAccepts(WSK_FLAG_CONNECTION_SOCKET);
    HostWskCaptureAnswer(STATUS_SUCCESS);
    pthread_mutex_lock(&Lock);
    HOST_CHECK(IsListEmpty(&Held), "HostWskReset: operations are held");
    memset(Policies, 0, sizeof Policies);
    memset(HasNext, 0, sizeof HasNext);
    memset(Calls, 0, sizeof Calls);
    HoldAbove = (SIZE_T)-1;
    Touch = true;
    Late = false;
    pthread_mutex_unlock(&Lock);
}

void HostWskPolicy(HOST_VERB Verb, HOST_POLICY Policy)
{
    pthread_mutex_lock(&Lock);
    for (ULONG i = 0; i < HostVerbs; i++)
        if (Verb == HostAnyVerb || Verb == i)
            Policies[i] = Policy;
    pthread_mutex_unlock(&Lock);
}

void HostWskNext(HOST_VERB Verb, HOST_POLICY Policy)
{
    pthread_mutex_lock(&Lock);
    Nexts[Verb] = Policy;
    HasNext[Verb] = true;
    pthread_mutex_unlock(&Lock);
}

void HostWskHoldSends(SIZE_T MoreThan)
{
    HoldAbove = MoreThan;
}

void HostWskTouch(bool Value)
{
    Touch = Value;
}

bool HostTouches(void)
{
    return Touch;
}

void HostWskLateLocation(bool Value)
{
    Late = Value;
}

ULONG HostWskCalls(HOST_VERB Verb)
{
    pthread_mutex_lock(&Lock);
    ULONG Count = Calls[Verb];
    pthread_mutex_unlock(&Lock);
    return Count;
}

SIZE_T HostWskHeldCount(HOST_VERB Verb)
{
    SIZE_T Count = 0;
    pthread_mutex_lock(&Lock);
    for (PLIST_ENTRY E = Held.Flink; E != &Held; E = E->Flink) {
        HOST_OPERATION *Operation = CONTAINING_RECORD(E, HOST_OPERATION, Link);
        Count += Verb == HostAnyVerb || Operation->Verb == Verb;
    }
    pthread_mutex_unlock(&Lock);
    return Count;
}

void HostWskAwaitHeld(HOST_VERB Verb)
{
    while (HostWskHeldCount(Verb) == 0)
        sched_yield();
}

/* Takes the oldest operation that fits off the list of what is held. */
static HOST_OPERATION *Claim(HOST_VERB Verb, HOST_SOCKET *Socket, ULONG_PTR Number)
{
    HOST_OPERATION *Found = NULL;
    pthread_mutex_lock(&Lock);
    for (PLIST_ENTRY E = Held.Flink; E != &Held && Found == NULL; E = E->Flink) {
        HOST_OPERATION *Operation = CONTAINING_RECORD(E, HOST_OPERATION, Link);
        if ((Verb == HostAnyVerb || Operation->Verb == Verb) && (Socket == NULL || Operation->Socket == Socket)
            && (Number == 0 || Operation->Number == Number))
            Found = Operation;
    }
    if (Found != NULL)
        RemoveEntryList(&Found->Link);
    pthread_mutex_unlock(&Lock);
    return Found;
}

static void Complete(HOST_OPERATION *Operation)
{
    PIRP Irp = Operation->Irp;
    NTSTATUS Status = Operation->Policy.Status;
    HOST_SOCKET *Closing = Operation->Verb == HostCloseSocket ? Operation->Socket : NULL;
    KIRQL Old = KeGetCurrentIrql(), At = Operation->Policy.Irql;
    if (NT_SUCCESS(Status))
        HostEffect(Operation);
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Operation->Information;
    free(Operation);
    if (Closing != NULL)
        HostSocketClosed(Closing);
    if (Late)
        IoSetNextIrpStackLocation(Irp);
    if (At > Old)
        KfRaiseIrql(At);
    IoCompleteRequest(Irp, IO_NETWORK_INCREMENT); /* the IRP is not ours from here on */
    if (At > Old)
        KeLowerIrql(Old);
}

static VOID CancelHeld(PDEVICE_OBJECT Device, PIRP Irp)
{
    (void)Device;
    ULONG_PTR Number = (ULONG_PTR)Irp->Tail.Overlay.DriverContext[0];
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    HOST_OPERATION *Operation = Claim(HostAnyVerb, NULL, Number);
    if (Operation == NULL)
        return;
    Operation->Policy.Status = STATUS_CANCELLED;
    Operation->Information = 0;
    Complete(Operation);
}

static void CompleteClaimed(HOST_OPERATION *Operation, NTSTATUS Status)
{
    (void)IoSetCancelRoutine(Operation->Irp, NULL);
    Operation->Policy.Status = Status;
    if (!NT_SUCCESS(Status))
        Operation->Information = 0;
    Complete(Operation);
}

bool HostWskComplete(HOST_VERB Verb, NTSTATUS Status)
{
    HOST_OPERATION *Operation = Claim(Verb, NULL, 0);
    if (Operation == NULL)
        return false;
    CompleteClaimed(Operation, Status);
    return true;
}

void HostWskCompleteAll(void)
{
    HOST_OPERATION *Operation;
    while ((Operation = Claim(HostAnyVerb, NULL, 0)) != NULL)
        CompleteClaimed(Operation, Operation->Policy.Status);
}

void HostCancelSocket(HOST_SOCKET *Socket)
{
    HOST_OPERATION *Operation;
    while ((Operation = Claim(HostAnyVerb, Socket, 0)) != NULL)
        CompleteClaimed(Operation, STATUS_CANCELLED);
}

/* One only: once it has completed, the client may have closed the socket. */
void HostReceiveHeld(HOST_SOCKET *Socket)
{
    HOST_OPERATION *Operation = HostInboundReady(Socket) ? Claim(HostReceive, Socket, 0) : NULL;
    if (Operation != NULL)
        CompleteClaimed(Operation, STATUS_SUCCESS);
}

static VOID CompleteThread(PVOID Context)
{
    Complete(Context);
}

static void *CompletePthread(void *Context)
{
    Complete(Context);
    return NULL;
}

static HOST_POLICY PolicyOf(const HOST_OPERATION *Operation)
{
    HOST_POLICY Policy = Policies[Operation->Verb];
    if (HasNext[Operation->Verb]) {
        Policy = Nexts[Operation->Verb];
        HasNext[Operation->Verb] = false;
    } else if (Operation->Verb == HostSend && Operation->Buffer.Length > HoldAbove) {
        Policy.When = HostHeld;
    }
    return Policy;
}

NTSTATUS HostSubmit(HOST_OPERATION Given)
{
    PIRP Irp = Given.Irp;
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    HOST_CHECK(Irp != NULL && Irp->Type == IO_TYPE_IRP, "a WSK call without an IRP");
    HOST_CHECK(Irp->CurrentLocation > 1, "a WSK call whose IRP has no stack location left");
    pthread_mutex_lock(&Lock);
    Calls[Given.Verb]++;
    Given.Policy = PolicyOf(&Given);
    Given.Number = ++LastNumber;
    pthread_mutex_unlock(&Lock);
    if (Given.Policy.When == HostNever)
        return Given.Policy.Status;
    if (Given.Verb == HostReceive && Given.Policy.When != HostHeld && NT_SUCCESS(Given.Policy.Status)
        && !HostInboundReady(Given.Socket))
        Given.Policy.When = HostHeld;

    HOST_OPERATION *Operation = malloc(sizeof *Operation);
    *Operation = Given;
    if (!Late)
        IoSetNextIrpStackLocation(Irp);
    if (!Late && Given.Policy.When != HostInCall)
        IoMarkIrpPending(Irp);
    HANDLE Handle;
    pthread_t Thread;
    ULONG_PTR Number = Given.Number;
    switch (Given.Policy.When) {
    case HostInCall:
        Complete(Operation);
        return Given.Policy.Status;
    case HostInCallPending:
        Complete(Operation);
        break;
    case HostOtherThread:
        HOST_CHECK(pthread_create(&Thread, NULL, CompletePthread, Operation) == 0, "pthread_create");
        pthread_join(Thread, NULL);
        break;
    case HostSomeTime:
        PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, CompleteThread, Operation);
        ZwClose(Handle);
        break;
    default:
        Irp->Tail.Overlay.DriverContext[0] = (PVOID)Number;
        (void)IoSetCancelRoutine(Irp, CancelHeld);
        pthread_mutex_lock(&Lock);
        InsertTailList(&Held, &Operation->Link);
        pthread_mutex_unlock(&Lock);
        if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL && Claim(HostAnyVerb, NULL, Number) != NULL) {
            Operation->Policy.Status = STATUS_CANCELLED;
            Complete(Operation);
        }
        break;
    }
    return STATUS_PENDING;
}
