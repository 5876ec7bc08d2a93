#!/usr/bin/env python3
"""Runs the capture driver under Wine against each client driver, and leaves one .etl and one .log a run.

    record.py --build NAME=FOLDER [--build NAME=FOLDER ...] --output FOLDER [--client CLIENT ...]

FOLDER of a build holds wsktrace.sys, wskctl.exe, keeper.exe and the client drivers, at any depth. The last line is
"N passed, N failed, N skipped"; the exit status is 1 where one failed, 2 for wrong usage. Where Wine is absent every
run is skipped.

With --without-capture no capture driver is loaded: only the clients and the bytes at their peer are tested.
"""

import argparse
import contextlib
import pathlib
import sys
import tempfile
import time

import etl
import wine
from capture import Capture, CaptureError, expect
from manifest import Manifest, PayloadError
from peer import Peer
from stories import STORIES

SCHEMA = pathlib.Path(__file__).resolve().parents[3] / "schema" / "wsktrace.man"
RUN_SECONDS = 60  # for a client to get from one phase to the last
ATTEMPTS = 3
QUIET_SECONDS = 0.3  # double-close wants no other request in its process while it closes: see there
STARTING, WAITING, FINISHED = 0, 1, 2  # CLIENT_* of client-state.h


class Build:
    """The binaries of one compiler."""

    def __init__(self, name, folder):
        self.name = name
        self._folder = folder

    def file(self, name):
        found = next(self._folder.rglob(name), None)
        expect(found, f"{self._folder} holds no {name}: build it first")
        return found


def payload_length():
    """More than both socket buffers can grow to hold, so the great send stays in flight while the peer does not read."""
    growth_limit = pathlib.Path("/proc/sys/net/ipv4/tcp_wmem")
    largest = int(growth_limit.read_text().split()[2]) if growth_limit.exists() else 4 << 20
    return min(max(2 * largest, 8 << 20), 64 << 20)


def run(build, client, template, output, with_capture):
    """One client from its load to its unload. Raises on the first thing that is not as the story says."""
    story = STORIES[client]
    length = payload_length()
    connections = story.connections(length)
    captured = output / f"{client}.etl"
    captured.unlink(missing_ok=True)
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(open(output / f"{client}.log", "w"))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="wsktrace-", ignore_cleanup_errors=True))
        prefix = stack.enter_context(wine.Prefix(template, pathlib.Path(folder, "prefix"), log))
        peer = stack.enter_context(Peer(connections))
        keeper = prefix.start_keeper(build.file("keeper.exe"))
        recorder = Recorder(prefix, build, client) if with_capture else None
        prefix.create_driver_service(client, prefix.put(build.file(f"{client}.sys")),
                                     {"Port": peer.port, "PayloadBytes": length, "UseDisconnect": 0})
        prefix.start_service(client)
        wait_for_phase(keeper, WAITING)
        peer.read_now()
        expect(peer.wait_complete(RUN_SECONDS), "the peer did not get to the end of every connection")
        time.sleep(QUIET_SECONDS)
        state = wait_for_phase(keeper, FINISHED)
        story.bytes(connections, state)
        prefix.stop_service(client)
        if recorder:
            recorder.drain(captured)
            recorder.stop()
            expect(recorder.held_by() == story.holds, f"wskctl says the capture driver is held by {recorder.held_by()}")
            recorder.uninstall()
        expect(not prefix.crash(), f"a driver crashed: {prefix.crash()}")
    if with_capture:
        story.capture(Capture(captured, Manifest(SCHEMA)))


class Recorder:
    """The capture driver, by way of wskctl.exe: installed, started and aimed at the client before that is loaded."""

    def __init__(self, prefix, build, client):
        self._prefix = prefix
        self._wskctl = prefix.put(build.file("wskctl.exe"))
        driver = prefix.put(build.file("wsktrace.sys"))
        self._run("install", driver, "--group", wine.LOAD_ORDER_GROUP)
        self._run("targets", f"{client}.sys")
        self._run("start")

    def drain(self, path):
        self._run("drain", "C:\\wsktrace\\capture.etl")
        path.write_bytes((self._prefix.folder_of_test / "capture.etl").read_bytes())

    def stop(self):
        self._run("stop")

    def held_by(self):
        """What keeps the capture driver from being unloaded, in wskctl's words."""
        lines = self._run("status").splitlines()
        return next((line.removeprefix("held by").strip() for line in lines if line.startswith("held by")), None)

    def uninstall(self):
        """Unloads the capture driver where nothing holds it; else that is left to the end of the machine."""
        self._run("uninstall")

    def _run(self, *arguments):
        return self._prefix.run(self._wskctl, *arguments)


def wait_for_phase(keeper, phase):
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        state = keeper.state()
        expect(state is not None, "the client driver is gone: its host process crashed")
        if state[0] >= phase:
            return state
        time.sleep(0.02)
    raise CaptureError(f"the client is in phase {state[0]} after {RUN_SECONDS} s, not yet in phase {phase}")


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
