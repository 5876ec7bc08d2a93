#include "walk.h"

#include <stdlib.h>
#include <string.h>

#define BUFFER_HEADER 0x48

static uint64_t Field(const UCHAR *At, ULONG Bytes)
{
    uint64_t Value = 0;
    memcpy(&Value, At, Bytes);
    return Value;
}

static void WalkHeaderEvent(const UCHAR *Event, ULONG Room, WALK *Walk)
{
    CHECK_EQUAL(2, Field(Event, 2));      /* version */
    Walk->PointerSize = (ULONG)Field(Event + 32 + 44, 4);
    CHECK(Walk->PointerSize == 4 || Walk->PointerSize == 8);
    CHECK_EQUAL(Walk->PointerSize / 4, Event[2]); /* SYSTEM32, SYSTEM64 */
    CHECK_EQUAL(0xc0, Event[3]);
    CHECK(Field(Event + 4, 2) <= Room && Field(Event + 4, 2) >= 32 + 0x108 + 2 * Walk->PointerSize);
    CHECK_EQUAL(0, Field(Event + 6, 2));  /* group and type 0: the log file's header */
    const UCHAR *Log = Event + 32;
    const UCHAR *Times = Log + 0xe8 + 2 * Walk->PointerSize;
    CHECK_EQUAL(10000000, Field(Times + 8, 8)); /* ticks a second */
    CHECK_EQUAL(1, Field(Times + 24, 4)); /* clock: QPC */
    Walk->Processors = (ULONG)Field(Log + 12, 4);
    Walk->SaidBuffers = (ULONG)Field(Log + 36, 4);
    Walk->SaidLost = (ULONG)Field(Log + 48, 4);
}

WALK WalkFile(const char *Name, bool InOrder)
{
    static uint64_t LastTime[0x10000]; /* of each processor */
    WALK Walk = {0};
    memset(LastTime, 0, sizeof LastTime);
    FILE *File = fopen(Name, "rb");
    CHECK(File != NULL);
    static UCHAR Bytes[64 << 20];
    size_t Length = fread(Bytes, 1, sizeof Bytes, File);
    fclose(File);
    for (size_t At = 0; At < Length; Walk.Buffers++) {
        const UCHAR *Buffer = Bytes + At;
        ULONG Size = (ULONG)Field(Buffer, 4), End = (ULONG)Field(Buffer + 0x30, 4), Cpu = (ULONG)Field(Buffer + 0x28, 2);
        CHECK(Length - At >= BUFFER_HEADER && Size <= Length - At && Size % 8 == 0);
        CHECK(End >= BUFFER_HEADER && End <= Size);
        CHECK_EQUAL(Walk.Buffers, Field(Buffer + 0x18, 8));
        CHECK_EQUAL(Walk.Buffers == 0 ? 4 : 0, Field(Buffer + 0x36, 2));
        CHECK(Field(Buffer + 0x34, 2) & 0x20);
        for (ULONG i = End; i < Size; i++)
            CHECK_EQUAL(0xff, Buffer[i]);
        ULONG Pos = BUFFER_HEADER;
        if (Walk.Buffers == 0) {
            WalkHeaderEvent(Buffer + Pos, End - Pos, &Walk);
            Pos = End;
        }
        while (Pos < End) {
            const UCHAR *Record = Buffer + Pos;
            ULONG RecordSize = (ULONG)Field(Record, 2);
            CHECK(Pos % 8 == 0 && RecordSize >= 80 + 64 && RecordSize <= End - Pos);
            CHECK((Record[2] == 18 || Record[2] == 19) && Record[3] == 0xc0);
            CHECK(!InOrder || Field(Record + 16, 8) >= LastTime[Cpu]);
            LastTime[Cpu] = Field(Record + 16, 8);
            CHECK_EQUAL(Cpu, Field(Record + 80 + 52, 2)); /* WSKT_HEADER.Cpu */
            Walk.HighestSeq = max(Walk.HighestSeq, Field(Record + 80, 8));
            Walk.Events++;
            Pos += (RecordSize + 7) & ~7u;
        }
        At += Size;
    }
    CHECK_EQUAL(Walk.Buffers, Walk.SaidBuffers);
    return Walk;
}
