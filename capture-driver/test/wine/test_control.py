"""wskctl's commands against the driver under Wine: targets, settings that outlive a load, boot, following drains. Needs the
builds that test/wine/run makes before it runs this, and Wine; without them it is skipped, and says so.

    python3 -m unittest discover -s capture-driver/test/wine
"""

import pathlib
import tempfile
import unittest

import wine
from capture import Capture
from manifest import Manifest

SCHEMA = pathlib.Path(__file__).resolve().parents[3] / "schema" / "wsktrace.man"
BUILD = pathlib.Path(__file__).resolve().parents[2] / "build" / "mingw-gcc"
DRIVER = "C:\\windows\\system32\\drivers\\wsktrace.sys"
DONE, USAGE, FAILED = 0, 2, 3


def built(name):
    return next(BUILD.rglob(name), None)


@unittest.skipUnless(wine.find("wine64") and wine.find("wineserver"), "Wine is not installed, wskctl was not tried")
@unittest.skipUnless(all(map(built, ("wskctl.exe", "wsktrace.sys", "keeper.exe"))),
                     f"{BUILD} holds no build, wskctl was not tried")
class WskctlTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="wsktrace-", ignore_cleanup_errors=True)
        cls.addClassCleanup(cls.folder.cleanup)
        cls.template = pathlib.Path(cls.folder.name, "template")
        wine.create_template(cls.template)

    def setUp(self):
        self.log = pathlib.Path(self.folder.name, "log")
        log = open(self.log, "w")
        self.addCleanup(log.close)
        folder = pathlib.Path(self.folder.name, "prefix")
        self.prefix = self.enterContext(wine.Prefix(self.template, folder, log))
        # With no program running Wine ends its services, drivers and all.
        self.keeper = self.prefix.start_keeper(built("keeper.exe"), built("anchor.sys"))
        self.program = self.prefix.put(built("wskctl.exe"))
        drivers = folder / "drive_c" / "windows" / "system32" / "drivers"
        (drivers / "wsktrace.sys").write_bytes(built("wsktrace.sys").read_bytes())
        self.wskctl("install", DRIVER, "--group", wine.LOAD_ORDER_GROUP)

    def run_program(self, *command, status=DONE):
        """Once more where Wine could not bring up the process (wine.NO_PROCESS): nothing has happened then."""
        for _ in range(2):
            refusals = self.log.read_text(errors="replace").count(wine.NO_PROCESS)
            try:
                return self.prefix.run(*command, accept=(status,))
            except wine.WineError as error:
                said = self.log.read_text(errors="replace")
                if said.count(wine.NO_PROCESS) == refusals:
                    raise AssertionError(f"{error}\n{said[-2000:]}") from error
        return self.prefix.run(*command, accept=(status,))

    def wskctl(self, *words, status=DONE):
        return self.run_program(self.program, *words, status=status)

    def targets(self):
        """{name: tiers} as `wskctl targets list` has them."""
        lines = self.wskctl("targets", "list").splitlines()
        names = lines[1:next(i for i, line in enumerate(lines) if line.startswith("loaded"))]
        return dict(line.split() for line in names)

    def unload(self):
        self.keeper.settle()
        self.prefix.stop_service("wsktrace")

    def reload(self):
        self.unload()
        self.prefix.start_service("wsktrace")

    def field(self, name):
        return next(line.removeprefix(name).strip() for line in self.wskctl("status").splitlines() if line.startswith(name))

    def test_targets_are_replaced_added_changed_and_removed(self):
        self.wskctl("targets", "client.sys", "net*=calls")
        self.assertEqual(self.targets(), {"client.sys": "calls,pool,mdls", "net*": "calls"})
        self.wskctl("targets", "add", "x?.sys=waits", "CLIENT.SYS=mdls")
        self.assertEqual(self.targets(), {"CLIENT.SYS": "calls,mdls", "net*": "calls", "x?.sys": "calls,waits"})
        self.wskctl("targets", "remove", "NET*", "client.sys")
        self.assertEqual(self.targets(), {"x?.sys": "calls,waits"})
        self.wskctl("targets", "remove", "client.sys", status=FAILED)
        self.wskctl("targets", "a\\b.sys", status=USAGE)
        self.wskctl("targets", "client.sys=lunch", status=USAGE)
        self.wskctl("targets", "add", *[f"d{i}.sys" for i in range(16)], status=FAILED)
        self.assertEqual(self.targets(), {"x?.sys": "calls,waits"})

    def test_what_was_set_outlives_the_driver(self):
        self.wskctl("targets", "client.sys", "net*=calls")
        self.wskctl("targets", "remove", "client.sys")
        self.wskctl("start", "--ring", "512", "--slots", "100", "--level", "4", "--keywords", "8000000000000007")
        self.wskctl("stop")
        self.reload()
        self.assertEqual(self.targets(), {"net*": "calls"})
        self.wskctl("start")
        self.assertIn("each of 512 KiB", self.field("rings"))
        self.assertIn("of 100 slots free", self.field("operations"))
        self.assertEqual(self.field("records"), "level 4, keywords 8000000000000007")
        self.wskctl("stop")

    def test_boot_makes_the_capture_begin_with_the_driver(self):
        self.assertEqual(self.wskctl("boot"), "off: the driver is loaded on demand")
        self.wskctl("boot", "on")
        self.assertEqual(self.wskctl("boot"), "on: the driver starts with the system")
        self.run_program("sc.exe", "start", "wsktrace")
        self.assertEqual(self.field("capture"), "running")
        self.assertEqual(self.field("boot"), "on: the driver starts with the system")
        self.assertIn("from the driver's load on", self.field("records"))
        self.wskctl("stop")
        self.unload()
        self.assertIn("began with the driver", self.wskctl("start"))
        self.wskctl("stop")
        self.wskctl("boot", "on", "--early")
        self.assertEqual(self.wskctl("boot"), "on --early: the boot loader loads the driver")
        self.wskctl("boot", "off")
        self.reload()
        self.assertEqual(self.field("capture"), "never started")
        self.wskctl("boot", "perhaps", status=USAGE)

    def test_a_driver_elsewhere_does_not_start_with_the_system(self):
        self.wskctl("uninstall")
        self.wskctl("install", self.prefix.put(built("wsktrace.sys")))
        self.wskctl("boot", "on", status=FAILED)
        self.assertEqual(self.wskctl("boot"), "off: the driver is loaded on demand")

    def test_a_followed_capture_ends_after_the_seconds_and_is_whole(self):
        self.wskctl("targets", "client.sys")
        self.wskctl("start", "--ring", "256")
        said = self.wskctl("drain", "C:\\wsktrace\\followed.etl", "--follow", "--seconds", "1")
        followed = Capture(self.prefix.folder_of_test / "followed.etl", Manifest(SCHEMA))
        self.assertEqual(said, f"{len(followed.events)} records")
        self.assertEqual(self.field("capture"), "running")
        self.wskctl("stop")
        self.wskctl("drain", "C:\\wsktrace\\standing.etl", "--follow")  # nothing comes any more, so it ends
        standing = Capture(self.prefix.folder_of_test / "standing.etl", Manifest(SCHEMA))
        self.assertGreater(len(standing.events), len(followed.events))
        self.wskctl("drain", "C:\\wsktrace\\standing.etl", "--follow", status=FAILED)
        self.wskctl("drain", "C:\\wsktrace\\other.etl", "--seconds", "1", status=USAGE)


if __name__ == "__main__":
    unittest.main()
