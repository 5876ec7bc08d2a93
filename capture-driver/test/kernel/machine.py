"""A machine in QEMU: no KVM, one processor, and a network that leads to one listener on 127.0.0.1 and nowhere else."""

import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

QEMU = "qemu-system-x86_64"
MEMORY_MIB = 384
PEER_ADDRESS, PEER_PORT = "10.0.2.100", 7000  # of the listener, as the machine sees it
POLL_SECONDS = 0.05
FATAL = re.compile(r"\*\*\* Fatal System Error: 0x([0-9a-fA-F]{8})")


class MachineError(Exception):
    """The machine did not come as far as it should."""


def missing_programs():
    return [name for name in (QEMU, "mcopy", "mmd", "mkfs.fat") if not shutil.which(name)]


def version():
    out = subprocess.run([QEMU, "--version"], capture_output=True, text=True, timeout=20, check=True)
    return out.stdout.splitlines()[0]


class Machine:
    """Runs between enter and exit. What the kernel says is in `folder`/serial.log."""

    def __init__(self, disk, folder, peer_port):
        self._folder = folder
        self._serial = folder / "serial.log"
        self._control = folder / "control"
        relay = pathlib.Path(__file__).with_name("relay.py")
        self._command = [
            QEMU, "-machine", "pc", "-accel", "tcg", "-m", str(MEMORY_MIB), "-smp", "1", "-nodefaults",
            # Time goes by instructions: the kernel measures how fast its clock ticks, and gets nonsense on a busy host.
            "-icount", "shift=3,sleep=on", "-rtc", "base=utc,clock=vm",
            "-display", "none", "-vga", "std", "-no-reboot", "-no-shutdown",
            "-drive", f"file={disk.path},format=raw,if=ide,cache=writethrough",
            "-serial", f"file:{self._serial}", "-qmp", f"unix:{self._control},server=on,wait=off",
            "-netdev", f"user,id=net,restrict=on,guestfwd=tcp:{PEER_ADDRESS}:{PEER_PORT}-cmd:"
                       f"{sys.executable} {relay} {peer_port}",
            "-device", "e1000,netdev=net,addr=3",
        ]
        self._process = None

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=open(self._folder / "qemu.log", "w"))
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        """The end of the machine, as if its power were cut."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(20)

    def said(self):
        return self._serial.read_text(errors="replace") if self._serial.exists() else ""

    def bugcheck(self):
        """The code of the first one, or None."""
        found = FATAL.search(self.said())
        return int(found[1], 16) if found else None

    def wait_for(self, line, seconds, bugcheck_ends=True):
        """Until the kernel's log has this text, or a bugcheck. The text that came with it, to the end of its line."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            said = self.said()
            if (at := said.find(line)) >= 0 and "\n" in said[at:]:
                return said[at:said.index("\n", at)].strip()
            if bugcheck_ends and self.bugcheck() is not None:
                raise MachineError(f"bugcheck {self.bugcheck():#x} before {line!r}")
            if self._process.poll() is not None:
                raise MachineError(f"QEMU ended with {self._process.returncode}: "
                                   f"{(self._folder / 'qemu.log').read_text()}")
            time.sleep(POLL_SECONDS)
        raise MachineError(f"no {line!r} after {seconds} s; the last words: {self.said()[-300:]!r}")

    def save_memory(self, path):
        """All of its memory as a raw image; the machine stands still meanwhile."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(60)
            control.connect(str(self._control))
            stream = control.makefile("rw")
            stream.readline()
            for command in ({"execute": "qmp_capabilities"}, {"execute": "stop"},
                            {"execute": "pmemsave",
                             "arguments": {"val": 0, "size": MEMORY_MIB << 20, "filename": str(path)}}):
                stream.write(json.dumps(command) + "\n")
                stream.flush()
                while "event" in (answer := json.loads(stream.readline())):
                    pass
                if "error" in answer:
                    raise MachineError(f"QEMU: {answer['error']['desc']}")
