#!/usr/bin/env python3
"""Judges recordings with the collector, and the collector with what the harness knows beforehand.

    judge.py --wsktrace COMMAND FOLDER

FOLDER is the --output of record.py. Of each client that keeps the rules, no error may be found; Wine has no
WskDisconnect, and the sends are great, so what is only slow or only noted is let pass. Of each that does not, one error:
of its rule, and its evidence holds the event that broke it and the call that this was done to, as capture.py finds them in
the bytes of the file; and what else the same mistake breaks. The last line is "N passed, N failed".
"""

import argparse
import json
import pathlib
import subprocess
import sys

import etl
from capture import Capture, CaptureError, expect
from manifest import SCHEMA, Manifest, PayloadError
from stories import STORIES

SECONDS = 120
LOST = "WSK-TRC-001"


def findings(wsktrace, path):
    result = subprocess.run([wsktrace, "check", "--format=json", path], capture_output=True, text=True, timeout=SECONDS)
    expect(result.returncode in (0, 1), f"exit status {result.returncode}: {result.stderr.strip()}")
    found = json.loads(result.stdout)["findings"]
    errors = [finding["rule"] for finding in found if finding["severity"] == "error"]
    expect(result.returncode == bool(errors), f"exit status {result.returncode} with the errors {errors}")
    return [finding for finding in found if finding["severity"] == "error" or finding["rule"] == LOST]


def judge(wsktrace, path, story):
    expect(path.exists(), "it was not recorded")
    # Where events are lost a completion may be among them: such a doubt is a finding too, but never a verdict.
    found = [finding for finding in findings(wsktrace, path) if not (story.lost and finding["verdict"] == "suspected")]
    for drain in [] if story.rule else sorted(path.parent.glob(f"{path.stem}.drain-*.etl")):
        expect(not findings(wsktrace, drain), f"something is found in {drain.name}")
    rules = [finding["rule"] for finding in found]
    should = {story.rule, *story.also} - {None}
    expect(set(rules) == should and len(rules) == len(should), f"found is {rules}, there should be {should or 'nothing'}")
    if story.rule is None or story.lost:
        return
    finding, = (finding for finding in found if finding["rule"] == story.rule)
    expect(finding["occurrences"] == 1, f"{story.rule} is found {finding['occurrences']} times")
    evidence = {item["seq"] for item in finding["evidence"]}
    what, event, enter = Capture(path, Manifest(SCHEMA)).sins()[0]
    at_the_unload = event["Event"] == "DriverUnloadEnter"  # what is left open is found at any step of the unload
    missing = {enter["Seq"], *([] if at_the_unload else [event["Seq"]])} - evidence
    expect(not missing, f"{what} (event {event['Seq']}, of the call of event {enter['Seq']}): the evidence is {evidence}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wsktrace", required=True, metavar="COMMAND")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    builds = sorted(path for path in arguments.folder.iterdir() if path.is_dir()) if arguments.folder.exists() else []
    failed = 0
    runs = [(build, name) for build in builds for name, story in STORIES.items() if story.capture]
    for build, name in runs:
        try:
            judge(arguments.wsktrace, build / f"{name}.etl", STORIES[name])
            print(f"{build.name} {name}: {STORIES[name].rule or 'no finding'}")
        except (CaptureError, PayloadError, etl.EtlError, OSError, ValueError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"{build.name} {name}: FAILED: {error}")
    print(f"{len(runs) - failed} passed, {failed} failed")
    return 1 if failed or not runs else 0


if __name__ == "__main__":
    sys.exit(main())
