#include "image.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, HEADER = 64, FRAME = 16, EVENT_HEADER = 80 };

static ULONG Read32(const UCHAR *At)
{
    ULONG Value;
    memcpy(&Value, At, 4);
    return Value;
}

static UINT64 Read64(const UCHAR *At)
{
    UINT64 Value;
    memcpy(&Value, At, 8);
    return Value;
}

/* CRC-32C, one bit after the other. */
static ULONG Crc(const UCHAR *Bytes, SIZE_T Length)
{
    ULONG C = 0xffffffff;
    for (SIZE_T i = 0; i < Length * 8; i++) {
        ULONG Bit = (C ^ (ULONG)(Bytes[i / 8] >> i % 8)) & 1;
        C = C >> 1 ^ (Bit ? 0x82f63b78 : 0);
    }
    return ~C;
}

static bool IsBelieved(const UCHAR *Block)
{
    UCHAR Copy[HEADER];
    memcpy(Copy, Block, HEADER);
    memset(Copy + 60, 0, 4);
    return Read32(Block + 8) == (HEADER << 16 | 1) && Read32(Block + 12) == BLOCK && Crc(Copy, HEADER) == Read32(Block + 60);
}

static void ReadFrames(IMAGE *Image, const UCHAR *Block)
{
    UINT64 Position = Read64(Block + 16);
    bool Checked = Read32(Block + 56) & 1; /* the driver has the instruction */
    for (ULONG At = HEADER; At + FRAME <= BLOCK;) {
        UCHAR Copy[BLOCK];
        ULONG Word = Read32(Block + At + 8), Length = Word & 0x7ffffff0;
        if (Read64(Block + At) != Position + At || Length < FRAME || Length > BLOCK - At)
            return;
        if (!(Word >> 31)) {
            memcpy(Copy, Block + At, Length);
            memset(Copy + 8, 0, 8);
            if (Checked && Crc(Copy, Length) != Read32(Block + At + 12)) {
                Image->Damaged++;
            } else {
                CHECK(Length - FRAME - (Word & 15) >= EVENT_HEADER + 8);
                CHECK_EQUAL(Length - FRAME - (Word & 15), Read32(Block + At + FRAME) & 0xffff); /* EVENT_HEADER.Size */
                Image->Seqs = realloc(Image->Seqs, (Image->Records + 1) * sizeof *Image->Seqs);
                Image->Seqs[Image->Records++] = Read64(Block + At + FRAME + EVENT_HEADER);
            }
        }
        At += Length;
    }
}

static int BySeq(const void *A, const void *B)
{
    UINT64 X = *(const UINT64 *)A, Y = *(const UINT64 *)B;
    return X < Y ? -1 : X > Y;
}

IMAGE ImageRead(const UCHAR *Bytes, SIZE_T Length)
{
    IMAGE Image = {0};
    for (SIZE_T At = 0; At + BLOCK <= Length; At += HEADER) {
        if (memcmp(Bytes + At, "WSKTRING", 8) != 0)
            continue;
        if (!IsBelieved(Bytes + At)) {
            Image.Bad++;
            continue;
        }
        Image.Blocks++;
        ReadFrames(&Image, Bytes + At);
    }
    if (Image.Records != 0)
        qsort(Image.Seqs, Image.Records, sizeof *Image.Seqs, BySeq);
    for (ULONG i = 1; i < Image.Records; i++)
        CHECK(Image.Seqs[i] > Image.Seqs[i - 1]);
    return Image;
}

void ImageFree(IMAGE *Image)
{
    free(Image->Seqs);
    *Image = (IMAGE) {0};
}
