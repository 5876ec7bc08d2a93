"""A folder with a ReactOS amd64 build: the files that a machine needs of it, and the registry that starts them.

The registry is written here, from nothing, and made into a hive by the build's own mkhive: no user-mode part of that
system ever runs, so it is small.
"""

import pathlib
import subprocess

SYSTEM_ROOT = "ReactOS"

LOADER_INI = rf"""[FREELOADER]
DefaultOS=ReactOS
TimeOut=0
[Display]
MinimalUI=Yes
[Operating Systems]
ReactOS="ReactOS"
[ReactOS]
BootType=Windows2003
SystemPath=multi(0)disk(0)rdisk(0)partition(1)\{SYSTEM_ROOT}
Options=/DEBUG /DEBUGPORT=COM1 /BAUDRATE=115200
"""

# What stands in the root folder of the disk, in system32 and in system32/drivers.
LOADER = ["freeldr.sys", "rosload.exe"]
SYSTEM = ["ntoskrnl.exe", "hal.dll", "kdcom.dll", "bootvid.dll", "ntdll.dll", "c_1252.nls", "c_437.nls", "l_intl.nls"]
DRIVERS = ["acpi.sys", "pci.sys", "scsiport.sys", "uniata.sys", "classpnp.sys", "disk.sys", "partmgr.sys",
           "mountmgr.sys", "fastfat.sys", "fs_rec.sys", "null.sys", "ndis.sys", "e1000.sys", "tdi.sys", "tcpip.sys",
           "netio.sys"]
# What the harness uses and the disk does not hold.
TOOLS = ["mkhive", "dosmbr.bin", "fat.bin"]

BOOT, SYSTEM_START, DEMAND = 0, 1, 3
KERNEL_DRIVER, FILE_SYSTEM_DRIVER = 1, 2

CONTROL = r"SYSTEM\CurrentControlSet\Control"
SERVICES = r"SYSTEM\CurrentControlSet\Services"
ENUM = r"SYSTEM\CurrentControlSet\Enum"
DISK_CLASS = "{4D36E967-E325-11CE-BFC1-08002BE10318}"
SYSTEM_CLASS = "{4D36E97D-E325-11CE-BFC1-08002BE10318}"
NET_CLASS = "{4D36E972-E325-11CE-BFC1-08002BE10318}"
ADAPTER = "{5A1F6E6C-0001-4E2A-9C61-77736B740001}"  # any GUID: the name of the one network adapter
# QEMU's e1000 in slot 3 of the first bus, as that kernel names it. Nobody installs drivers there, so it has one already.
ADAPTER_DEVICE = r"PCI\VEN_8086&DEV_100E&SUBSYS_11001AF4&REV_03\3&609b8881&03"
ADDRESS, NETMASK = "10.0.2.15", "255.255.255.0"  # QEMU's user network


class MissingFile(Exception):
    """The folder lacks something that the machine needs."""


class Build:
    """The folder; a file is found at any depth, the first that has its name."""

    def __init__(self, folder):
        self._folder = pathlib.Path(folder)
        self._files = {}
        if not self._folder.is_dir():
            raise MissingFile(f"{folder} is no folder")
        wanted = set(LOADER + SYSTEM + DRIVERS + TOOLS)
        for path in sorted(self._folder.rglob("*")):
            if path.name in wanted and path.is_file():
                self._files.setdefault(path.name, path)
        missing = sorted(wanted - self._files.keys())
        if missing:
            raise MissingFile(f"{folder} holds no {', '.join(missing)}: see the head of test/kernel/run")

    def file(self, name):
        return self._files[name]

    def make_system_hive(self, folder, lines):
        """Folder/SYSTEM, out of the lines of an inf's AddReg section."""
        inf = folder / "system.inf"
        text = '[Version]\r\nSignature = "$Windows NT$"\r\n\r\n[AddReg]\r\n' + "\r\n".join(lines) + "\r\n"
        inf.write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
        result = subprocess.run([self.file("mkhive"), "-h:SYSTEM", "-u", f"-d:{folder}", inf],
                                capture_output=True, text=True, timeout=60, check=False)
        if result.returncode != 0 or not (folder / "SYSTEM").exists():
            raise MissingFile(f"mkhive makes no hive: {result.stdout}{result.stderr}")
        return folder / "SYSTEM"


def string(key, name, value):
    return f'HKLM,"{key}","{name}",0x00000000,"{value}"'


def strings(key, name, values):
    return f'HKLM,"{key}","{name}",0x00010000,' + ",".join(f'"{value}"' for value in values)


def dword(key, name, value):
    return f'HKLM,"{key}","{name}",0x00010001,{value:#010x}'


def empty_key(key):
    return f'HKLM,"{key}",,0x00000010'


def service(name, start, group="Base", kind=KERNEL_DRIVER):
    key = rf"{SERVICES}\{name}"
    return [dword(key, "ErrorControl", 0), string(key, "Group", group), dword(key, "Start", start),
            dword(key, "Type", kind),
            rf'HKLM,"{key}","ImagePath",0x00020000,"system32\drivers\{name}.sys"']


def critical_device(hardware, name, device_class):
    """A device that the kernel gives its driver without any help of user mode."""
    key = rf"{CONTROL}\CriticalDeviceDatabase\{hardware}"
    return [string(key, "Service", name), string(key, "ClassGUID", device_class)]


def system_registry():
    """What the kernel, the disk and the network need to come up."""
    return [
        *(dword(r"SYSTEM\Select", name, 1) for name in ("Current", "Default", "LastKnownGood")),
        strings(rf"{CONTROL}\ServiceGroupOrder", "List",
                ["Boot Bus Extender", "System Bus Extender", "SCSI Miniport", "SCSI Class", "Filter",
                 "Boot File System", "Base", "NDIS Wrapper", "NDIS", "PNP_TDI", "TDI"]),
        empty_key(rf"{CONTROL}\GroupOrderList"), empty_key(rf"{CONTROL}\DeviceClasses"),
        string(rf"{CONTROL}\Nls\CodePage", "ACP", "1252"), string(rf"{CONTROL}\Nls\CodePage", "OEMCP", "437"),
        string(rf"{CONTROL}\Nls\CodePage", "1252", "c_1252.nls"), string(rf"{CONTROL}\Nls\CodePage", "437", "c_437.nls"),
        string(rf"{CONTROL}\Nls\Language", "Default", "0409"), string(rf"{CONTROL}\Nls\Language", "0409", "l_intl.nls"),
        dword(rf"{CONTROL}\CrashControl", "AutoReboot", 0),
        dword(rf"{CONTROL}\Session Manager", "ProtectionMode", 1),
        string(rf"{ENUM}\HTREE\ROOT\0", "", ""),

        *service("acpi", BOOT, "Boot Bus Extender"), *service("pci", BOOT, "Boot Bus Extender"),
        *service("partmgr", BOOT, "Boot Bus Extender"), *service("mountmgr", BOOT, "System Bus Extender"),
        *service("uniata", BOOT, "System Bus Extender"), *service("disk", BOOT, "SCSI Class"),
        *service("fastfat", BOOT, "Boot File System", FILE_SYSTEM_DRIVER),
        *service("null", SYSTEM_START, "Base"),
        *service("ndis", BOOT, "NDIS Wrapper"),
        *service("e1000", DEMAND, "NDIS"),
        *service("tcpip", SYSTEM_START, "PNP_TDI"),
        *service("netio", SYSTEM_START, "TDI"),

        *critical_device("*PNP0A03", "pci", SYSTEM_CLASS), *critical_device("*PNP0A08", "pci", SYSTEM_CLASS),
        *critical_device("*PNP0C08", "acpi", SYSTEM_CLASS), *critical_device("PCI#CC_0604", "pci", SYSTEM_CLASS),
        *critical_device("GenDisk", "disk", DISK_CLASS),
        strings(rf"{CONTROL}\Class\{DISK_CLASS}", "UpperFilters", ["partmgr"]),

        string(rf"{ENUM}\{ADAPTER_DEVICE}", "Service", "e1000"),
        string(rf"{ENUM}\{ADAPTER_DEVICE}", "ClassGUID", NET_CLASS),
        string(rf"{ENUM}\{ADAPTER_DEVICE}", "Driver", rf"{NET_CLASS}\0000"),
        string(rf"{CONTROL}\Class\{NET_CLASS}\0000", "NetCfgInstanceId", ADAPTER),
        string(rf"{CONTROL}\Class\{NET_CLASS}\0000", "DriverDesc", "QEMU e1000"),
        string(rf"{CONTROL}\Class\{NET_CLASS}\0000\Linkage", "Export", rf"\Device\{ADAPTER}"),
        string(rf"{CONTROL}\Class\{NET_CLASS}\0000\Linkage", "RootDevice", ADAPTER),
        dword(rf"{SERVICES}\Tcpip\Parameters\Interfaces\{ADAPTER}", "EnableDHCP", 0),
        strings(rf"{SERVICES}\Tcpip\Parameters\Interfaces\{ADAPTER}", "IPAddress", [ADDRESS]),
        strings(rf"{SERVICES}\Tcpip\Parameters\Interfaces\{ADAPTER}", "SubnetMask", [NETMASK]),
    ]
