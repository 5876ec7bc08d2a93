#include "track.h"

#include <stdlib.h>
#include <string.h>

#include "../src/wsktrace_events.h"

enum {
    RECORD_HEADER_BYTES = 80,
    RECORD_TYPE_32 = 18, /* EVENT_HEADER32: of a kernel with pointers of 4 bytes */
    RECORD_TYPE_64 = 19, /* EVENT_HEADER64 */
    RECORD_MARKER = 0xC0,
    RECORD_EXTENDED = 1, /* in its Flags */
    ITEM_HEADER_BYTES = 8,
    ITEM_MORE = 1,
    WRITER_PATIENCE = 200, /* milliseconds for a record that is being written: its writer may be preempted (Wine) */
};

static UINT16 Read16(const unsigned char *bytes)
{
    UINT16 value;
    memcpy(&value, bytes, sizeof(value));
    return value;
}

static UINT64 Read64(const unsigned char *bytes)
{
    UINT64 value;
    memcpy(&value, bytes, sizeof(value));
    return value;
}

/* Grows with room to spare. FALSE: no memory; the old block stays. */
static BOOL Grow(void **block, size_t needed, size_t *room)
{
    if (needed <= *room)
        return TRUE;
    size_t size = needed + needed / 2;
    void *grown = realloc(*block, size);
    if (!grown)
        return FALSE;
    *block = grown;
    *room = size;
    return TRUE;
}

static int NoMemory(void)
{
    return Refused(L"not enough memory for what the rings hold");
}

/* Where the payload of a whole record begins: behind the header, and behind its extended items, if it has any. Its size
   when they do not end in it. */
static UINT32 PayloadOf(const unsigned char *record, UINT32 size)
{
    UINT32 at = RECORD_HEADER_BYTES;
    BOOL more = Read16(record + 4) & RECORD_EXTENDED;
    while (more && at + ITEM_HEADER_BYTES <= size) {
        UINT32 item = Read16(record + at);
        if (item < ITEM_HEADER_BYTES || item % 8)
            return size;
        more = Read16(record + at + 4) & ITEM_MORE;
        at += item;
    }
    return more || at > size ? size : at;
}

/* How many bytes the record here has; 0: none of ours begins here, or not all of it is here. */
static UINT32 RecordBytes(const unsigned char *record, size_t left)
{
    static const GUID provider = WSKTRACE_PROVIDER_GUID;
    if (left < RECORD_HEADER_BYTES)
        return 0;
    UINT32 size = Read16(record);
    if (size < RECORD_HEADER_BYTES + sizeof(WSKT_HEADER) || size > left || size > EtlBufferBytes - EtlBufferHeaderBytes ||
        (record[2] != RECORD_TYPE_32 && record[2] != RECORD_TYPE_64) || record[3] != RECORD_MARKER ||
        memcmp(record + 24, &provider, sizeof(provider)) ||
        size - PayloadOf(record, size) < sizeof(WSKT_HEADER))
        return 0;
    return size;
}

/* Where CRCs are not to be had a wild write comes through the driver: the next record is looked for. */
static int Index(TRACK *track)
{
    BOOL lost = FALSE;

    while (track->Indexed < track->Length) {
        const unsigned char *record = track->Bytes + track->Indexed;
        UINT32 size = RecordBytes(record, track->Length - track->Indexed);
        if (!size) {
            track->Bad += !lost;
            lost = TRUE;
            track->Indexed += 8;
            continue;
        }
        lost = FALSE;
        if (!Grow((void **)&track->Records, (track->Count + 1) * sizeof(RECORD), &track->RecordRoom))
            return NoMemory();
        const unsigned char *payload = record + PayloadOf(record, size);
        track->Records[track->Count++] = (RECORD){
            .TimeStamp = Read64(record + 16), .Seq = Read64(payload + offsetof(WSKT_HEADER, Seq)),
            .Offset = track->Indexed, .Size = size, .Order = track->Order++,
            .Processor = Read16(payload + offsetof(WSKT_HEADER, Cpu))};
        track->Indexed += (size + 7) & ~7u;
    }
    track->Indexed = track->Length;
    return EXIT_DONE;
}

int TrackRead(HANDLE device, WSKT_DRAINED *chunk, TRACK *track)
{
    UINT64 end = UINT64_MAX;
    size_t most = track->Length + track->RingBytes + TRACK_CHUNK_BYTES;
    int patience = WRITER_PATIENCE;

    while (track->Position < end) {
        int status = DeviceDrain(device, track->Ring, track->Position, chunk, TRACK_CHUNK_BYTES);
        if (status)
            return status;
        if (end == UINT64_MAX)
            end = chunk->Head;
        if (track->Length + chunk->Bytes > most)
            return Refused(L"the driver hands out more than its rings hold: it is damaged; unload it");
        if (!Grow((void **)&track->Bytes, track->Length + chunk->Bytes, &track->Room))
            return NoMemory();
        if (chunk->Bytes)
            memcpy(track->Bytes + track->Length, chunk + 1, chunk->Bytes);
        track->Length += chunk->Bytes;
        track->Damaged += chunk->Damaged;
        status = Index(track);
        if (status)
            return status;
        if (chunk->Position > track->Position) {
            track->Position = chunk->Position;
            continue;
        }
        if (chunk->Bytes || track->Position >= end || !patience--)
            break;
        Sleep(1); /* the next record is still being written */
    }
    return EXIT_DONE;
}

/* By processor, then by time: where threads are preempted between taking the time and the place, a ring is not in
   order. */
static int ByProcessorAndTime(const void *a, const void *b)
{
    const RECORD *x = a, *y = b;
    if (x->Processor != y->Processor)
        return x->Processor < y->Processor ? -1 : 1;
    if (x->TimeStamp != y->TimeStamp)
        return x->TimeStamp < y->TimeStamp ? -1 : 1;
    return x->Order < y->Order ? -1 : 1;
}

static BOOL Flush(ETL_BUFFER *buffer, TRACK_FILE *file, UINT16 processor)
{
    if (buffer->Used == EtlBufferHeaderBytes)
        return TRUE;
    if (!EtlBufferWrite(buffer, file->File, file->Buffers, processor, FALSE))
        return FALSE;
    file->Buffers++;
    EtlBufferReset(buffer);
    return TRUE;
}

static BOOL Write(const TRACK *track, TRACK_FILE *file, UINT64 limit, UINT64 lastSeq)
{
    static ETL_BUFFER buffer;
    UINT16 processor = 0; /* whose buffer it is */

    EtlBufferReset(&buffer);
    for (size_t i = 0; i < track->Count; i++) {
        const RECORD *record = &track->Records[i];
        const unsigned char *bytes = track->Bytes + record->Offset;
        if (record->TimeStamp >= limit || record->Seq > lastSeq)
            continue;
        if (record->Processor != processor && !Flush(&buffer, file, processor))
            return FALSE;
        processor = record->Processor;
        if (!EtlBufferAppend(&buffer, bytes, record->Size, record->TimeStamp) &&
            (!Flush(&buffer, file, processor) || !EtlBufferAppend(&buffer, bytes, record->Size, record->TimeStamp)))
            return FALSE; /* into an empty one it fits: Index saw to that */
        file->Written++;
        file->LastTime = max(file->LastTime, record->TimeStamp);
        file->Processors = max(file->Processors, processor + 1u);
        file->PointerSize = bytes[2] == RECORD_TYPE_32 ? 4 : 8;
    }
    return Flush(&buffer, file, processor);
}

/* The records that are not older than limit stay, at the front. */
static int Keep(TRACK *track, UINT64 limit)
{
    size_t count = 0, length = 0, room = 0;
    for (size_t i = 0; i < track->Count; i++)
        room += track->Records[i].TimeStamp >= limit ? (track->Records[i].Size + 7) & ~7u : 0;
    unsigned char *bytes = room ? malloc(room) : NULL;
    if (room && !bytes)
        return NoMemory();
    for (size_t i = 0; i < track->Count; i++) {
        RECORD record = track->Records[i];
        if (record.TimeStamp < limit)
            continue;
        memcpy(bytes + length, track->Bytes + record.Offset, record.Size);
        record.Offset = length;
        length += (record.Size + 7) & ~7u;
        track->Records[count++] = record;
    }
    free(track->Bytes);
    track->Bytes = bytes;
    track->Length = track->Indexed = length;
    track->Room = room;
    track->Count = count;
    return EXIT_DONE;
}

static int WriteAndKeep(TRACK *track, TRACK_FILE *file, UINT64 limit, UINT64 lastSeq)
{
    if (track->Count)
        qsort(track->Records, track->Count, sizeof(RECORD), ByProcessorAndTime);
    if (!Write(track, file, limit, lastSeq))
        return Failed(GetLastError(), L"the file cannot be written");
    return Keep(track, limit);
}

int TrackWriteOlder(TRACK *track, TRACK_FILE *file, UINT64 limit)
{
    size_t older = 0;
    for (size_t i = 0; i < track->Count; i++)
        older += track->Records[i].TimeStamp < limit ? track->Records[i].Size : 0;
    return older < EtlBufferBytes ? EXIT_DONE : WriteAndKeep(track, file, limit, UINT64_MAX);
}

int TrackWriteRest(TRACK *track, TRACK_FILE *file, UINT64 lastSeq)
{
    return WriteAndKeep(track, file, UINT64_MAX, lastSeq);
}

void TrackFree(TRACK *track)
{
    free(track->Bytes);
    free(track->Records);
}
