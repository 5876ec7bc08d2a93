/*
 * What mingw's DDK headers lack and the driver needs. Nothing else.
 */
#ifndef WSKT_COMPAT_MISSING_H
#define WSKT_COMPAT_MISSING_H

/* wdm.h of the WDK: a full barrier, on amd64 an intrinsic. mingw has it for x86 only. */
#ifndef KeMemoryBarrier
#define KeMemoryBarrier() __sync_synchronize()
#endif

/* wdm.h of the WDK. */
#define ReadAcquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define ReadAcquire64(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define ReadULongAcquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define ReadULong64Acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define ReadULongPtrAcquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define ReadPointerAcquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define WritePointerRelease(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define WriteRelease64(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define WriteULongRelease(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define WriteULongPtrRelease(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

#endif
