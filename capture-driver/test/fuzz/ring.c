/*
 * The flight recorder's readers, over a ring into which somebody else has written: records of any length, wild writes at
 * any place between them, reads at any position meanwhile, with and without the instruction for CRCs. Whatever was
 * overwritten, a reader stays inside the ring and inside its buffer, and comes to the end. A wild write costs records of
 * the block that it hit, and of no other; none at all, and nothing is lost. And an image of the memory, read by the
 * layout alone, tells of a block what the driver tells of it.
 */
#include "ring_write.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "host.h"
#include "image.h"
#include "late.h"
#include "test.h"

#define RING RING_MIN_BYTES
#define BLOCKS (RING / RING_BLOCK)
#define EVENT_HEADER 80
#define SHORTEST (EVENT_HEADER + 64)
#define MOST 4096 /* records of one input */

/* What was written, and is the bytes of a record: the number in each, at the place where an event has it. */
typedef struct {
    ULONG Bytes;
    ULONG Frame; /* where in the ring */
    ULONG Block;
    bool Seen;
} WRITTEN;

static WRITTEN Records[MOST]; /* by number; 0: none */
static ULONG Last;
static bool Hit[BLOCKS]; /* by a wild write since its first record */
static ULONG Oldest[BLOCKS]; /* number of its first record, 0: it has none */
static bool Fast;
static bool AnyHit;
static bool Unsure; /* a CRC says nothing: see IsUnsure */
static PUCHAR Memory;
static PUCHAR Open; /* the last record: reserved, and not published yet; NULL: it is */
static UCHAR Buffer[4 * RING_BLOCK];

BOOLEAN __wrap_CrcFast(VOID);
BOOLEAN __wrap_CrcFast(VOID)
{
    return Fast;
}

static void Fill(PUCHAR Record, ULONG Seq, ULONG Bytes)
{
    UINT16 Size = (UINT16)Bytes;
    UINT64 Number = Seq;
    memset(Record, (int)Seq, Bytes);
    memcpy(Record, &Size, 2);
    memcpy(Record + EVENT_HEADER, &Number, 8);
}

/* FALSE: it is not whole. */
static bool IsOf(const UCHAR *Record, ULONG Seq)
{
    static UCHAR Wanted[RING_BLOCK];
    Fill(Wanted, Seq, Records[Seq].Bytes);
    return memcmp(Wanted, Record, Records[Seq].Bytes) == 0;
}

static void Publish(void)
{
    if (Open != NULL) {
        RingPublish(RingOf(0), Open, Records[Last].Bytes);
        RingEnd(RingOf(0));
    }
    Open = NULL;
}

static void Write(ULONG Bytes)
{
    Publish();
    if (Last + 1 >= MOST)
        return;
    RingBegin(RingOf(0));
    PUCHAR Record = RingReserve(RingOf(0), Bytes, Last + 1);
    if (Record == NULL) {
        CHECK(Bytes > RING_MAX_RECORD);
        RingCancel(RingOf(0));
        return;
    }
    Open = Record;
    ULONG Offset = (ULONG)(Record - Memory), Block = Offset / RING_BLOCK;
    CHECK(Offset < RING && Offset % RING_BLOCK + Bytes <= RING_BLOCK);
    if (Offset % RING_BLOCK == sizeof(RING_HEADER) + sizeof(RING_FRAME)) {
        Oldest[Block] = Last + 1;
        Hit[Block] = false;
    }
    Fill(Record, ++Last, Bytes);
    Records[Last] = (WRITTEN) {Bytes, Offset - (ULONG)sizeof(RING_FRAME), Block, false};
}

/* A record was hit before it was published, and its CRC is of what the wild write left; or its length was, in the bits
   that say how much of it is filling, which no CRC covers. */
static bool IsUnsure(ULONG Block)
{
    for (ULONG Seq = Oldest[Block]; Seq != 0 && Seq <= Last && Records[Seq].Block == Block; Seq++) {
        const RING_FRAME *Frame = (const RING_FRAME *)(Memory + Records[Seq].Frame);
        ULONG Bytes = Records[Seq].Bytes, Length = (ULONG)sizeof *Frame + ((Bytes + 15) & ~15u);
        if ((Frame->Length & ~15u) == Length && (Frame->Length & 15) != Length - sizeof *Frame - Bytes)
            return true;
    }
    return Open != NULL;
}

static void WriteWildly(INPUT *Input)
{
    static const UCHAR Fields[] = {8, 0, 4, 10, 12, 16}; /* of a frame: stamp, length, CRC, record */
    ULONG Where = TakeBelow(Input, 4), At = TakeBelow(Input, RING);
    UINT64 Value = TakeBelow(Input, 2) ? TakeNumber(Input) : Take64(Input);
    ULONG Bytes = 1u << TakeBelow(Input, 4);
    if (Where == 1) /* a header */
        At &= ~(RING_BLOCK - 1) | 0x3f;
    else if (Where >= 2 && Last != 0) /* a record, rather a late one */
        At = Records[Last - At / 8 % min(Last, 64)].Frame + Fields[At % 8 % RTL_NUMBER_OF(Fields)];
    if (At + Bytes > RING)
        return;
    At &= ~(Bytes - 1);
    memcpy(Memory + At, &Value, Bytes);
    AnyHit = true;
    Unsure |= IsUnsure(At / RING_BLOCK);
    Hit[At / RING_BLOCK] = true;
}

/* Walks what was read: records padded to 8, so many as were said, each as it was written. Only where there are no CRCs,
   or they are of what the wild write left, may there be something else. Returns how many are whole. */
static ULONG Look(const RING_READ *Read)
{
    ULONG Whole = 0;
    for (ULONG At = 0; At < Read->Bytes;) {
        UINT16 Size;
        UINT64 Seq = 0;
        memcpy(&Size, Buffer + At, 2);
        if (Size >= SHORTEST && Size <= Read->Bytes - At)
            memcpy(&Seq, Buffer + At + EVENT_HEADER, 8);
        if (Seq != 0 && Seq <= Last && Records[Seq].Bytes == Size && IsOf(Buffer + At, (ULONG)Seq)) {
            CHECK(!Records[Seq].Seen || Unsure);
            Records[Seq].Seen = true;
            Whole++;
            At += (Size + 7u) & ~7u;
        } else {
            CHECK(AnyHit && (!Fast || Unsure));
            At += 8;
        }
    }
    if (Fast && !Unsure)
        CHECK_EQUAL(Read->Records, Whole);
    return Whole;
}

static void ReadSome(INPUT *Input)
{
    RING_READ Read = {.Position = TakeBelow(Input, 3) ? TakeBelow(Input, 2 * RING) & ~15ull : Take64(Input)};
    ULONG Capacity = TakeBelow(Input, 2) ? TakeBelow(Input, sizeof Buffer + 1) : sizeof Buffer;
    memset(Buffer, 0, sizeof Buffer);
    RingRead(0, &Read, Buffer, Capacity);
    CHECK(Read.Bytes <= Capacity && Read.Position <= Read.Head);
}

/* Nobody writes any more. */
static void ReadAll(void)
{
    RING_READ Read = {.Settled = TRUE};
    ULONG Turns = 0, Found = 0, Alive = 0, Damaged = 0, Gaps = 0;
    do {
        memset(Buffer, 0, sizeof Buffer);
        RingRead(0, &Read, Buffer, sizeof Buffer);
        CHECK(Read.Bytes <= sizeof Buffer && Read.Bytes % 8 == 0);
        Found += Look(&Read);
        Damaged += Read.Damaged;
        Gaps += Read.Gaps;
        CHECK(++Turns <= 2 * BLOCKS);
    } while (Read.Position < Read.Head);
    for (ULONG Seq = 1; Seq <= Last; Seq++)
        if (Oldest[Records[Seq].Block] != 0 && Seq >= Oldest[Records[Seq].Block]) {
            CHECK(Records[Seq].Seen || Hit[Records[Seq].Block]);
            Alive++;
        }
    if (!AnyHit) {
        CHECK_EQUAL(Alive, Found);
        CHECK_EQUAL(0, Damaged);
        CHECK_EQUAL(Alive != Last, Gaps); /* where the oldest were */
    }
}

/* Of a block that the image's reader believes both find the same, whatever was written into it. */
static void CompareWithImage(void)
{
    ULONG Compared = 0;
    for (ULONG Block = 0; Block < BLOCKS && Compared < 2; Block++) {
        if (!Hit[Block] || Oldest[Block] == 0)
            continue;
        IMAGE Image = ImageRead(Memory + Block * RING_BLOCK, RING_BLOCK);
        ULONG Seen = 0;
        for (ULONG Seq = Oldest[Block]; Seq <= Last; Seq++)
            Seen += Records[Seq].Block == Block && Records[Seq].Seen;
        if (Image.Blocks == 1)
            CHECK_EQUAL(Seen, Image.Records);
        for (ULONG i = 0; i < Image.Records; i++)
            CHECK(Image.Seqs[i] <= Last && Records[Image.Seqs[i]].Seen);
        ImageFree(&Image);
        Compared++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size)
{
    INPUT Input = {Data, Size};
    PVOID Start;
    LateInitialize();
    HostTellProcessors(1);
    Fast = Take(&Input, 1) & 1;
    CHECK_STATUS(STATUS_SUCCESS, RingInitialize(RING));
    RingRestart();
    CHECK_EQUAL(RING, RingNewest(0, RING, &Start));
    Memory = Start;
    memset(Hit, 0, sizeof Hit);
    memset(Oldest, 0, sizeof Oldest);
    AnyHit = Unsure = false;
    Last = 0;
    KIRQL Old = KeRaiseIrqlToDpcLevel();
    while (Input.Left != 0)
        switch (TakeBelow(&Input, 8)) {
        case 0:
        case 1:
            Write(SHORTEST + TakeBelow(&Input, 0x400));
            break;
        case 2:
            Write(SHORTEST + TakeBelow(&Input, RING_BLOCK));
            break;
        case 3:
            for (ULONG Count = 4 * TakeBelow(&Input, 256), Bytes = SHORTEST + TakeBelow(&Input, 0x400); Count != 0; Count--)
                Write(Bytes);
            break;
        case 4:
            Publish();
            break;
        case 5:
            ReadSome(&Input);
            break;
        default:
            WriteWildly(&Input);
        }
    Publish();
    KeLowerIrql(Old);
    ReadAll();
    if (Fast && !Unsure)
        CompareWithImage();
    RingUninitialize();
    CHECK_EQUAL(0, HostPoolBlocks(0));
    return 0;
}
