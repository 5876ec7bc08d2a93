/*
 * RingRead copies a record without a lock, and throws the copy away if a writer came round meanwhile (ring.h says how):
 * the bytes it reads are a race by design. The linker leads its callers here (--wrap), and the thread sanitizer looks
 * away from its reads, and from nothing else. driver-ring.c checks every record that it keeps.
 */
#include "ring.h"

void AnnotateIgnoreReadsBegin(const char *File, int Line);
void AnnotateIgnoreReadsEnd(const char *File, int Line);
VOID __real_RingRead(ULONG Processor, RING_READ *Read, PVOID Buffer, ULONG Capacity);
VOID __wrap_RingRead(ULONG Processor, RING_READ *Read, PVOID Buffer, ULONG Capacity);

VOID __wrap_RingRead(ULONG Processor, RING_READ *Read, PVOID Buffer, ULONG Capacity)
{
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    __real_RingRead(Processor, Read, Buffer, Capacity);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
}
