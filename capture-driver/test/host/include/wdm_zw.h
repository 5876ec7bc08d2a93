/*
 * Handles, the registry, system threads, image notification and ETW: the Zw, Ob and Etw half of wdm.h and ntddk.h.
 */
#pragma once

#include <wdm_io.h>

#define OBJ_INHERIT 0x02
#define OBJ_CASE_INSENSITIVE 0x40
#define OBJ_OPENIF 0x80
#define OBJ_KERNEL_HANDLE 0x200
#define KEY_QUERY_VALUE 0x01
#define KEY_SET_VALUE 0x02
#define KEY_READ 0x20019
#define KEY_ALL_ACCESS 0xf003f
#define SYNCHRONIZE 0x100000
#define WRITE_DAC 0x40000
#define DACL_SECURITY_INFORMATION 4
typedef ULONG SECURITY_INFORMATION;
#define THREAD_ALL_ACCESS 0x1fffff
#define REG_SZ 1
#define REG_EXPAND_SZ 2
#define REG_BINARY 3
#define REG_DWORD 4
#define REG_MULTI_SZ 7
#define REG_QWORD 11
#define ZwCurrentProcess() ((HANDLE)(LONG_PTR)-1)
#define NtCurrentProcess() ZwCurrentProcess()

typedef struct _OBJECT_ATTRIBUTES {
    ULONG Length;
    HANDLE RootDirectory;
    PUNICODE_STRING ObjectName;
    ULONG Attributes;
    PVOID SecurityDescriptor;
    PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;
#define InitializeObjectAttributes(p, n, a, r, s)    \
    do {                                             \
        (p)->Length = sizeof(OBJECT_ATTRIBUTES);     \
        (p)->RootDirectory = (r);                    \
        (p)->Attributes = (a);                       \
        (p)->ObjectName = (n);                       \
        (p)->SecurityDescriptor = (s);               \
        (p)->SecurityQualityOfService = NULL;        \
    } while (0)

typedef PVOID PSECURITY_DESCRIPTOR;
typedef struct _CLIENT_ID {
    HANDLE UniqueProcess;
    HANDLE UniqueThread;
} CLIENT_ID, *PCLIENT_ID;

typedef enum { KeyValueBasicInformation, KeyValueFullInformation, KeyValuePartialInformation } KEY_VALUE_INFORMATION_CLASS;
typedef struct _KEY_VALUE_PARTIAL_INFORMATION {
    ULONG TitleIndex;
    ULONG Type;
    ULONG DataLength;
    UCHAR Data[1];
} KEY_VALUE_PARTIAL_INFORMATION, *PKEY_VALUE_PARTIAL_INFORMATION;
typedef struct _KEY_VALUE_FULL_INFORMATION {
    ULONG TitleIndex;
    ULONG Type;
    ULONG DataOffset;
    ULONG DataLength;
    ULONG NameLength;
    WCHAR Name[1];
} KEY_VALUE_FULL_INFORMATION, *PKEY_VALUE_FULL_INFORMATION;

NTSTATUS ZwOpenKey(PHANDLE Key, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes);
NTSTATUS ZwQueryValueKey(HANDLE Key, PUNICODE_STRING Name, KEY_VALUE_INFORMATION_CLASS Class, PVOID Info,
    ULONG Length, PULONG Needed);
NTSTATUS ZwEnumerateValueKey(HANDLE Key, ULONG Index, KEY_VALUE_INFORMATION_CLASS Class, PVOID Info, ULONG Length,
    PULONG Needed);
NTSTATUS ZwClose(HANDLE Handle);
NTSTATUS ZwOpenFile(PHANDLE Handle, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes, PIO_STATUS_BLOCK Result,
    ULONG Share, ULONG Options);
NTSTATUS ObOpenObjectByPointer(PVOID Object, ULONG Attributes, PVOID AccessState, ACCESS_MASK Access, POBJECT_TYPE Type,
    KPROCESSOR_MODE Mode, PHANDLE Handle);
NTSTATUS ZwSetSecurityObject(HANDLE Handle, SECURITY_INFORMATION Information, PVOID Descriptor);
NTSTATUS ZwProtectVirtualMemory(HANDLE Process, PVOID *Base, PSIZE_T Size, ULONG New, PULONG Old);

NTSTATUS PsCreateSystemThread(PHANDLE Thread, ULONG Access, POBJECT_ATTRIBUTES Attributes, HANDLE Process,
    PCLIENT_ID ClientId, PKSTART_ROUTINE Start, PVOID Context);
NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK Access, POBJECT_TYPE Type, KPROCESSOR_MODE Mode,
    PVOID *Object, PVOID Information);
LONG_PTR ObfReferenceObject(PVOID Object);
LONG_PTR ObfDereferenceObject(PVOID Object);
#define ObReferenceObject(o) ObfReferenceObject(o)
#define ObDereferenceObject(o) ObfDereferenceObject(o)

typedef struct _IMAGE_INFO {
    union {
        ULONG Properties;
        struct {
            ULONG ImageAddressingMode : 8;
            ULONG SystemModeImage : 1;
            ULONG ImageMappedToAllPids : 1;
            ULONG ExtendedInfoPresent : 1;
            ULONG MachineTypeMismatch : 1;
            ULONG ImageSignatureLevel : 4;
            ULONG ImageSignatureType : 3;
            ULONG ImagePartialMap : 1;
            ULONG Reserved : 12;
        };
    };
    PVOID ImageBase;
    ULONG ImageSelector;
    SIZE_T ImageSize;
    ULONG ImageSectionNumber;
} IMAGE_INFO, *PIMAGE_INFO;
typedef VOID LOAD_IMAGE_NOTIFY_ROUTINE(PUNICODE_STRING FullName, HANDLE ProcessId, PIMAGE_INFO Info);
typedef LOAD_IMAGE_NOTIFY_ROUTINE *PLOAD_IMAGE_NOTIFY_ROUTINE;
NTSTATUS PsSetLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE Routine);
NTSTATUS PsRemoveLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE Routine);

typedef ULONGLONG REGHANDLE, *PREGHANDLE;
typedef struct _EVENT_DESCRIPTOR {
    USHORT Id;
    UCHAR Version;
    UCHAR Channel;
    UCHAR Level;
    UCHAR Opcode;
    USHORT Task;
    ULONGLONG Keyword;
} EVENT_DESCRIPTOR, *PEVENT_DESCRIPTOR;
typedef const EVENT_DESCRIPTOR *PCEVENT_DESCRIPTOR;
typedef struct _EVENT_DATA_DESCRIPTOR {
    ULONGLONG Ptr;
    ULONG Size;
    ULONG Reserved;
} EVENT_DATA_DESCRIPTOR, *PEVENT_DATA_DESCRIPTOR;
typedef struct _EVENT_FILTER_DESCRIPTOR *PEVENT_FILTER_DESCRIPTOR;
typedef VOID ETWENABLECALLBACK(LPCGUID Source, ULONG Control, UCHAR Level, ULONGLONG Any, ULONGLONG All,
    PEVENT_FILTER_DESCRIPTOR Filter, PVOID Context);
typedef ETWENABLECALLBACK *PETWENABLECALLBACK;
static FORCEINLINE VOID EventDataDescCreate(PEVENT_DATA_DESCRIPTOR D, const void *Ptr, ULONG Size)
{
    D->Ptr = (ULONGLONG)(ULONG_PTR)Ptr;
    D->Size = Size;
    D->Reserved = 0;
}
NTSTATUS EtwRegister(LPCGUID Id, PETWENABLECALLBACK Routine, PVOID Context, PREGHANDLE Handle);
NTSTATUS EtwUnregister(REGHANDLE Handle);
NTSTATUS EtwWrite(
    REGHANDLE Handle, PCEVENT_DESCRIPTOR Event, LPCGUID Activity, ULONG Count, PEVENT_DATA_DESCRIPTOR Data);
BOOLEAN EtwEventEnabled(REGHANDLE Handle, PCEVENT_DESCRIPTOR Event);
BOOLEAN EtwProviderEnabled(REGHANDLE Handle, UCHAR Level, ULONGLONG Keyword);
NTSTATUS ObReferenceObjectByName(PUNICODE_STRING Name, ULONG Attributes, PVOID AccessState, ACCESS_MASK Access,
    POBJECT_TYPE Type, KPROCESSOR_MODE Mode, PVOID ParseContext, PVOID *Object);

typedef struct _LUID {
    ULONG LowPart;
    LONG HighPart;
} LUID, *PLUID;
#define SE_LOAD_DRIVER_PRIVILEGE 10
BOOLEAN SeSinglePrivilegeCheck(LUID Privilege, KPROCESSOR_MODE Mode);
