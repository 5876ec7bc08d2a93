/* The rings, read to their ends, sorted, and written as an .etl file. */
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "etl.h"
#include "../src/wsktrace_events.h"

enum {
    RECORD_HEADER_BYTES = 80,
    RECORD_TYPE = 19, /* EVENT_HEADER64 */
    RECORD_MARKER = 0xC0,
    CHUNK_BYTES = 256 * 1024,
};

/* A record stands at an offset of its track's bytes; Order is where it stood in the ring. */
typedef struct _RECORD {
    UINT64 TimeStamp;
    size_t Offset;
    UINT32 Size;
    UINT32 Order;
    UINT16 Processor; /* that it was logged on */
} RECORD;

/* All of one ring's. Processors beyond the last ring share: one of them has all its records in one track. */
typedef struct _TRACK {
    unsigned char *Bytes;
    size_t Length;
    RECORD *Records;
    size_t Count;
    UINT64 Bad; /* that are not a record */
    UINT64 Damaged; /* that the driver left out: their CRC was wrong */
} TRACK;

/* What all rings held when the reading began: the events up to Last. The rings are read one after the other while
   events go on, so of later ones only some would be there. */
typedef struct _RECORDING {
    TRACK *Tracks;
    UINT32 Rings;
    UINT64 Last;
} RECORDING;

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

/* Everything that the processor's ring held when the reading began. */
static int ReadRing(HANDLE device, UINT32 processor, WSKT_DRAINED *chunk, TRACK *track)
{
    UINT64 position = 0, end = UINT64_MAX;
    size_t room = 0;

    while (position < end) {
        int status = DeviceDrain(device, processor, position, chunk, CHUNK_BYTES);
        if (status)
            return status;
        if (end == UINT64_MAX)
            end = chunk->Head;
        if (!Grow((void **)&track->Bytes, track->Length + chunk->Bytes, &room))
            return Refused(L"not enough memory for what the rings hold");
        if (chunk->Bytes)
            memcpy(track->Bytes + track->Length, chunk + 1, chunk->Bytes);
        track->Length += chunk->Bytes;
        track->Damaged += chunk->Damaged;
        if (chunk->Position <= position && !chunk->Bytes)
            break; /* the next record is still being written */
        position = chunk->Position;
    }
    return EXIT_DONE;
}

static int IndexRecords(TRACK *track, UINT64 last)
{
    size_t room = 0;

    for (size_t offset = 0; offset + RECORD_HEADER_BYTES <= track->Length;) {
        const unsigned char *record = track->Bytes + offset;
        UINT32 size = Read16(record);
        if (size < RECORD_HEADER_BYTES + sizeof(WSKT_HEADER) || size > track->Length - offset || record[2] != RECORD_TYPE ||
            record[3] != RECORD_MARKER || size > EtlBufferBytes - EtlBufferHeaderBytes) {
            track->Bad++;
            break;
        }
        size_t next = offset + ((size + 7) & ~7u);
        if (Read64(record + RECORD_HEADER_BYTES + offsetof(WSKT_HEADER, Seq)) <= last) {
            if (!Grow((void **)&track->Records, (track->Count + 1) * sizeof(RECORD), &room))
                return Refused(L"not enough memory for what the rings hold");
            track->Records[track->Count] = (RECORD){
                .TimeStamp = Read64(record + 16), .Offset = offset, .Size = size, .Order = (UINT32)track->Count,
                .Processor = Read16(record + RECORD_HEADER_BYTES + offsetof(WSKT_HEADER, Cpu))};
            track->Count++;
        }
        offset = next;
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

/* Writes the track's buffers; with file NULL it only counts them. */
static BOOL WriteTrack(const TRACK *track, HANDLE file, UINT32 *buffers)
{
    static ETL_BUFFER buffer;
    UINT16 processor = track->Count ? track->Records[0].Processor : 0; /* whose buffer it is */

    EtlBufferReset(&buffer);
    for (size_t i = 0; i <= track->Count; i++) {
        const RECORD *record = i < track->Count ? &track->Records[i] : NULL;
        if (record && record->Processor == processor && EtlBufferAppend(&buffer, track->Bytes + record->Offset, record->Size, record->TimeStamp))
            continue;
        if (buffer.Used == EtlBufferHeaderBytes)
            break;
        if (file && !EtlBufferWrite(&buffer, file, *buffers, processor, FALSE))
            return FALSE;
        ++*buffers;
        EtlBufferReset(&buffer);
        if (record) {
            processor = record->Processor;
            i--; /* once more, into the empty one: it fits, IndexRecords saw to that */
        }
    }
    return TRUE;
}

static BOOL WriteFileTo(HANDLE file, ETL_SESSION *session, const RECORDING *recording)
{
    UINT32 buffers = 1;
    for (UINT32 i = 0; i < recording->Rings; i++)
        WriteTrack(&recording->Tracks[i], NULL, &buffers);
    session->Buffers = buffers;
    if (!EtlWriteHeader(file, session))
        return FALSE;
    buffers = 1;
    for (UINT32 i = 0; i < recording->Rings; i++)
        if (!WriteTrack(&recording->Tracks[i], file, &buffers))
            return FALSE;
    return FlushFileBuffers(file);
}

static UINT64 FileTimeOf(const WSKT_STATUS *status, UINT64 timeStamp)
{
    UINT64 ticks = timeStamp - status->StartQpc, second = status->QpcFrequency;
    return status->StartTime + ticks / second * 10000000 + ticks % second * 10000000 / second;
}

/* The file appears whole or not at all: written beside its place, then moved there. */
static int Save(const wchar_t *name, BOOL force, ETL_SESSION *session, const RECORDING *recording)
{
    wchar_t part[MAX_PATH];
    int status = EXIT_DONE;

    if (swprintf(part, MAX_PATH, L"%ls.part", name) < 0)
        return Refused(L"the file's name is too long");
    HANDLE file = CreateFileW(part, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return Failed(GetLastError(), L"%ls", part);
    if (!WriteFileTo(file, session, recording))
        status = Failed(GetLastError(), L"%ls", part);
    CloseHandle(file);
    if (!status && !MoveFileExW(part, name, force ? MOVEFILE_REPLACE_EXISTING : 0)) {
        DWORD error = GetLastError();
        status = error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS
                     ? Refused(L"%ls is there already; --force replaces it", name)
                     : Failed(error, L"%ls", name);
    }
    if (status)
        DeleteFileW(part);
    return status;
}

/* Every ring, read and sorted, each into its track. */
static int ReadTracks(HANDLE device, const RECORDING *recording)
{
    WSKT_DRAINED *chunk = malloc(CHUNK_BYTES);
    int result = chunk ? EXIT_DONE : Refused(L"not enough memory for what the rings hold");

    for (UINT32 i = 0; i < recording->Rings && !result; i++) {
        TRACK *track = &recording->Tracks[i];
        result = ReadRing(device, i, chunk, track);
        if (!result)
            result = IndexRecords(track, recording->Last);
        if (!result && track->Count)
            qsort(track->Records, track->Count, sizeof(RECORD), ByProcessorAndTime);
        if (!result && track->Bad)
            fprintf(stderr, "wskctl: the ring of processor %u is damaged behind record %zu\n", i, track->Count);
    }
    free(chunk);
    return result;
}

/* The tracks as a file. What is lost is what has a number and is not there: overwritten, also while we read, dropped or
   damaged. */
static int WriteTracks(const WSKT_STATUS *status, const wchar_t *name, BOOL force, const RECORDING *recording)
{
    size_t records = 0;
    UINT64 damaged = 0;
    UINT64 last = status->StartQpc;
    UINT32 processors = recording->Rings; /* or more: a kernel may say how many there are and be wrong (Wine does) */
    for (UINT32 i = 0; i < recording->Rings; i++) {
        const TRACK *track = &recording->Tracks[i];
        records += track->Count;
        damaged += track->Damaged;
        for (size_t j = 0; j < track->Count; j++) {
            last = max(last, track->Records[j].TimeStamp);
            processors = max(processors, track->Records[j].Processor + 1u);
        }
    }
    UINT64 lost = recording->Last - records;
    ETL_SESSION session = {
        .OsBuild = status->OsBuild,
        .Processors = processors,
        .EventsLost = lost > UINT32_MAX ? UINT32_MAX : (UINT32)lost,
        .StartTime = status->StartTime,
        .EndTime = FileTimeOf(status, last),
        .StartQpc = status->StartQpc,
        .QpcFrequency = status->QpcFrequency,
        .FileName = name,
    };
    int result = Save(name, force, &session, recording);
    if (!result) {
        printf("%zu records", records);
        if (lost)
            printf(", %llu lost", (unsigned long long)lost);
        if (damaged)
            printf(", %llu of them damaged in memory", (unsigned long long)damaged);
        printf("\n");
    }
    return result;
}

int RecordingDrain(HANDLE device, const wchar_t *name, BOOL force)
{
    WSKT_HELLO hello = {.Version = WSKT_IOCTL_VERSION};
    WSKT_STATUS status;

    if (!force && GetFileAttributesW(name) != INVALID_FILE_ATTRIBUTES)
        return Refused(L"%ls is there already; --force replaces it", name);
    int result = DeviceStatus(device, &status);
    if (!result && !status.Processors)
        return Refused(L"there is nothing to drain: no capture was started");
    if (!result && (status.Flags & WSKT_RUNNING))
        result = DeviceSend(device, WSKT_IOCTL_RUNDOWN, &hello, sizeof(hello), L"the driver does not tell its state");
    if (!result)
        result = DeviceStatus(device, &status);
    if (result)
        return result;

    RECORDING recording = {
        .Tracks = calloc(status.Processors, sizeof(TRACK)), .Rings = status.Processors, .Last = status.Events};
    if (!recording.Tracks)
        return Refused(L"not enough memory for what the rings hold");
    result = ReadTracks(device, &recording);
    if (!result)
        result = WriteTracks(&status, name, force, &recording);
    for (UINT32 i = 0; i < recording.Rings; i++) {
        free(recording.Tracks[i].Bytes);
        free(recording.Tracks[i].Records);
    }
    free(recording.Tracks);
    return result;
}
