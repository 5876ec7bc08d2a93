#!/usr/bin/env python3
"""Runs the capture driver and its test clients on a ReactOS kernel in QEMU; ./run builds what it needs and says more.

    boot.py --build NAME=FOLDER [...] --tools FOLDER --output FOLDER [--story STORY ...]

FOLDER of a build holds wsktrace.sys and the client drivers, at any depth; that of the tools smss.exe and brought. The
last line is "N passed, N failed, N skipped"; the exit status is 1 where one failed, 2 for wrong usage. Without
WSKTRACE_REACTOS_DIR, or without QEMU and mtools, every story is skipped.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import facts
import reactos
from disk import Disk, DiskError
from listener import Listener
from machine import PEER_ADDRESS, PEER_PORT, Machine, MachineError, missing_programs, version
from stories import (CYCLES, FILLS, GREETING_BYTES, HOLD_SOCKET, PAYLOAD_BYTES, RELOADS, STATUS_SUCCESS,
                     STATUS_UNSUCCESSFUL, STORIES, bugcheck_script, cycles_script)

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
BOOT_SECONDS = 180
STEP_SECONDS = 120
CYCLES_SECONDS = 900
BUGCHECK_SECONDS = 60
CYCLES_STORY, BUGCHECK_STORY = "cycles", "bugcheck"
BUGCHECK = "*** Fatal System Error"


class StoryError(Exception):
    """Something is not as the story says."""


def expect(condition, sentence):
    if not condition:
        raise StoryError(sentence)


class Runner:
    """What all stories share: the kernel's files on a disk, made once and copied for each boot."""

    def __init__(self, build, tools, folder):
        self._build = build
        self._tools = tools
        self._disk = self._make_disk(folder)

    def _make_disk(self, folder):
        disk = Disk(folder / "template.img", self._build)
        root = reactos.SYSTEM_ROOT
        for name in ("", "/system32", "/system32/drivers", "/system32/config"):
            disk.make_folder(root + name)
        for name in reactos.LOADER:
            disk.put(self._build.file(name), name)
        for name in reactos.SYSTEM:
            disk.put(self._build.file(name), f"{root}/system32/{name}")
        for name in reactos.DRIVERS:
            disk.put(self._build.file(name), f"{root}/system32/drivers/{name}")
        disk.put_text(reactos.LOADER_INI, "freeldr.ini")
        disk.put(self._tools / "smss.exe", f"{root}/system32/smss.exe")
        return disk

    def disk_for(self, folder, drivers, script, parameters):
        """A copy with these drivers (paths), this script, and these parameters for each of them."""
        disk = self._disk.copy(folder / "disk.img")
        lines = reactos.system_registry()
        for driver in drivers:
            disk.put(driver, f"{reactos.SYSTEM_ROOT}/system32/drivers/{driver.name}")
            lines += reactos.service(driver.stem, reactos.DEMAND)
            lines += [reactos.dword(rf"{reactos.SERVICES}\{driver.stem}\Parameters", name, value)
                      for name, value in parameters.items()]
        disk.put(self._build.make_system_hive(folder, lines), f"{reactos.SYSTEM_ROOT}/system32/config/SYSTEM")
        disk.put_text("\n".join(script) + "\n", f"{reactos.SYSTEM_ROOT}/first.txt")
        return disk


class Binaries:
    """The drivers of one compiler."""

    def __init__(self, name, folder):
        self.name = name
        self._folder = folder

    def driver(self, name):
        found = next(self._folder.rglob(f"{name}.sys"), None)
        expect(found, f"{self._folder} holds no {name}.sys: build it first")
        return found


def parameters(payload, fills):
    address = int.from_bytes(bytes(int(part) for part in PEER_ADDRESS.split(".")), "big")
    return {"Address": address, "Port": PEER_PORT, "PayloadBytes": payload, "Fills": fills,
            "UseDisconnect": 0}  # its WskDisconnect never completes


def answer(said, command):
    """The NTSTATUS of the last answer to a command of the script."""
    found = re.findall(rf"first: {re.escape(command)}: ([0-9a-f]{{8}})", said)
    expect(found, f"{command!r} was not answered")
    return int(found[-1], 16)


def expect_answer(said, command, status=STATUS_SUCCESS):
    got = answer(said, command)
    expect(got == status, f"{command!r} was answered {got:#010x}, not {status:#010x}")


def client_ended(said):
    """The client's last words: its status and how many bytes it says it sent."""
    found = re.findall(r"first: client phase=2 status=([0-9a-f]{8}) sent=(\d+)", said)
    expect(found, "the client did not end")
    return int(found[-1][0], 16), int(found[-1][1])


def run_client(runner, binaries, name, tools, folder, output):
    story = STORIES[name]
    with Listener() as listener:
        disk = runner.disk_for(folder, [binaries.driver("wsktrace"), binaries.driver(story.client)], story.script(),
                               parameters(PAYLOAD_BYTES, FILLS))
        with Machine(disk, folder, listener.port) as machine:
            machine.wait_for("first: wait 1:", BOOT_SECONDS)
            expect_answer(machine.said(), "wait 1")
            if story.fatal:
                machine.wait_for("first: drain:", STEP_SECONDS)
            listener.read_now()
            expect(listener.answer_when_quiet(STEP_SECONDS), "the machine never stops sending")
            if story.fatal:
                machine.wait_for(BUGCHECK, STEP_SECONDS, bugcheck_ends=False)
            else:
                machine.wait_for("first: end", STEP_SECONDS)
            said, bugcheck = machine.said(), machine.bugcheck()
    for command in story.script()[:-1]:
        expect_answer(said, command)
    if not story.fatal:
        check_end(story, said, listener.received())
    etl = bring_back(disk, tools, folder, output / f"{name}.etl")
    judge(etl, story.rule)
    seen = facts.read(REPOSITORY / "wsktrace", etl)
    expect(story.irql in seen.irqls, f"nothing completed at IRQL {story.irql}; {seen}")
    return f"{seen}; then bugcheck {bugcheck:#x}" if story.fatal else str(seen)


def check_end(story, said, received):
    """A client that came to its end, and what it left of the capture driver."""
    status, sent = client_ended(said)
    expect(status == STATUS_SUCCESS, f"the client ended with {status:#010x}")
    expect(sent == received, f"the client says it sent {sent} bytes, {received} came")
    expect_answer(said, "unload wsktrace", story.unload)
    if story.unload != STATUS_SUCCESS:
        holds = int(re.findall(r"first: holds=([0-9a-f]+)", said)[-1], 16)
        expect(holds & HOLD_SOCKET, f"the capture driver is held by {holds:#x}, not by the open socket")


def bring_back(disk, tools, folder, etl):
    """The rings that the first process left on the disk, as an .etl."""
    for name in ("status.bin", "ring-0.bin"):
        expect(disk.get(f"{reactos.SYSTEM_ROOT}/{name}", folder / name), f"the disk has no {name}")
    result = subprocess.run([tools / "brought", folder, etl], capture_output=True, text=True, timeout=60, check=False)
    expect(result.returncode == 0, f"brought: {result.stderr}")
    return etl


def judge(etl, rule):
    """What `wsktrace check` must say: an error of this rule and none of another, or none at all."""
    result = subprocess.run([REPOSITORY / "wsktrace", "check", "--format=json", etl], capture_output=True, text=True,
                            timeout=600, check=False)
    expect(result.returncode in (0, 1), f"wsktrace check: {result.stderr}")
    report = json.loads(result.stdout)
    found = sorted({finding["rule"] for finding in report["findings"] if finding["severity"] == "error"})
    expect(found == ([rule] if rule else []), f"wsktrace check finds {found or 'nothing'}, not {rule or 'nothing'}")
    expect(not report["losses"], f"events were lost: {report['losses']}")


def run_cycles(runner, binaries, folder):
    """The client's sends are too small to stay in flight, which it says is a failure: what counts is that it comes and
    goes, and the capture driver with it."""
    with Listener() as listener:
        listener.read_now()
        disk = runner.disk_for(folder, [binaries.driver("wsktrace"), binaries.driver("mdl-freed")], cycles_script(),
                               parameters(GREETING_BYTES, 0))
        with Machine(disk, folder, listener.port) as machine:
            machine.wait_for("first: end", CYCLES_SECONDS)
            expect(listener.answer_when_quiet(STEP_SECONDS), "the machine never stops sending")
            said = machine.said()
    for command, times in collections.Counter(cycles_script()).items():
        good = len(re.findall(rf"first: {re.escape(command)}: 00000000", said))
        expect(good == times, f"{command!r} went well {good} times of {times}")
    ended = len(re.findall(rf"first: client phase=2 status={STATUS_UNSUCCESSFUL:08x} sent={GREETING_BYTES} ", said))
    expect(ended == CYCLES, f"the client came to its end {ended} times of {CYCLES}")
    expect(listener.received() == CYCLES * GREETING_BYTES,
           f"{listener.received()} bytes came of {CYCLES * GREETING_BYTES}")
    return f"{CYCLES} loads and unloads of the client, {RELOADS} of the capture driver"


def run_bugcheck(runner, binaries, folder):
    """The rings are in the memory of the machine as it stopped. That kernel writes no dump, and asks nobody for data."""
    image = folder / "bugcheck.memory"
    with Listener() as listener:
        disk = runner.disk_for(folder, [binaries.driver("wsktrace"), binaries.driver("mdl-freed")], bugcheck_script(),
                               parameters(PAYLOAD_BYTES, FILLS))
        with Machine(disk, folder, listener.port) as machine:
            machine.wait_for("first: status:", BOOT_SECONDS)
            machine.wait_for(BUGCHECK, BUGCHECK_SECONDS, bugcheck_ends=False)
            time.sleep(1)
            machine.save_memory(image)
            code = machine.bugcheck()
    judge(image, "WSK-BUF-001")
    return f"bugcheck {code:#x}; the image of the memory judged"


def tell(runner, binaries, name, tools, output):
    """What was seen, where all is as the story says, else what is not: (good, text). The kernel's log stays beside
    the trace."""
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wsktrace-") as text:
        folder = pathlib.Path(text)
        try:
            if name == CYCLES_STORY:
                return True, run_cycles(runner, binaries, folder)
            if name == BUGCHECK_STORY:
                return True, run_bugcheck(runner, binaries, folder)
            return True, run_client(runner, binaries, name, tools, folder, output)
        except (StoryError, MachineError, DiskError, reactos.MissingFile, OSError, ValueError,
                subprocess.SubprocessError) as error:
            return False, str(error)
        finally:
            if (folder / "serial.log").exists():
                shutil.copy(folder / "serial.log", output / f"{name}.log")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [*STORIES, CYCLES_STORY, BUGCHECK_STORY]
    parser.add_argument("--build", action="append", required=True, metavar="NAME=FOLDER")
    parser.add_argument("--tools", required=True, type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--output", required=True, type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--story", action="append", choices=names, help="only this one; may be repeated")
    arguments = parser.parse_args()
    for text in arguments.build:
        if "=" not in text:
            parser.error(f"--build {text}: NAME=FOLDER is wanted")
    builds = [Binaries(name, pathlib.Path(folder)) for name, _, folder in (b.partition("=") for b in arguments.build)]
    runs = [(binaries, name) for binaries in builds for name in arguments.story or names]

    reason = None
    if not os.environ.get("WSKTRACE_REACTOS_DIR"):
        reason = "WSKTRACE_REACTOS_DIR is not set: it names a folder with a ReactOS build, see the head of test/kernel/run"
    elif missing := missing_programs():
        reason = f"not installed: {', '.join(missing)} (Debian: qemu-system-x86 mtools dosfstools)"
    if reason:
        print(f"{reason}\n0 passed, 0 failed, {len(runs)} skipped")
        return 0
    failed = 0
    print(version())
    with tempfile.TemporaryDirectory(prefix="wsktrace-") as folder:
        try:
            runner = Runner(reactos.Build(os.environ["WSKTRACE_REACTOS_DIR"]), arguments.tools, pathlib.Path(folder))
        except (reactos.MissingFile, DiskError) as error:
            print(f"{error}\n0 passed, {len(runs)} failed, 0 skipped")
            return 1
        for binaries, name in runs:
            started = time.monotonic()
            good, text = tell(runner, binaries, name, arguments.tools, arguments.output / binaries.name)
            failed += not good
            print(f"{binaries.name} {name} ({time.monotonic() - started:.1f} s): {'ok' if good else 'FAILED'}: {text}",
                  flush=True)
    print(f"{len(runs) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
