/*
 * The rings in the crash dump: a bugcheck callback for each of them (KbCallbackSecondaryDumpData) hands the dump writer
 * the blocks that were written last, as many as it takes. They describe themselves (ring.h). In a dump each ring is a
 * stream of its own, DUMP_GUID with the processor's number in the last two bytes, low byte first: `.enumtag` shows them.
 *
 * The callback runs at HIGH_LEVEL while all other processors stand still, perhaps in the middle of a record: it takes no
 * lock, allocates nothing and touches nonpaged memory alone. It is asked twice, first for the size; the answer is the
 * same. (KBUGCHECK_REASON_CALLBACK_ROUTINE and KBUGCHECK_SECONDARY_DUMP_DATA, Microsoft Learn.)
 */
#ifndef WSKTRACE_DUMP_H
#define WSKTRACE_DUMP_H

#include "wsktrace.h"

/* {4f26a6b1-7d1e-4b0a-9c53-57534b540000} */
#define DUMP_GUID {0x4f26a6b1, 0x7d1e, 0x4b0a, {0x9c, 0x53, 0x57, 0x53, 0x4b, 0x54, 0, 0}}

/* There are rings: from here on a crash dump gets them, where the kernel has such callbacks. Once. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
DumpInitialize(VOID);

/* Before the rings go. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
DumpUninitialize(VOID);

#endif
