"""A small disk: a master boot record, one FAT16 partition that starts the loader, and files in it. By mtools, so
nobody needs to be root."""

import subprocess

SECTOR = 512
PARTITION_SECTOR = 2048
PARTITION_BYTES = 96 << 20
FAT16 = 0x06
BOOTABLE = 0x80
BIOS_GEOMETRY = "16/63"  # heads and sectors, as the BIOS tells for a disk of this size: the boot sector goes by it


class DiskError(Exception):
    """mtools, or mkfs.fat, could not do it."""


class Disk:
    """A new one; with `build` None, what is there already."""

    def __init__(self, path, build):
        self.path = path
        if build:
            self._make(build)

    def copy(self, path):
        self._run("cp", "--sparse=always", str(self.path), str(path))
        return Disk(path, None)

    def make_folder(self, name):
        self._mtools("mmd", f"::/{name}")

    def put(self, source, target):
        self._mtools("mcopy", "-o", str(source), f"::/{target}")

    def put_text(self, text, target):
        part = self.path.with_suffix(".text")
        part.write_text(text.replace("\n", "\r\n") if target.endswith(".ini") else text)
        self.put(part, target)
        part.unlink()

    def get(self, source, target):
        """False where the disk has no such file."""
        result = self._run("mcopy", "-n", "-i", self._partition(), f"::/{source}", str(target), may_fail=True)
        return result.returncode == 0

    def _partition(self):
        return f"{self.path}@@{PARTITION_SECTOR * SECTOR}"

    def _mtools(self, command, *arguments):
        self._run(command, "-i", self._partition(), *arguments)

    def _make(self, build):
        sectors = PARTITION_BYTES // SECTOR
        volume = self.path.with_suffix(".volume")
        with open(volume, "wb") as file:
            file.truncate(PARTITION_BYTES)
        self._run("mkfs.fat", "-F", "16", "-h", str(PARTITION_SECTOR), "-s", "4", "-g", BIOS_GEOMETRY, str(volume))
        with open(volume, "r+b") as file:  # the loader's boot sector around the volume's own parameters
            own = bytearray(file.read(SECTOR))
            code = build.file("fat.bin").read_bytes()
            own[0:3], own[62:SECTOR] = code[0:3], code[62:SECTOR]
            file.seek(0)
            file.write(own)
        record = bytearray(build.file("dosmbr.bin").read_bytes().ljust(SECTOR, b"\0"))
        record[440:446] = b"wskt\0\0"
        record[446:510] = (bytes([BOOTABLE, 32, 33, 0, FAT16, 254, 255, 255])
                           + PARTITION_SECTOR.to_bytes(4, "little") + sectors.to_bytes(4, "little")).ljust(64, b"\0")
        record[510:512] = b"\x55\xaa"
        with open(self.path, "wb") as file, open(volume, "rb") as content:
            file.write(record)
            file.seek(PARTITION_SECTOR * SECTOR)
            while chunk := content.read(1 << 20):
                file.write(chunk)
        volume.unlink()

    def _run(self, *command, may_fail=False):
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if result.returncode != 0 and not may_fail:
            raise DiskError(f"{' '.join(command)}: {result.stdout}{result.stderr}")
        return result
