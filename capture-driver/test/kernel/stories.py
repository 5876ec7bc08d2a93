"""What is done on the machine, and what must come of it. One boot a story."""

import dataclasses

GREETING_BYTES = 1000  # of clean-client
PAYLOAD_BYTES = 60000  # of one send: that kernel's lengths have 16 bits. It copies what it has room for, so many are sent
FILLS = 200            # at once, until one has to wait
CYCLES = 100           # of the target
RELOADS = 20           # of the capture driver
RING_BYTES = 1 << 20
STATUS_SUCCESS, STATUS_UNSUCCESSFUL, STATUS_INVALID_DEVICE_REQUEST = 0, 0xC0000001, 0xC0000010
HOLD_SOCKET = 0x8
PASSIVE_LEVEL, DISPATCH_LEVEL = 0, 2


@dataclasses.dataclass(frozen=True)
class Story:
    """The client; the rule that `wsktrace check` must name, or None for no finding at all; what an unload of the
    capture driver answers when the client is gone; an IRQL at which something must have completed; whether the kernel
    does not survive the misuse: then it is drained before."""

    client: str
    rule: str | None
    unload: int = STATUS_SUCCESS
    irql: int = PASSIVE_LEVEL
    fatal: bool = False

    def script(self):
        begin = ["load wsktrace", f"targets {self.client}.sys", f"start {RING_BYTES}", f"load {self.client}", "wait 1"]
        if self.fatal:
            return [*begin, "drain", "wait 2"]
        return [*begin, "wait 2", f"unload {self.client}", "status", "drain", "stop", "unload wsktrace"]


STORIES = {
    "clean-client": Story("clean-client", None),
    "mdl-freed": Story("mdl-freed", "WSK-BUF-001"),
    "buffer-freed": Story("buffer-freed", "WSK-BUF-002"),
    "pages-unlocked": Story("pages-unlocked", "WSK-BUF-003"),
    "irp-reused": Story("irp-reused", "WSK-IRP-005", fatal=True),  # its IRP completes twice
    "socket-leaked": Story("socket-leaked", "WSK-SOCK-005", unload=STATUS_INVALID_DEVICE_REQUEST),
    "datagram-client": Story("datagram-client", None, irql=DISPATCH_LEVEL),
}


def cycles_script():
    """Load, capture, unload, again and again: the target each time, the capture driver now and then. (That kernel never
    gives back the space of an unloaded image: 86 MiB are for all, and gcc's debug sections count too.)"""
    target = ["load mdl-freed", "wait 2", "unload mdl-freed"] * (CYCLES // RELOADS)
    return ["load wsktrace", "targets mdl-freed.sys", f"start {RING_BYTES}", *target, "stop", "unload wsktrace"] * RELOADS


def bugcheck_script():
    """A bugcheck while a send is in flight."""
    return ["load wsktrace", "targets mdl-freed.sys", f"start {RING_BYTES}", "load mdl-freed", "wait 1", "status",
            "bugcheck"]
