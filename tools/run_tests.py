#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""./dev test: builds the dev preset, runs every suite, and ends with one line `N passed, N failed, N skipped`.

Suites are the GoogleTest executables CMake listed in <build>/tests/list.txt, the executables tests/*/run_tests.py
(their last line counts their cases), and ./dev tidy, which counts as one. Words select suites by name; with
`suite:word` only that suite's cases. Suites run two at a time, the slowest of the last run first.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRESET = os.environ.get("BANYAN_PRESET", "dev")  # asan and tsan run the same suites
BUILD = ROOT / "build" / PRESET
COUNTS = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")
SUITE_SECONDS_MAX = 1800


class Outcome:
    def __init__(self, name, passed=0, failures=(), skipped=0, skips=()):
        self.name, self.passed, self.skipped = name, passed, skipped
        self.failures = list(failures)  # (title, what was printed)
        self.skips = list(skips)
        self.seconds = 0.0


def tail(text, lines=60):
    return "\n".join(text.rstrip().splitlines()[-lines:])


def run(command, cwd=ROOT, extra=None):
    """Return code and output; a suite that hangs is a failed one."""
    env = {**os.environ, "BANYAN_BUILD": str(BUILD), **(extra or {})}
    env.setdefault("BANYAN_DATA", str((ROOT / "../shared/data").resolve()))
    try:
        result = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, errors="replace", timeout=SUITE_SECONDS_MAX)
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""
        said = said.decode(errors="replace") if isinstance(said, bytes) else said
        return None, said + f"\nstopped after {SUITE_SECONDS_MAX} s"
    return result.returncode, result.stdout


def google_test(name, words):
    report = BUILD / "tests" / f"{name}.json"
    report.unlink(missing_ok=True)
    arguments = [BUILD / "tests" / name, f"--gtest_output=json:{report}", "--gtest_brief=1"]
    if words:
        arguments.append("--gtest_filter=" + ":".join(f"*{word}*" for word in words))
    code, said = run(arguments)
    outcome = Outcome(name)
    if not report.is_file():
        outcome.failures.append((f"{name}: ended with {code} before its report", tail(said)))
        return outcome
    for group in json.loads(report.read_text())["testsuites"]:
        for case in group["testsuite"]:
            title = f"{name}: {group['name']}.{case['name']}"
            if case.get("failures"):
                outcome.failures.append((title, "\n".join(f["failure"] for f in case["failures"])))
            elif case.get("result") == "SKIPPED" or case.get("status") == "NOTRUN":
                # A filtered-out case was not asked for; a disabled one was and is told.
                if case.get("result") == "SKIPPED" or not words:
                    outcome.skipped += 1
                    outcome.skips.append(title)
            else:
                outcome.passed += 1
    if code != 0 and not outcome.failures:
        outcome.failures.append((f"{name}: ended with {code}", tail(said)))
    return outcome


def script_suite(name, path, words):
    outcome = Outcome(name)
    if not os.access(path, os.X_OK):
        outcome.failures.append((f"{name}: {path} is not executable", "chmod +x it"))
        return outcome
    code, said = run([path, *words])
    lines = said.rstrip().splitlines()
    counts = COUNTS.match(lines[-1]) if lines else None
    if counts is None:
        outcome.failures.append((f"{name}: ended with {code} without its counting line", tail(said)))
        return outcome
    outcome.passed, failed, outcome.skipped = (int(number) for number in counts.groups())
    outcome.skips = [f"{name}: {line.removeprefix('SKIP ')}" for line in lines if line.startswith("SKIP ")]
    if failed:
        outcome.failures.append((f"{name}: {failed} failed", tail(said, 120)))
        outcome.failures += [(f"{name}: one more", "")] * (failed - 1)
    elif code != 0:
        outcome.failures.append((f"{name}: ended with {code}", tail(said)))
    return outcome


def tidy_suite(name, _words):
    code, said = run([ROOT / "dev", "tidy"])
    return Outcome(name, passed=1) if code == 0 else Outcome(name, failures=[(name, tail(said, 120))])


def suites(selection):
    """(name, function of the words that select cases) of every suite that was asked for."""
    found = [(name, lambda words, n=name: google_test(n, words))
             for name in (BUILD / "tests/list.txt").read_text().split()]
    for path in sorted(ROOT.glob("tests/*/run_tests.py")):
        name = f"tests/{path.parent.name}"
        found.append((name, lambda words, n=name, p=path: script_suite(n, p, words)))
    found.append(("tidy", lambda words: tidy_suite("tidy", words)))
    if not selection:
        return [(name, [], act) for name, act in found]
    chosen = []
    for name, act in found:
        asked = [word for word in selection if word.split(":")[0] in name]
        if asked:
            chosen.append((name, [word.split(":", 1)[1] for word in asked if ":" in word], act))
    return chosen


def timed(suite):
    name, words, act = suite
    start = time.monotonic()
    try:
        outcome = act(words)
    except Exception as error:  # a broken suite is a failed suite, never a lost one
        outcome = Outcome(name, failures=[(f"{name}: could not run", repr(error))])
    outcome.seconds = time.monotonic() - start
    verdict = f"{len(outcome.failures)} FAILED" if outcome.failures else "ok"
    print(f"{name:32} {outcome.passed:6} passed  {outcome.seconds:7.1f} s  {verdict}", flush=True)
    return outcome


def compile_everything(jobs):
    start = time.monotonic()
    if not (BUILD / "build.ninja").is_file():
        code, said = run(["cmake", "--preset", PRESET])
        if code != 0:
            return said
    code, said = run(["cmake", "--build", str(BUILD), "-j", str(jobs)])
    if code != 0:
        return "\n".join(line for line in said.splitlines() if not re.match(r"\[\d+/\d+\] ", line))
    print(f"built in {time.monotonic() - start:.0f} s", flush=True)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("words", nargs="*")
    args = parser.parse_args()

    broken = compile_everything(args.jobs)
    if broken is not None:
        print(tail(broken, 80))
        print("FAILED build\n0 passed, 1 failed, 0 skipped")
        return 1

    times_file = BUILD / "tests/seconds.json"
    seconds = json.loads(times_file.read_text()) if times_file.is_file() else {}
    order = sorted(suites(args.words), key=lambda suite: -seconds.get(suite[0], 0.0))
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(timed, order))
    seconds.update({outcome.name: round(outcome.seconds, 2) for outcome in outcomes})
    times_file.write_text(json.dumps(seconds))

    for outcome in outcomes:
        for title in outcome.skips:
            print(f"SKIPPED {title}")
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    for title, said in failures:
        if said:
            print(f"\nFAILED {title}\n{said}")
    passed = sum(outcome.passed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    print(f"{passed} passed, {len(failures)} failed, {skipped} skipped")
    return 1 if failures or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
