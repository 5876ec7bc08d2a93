/*
 * What mingw's DDK headers lack and the driver needs. Nothing else.
 */
#ifndef WSKT_COMPAT_MISSING_H
#define WSKT_COMPAT_MISSING_H

/* wdm.h of the WDK: a full barrier, on amd64 an intrinsic. mingw has it for x86 only. */
#ifndef KeMemoryBarrier
#define KeMemoryBarrier() __sync_synchronize()
#endif

#endif
