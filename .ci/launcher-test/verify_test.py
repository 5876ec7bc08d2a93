"""The steps of verify, with fakes for what they start."""

import re
import unittest

from fakes import Machine, program

NEEDS = "gcc g++ cmake ninja clang lld-link llvm-dlltool x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc rt-fuzzer asan-32 wine64 wine python3 curl".split()

# What is found in each crash dump.
DUMPS = {"clean-client": "", "mdl-freed": "WSK-BUF-001", "buffer-freed": "WSK-BUF-002",
         "pages-unlocked": "WSK-BUF-003", "irp-reused": "WSK-IRP-005"}


class Verify(Machine):
    def setUp(self):
        super().setUp()
        self.installed_jdk()
        for need in NEEDS:
            program(self.bin / need, "#!/bin/sh\n")
        # What lies where on this machine is not the test's to choose.
        script = self.checkout / "verify"
        script.write_text(script.read_text().replace("/usr/lib/wine/wine64", "wine64").replace("/sbin/ldconfig", "ldconfig")
                          .replace("/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a", "rt-fuzzer")
                          .replace("/usr/lib/gcc/*/*/32/libasan.so", "asan-32"))
        program(self.bin / "ldconfig", "#!/bin/sh\necho libpangoft2-1.0.so.0 libfreetype.so.6 libfontconfig.so.1\n")
        for name in ("capture-driver/wdk/check", "capture-driver/test/fuzz/run", "capture-driver/test/x86/run",
                     ".ci/launcher-test/run"):
            program(self.checkout / name, f"#!/bin/sh\necho '{name} ran'\n")
        folder = "capture-driver/build/dumps"
        program(self.checkout / "capture-driver/test/host/run", f"#!/bin/sh\nmkdir -p {folder} && touch " +
                " ".join(f"{folder}/{name}.dmp" for name in DUMPS) + "\n")
        program(self.checkout / "capture-driver/test/wine/run", "#!/bin/sh\nmkdir -p capture-driver/build/recordings\n")
        program(self.checkout / "capture-driver/test/wine/judge.py", "#!/bin/sh\n[ -d \"$3\" ]\n")
        self.program_says("".join(f"case $2 in */{name}.*) echo {rule or 'Nothing found in it'}; exit {1 if rule else 0} ;; esac\n"
                                  for name, rule in DUMPS.items()))

    def test_all_steps_in_order(self):
        result = self.verify()
        self.assertEqual((result.returncode, self.outcomes(result)), (0, ["ok"] * 9), result)
        self.assertEqual(self.maven_calls(), ["mvnw -B -ntp verify"])

    def test_a_failed_step_fails_the_whole_and_the_others_still_run(self):
        host_run = self.checkout / "capture-driver/test/host/run"
        program(host_run, host_run.read_text() + "exit 3\n")
        result = self.verify()
        self.assertEqual((result.returncode, self.outcomes(result)), (1, ["ok", "ok", "FAILED"] + ["ok"] * 6))

    def test_a_failed_build_fails(self):
        self.env["FAKE_BROKEN"] = "yes"
        result = self.verify("--only", "java")
        self.assertEqual((result.returncode, self.outcomes(result)), (1, ["ok", "FAILED"]))

    def test_without_a_jdk_the_sentence_is_shown_and_the_rest_runs(self):
        del self.env["JAVA_HOME"]
        result = self.verify()
        self.assertIn("verify: no JDK 25: ", result.stderr)
        self.assertEqual((result.returncode, self.outcomes(result)), (1, ["ok", "FAILED"] + ["ok"] * 7))

    def test_a_missed_a_wrong_and_a_needless_finding_each_fail(self):
        for says in ("exit 1", "echo WSK-BUF-001; exit 0", "echo WSK-IRP-004; exit 1", "echo cannot read; exit 3"):
            with self.subTest(says):
                self.program_says(says)
                result = self.verify("--only", "native")
                self.assertEqual((result.returncode, self.outcomes(result)[-1]), (1, "FAILED"))

    def test_a_clean_dump_may_not_have_a_warning(self):
        clean = "case $2 in */clean-client.dmp) echo 'warning WSK-BUF-001'; exit 0 ;; esac\n"
        self.program_says(clean + self.says)
        result = self.verify("--only", "native")
        self.assertEqual((self.outcomes(result)[-1], result.stdout.count("FAILED: ")), ("FAILED", 1), result)

    def test_recordings_of_an_earlier_run_are_not_judged(self):
        self.verify("--only", "native")
        program(self.checkout / "capture-driver/test/wine/run", "#!/bin/sh\nexit 1\n")
        result = self.verify("--only", "native")
        self.assertEqual(self.outcomes(result), ["ok"] * 5 + ["FAILED", "FAILED"], result)

    def test_dumps_of_an_earlier_run_are_not_judged(self):
        self.verify("--only", "native")
        program(self.checkout / "capture-driver/test/host/run", "#!/bin/sh\nexit 1\n")
        result = self.verify("--only", "native")
        self.assertEqual(self.outcomes(result), ["ok", "FAILED"] + ["ok"] * 4 + ["FAILED"], result)

    def test_one_part_alone(self):
        for part, count in (("java", 2), ("native", 7), ("launcher", 1)):
            with self.subTest(part):
                self.assertEqual(self.outcomes(self.verify("--only", part)), ["ok"] * count)

    def test_missing_packages_are_installed_by_root(self):
        self.without("lld-link", "wine")
        program(self.bin / "id", "#!/bin/sh\necho 0\n")
        program(self.bin / "apt-get", f"""#!/bin/sh
            echo "$*" >>"{self.top}/apt"
            [ "$1" = update ] || for need in lld-link wine; do cp "{self.bin}/gcc" "{self.bin}/$need"; done""")
        result = self.verify()
        self.assertEqual(self.outcomes(result), ["ok"] * 9, result)
        self.assertEqual((self.top / "apt").read_text().splitlines(),
                         ["update -q", "install -q -y --no-install-recommends lld wine"])

    def test_where_it_may_not_install_it_names_the_packages_and_skips_the_native_tests(self):
        self.without("lld-link", "wine")
        program(self.bin / "id", "#!/bin/sh\necho 1000\n")
        program(self.bin / "apt-get", "#!/bin/sh\nexit 9\n")
        result = self.verify()
        self.assertIn("need: lld wine\n", result.stdout)
        self.assertEqual((result.returncode, self.outcomes(result)),
                         (0, ["skipped", "ok"] + ["skipped"] * 6 + ["ok"]))

    def test_without_the_libraries_of_the_window_the_other_modules_are_tested(self):
        program(self.bin / "ldconfig", "#!/bin/sh\necho libfreetype.so.6 libfontconfig.so.1\n")
        program(self.bin / "id", "#!/bin/sh\necho 1000\n")
        result = self.verify("--only", "java")
        self.assertIn("SKIPPED: the ui module needs: libpangoft2-1.0-0\n", result.stdout)
        self.assertEqual((result.returncode, self.outcomes(result)), (0, ["skipped", "skipped"]))
        self.assertEqual(self.maven_calls(), ["mvnw -B -ntp -pl !ui verify"])

    def test_long_reaches_the_tests(self):
        program(self.checkout / "capture-driver/test/host/run", "#!/bin/sh\necho long=$WSKTRACE_LONG\n")
        self.assertIn("long=1\n", self.verify("--only", "native", "--long").stdout)

    def test_help_and_wrong_usage(self):
        self.assertIn("Usage: ./verify", self.verify("--help").stdout)
        for wrong in (["--only"], ["--only", "all"], ["--fast"], ["java"]):
            result = self.verify(*wrong)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn("Usage: ./verify", result.stderr)

    def verify(self, *arguments):
        return self.run_it(*arguments, program="verify")

    def outcomes(self, result):
        return re.findall(r"^(ok|FAILED|skipped) +\d+s  ", result.stdout.split("==== summary")[-1], re.MULTILINE)

    def program_says(self, script):
        self.says = script
        program(self.checkout / "wsktrace", "#!/bin/sh\n[ $1 != rules ] || exit 0\n" + script)

    def without(self, *needs):
        for need in needs:
            (self.bin / need).unlink()


if __name__ == "__main__":
    unittest.main()
