#include <execinfo.h>
#include <stdio.h>
#include <string.h>

#include "host.h"

WCHAR RtlUpcaseUnicodeChar(WCHAR C)
{
    return C >= 'a' && C <= 'z' ? (WCHAR)(C - 32) : C;
}

VOID RtlInitUnicodeString(PUNICODE_STRING Target, PCWSTR Source)
{
    SIZE_T Length = 0;
    while (Source != NULL && Source[Length] != 0)
        Length++;
    HOST_CHECK(Length < 0x7fff, "RtlInitUnicodeString: %zu characters", (size_t)Length);
    Target->Buffer = (PWCH)(ULONG_PTR)Source;
    Target->Length = (USHORT)(Length * 2);
    Target->MaximumLength = (USHORT)(Source == NULL ? 0 : Length * 2 + 2);
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

/* The first frame is who called this. */
USHORT RtlCaptureStackBackTrace(ULONG Skip, ULONG Count, PVOID *Frames, PULONG Hash)
{
    PVOID All[64];
    HOST_CHECK(Skip + Count < 63, "RtlCaptureStackBackTrace of %u frames behind %u", Count, Skip);
    (void)Hash;
    int Found = backtrace(All, (int)(Skip + Count + 1)) - (int)Skip - 1;
    for (int i = 0; i < Found; i++)
        Frames[i] = All[1 + Skip + (ULONG)i];
    return (USHORT)(Found > 0 ? Found : 0);
}
