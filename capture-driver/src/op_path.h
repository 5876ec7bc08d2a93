/*
 * The path of an operation, inline: what each call and each completion does with its slot. op.h says what holds.
 */
#ifndef WSKTRACE_OP_PATH_H
#define WSKTRACE_OP_PATH_H

#include "finding.h"
#include "flight.h"
#include "hash.h"
#include "op.h"

typedef struct _OP_POOL {
    OP *Ops;
    ULONG Count;
    SLOTS Free;
    FLIGHT Flight;
    volatile LONG64 Unwrapped;
    volatile LONG64 Strays;
} OP_POOL;

extern OP_POOL OpPool;

#define OP_NUMBER_MASK ((ULONG_PTR)OP_GENERATION - 1)

/* The same bits of a state and of a ticket. */
static inline ULONG_PTR
OpGenerationOf(_In_ LONG64 StateOrTicket)
{
    return (ULONG_PTR)StateOrTicket & ~OP_NUMBER_MASK;
}

static inline OP *
OpOfTicket(_In_ ULONG_PTR Ticket)
{
    ULONG Number = (ULONG)(Ticket & OP_NUMBER_MASK);
    return Number < OpPool.Count ? &OpPool.Ops[Number] : NULL;
}

/* Sets a flag of the operation that the ticket is of; State is what it was. FALSE: it is over, or its completion has been
   taken. */
static inline BOOLEAN
OpMark(_Inout_ OP *Op, _In_ ULONG_PTR Ticket, _In_ LONG64 Flag, _Out_ LONG64 *State)
{
    LONG64 Seen = ReadAcquire64(&Op->State);
    while (OpGenerationOf(Seen) == OpGenerationOf((LONG64)Ticket) && !(Seen & OP_COMPLETED)) {
        LONG64 Now = InterlockedCompareExchange64(&Op->State, Seen | Flag, Seen);
        if (Now == Seen) {
            *State = Seen;
            return TRUE;
        }
        Seen = Now;
    }
    return FALSE;
}

/* A slot for a call that is about to be forwarded; NULL if there is none left (counted) or no IRP. */
_IRQL_requires_max_(DISPATCH_LEVEL)
INLINED OP *
OpBegin(_In_ const CALL_SITE *Site, _In_ UINT8 Verb, _In_opt_ PVOID Socket, _In_opt_ PIRP Irp, _In_ UINT64 OpId)
{
    if (!Irp)
        return NULL;
    ULONG Number = SlotTake(&OpPool.Free);
    if (Number == SLOT_NONE) {
        InterlockedIncrement64(&OpPool.Unwrapped);
        FindingAbandon(Site, Irp);
        return NULL;
    }
    volatile LONG *Hash = FlightHash(&OpPool.Flight, Irp);
    if (ReadAcquire(Hash))
        FindingAbandon(Site, Irp); /* an operation that still has this IRP will be overwritten by the next routine */
    OP *Op = &OpPool.Ops[Number];
    LONG64 Fresh = (LONG64)OpGenerationOf(Op->State) + OP_GENERATION;
    InterlockedExchange64(&Op->State, Fresh + 1); /* the call's share */
    Op->Ticket = (ULONG_PTR)Fresh | Number;
    Op->Memory.OpId = OpId;
    Op->Memory.Routine = NULL;
    Op->Memory.Client = Site->Client;
    Op->Memory.Verb = Verb;
    Op->Irp = Irp;
    Op->Hash = Hash;
    Op->Socket = Socket;
    Op->Told = NULL;
    Op->Callbacks = NULL;
    Op->Lives = MdlLives();
    Op->Category = OP_MAKES_NONE;
    Op->Widened = FALSE;
    Op->Ranges = 0;
    return Op;
}

/* The bytes of an MDL belong to the operation as long as it is in flight. Before OpWrap. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
OpAddMdl(_Inout_ OP *Op, _In_ const MDL *Mdl)
{
    ULONG_PTR Start = VALUE_OF(Mdl->StartVa) + Mdl->ByteOffset, End = Start + Mdl->ByteCount;
    UCHAR Ranges = Op->Ranges;
    if (Ranges < OP_RANGES) {
        volatile MDL_SEEN *Seen = &Op->Range[Ranges];
        Seen->Mdl = VALUE_OF(Mdl);
        Seen->Next = VALUE_OF(Mdl->Next);
        Seen->Start = Start;
        Seen->End = End;
        Seen->Flags = (USHORT)Mdl->MdlFlags;
        Op->Ranges = (UCHAR)(Ranges + 1);
    } else {
        volatile MDL_SEEN *Last = &Op->Range[OP_RANGES - 1];
        Op->Widened = TRUE;
        Last->Start = min(Last->Start, Start);
        Last->End = max(Last->End, End);
    }
}

/* Before the IRP gets our routine: it is noted as in flight, and the completion has its share. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
OpNote(_Inout_ OP *Op)
{
    Op->State = Op->State + 1; /* nobody else knows the ticket yet */
    FlightNote(&OpPool.Flight, (ULONG)(Op->Ticket & OP_NUMBER_MASK), Op->Irp, Op->Hash);
}

/* Puts our completion routine in front of the client's, which Next, the IRP's next stack location, has. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
OpWrap(_Inout_ OP *Op, _Inout_ PIO_STACK_LOCATION Next)
{
    Op->Memory.Routine = Next->CompletionRoutine;
    Op->Memory.Context = Next->Context;
    Op->Memory.Control = Next->Control;
    Op->Location = Next;
    OpNote(Op);
    Next->CompletionRoutine = OpCompleted;
    Next->Context = (PVOID)Op->Ticket;
    Next->Control |= SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL;
}

/* For the completion: is it the operation's, and the first? Then it is not in flight any more, and the completion's
   share is the caller's to give up; State is what it was. Else NULL: a stray, and counted. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return != NULL)
static inline OP *
OpTake(_In_ ULONG_PTR Ticket, _In_ PIRP Irp, _Out_ LONG64 *State)
{
    OP *Op = OpOfTicket(Ticket);
    /* The IRP is the operation's own if the mark then succeeds: while COMPLETED is not set, the generation stays. */
    if (Op && Op->Irp == Irp && OpMark(Op, Ticket, OP_COMPLETED, State)) {
        FlightForget(&OpPool.Flight, (ULONG)(Ticket & OP_NUMBER_MASK), Op->Hash);
        return Op;
    }
    InterlockedIncrement64(&OpPool.Strays);
    return NULL;
}

/* One share less, and Flags, of which none is set. TRUE: that was the last one. */
INLINED BOOLEAN
OpShareGone(_Inout_ OP *Op, _In_ LONG64 Flags)
{
    LONG64 State = InterlockedExchangeAdd64(&Op->State, Flags - 1) - 1;
    if (State & OP_SHARES)
        return FALSE;
    if (State & OP_PAYLOAD)
        PayloadDrop(Op);
    return TRUE;
}

/* OpGiveUpShare; Flags, of which none is set, are set with it. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline VOID
OpGiveUp(_Inout_ OP *Op, _In_ LONG64 Flags)
{
    ULONG Number = (ULONG)(Op->Ticket & OP_NUMBER_MASK);
    if (OpShareGone(Op, Flags))
        SlotGive(&OpPool.Free, Number);
}

/* The same, at DISPATCH_LEVEL. */
_IRQL_requires_(DISPATCH_LEVEL)
INLINED VOID
OpGiveUpHere(_Inout_ OP *Op, _In_ LONG64 Flags)
{
    ULONG Number = (ULONG)(Op->Ticket & OP_NUMBER_MASK);
    if (OpShareGone(Op, Flags))
        SlotGiveHere(&OpPool.Free, Number);
}

#endif
