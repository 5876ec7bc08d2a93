"""The capture driver and a target, loaded and unloaded again and again: see cycles.c."""

import os
import re

from capture import STATUS_SUCCESS, expect
from peer import Connection, Peer, pattern
from stories.story import FINISHED, Story, all_bytes
from wine import Program

CYCLES = 1000 if os.environ.get("WSKTRACE_LONG") == "1" else 20
LOADS = 2  # of the target, in each cycle
WARM_UP = 5  # cycles, until Wine has what it keeps
SECONDS = 30  # for one cycle
BYTES = 1000
GROWTH = {"KiB of private memory": 6 << 10, "open files": 8, "threads": 8}  # more than Wine's comes and goes


def cycles(stage):
    if not stage.with_capture:
        return
    made = [Connection(pattern(BYTES), answers=True, prompt=True) for _ in range((WARM_UP + CYCLES) * LOADS)]
    with Peer(made) as peer:
        stage.create_service("wsktrace", {})
        stage.create_service("crowd", {"Port": peer.port, "PayloadBytes": BYTES, "UseDisconnect": 0})
        program = stage.start(Program, "cycles.exe", "crowd", str(LOADS))
        make(program, WARM_UP)
        before = size(stage.prefix.drivers())
        events, milliseconds = make(program, CYCLES)
        after = size(stage.prefix.drivers())
    all_bytes(made, (FINISHED, STATUS_SUCCESS, 0, 0))
    stage.say(f"{CYCLES} cycles of one load of the capture driver and {LOADS} of a target, {milliseconds / CYCLES:.0f} ms and "
              f"{events} events each; their process: "
              + ", ".join(f"{before[what]} to {after[what]} {what}" for what in GROWTH))
    for what, most in GROWTH.items():
        expect(after[what] - before[what] < most, f"in {CYCLES} cycles the process of the drivers grew from {before[what]} "
               f"to {after[what]} {what}")


def make(program, count):
    answer = program.ask(count, SECONDS * count)
    expect(re.fullmatch(r"\d+ \d+", answer), f"a cycle failed: {answer}")
    return map(int, answer.split())


def size(process):
    """What the drivers' process has, now that none but the anchor is loaded."""
    expect(process, "the process of the drivers is gone")
    memory = re.findall(r"^Private_\w+: +(\d+) kB", (process / "smaps_rollup").read_text(), re.MULTILINE)
    values = sum(map(int, memory)), len(list((process / "fd").iterdir())), len(list((process / "task").iterdir()))
    return dict(zip(GROWTH, values))


STORIES = {"load-cycles": Story(cycles, None)}
