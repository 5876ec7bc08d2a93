/*
 * What wskctl and the driver say to each other. Both include this file; the includer has declared CTL_CODE and the
 * UINT types, as ntddk.h does, and windows.h with winioctl.h.
 *
 * Each message begins with Version. A driver refuses a version that is not its own with STATUS_REVISION_MISMATCH, a
 * message of another length with STATUS_INFO_LENGTH_MISMATCH.
 */
#ifndef WSKTRACE_IOCTL_H
#define WSKTRACE_IOCTL_H

#define WSKT_IOCTL_VERSION 3

#define WSKT_DEVICE_NAME L"\\Device\\wsktrace"
#define WSKT_LINK_NAME L"\\DosDevices\\wsktrace"
#define WSKT_WIN32_NAME L"\\\\.\\wsktrace"
#define WSKT_SERVICE_NAME L"wsktrace"

#define WSKT_IOCTL(Number) \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (Number), METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)

/* in: WSKT_HELLO, out: WSKT_STATUS */
#define WSKT_IOCTL_STATUS WSKT_IOCTL(0)
/* in: WSKT_TARGETS; they replace those set before */
#define WSKT_IOCTL_SET_TARGETS WSKT_IOCTL(1)
/* in: WSKT_START; STATUS_INVALID_DEVICE_STATE if a capture runs, STATUS_DEVICE_BUSY if the sizes differ from those
   of the first start: they stay until the driver is unloaded */
#define WSKT_IOCTL_START WSKT_IOCTL(2)
/* in: WSKT_HELLO; STATUS_INVALID_DEVICE_STATE if no capture runs */
#define WSKT_IOCTL_STOP WSKT_IOCTL(3)
/* in: WSKT_HELLO; SessionInfo, losses, DriverLoad and Heartbeat once more */
#define WSKT_IOCTL_RUNDOWN WSKT_IOCTL(4)
/* in: WSKT_DRAIN, out: WSKT_DRAINED and whole records behind it; takes nothing away */
#define WSKT_IOCTL_DRAIN WSKT_IOCTL(5)
/* in: WSKT_HELLO, out: WSKT_TARGET_LIST */
#define WSKT_IOCTL_LIST_TARGETS WSKT_IOCTL(7)
/* in: WSKT_FAULTS; they replace those set before, and end with the capture. STATUS_INVALID_DEVICE_STATE if none runs,
   STATUS_INVALID_PARAMETER if a field is out of range */
#define WSKT_IOCTL_FAULTS WSKT_IOCTL(6)

typedef struct _WSKT_HELLO {
    UINT32 Version;
    UINT32 Reserved;
} WSKT_HELLO;

#define WSKT_MAX_TARGETS 16
#define WSKT_TARGET_CHARS 64

typedef struct _WSKT_TARGETS {
    UINT32 Version;
    UINT32 Count;
    WCHAR Names[WSKT_MAX_TARGETS][WSKT_TARGET_CHARS]; /* file names with or without ending, or patterns of * and ?; NUL-terminated */
    UINT32 Tiers[WSKT_MAX_TARGETS]; /* of each: WsktTiers; 0: all but waits. The calls of WSK and IRPs are always recorded. */
} WSKT_TARGETS;

#define WSKT_MAX_IMAGES 32

#define WSKT_IMAGE_CAPTURED 0x1 /* its calls come to us; without it: it was captured, until a stop */
#define WSKT_IMAGE_UNSEEN 0x2   /* its unload would not be seen */

typedef struct _WSKT_TARGET_LIST {
    UINT32 Version;
    UINT32 NameCount;
    UINT32 ImageCount;
    UINT32 Reserved;
    struct {
        WCHAR Name[WSKT_TARGET_CHARS];
        UINT32 Tiers;
        UINT32 Earlier; /* 1: its driver is loaded, and was so before the capture; of a pattern it is not known: 0 */
    } Names[WSKT_MAX_TARGETS];
    struct {
        WCHAR Name[WSKT_TARGET_CHARS];
        UINT32 Tiers;
        UINT32 Flags; /* WSKT_IMAGE_ */
    } Images[WSKT_MAX_IMAGES]; /* loaded targets whose imports were patched */
} WSKT_TARGET_LIST;

#define WSKT_MIN_RING_BYTES 0x40000
#define WSKT_MAX_RING_BYTES 0x10000000
#define WSKT_MIN_SLOTS 64
#define WSKT_MAX_SLOTS 0x10000

typedef struct _WSKT_START {
    UINT32 Version;
    UINT32 RingBytes; /* for each processor, rounded up to a power of two; 0: what is there, else the setting, else 4 MiB */
    UINT32 Slots;     /* operations in flight at a time; 0: what is there, else the setting, else 4096 */
    UINT32 Level;     /* 0: that of the last start, else the setting, else all */
    UINT64 Keywords;  /* 0: the same */
} WSKT_START;

#define WSKT_FAULTS_TEST_MACHINE 0x1 /* whoever asks says that this is one: nothing is injected without */

#define WSKT_MAX_HOLD_MS 60000
#define WSKT_MAX_REORDER 1000
#define WSKT_MAX_FAIL_EVERY 1000000

#define WSKT_FAULT_VERB(Number) (1u << (Number)) /* WsktVerb */

/* What is to be done to the targets on purpose. All 0 but Version: nothing. */
typedef struct _WSKT_FAULTS {
    UINT32 Version;
    UINT32 Flags;
    UINT32 HoldMs;     /* each completion is held so long; 0: none, up to WSKT_MAX_HOLD_MS */
    UINT32 Reorder;    /* one completion in so many is held until the others of them were delivered; 0, or 2 and up */
    UINT32 FailEvery;  /* one call in so many fails; 0: none */
    UINT32 FailTimes;  /* no more than so many; 0: no end */
    UINT32 FailStatus; /* NTSTATUS, an error */
    UINT32 Verbs;      /* WSKT_FAULT_VERB of each that is meant; not 0 */
    UINT32 Count;      /* targets that are meant; 0: all */
    UINT32 Reserved;
    WCHAR Names[WSKT_MAX_TARGETS][WSKT_TARGET_CHARS]; /* as in WSKT_TARGETS; empty from Count on */
} WSKT_FAULTS;

#define WSKT_RUNNING 0x1
#define WSKT_ETW 0x2 /* the kernel has ETW, and the provider is registered */
#define WSKT_AT_LOAD 0x4 /* the settings ask for a capture that begins with the driver's load: AtLoad is what came of it */

/* Why the driver cannot be unloaded now. */
#define WSKT_HOLD_RUNNING 0x1   /* a capture runs */
#define WSKT_HOLD_TARGET 0x2    /* a target is loaded that had its imports patched: it may be on its way to us */
#define WSKT_HOLD_IN_FLIGHT 0x4 /* an IRP leads to our completion routine */
#define WSKT_HOLD_SOCKET 0x8    /* an open socket has our table */
#define WSKT_HOLD_UNLOADING 0x10 /* a target's DriverUnload runs inside ours */
#define WSKT_HOLD_CALLBACK 0x20 /* WSK has callbacks of ours for a socket */

/* What faults are on, and what was done since they were set. */
typedef struct _WSKT_FAULT_STATUS {
    UINT32 HoldMs; /* to Count: as in WSKT_FAULTS; all 0: off */
    UINT32 Reorder;
    UINT32 FailEvery;
    UINT32 FailTimes;
    UINT32 FailStatus;
    UINT32 Verbs;
    UINT32 Count;
    UINT32 Held;      /* completions, at this moment */
    UINT64 Holds;     /* completions held for HoldMs */
    UINT64 Reorders;  /* ... until others were delivered */
    UINT64 Fails;     /* calls that never reached WSK */
    UINT64 Followers; /* completions held so as not to overtake another */
    UINT64 LetGo;     /* held completions whose IRP the client had freed, or made anew: not delivered */
    UINT64 Passed;    /* completions that were meant and were not held: it would not have been WSK's order, or too many are */
} WSKT_FAULT_STATUS;

typedef struct _WSKT_STATUS {
    UINT32 Version;
    UINT32 Flags;
    UINT32 Holds;
    UINT32 OsBuild;
    UINT32 Processors; /* with a ring; 0 before the first start */
    UINT32 RingBytes;  /* of each */
    UINT32 Slots;
    UINT32 FreeSlots;
    UINT32 InFlight;
    UINT32 LiveMdls;
    UINT32 OpenSockets;
    UINT32 Unshimmed;
    UINT32 TargetNames;
    UINT32 TargetsLoaded;
    UINT32 TargetsPatched;
    UINT32 TargetsUnseen; /* loaded, and their unload would not be seen */
    UINT32 TargetsMissed; /* loads that found no free place */
    UINT32 Callbacks;     /* sockets whose callbacks come to us first */
    UINT64 StartTime; /* FILETIME of the start, 0 before the first */
    UINT64 StartQpc;  /* the same moment in ticks */
    UINT64 QpcFrequency;
    UINT64 Events;      /* sequence numbers given out */
    UINT64 Written;     /* records put into the rings */
    UINT64 Overwritten; /* of those: gone again */
    UINT64 Dropped;     /* records that did not fit */
    UINT64 Unwrapped;   /* calls that found no completion slot */
    UINT64 Strays;      /* completions nobody waited for (any more) */
    UINT64 EtwRefused;
    UINT64 Unsized; /* pool blocks whose size is not known */
    UINT32 CallbacksUnwrapped; /* sockets whose callbacks stayed the client's: no slot was free, or none was safe */
    UINT32 FramesMissed; /* callbacks and completion routines in which calls do not say so */
    UINT32 NmrUnfollowed; /* attaches by the registrar that may have been to WSK */
    UINT32 TargetsEarlier; /* loaded, and not patched: captured from their next load on */
    UINT32 SettingsIgnored; /* values below the service's Parameters that were malformed */
    UINT32 AtLoad; /* NTSTATUS of the start that came with the load; 0 without one */
    UINT64 Keywords; /* of the last start, or of the settings */
    UINT32 Level;
    UINT32 Reserved;
    WSKT_FAULT_STATUS Faults;
} WSKT_STATUS;

typedef struct _WSKT_DRAIN {
    UINT32 Version;
    UINT32 Processor;
    UINT64 Position; /* 0: the oldest there is; then what the last answer said */
} WSKT_DRAIN;

typedef struct _WSKT_DRAINED {
    UINT32 Version;
    UINT32 Bytes; /* behind this header; records are padded to 8 bytes */
    UINT32 Records;
    UINT32 Gaps;     /* places where records were overwritten before they were read */
    UINT64 Position; /* where to go on */
    UINT64 Head;     /* where the writers are */
    UINT32 Damaged;  /* records left out because their CRC is wrong */
    UINT32 Reserved;
} WSKT_DRAINED;

#endif
