/*
 * The kernel's basic types with the widths they have on 64-bit Windows, which is LLP64 where the host is LP64:
 * LONG and ULONG are 32 bits wide, WCHAR is 16 (the build passes -fshort-wchar, so that L"" agrees).
 */
#pragma once

#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <sal.h>

#if __SIZEOF_POINTER__ == 8
#define _WIN64 1
#define _AMD64_ 1
#else
#define _X86_ 1
#endif

#define NTAPI
#define WINAPI
#define FASTCALL
#define CDECL
#define __cdecl
#define __stdcall
#define __fastcall
#define NTKERNELAPI
#define NTSYSAPI
#define NTSYSCALLAPI
#define NTHALAPI
#define DECLSPEC_IMPORT
#define DECLSPEC_NORETURN __attribute__((noreturn))
#define DECLSPEC_NOINLINE __attribute__((noinline))
#define DECLSPEC_ALIGN(n) __attribute__((aligned(n)))
#define DECLSPEC_CACHEALIGN __attribute__((aligned(64)))
#define FORCEINLINE inline __attribute__((always_inline, unused))
#define __forceinline inline __attribute__((always_inline))
#define __inline inline
#define __restrict__ __restrict
#define UNALIGNED
#define CONST const
#define VOID void
#define MEMORY_ALLOCATION_ALIGNMENT 16
#ifdef _WIN64
#define POINTER_ALIGNMENT DECLSPEC_ALIGN(8)
#else
#define POINTER_ALIGNMENT
#endif
#define ANYSIZE_ARRAY 1
#define EXTERN_C_START
#define EXTERN_C_END
#define MAX_PATH 260

typedef void *PVOID, *HANDLE, **PHANDLE, *LPVOID;
typedef const void *LPCVOID, *PCVOID;
typedef char CHAR, CCHAR, *PCHAR, *PSTR, *LPSTR;
typedef const char *PCSTR, *LPCSTR, *PCSZ;
typedef uint8_t UCHAR, BYTE, BOOLEAN, KIRQL, *PUCHAR, *PBYTE, *PBOOLEAN, *PKIRQL, UINT8, *PUINT8;
typedef int8_t SCHAR, INT8;
typedef int16_t SHORT, CSHORT, INT16, *PSHORT;
typedef uint16_t USHORT, WORD, WCHAR, UINT16, *PUSHORT, *PWORD, *PWCH, *PWCHAR, *PWSTR, *LPWSTR, *NWPSTR, *PUINT16;
typedef const uint16_t *PCWSTR, *LPCWSTR, *PCWCH;
typedef int32_t LONG, INT, BOOL, INT32, NTSTATUS, *PLONG, *PINT, *PNTSTATUS;
typedef uint32_t ULONG, UINT, DWORD, UINT32, ULONG32, *PULONG, *PUINT, *PDWORD, *PUINT32, LOGICAL, *PLOGICAL;
typedef int64_t LONGLONG, INT64, LONG64, *PLONGLONG, *PLONG64, *PINT64;
typedef uint64_t ULONGLONG, UINT64, ULONG64, DWORD64, *PULONGLONG, *PULONG64, *PUINT64;
typedef intptr_t LONG_PTR, INT_PTR, SSIZE_T, *PLONG_PTR;
typedef uintptr_t ULONG_PTR, UINT_PTR, SIZE_T, DWORD_PTR, KSPIN_LOCK, KAFFINITY, *PULONG_PTR, *PSIZE_T, *PKSPIN_LOCK;
typedef int64_t PHYSICAL_ADDRESS_VALUE;
typedef USHORT ADDRESS_FAMILY;
typedef ULONG ACCESS_MASK, DEVICE_TYPE, *PACCESS_MASK;
typedef CCHAR KPROCESSOR_MODE;

#ifndef TRUE
#define TRUE 1
#define FALSE 0
#endif

#define MAXUSHORT 0xffffu
#define MAXULONG 0xffffffffu
#define MAXULONG_PTR UINTPTR_MAX
#define MAXLONG 0x7fffffff
#define MAXULONG64 UINT64_MAX

typedef union _LARGE_INTEGER {
    struct {
        ULONG LowPart;
        LONG HighPart;
    };
    struct {
        ULONG LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER, PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef union _ULARGE_INTEGER {
    struct {
        ULONG LowPart;
        ULONG HighPart;
    };
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _GUID {
    ULONG Data1;
    USHORT Data2;
    USHORT Data3;
    UCHAR Data4[8];
} GUID, *PGUID, *LPGUID;
typedef const GUID *LPCGUID, *PCGUID;
#define _GUID_DEFINED
#define GUID_DEFINED

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

typedef struct _UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PWCH Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

typedef struct _STRING {
    USHORT Length;
    USHORT MaximumLength;
    PCHAR Buffer;
} STRING, ANSI_STRING, *PSTRING, *PANSI_STRING;
typedef const STRING *PCANSI_STRING;

#define RTL_CONSTANT_STRING(s) {sizeof(s) - sizeof((s)[0]), sizeof(s), (PVOID)(s)}
#define DECLARE_CONST_UNICODE_STRING(var, s) \
    const WCHAR var##_buffer[] = s;          \
    const UNICODE_STRING var = {sizeof(s) - sizeof(WCHAR), sizeof(s), (PWCH)var##_buffer}

#define NT_SUCCESS(Status) ((NTSTATUS)(Status) >= 0)
#define NT_ERROR(Status) ((ULONG)(Status) >> 30 == 3)

#define UNREFERENCED_PARAMETER(P) ((void)(P))
#define DBG_UNREFERENCED_PARAMETER(P) ((void)(P))
#define UNREFERENCED_LOCAL_VARIABLE(V) ((void)(V))
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#define UFIELD_OFFSET(type, field) ((ULONG)offsetof(type, field))
#define RTL_FIELD_SIZE(type, field) (sizeof(((type *)0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field) (FIELD_OFFSET(type, field) + RTL_FIELD_SIZE(type, field))
#define RTL_NUMBER_OF(A) (sizeof(A) / sizeof((A)[0]))
#define ARRAYSIZE(A) RTL_NUMBER_OF(A)
#define RTL_CONTAINS_FIELD(s, size, field) \
    ((PCHAR)(&(s)->field) + sizeof((s)->field) <= (PCHAR)(s) + (size))
#define CONTAINING_RECORD(address, type, field) ((type *)((PCHAR)(address) - offsetof(type, field)))
#define C_ASSERT(e) _Static_assert(e, #e)
#ifndef __cplusplus
#ifndef static_assert
#define static_assert _Static_assert
#endif
#endif
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif

#define LOBYTE(w) ((UCHAR)((ULONG_PTR)(w) & 0xff))
#define LOWORD(l) ((USHORT)((ULONG_PTR)(l) & 0xffff))
#define HIWORD(l) ((USHORT)(((ULONG_PTR)(l) >> 16) & 0xffff))
#define ALIGN_DOWN_BY(x, n) ((ULONG_PTR)(x) & ~((ULONG_PTR)(n) - 1))
#define ALIGN_UP_BY(x, n) ALIGN_DOWN_BY((ULONG_PTR)(x) + (n) - 1, n)
#define ALIGN_UP_POINTER_BY(p, n) ((PVOID)ALIGN_UP_BY(p, n))
#define ALIGN_DOWN_POINTER_BY(p, n) ((PVOID)ALIGN_DOWN_BY(p, n))
#define ULongToPtr(u) ((PVOID)(ULONG_PTR)(u))
#define PtrToUlong(p) ((ULONG)(ULONG_PTR)(p))
#define HandleToULong(h) ((ULONG)(ULONG_PTR)(h))
#define HandleToUlong(h) ((ULONG)(ULONG_PTR)(h))
#define UlongToHandle(u) ((HANDLE)(ULONG_PTR)(u))

/* A number of a layout: where a pointer has 8 bytes, and where it has 4. */
#define BY_POINTER(Of8, Of4) (sizeof(PVOID) == 8 ? (Of8) : (Of4))

_Static_assert(sizeof(wchar_t) == 2, "build with -fshort-wchar: L\"\" must be UTF-16");
_Static_assert(sizeof(ULONG) == 4 && sizeof(ULONG_PTR) == sizeof(PVOID), "the widths of Windows");
_Static_assert(_Alignof(struct { LONGLONG Value; }) == 8, "on x86 build with -malign-double, as Windows aligns");
