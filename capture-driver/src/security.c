#include "security.h"

#include "late.h"

/* A self-relative security descriptor, byte for byte as [MS-DTYP] 2.4.6 has it: "D:P(A;;FA;;;SY)(A;;FA;;;BA)", which
   IoCreateDeviceSecure would make of that text. wdmsec.lib is the WDK's alone, and this needs no memory. */
#define ACE_OF(Authorities)                \
    struct {                               \
        UCHAR Type, Flags;                 \
        USHORT Size;                       \
        ULONG Access;                      \
        UCHAR SidRevision, SidAuthorities; \
        UCHAR SidAuthority[6];             \
        ULONG SidSubAuthority[Authorities]; \
    }

typedef struct _DESCRIPTOR {
    UCHAR Revision, Reserved;
    USHORT Control;
    ULONG Owner, Group, Sacl, Dacl; /* offsets */
    UCHAR AclRevision, AclReserved;
    USHORT AclSize, AceCount, AclReserved2;
    ACE_OF(1) System;
    ACE_OF(2) Administrators;
} DESCRIPTOR;

#define ACL_AT FIELD_OFFSET(DESCRIPTOR, AclRevision)
C_ASSERT(ACL_AT == 20);
C_ASSERT(FIELD_OFFSET(DESCRIPTOR, System) == 28);
C_ASSERT(FIELD_OFFSET(DESCRIPTOR, Administrators) == 48);
C_ASSERT(sizeof(DESCRIPTOR) == 72);

#define CONTROL_SELF_RELATIVE 0x8000
#define CONTROL_DACL_PRESENT 0x0004
#define CONTROL_DACL_PROTECTED 0x1000
#define NT_AUTHORITY {0, 0, 0, 0, 0, 5}

static const DESCRIPTOR AdministratorsOnly = {
    .Revision = 1,
    .Control = CONTROL_SELF_RELATIVE | CONTROL_DACL_PRESENT | CONTROL_DACL_PROTECTED,
    .Dacl = ACL_AT,
    .AclRevision = 2,
    .AclSize = sizeof(DESCRIPTOR) - ACL_AT,
    .AceCount = 2,
    .System = {.Size = 20, .Access = FILE_ALL_ACCESS, .SidRevision = 1, .SidAuthorities = 1,
               .SidAuthority = NT_AUTHORITY, .SidSubAuthority = {18}},
    .Administrators = {.Size = 24, .Access = FILE_ALL_ACCESS, .SidRevision = 1, .SidAuthorities = 2,
                       .SidAuthority = NT_AUTHORITY, .SidSubAuthority = {32, 544}},
};

_Use_decl_annotations_
NTSTATUS
SecurityAdministratorsOnly(PDEVICE_OBJECT DeviceObject)
{
    HANDLE Handle;

    if (Late.Wine)
        return STATUS_SUCCESS;
    if (!Late.ObOpenObjectByPointer || !Late.ZwSetSecurityObject)
        return STATUS_PROCEDURE_NOT_FOUND;
    NTSTATUS Status =
        Late.ObOpenObjectByPointer(DeviceObject, OBJ_KERNEL_HANDLE, NULL, WRITE_DAC, NULL, KernelMode, &Handle);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = Late.ZwSetSecurityObject(Handle, DACL_SECURITY_INFORMATION, (PVOID)&AdministratorsOnly);
    ZwClose(Handle);
    return Status;
}
