#include "etl.h"

#include <assert.h>
#include <string.h>
#include <wchar.h>

#pragma pack(push, 1)
typedef struct _BUFFER_HEADER {
    UINT32 BufferSize;
    UINT32 SavedOffset;
    UINT32 CurrentOffset;
    INT32 ReferenceCount;
    UINT64 TimeStamp;
    UINT64 SequenceNumber;
    UINT64 Clock;
    UINT16 ProcessorIndex;
    UINT16 LoggerId;
    UINT32 State;
    UINT32 Offset; /* end of the events: the field readers go by */
    UINT16 BufferFlag;
    UINT16 BufferType;
    UINT8 ReferenceTime[16];
} BUFFER_HEADER;

typedef struct _SYSTEM_HEADER64 {
    UINT16 Version;
    UINT8 HeaderType;
    UINT8 MarkerFlags;
    UINT16 Size;
    UINT8 Type;
    UINT8 Group;
    UINT32 ThreadId;
    UINT32 ProcessId;
    UINT64 TimeStamp;
    UINT32 KernelTime;
    UINT32 UserTime;
} SYSTEM_HEADER64;

typedef struct _LOGFILE_HEADER64 {
    UINT32 BufferSize;
    UINT8 OsMajor;
    UINT8 OsMinor;
    UINT8 FormatMajor;
    UINT8 FormatMinor;
    UINT32 ProviderVersion; /* OS build */
    UINT32 NumberOfProcessors;
    UINT64 EndTime;
    UINT32 TimerResolution; /* 100 ns */
    UINT32 MaximumFileSize;
    UINT32 LogFileMode;
    UINT32 BuffersWritten;
    UINT32 StartBuffers;
    UINT32 PointerSize;
    UINT32 EventsLost;
    UINT32 CpuSpeedInMHz;
    UINT64 LoggerName;  /* a pointer once, in a 32-bit file of 4 bytes; the strings follow the struct */
    UINT64 LogFileName;
    UINT8 TimeZone[172];
    UINT32 Padding;
    UINT64 BootTime;
    UINT64 PerfFreq;
    UINT64 StartTime;
    UINT32 ClockType;
    UINT32 BuffersLost;
} LOGFILE_HEADER64;
#pragma pack(pop)

static_assert(sizeof(BUFFER_HEADER) == EtlBufferHeaderBytes, "WMI_BUFFER_HEADER");
static_assert(sizeof(SYSTEM_HEADER64) == 32, "SYSTEM_TRACE_HEADER");
static_assert(sizeof(LOGFILE_HEADER64) == 0x118, "TRACE_LOGFILE_HEADER, 64 bit");
static_assert(offsetof(LOGFILE_HEADER64, PointerSize) == 44, "PointerSize");
static_assert(offsetof(LOGFILE_HEADER64, LoggerName) == 56, "LoggerName");
static_assert(offsetof(LOGFILE_HEADER64, TimeZone) == 72, "TimeZone");
static_assert(sizeof(TIME_ZONE_INFORMATION) == 172, "TIME_ZONE_INFORMATION");

enum {
    STATE_FLUSH = 3,
    FLAG_FLUSH_MARKER = 0x1,
    FLAG_PROCESSOR_INDEX = 0x20,
    TYPE_GENERIC = 0,
    TYPE_HEADER = 4,
    SYSTEM32 = 1,
    SYSTEM64 = 2,
    MARKER = 0xC0,
    CLOCK_QPC = 1,
    MODE_SEQUENTIAL = 1,
};

void EtlBufferReset(ETL_BUFFER *buffer)
{
    buffer->Used = EtlBufferHeaderBytes;
    buffer->LastTimeStamp = 0;
    memset(buffer->Bytes, 0xff, sizeof(buffer->Bytes));
}

BOOL EtlBufferAppend(ETL_BUFFER *buffer, const void *record, UINT32 size, UINT64 timeStamp)
{
    UINT32 start = (buffer->Used + 7) & ~7u;
    if (size > EtlBufferBytes || start > EtlBufferBytes - size)
        return FALSE;
    memset(buffer->Bytes + buffer->Used, 0, start - buffer->Used);
    memcpy(buffer->Bytes + start, record, size);
    buffer->Used = start + size;
    buffer->LastTimeStamp = timeStamp;
    return TRUE;
}

BOOL EtlBufferWrite(ETL_BUFFER *buffer, HANDLE file, UINT64 sequence, UINT16 processor, BOOL first)
{
    UINT32 end = (buffer->Used + 7) & ~7u;
    memset(buffer->Bytes + buffer->Used, 0, end - buffer->Used);
    BUFFER_HEADER header = {
        .BufferSize = EtlBufferBytes,
        .SavedOffset = end,
        .CurrentOffset = end,
        .TimeStamp = first ? 0 : buffer->LastTimeStamp,
        .SequenceNumber = sequence,
        .ProcessorIndex = processor,
        .LoggerId = 1,
        .State = STATE_FLUSH,
        .Offset = end,
        .BufferFlag = FLAG_PROCESSOR_INDEX | FLAG_FLUSH_MARKER,
        .BufferType = first ? TYPE_HEADER : TYPE_GENERIC,
    };
    memcpy(buffer->Bytes, &header, sizeof(header));

    DWORD written;
    return WriteFile(file, buffer->Bytes, EtlBufferBytes, &written, NULL) && written == EtlBufferBytes;
}

/* Appends text and its NUL; what does not fit is cut. */
static UINT32 AppendText(unsigned char *bytes, UINT32 used, UINT32 room, const wchar_t *text)
{
    for (size_t i = 0;; i++) {
        wchar_t character = used + 4 <= room ? text[i] : 0;
        memcpy(bytes + used, &character, sizeof(character));
        used += sizeof(character);
        if (!character)
            return used;
    }
}

/* Without the two pointers' upper halves where a pointer has 4 bytes. Returns the bytes. */
static UINT32 CopyLogfileHeader(unsigned char *to, const LOGFILE_HEADER64 *logfile)
{
    UINT32 pointers = offsetof(LOGFILE_HEADER64, LoggerName), rest = offsetof(LOGFILE_HEADER64, TimeZone);
    UINT32 at = pointers + 2 * logfile->PointerSize;
    memset(to, 0, at);
    memcpy(to, logfile, pointers);
    memcpy(to + at, (const unsigned char *)logfile + rest, sizeof(*logfile) - rest);
    return at + (UINT32)sizeof(*logfile) - rest;
}

/* What Windows measured at boot. Not 0 where it is unknown: readers divide by it. */
static UINT32 CpuSpeedInMHz(void)
{
    DWORD speed, size = sizeof(speed);
    if (RegGetValueW(
            HKEY_LOCAL_MACHINE, L"HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0", L"~MHz", RRF_RT_REG_DWORD, NULL,
            &speed, &size) != ERROR_SUCCESS || !speed)
        return 1;
    return speed;
}

BOOL EtlWriteHeader(HANDLE file, const ETL_SESSION *session)
{
    static ETL_BUFFER buffer;
    static unsigned char event[sizeof(SYSTEM_HEADER64) + sizeof(LOGFILE_HEADER64) + 2 * 2 * MAX_PATH];
    TIME_ZONE_INFORMATION zone = {0};
    LOGFILE_HEADER64 logfile = {
        .BufferSize = EtlBufferBytes,
        .OsMajor = 10,
        .FormatMajor = 1,
        .FormatMinor = 5,
        .ProviderVersion = session->OsBuild,
        .NumberOfProcessors = session->Processors,
        .EndTime = session->EndTime,
        .TimerResolution = 156250,
        .LogFileMode = MODE_SEQUENTIAL,
        .BuffersWritten = session->Buffers,
        .StartBuffers = 1,
        .PointerSize = session->PointerSize,
        .EventsLost = session->EventsLost,
        .CpuSpeedInMHz = CpuSpeedInMHz(),
        .PerfFreq = session->QpcFrequency,
        .StartTime = session->StartTime,
        .ClockType = CLOCK_QPC,
    };
    FILETIME now;
    GetTimeZoneInformation(&zone);
    memcpy(logfile.TimeZone, &zone, sizeof(zone));
    GetSystemTimeAsFileTime(&now);
    logfile.BootTime = (((UINT64)now.dwHighDateTime << 32) | now.dwLowDateTime) - GetTickCount64() * 10000;

    UINT32 used = sizeof(SYSTEM_HEADER64) + CopyLogfileHeader(event + sizeof(SYSTEM_HEADER64), &logfile);
    used = AppendText(event, used, sizeof(event), L"wsktrace");
    used = AppendText(event, used, sizeof(event), session->FileName);
    SYSTEM_HEADER64 header = {
        .Version = 2,
        .HeaderType = session->PointerSize == 4 ? SYSTEM32 : SYSTEM64,
        .MarkerFlags = MARKER,
        .Size = (UINT16)used,
        .ThreadId = GetCurrentThreadId(),
        .ProcessId = GetCurrentProcessId(),
        .TimeStamp = session->StartQpc,
    };
    memcpy(event, &header, sizeof(header));

    EtlBufferReset(&buffer);
    return EtlBufferAppend(&buffer, event, used, session->StartQpc) && EtlBufferWrite(&buffer, file, 0, 0, TRUE);
}
