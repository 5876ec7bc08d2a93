/*
 * Rundown protection: Count is twice the number of holders, plus one once somebody waits for them to leave.
 */
#include <sched.h>

#include "host.h"

VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF Ref)
{
    Ref->Count = 0;
}

BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF Ref)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    ULONG_PTR Old = __atomic_load_n(&Ref->Count, __ATOMIC_SEQ_CST);
    do {
        if (Old & 1)
            return FALSE;
    } while (!__atomic_compare_exchange_n(&Ref->Count, &Old, Old + 2, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    return TRUE;
}

VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF Ref)
{
    HOST_IRQL_MAX(DISPATCH_LEVEL);
    ULONG_PTR Old = __atomic_fetch_sub(&Ref->Count, 2, __ATOMIC_SEQ_CST);
    HOST_CHECK(Old >= 2, "rundown protection released more often than acquired");
}

VOID ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF Ref)
{
    HOST_IRQL_MAX(APC_LEVEL);
    __atomic_fetch_or(&Ref->Count, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&Ref->Count, __ATOMIC_SEQ_CST) != 1)
        sched_yield();
}
