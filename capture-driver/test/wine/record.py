#!/usr/bin/env python3
"""Runs the capture driver under Wine against each client driver, and leaves one .etl and one .log a run.

    record.py --build NAME=FOLDER [--build NAME=FOLDER ...] --output FOLDER [--client CLIENT ...]

FOLDER of a build holds wsktrace.sys, wskctl.exe, keeper.exe and the client drivers, at any depth. The last line is
"N passed, N failed, N skipped"; the exit status is 1 where one failed, 2 for wrong usage. Where Wine is absent every
run is skipped.

With --without-capture no capture driver is loaded: only the clients and the bytes at their peer are tested.
"""

import argparse
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
            stage.recorder.uninstall()
        expect(not stage.prefix.crash(), f"a driver crashed: {stage.prefix.crash()}")
    if with_capture:
        story.capture(Capture(captured, Manifest(SCHEMA), story.lost))


def attempt(build, client, template, output, with_capture):
    """None where all is as the story says, else what is not. A run in which Wine could not bring up a process (see
    wine.NO_PROCESS) is made again."""
    output.mkdir(parents=True, exist_ok=True)
    log = output / f"{client}.log"
    for _ in range(ATTEMPTS):
        try:
            return run(build, client, template, output, with_capture)
        except (CaptureError, PayloadError, etl.EtlError, wine.WineError, OSError) as error:
            fault = f"FAILED: {error}\n{end_of_log(log)}"
            if not wine.could_not_start_a_process(log):
                break
            print(f"{build.name} {client}: Wine could not start a process, so once more", flush=True)
    return fault


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
    parser.add_argument("--without-capture", action="store_true")
    arguments = parser.parse_args()
    for text in arguments.build:
        if "=" not in text:
            parser.error(f"--build {text}: NAME=FOLDER is wanted")
    builds = [Build(name, pathlib.Path(folder)) for name, _, folder in (text.partition("=") for text in arguments.build)]
    runs = [(build, client) for build in builds for client in arguments.client or STORIES]

    if not (wine.find("wine64") and wine.find("wineserver")):
        print("wine64 is not installed (Debian: apt install wine64), so no driver was run")
        print(f"0 passed, 0 failed, {len(runs)} skipped")
        return 0
    failed = 0
    print(f"{wine.version()}, payload of {payload_length()} bytes")
    with tempfile.TemporaryDirectory(prefix="wsktrace-", ignore_cleanup_errors=True) as folder:
        template = pathlib.Path(folder, "template")
        try:
            wine.create_template(template)
        except wine.WineError as error:
            print(f"{error}\n0 passed, {len(runs)} failed, 0 skipped")
            return 1
        for build, client in runs:
            started = time.monotonic()
            fault = attempt(build, client, template, arguments.output / build.name, not arguments.without_capture)
            failed += fault is not None
            print(f"{build.name} {client} ({time.monotonic() - started:.1f} s): {fault or 'ok'}", flush=True)
    print(f"{len(runs) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
