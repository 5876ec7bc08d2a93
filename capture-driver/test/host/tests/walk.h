/*
 * An .etl file of wskctl, walked by somebody who knows only the format: buffers of one size, header event first, records
 * aligned, in time order along each processor, filled up with 0xFF.
 */
#pragma once

#include "test.h"

#include <ntdef.h>

typedef struct {
    ULONG Buffers, Events, SaidBuffers, SaidLost, Processors, PointerSize;
    uint64_t HighestSeq;
} WALK;

/* The test fails where the file is not as it must be. InOrder: the records' times too. */
WALK WalkFile(const char *Name, bool InOrder);
