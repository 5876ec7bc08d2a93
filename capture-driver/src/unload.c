#include "unload.h"

#include "late.h"

static struct {
    PDRIVER_OBJECT Driver;
    PDRIVER_UNLOAD Routine;
    const WCHAR *Device;
    HANDLE Own; /* the file that keeps us loaded, or NULL */
    HANDLE volatile Opener; /* the thread that opens it just now */
    BOOLEAN Granted; /* DriverUnload was set once, so an unload may have been granted */
} Unload;

_Use_decl_annotations_
VOID
UnloadInitialize(PDRIVER_OBJECT Driver, PDRIVER_UNLOAD Routine, const WCHAR *Device)
{
    RtlZeroMemory(&Unload, sizeof(Unload));
    Unload.Driver = Driver;
    Unload.Routine = Routine;
    Unload.Device = Device;
    Driver->DriverUnload = NULL;
}

_Use_decl_annotations_
VOID
UnloadAllow(VOID)
{
    HANDLE Own = Unload.Own;
    Unload.Granted = TRUE;
    Unload.Own = NULL;
    Unload.Driver->DriverUnload = Unload.Routine;
    if (Own)
        ZwClose(Own); /* last: an unload that was granted may happen from here on, and looks for DriverUnload */
}

_Use_decl_annotations_
VOID
UnloadRefuse(VOID)
{
    InterlockedExchangePointer((PVOID volatile *)&Unload.Driver->DriverUnload, NULL);
}

_Use_decl_annotations_
NTSTATUS
UnloadBar(VOID)
{
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Result;

    if (Unload.Own || !Unload.Granted || !Late.ZwOpenFile)
        return STATUS_SUCCESS;
    RtlInitUnicodeString(&Name, Unload.Device);
    InitializeObjectAttributes(&Attributes, &Name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    Unload.Opener = PsGetCurrentThreadId();
    NTSTATUS Status = Late.ZwOpenFile(
        &Unload.Own, FILE_READ_DATA | SYNCHRONIZE, &Attributes, &Result, FILE_SHARE_READ | FILE_SHARE_WRITE, 0);
    Unload.Opener = NULL;
    if (NT_SUCCESS(Status))
        return STATUS_SUCCESS;
    Unload.Own = NULL;
    return Status == STATUS_INSUFFICIENT_RESOURCES ? Status : STATUS_DELETE_PENDING;
}

_Use_decl_annotations_
BOOLEAN
UnloadOpens(PFILE_OBJECT File)
{
    if (!Unload.Opener || Unload.Opener != PsGetCurrentThreadId())
        return FALSE;
    File->FsContext = &Unload;
    return TRUE;
}

_Use_decl_annotations_
BOOLEAN
UnloadOwns(const FILE_OBJECT *File)
{
    return File->FsContext == &Unload;
}
