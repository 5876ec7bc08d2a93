/*
 * One loaded target, for the two files of this room: target.c knows the image, target_driver.c its driver object.
 */
#ifndef WSKTRACE_TARGET_IMAGE_H
#define WSKTRACE_TARGET_IMAGE_H

#include "target.h"

typedef enum _TARGET_STATE {
    TargetFree,
    TargetLoaded,
    TargetGone /* its image is away; the entry answers for its client number until it is needed again */
} TARGET_STATE;

typedef struct _TARGET {
    volatile LONG State;
    volatile USHORT Client; /* 0 while the entry changes hands; a number never comes back */
    volatile ULONG_PTR Base;
    volatile ULONG Size;
    ULONG TimeDateStamp;
    ULONG CheckSum;
    UINT64 LoadSeq; /* of its last DriverLoad event */
    PDRIVER_OBJECT volatile DriverObject; /* valid while the image is loaded */
    PDRIVER_UNLOAD volatile Unload;       /* the target's own, while DriverObject holds ours */
    HOOK_SET Hooks;
    WCHAR Name[TARGET_NAME_CHARS];
    WCHAR ObjectName[TARGET_NAME_CHARS + 16]; /* \Driver\name, once it is known to be that of this image */
} TARGET;

typedef struct _TARGETS {
    KEVENT Free; /* signalled while nobody changes the names or the images */
    BOOLEAN Running;
    ULONG NameCount;
    WCHAR Names[TARGET_NAMES][TARGET_NAME_CHARS];
    ULONG Tiers[TARGET_NAMES];
    USHORT LastClient;
    ULONG Missed;
    volatile LONG Unloading;
    volatile LONG Used; /* entries at this index and above were never used */
    TARGET Images[TARGET_IMAGES];
} TARGETS;

extern TARGETS Targets;

/* One at a time changes the names or the images. Calls of targets only read, and ask nobody. */
_IRQL_requires_max_(APC_LEVEL)
VOID
TargetsAcquire(VOID);

_IRQL_requires_max_(APC_LEVEL)
VOID
TargetsRelease(VOID);

_IRQL_requires_max_(DISPATCH_LEVEL)
TARGET *
TargetOfClient(_In_ USHORT Client);

/* The image is gone: nothing of it will call, and what it left behind is forgotten. */
_IRQL_requires_max_(APC_LEVEL)
VOID
TargetLeave(_Inout_ TARGET *Target);

/* Puts our DriverUnload in front of the target's, whenever the target has set one. DriverObject must be valid. */
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
TargetWatchUnload(_Inout_ TARGET *Target, _In_ PDRIVER_OBJECT DriverObject);

/* The driver object of a target, referenced, so that its image stays until the caller gives it back; or NULL: none is
   to be found. One that was there before and is not any more tells that the target has left. */
_IRQL_requires_(PASSIVE_LEVEL)
PDRIVER_OBJECT
TargetHold(_Inout_ TARGET *Target);

/* Where the driver starts whose file has this name; 0: it is not loaded, as far as its service has the same name. */
_IRQL_requires_(PASSIVE_LEVEL)
ULONG_PTR
TargetBaseOfFile(_In_z_ const WCHAR *File);

/* A name whose driver is loaded, and nothing of it comes to us. Of a pattern it is not known: FALSE. */
_IRQL_requires_(PASSIVE_LEVEL)
BOOLEAN
TargetIsEarlier(_In_z_ const WCHAR *Name);

/* Without ".sys" at the end. */
_IRQL_requires_(PASSIVE_LEVEL)
UNICODE_STRING
TargetWithoutEnding(_In_ UNICODE_STRING Name);

#endif
