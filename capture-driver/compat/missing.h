/*
 * What mingw's DDK headers lack and the driver needs. Nothing else.
 */
#ifndef WSKT_COMPAT_MISSING_H
#define WSKT_COMPAT_MISSING_H

/* wdm.h of the WDK: a full barrier, on amd64 an intrinsic. mingw has it for x86 only. */
#ifndef KeMemoryBarrier
#define KeMemoryBarrier() __sync_synchronize()
#endif

#ifdef _X86_
/* wdm.h of the WDK. A processor with cmpxchg8b has them all; without the FPU, which a driver may not just use, a word of
   64 bits is read and written whole by that instruction too. */
#define InterlockedCompareExchange64(p, New, Old) __sync_val_compare_and_swap((p), (LONG64)(Old), (LONG64)(New))
static inline LONG64
InterlockedExchange64(volatile LONG64 *Target, LONG64 Value)
{
    LONG64 Old = *Target, Seen;
    while ((Seen = InterlockedCompareExchange64(Target, Value, Old)) != Old)
        Old = Seen;
    return Old;
}
#define InterlockedExchangeAdd64(p, v) __sync_fetch_and_add((p), (LONG64)(v))
#define InterlockedIncrement64(p) __sync_add_and_fetch((p), 1LL)
#define InterlockedDecrement64(p) __sync_sub_and_fetch((p), 1LL)
#define InterlockedOr64(p, v) __sync_fetch_and_or((p), (LONG64)(v))
#define ReadAcquire64(p) InterlockedCompareExchange64((volatile LONG64 *)(ULONG_PTR)(p), 0, 0)
#define ReadULong64Acquire(p) ((ULONG64)ReadAcquire64(p))
#define WriteRelease64(p, v) ((VOID)InterlockedExchange64((volatile LONG64 *)(p), (LONG64)(v)))
#define WriteULong64Release(p, v) WriteRelease64(p, v)
#else
#define ReadAcquire64(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define ReadULong64Acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define WriteRelease64(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define WriteULong64Release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#endif

/* wdm.h of the WDK. */
#define ReadAcquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define ReadULongAcquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define ReadULongPtrAcquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define ReadPointerAcquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define WritePointerRelease(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define WriteULongRelease(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define WriteULongPtrRelease(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

#endif
