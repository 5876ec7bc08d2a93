"""Where a story plays: one prefix of Wine, the binaries of one build, the capture driver if there is to be a capture."""

import contextlib
import pathlib
import tempfile
import time

import wine
from capture import CaptureError, expect


class Build:
    """The binaries of one compiler."""

    def __init__(self, name, folder):
        self.name = name
        self._folder = folder

    def file(self, name):
        found = next(self._folder.rglob(name), None)
        expect(found, f"{self._folder} holds no {name}: build it first")
        return found


class Stage(contextlib.ExitStack):
    """`recorder` is None where there is no capture."""

    SECONDS = 60  # for a client to get from one phase to the last

    def __init__(self, build, name, story, template, output, with_capture):
        super().__init__()
        self._build = build
        self._name = name
        self.with_capture = with_capture
        self._client = story.client or name
        self._parameters = story.parameters
        self.payload = payload_length()
        self.captured = output / f"{name}.etl"
        log = self.enter_context(open(output / f"{name}.log", "w"))
        self._outlasting = self.enter_context(contextlib.ExitStack())
        folder = self.enter_context(tempfile.TemporaryDirectory(prefix="wsktrace-", ignore_cleanup_errors=True))
        self.prefix = self.enter_context(wine.Prefix(template, pathlib.Path(folder, "prefix"), log))
        self._keeper = self.prefix.start_keeper(build.file("keeper.exe"), build.file("anchor.sys"))
        self.recorder = Recorder(self.prefix, build, f"{self._client}.sys", story.ring) if with_capture and story.capture else None

    def say(self, text):
        """What is worth knowing beyond that all was well."""
        print(f"{self._build.name} {self._name}: {text}", flush=True)

    def load_client(self, port):
        self.create_service(self._client,
                            {"Port": port, "PayloadBytes": self.payload, "UseDisconnect": 0, **self._parameters})
        self.prefix.start_service(self._client)

    def create_service(self, driver, parameters):
        self.prefix.create_driver_service(driver, self.prefix.put(self._build.file(f"{driver}.sys")), parameters)

    def start(self, kind, program, *arguments):
        return self.prefix.start(kind, self._build.file(program), *arguments)

    def settle(self):
        self._keeper.settle()

    def unload_client(self):
        self.settle()
        self.prefix.stop_service(self._client)

    def wait_for_phase(self, phase):
        return self._wait_until(lambda state: state[0] >= phase, f"not yet in phase {phase}")

    def wait_until_sent(self, count):
        return self._wait_until(lambda state: state[2] >= count, f"and has not sent {count} bytes")

    def _wait_until(self, true, otherwise):
        deadline = time.monotonic() + self.SECONDS
        while time.monotonic() < deadline:
            state = self._keeper.state()
            expect(state is not None, "the client driver is gone: its host process crashed")
            if true(state):
                return state
            time.sleep(0.02)
        raise CaptureError(f"the client is in phase {state[0]} after {self.SECONDS} s, {otherwise}")

    def drive_client(self):
        """A process that drives the client, to be ended or killed."""
        process = self.start(wine.Keeper, "keeper.exe")
        process.drive()
        return process

    def outlasting(self, resource):
        """Enters what is to live until all of Wine has ended."""
        return self._outlasting.enter_context(resource)


class Recorder:
    """The capture driver, by way of wskctl.exe: installed, started and aimed at a driver that is not loaded yet."""

    def __init__(self, prefix, build, target, ring):
        self._prefix = prefix
        self._wskctl = prefix.put(build.file("wskctl.exe"))
        driver = prefix.put(build.file("wsktrace.sys"))
        self._run("install", driver, "--group", wine.LOAD_ORDER_GROUP)
        try:
            self._run("targets", target)  # loads it
        except wine.WineError as error:
            raise wine.NotStarted(f"the capture driver does not start: {error}") from error
        self._run("start", *(["--ring", str(ring)] if ring else []))

    def drain(self, path):
        self._run("drain", "C:\\wsktrace\\capture.etl", "--force")
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

    def is_loaded(self):
        return self._run("status", accept=(0, 3)) != ""

    def _run(self, *arguments, accept=(0,)):
        return self._prefix.run(self._wskctl, *arguments, accept=accept)


def payload_length():
    """More than both socket buffers can grow to hold, so the great send stays in flight while the peer does not read."""
    growth_limit = pathlib.Path("/proc/sys/net/ipv4/tcp_wmem")
    largest = int(growth_limit.read_text().split()[2]) if growth_limit.exists() else 4 << 20
    return min(max(2 * largest, 8 << 20), 64 << 20)
