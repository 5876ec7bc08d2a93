#include "mdl.h"

#include "finding.h"
#include "hash.h"
#include "pool.h"
#include "stack.h"
#include "table.h"

#define MDL_CELLS 16384

static const EVENT_DESCRIPTOR MdlBirth = WSKT_MDL_BIRTH_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlBuild = WSKT_MDL_BUILD_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlLock = WSKT_MDL_LOCK_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlUnlock = WSKT_MDL_UNLOCK_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlPartial = WSKT_MDL_PARTIAL_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlAdvance = WSKT_MDL_ADVANCE_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlPrepareReuse = WSKT_MDL_PREPARE_REUSE_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlFree = WSKT_MDL_FREE_DESCRIPTOR;

/* MDL -> A: first byte it describes, B: how many, in the low 32 bits, and its life in the high ones; 0: adopted. */
static TABLE Live;
static volatile LONG LastLife;

#define LENGTH_OF(Entry) ((ULONG)(Entry)->B)
#define LIFE_OF(Entry) ((ULONG)((Entry)->B >> 32))

_Use_decl_annotations_
NTSTATUS
MdlInitialize(VOID)
{
    return TableInitialize(&Live, MDL_CELLS);
}

_Use_decl_annotations_
VOID
MdlUninitialize(VOID)
{
    TableUninitialize(&Live);
}

_Use_decl_annotations_
VOID
MdlForgetClient(USHORT Client)
{
    TableForgetClient(&Live, Client);
}

_Use_decl_annotations_
VOID
MdlForgetRange(ULONG_PTR Start, ULONG_PTR End)
{
    RANGE Range = {Start, End};
    TableForget(&Live, TableKeyInRange, &Range);
    PayloadForgetRange(Start, End);
}

_Use_decl_annotations_
ULONG
MdlCount(VOID)
{
    return TableCount(&Live);
}

static TABLE_TEST Touches;

_Use_decl_annotations_
static BOOLEAN
Touches(const TABLE_ENTRY *Entry, PVOID Context)
{
    const RANGE *Range = Context;
    return RangeHolds(Range, Entry->Key) || RangeOverlaps(Range, (ULONG_PTR)Entry->A, (ULONG_PTR)Entry->A + LENGTH_OF(Entry));
}

_Use_decl_annotations_
BOOLEAN
MdlTouches(ULONG_PTR Start, ULONG_PTR End)
{
    RANGE Range = {Start, End};
    return TableAny(&Live, Touches, &Range);
}

_Use_decl_annotations_
VOID
MdlWalkStart(MDL_WALK *Walk, PMDL Head, ULONG Offset, SIZE_T Length)
{
    Walk->Next = Head;
    Walk->Wanted = (ULONG64)Offset + Length;
    Walk->Count = 0;
}

_Use_decl_annotations_
BOOLEAN
MdlWalkMore(const MDL_WALK *Walk)
{
    return Walk->Next && (Walk->Wanted || !Walk->Count) && Walk->Count < MDL_SNAPS_PER_CALL;
}

static VOID
Snap(const MDL *Mdl, WSKT_MDL_SNAP *Copy)
{
    Copy->Ptr = VALUE_OF(Mdl);
    Copy->Next = VALUE_OF(Mdl->Next);
    Copy->StartVa = VALUE_OF(Mdl->StartVa);
    Copy->MappedVa = VALUE_OF(Mdl->MappedSystemVa);
    Copy->Process = VALUE_OF(Mdl->Process);
    Copy->ByteCount = Mdl->ByteCount;
    Copy->ByteOffset = (UINT16)Mdl->ByteOffset;
    Copy->MdlFlags = (UINT16)Mdl->MdlFlags;
}

_Use_decl_annotations_
USHORT
MdlWalk(MDL_WALK *Walk, WSKT_MDL_SNAP *Snaps)
{
    USHORT Count = 0;

    for (; Count < MDL_SNAPS && MdlWalkMore(Walk); Count++) {
        const MDL *Mdl = Walk->Next;
        Snap(Mdl, &Snaps[Count]);
        Walk->Wanted -= min(Walk->Wanted, Mdl->ByteCount);
        Walk->Next = Mdl->Next;
        Walk->Count++;
    }
    return Count;
}

static VOID
Adopt(const CALL_SITE *Site, UINT64 OpId, const WSKT_MDL_SNAP *Snap)
{
    ULONG_PTR Va = (ULONG_PTR)(Snap->StartVa + Snap->ByteOffset);
    TABLE_ENTRY Entry;

    BOOLEAN Known = TableFind(&Live, (ULONG_PTR)Snap->Ptr, &Entry);
    if (Known && (LIFE_OF(&Entry) || (Entry.A == Va && LENGTH_OF(&Entry) == Snap->ByteCount)))
        return;
    /* One that was adopted may describe other memory by now. */
    if (!TablePut(&Live, (ULONG_PTR)Snap->Ptr, Va, Snap->ByteCount, Site->Client) || Known)
        return;
    WSKT_MDL_BIRTH Event = {.Mdl = Snap->Ptr, .Va = Va, .Length = Snap->ByteCount, .Kind = WsktMdlKind_Adopted};
    PoolMeet(Site, OpId, Event.Mdl);
    PoolMeet(Site, OpId, Event.Va);
    EventWrite(&MdlBirth, Site, OpId, WsktHeaderFlags_Adopted, &Event, sizeof(Event), NULL, 0);
}

_Use_decl_annotations_
VOID
MdlMeet(const CALL_SITE *Site, UINT64 OpId, const WSKT_MDL_SNAP *Snaps, USHORT Count)
{
    if (!TargetRecords(Site->Client, WsktTiers_MdlCalls))
        return;
    for (USHORT i = 0; i < Count; i++)
        Adopt(Site, OpId, &Snaps[i]);
}

_Use_decl_annotations_
ULONG
MdlLife(ULONG_PTR Mdl)
{
    TABLE_ENTRY Entry;
    return TableFind(&Live, Mdl, &Entry) ? LIFE_OF(&Entry) : 0;
}

typedef struct _AGAIN {
    ULONG Life;
    WSKT_MDL_SNAP *Snap;
} AGAIN;

static TABLE_TEST SnapIfAlive;

_Use_decl_annotations_
static BOOLEAN
SnapIfAlive(const TABLE_ENTRY *Entry, PVOID Context)
{
    const AGAIN *Again = Context;
    if (LIFE_OF(Entry) != Again->Life)
        return FALSE;
    Snap((const MDL *)Entry->Key, Again->Snap);
    return TRUE;
}

_Use_decl_annotations_
BOOLEAN
MdlSnapAgain(ULONG_PTR Mdl, ULONG Life, WSKT_MDL_SNAP *Copy)
{
    AGAIN Again = {Life, Copy};
    return Life && TableAsk(&Live, Mdl, SnapIfAlive, &Again);
}

/* A call on an MDL, once it has returned: the MDL is as good as the kernel found it. */
static VOID
LogAfter(const EVENT_DESCRIPTOR *Descriptor, const CALL_SITE *Site, const MDL *Mdl, const MDL *Source, UINT8 Access)
{
    WSKT_MDL_CALL Event = {
        .Mdl = VALUE_OF(Mdl),
        .SourceMdl = VALUE_OF(Source),
        .Va = VALUE_OF(Mdl->StartVa) + Mdl->ByteOffset,
        .Length = Mdl->ByteCount,
        .MdlFlags = (UINT16)Mdl->MdlFlags,
        .Access = Access,
    };
    EVENT_WRITE(Descriptor, Site, 0, &Event);
}

/* A call on an MDL that takes something away, before it. The MDL may be gone already: only one that we know to be
   alive is looked at, of any other the event has the address alone. Length: 0, or what the call is told. */
static VOID
LogBefore(const EVENT_DESCRIPTOR *Descriptor, const CALL_SITE *Site, const MDL *Mdl, ULONG Length)
{
    WSKT_MDL_CALL Event = {.Mdl = VALUE_OF(Mdl), .Length = Length};
    WSKT_MDL_SNAP Now;

    if (MdlSnapAgain(VALUE_OF(Mdl), MdlLife(VALUE_OF(Mdl)), &Now)) {
        Event.Va = Now.StartVa + Now.ByteOffset;
        Event.Length = Length ? Length : Now.ByteCount;
        Event.MdlFlags = Now.MdlFlags;
    }
    EVENT_WRITE_STACK(Descriptor, Site, 0, &Event);
}

_Use_decl_annotations_
PMDL NTAPI
OnIoAllocateMdl(PVOID VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer, BOOLEAN ChargeQuota, PIRP Irp)
{
    CALL_SITE_HERE(Site);
    PMDL Mdl = ORIGINAL(Site, IoAllocateMdl)(VirtualAddress, Length, SecondaryBuffer, ChargeQuota, Irp);
    if (Mdl && EventOn()) {
        WSKT_MDL_BIRTH Event = {
            .Mdl = VALUE_OF(Mdl),
            .Va = VALUE_OF(VirtualAddress),
            .Irp = VALUE_OF(Irp),
            .Length = Length,
            .Kind = WsktMdlKind_IoAllocateMdl,
            .Secondary = SecondaryBuffer,
        };
        ULONG Life = (ULONG)InterlockedIncrement(&LastLife);
        TablePut(&Live, VALUE_OF(Mdl), VALUE_OF(VirtualAddress), ((UINT64)Life << 32) | Length, Site.Client);
        PoolMeet(&Site, 0, Event.Va);
        EVENT_WRITE(&MdlBirth, &Site, 0, &Event);
    }
    return Mdl;
}

_Use_decl_annotations_
VOID NTAPI
OnMmBuildMdlForNonPagedPool(PMDL Mdl)
{
    CALL_SITE_HERE(Site);
    ORIGINAL(Site, MmBuildMdlForNonPagedPool)(Mdl);
    if (EventOn())
        LogAfter(&MdlBuild, &Site, Mdl, NULL, 0);
}

/* A lock that fails raises through us, and there is no event: what is not locked needs no unlock. */
_Use_decl_annotations_
VOID NTAPI
OnMmProbeAndLockPages(PMDL Mdl, KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation)
{
    CALL_SITE_HERE(Site);
    ORIGINAL(Site, MmProbeAndLockPages)(Mdl, AccessMode, Operation);
    if (EventOn())
        LogAfter(&MdlLock, &Site, Mdl, NULL, (UINT8)Operation);
}

_Use_decl_annotations_
VOID NTAPI
OnMmUnlockPages(PMDL Mdl)
{
    CALL_SITE_HERE(Site);
    if (EventOn()) {
        LogBefore(&MdlUnlock, &Site, Mdl, 0);
        FindingMdl(&Site, WsktRule_WskBuf003, Mdl);
    }
    PayloadForgetMdl(Mdl);
    ORIGINAL(Site, MmUnlockPages)(Mdl);
}

_Use_decl_annotations_
VOID NTAPI
OnIoBuildPartialMdl(PMDL SourceMdl, PMDL TargetMdl, PVOID VirtualAddress, ULONG Length)
{
    CALL_SITE_HERE(Site);
    ORIGINAL(Site, IoBuildPartialMdl)(SourceMdl, TargetMdl, VirtualAddress, Length);
    if (EventOn())
        LogAfter(&MdlPartial, &Site, TargetMdl, SourceMdl, 0);
}

/* It unlocks the pages it passes, so it is logged before, as a free is. Length: the bytes it is to pass. */
_Use_decl_annotations_
NTSTATUS NTAPI
OnMmAdvanceMdl(PMDL Mdl, ULONG NumberOfBytes)
{
    CALL_SITE_HERE(Site);
    if (EventOn())
        LogBefore(&MdlAdvance, &Site, Mdl, NumberOfBytes);
    PayloadForgetMdl(Mdl);
    return ORIGINAL(Site, MmAdvanceMdl)(Mdl, NumberOfBytes);
}

/* All that MmPrepareMdlForReuse, a macro, ever does: a partial MDL that was mapped is unmapped. What it does to others is
   nothing, and nobody else's mapping is of interest. */
_Use_decl_annotations_
VOID NTAPI
OnMmUnmapLockedPages(PVOID BaseAddress, PMDL Mdl)
{
    CALL_SITE_HERE(Site);
    WSKT_MDL_SNAP Now;
    if (EventOn() && MdlSnapAgain(VALUE_OF(Mdl), MdlLife(VALUE_OF(Mdl)), &Now) &&
        (Now.MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED))
        LogBefore(&MdlPrepareReuse, &Site, Mdl, 0);
    PayloadForgetMdl(Mdl);
    ORIGINAL(Site, MmUnmapLockedPages)(BaseAddress, Mdl);
}

_Use_decl_annotations_
VOID NTAPI
OnIoFreeMdl(PMDL Mdl)
{
    CALL_SITE_HERE(Site);
    if (EventOn() && Mdl) {
        LogBefore(&MdlFree, &Site, Mdl, 0);
        FindingMdl(&Site, WsktRule_WskBuf001, Mdl);
    }
    while (TableTake(&Live, VALUE_OF(Mdl), 0, NULL))
        ; /* whoever looks at this MDL has done so when it returns */
    PayloadForgetMdl(Mdl);
    ORIGINAL(Site, IoFreeMdl)(Mdl);
}
