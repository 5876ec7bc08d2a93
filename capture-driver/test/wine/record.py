#!/usr/bin/env python3
"""Runs the capture driver under Wine against the client drivers, as the stories tell, and leaves an .etl and a .log of each.

    record.py --build NAME=FOLDER [--build NAME=FOLDER ...] --output FOLDER [--client STORY ...] [--jobs N]

FOLDER of a build holds wsktrace.sys, wskctl.exe, keeper.exe and the client drivers, at any depth. N runs are made at a
time, two unless told. The last line is "N passed, N failed, N skipped"; the exit status is 1 where one failed, 2 for
wrong usage. Where Wine is absent every run is skipped.

With --without-capture no capture driver is loaded: only the clients and the bytes at their peer are tested. With
WSKTRACE_LONG=1 in the environment the drivers are loaded and unloaded 1,000 times, else 20.
"""

import argparse
import concurrent.futures
import pathlib
import sys
import tempfile
import time

import etl
import wine
from capture import Capture, CaptureError, expect
from manifest import SCHEMA, Manifest, PayloadError
from stage import Build, Stage, payload_length
from stories import STORIES
from stories.story import NOTHING

ATTEMPTS = 3


def run(build, name, template, output, with_capture):
    """One client from its load to its unload. Raises on the first thing that is not as the story says."""
    story = STORIES[name]
    captured = output / f"{name}.etl"
    captured.unlink(missing_ok=True)
    with Stage(build, name, story, template, output, with_capture) as stage:
        story.play(stage)
        if stage.recorder:
            stage.recorder.drain(captured)
            stage.recorder.stop()
            held_by = stage.recorder.held_by()
            expect(held_by == story.holds, f"wskctl says the capture driver is held by {held_by}")
            stage.settle()
            stage.recorder.uninstall()
            expect(stage.recorder.is_loaded() == (story.holds != NOTHING), "the capture driver unloads while it is held, or "
                   "stays though it is not")
        expect(not stage.prefix.crash(), f"a driver crashed: {stage.prefix.crash()}")
    if stage.recorder:
        story.capture(Capture(captured, Manifest(SCHEMA), story.lost))


def attempt(build, name, template, output, with_capture):
    """None where all is as the story says, else what is not. A run in which Wine could not bring up a process (see
    wine.NO_PROCESS) or a driver is made again: on a busy machine its loader and its IoCreateDevice fail now and then. A
    driver that cannot start by its own fault does not at the last attempt either."""
    output.mkdir(parents=True, exist_ok=True)
    log = output / f"{name}.log"
    for left in reversed(range(ATTEMPTS)):
        try:
            return run(build, name, template, output, with_capture)
        except (CaptureError, PayloadError, etl.EtlError, wine.WineError, OSError) as error:
            fault = f"FAILED: {error}\n{end_of_log(log)}"
            repeat = isinstance(error, wine.NotStarted) or wine.could_not_start_a_process(log)
            if not left or not repeat:
                return fault
            print(f"{build.name} {name}: Wine could not start a process or driver ({error}), so once more", flush=True)


def end_of_log(path, lines=15):
    """What Wine and the programs said last, without Wine's regrets that there is no display."""
    if not path.exists():
        return f"    there is no {path}"
    said = [line for line in path.read_text(errors="replace").splitlines()
            if line.strip() and "nodrv" not in line and "systray" not in line]
    return "\n".join(f"    {line}" for line in [f"{path}, its end:", *said[-lines:]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", action="append", required=True, metavar="NAME=FOLDER")
    parser.add_argument("--output", required=True, type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--client", action="append", choices=list(STORIES), help="only this one; may be repeated")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--without-capture", action="store_true")
    arguments = parser.parse_args()
    for text in arguments.build:
        if "=" not in text:
            parser.error(f"--build {text}: NAME=FOLDER is wanted")
    builds = [Build(name, pathlib.Path(folder)) for name, _, folder in (text.partition("=") for text in arguments.build)]
    runs = [(build, name) for name in arguments.client or STORIES for build in builds]

    if not (wine.find("wine64") and wine.find("wineserver")):
        print("wine64 is not installed (Debian: apt install wine64), so no driver was run")
        print(f"0 passed, 0 failed, {len(runs)} skipped")
        return 0
    print(f"{wine.version()}, payload of {payload_length()} bytes")
    with tempfile.TemporaryDirectory(prefix="wsktrace-", ignore_cleanup_errors=True) as folder:
        template = pathlib.Path(folder, "template")
        try:
            wine.create_template(template)
        except wine.WineError as error:
            print(f"{error}\n0 passed, {len(runs)} failed, 0 skipped")
            return 1

        def one(build, name):
            started = time.monotonic()
            fault = attempt(build, name, template, arguments.output / build.name, not arguments.without_capture)
            print(f"{build.name} {name} ({time.monotonic() - started:.1f} s): {fault or 'ok'}", flush=True)
            return fault is not None

        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            failed = sum(pool.map(one, *zip(*runs)))
    print(f"{len(runs) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
