"""wsktrace.cmd under Wine's cmd, with a java.exe and an mvnw.cmd of our own. Nothing here ran on Windows."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from fakes import PROJECT

WINE = Path("/usr/lib/wine/wine64")
GCC = shutil.which("x86_64-w64-mingw32-gcc")

JAVA = """
#include <stdio.h>
#include <stdlib.h>
int main(int count, char **values)
{
    for (int i = 0; i < count; i++) printf("[%s]\\n", values[i]);
    return getenv("FAKE_STATUS") ? atoi(getenv("FAKE_STATUS")) : 0;
}
"""

MAVEN = r"""@echo off
echo Maven %*
if defined FAKE_BROKEN exit /b 1
mkdir collector\target\lib
echo jar>collector\target\wsktrace-collector.jar
echo call>>calls
exit /b 0
"""


@unittest.skipUnless(WINE.exists() and GCC, "wine64 or gcc-mingw-w64-x86-64 is not installed")
class Cmd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = Path(tempfile.mkdtemp(prefix="wsktrace-wine-"))
        cls.env = {"PATH": os.environ["PATH"], "HOME": str(cls.prefix), "WINEPREFIX": str(cls.prefix / "wine"),
                   "WINEDEBUG": "-all", "WINEARCH": "win64"}
        cls.addClassCleanup(shutil.rmtree, cls.prefix, ignore_errors=True)
        cls.addClassCleanup(subprocess.run, [WINE.with_name("wineserver"), "-k", "-w"], env=cls.env)
        (cls.prefix / "java.c").write_text(JAVA)
        cls.exe = cls.prefix / "java.exe"
        subprocess.run([GCC, "-o", cls.exe, cls.prefix / "java.c"], check=True)
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([WINE, "wineboot", "-i"], env=cls.env, check=True, timeout=120, **quiet)

    def setUp(self):
        self.top = Path(tempfile.mkdtemp(dir=self.prefix, prefix="a test "))
        self.checkout = self.top / "the checkout"
        self.checkout.mkdir()
        for name, text in (("wsktrace.cmd", (PROJECT / "wsktrace.cmd").read_text()), ("mvnw.cmd", MAVEN)):
            (self.checkout / name).write_bytes(text.replace("\n", "\r\n").encode())

    def test_java_home_quoted_or_not(self):
        home = self.windows(self.jdk(self.top / "jdk 25"))
        for value in (home, f'"{home}"'):
            result = self.cmd("info", JAVA_HOME=value)
            self.assertEqual((result.returncode, result.stdout.splitlines()[0]), (0, f"[{home}\\bin\\java.exe]"), result)

    def test_java_on_path(self):
        home = self.windows(self.jdk(self.top / "jdk 25"))
        self.assertIn(f"[{home}\\bin\\..\\bin\\java.exe]", self.cmd("info", WINEPATH=f"{home}\\bin").stdout)

    def test_program_files_and_the_newest_is_not_assumed_to_be_last(self):
        place = self.prefix / "wine/drive_c/Program Files/Eclipse Adoptium"
        self.addCleanup(shutil.rmtree, place)
        for version in ("17.0.15", "25.0.3", "8"):
            self.jdk(place / f"jdk-{version}-hotspot", version)
        self.assertIn("[C:\\Program Files\\Eclipse Adoptium\\jdk-25.0.3-hotspot\\bin\\java.exe]", self.cmd("info").stdout)

    def test_no_jdk_is_one_sentence(self):
        old = self.windows(self.jdk(self.top / "old", "24.0.2"))
        for environment in ({}, {"JAVA_HOME": old}, {"JAVA_HOME": "Z:\\nowhere"}):
            result = self.cmd("info", **environment)
            self.assertEqual((result.returncode, result.stdout, len(result.stderr.splitlines())), (4, "", 1), result)
            self.assertIn("wsktrace: no JDK 25: ", result.stderr)

    def test_it_builds_once_and_only_the_program_writes_to_stdout(self):
        home = self.windows(self.jdk(self.top / "jdk 25"))
        for _ in range(2):
            self.assertNotIn("Maven", self.cmd("info", JAVA_HOME=home).stdout)
        self.assertEqual(len((self.checkout / "calls").read_text().splitlines()), 1)

    def test_a_failed_build_is_shown(self):
        result = self.cmd("info", JAVA_HOME=self.windows(self.jdk(self.top / "jdk 25")), FAKE_BROKEN="yes")
        self.assertEqual((result.returncode, result.stdout), (5, ""))
        self.assertIn("Maven -B -ntp -q -pl collector -am", result.stderr)
        self.assertIn("wsktrace: the build failed", result.stderr)

    def test_arguments_options_and_the_exit_status(self):
        home = self.windows(self.jdk(self.top / "jdk 25"))
        result = self.cmd("check", "a b", "!x!", "x=y", JAVA_HOME=home, JAVA_OPTS="-Xmx1g -Da=b", FAKE_STATUS="3")
        built = self.windows(self.checkout / "collector/target")
        self.assertEqual((result.returncode, result.stdout.splitlines()[1:]), (3, [
            "[--enable-native-access=ALL-UNNAMED]", "[-Xms32m]", "[-Xmx1g]", "[-Da=b]", "[-cp]",
            f"[{built}\\wsktrace-collector.jar;{built}\\lib\\*]", "[org.wsktrace.cli.Main]",
            "[check]", "[a b]", "[!x!]", "[x=y]"]))

    def cmd(self, *arguments, **environment):
        """Through a batch file, because cmd /c has rules of its own for several pairs of quotes."""
        words = " ".join(f'"{argument}"' for argument in arguments)
        start = self.top / "start.cmd"
        start.write_bytes(f'@"{self.windows(self.checkout)}\\wsktrace.cmd" {words}\r\n'.encode())
        return subprocess.run([WINE, "cmd", "/c", self.windows(start)], env=self.env | environment, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=120)

    def jdk(self, home, version="25.0.3"):
        (home / "bin").mkdir(parents=True)
        for name in ("java.exe", "javac.exe"):
            shutil.copy(self.exe, home / "bin" / name)
        (home / "release").write_bytes(f'IMPLEMENTOR="Nobody"\r\nJAVA_VERSION="{version}"\r\n'.encode())
        return home

    def windows(self, path):
        return "Z:" + str(path).replace("/", "\\")


if __name__ == "__main__":
    unittest.main()
