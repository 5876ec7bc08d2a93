#include <stdio.h>
#include <string.h>

#include "host.h"

WCHAR RtlUpcaseUnicodeChar(WCHAR C)
{
    return C >= 'a' && C <= 'z' ? (WCHAR)(C - 32) : C;
}

WCHAR RtlDowncaseUnicodeChar(WCHAR C)
{
    return C >= 'A' && C <= 'Z' ? (WCHAR)(C + 32) : C;
}

VOID RtlInitUnicodeString(PUNICODE_STRING Target, PCWSTR Source)
{
    SIZE_T Length = 0;
    while (Source != NULL && Source[Length] != 0)
        Length++;
    HOST_CHECK(Length < 0x7fff, "RtlInitUnicodeString: %lu characters", Length);
    Target->Buffer = (PWCH)(ULONG_PTR)Source;
    Target->Length = (USHORT)(Length * 2);
    Target->MaximumLength = (USHORT)(Source == NULL ? 0 : Length * 2 + 2);
}

VOID RtlInitAnsiString(PANSI_STRING Target, PCSTR Source)
{
    SIZE_T Length = Source == NULL ? 0 : strlen(Source);
    *Target = (ANSI_STRING) {(USHORT)Length, (USHORT)(Source == NULL ? 0 : Length + 1), (PCHAR)(ULONG_PTR)Source};
}

LONG RtlCompareUnicodeString(PCUNICODE_STRING A, PCUNICODE_STRING B, BOOLEAN IgnoreCase)
{
    HOST_PASSIVE();
    for (USHORT i = 0; i < A->Length / 2 && i < B->Length / 2; i++) {
        WCHAR X = A->Buffer[i], Y = B->Buffer[i];
        if (IgnoreCase) {
            X = RtlUpcaseUnicodeChar(X);
            Y = RtlUpcaseUnicodeChar(Y);
        }
        if (X != Y)
            return X - Y;
    }
    return A->Length - B->Length;
}

BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING A, PCUNICODE_STRING B, BOOLEAN IgnoreCase)
{
    return RtlCompareUnicodeString(A, B, IgnoreCase) == 0;
}

BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING Prefix, PCUNICODE_STRING Whole, BOOLEAN IgnoreCase)
{
    UNICODE_STRING Head = *Whole;
    if (Head.Length < Prefix->Length)
        return FALSE;
    Head.Length = Prefix->Length;
    return RtlEqualUnicodeString(Prefix, &Head, IgnoreCase);
}

VOID RtlCopyUnicodeString(PUNICODE_STRING To, PCUNICODE_STRING From)
{
    To->Length = From->Length < To->MaximumLength ? From->Length : To->MaximumLength;
    memcpy(To->Buffer, From->Buffer, To->Length);
    if (To->Length + 2 <= To->MaximumLength)
        To->Buffer[To->Length / 2] = 0;
}

NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING To, PCUNICODE_STRING From)
{
    if (From->Length > To->MaximumLength - To->Length)
        return STATUS_BUFFER_TOO_SMALL;
    memmove((PCHAR)To->Buffer + To->Length, From->Buffer, From->Length);
    To->Length += From->Length;
    if (To->Length + 2 <= To->MaximumLength)
        To->Buffer[To->Length / 2] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING To, PCWSTR From)
{
    UNICODE_STRING Tail;
    RtlInitUnicodeString(&Tail, From);
    return RtlAppendUnicodeStringToString(To, &Tail);
}

SIZE_T RtlCompareMemory(const void *A, const void *B, SIZE_T N)
{
    SIZE_T i = 0;
    while (i < N && ((const UCHAR *)A)[i] == ((const UCHAR *)B)[i])
        i++;
    return i;
}

NTSTATUS RtlStringCbPrintfA(PSTR To, SIZE_T Bytes, PCSTR Format, ...)
{
    va_list Arguments;
    va_start(Arguments, Format);
    int Length = vsnprintf(To, Bytes, Format, Arguments);
    va_end(Arguments);
    return Length >= 0 && (SIZE_T)Length < Bytes ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

BOOLEAN PsGetVersion(PULONG Major, PULONG Minor, PULONG Build, PUNICODE_STRING Csd)
{
    (void)Csd;
    if (Major != NULL)
        *Major = 10;
    if (Minor != NULL)
        *Minor = 0;
    if (Build != NULL)
        *Build = 26100;
    return TRUE;
}

NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW Version)
{
    HOST_PASSIVE();
    PsGetVersion(&Version->dwMajorVersion, &Version->dwMinorVersion, &Version->dwBuildNumber, NULL);
    Version->dwPlatformId = 2;
    Version->szCSDVersion[0] = 0;
    return STATUS_SUCCESS;
}
