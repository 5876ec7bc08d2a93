/*
 * The registry: a flat list of values below full key paths, compared without case.
 */
#include <stdlib.h>
#include <string.h>

#include "host.h"

typedef struct {
    WCHAR Key[160];
    WCHAR Name[300];
    ULONG NameChars; /* it may hold zeros */
    ULONG Type;
    ULONG Bytes;
    UCHAR Data[512];
} Value;

#define VALUES 400
static Value Values[VALUES];
static ULONG Count;
static WCHAR OpenKeys[64][160];

static bool Same(const WCHAR *A, const WCHAR *B)
{
    UNICODE_STRING X, Y;
    RtlInitUnicodeString(&X, A);
    RtlInitUnicodeString(&Y, B);
    return RtlEqualUnicodeString(&X, &Y, TRUE);
}

static void Copy(WCHAR *To, SIZE_T Room, const WCHAR *From, SIZE_T Length)
{
    HOST_CHECK(Length < Room, "registry name too long");
    memcpy(To, From, Length * 2);
    To[Length] = 0;
}

static SIZE_T LengthOf(const WCHAR *S)
{
    SIZE_T n = 0;
    while (S[n] != 0)
        n++;
    return n;
}

void HostRegistryClear(void)
{
    Count = 0;
}

void HostRegistrySet(const WCHAR *Key, const WCHAR *Name, ULONG Type, const void *Data, ULONG Bytes)
{
    ULONG i = 0;
    while (i < Count && !(Same(Values[i].Key, Key) && Same(Values[i].Name, Name)))
        i++;
    HOST_CHECK(i < VALUES && Bytes <= sizeof Values[i].Data, "the registry is full");
    Value *V = &Values[i];
    Copy(V->Key, 160, Key, LengthOf(Key));
    Copy(V->Name, 300, Name, LengthOf(Name));
    V->NameChars = (ULONG)LengthOf(Name);
    V->Type = Type;
    V->Bytes = Bytes;
    memcpy(V->Data, Data, Bytes);
    if (i == Count)
        Count++;
}

/* A key exists when a value stands in it or below it. */
static bool Exists(const WCHAR *Key)
{
    UNICODE_STRING Prefix, Whole;
    RtlInitUnicodeString(&Prefix, Key);
    for (ULONG i = 0; i < Count; i++) {
        RtlInitUnicodeString(&Whole, Values[i].Key);
        if (RtlPrefixUnicodeString(&Prefix, &Whole, TRUE)
            && (Whole.Length == Prefix.Length || Whole.Buffer[Prefix.Length / 2] == '\\'))
            return true;
    }
    return false;
}

NTSTATUS ZwOpenKey(PHANDLE Handle, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes)
{
    static volatile LONG Next;
    (void)Access;
    HOST_PASSIVE();
    HOST_CHECK(Attributes->Attributes & OBJ_KERNEL_HANDLE, "ZwOpenKey without OBJ_KERNEL_HANDLE");
    WCHAR *Key = OpenKeys[(ULONG)InterlockedIncrement(&Next) % 64];
    SIZE_T Used = 0;
    if (Attributes->RootDirectory != NULL) {
        WCHAR *Root = HostHandleFind(Attributes->RootDirectory, HostKeyObject);
        HOST_CHECK(Root != NULL, "ZwOpenKey below a handle that is not an open key");
        Used = LengthOf(Root);
        Copy(Key, 160, Root, Used);
        Key[Used++] = '\\';
    }
    Copy(Key + Used, 160 - Used, Attributes->ObjectName->Buffer, Attributes->ObjectName->Length / 2);
    if (!Exists(Key))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    *Handle = HostHandleOpen(HostKeyObject, Key);
    return STATUS_SUCCESS;
}

static Value *Find(HANDLE Handle, PUNICODE_STRING Name)
{
    WCHAR Text[300];
    WCHAR *Key = HostHandleFind(Handle, HostKeyObject);
    HOST_CHECK(Key != NULL, "registry call with a handle that is not an open key");
    Copy(Text, 300, Name->Buffer, Name->Length / 2);
    for (ULONG i = 0; i < Count; i++)
        if (Same(Values[i].Key, Key) && Same(Values[i].Name, Text))
            return &Values[i];
    return NULL;
}

NTSTATUS ZwQueryValueKey(HANDLE Key, PUNICODE_STRING Name, KEY_VALUE_INFORMATION_CLASS Class, PVOID Info, ULONG Length,
    PULONG Needed)
{
    HOST_PASSIVE();
    HOST_CHECK(Class == KeyValuePartialInformation, "ZwQueryValueKey: class %d is not known here", Class);
    Value *V = Find(Key, Name);
    if (V == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    const ULONG Head = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data);
    *Needed = Head + V->Bytes;
    if (Length < Head)
        return STATUS_BUFFER_TOO_SMALL;
    PKEY_VALUE_PARTIAL_INFORMATION Out = Info;
    Out->TitleIndex = 0;
    Out->Type = V->Type;
    Out->DataLength = V->Bytes;
    memcpy(Out->Data, V->Data, min(V->Bytes, Length - Head));
    return Length < *Needed ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

void HostRegistryZeroInName(const WCHAR *Key, const WCHAR *Name, ULONG At)
{
    for (ULONG i = 0; i < Count; i++)
        if (Same(Values[i].Key, Key) && Same(Values[i].Name, Name))
            Values[i].Name[At] = 0;
}

NTSTATUS ZwEnumerateValueKey(HANDLE Handle, ULONG Index, KEY_VALUE_INFORMATION_CLASS Class, PVOID Info, ULONG Length,
    PULONG Needed)
{
    HOST_PASSIVE();
    HOST_CHECK(Class == KeyValueFullInformation, "ZwEnumerateValueKey: class %d is not known here", Class);
    WCHAR *Key = HostHandleFind(Handle, HostKeyObject);
    HOST_CHECK(Key != NULL, "registry call with a handle that is not an open key");
    ULONG i = 0;
    while (i < Count && (!Same(Values[i].Key, Key) || Index-- != 0))
        i++;
    if (i == Count)
        return STATUS_NO_MORE_ENTRIES;
    const Value *V = &Values[i];
    const ULONG Head = FIELD_OFFSET(KEY_VALUE_FULL_INFORMATION, Name), Data = (Head + V->NameChars * 2 + 3) & ~3u;
    *Needed = Data + V->Bytes;
    if (Length < Head)
        return STATUS_BUFFER_TOO_SMALL;
    UCHAR *Out = Info;
    *(PKEY_VALUE_FULL_INFORMATION)Info = (KEY_VALUE_FULL_INFORMATION) {
        .Type = V->Type, .DataOffset = Data, .DataLength = V->Bytes, .NameLength = V->NameChars * 2};
    if (Length < *Needed)
        return STATUS_BUFFER_OVERFLOW;
    memcpy(Out + Head, V->Name, V->NameChars * 2);
    memcpy(Out + Data, V->Data, V->Bytes);
    return STATUS_SUCCESS;
}
