#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants each mistake the guards exist for in a tiny tree of its own and sees it refused."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(ROOT / "tools"))
import check_includes  # noqa: E402
import check_purity  # noqa: E402
import run_tests as harness  # noqa: E402
import tidy  # noqa: E402
from suite import Suite  # noqa: E402

suite = Suite(sys.argv)


class Tree:
    """A miniature of the real tree: its own src, the real cmake/."""

    def __init__(self, folder, order):
        self.root = Path(folder)
        self.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\nproject(mini CXX)\n"
                   "set(CMAKE_CXX_STANDARD 20)\nset(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)\n"
                   f"include({ROOT}/cmake/Packages.cmake)\ninclude({ROOT}/cmake/BanyanModule.cmake)\n"
                   "add_subdirectory(src)\nbanyan_write_graph()\n")
        self.write("src/CMakeLists.txt", f"banyan_modules({' '.join(order)})\n")

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return self

    def module(self, path, call, header="#pragma once\n", source=None):
        self.write(f"src/{path}/CMakeLists.txt", f"banyan_module({call})\n")
        self.write(f"src/{path}/a.h", header)
        if source is not None:
            self.write(f"src/{path}/a.cpp", source)
        return self

    def configure(self):
        return subprocess.run(["cmake", "-S", self.root, "-B", self.root / "b", "-G", "Ninja",
                               "-DCMAKE_CXX_COMPILER_WORKS=1", "-DCMAKE_BUILD_TYPE=Debug"],
                              capture_output=True, text=True)

    def build(self, target):
        return subprocess.run(["ninja", "-C", self.root / "b", target], capture_output=True, text=True)


def in_tree(order, act):
    with tempfile.TemporaryDirectory(prefix="banyan-guard-") as folder:
        act(Tree(folder, order))


# Guard 1: directions, at configure time.

def configure_refuses(order, modules, message):
    def act(tree):
        for path, call in modules:
            tree.module(path, call)
        result = tree.configure()
        said = " ".join(result.stderr.split())
        assert result.returncode != 0, "the configuration was accepted"
        assert message in said, f"refused for another reason: {said}"
    in_tree(order, act)


def configure_accepts():
    def act(tree):
        tree.module("base", "").module("domain/ledger", "DEPS base").module("engine", "DEPS base domain/ledger")
        result = tree.configure()
        assert result.returncode == 0, result.stderr
    in_tree(["base", "domain/ledger", "engine"], act)


suite.case("directions: the right way down is accepted", configure_accepts)
for name, order, modules, message in [
    ("an undeclared dependency", ["base", "domain/tiers", "domain/ledger"],
     [("base", ""), ("domain/tiers", "DEPS base domain/ledger"), ("domain/ledger", "DEPS base")],
     "'domain/tiers' uses 'domain/ledger', which is not declared above it"),
    ("a cycle", ["base", "domain/a", "domain/b"],
     [("base", ""), ("domain/a", "DEPS domain/b"), ("domain/b", "DEPS domain/a")],
     "'domain/a' uses 'domain/b', which is not declared above it"),
    ("an upward dependency, whatever the list's order", ["base", "runtime", "engine"],
     [("base", ""), ("runtime", "DEPS base"), ("engine", "DEPS base runtime")],
     "'engine' (engine) may not use 'runtime' (runtime): wrong direction"),
    ("domain on text", ["base", "text", "domain/rules"],
     [("base", ""), ("text", "DEPS base"), ("domain/rules", "DEPS base text")],
     "'domain/rules' (domain) may not use 'text' (text): wrong direction"),
    ("an adapter on another", ["base", "adapters/files", "adapters/http"],
     [("base", ""), ("adapters/files", "DEPS base"), ("adapters/http", "DEPS base adapters/files")],
     "adapter 'adapters/http' may not see adapter 'adapters/files'"),
    ("the simulator on an adapter it stands in for", ["base", "adapters/rocksdb", "simulator"],
     [("base", ""), ("adapters/rocksdb", "DEPS base"), ("simulator", "DEPS base adapters/rocksdb")],
     "may use adapters/files only"),
    ("an upward dependency of tests", ["base", "engine"],
     [("base", "TEST_DEPS engine"), ("engine", "DEPS base")],
     "'base' (base) may not use 'engine' (engine): wrong direction"),
    ("a third-party library in a pure layer", ["base", "codec"],
     [("base", ""), ("codec", "DEPS base SYSTEM fmt")], "'codec' is pure and may not use third-party 'fmt'"),
    ("a room on the list that nobody built", ["base", "domain/ledger"], [("base", "")],
     "src/domain/ledger is in the list of modules, but has no CMakeLists.txt"),
    ("a folder in no layer", ["base", "utils"], [("base", ""), ("utils", "DEPS base")],
     "'utils' is in no known layer"),
]:
    suite.case(f"directions: {name} is refused", configure_refuses, order, modules, message)


# Guard 2: includes and tokens.

GRAPH = """base:|||
domain/ledger:base|||
engine:base domain/ledger|||
text:base|simdjson||
adapters/http:base|||
"""


def includes_say(path, text, message):
    """Checks one planted file; no message means it must be accepted."""
    with tempfile.TemporaryDirectory(prefix="banyan-guard-") as folder:
        root = Path(folder)
        files = {"src/base/number.h": "#pragma once\n", "src/domain/ledger/lot.h":
                 "#pragma once\n#include <unordered_map>\nstruct Book { std::unordered_map<int, int> lots_; };\n",
                 "src/engine/state.h": "#pragma once\n", "src/text/json.h": "#pragma once\n",
                 "src/base/helper_test.h": "#pragma once\n", f"src/{path}": text}
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content)
        problems, _ = check_includes.check(root, GRAPH)
    if message is None:
        assert not problems, f"refused: {problems}"
    else:
        assert len(problems) == 1, f"expected one violation, got {problems}"
        assert message in problems[0], problems[0]


LOT = '#include "domain/ledger/lot.h"\n'
for name, path, text, message in [
    ("own module, declared module, standard library", "engine/a.cpp",
     '#include "engine/state.h"\n#include <map>\n#include "domain/ledger/lot.h"\n#include "base/number.h"\n', None),
    ("an upward include", "domain/ledger/a.cpp", '#include "engine/state.h"\n', "does not declare"),
    ("an undeclared sideways include", "engine/a.cpp", '#include "text/json.h"\n', "does not declare"),
    ("an upward include in a test", "base/a_test.cpp", '#include "engine/state.h"\n', "does not declare"),
    ("a relative include", "engine/a.cpp", '#include "state.h"\n', "no file under src"),
    ("our header in angle brackets", "adapters/http/a.cpp", "#include <base/number.h>\n", "is ours"),
    ("a test header in product code", "base/a.cpp", '#include "base/helper_test.h"\n', "is for tests only"),
    ("a file in no module", "domain/a.cpp", "", "is in no module"),
    ("a third-party header in a pure layer", "engine/a.cpp", "#include <fmt/core.h>\n", "only the standard library"),
    ("a POSIX header in a pure layer", "engine/a.cpp", "#include <unistd.h>\n", "only the standard library"),
    ("a POSIX header in an adapter", "adapters/http/a.cpp", "#include <unistd.h>\n", None),
    ("a declared library", "text/a.cpp", "#include <simdjson.h>\n", None),
    ("an undeclared library", "adapters/http/a.cpp", "#include <fmt/core.h>\n", "needs SYSTEM fmt"),
    ("GoogleTest in a test", "base/a_test.cpp", "#include <gtest/gtest.h>\n#include <random>\n", None),
    ("GoogleTest in product code", "text/a.cpp", "#include <gtest/gtest.h>\n", "needs SYSTEM gtest"),
    ("another file's header first", "engine/state.cpp", '#include "base/number.h"\n#include "engine/state.h"\n',
     "own header"),
    ("a commented include", "engine/a.cpp", '// #include <thread>\n/* #include <random> */\n', None),
    ("steady_clock", "engine/a.cpp", "auto t = std::chrono::steady_clock::now();\n", "`steady_clock`"),
    ("system_clock", "engine/a.cpp", "using C = std::chrono::system_clock;\n", "`system_clock`"),
    ("random_device", "engine/a.cpp", "std::random_device d;\n", "`random_device`"),
    ("getenv", "engine/a.cpp", 'auto* v = getenv("TZ");\n', "`getenv`"),
    ("rand(", "engine/a.cpp", "int x = rand();\n", "`rand(`"),
    ("a word that contains rand", "engine/a.cpp", "int x = operand(1);\n", None),
    ("a token in a comment or string", "engine/a.cpp", '// steady_clock\nauto s = "getenv"; int n = 1\'000;\n', None),
    ("a clock outside the pure layers", "adapters/http/a.cpp", "auto t = std::chrono::steady_clock::now();\n", None),
    ("range-for over an unordered local", "engine/a.cpp",
     "void f() { std::unordered_set<int> seen; for (int s : seen) g(s); }\n", "unordered container"),
    ("range-for over an unordered member of another file", "engine/a.cpp",
     LOT + "void f(Book& book) { for (const auto& [k, v] : book.lots_) g(k, v); }\n", "unordered container"),
    ("range-for over an alias of an unordered container", "engine/a.cpp",
     "using Index = std::unordered_map<int, std::vector<int>>;\nIndex index_;\n"
     "void f() { for (auto& e : index_) { g(e); } }\n", "unordered container"),
    ("iterators over an unordered container", "engine/a.cpp",
     "std::unordered_map<int, int> m;\nauto it = m.begin();\n", "unordered container"),
    ("look-ups in an unordered container", "engine/a.cpp",
     LOT + "int f(Book& b) { auto it = b.lots_.find(1); return it == b.lots_.end() ? 0 : it->second; }\n", None),
    ("range-for over an ordered map", "engine/a.cpp",
     "void f(std::map<int, int>& lots) { for (auto& l : lots) { g(l); } }\n", None),
    ("floating point near value", "domain/ledger/a.cpp", "double rate = 0.1;\n", "integers"),
    *[(f"<{header}> in a pure layer", "engine/a.cpp", f"#include <{header}>\n", f"<{header}> in pure engine")
      for header in "random thread mutex shared_mutex condition_variable future iostream fstream sstream filesystem "
                    "locale regex ctime".split()],
]:
    suite.case(f"includes: {name} is {'accepted' if message is None else 'refused'}", includes_say, path, text,
               message)


# Guards 3 and 4: symbols, and headers that stand alone.

IMPURE = {
    "a clock hidden behind a declaration": ('extern "C" int clock_gettime(int, void*);\n'
                                            "int now() { return clock_gettime(0, nullptr); }\n", "clock_gettime"),
    "std::chrono": ("#include <chrono>\nlong now() { return std::chrono::system_clock::now().time_since_epoch()"
                    ".count(); }\n", "system_clock::now"),
    "randomness": ("#include <random>\nunsigned draw() { std::random_device d; return d(); }\n", "random_device"),
    "a socket": ("#include <sys/socket.h>\nint s() { return socket(1, 1, 0); }\n", "socket"),
    "a file": ("#include <cstdio>\nauto* f() { return std::fopen(\"x\", \"r\"); }\n", "fopen"),
    "a thread": ("#include <thread>\nvoid t() { std::thread([] {}).join(); }\n", "thread"),
    "the environment": ("#include <cstdlib>\nchar* e() { return std::getenv(\"x\"); }\n", "getenv"),
    "printing": ("#include <cstdio>\nvoid p() { std::puts(\"x\"); }\n", "puts"),
}
PURE = ("#include <algorithm>\n#include <map>\n#include <string>\n#include <vector>\n"
        "std::string f(std::vector<int> v) { std::sort(v.begin(), v.end()); return std::to_string(v[0]); }\n")


def purity(folder):
    """One module a mistake, all in one tree, so that there is one build."""
    cases = list(IMPURE.items())
    names = ["base"] + [f"domain/m{number}" for number in range(len(cases))]
    tree = Tree(folder, names).module("base", "", source=PURE)
    for module, (_, (source, _)) in zip(names[1:], cases):
        tree.module(module, "", source=source)
    result = tree.configure()
    assert result.returncode == 0, result.stderr
    result = tree.build("all")
    assert result.returncode == 0, result.stdout
    for module, (name, (_, symbol)) in zip(names[1:], cases):
        suite.case(f"purity: {name} is refused", expect_impure, tree.root / "b", module, symbol)
    suite.case("purity: pure code is accepted", expect_pure, tree.root / "b")


def expect_impure(build, module, symbol):
    problems, count = check_purity.check(build, [module])
    assert count == 1, "the library was not found"
    assert any(symbol in problem for problem in problems), f"not refused: {problems}"


def expect_pure(build):
    problems, count = check_purity.check(build, ["base"])
    assert count == 1 and not problems, problems


def headers_stand_alone():
    def act(tree):
        tree.module("base", "", header="#pragma once\n#include <string>\ninline std::string f() { return {}; }\n")
        tree.module("domain/a", "DEPS base", header="#pragma once\ninline int g() { return 1; }\n")
        assert tree.configure().returncode == 0
        result = tree.build("all_verify_interface_header_sets")
        assert result.returncode == 0, result.stdout
        tree.write("src/base/a.h", "#pragma once\ninline std::string f() { return {}; }\n")
        result = tree.build("all_verify_interface_header_sets")
        assert result.returncode != 0, "a header that leans on its includer was accepted"
        assert "base/a.h" in result.stdout, result.stdout
    in_tree(["base", "domain/a"], act)


def build_purity():
    with tempfile.TemporaryDirectory(prefix="banyan-guard-") as folder:
        purity(folder)


suite.case("purity: the mini tree builds", build_purity)
suite.case("headers: one that does not stand alone is refused", headers_stand_alone)


# Tidy: the map and the small rules.

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"


def tidy_says(check, files, message):
    with tempfile.TemporaryDirectory(prefix="banyan-guard-") as folder:
        root = Path(folder)
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content)
        problems = check(tidy.Tree(root, sorted(files), GRAPH, compiled={"src/base/a.cpp"}))
    if message is None:
        assert not problems, problems
    else:
        assert any(message in problem for problem in problems), f"not refused: {problems}"


MAP = "`base` `domain/ledger` `engine` `text` `adapters/http`"
ROOMS = {f"src/{m}/README.md": "x\n" for m in ["base", "domain/ledger", "engine", "text", "adapters/http"]}
for name, check, files, message in [
    ("a licence line", tidy.check_spdx, {"src/base/a.cpp": SPDX}, None),
    ("a file without licence line", tidy.check_spdx, {"src/base/a.cpp": "int x;\n"}, "src/base/a.cpp: no SPDX"),
    ("a tab", tidy.check_text, {"src/base/a.cpp": "\tint x;\n"}, "a.cpp:1: tab"),
    ("trailing space", tidy.check_text, {"tools/a.py": "x = 1 \n"}, "a.py:1: trailing space"),
    ("a dead source", tidy.check_dead_files, {"src/base/b.cpp": SPDX}, "src/base/b.cpp: in no target"),
    ("a dead header", tidy.check_dead_files, {"src/base/b.h": SPDX}, "src/base/b.h: nothing includes it"),
    ("a living header", tidy.check_dead_files,
     {"src/base/b.h": SPDX, "src/base/a.cpp": '#include "base/b.h"\n'}, None),
    ("a folder without README", tidy.check_readmes, {"src/base/a.cpp": SPDX}, "src/base: no README.md"),
    ("a folder inside a module its README tells of", tidy.check_readmes,
     {"src/base/ports/a.h": SPDX, "src/base/README.md": "- `ports/`: x\n"}, None),
    ("a true map", tidy.check_map, {"ARCHITECTURE.md": MAP, **ROOMS}, None),
    ("a map that names a folder that is gone", tidy.check_map,
     {"ARCHITECTURE.md": MAP + " `domain/gone`", **ROOMS}, "names domain/gone"),
    ("a map that forgets a module", tidy.check_map,
     {"ARCHITECTURE.md": MAP.replace("`engine`", ""), **ROOMS}, "does not name src/engine"),
    ("a quoted line that is gone", tidy.check_style,
     {"STYLE.md": "> `src/base/a.h`: `int gone;`\n", "src/base/a.h": SPDX}, "quotes `int gone;`"),
    ("a quoted line that stands", tidy.check_style,
     {"STYLE.md": "> `src/base/a.h`: `int x;`\n", "src/base/a.h": "int  x;\n"}, None),
    ("a link to nowhere", tidy.check_links, {"README.md": "[x](docs/gone.md)\n"}, "docs/gone.md"),
]:
    suite.case(f"tidy: {name} is {'accepted' if message is None else 'refused'}", tidy_says, check, files, message)



# The harness itself: whatever goes wrong in a suite is counted as failed, never lost.

def script_counts(body, passed, failed, skipped):
    with tempfile.TemporaryDirectory(prefix="banyan-guard-") as folder:
        path = Path(folder) / "run_tests.py"
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        outcome = harness.script_suite("planted", path, [])
    got = (outcome.passed, len(outcome.failures), outcome.skipped)
    assert got == (passed, failed, skipped), got


def google_test_counts(report, code, passed, failed, skipped):
    """A stand-in executable that writes the given report (or none) and ends with the given code."""
    with tempfile.TemporaryDirectory(prefix="banyan-guard-") as folder:
        build, harness.BUILD = harness.BUILD, Path(folder)
        try:
            (Path(folder) / "tests").mkdir()
            path = Path(folder) / "tests/planted_test"
            write = f"cat >'{path}.json' <<'END'\n{json.dumps(report)}\nEND\n" if report is not None else ""
            path.write_text(f"#!/bin/sh\n{write}exit {code}\n")
            path.chmod(0o755)
            outcome = harness.google_test("planted_test", [])
        finally:
            harness.BUILD = build
    got = (outcome.passed, len(outcome.failures), outcome.skipped)
    assert got == (passed, failed, skipped), got


def report_of(*cases):
    return {"testsuites": [{"name": "Lot", "testsuite": list(cases)}]}


GREEN = {"name": "a", "status": "RUN", "result": "COMPLETED"}
for name, body, counts in [
    ("a green suite", "echo '3 passed, 0 failed, 1 skipped'", (3, 0, 1)),
    ("two failed cases", "echo '3 passed, 2 failed, 0 skipped'; exit 1", (3, 2, 0)),
    ("no counting line", "echo 'all good'", (0, 1, 0)),
    ("silence", "exit 0", (0, 1, 0)),
    ("a red end after a green line", "echo '3 passed, 0 failed, 0 skipped'; exit 3", (3, 1, 0)),
]:
    suite.case(f"harness: {name} is counted", script_counts, body, *counts)
for name, report, code, counts in [
    ("green cases", report_of(GREEN, GREEN), 0, (2, 0, 0)),
    ("a failed case", report_of(GREEN, {**GREEN, "failures": [{"failure": "1 is not 2"}]}), 1, (1, 1, 0)),
    ("a skipped case", report_of({**GREEN, "result": "SKIPPED"}), 0, (0, 0, 1)),
    ("a disabled case", report_of({**GREEN, "status": "NOTRUN", "result": "SUPPRESSED"}), 0, (0, 0, 1)),
    ("a crash without a report", None, 139, (0, 1, 0)),
    ("a crash after the report", report_of(GREEN), 139, (1, 1, 0)),
]:
    suite.case(f"harness: {name} is counted", google_test_counts, report, code, *counts)

sys.exit(suite.finish())
