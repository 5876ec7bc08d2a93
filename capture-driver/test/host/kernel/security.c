/*
 * Security descriptors of devices, and who passes them. A descriptor comes in its self-relative form, and is read by the
 * documented format ([MS-DTYP] 2.4.6), not by the driver's structs.
 */
#include <string.h>

#include "host.h"

#define DEVICES 8
#define BYTES 256

static struct {
    PDEVICE_OBJECT Device;
    UCHAR Descriptor[BYTES];
} Descriptors[DEVICES];
static NTSTATUS Answer = STATUS_SUCCESS;

void HostSecurityFails(NTSTATUS Status)
{
    Answer = Status;
}

static ULONG Read(const UCHAR *At, ULONG Bytes)
{
    ULONG Value = 0;
    memcpy(&Value, At, Bytes);
    return Value;
}

static UCHAR *Of(PDEVICE_OBJECT Device)
{
    for (int i = 0; i < DEVICES; i++)
        if (Descriptors[i].Device == Device)
            return Descriptors[i].Descriptor;
    return NULL;
}

void HostSecurityForget(PDEVICE_OBJECT Device)
{
    for (int i = 0; i < DEVICES; i++)
        if (Descriptors[i].Device == Device)
            Descriptors[i].Device = NULL;
}

NTSTATUS ObOpenObjectByPointer(PVOID Object, ULONG Attributes, PVOID AccessState, ACCESS_MASK Access, POBJECT_TYPE Type,
    KPROCESSOR_MODE Mode, PHANDLE Handle)
{
    (void)AccessState, (void)Type;
    HOST_PASSIVE();
    HOST_CHECK(Attributes & OBJ_KERNEL_HANDLE, "ObOpenObjectByPointer without OBJ_KERNEL_HANDLE");
    HOST_CHECK(Mode == KernelMode && Access == WRITE_DAC, "ObOpenObjectByPointer: only to set a DACL");
    HOST_CHECK(((PDEVICE_OBJECT)Object)->Type == IO_TYPE_DEVICE, "ObOpenObjectByPointer: only devices are known here");
    *Handle = HostHandleOpen(HostDeviceObject, Object);
    return STATUS_SUCCESS;
}

NTSTATUS ZwSetSecurityObject(HANDLE Handle, SECURITY_INFORMATION Information, PVOID Descriptor)
{
    const UCHAR *In = Descriptor;
    HOST_PASSIVE();
    PDEVICE_OBJECT Device = HostHandleFind(Handle, HostDeviceObject);
    HOST_CHECK(Device != NULL, "ZwSetSecurityObject: not a handle of a device");
    HOST_CHECK(Information == DACL_SECURITY_INFORMATION, "ZwSetSecurityObject: only a DACL is known here");
    HOST_CHECK(In[0] == 1 && (Read(In + 2, 2) & 0x8004) == 0x8004, "not a self-relative descriptor with a DACL");
    ULONG Dacl = Read(In + 16, 4), Size = Read(In + Dacl + 2, 2);
    HOST_CHECK(Dacl >= 20 && Dacl % 4 == 0 && Dacl + Size <= BYTES, "the DACL lies outside");
    if (!NT_SUCCESS(Answer))
        return Answer;
    HostSecurityForget(Device);
    for (int i = 0; i < DEVICES; i++)
        if (Descriptors[i].Device == NULL) {
            Descriptors[i].Device = Device;
            memcpy(Descriptors[i].Descriptor, In, Dacl + Size);
            return STATUS_SUCCESS;
        }
    HostFail("more than %d devices with a descriptor", DEVICES);
}

/* S-1-5-18 is the local system. S-1-5-32-544 are the administrators, and the local system is one of them. */
static bool Is(HOST_CALLER Caller, const UCHAR *Sid)
{
    static const UCHAR System[] = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
    static const UCHAR Administrators[] = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0};
    if (memcmp(Sid, System, sizeof System) == 0)
        return Caller == HostLocalSystem;
    if (memcmp(Sid, Administrators, sizeof Administrators) == 0)
        return Caller != HostOrdinaryUser;
    HostFail("a SID that is not known here");
}

bool HostAdmits(PDEVICE_OBJECT Device, HOST_CALLER Caller, ACCESS_MASK Access)
{
    const UCHAR *Descriptor = Of(Device);
    ACCESS_MASK Granted = 0;
    if (Descriptor == NULL)
        return true; /* the default lets everybody read at least; it is not what is tested */
    const UCHAR *Acl = Descriptor + Read(Descriptor + 16, 4), *Ace = Acl + 8, *End = Acl + Read(Acl + 2, 2);
    for (ULONG i = 0; i < Read(Acl + 4, 2); i++) {
        ULONG Size = Read(Ace + 2, 2), Authorities = Ace[9];
        HOST_CHECK(Size <= (ULONG)(End - Ace) && Size == 16 + 4 * Authorities, "entry %u has a wrong size", i);
        HOST_CHECK(Ace[0] == 0 && Ace[1] == 0, "entry %u does not simply allow", i);
        if (Is(Caller, Ace + 8))
            Granted |= Read(Ace + 4, 4);
        Ace += Size;
    }
    HOST_CHECK(Ace == End, "the DACL has bytes behind its entries");
    return (Granted & Access) == Access;
}
