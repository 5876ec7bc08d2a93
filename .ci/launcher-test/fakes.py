"""A machine of our own: a checkout, a PATH with chosen programs, JDKs that print, a publisher on loopback."""

import hashlib
import http.server
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import threading
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

# What the scripts may use besides the shell's own commands. A test adds what else its machine has.
TOOLS = (
    "sh env cat cp cut date dirname find grep gzip head id mkdir mv readlink rm rmdir sed sha256sum sleep tar touch tr uname"
).split()

JAVA = """#!/bin/sh
case ${{1-}} in
    -version) echo 'openjdk version "{version}" 2025-09-16' >&2; exit ;;
    -XshowSettings:properties) echo "    java.home = {home}" >&2; exit ;;
esac
while [ "$1" != org.wsktrace.cli.Main ]; do echo "option: $1"; shift; done
shift
echo "home: {home}"
echo "pid: $$"
echo "locale: ${{LC_ALL-}} ${{LC_CTYPE-}} ${{LANG-}}"
for each do echo "argument: [$each]"; done
[ "${{1-}}" != echo ] || sed 's/^/stdin: /'
exit "${{FAKE_STATUS:-0}}"
"""

# Fails if two of it run at the same time.
MAVEN = """#!/bin/sh
[ "$2" != -v ] || {{ echo "Apache Maven {version}"; exit; }}
cd "{checkout}" || exit 9
mkdir running || exit 9
echo "{name} $*" >>calls
echo "$JAVA_HOME" >maven-java-home
echo "Maven writes this"
cat >/dev/null
sleep "${{FAKE_SLOW:-0}}"
rmdir running
[ -z "${{FAKE_BROKEN-}}" ] || {{ echo "[ERROR] cannot find symbol"; exit 1; }}
mkdir -p collector/target/lib
echo jar >collector/target/wsktrace-collector.jar
"""


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def jdk(home: Path, version: str = "25.0.1", release_file: bool = True, compiler: bool = True) -> Path:
    program(home / "bin/java", JAVA.format(version=version, home=home))
    if compiler:
        program(home / "bin/javac", "#!/bin/sh\n")
    if release_file:
        (home / "release").write_text(f'IMPLEMENTOR="Nobody"\nJAVA_VERSION="{version}"\n')
    return home


class Machine(unittest.TestCase):
    """One per test; `run` starts ./wsktrace there. There is no JDK and no terminal unless the test brings one."""

    def setUp(self):
        self.top = Path(tempfile.mkdtemp(prefix="wsktrace launcher "))
        self.top.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.top, ignore_errors=True)
        self.home = self.top / "home"
        self.home.mkdir()
        self.bin = self.top / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            self.tool(tool)
        self.checkout = self.top / "the checkout"
        for name in ("wsktrace", "verify", ".mvn/lock.sh", ".mvn/jdk.sh", ".mvn/build.sh"):
            (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, self.checkout / name)
        self.maven("mvnw", self.checkout / "mvnw")
        self.source = self.checkout / "collector/src/main/java/Main.java"
        for file in ("pom.xml", "schema/wsktrace.man", "collector/pom.xml", self.source):
            (self.checkout / file).parent.mkdir(parents=True, exist_ok=True)
            (self.checkout / file).write_text("source")
        self.cache = self.home / ".cache/wsktrace"
        self.env = {"PATH": str(self.bin), "HOME": str(self.home), "WSKTRACE_JDK_PLACES": str(self.top / "places")}

    def tool(self, name: str):
        """A script, not a link: a test that puts a fake in its place must never write through to the real program."""
        program(self.bin / name, f'#!/bin/sh\nexec "{shutil.which(name)}" "$@"\n')

    def maven(self, name: str, path: Path, version: str = "3.9.11"):
        program(path, MAVEN.format(name=name, checkout=self.checkout, version=version))

    def installed_jdk(self) -> Path:
        home = jdk(self.top / "jdk")
        self.env["JAVA_HOME"] = str(home)
        return home

    def start(self, *arguments: str, program: str = "wsktrace", path=None, **options) -> subprocess.Popen:
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        command = [str(path or self.checkout / program), *arguments]
        process = subprocess.Popen(command, env=self.env, text=True, **options)
        self.addCleanup(process.kill)
        return process

    def run_it(self, *arguments: str, text=None, **options) -> subprocess.CompletedProcess:
        if text is not None:
            options["stdin"] = subprocess.PIPE
        process = self.start(*arguments, **options)
        out, err = process.communicate(text, timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def maven_calls(self) -> list[str]:
        calls = self.checkout / "calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def assert_ran_with(self, home: Path, result):
        self.assertEqual((result.returncode, f"home: {home}" in result.stdout), (0, True), result)

    def assert_no_jdk(self, result, *words: str):
        """One sentence on stderr, nothing else anywhere, nothing left behind."""
        lines = result.stderr.splitlines()
        self.assertEqual((result.returncode, result.stdout), (4, ""), result)
        self.assertTrue(lines[-1].startswith("wsktrace: no JDK 25: "), result.stderr)
        self.assertTrue(all(line.startswith("wsktrace: downloading ") for line in lines[:-1]), result.stderr)
        for word in words:
            self.assertIn(word, lines[-1])
        self.assertEqual(list(self.cache.glob("*")) + list(self.cache.glob(".*")), [])
        self.assertEqual(self.maven_calls(), [])


def archive(version: str = "25.0.3", mac: bool = False) -> bytes:
    """A Temurin archive in small: one folder, and on a Mac the JDK two floors below it."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder) / f"jdk-{version}+9"
        home = jdk(top / "Contents/Home" if mac else top, version)
        # The home that it prints is where it was unpacked, not where it was packed.
        script = home / "bin/java"
        script.write_text(script.read_text().replace(str(home), '$(dirname "$(dirname "$0")")'))
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            tar.add(top, top.name)
        return buffer.getvalue()


class Publisher:
    """Answers like api.adoptium.net, whose form its OpenAPI page gives: an array of binaries with their packages."""

    def __init__(self, test: Machine, content: bytes, checksum: str | None = None):
        self.content = content
        self.sent = content
        self.status = 200
        self.length = None
        self.hanging = threading.Event()
        self.stall = threading.Event()
        self.hangs = False
        self.requests: list[str] = []
        self.checksum = checksum or hashlib.sha256(content).hexdigest()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.answer = json.dumps([{"binary": {
            "architecture": "x64",
            "installer": {"checksum": "1" * 64, "link": f"{self.url}/installer.pkg", "name": "x.pkg"},
            "os": "linux",
            "package": {
                "checksum": self.checksum,
                "checksum_link": f"{self.url}/jdk.tar.gz.sha256.txt",
                "link": f"{self.url}/jdk.tar.gz",
                "metadata_link": f"{self.url}/jdk.tar.gz.json",
                "size": len(content)},
            "updated_at": "2026-04-21T00:00:00Z"},
            "release_name": "jdk-25.0.3+9", "version": {"major": 25}}], indent=4).encode()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)
        test.addCleanup(self.stall.set)
        test.env |= {"WSKTRACE_JDK_URL": self.url, "WSKTRACE_GET_JDK": "1"}

    def handler(publisher):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                publisher.requests.append(self.path)
                wanted = self.path == "/jdk.tar.gz"
                body = publisher.sent if wanted else publisher.answer
                self.send_response(publisher.status if wanted else 200)
                self.send_header("Content-Length", str(publisher.length or len(body)) if wanted else str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                if wanted and publisher.hangs:
                    self.wfile.flush()
                    publisher.hanging.set()
                    publisher.stall.wait(60)

            def log_message(self, *_):
                pass

        return Handler
