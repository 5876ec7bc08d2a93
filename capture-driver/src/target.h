/*
 * The drivers under test: which names to wait for, which images of those names are loaded, and which of them calls.
 * A load gives a target a new client number; the number is never used for another load of the same capture driver.
 */
#ifndef WSKTRACE_TARGET_H
#define WSKTRACE_TARGET_H

#include "event.h"
#include "hook.h"
#include "ioctl.h"

#define TARGET_NAMES 16
#define TARGET_NAME_CHARS 64
#define TARGET_IMAGES 32

typedef struct _TARGET_COUNTERS {
    ULONG Names;
    ULONG Loaded;  /* images that are loaded and had imports patched by us, now or before a stop */
    ULONG Patched; /* of those: patched right now */
    ULONG Unloading;
    ULONG Unseen; /* loaded, and their DriverUnload is not under our eyes (yet) */
    ULONG Earlier; /* names whose driver is loaded and not patched: it was there before this start */
    ULONG Missed; /* image loads that found no free place */
} TARGET_COUNTERS;

_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
TargetInitialize(VOID);

/* No target may be loaded. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
TargetUninitialize(VOID);

/* STATUS_SUCCESS: TargetSetNames takes this name with these tiers. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
TargetCheckName(_In_reads_(TARGET_NAME_CHARS) const WCHAR *Name, _In_ UINT32 Tiers);

/* Replaces the names. Each is a file name as in "client.sys", or a pattern (pattern.h); ".sys" may be left out, case does
   not matter. Tiers: WsktTiers of each, 0 for HOOK_TIERS_DEFAULT; HOOK_TIERS_ALWAYS are in any case. A driver that several
   names fit has the tiers of all. What is loaded already stays as it is. */
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
TargetSetNames(
    _In_range_(0, TARGET_NAMES) ULONG Count,
    _In_reads_(Count) const WCHAR Names[][TARGET_NAME_CHARS],
    _In_reads_(Count) const UINT32 *Tiers);

/* What is recorded of each name: the tiers that all of them have. */
_IRQL_requires_(PASSIVE_LEVEL)
ULONG
TargetTiers(VOID);

/* From here on targets are patched as they load. Those that are loaded already stay as they are. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
TargetStart(VOID);

/* Patches no more, and takes the patches back. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
TargetStop(VOID);

/* DriverLoad for each loaded target of which the ring holds none (any more), and a look for the DriverUnload of each.
   All: a new capture starts, and holds none at all. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
TargetRundown(_In_ BOOLEAN All);

/* Completes a call site of which Caller is known. A target that ended in a tail call hides its address: then, if
   only one target is loaded, it is that one. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
TargetResolve(_Inout_ CALL_SITE *Site);

/* Where the image of a client is, by its number: of the last one that has this place. What was read is of one image if
   Client was the same afterwards. */
typedef struct _TARGET_PLACE {
    volatile ULONG_PTR Base;
    volatile ULONG Size;
    volatile USHORT Client; /* 0 while the place changes hands */
} TARGET_PLACE;

extern TARGET_PLACE TargetPlaces[TARGET_IMAGES];

/* TargetRva, for a client whose place another one has. */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG
TargetSearchRva(_In_ USHORT Client, _In_opt_ PVOID Address);

/* Address as an offset into the image of Client; 0 if it is not in there. FALSE: TargetSearchRva knows. */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return)
INLINED BOOLEAN
TargetQuickRva(_In_ USHORT Client, _In_opt_ PVOID Address, _Out_ ULONG *Rva)
{
    const TARGET_PLACE *Place = &TargetPlaces[Client % TARGET_IMAGES];
    ULONG_PTR Offset = VALUE_OF(Address) - ReadULongPtrAcquire(&Place->Base);
    *Rva = Offset < ReadULongAcquire(&Place->Size) ? (ULONG)Offset : 0;
    return Place->Client == Client;
}

/* The same, in any case. */
_IRQL_requires_max_(DISPATCH_LEVEL)
static inline ULONG
TargetRva(_In_ USHORT Client, _In_opt_ PVOID Address)
{
    ULONG Rva;
    return TargetQuickRva(Client, Address, &Rva) ? Rva : TargetSearchRva(Client, Address);
}

/* The file name of Client's image; NULL: not known. */
_IRQL_requires_max_(DISPATCH_LEVEL)
const WCHAR *
TargetName(_In_ USHORT Client);

/* The reverse; NULL when the client's image is gone. */
_IRQL_requires_max_(DISPATCH_LEVEL)
PVOID
TargetAddress(_In_ USHORT Client, _In_ ULONG Rva);

/* The tiers that have ever been asked for, of anybody; and whether there are sockets from before this capture. */
extern volatile LONG TargetEver;
#define TARGET_PAST 0x40000000

/* Has the tier ever been asked for? */
_IRQL_requires_max_(HIGH_LEVEL)
static inline BOOLEAN
TargetAsked(_In_ ULONG Tier)
{
    return ((ULONG)TargetEver & Tier) != 0;
}

/* Is a tier (WsktTiers) recorded of Client? */
_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
TargetRecords(_In_ USHORT Client, _In_ ULONG Tier);

/* What Client's import was bound to. Never NULL for an import whose hook is running. */
_IRQL_requires_max_(DISPATCH_LEVEL)
PVOID
TargetOriginal(_In_ USHORT Client, _In_ HOOK_IMPORT Import);

/* Looks the driver object of the site's target up by name, if it is not known yet. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
TargetFindDriver(_In_ const CALL_SITE *Site);

/* The names, and the images that came of them. Version is left to the caller. */
_IRQL_requires_(PASSIVE_LEVEL)
VOID
TargetList(_Out_ WSKT_TARGET_LIST *List);

_IRQL_requires_(PASSIVE_LEVEL)
VOID
TargetCount(_Out_ TARGET_COUNTERS *Counters);

/* First line of a hook: who called? */
#define CALL_SITE_HERE(Site)               \
    CALL_SITE Site = {0};                  \
    (Site).Caller = RETURN_ADDRESS();      \
    (Site).StackPointer = STACK_POINTER(); \
    TargetResolve(&(Site))

/* The function a hook stands in for. */
#define ORIGINAL(Site, Name) ((Name##Function *)TargetOriginal((Site).Client, Hook##Name))

/* IoCreateDevice tells us the driver object without a look-up by name. */
typedef NTSTATUS NTAPI IoCreateDeviceFunction(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ ULONG DeviceExtensionSize,
    _In_opt_ PUNICODE_STRING DeviceName,
    _In_ DEVICE_TYPE DeviceType,
    _In_ ULONG DeviceCharacteristics,
    _In_ BOOLEAN Exclusive,
    _Outptr_ PDEVICE_OBJECT *DeviceObject);
IoCreateDeviceFunction OnIoCreateDevice;

#endif
