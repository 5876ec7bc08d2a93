#include "setting.h"

#include "op.h"
#include "ring.h"
#include "target.h"

#define DEFAULT_RING_BYTES (4 * 1024 * 1024)
#define DEFAULT_SLOTS 4096
#define MAX_VALUES 256 /* that are looked at below Targets; there should be WSKT_MAX_TARGETS at most */

C_ASSERT(WSKT_MIN_RING_BYTES == RING_MIN_BYTES && WSKT_MAX_RING_BYTES == RING_MAX_BYTES);
C_ASSERT(WSKT_MIN_SLOTS == OP_MIN_SLOTS && WSKT_MAX_SLOTS == OP_MAX_SLOTS);

_Use_decl_annotations_
BOOLEAN
SettingIsInRange(const WSKT_START *Start)
{
    return (!Start->RingBytes || (Start->RingBytes >= RING_MIN_BYTES && Start->RingBytes <= RING_MAX_BYTES)) &&
           (!Start->Slots || (Start->Slots >= OP_MIN_SLOTS && Start->Slots <= OP_MAX_SLOTS)) && Start->Level <= 0xff;
}

static NTSTATUS
OpenBelow(HANDLE Root, const WCHAR *Name, HANDLE *Key)
{
    UNICODE_STRING String;
    OBJECT_ATTRIBUTES Attributes;
    RtlInitUnicodeString(&String, Name);
    InitializeObjectAttributes(&Attributes, &String, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, Root, NULL);
    return ZwOpenKey(Key, KEY_READ, &Attributes);
}

/* Of this type and length, or it is left as it was. */
static VOID
Read(HANDLE Key, const WCHAR *Name, ULONG Type, VOID *Value, ULONG Bytes, ULONG *Ignored)
{
    union {
        KEY_VALUE_PARTIAL_INFORMATION Head;
        UCHAR Room[FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data) + sizeof(UINT64)];
    } Info;
    UNICODE_STRING String;
    ULONG Got;

    RtlInitUnicodeString(&String, Name);
    NTSTATUS Status = ZwQueryValueKey(Key, &String, KeyValuePartialInformation, &Info, sizeof(Info), &Got);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND)
        return;
    if (!NT_SUCCESS(Status) || Info.Head.Type != Type || Info.Head.DataLength != Bytes)
        ++*Ignored;
    else
        RtlCopyMemory(Value, Info.Head.Data, Bytes);
}

/* Offset: of a number of WSKT_START. One that is 0 or out of range leaves the default. */
static VOID
ReadNumber(HANDLE Key, const WCHAR *Name, ULONG Offset, SETTINGS *Settings)
{
    WSKT_START Alone = {0};
    UINT32 *Value = (UINT32 *)((UCHAR *)&Alone + Offset);
    Read(Key, Name, REG_DWORD, Value, sizeof(*Value), &Settings->Ignored);
    if (!SettingIsInRange(&Alone))
        Settings->Ignored++;
    else if (*Value)
        *(UINT32 *)((UCHAR *)&Settings->Start + Offset) = *Value;
}

static VOID
ReadStart(HANDLE Key, SETTINGS *Settings)
{
    UINT64 Keywords = 0;
    ReadNumber(Key, L"RingBytes", FIELD_OFFSET(WSKT_START, RingBytes), Settings);
    ReadNumber(Key, L"Slots", FIELD_OFFSET(WSKT_START, Slots), Settings);
    ReadNumber(Key, L"Level", FIELD_OFFSET(WSKT_START, Level), Settings);
    Read(Key, L"Keywords", REG_QWORD, &Keywords, sizeof(Keywords), &Settings->Ignored);
    if (Keywords)
        Settings->Start.Keywords = Keywords;
}

/* A value of the key Targets, as ZwEnumerateValueKey gave it. */
static BOOLEAN
TakeTarget(const KEY_VALUE_FULL_INFORMATION *Info, ULONG Bytes, WSKT_TARGETS *Targets)
{
    WCHAR *Name = Targets->Count < WSKT_MAX_TARGETS ? Targets->Names[Targets->Count] : NULL;
    UINT32 Tiers;

    if (!Name || Info->Type != REG_DWORD || Info->DataLength != sizeof(Tiers) || Info->DataOffset > Bytes ||
        Bytes - Info->DataOffset < sizeof(Tiers) || Info->NameLength > (WSKT_TARGET_CHARS - 1) * sizeof(WCHAR) ||
        Info->NameLength > Bytes - FIELD_OFFSET(KEY_VALUE_FULL_INFORMATION, Name))
        return FALSE;
    RtlZeroMemory(Name, sizeof(Targets->Names[0]));
    RtlCopyMemory(Name, Info->Name, Info->NameLength);
    RtlCopyMemory(&Tiers, (const UCHAR *)Info + Info->DataOffset, sizeof(Tiers));
    for (ULONG i = 0; i < Info->NameLength / sizeof(WCHAR); i++)
        if (!Name[i])
            return FALSE; /* a name of the registry may hold zeros */
    if (!NT_SUCCESS(TargetCheckName(Name, Tiers)))
        return FALSE;
    Targets->Tiers[Targets->Count++] = Tiers;
    return TRUE;
}

static VOID
ReadTargets(HANDLE Key, SETTINGS *Settings)
{
    union {
        KEY_VALUE_FULL_INFORMATION Head;
        UCHAR Room[FIELD_OFFSET(KEY_VALUE_FULL_INFORMATION, Name) + 2 * WSKT_TARGET_CHARS + 16];
    } Info;
    ULONG Got;

    for (ULONG i = 0; i < MAX_VALUES; i++) {
        NTSTATUS Status = ZwEnumerateValueKey(Key, i, KeyValueFullInformation, &Info, sizeof(Info), &Got);
        if (Status == STATUS_NO_MORE_ENTRIES)
            return;
        /* What does not fit in is no target: STATUS_BUFFER_OVERFLOW. */
        if (!NT_SUCCESS(Status) || Got > sizeof(Info) || Got < sizeof(Info.Head) ||
            !TakeTarget(&Info.Head, Got, &Settings->Targets))
            Settings->Ignored++;
    }
}

_Use_decl_annotations_
VOID
SettingsRead(const UNICODE_STRING *RegistryPath, SETTINGS *Settings)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Service, Parameters, Targets;
    UINT32 Capture = 0;

    RtlZeroMemory(Settings, sizeof(*Settings));
    Settings->Start.RingBytes = DEFAULT_RING_BYTES;
    Settings->Start.Slots = DEFAULT_SLOTS;
    Settings->Start.Level = 0xff;
    Settings->Start.Keywords = ~0ULL;

    InitializeObjectAttributes(
        &Attributes, (UNICODE_STRING *)RegistryPath, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (!NT_SUCCESS(ZwOpenKey(&Service, KEY_READ, &Attributes)))
        return;
    if (!NT_SUCCESS(OpenBelow(Service, L"Parameters", &Parameters)))
        goto service;
    ReadStart(Parameters, Settings);
    Read(Parameters, L"CaptureAtBoot", REG_DWORD, &Capture, sizeof(Capture), &Settings->Ignored);
    if (Capture > 1)
        Settings->Ignored++;
    Settings->CaptureAtLoad = Capture == 1;
    if (NT_SUCCESS(OpenBelow(Parameters, L"Targets", &Targets))) {
        ReadTargets(Targets, Settings);
        ZwClose(Targets);
    }
    ZwClose(Parameters);
service:
    ZwClose(Service);
}
