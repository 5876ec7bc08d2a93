/*
 * Strings, lists, memory, interlocked operations and debug output: the Rtl half of wdm.h.
 * Interlocked operations are full barriers, as on Windows; the builtins are what the thread sanitizer understands.
 */
#pragma once

#include <wdm_ke.h>

int memcmp(const void *a, const void *b, size_t n);
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);

#define RtlCopyMemory(To, From, N) memcpy((To), (From), (N))
#define RtlZeroMemory(To, N) memset((To), 0, (N))
#define PAGED_CODE() ((void)0)
#define ASSERT(e) ((e) ? (void)0 : HostAssertFailed(#e, __FILE__, __LINE__))
#define NT_ASSERT(e) ASSERT(e)
DECLSPEC_NORETURN void HostAssertFailed(const char *Expression, const char *File, int Line);

VOID RtlInitUnicodeString(PUNICODE_STRING Target, PCWSTR Source);
BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING A, PCUNICODE_STRING B, BOOLEAN IgnoreCase);
LONG RtlCompareUnicodeString(PCUNICODE_STRING A, PCUNICODE_STRING B, BOOLEAN IgnoreCase);
BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING Prefix, PCUNICODE_STRING Whole, BOOLEAN IgnoreCase);
WCHAR RtlUpcaseUnicodeChar(WCHAR C);

typedef struct _OSVERSIONINFOW {
    ULONG dwOSVersionInfoSize, dwMajorVersion, dwMinorVersion, dwBuildNumber, dwPlatformId;
    WCHAR szCSDVersion[128];
} RTL_OSVERSIONINFOW, OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;
NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW Version);
USHORT RtlCaptureStackBackTrace(ULONG Skip, ULONG Count, PVOID *Frames, PULONG Hash);
BOOLEAN PsGetVersion(PULONG Major, PULONG Minor, PULONG Build, PUNICODE_STRING Csd);

ULONG DbgPrint(PCSTR Format, ...);
ULONG DbgPrintEx(ULONG Component, ULONG Level, PCSTR Format, ...);
#define KdPrint(a) ((void)DbgPrint a)
#define KdPrintEx(a) ((void)DbgPrintEx a)
#define DPFLTR_IHVDRIVER_ID 77
#define DPFLTR_IHVNETWORK_ID 79
#define DPFLTR_ERROR_LEVEL 0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL 2
#define DPFLTR_INFO_LEVEL 3

#define InterlockedIncrement(p) __atomic_add_fetch((p), 1, __ATOMIC_SEQ_CST)
#define InterlockedDecrement(p) __atomic_sub_fetch((p), 1, __ATOMIC_SEQ_CST)
#define InterlockedExchange(p, v) __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)
#define InterlockedExchangeAdd(p, v) __atomic_fetch_add((p), (v), __ATOMIC_SEQ_CST)
#define InterlockedAdd(p, v) __atomic_add_fetch((p), (v), __ATOMIC_SEQ_CST)
#define InterlockedOr(p, v) __atomic_fetch_or((p), (v), __ATOMIC_SEQ_CST)
#define InterlockedAnd(p, v) __atomic_fetch_and((p), (v), __ATOMIC_SEQ_CST)
#define InterlockedXor(p, v) __atomic_fetch_xor((p), (v), __ATOMIC_SEQ_CST)
#define InterlockedIncrement64 InterlockedIncrement
#define InterlockedDecrement64 InterlockedDecrement
#define InterlockedExchange64 InterlockedExchange
#define InterlockedExchangeAdd64 InterlockedExchangeAdd
#define InterlockedAdd64 InterlockedAdd
#define InterlockedOr64 InterlockedOr
#define InterlockedAnd64 InterlockedAnd
#define InterlockedExchange8 InterlockedExchange
#define InterlockedIncrement16 InterlockedIncrement
#define InterlockedDecrement16 InterlockedDecrement
#define InterlockedExchangePointer(p, v) HostExchangePointer((PVOID volatile *)(p), (PVOID)(v))

static FORCEINLINE LONG InterlockedCompareExchange(volatile LONG *p, LONG New, LONG Old)
{
    __atomic_compare_exchange_n(p, &Old, New, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return Old;
}
static FORCEINLINE LONG64 InterlockedCompareExchange64(volatile LONG64 *p, LONG64 New, LONG64 Old)
{
    __atomic_compare_exchange_n(p, &Old, New, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return Old;
}
static FORCEINLINE PVOID HostExchangePointer(PVOID volatile *p, PVOID New)
{
    return __atomic_exchange_n(p, New, __ATOMIC_SEQ_CST);
}
static FORCEINLINE PVOID HostCompareExchangePointer(PVOID volatile *p, PVOID New, PVOID Old)
{
    __atomic_compare_exchange_n(p, &Old, New, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return Old;
}
#define InterlockedCompareExchangePointer(p, n, o) \
    HostCompareExchangePointer((PVOID volatile *)(p), (PVOID)(n), (PVOID)(o))
#define InterlockedCompareExchangeRelease InterlockedCompareExchange
#define InterlockedCompareExchangeAcquire InterlockedCompareExchange
#define _InterlockedIncrement InterlockedIncrement
#define _InterlockedDecrement InterlockedDecrement
#define _InterlockedExchange InterlockedExchange
#define _InterlockedExchangeAdd InterlockedExchangeAdd
#define _InterlockedIncrement64 InterlockedIncrement
#define _InterlockedDecrement64 InterlockedDecrement
#define _InterlockedExchange64 InterlockedExchange
#define _InterlockedExchangeAdd64 InterlockedExchangeAdd
#define _InterlockedOr InterlockedOr
#define _InterlockedAnd InterlockedAnd
#define _InterlockedCompareExchange InterlockedCompareExchange
#define _InterlockedCompareExchange64 InterlockedCompareExchange64
#define _InterlockedExchangePointer InterlockedExchangePointer
#define _InterlockedCompareExchangePointer InterlockedCompareExchangePointer

/* HOST_RACE: a test of a lock-free structure lets other threads in, now and then, before each ordered access. */
#ifdef HOST_RACE
void HostRace(void);
#define LET_OTHERS_IN() HostRace()
#else
#define LET_OTHERS_IN() ((void)0)
#endif
#define ReadAcquire(p) (LET_OTHERS_IN(), __atomic_load_n((p), __ATOMIC_ACQUIRE))
#define ReadNoFence(p) __atomic_load_n((p), __ATOMIC_RELAXED)
#define WriteRelease(p, v) (LET_OTHERS_IN(), __atomic_store_n((p), (v), __ATOMIC_RELEASE))
#define WriteNoFence(p, v) __atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define ReadAcquire64 ReadAcquire
#define ReadNoFence64 ReadNoFence
#define ReadULong64Acquire ReadAcquire
#define ReadULong64NoFence ReadNoFence
#define WriteULong64Release WriteRelease
#define WriteULong64NoFence WriteNoFence
#define WriteRelease64 WriteRelease
#define WriteNoFence64 WriteNoFence
#define ReadULongAcquire ReadAcquire
#define ReadULongPtrAcquire ReadAcquire
#define WriteULongPtrRelease WriteRelease
#define ReadULongNoFence ReadNoFence
#define WriteULongRelease WriteRelease
#define ReadPointerAcquire ReadAcquire
#define ReadPointerNoFence ReadNoFence
#define WritePointerRelease WriteRelease
#define WritePointerNoFence WriteNoFence
#define MemoryBarrier() __sync_synchronize()
#define _ReadWriteBarrier() __asm__ volatile("" ::: "memory")
#define _ReturnAddress() __builtin_return_address(0)
#define _AddressOfReturnAddress() ((PVOID)((PVOID *)__builtin_frame_address(0) + 1))

static FORCEINLINE VOID InitializeListHead(PLIST_ENTRY Head)
{
    Head->Flink = Head->Blink = Head;
}
static FORCEINLINE BOOLEAN IsListEmpty(const LIST_ENTRY *Head)
{
    return Head->Flink == Head;
}
static FORCEINLINE VOID InsertTailList(PLIST_ENTRY Head, PLIST_ENTRY Entry)
{
    Entry->Flink = Head;
    Entry->Blink = Head->Blink;
    Head->Blink->Flink = Entry;
    Head->Blink = Entry;
}
static FORCEINLINE VOID InsertHeadList(PLIST_ENTRY Head, PLIST_ENTRY Entry)
{
    Entry->Flink = Head->Flink;
    Entry->Blink = Head;
    Head->Flink->Blink = Entry;
    Head->Flink = Entry;
}
static FORCEINLINE BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
    Entry->Blink->Flink = Entry->Flink;
    Entry->Flink->Blink = Entry->Blink;
    return Entry->Flink == Entry->Blink;
}
static FORCEINLINE PLIST_ENTRY RemoveHeadList(PLIST_ENTRY Head)
{
    PLIST_ENTRY Entry = Head->Flink;
    RemoveEntryList(Entry);
    return Entry;
}
