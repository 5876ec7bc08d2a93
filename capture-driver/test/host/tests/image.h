/*
 * An image of memory, and the records of the flight recorder in it: read by the layout that ring.h describes, with nothing
 * of the driver's own code.
 */
#pragma once

#include "test.h"

#include <ntddk.h>

typedef struct {
    ULONG Blocks;  /* that were believed */
    ULONG Bad;     /* that have the magic, and are not to be believed */
    ULONG Records;
    ULONG Damaged; /* frames that are whole but for their CRC */
    UINT64 *Seqs;  /* of the records, sorted; no one twice */
} IMAGE;

IMAGE ImageRead(const UCHAR *Bytes, SIZE_T Length);
void ImageFree(IMAGE *Image);
