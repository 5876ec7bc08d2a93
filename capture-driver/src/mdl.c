#include "mdl.h"

#include "finding.h"
#include "hash.h"
#include "pool.h"
#include "stack.h"

#define MDL_CELLS 16384
#define ADOPTED_CELLS 4096

static const EVENT_DESCRIPTOR MdlBirth = WSKT_MDL_BIRTH_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlBuild = WSKT_MDL_BUILD_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlLock = WSKT_MDL_LOCK_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlUnlock = WSKT_MDL_UNLOCK_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlPartial = WSKT_MDL_PARTIAL_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlAdvance = WSKT_MDL_ADVANCE_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlPrepareReuse = WSKT_MDL_PREPARE_REUSE_DESCRIPTOR;
static const EVENT_DESCRIPTOR MdlFree = WSKT_MDL_FREE_DESCRIPTOR;

TABLE MdlsAlive;
static TABLE Adopted; /* MDL -> as in MdlsAlive, and life 0: their end may come unseen, and nobody looks at them */
PVOID volatile MdlRecent[MDL_RECENT];
volatile LONG MdlLastLife;

_Use_decl_annotations_
NTSTATUS
MdlInitialize(VOID)
{
    NTSTATUS Status = TableInitialize(&MdlsAlive, MDL_CELLS);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = TableInitialize(&Adopted, ADOPTED_CELLS);
    if (!NT_SUCCESS(Status))
        TableUninitialize(&MdlsAlive);
    return Status;
}

_Use_decl_annotations_
VOID
MdlUninitialize(VOID)
{
    TableUninitialize(&Adopted);
    TableUninitialize(&MdlsAlive);
}

static VOID
ForgetRecent(const RANGE *Range)
{
    for (ULONG i = 0; i < MDL_RECENT; i++)
        if (RangeHolds(Range, VALUE_OF(MdlRecent[i])))
            MdlRecent[i] = NULL;
}

_Use_decl_annotations_
VOID
MdlForgetClient(USHORT Client)
{
    RANGE All = {0, ~(ULONG_PTR)0};
    TableForgetClient(&MdlsAlive, Client);
    TableForgetClient(&Adopted, Client);
    ForgetRecent(&All);
}

_Use_decl_annotations_
VOID
MdlForgetRange(ULONG_PTR Start, ULONG_PTR End)
{
    RANGE Range = {Start, End};
    TableForget(&MdlsAlive, TableKeyInRange, &Range);
    TableForget(&Adopted, TableKeyInRange, &Range);
    ForgetRecent(&Range);
    PayloadForgetRange(Start, End);
}

_Use_decl_annotations_
ULONG
MdlCount(VOID)
{
    return TableCount(&MdlsAlive) + TableCount(&Adopted);
}

static TABLE_TEST Touches;

_Use_decl_annotations_
static BOOLEAN
Touches(const TABLE_ENTRY *Entry, PVOID Context)
{
    const RANGE *Range = Context;
    return RangeHolds(Range, Entry->Key) ||
           RangeOverlaps(Range, (ULONG_PTR)Entry->A, (ULONG_PTR)Entry->A + (ULONG)Entry->B);
}

_Use_decl_annotations_
BOOLEAN
MdlTouches(ULONG_PTR Start, ULONG_PTR End)
{
    RANGE Range = {Start, End};
    return TableAny(&MdlsAlive, Touches, &Range) || TableAny(&Adopted, Touches, &Range);
}

_Use_decl_annotations_
BOOLEAN
MdlIsAlive(ULONG_PTR Mdl)
{
    TABLE_ENTRY Entry;
    return TableFind(&MdlsAlive, Mdl, &Entry);
}

_Use_decl_annotations_
VOID
MdlMeet(const CALL_SITE *Site, UINT64 OpId, const MDL *Mdl)
{
    ULONG_PTR Va = VALUE_OF(Mdl->StartVa) + Mdl->ByteOffset, Length = Mdl->ByteCount;
    TABLE_ENTRY Entry;

    if (MdlIsAlive(VALUE_OF(Mdl)) || !TargetRecords(Site->Client, WsktTiers_MdlCalls)) {
        MdlRecent[MdlPlace(Mdl)] = (PVOID)VALUE_OF(Mdl);
        return;
    }
    BOOLEAN Known = TableFind(&Adopted, VALUE_OF(Mdl), &Entry);
    if (Known && Entry.A == Va && Entry.B == Length)
        return;
    /* One that was adopted may describe other memory by now. */
    if (!TablePut(&Adopted, VALUE_OF(Mdl), Va, Length, Site->Client) || Known)
        return;
    WSKT_MDL_BIRTH Event = {.Mdl = VALUE_OF(Mdl), .Va = Va, .Length = (UINT32)Length, .Kind = WsktMdlKind_Adopted};
    PoolMeet(Site, OpId, Event.Mdl);
    PoolMeet(Site, OpId, Event.Va);
    EventWrite(&MdlBirth, Site, OpId, WsktHeaderFlags_Adopted, &Event, sizeof(Event), NULL, 0);
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
    TABLE_PIN Pin;

    if (TablePin(&MdlsAlive, VALUE_OF(Mdl), &Pin)) {
        Event.Va = VALUE_OF(Mdl->StartVa) + Mdl->ByteOffset;
        Event.Length = Length ? Length : Mdl->ByteCount;
        Event.MdlFlags = (UINT16)Mdl->MdlFlags;
        TableUnpin(Pin);
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
        ULONG Life = (ULONG)InterlockedIncrement(&MdlLastLife);
        TablePut(&MdlsAlive, VALUE_OF(Mdl), VALUE_OF(VirtualAddress), ((UINT64)Life << 32) | Length, Site.Client);
        (VOID) TableTake(&Adopted, VALUE_OF(Mdl), 0, NULL);
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
        FindingMdl(&Site, WsktRuleNumber_WskBuf003, Mdl);
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
    BOOLEAN Partial = FALSE;
    TABLE_PIN Pin;
    if (EventOn() && TablePin(&MdlsAlive, VALUE_OF(Mdl), &Pin)) {
        Partial = (Mdl->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED) != 0;
        TableUnpin(Pin);
    }
    if (Partial)
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
        FindingMdl(&Site, WsktRuleNumber_WskBuf001, Mdl);
    }
    while (TableTake(&MdlsAlive, VALUE_OF(Mdl), 0, NULL))
        ; /* whoever looks at this MDL has done so when it returns */
    (VOID) TableTake(&Adopted, VALUE_OF(Mdl), 0, NULL);
    if (MdlRecent[MdlPlace(Mdl)] == Mdl)
        MdlRecent[MdlPlace(Mdl)] = NULL;
    PayloadForgetMdl(Mdl);
    ORIGINAL(Site, IoFreeMdl)(Mdl);
}
