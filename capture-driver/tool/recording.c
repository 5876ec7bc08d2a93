/*
 * The rings as an .etl file: once, or as they fill up. The file appears whole or not at all, written beside its place and
 * moved there at the end; whoever ends this program half way finds FILE.part, which `wsktrace --partial` reads.
 */
#include <stdlib.h>
#include <wchar.h>

#include "track.h"

enum { INTERVAL = 250 }; /* milliseconds between two readings */

typedef struct _RECORDING {
    WSKT_STATUS Begin; /* as the recording began */
    TRACK *Tracks;
    WSKT_DRAINED *Chunk;
    TRACK_FILE Out;
    UINT64 Read; /* records */
    UINT64 Lost; /* up to the last reading */
    BOOL Over;   /* another capture has begun: what the rings hold now is not this one's */
} RECORDING;

static HANDLE Interrupted; /* signalled by Ctrl-C */

static BOOL WINAPI OnInterrupt(DWORD event)
{
    (void)event;
    SetEvent(Interrupted);
    return TRUE;
}

static UINT64 FileTimeOf(const WSKT_STATUS *status, UINT64 timeStamp)
{
    UINT64 ticks = timeStamp - status->StartQpc, second = status->QpcFrequency;
    return status->StartTime + ticks / second * 10000000 + ticks % second * 10000000 / second;
}

static UINT64 Damaged(const RECORDING *recording)
{
    UINT64 damaged = 0;
    for (UINT32 i = 0; i < recording->Begin.Processors; i++)
        damaged += recording->Tracks[i].Damaged;
    return damaged;
}

/* Every number that was given out by the time of status, and of which no record came: of ahead records that came the number
   was given out later. An event that only ETW wanted has a number too, so what the driver counts is a bound as well. */
static UINT64 LostBy(const RECORDING *recording, const WSKT_STATUS *status, UINT64 ahead)
{
    UINT64 came = recording->Read - ahead, missing = status->Events > came ? status->Events - came : 0;
    UINT64 counted = status->Overwritten + status->Dropped + Damaged(recording);
    for (UINT32 i = 0; i < recording->Begin.Processors; i++)
        if (recording->Tracks[i].Bad)
            return missing;
    return min(missing, counted);
}

/* Reads every ring, unless they hold another capture by now. Events: how many there were when it began; of later ones some
   came too. Most: the most bytes that one ring gave. */
static int Read(HANDLE device, RECORDING *recording, UINT64 *events, size_t *most)
{
    WSKT_STATUS now;
    UINT64 ahead = 0;
    int status = DeviceStatus(device, &now);

    *events = UINT64_MAX;
    *most = 0;
    if (!status && now.StartQpc != recording->Begin.StartQpc) {
        fputs("wskctl: another capture began; the file ends with what was read of the one before\n", stderr);
        recording->Over = TRUE;
    }
    if (status || recording->Over)
        return status;
    *events = now.Events;
    for (UINT32 i = 0; !status && i < recording->Begin.Processors; i++) {
        TRACK *track = &recording->Tracks[i];
        size_t count = track->Count, length = track->Length;
        status = TrackRead(device, recording->Chunk, track);
        recording->Read += track->Count - count;
        for (size_t j = count; j < track->Count; j++)
            ahead += track->Records[j].Seq > *events;
        *most = max(*most, track->Length - length);
    }
    if (!status) /* what was overwritten while we read counts too */
        status = DeviceStatus(device, &now);
    if (status)
        return status;
    now.Events = *events;
    recording->Lost = LostBy(recording, &now, ahead);
    return EXIT_DONE;
}

/* One step of following: what is older than limit is written. */
static int Step(HANDLE device, RECORDING *recording, UINT64 limit, size_t *most)
{
    UINT64 events, before = recording->Lost;
    int status = Read(device, recording, &events, most);
    for (UINT32 i = 0; !status && i < recording->Begin.Processors; i++)
        status = TrackWriteOlder(&recording->Tracks[i], &recording->Out, limit);
    if (!status && recording->Lost > before)
        fprintf(stderr, "wskctl: %llu events lost so far, overwritten before they were read; 'wskctl start --ring' makes room\n",
                (unsigned long long)recording->Lost);
    return status;
}

/* What is there now, and no event beyond: the rings are read one after the other, so of later ones only some would be. */
static int Rest(HANDLE device, RECORDING *recording)
{
    UINT64 events = UINT64_MAX;
    size_t most;
    int status = recording->Over ? EXIT_DONE : Read(device, recording, &events, &most);
    for (UINT32 i = 0; !status && i < recording->Begin.Processors; i++)
        status = TrackWriteRest(&recording->Tracks[i], &recording->Out, events);
    return status;
}

static int Rundown(HANDLE device)
{
    WSKT_HELLO hello = {.Version = WSKT_IOCTL_VERSION};
    return DeviceSend(device, WSKT_IOCTL_RUNDOWN, &hello, sizeof(hello), L"the driver does not tell its state");
}

/* Until Ctrl-C, the end of the capture, or that many seconds. */
static int Follow(HANDLE device, RECORDING *recording, UINT64 seconds)
{
    UINT64 end = GetTickCount64() + seconds * 1000;
    LARGE_INTEGER before, now;
    WSKT_STATUS status;
    int result = EXIT_DONE;

    Interrupted = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!Interrupted || !SetConsoleCtrlHandler(OnInterrupt, TRUE))
        return Failed(GetLastError(), L"Ctrl-C would not end this well, so it does not begin");
    QueryPerformanceCounter(&before);
    while (!result) {
        size_t most;
        result = DeviceStatus(device, &status);
        if (result || !(status.Flags & WSKT_RUNNING))
            break;
        /* What is being written now has a time that lies before now, so what is older than the last reading is all there. */
        QueryPerformanceCounter(&now);
        result = Step(device, recording, (UINT64)before.QuadPart, &most);
        before = now;
        if (recording->Over)
            break;
        BOOL hurry = most > status.RingBytes / 4;
        if ((seconds && GetTickCount64() >= end) || WaitForSingleObject(Interrupted, hurry ? 0 : INTERVAL) == WAIT_OBJECT_0)
            break;
    }
    SetConsoleCtrlHandler(OnInterrupt, FALSE);
    CloseHandle(Interrupted);
    return result;
}

static int WriteHeader(const RECORDING *recording, const wchar_t *name)
{
    const WSKT_STATUS *begin = &recording->Begin;
    const TRACK_FILE *out = &recording->Out;
    ETL_SESSION session = {
        .OsBuild = begin->OsBuild,
        .Processors = max(begin->Processors, out->Processors), /* a kernel may say how many there are and be wrong (Wine does) */
        .Buffers = out->Buffers,
        .EventsLost = recording->Lost > UINT32_MAX ? UINT32_MAX : (UINT32)recording->Lost,
        .PointerSize = out->PointerSize ? out->PointerSize : 8,
        .StartTime = begin->StartTime,
        .EndTime = FileTimeOf(begin, max(out->LastTime, begin->StartQpc)),
        .StartQpc = begin->StartQpc,
        .QpcFrequency = begin->QpcFrequency,
        .FileName = name,
    };
    if (SetFilePointer(out->File, 0, NULL, FILE_BEGIN) == INVALID_SET_FILE_POINTER || !EtlWriteHeader(out->File, &session))
        return Failed(GetLastError(), L"%ls", name);
    return EXIT_DONE;
}

/* The header stands first, and says what is known at the end only: it is written twice. */
static int Record(HANDLE device, RECORDING *recording, const wchar_t *name, BOOL follow, UINT64 seconds)
{
    WSKT_STATUS now;

    recording->Out.Buffers = 1;
    int result = WriteHeader(recording, name);
    if (!result && recording->Begin.Flags & WSKT_RUNNING)
        result = Rundown(device);
    if (!result && follow)
        result = Follow(device, recording, seconds);
    if (!result && follow)
        result = DeviceStatus(device, &now);
    if (!result && follow && !recording->Over && now.Flags & WSKT_RUNNING)
        result = Rundown(device);
    if (!result)
        result = Rest(device, recording);
    if (!result)
        result = WriteHeader(recording, name);
    if (!result && !FlushFileBuffers(recording->Out.File))
        result = Failed(GetLastError(), L"%ls", name);
    return result;
}

static int Save(HANDLE device, RECORDING *recording, const wchar_t *name, BOOL force, BOOL follow, UINT64 seconds)
{
    wchar_t part[MAX_PATH];
    if (swprintf(part, MAX_PATH, L"%ls.part", name) < 0)
        return Refused(L"the file's name is too long");
    recording->Out.File = CreateFileW(part, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (recording->Out.File == INVALID_HANDLE_VALUE)
        return Failed(GetLastError(), L"%ls", part);
    int result = Record(device, recording, name, follow, seconds);
    CloseHandle(recording->Out.File);
    if (!result && !MoveFileExW(part, name, force ? MOVEFILE_REPLACE_EXISTING : 0)) {
        DWORD error = GetLastError();
        result = error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS
                     ? Refused(L"%ls is there already; --force replaces it", name)
                     : Failed(error, L"%ls", name);
    }
    if (result && follow && recording->Out.Written)
        fwprintf(stderr, L"wskctl: %ls has what was written until then; 'wsktrace check --partial' reads it\n", part);
    else if (result)
        DeleteFileW(part);
    return result;
}

static int Make(HANDLE device, const wchar_t *name, BOOL force, BOOL follow, UINT64 seconds)
{
    RECORDING recording = {0};

    if (!force && GetFileAttributesW(name) != INVALID_FILE_ATTRIBUTES)
        return Refused(L"%ls is there already; --force replaces it", name);
    int result = DeviceStatus(device, &recording.Begin);
    if (!result && !recording.Begin.Processors)
        result = Refused(L"there is nothing to drain: no capture was started");
    if (result)
        return result;
    recording.Chunk = malloc(TRACK_CHUNK_BYTES);
    recording.Tracks = calloc(recording.Begin.Processors, sizeof(TRACK));
    if (!recording.Chunk || !recording.Tracks) {
        result = Refused(L"not enough memory for what the rings hold");
        recording.Begin.Processors = 0;
    }
    for (UINT32 i = 0; i < recording.Begin.Processors; i++)
        recording.Tracks[i] = (TRACK){.Ring = i, .RingBytes = recording.Begin.RingBytes};
    if (!result)
        result = Save(device, &recording, name, force, follow, seconds);
    if (!result) {
        printf("%llu records", (unsigned long long)recording.Out.Written);
        if (recording.Lost)
            printf(", %llu lost", (unsigned long long)recording.Lost);
        if (Damaged(&recording))
            printf(", %llu of them damaged in memory", (unsigned long long)Damaged(&recording));
        printf("\n");
    }
    for (UINT32 i = 0; recording.Tracks && i < recording.Begin.Processors; i++) {
        if (recording.Tracks[i].Bad)
            fprintf(stderr, "wskctl: the ring of processor %u is damaged in %llu places\n", i,
                    (unsigned long long)recording.Tracks[i].Bad);
        TrackFree(&recording.Tracks[i]);
    }
    free(recording.Tracks);
    free(recording.Chunk);
    return result;
}

int RecordingDrain(HANDLE device, const wchar_t *name, BOOL force)
{
    return Make(device, name, force, FALSE, 0);
}

int RecordingFollow(HANDLE device, const wchar_t *name, BOOL force, UINT64 seconds)
{
    return Make(device, name, force, TRUE, seconds);
}
