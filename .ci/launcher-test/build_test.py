"""What wsktrace does once it has a JDK: build when needed, then become the program."""

import os
import shutil
import socket
import unittest

from fakes import Machine


class Run(Machine):
    def setUp(self):
        super().setUp()
        self.jdk = self.installed_jdk()

    def test_a_fresh_clone_is_built_and_only_the_program_writes_to_stdout(self):
        result = self.run_it("demo")
        self.assertEqual(result.returncode, 0, result)
        self.assertNotIn("Maven writes this", result.stdout + result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn("building", result.stderr)
        self.assertEqual(self.maven_calls(), ["mvnw -B -ntp -q -pl collector -am -Dmaven.test.skip=true package"])

    def test_what_is_built_is_not_built_again(self):
        self.run_it()
        result = self.run_it()
        self.assertEqual((result.returncode, result.stderr, len(self.maven_calls())), (0, "", 1))

    def test_a_changed_a_new_and_a_deleted_source_each_bring_a_build(self):
        changes = (lambda: self.source.write_text("changed"),
                   lambda: self.source.with_name("New.java").write_text("new"),
                   lambda: self.source.with_name("New.java").unlink(),
                   lambda: (self.checkout / "schema/wsktrace.man").write_text("changed"),
                   lambda: (self.checkout / "pom.xml").write_text("changed"))
        for count, change in enumerate(changes, start=1):
            self.run_it()
            self.all_is_old()
            self.assertEqual(len(self.maven_calls()), count)
            change()
            self.run_it()
            self.assertEqual(len(self.maven_calls()), count + 1)
            shutil.rmtree(self.checkout / "collector/target")
            (self.checkout / "calls").write_text("call\n" * count)

    def test_a_failed_build_is_shown_and_tried_again(self):
        self.env["FAKE_BROKEN"] = "yes"
        result = self.run_it()
        self.assertEqual((result.returncode, result.stdout), (5, ""))
        self.assertIn("[ERROR] cannot find symbol", result.stderr)
        self.assertTrue(result.stderr.splitlines()[-1].startswith("wsktrace: the build failed"), result.stderr)
        del self.env["FAKE_BROKEN"]
        self.assert_ran_with(self.jdk, self.run_it())

    def test_an_installed_maven_is_used_if_it_is_new_enough(self):
        self.maven("mvn", self.bin / "mvn", "3.8.7")
        self.run_it()
        self.maven("mvn", self.bin / "mvn", "3.6.3")
        shutil.rmtree(self.checkout / "collector/target")
        self.run_it()
        self.assertEqual([call.split()[0] for call in self.maven_calls()], ["mvn", "mvnw"])

    def test_arguments_arrive_as_they_were(self):
        arguments = ["check", "a b", "", "it's", '"', "*", "$HOME", "\\", "-x", "--", "two\nlines", "\u00e9", "`id`"]
        result = self.run_it(*arguments)
        seen = result.stdout.split("argument: ")[1:]
        self.assertEqual(seen, [f"[{argument}]\n" for argument in arguments])

    def test_the_options_of_the_machine_arrive(self):
        self.env |= {"JAVA_OPTS": "-Xmx1g -Da=*", "WSKTRACE_OPTS": "-Db=c"}
        options = [line[8:] for line in self.run_it().stdout.splitlines() if line.startswith("option: ")]
        built = self.checkout / "collector/target"
        self.assertEqual(options, ["--enable-native-access=ALL-UNNAMED", "-Xms32m", "-Xmx1g", "-Da=*", "-Db=c",
                                   "-cp", f"{built}/wsktrace-collector.jar:{built}/lib/*"])

    def test_where_the_locale_is_not_utf_8_the_program_gets_one_that_is(self):
        for given, arrives in (
            ({}, "C.UTF-8  "),
            ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, "C.UTF-8  de_DE.UTF-8"),
            ({"LANG": "de_DE.ISO-8859-1"}, "C.UTF-8  de_DE.ISO-8859-1"),
            ({"LANG": "de_DE.UTF-8"}, "  de_DE.UTF-8"),
            ({"LC_CTYPE": "en_US.utf8", "LANG": "C"}, " en_US.utf8 C"),
        ):
            with self.subTest(given):
                for name in ("LC_ALL", "LC_CTYPE", "LANG"):
                    self.env.pop(name, None)
                self.env |= given
                self.assertIn(f"locale: {arrives}\n", self.run_it().stdout)

    def test_the_exit_status_is_the_programs(self):
        self.env["FAKE_STATUS"] = "3"
        self.assertEqual(self.run_it().returncode, 3)

    def test_stdin_is_the_programs_even_during_a_build(self):
        self.assertIn("stdin: hello\n", self.run_it("echo", text="hello\n").stdout)

    def test_the_process_becomes_the_program_so_that_signals_reach_it(self):
        process = self.start()
        out, _ = process.communicate(timeout=60)
        self.assertIn(f"pid: {process.pid}\n", out)

    def test_it_works_through_links_and_from_another_folder(self):
        folder = self.top / "links"
        folder.mkdir()
        (folder / "absolute").symlink_to(self.checkout / "wsktrace")
        (folder / "relative").symlink_to("absolute")
        self.assert_ran_with(self.jdk, self.run_it(path=folder / "relative", cwd=folder))
        (self.bin / "wsktrace").symlink_to("../links/relative")
        self.assert_ran_with(self.jdk, self.run_it(path=shutil.which("env"), *["wsktrace"], cwd="/"))

    def test_a_folder_with_a_colon_gets_a_sentence(self):
        moved = self.checkout.rename(self.top / "a:b")
        result = self.run_it(path=moved / "wsktrace")
        self.assertEqual((result.returncode, result.stdout), (5, ""))
        self.assertIn("':'", result.stderr)

    def test_a_read_only_checkout_runs_what_is_built(self):
        self.run_it()
        self.all_is_old()
        self.read_only()
        result = self.as_another_user()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.writable()
        self.source.write_text("changed")
        self.read_only()
        result = self.as_another_user()
        self.assertEqual(result.returncode, 0, result)
        self.assertIn("read-only: running what was built", result.stderr)

    def test_a_read_only_checkout_that_is_not_built_gets_a_sentence(self):
        self.read_only()
        result = self.as_another_user()
        self.assertEqual((result.returncode, result.stdout, len(result.stderr.splitlines())), (5, "", 1))
        self.assertIn("copy the checkout", result.stderr)

    def test_several_at_once_build_once(self):
        self.env["FAKE_SLOW"] = "1"
        processes = [self.start() for _ in range(4)]
        outcomes = [process.communicate(timeout=60) for process in processes]
        self.assertEqual([process.returncode for process in processes], [0] * 4, outcomes)
        self.assertEqual(len(self.maven_calls()), 1)
        self.assertFalse((self.checkout / "collector/target/.lock").exists())

    def test_a_lock_in_use_is_waited_for(self):
        lock = self.lock(f"{os.uname().nodename} {os.getpid()}")
        process = self.start()
        self.assertIn("waiting", process.stderr.readline())
        self.assertEqual(self.maven_calls(), [])
        shutil.rmtree(lock)
        out, _ = process.communicate(timeout=60)
        self.assertIn("home: ", out)

    def test_a_lock_of_another_machine_is_waited_for(self):
        lock = self.lock(f"another.{socket.gethostname()} 999999999")
        process = self.start()
        self.assertIn("waiting", process.stderr.readline())
        shutil.rmtree(lock)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)

    def test_a_lock_whose_owner_died_is_broken_by_one_of_many(self):
        dead = self.start("--version")
        dead.communicate(timeout=60)
        shutil.rmtree(self.checkout / "collector/target")
        (self.checkout / "calls").unlink()
        self.lock(f"{os.uname().nodename} {dead.pid}")
        self.env["FAKE_SLOW"] = "1"
        processes = [self.start() for _ in range(4)]
        outcomes = [process.communicate(timeout=60) for process in processes]
        self.assertEqual([process.returncode for process in processes], [0] * 4, outcomes)
        self.assertEqual(len(self.maven_calls()), 1)

    def lock(self, owner):
        lock = self.checkout / "collector/target/.lock"
        lock.mkdir(parents=True)
        (lock / "owner").write_text(owner + "\n")
        return lock

    def all_is_old(self):
        """Moves the build and everything older a minute back, so that the next change is newer on any clock."""
        for path in [self.checkout, *self.checkout.rglob("*")]:
            at = path.stat().st_mtime - 60
            os.utime(path, (at, at))

    def read_only(self):
        for path in [self.checkout, *self.checkout.rglob("*")]:
            path.chmod(path.stat().st_mode & ~0o222)

    def writable(self):
        for path in [self.checkout, *self.checkout.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)

    def as_another_user(self):
        """Root may write anywhere, so root's tests run this one as nobody."""
        self.addCleanup(self.writable)
        return self.run_it(**({"user": 65534, "group": 65534} if os.getuid() == 0 else {}))


if __name__ == "__main__":
    unittest.main()
