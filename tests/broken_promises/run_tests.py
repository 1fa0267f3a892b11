#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every broken promise still applies to the tree and names a test that is there. Carrying them out takes minutes:
that is ./dev broken-promises.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = Path(os.environ.get("BANYAN_BUILD", ROOT / "build/dev"))
sys.path.insert(0, str(HERE.parent))
from suite import Skip, Suite  # noqa: E402


def check(path):
    head, mark, _ = path.read_text().partition("\n--- ")
    assert mark, "holds no diff"
    red = re.search(r"^Red: (\S+) (\S.*)$", head, re.M)
    assert re.search(r"^Breaks: \S", head, re.M), "does not say what it breaks"
    assert red, "does not say which test goes red"
    applied = subprocess.run(["git", "apply", "--check", path], cwd=ROOT, capture_output=True, text=True, check=False)
    assert applied.returncode == 0, f"does not apply any more: {applied.stderr}"
    program = BUILD / "tests" / red[1]
    if not program.is_file():
        raise Skip(f"{program} is not built")
    tests = subprocess.run([program, "--gtest_list_tests", f"--gtest_filter={red[2]}"], cwd=ROOT,
                           stdout=subprocess.PIPE, text=True, check=True).stdout
    assert re.search(r"^  \S", tests, re.M), f"{red[1]} has no test {red[2]}"


def check_enough(paths):
    assert len(paths) >= 20, f"only {len(paths)} promises are broken"


suite = Suite(sys.argv)
patches = sorted((HERE / "patches").glob("*.patch"))
suite.case("at least twenty", check_enough, patches)
for patch in patches:
    suite.case(patch.stem, check, patch)
sys.exit(suite.finish())
