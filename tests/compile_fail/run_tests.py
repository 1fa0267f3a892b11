#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What must not compile: each .cpp here compiles as it stands, and with -DMUST_NOT_COMPILE fails with the words
its `// expect:` line gives (a regular expression over the compiler's output). Both halves are checked, so that a
case cannot fail for a reason nobody meant.
"""
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))
from suite import Suite  # noqa: E402

COMPILER = "g++"  # The expectations are its words.


def compile_case(path, *flags):
    result = subprocess.run([COMPILER, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wconversion", "-Werror",
                             "-I", ROOT / "src", *flags, path], capture_output=True, text=True,
                            env={**os.environ, "LC_ALL": "C"})
    return result.returncode, result.stderr


def check(path):
    expected = re.search(r"^// expect: (.+)$", path.read_text(), re.M)
    assert expected, "has no `// expect:` line"
    code, said = compile_case(path)
    assert code == 0, f"does not compile even without the mistake:\n{said}"
    code, said = compile_case(path, "-DMUST_NOT_COMPILE")
    assert code != 0, "compiled, and must not"
    assert re.search(expected.group(1), said), f"failed for another reason:\n{said}"


def outcome(path):
    try:
        check(path)
    except AssertionError as error:
        return error
    return None


def report(error):
    if error is not None:
        raise error


suite = Suite(sys.argv)
paths = sorted(HERE.glob("*.cpp"))
with ThreadPoolExecutor(2) as pool:
    for path, error in zip(paths, pool.map(outcome, paths)):
        suite.case(path.stem, report, error)
sys.exit(suite.finish())
