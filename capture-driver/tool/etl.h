/*
 * Writes an uncompressed .etl file: buffers of EtlBufferBytes, first the one with the header event, then each
 * processor's. Layouts: WMI_BUFFER_HEADER and SYSTEM_TRACE_HEADER of phnt's ntwmi.h, TRACE_LOGFILE_HEADER of
 * evntrace.h (Microsoft Learn). Clock: QPC ticks.
 */
#ifndef WSKCTL_ETL_H
#define WSKCTL_ETL_H

#include "wskctl.h"

enum { EtlBufferBytes = 0x4000, EtlBufferHeaderBytes = 0x48 };

typedef struct _ETL_SESSION {
    UINT32 OsBuild;
    UINT32 Processors;
    UINT32 Buffers; /* with the first one */
    UINT32 EventsLost;
    UINT32 PointerSize; /* of the kernel that logged, 4 or 8: wskctl's own does not matter */
    UINT64 StartTime; /* FILETIME */
    UINT64 EndTime;   /* FILETIME */
    UINT64 StartQpc;
    UINT64 QpcFrequency;
    const wchar_t *FileName;
} ETL_SESSION;

/* One buffer under construction. */
typedef struct _ETL_BUFFER {
    UINT32 Used; /* bytes, with the header */
    UINT64 LastTimeStamp;
    unsigned char Bytes[EtlBufferBytes];
} ETL_BUFFER;

void EtlBufferReset(ETL_BUFFER *buffer);

/* Appends a record of size bytes, a multiple of 8 but for its last bytes. FALSE: no room. */
BOOL EtlBufferAppend(ETL_BUFFER *buffer, const void *record, UINT32 size, UINT64 timeStamp);

/* Header, padding, and out with it. FALSE: the file took less; GetLastError tells. */
BOOL EtlBufferWrite(ETL_BUFFER *buffer, HANDLE file, UINT64 sequence, UINT16 processor, BOOL first);

/* The buffer with nothing but the header event in it. */
BOOL EtlWriteHeader(HANDLE file, const ETL_SESSION *session);

#endif
