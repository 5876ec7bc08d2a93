/*
 * What every room sees: the kernel, WSK, the events, and the words of the compiler.
 *
 * House rules. A function's contract (SAL, IRQL) stands in its header; the .c file says _Use_decl_annotations_.
 * What a target's call reaches may run at IRQL <= DISPATCH_LEVEL: it is in nonpaged memory, does not wait, does not
 * allocate, and holds no lock while it calls anything that is not ours. When a resource runs out the call goes
 * through as if we were not there, and is counted.
 */
#ifndef WSKTRACE_H
#define WSKTRACE_H

#include <ntddk.h>
#include <wsk.h>

#ifdef __MINGW64_VERSION_MAJOR
#include "missing.h"
#endif

#include "wsktrace_events.h"

#define WSKTRACE_VERSION 1
#define WSKTRACE_TAG 0x544B5357u /* "WSKT" in a dump */

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#define RETURN_ADDRESS() _ReturnAddress()
#define STACK_POINTER() _AddressOfReturnAddress()
#define NOINLINE __declspec(noinline)
#define COMPILER_BARRIER() _ReadWriteBarrier()
#define FALL_THROUGH
#define INLINED static __forceinline
static __forceinline ULONG
LOWEST_BIT(ULONG64 Bits)
{
    ULONG Index;
    if (!_BitScanForward(&Index, (ULONG)Bits)) {
        _BitScanForward(&Index, (ULONG)(Bits >> 32));
        Index += 32;
    }
    return Index;
}
#else
#define RETURN_ADDRESS() __builtin_return_address(0)
#define STACK_POINTER() __builtin_frame_address(0)
#define NOINLINE __attribute__((noinline))
#define COMPILER_BARRIER() __asm__ volatile("" ::: "memory")
#define FALL_THROUGH __attribute__((fallthrough));
#define INLINED static inline __attribute__((always_inline))
#define LOWEST_BIT(Bits) ((ULONG)__builtin_ctzll(Bits)) /* of what is not 0 */
#endif

/* Address arithmetic that does not end in a cast on every line. */
#define VALUE_OF(Pointer) ((ULONG_PTR)(Pointer))

/* What of the kernel's we look into; by the public headers, the same for x64 and ARM64. */
#ifdef _WIN64
C_ASSERT(sizeof(IRP) == 0xd0 && FIELD_OFFSET(IRP, IoStatus) == 0x30 && FIELD_OFFSET(IRP, CurrentLocation) == 0x43);
C_ASSERT(FIELD_OFFSET(IRP, Tail.Overlay.CurrentStackLocation) == 0xb8);
C_ASSERT(sizeof(IO_STACK_LOCATION) == 0x48 && FIELD_OFFSET(IO_STACK_LOCATION, Context) == 0x40);
C_ASSERT(sizeof(MDL) == 0x30 && FIELD_OFFSET(MDL, ByteCount) == 0x28);
#else
C_ASSERT(sizeof(IRP) == 0x70 && FIELD_OFFSET(IRP, IoStatus) == 0x18 && FIELD_OFFSET(IRP, CurrentLocation) == 0x23);
C_ASSERT(FIELD_OFFSET(IRP, Tail.Overlay.CurrentStackLocation) == 0x60);
C_ASSERT(sizeof(IO_STACK_LOCATION) == 0x24 && FIELD_OFFSET(IO_STACK_LOCATION, Context) == 0x20);
C_ASSERT(sizeof(MDL) == 0x1c && FIELD_OFFSET(MDL, ByteCount) == 0x14);
#endif

#endif
