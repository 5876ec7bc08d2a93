"""What a trace says about the kernel it was made on: when, where and at which IRQL its WSK completes."""

import collections
import dataclasses
import json
import subprocess

STATUS_PENDING = 0x103


@dataclasses.dataclass(frozen=True)
class Facts:
    irqls: dict          # completions by IRQL
    pending_inline: int  # calls that returned STATUS_PENDING after their IRP had completed
    elsewhere: int       # completions on another thread than the call's

    def __str__(self):
        irqls = ", ".join(f"{count} at IRQL {irql}" for irql, count in sorted(self.irqls.items()))
        return (f"completions: {irqls}; {self.elsewhere} on another thread; {self.pending_inline} before a return of "
                f"STATUS_PENDING")


def read(wsktrace, etl):
    """By `wsktrace events`. Raises subprocess.SubprocessError, or ValueError for what it cannot read."""
    out = subprocess.run([wsktrace, "events", "--format=json", "--provider=WskTrace", etl], capture_output=True,
                         text=True, timeout=600, check=True).stdout
    called, completed = {}, set()
    irqls = collections.Counter()
    pending_inline = elsewhere = 0
    for event in sorted((json.loads(line) for line in out.splitlines() if line), key=lambda e: e["fields"]["Seq"]):
        fields, name = event["fields"], event["event"]
        if name in ("OpEnter", "SendEnter", "RecvEnter"):
            called[fields["OpId"]] = fields["Tid"]
        elif name == "OpComplete":
            irqls[fields["Irql"]] += 1
            completed.add(fields["OpId"])
            elsewhere += called.get(fields["OpId"], fields["Tid"]) != fields["Tid"]
        elif name == "OpExit":
            pending_inline += fields["OpId"] in completed and int(str(fields["Status"]), 0) == STATUS_PENDING
    return Facts(dict(irqls), pending_inline, elsewhere)
