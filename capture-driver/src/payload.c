/* The memory of sends in flight, hashed at both ends. */
#include "hash.h"

#include "mdl.h"
#include "pool.h"
#include "table.h"

#define WATCH_CELLS (HASH_SLOTS * 16)

static const EVENT_DESCRIPTOR OpPayloadHash = WSKT_OP_PAYLOAD_HASH_DESCRIPTOR;

/* A buffer of an operation in flight; it belongs to the operation until PayloadDrop. */
typedef struct _PAYLOAD {
    struct _PAYLOAD *Next; /* of the same operation */
    UINT64 OpId;
    ULONG Bytes;
    USHORT BufIndex;
    volatile USHORT Parts;
    UINT8 Outcome;
    volatile struct {
        ULONG_PTR Mdl;
        ULONG_PTR Va;
        ULONG Bytes;
    } Part[HASH_PARTS];
} PAYLOAD;

static struct {
    PAYLOAD *Payloads;
    SLOTS Free;
    TABLE Watched; /* parts whose memory may be read again -> A: OpId. Who takes one waits for who reads it. */
} Hashes;

volatile LONG PayloadWatched;

C_ASSERT(HASH_PARTS == MDL_SNAPS);
C_ASSERT(HASH_PARTS <= 256);

_Use_decl_annotations_
NTSTATUS
PayloadInitialize(VOID)
{
    RtlZeroMemory(&Hashes, sizeof(Hashes));
    PayloadWatched = 0;
    NTSTATUS Status = SlotsInitialize(&Hashes.Free, HASH_SLOTS);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = TableInitialize(&Hashes.Watched, WATCH_CELLS);
    if (!NT_SUCCESS(Status))
        goto slots;
    Hashes.Payloads = ExAllocatePoolWithTag(NonPagedPoolNx, HASH_SLOTS * sizeof(*Hashes.Payloads), WSKTRACE_TAG);
    if (!Hashes.Payloads) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
        goto table;
    }
    RtlZeroMemory(Hashes.Payloads, HASH_SLOTS * sizeof(*Hashes.Payloads));
    return STATUS_SUCCESS;

table:
    TableUninitialize(&Hashes.Watched);
slots:
    SlotsUninitialize(&Hashes.Free);
    return Status;
}

_Use_decl_annotations_
VOID
PayloadUninitialize(VOID)
{
    TableUninitialize(&Hashes.Watched);
    SlotsUninitialize(&Hashes.Free);
    if (Hashes.Payloads)
        ExFreePoolWithTag(Hashes.Payloads, WSKTRACE_TAG);
    Hashes.Payloads = NULL;
}

/* Where the system sees what the MDL describes; 0: nowhere, so far. */
static ULONG_PTR
Mapping(const WSKT_MDL_SNAP *Snap)
{
    return Snap->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL) ? (ULONG_PTR)Snap->MappedVa : 0;
}

/* Will we learn of the end of this memory? */
static BOOLEAN
EndIsSeen(const WSKT_MDL_SNAP *Snap, ULONG_PTR Va, ULONG Bytes)
{
    if (!MdlIsAlive((ULONG_PTR)Snap->Ptr) || (Snap->MdlFlags & MDL_PARTIAL))
        return FALSE;
    if (Snap->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL)
        return PoolHolds(Va, Bytes);
    return (Snap->MdlFlags & MDL_PAGES_LOCKED) != 0;
}

static inline ULONG_PTR
KeyOf(const PAYLOAD *Payload, USHORT Part)
{
    return VALUE_OF(&Payload->Part[Part]);
}

static VOID
Forget(const PAYLOAD *Payload, USHORT Part)
{
    if (TableTake(&Hashes.Watched, KeyOf(Payload, Part), 0, NULL))
        InterlockedDecrement(&PayloadWatched);
}

static VOID
Unwatch(const PAYLOAD *Payload)
{
    for (USHORT i = 0; i < Payload->Parts; i++)
        Forget(Payload, i);
}

/* From here on each part is forgotten before its memory goes. FALSE: not each could be entered. */
static BOOLEAN
Watch(const OP *Op, const PAYLOAD *Payload)
{
    for (USHORT i = 0; i < Payload->Parts; i++) {
        InterlockedIncrement(&PayloadWatched);
        if (TableAdd(&Hashes.Watched, KeyOf(Payload, i), Payload->OpId, 0, Op->Memory.Client))
            continue;
        InterlockedDecrement(&PayloadWatched);
        Unwatch(Payload);
        return FALSE;
    }
    return TRUE;
}

/* Snaps: of which the parts were made. */
static BOOLEAN
StillThere(const WSKT_MDL_SNAP *Snaps, const PAYLOAD *Payload)
{
    for (USHORT i = 0; i < Payload->Parts; i++, Snaps++) {
        while ((ULONG_PTR)Snaps->Ptr != Payload->Part[i].Mdl)
            Snaps++; /* one that has no bytes in it */
        if (!EndIsSeen(Snaps, Payload->Part[i].Va, Payload->Part[i].Bytes))
            return FALSE;
    }
    return TRUE;
}

static PAYLOAD *
Take(VOID)
{
    ULONG Number = SlotTake(&Hashes.Free);
    return Number == SLOT_NONE ? NULL : &Hashes.Payloads[Number];
}

static VOID
Give(PAYLOAD *Payload)
{
    SlotGive(&Hashes.Free, (ULONG)(Payload - Hashes.Payloads));
}

_Use_decl_annotations_
VOID
PayloadEnter(
    const CALL_SITE *Site,
    OP *Op,
    UINT64 OpId,
    const WSKT_MDL_SNAP *Snaps,
    USHORT Count,
    ULONG Offset,
    UINT64 Length,
    USHORT BufIndex)
{
    WSKT_OP_PAYLOAD_HASH Event = {
        .BufIndex = BufIndex,
        .When = WsktHashWhen_Enter,
        .Algorithm = WsktHashAlgorithm_Xxh64,
        .Outcome = WsktHashOutcome_Whole,
    };
    ULONG Left = (ULONG)min(Length, HASH_MOST_BYTES);
    HASH64 Hash;

    if (!Left || !EventIsWanted(&OpPayloadHash))
        return;
    PAYLOAD *Payload = Op ? Take() : NULL;
    BOOLEAN Certain = Payload != NULL;
    USHORT Parts = 0;
    HashStart(&Hash);
    for (USHORT i = 0; i < Count && Left; i++) {
        ULONG Bytes = Snaps[i].ByteCount > Offset ? min(Snaps[i].ByteCount - Offset, Left) : 0;
        ULONG_PTR Va = Mapping(&Snaps[i]);
        if (!Va) {
            Event.Outcome = WsktHashOutcome_NotMapped;
            break;
        }
        Va += Offset;
        Offset = 0;
        if (!Bytes)
            continue;
        HashAdd(&Hash, (const VOID *)Va, Bytes);
        Left -= Bytes;
        Certain = Certain && EndIsSeen(&Snaps[i], Va, Bytes);
        if (Certain) {
            Payload->Part[Parts].Mdl = (ULONG_PTR)Snaps[i].Ptr;
            Payload->Part[Parts].Va = Va;
            Payload->Part[Parts].Bytes = Bytes;
            Parts++;
        }
    }
    if (Event.Outcome == WsktHashOutcome_Whole) {
        Event.Length = (UINT32)Hash.Total;
        Event.Hash = HashValue(&Hash);
        Event.Outcome = Hash.Total == Length ? WsktHashOutcome_Whole : WsktHashOutcome_Beginning;
        if (Certain && Parts) {
            Payload->Parts = Parts;
            Payload->OpId = OpId;
            Payload->BufIndex = BufIndex;
            Payload->Bytes = Event.Length;
            Payload->Outcome = Event.Outcome;
            Event.Again = Watch(Op, Payload);
        }
    }
    /* One that was freed since the first look has either found us watching, or is seen to be gone now. */
    if (Event.Again && !StillThere(Snaps, Payload)) {
        Unwatch(Payload);
        Event.Again = FALSE;
    }
    if (Event.Again) {
        Payload->Next = Op->State & OP_PAYLOAD ? Op->Payload : NULL;
        Op->Payload = Payload;
        Op->Told = PayloadComplete;
        InterlockedOr64(&Op->State, OP_PAYLOAD);
    } else if (Payload) {
        Give(Payload);
    }
    EVENT_WRITE(&OpPayloadHash, Site, OpId, &Event);
}

/* Who ends the memory waits until this is done. FALSE: it has gone. */
static BOOLEAN
ReadAgain(const PAYLOAD *Payload, USHORT Part, HASH64 *Hash)
{
    TABLE_PIN Pin;
    if (!TablePin(&Hashes.Watched, KeyOf(Payload, Part), &Pin))
        return FALSE;
    HashAdd(Hash, (const VOID *)Payload->Part[Part].Va, Payload->Part[Part].Bytes);
    TableUnpin(Pin);
    return TRUE;
}

_Use_decl_annotations_
VOID
PayloadComplete(OP *Op, PVOID Made)
{
    CALL_SITE Site = {.Client = Op->Memory.Client};
    UNREFERENCED_PARAMETER(Made);
    if (!EventOn())
        return;
    for (const PAYLOAD *Payload = Op->Payload; Payload; Payload = Payload->Next) {
        WSKT_OP_PAYLOAD_HASH Event = {
            .BufIndex = Payload->BufIndex,
            .When = WsktHashWhen_Complete,
            .Algorithm = WsktHashAlgorithm_Xxh64,
            .Outcome = WsktHashOutcome_Gone,
        };
        HASH64 Hash;
        USHORT Part = 0;
        HashStart(&Hash);
        while (Part < Payload->Parts && ReadAgain(Payload, Part, &Hash))
            Part++;
        if (Part == Payload->Parts) {
            Event.Outcome = Payload->Outcome;
            Event.Length = Payload->Bytes;
            Event.Hash = HashValue(&Hash);
        }
        EVENT_WRITE(&OpPayloadHash, &Site, Op->Memory.OpId, &Event);
    }
}

_Use_decl_annotations_
VOID
PayloadDrop(OP *Op)
{
    for (PAYLOAD *Payload = Op->Payload, *Next; Payload; Payload = Next) {
        Next = Payload->Next;
        Unwatch(Payload);
        Give(Payload);
    }
    Op->Payload = NULL;
}

/* Of an operation that is over there is no entry any more; or that of another one, which loses its hash. */
_Use_decl_annotations_
VOID
PayloadRangeGone(ULONG_PTR Start, ULONG_PTR End)
{
    RANGE Range = {Start, End};
    for (ULONG Number = 0; Number < HASH_SLOTS; Number++) {
        const PAYLOAD *Payload = &Hashes.Payloads[Number];
        for (USHORT i = 0; i < min(Payload->Parts, HASH_PARTS); i++) {
            ULONG_PTR Va = Payload->Part[i].Va;
            if (RangeHolds(&Range, Payload->Part[i].Mdl) || RangeOverlaps(&Range, Va, Va + Payload->Part[i].Bytes))
                Forget(Payload, i);
        }
    }
}

_Use_decl_annotations_
VOID
PayloadMdlGone(ULONG_PTR Mdl)
{
    for (ULONG Number = 0; Number < HASH_SLOTS; Number++) {
        const PAYLOAD *Payload = &Hashes.Payloads[Number];
        for (USHORT i = 0; i < min(Payload->Parts, HASH_PARTS); i++)
            if (Payload->Part[i].Mdl == Mdl)
                Forget(Payload, i);
    }
}
