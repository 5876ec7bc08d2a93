/* Which IRPs we know: made by a target before our eyes, or met in a call. */
#include "irp.h"

#include "pool.h"
#include "table.h"

#define IRP_CELLS 8192

static const EVENT_DESCRIPTOR IrpBirth = WSKT_IRP_BIRTH_DESCRIPTOR;

static TABLE Live; /* IRP -> A: WsktIrpKind */

PVOID volatile IrpRecent[IRP_RECENT];

_Use_decl_annotations_
NTSTATUS
IrpInitialize(VOID)
{
    return TableInitialize(&Live, IRP_CELLS);
}

_Use_decl_annotations_
VOID
IrpUninitialize(VOID)
{
    TableUninitialize(&Live);
}

_Use_decl_annotations_
ULONG
IrpCount(VOID)
{
    return TableCount(&Live);
}

static inline VOID
NotRecent(const IRP *Irp)
{
    if (IrpIsRecent(Irp))
        IrpRecent[IrpPlace(Irp)] = NULL;
}

static VOID
ForgetRecent(const RANGE *Range)
{
    for (ULONG i = 0; i < IRP_RECENT; i++)
        if (RangeHolds(Range, VALUE_OF(IrpRecent[i])))
            IrpRecent[i] = NULL;
}

_Use_decl_annotations_
VOID
IrpNoneRecent(VOID)
{
    RANGE All = {0, ~(ULONG_PTR)0};
    ForgetRecent(&All);
}

_Use_decl_annotations_
VOID
IrpForgetClient(USHORT Client)
{
    TableForgetClient(&Live, Client);
    IrpNoneRecent();
}

_Use_decl_annotations_
BOOLEAN
IrpTouches(ULONG_PTR Start, ULONG_PTR End)
{
    RANGE Range = {Start, End};
    return End - Start >= sizeof(IRP) && TableAny(&Live, TableKeyInRange, &Range);
}

_Use_decl_annotations_
VOID
IrpForgetRange(ULONG_PTR Start, ULONG_PTR End)
{
    RANGE Range = {Start, End};
    TableForget(&Live, TableKeyInRange, &Range);
    ForgetRecent(&Range);
}

_Use_decl_annotations_
BOOLEAN
IrpBorn(const IRP *Irp, UINT8 Kind, USHORT Client)
{
    NotRecent(Irp);
    return TablePut(&Live, VALUE_OF(Irp), Kind, 0, Client);
}

_Use_decl_annotations_
VOID
IrpGone(const IRP *Irp)
{
    while (TableTake(&Live, VALUE_OF(Irp), 0, NULL))
        ;
    NotRecent(Irp);
}

_Use_decl_annotations_
BOOLEAN
IrpIsKnown(const IRP *Irp)
{
    TABLE_ENTRY Entry;
    return IrpIsRecent(Irp) || TableFind(&Live, VALUE_OF(Irp), &Entry);
}

_Use_decl_annotations_
VOID
IrpPassedOn(const IRP *Irp)
{
    TABLE_ENTRY Entry;
    if (!TableFind(&Live, VALUE_OF(Irp), &Entry))
        return;
    switch (Entry.A) {
    case WsktIrpKind_IoAllocateIrp:
    case WsktIrpKind_IoAllocateIrpEx:
    case WsktIrpKind_IoInitializeIrp:
        return;
    default:
        IrpGone(Irp);
    }
}

/* Where calls have more to tell than their enter, none is recent. */
static VOID
Remember(const IRP *Irp)
{
    if (!TargetAsked(WsktTiers_Hashes | WsktTiers_Stacks | TARGET_PAST))
        IrpRecent[IrpPlace(Irp)] = (PVOID)VALUE_OF(Irp);
}

/* Refused by a full table it would be met again at each call: then it stays unknown. */
_Use_decl_annotations_
VOID
IrpMeet(const CALL_SITE *Site, UINT64 OpId, const IRP *Irp)
{
    TABLE_ENTRY Entry;
    if (TableFind(&Live, VALUE_OF(Irp), &Entry)) {
        Remember(Irp);
        return;
    }
    if (!IrpBorn(Irp, WsktIrpKind_Adopted, Site->Client))
        return;
    Remember(Irp);
    WSKT_IRP_BIRTH Event = {
        .Irp = VALUE_OF(Irp),
        .PacketSize = Irp->Size,
        .StackSize = (UINT8)Irp->StackCount,
        .Kind = WsktIrpKind_Adopted,
    };
    PoolMeet(Site, OpId, Event.Irp);
    EventWrite(&IrpBirth, Site, OpId, WsktHeaderFlags_Adopted, &Event, sizeof(Event), NULL, 0);
}
