"""Where a JDK is looked for, and how one is brought."""

import os
import pty
import select
import shutil
import signal
import unittest

from fakes import Machine, Publisher, archive, jdk, program


class Lookup(Machine):
    def test_java_home_comes_first(self):
        self.on_path(jdk(self.top / "other"))
        self.assert_ran_with(self.installed_jdk(), self.run_it())

    def test_java_on_path_is_found_through_its_links(self):
        home = jdk(self.top / "jdk 25")
        self.on_path(home)
        self.assert_ran_with(home, self.run_it())

    def test_a_shim_on_path_is_asked_for_its_java_home(self):
        home = jdk(self.top / "jdk 25")
        program(self.bin / "java", f'#!/bin/sh\nexec "{home}/bin/java" "$@"\n')
        self.assert_ran_with(home, self.run_it())

    def test_a_jdk_without_release_file_is_asked_for_its_version(self):
        self.assert_ran_with(self.place(jdk(self.top / "places/a", release_file=False)), self.run_it())

    def test_the_users_own_places_are_searched(self):
        for place in (".sdkman/candidates/java", ".jdks", ".asdf/installs/java", ".local/share/mise/installs/java",
                      "Library/Java/JavaVirtualMachines"):
            with self.subTest(place):
                self.env.pop("WSKTRACE_JDK_PLACES", None)
                self.env["HOME"] = str(self.top / place.replace("/", "-"))
                home = jdk(self.top / place.replace("/", "-") / place / "25.0.1-tem")
                self.assert_ran_with(home, self.run_it())

    def test_a_mac_bundle_is_found(self):
        self.assert_ran_with(jdk(self.top / "places/temurin-25.jdk/Contents/Home"), self.run_it())

    def test_several_places_are_searched(self):
        self.env["WSKTRACE_JDK_PLACES"] = f"{self.top}/none:{self.top}/more places"
        self.assert_ran_with(jdk(self.top / "more places/jdk"), self.run_it())

    def test_25_goes_before_newer_ones_and_a_newer_one_will_do(self):
        newer = jdk(self.top / "places/a", "27-ea")
        self.assert_ran_with(newer, self.run_it())
        self.assert_ran_with(jdk(self.top / "places/b"), self.run_it())

    def test_too_old_ones_are_passed_over(self):
        self.env["JAVA_HOME"] = str(jdk(self.top / "old", "17.0.15"))
        self.on_path(jdk(self.top / "older", "1.8.0_452", release_file=False))
        self.assert_ran_with(jdk(self.top / "places/b"), self.run_it())

    def test_only_too_old_ones_are_no_jdk(self):
        self.env["JAVA_HOME"] = str(jdk(self.top / "old", "24.0.2"))
        self.on_path(jdk(self.top / "older", "1.8.0_452", release_file=False))
        jdk(self.top / "places/a", "21")
        self.assert_no_jdk(self.run_it(), "https://adoptium.net", "JAVA_HOME", "install curl")

    def test_a_java_without_compiler_is_no_jdk(self):
        self.env["JAVA_HOME"] = str(jdk(self.top / "jre", compiler=False))
        self.assert_no_jdk(self.run_it())

    def on_path(self, home):
        (self.top / "alternatives").symlink_to(home / "bin/java")
        (self.bin / "java").symlink_to(self.top / "alternatives")

    def place(self, home):
        return home


class Download(Machine):
    def setUp(self):
        super().setUp()
        self.tool("curl")

    def test_a_good_download_is_kept_and_used_again(self):
        publisher = Publisher(self, archive())
        home = self.cache / "jdk-25.0.3+9"
        self.assert_ran_with(home, self.run_it())
        self.assertEqual(os.listdir(self.cache), ["jdk-25.0.3+9"])
        self.assertEqual((self.checkout / "maven-java-home").read_text().strip(), str(home))
        self.assertRegex(publisher.requests[0], r"^/v3/assets/latest/25/hotspot\?architecture=(x64|aarch64)&.*os=linux")
        self.env["WSKTRACE_GET_JDK"] = "0"
        self.assert_ran_with(home, self.run_it())
        self.assertEqual(len(publisher.requests), 2)

    @unittest.skipUnless(shutil.which("wget"), "wget is not installed")
    def test_wget_will_do(self):
        (self.bin / "curl").unlink()
        self.tool("wget")
        Publisher(self, archive())
        self.assert_ran_with(self.cache / "jdk-25.0.3+9", self.run_it())

    def test_the_answer_may_be_written_without_spaces(self):
        publisher = Publisher(self, archive())
        publisher.answer = publisher.answer.replace(b"\n", b"").replace(b" ", b"")
        self.assert_ran_with(self.cache / "jdk-25.0.3+9", self.run_it())

    def test_on_a_mac_the_mac_archive_is_asked_for(self):
        program(self.bin / "uname", "#!/bin/sh\ncase $1 in -s) echo Darwin ;; -m) echo arm64 ;; *) echo host ;; esac\n")
        publisher = Publisher(self, archive(mac=True))
        self.assert_ran_with(self.cache / "jdk-25.0.3+9/Contents/Home", self.run_it())
        self.assertRegex(publisher.requests[0], "architecture=aarch64&.*os=mac")

    def test_the_cache_follows_xdg(self):
        self.env["XDG_CACHE_HOME"] = str(self.top / "elsewhere")
        Publisher(self, archive())
        self.assert_ran_with(self.top / "elsewhere/wsktrace/jdk-25.0.3+9", self.run_it())

    def test_a_wrong_checksum_is_thrown_away_before_unpacking(self):
        Publisher(self, archive(), checksum="0" * 64)
        program(self.bin / "tar-was-run", "")
        (self.bin / "tar").unlink()
        program(self.bin / "tar", f"#!/bin/sh\nrm '{self.bin}/tar-was-run'\n")
        self.assert_no_jdk(self.run_it(), "SHA-256")
        self.assertTrue((self.bin / "tar-was-run").exists())

    def test_a_missing_archive_is_named(self):
        Publisher(self, archive()).status = 404
        self.assert_no_jdk(self.run_it(), "/jdk.tar.gz", "404")

    def test_a_truncated_archive_is_thrown_away(self):
        publisher = Publisher(self, archive())
        publisher.sent = publisher.content[:100]
        self.assert_no_jdk(self.run_it(), "SHA-256")
        publisher.length = len(publisher.content)
        self.assert_no_jdk(self.run_it(), "can't download")

    def test_an_answer_without_a_checksum_is_refused(self):
        for answer in (b"", b"[]", b"<html>log in to this network</html>",
                       b'[{"binary": {"package": {"checksum": "", "link": "https://x/"}}}]',
                       b'[{"binary": {"package": {"checksum": "' + b"g" * 64 + b'", "link": "https://x/"}}}]',
                       b'[{"binary": {"package": {"checksum": "' + b"a" * 64 + b'", "link": "file:///etc/passwd"}}}]'):
            with self.subTest(answer):
                Publisher(self, archive()).answer = answer
                self.assert_no_jdk(self.run_it(), "names no archive")

    def test_an_archive_that_is_none_is_refused(self):
        Publisher(self, b"not an archive")
        self.assert_no_jdk(self.run_it(), "can't unpack")

    def test_a_jdk_that_does_not_run_here_is_refused(self):
        Publisher(self, archive("24.0.1"))
        self.assert_no_jdk(self.run_it(), "does not run on this machine")

    def test_without_a_network_a_sentence(self):
        self.env |= {"WSKTRACE_JDK_URL": "http://127.0.0.1:1", "WSKTRACE_GET_JDK": "1"}
        self.assert_no_jdk(self.run_it(), "can't download http://127.0.0.1:1/v3", "JAVA_HOME")

    def test_without_leave_nothing_is_asked_of_the_network(self):
        publisher = Publisher(self, archive())
        for leave in (None, "", "0", "no"):
            with self.subTest(leave):
                self.env.pop("WSKTRACE_GET_JDK", None)
                if leave is not None:
                    self.env["WSKTRACE_GET_JDK"] = leave
                self.assert_no_jdk(self.run_it(), "WSKTRACE_GET_JDK=1", "https://adoptium.net")
        self.assertEqual(publisher.requests, [])

    def test_without_curl_and_wget_a_sentence(self):
        (self.bin / "curl").unlink()
        Publisher(self, archive())
        self.assert_no_jdk(self.run_it(), "install curl")

    def test_an_unknown_machine_gets_a_sentence(self):
        program(self.bin / "uname", "#!/bin/sh\necho Plan9\n")
        Publisher(self, archive())
        self.assert_no_jdk(self.run_it(), "no download for Plan9")

    def test_without_a_home_a_sentence(self):
        Publisher(self, archive())
        del self.env["HOME"]
        self.assert_no_jdk(self.run_it(), "HOME")

    def test_at_a_terminal_it_asks(self):
        publisher = Publisher(self, archive())
        del self.env["WSKTRACE_GET_JDK"]
        for reply, status in (("n", 4), ("", 4), ("y", 0)):
            with self.subTest(reply):
                here, there = pty.openpty()
                process = self.start(stdin=there, stderr=there)
                os.close(there)
                self.assertIn("[y/N]", self.read_until(here, "[y/N] "))
                self.assertEqual(publisher.requests, [])
                os.write(here, reply.encode() + b"\n")
                self.read_until(here, None)
                process.communicate(timeout=60)
                self.assertEqual(process.returncode, status)
                os.close(here)

    def test_an_interrupted_download_leaves_nothing(self):
        publisher = Publisher(self, archive())
        publisher.length = len(publisher.content) + 1
        publisher.hangs = True
        process = self.start(start_new_session=True)
        self.assertTrue(publisher.hanging.wait(60))
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
        self.assertNotEqual(process.returncode, 0)
        self.assertEqual(os.listdir(self.cache), [])

    def test_two_at_once_download_once(self):
        publisher = Publisher(self, archive())
        processes = [self.start() for _ in range(2)]
        outcomes = [process.communicate(timeout=60) for process in processes]
        self.assertEqual([process.returncode for process in processes], [0, 0], outcomes)
        self.assertEqual(len(publisher.requests), 2)

    def read_until(self, terminal, text):
        seen = ""
        while text is None or text not in seen:
            self.assertTrue(select.select([terminal], [], [], 60)[0], f"nothing more after {seen!r}")
            try:
                more = os.read(terminal, 1000).decode()
            except OSError:  # Linux's way to say that the other side was closed
                more = ""
            if not more:
                break
            seen += more
        return seen


if __name__ == "__main__":
    unittest.main()
