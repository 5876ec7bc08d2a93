"""One Wine prefix with a wineserver of its own: files, services, programs. Nothing here outlives its `with` block."""

import os
import pathlib
import queue
import shutil
import subprocess
import threading

COMMAND_SECONDS = 60
PREFIX_SECONDS = 180
# All drivers of one group share one winedevice.exe, so that the capture driver sees the client being loaded.
LOAD_ORDER_GROUP = "WsktraceTest"
# What Wine's loader says when the place is taken that every Windows process needs. Chance decides that, once in some
# hundred processes; no program has run then.
NO_PROCESS = "failed to map the shared user data"
OWN_SERVICES = ("MountMgr", "NDIS", "nsiproxy", "PlugPlay", "Eventlog", "winebus", "winehid", "wineusb")


class WineError(Exception):
    """A program under Wine failed, or took too long. The message says which."""


class NotStarted(WineError):
    """A driver did not start."""


def find(name):
    """The path of wine64 or wineserver, or None. Debian keeps them out of PATH."""
    for candidate in (os.environ.get(name.upper()), shutil.which(name), f"/usr/lib/wine/{name}"):
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    return None


def version():
    return subprocess.run([find("wine64"), "--version"], capture_output=True, text=True, timeout=COMMAND_SECONDS,
                          check=True).stdout.strip()


def _environment(prefix, debug):
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment.update(WINEPREFIX=str(prefix), WINEARCH="win64", WINEDLLOVERRIDES="mscoree,mshtml=", WINEDEBUG=debug)
    return environment


def create_template(folder):
    """Makes a fresh prefix: a dozen seconds, so it is made once, and cloned for each run. Wine's own services are turned
    off in it: they start beside the test, which needs none, and now and then one of their drivers crashes doing so."""
    environment = _environment(folder, "-all,err+virtual")
    try:
        _run_once_more_if_need_be(["wineboot", "-i"], environment)
        services = "HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\Services\\"
        (folder / "drive_c" / "services.reg").write_text(
            "REGEDIT4\r\n" + "".join(f'\r\n[{services}{name}]\r\n"Start"=dword:00000004\r\n' for name in OWN_SERVICES))
        _run_once_more_if_need_be(["reg.exe", "import", "C:\\services.reg"], environment)
        subprocess.run([find("wineserver"), "-w"], env=environment, timeout=PREFIX_SECONDS, check=True)
    except subprocess.TimeoutExpired as error:
        subprocess.run([find("wineserver"), "-k"], env=environment, timeout=COMMAND_SECONDS)
        raise WineError(f"a fresh prefix took more than {PREFIX_SECONDS} s") from error


def _run_once_more_if_need_be(command, environment):
    for _ in range(3):
        result = subprocess.run([find("wine64"), *command], env=environment, capture_output=True, text=True,
                                stdin=subprocess.DEVNULL, timeout=PREFIX_SECONDS)
        if result.returncode == 0:
            return
        if NO_PROCESS not in result.stderr:
            break
    raise WineError(f"{' '.join(command)} failed: {result.stderr.strip()}")


def could_not_start_a_process(log):
    """Did a run fail for a reason that is Wine's alone?"""
    return log.exists() and NO_PROCESS in log.read_text(errors="replace")


class Prefix:
    """A clone of the template: Windows' own files are hard links, for they are never written; the registry is a copy."""

    def __init__(self, template, folder, log):
        self._folder = pathlib.Path(folder)
        self._log = log
        self.drive_c = self._folder / "drive_c"
        windows = str(pathlib.Path(template, "drive_c", "windows"))
        shutil.copytree(template, folder, symlinks=True,
                        copy_function=lambda source, target: os.link(source, target)
                        if source.startswith(windows) else shutil.copy2(source, target))
        self._environment = _environment(folder, "fixme-all,err+all,warn+debugstr")
        self.folder_of_test = self.drive_c / "wsktrace"
        self.folder_of_test.mkdir()
        self._programs = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in reversed(self._programs):
            program.end()
        subprocess.run([find("wineserver"), "-k"], env=self._environment, timeout=COMMAND_SECONDS,
                       stdout=self._log, stderr=self._log)
        shutil.rmtree(self._folder, ignore_errors=True)

    def put(self, source):
        """Copies a file into the prefix and returns its Windows path."""
        shutil.copy(source, self.folder_of_test)
        return f"C:\\wsktrace\\{pathlib.Path(source).name}"

    def run(self, *command, accept=(0,)):
        """Runs a Windows program to its end and returns its output."""
        try:
            result = subprocess.run([find("wine64"), *command], env=self._environment, stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, stderr=self._log, timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise WineError(f"{' '.join(command)} took more than {COMMAND_SECONDS} s") from error
        output = result.stdout.decode(errors="replace").strip()
        print(f"$ {' '.join(command)}\n{output}", file=self._log, flush=True)
        if result.returncode not in accept:
            raise WineError(f"{' '.join(command)} ended with status {result.returncode}: {output or 'no output'}")
        return output

    def create_driver_service(self, name, path, parameters):
        self.run("sc.exe", "create", name, "type=", "kernel", "start=", "demand", "group=", LOAD_ORDER_GROUP,
                 "binPath=", path)
        lines = ["REGEDIT4", "", f"[HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\Services\\{name}\\Parameters]"]
        lines += [f'"{key}"=dword:{value:08x}' for key, value in parameters.items()]
        (self.folder_of_test / f"{name}.reg").write_text("\r\n".join(lines) + "\r\n")
        self.run("reg.exe", "import", f"C:\\wsktrace\\{name}.reg")

    def start_service(self, name):
        try:
            self.run("sc.exe", "start", name)
        except WineError as error:
            raise NotStarted(f"{name} does not start: {error}") from error

    def stop_service(self, name):
        self.run("sc.exe", "stop", name)

    def crash(self):
        """What Wine said of a fault in a driver's process, or None. Such a process may die unnoticed at the very end."""
        self._log.flush()
        lines = pathlib.Path(self._log.name).read_text(errors="replace").splitlines()
        return next((line for line in lines if "Unhandled" in line or "Assertion failed" in line), None)

    def start(self, kind, program, *arguments):
        """Starts a program of that kind, a Program, which lives as long as the prefix at most."""
        started = kind([find("wine64"), self.put(program), *arguments], self._environment, self._log)
        self._programs.append(started)
        return started

    def start_keeper(self, program, anchor):
        """The Keeper with the anchor, for the drivers of LOAD_ORDER_GROUP."""
        return self.start(Keeper, program, self.put(anchor), LOAD_ORDER_GROUP)

    def drivers(self):
        """The process that all our drivers are in, as a folder of /proc; None where no driver is loaded."""
        mine = f"WINEPREFIX={self._folder}".encode()
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if (b"winedevice.exe" in (folder / "cmdline").read_bytes()
                        and mine in (folder / "environ").read_bytes().split(b"\0")):
                    return folder
            except OSError:
                continue  # it has ended meanwhile
        return None


class Program:
    """A program under Wine that says it is ready, and then answers each line with a line."""

    def __init__(self, command, environment, log):
        self._name = pathlib.PureWindowsPath(command[1]).name
        self._process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=log, text=True)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._answer(COMMAND_SECONDS)

    def ask(self, question, seconds=COMMAND_SECONDS):
        try:
            self._process.stdin.write(f"{question}\n")
            self._process.stdin.flush()
        except OSError as error:
            raise WineError(f"{self._name} is gone") from error
        return self._answer(seconds)

    def kill(self):
        """As a crash of the process would end it: at once."""
        self._process.kill()
        self._process.wait()

    def end(self):
        try:
            self._process.stdin.close()
            self._process.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            self.kill()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line.strip())
        self._lines.put("")
        self._process.stdout.close()

    def _answer(self, seconds):
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty as error:
            raise WineError(f"{self._name} did not answer in {seconds} s: a driver holds its request") from error
        if not line:
            raise WineError(f"{self._name} ended by itself")
        return line


class Keeper(Program):
    """keeper.exe: keeps the drivers loaded while it lives, asks the client for its state, or drives it."""

    def state(self):
        """(phase, status, bytes sent, bytes received), or None where no client driver answers."""
        words = self.ask("state").split()
        if words[0] == "none":
            return None
        return int(words[0]), int(words[1], 16), int(words[2]), int(words[3])

    def settle(self):
        """Waits until the closes of all handles so far have come to their drivers. Before that none may be unloaded: Wine
        would not wait for them (keeper.c)."""
        answer = self.ask("settle")
        if answer != "settled":
            raise WineError(f"the anchor does not answer: {answer}")

    def drive(self):
        """From now on this process drives the client, until it ends."""
        answer = self.ask("drive")
        if answer != "driving":
            raise WineError(f"keeper.exe cannot drive the client: {answer}")
