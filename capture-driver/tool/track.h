/*
 * One ring of the driver on its way into a file: read, put in order, written in buffers.
 */
#ifndef WSKCTL_TRACK_H
#define WSKCTL_TRACK_H

#include "etl.h"

enum { TRACK_CHUNK_BYTES = 256 * 1024 };

/* A record stands at an offset of its track's bytes; Order is where it stood in the ring. */
typedef struct _RECORD {
    UINT64 TimeStamp;
    UINT64 Seq;
    size_t Offset;
    UINT32 Size;
    UINT32 Order;
    UINT16 Processor; /* that it was logged on */
} RECORD;

/* What was read of a ring and not written yet. Processors beyond the last ring share: one of them has all its records in
   one track. */
typedef struct _TRACK {
    UINT32 Ring;
    UINT32 RingBytes; /* no more comes out of it at a time, but for what is written while the last chunk is read */
    UINT64 Position; /* in the ring, where reading goes on */
    unsigned char *Bytes;
    size_t Length, Room;
    size_t Indexed; /* of Length */
    RECORD *Records;
    size_t Count, RecordRoom;
    UINT32 Order;
    UINT64 Damaged; /* records that the driver left out: their CRC was wrong */
    UINT64 Bad;     /* places where no record stood */
} TRACK;

/* A file in the making. */
typedef struct _TRACK_FILE {
    HANDLE File;
    UINT32 Buffers;
    UINT32 Processors;
    UINT32 PointerSize; /* of the kernel that logged; 0: no record has told yet */
    UINT64 Written; /* records */
    UINT64 LastTime;
} TRACK_FILE;

/* Everything that the ring held when the reading began and was not read before. Chunk: TRACK_CHUNK_BYTES. Returns an exit
   status; Count and Records have grown. */
int TrackRead(HANDLE device, WSKT_DRAINED *chunk, TRACK *track);

/* Writes the records that are older than limit, by processor and time, and forgets them; few of them wait for more.
   Returns an exit status. */
int TrackWriteOlder(TRACK *track, TRACK_FILE *file, UINT64 limit);

/* Writes all that have a number up to lastSeq, and forgets the others too. */
int TrackWriteRest(TRACK *track, TRACK_FILE *file, UINT64 lastSeq);

void TrackFree(TRACK *track);

#endif
