#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Style is a test and the map is checked: what ./dev tidy looks at, and the module graph it prints.

Each check takes a Tree and returns its problems as lines `path: what is wrong`. The tree is what git tracks; the
graph and the compile commands come from the dev build.
"""
import argparse
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import check_includes
import check_purity

CODE = {".cpp", ".h", ".py", ".sh", ".cmake", ".ts", ".tsx", ".js", ".mjs", ".css"}
TEXT = CODE | {".md", ".txt", ".yaml", ".yml", ".json", ".html"}
LINES_MAX = 500
# Expected outputs, corpora and quoted documents are bytes, not prose.
VERBATIM = re.compile(r"(^|/)(corpus|golden|data|scenarios|patches)/|\.patch$")


class Tree:
    def __init__(self, root, files, graph, compiled):
        self.root, self.files, self.graph, self.compiled = root, files, graph, compiled

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def modules(self):
        return list(check_includes.read_modules(self.graph))


def is_script(tree, path):
    if Path(path).suffix or "/" in path and path.startswith((".git/", "docs/")):
        return False
    with (tree.root / path).open("rb") as file:
        return file.read(2) == b"#!"


def check_spdx(tree):
    return [f"{path}: no SPDX-License-Identifier in its first three lines" for path in tree.files
            if (Path(path).suffix in CODE or is_script(tree, path))
            and not VERBATIM.search(path)
            and "SPDX-License-Identifier: Apache-2.0" not in "".join(tree.text(path).splitlines(True)[:3])]


def check_text(tree):
    problems = []
    for path in tree.files:
        if Path(path).suffix not in TEXT or VERBATIM.search(path):
            continue
        text = tree.text(path)
        for number, line in enumerate(text.split("\n"), 1):
            if "\t" in line:
                problems.append(f"{path}:{number}: tab")
            if line != line.rstrip():
                problems.append(f"{path}:{number}: trailing space")
        if text and not text.endswith("\n"):
            problems.append(f"{path}: no newline at its end")
    return problems


def check_format(tree):
    sources = [path for path in tree.files if path.endswith((".cpp", ".h")) and not VERBATIM.search(path)]

    def run(chunk):
        result = subprocess.run(["clang-format-19", "--dry-run", "-Werror", *chunk], cwd=tree.root,
                                capture_output=True, text=True)
        return [line for line in result.stderr.splitlines() if ": error:" in line] if result.returncode else []

    with ThreadPoolExecutor(2) as pool:
        found = pool.map(run, [sources[start:start + 25] for start in range(0, len(sources), 25)])
    places = {}
    for path, line in (re.match(r"(.*?):(\d+):", line).groups() for lines in found for line in lines):
        places.setdefault(path, []).append(int(line))
    return [f"{path}:{min(lines)}: {len(lines)} lines not as clang-format-19 writes them (./dev fmt)"
            for path, lines in sorted(places.items())]


def check_dead_files(tree):
    """A source that no target compiles, a header that nothing includes."""
    included = set()
    for path in tree.files:
        if path.endswith((".cpp", ".h")):
            included |= {target for _, target in check_includes.INCLUDE.findall(tree.text(path))}
    problems = []
    for path in tree.files:
        if path.startswith("tests/compile_fail/"):
            continue
        if path.endswith(".cpp") and path not in tree.compiled:
            # Fuzz targets are compiled by clang only, so their list of targets has to name them.
            list_file = str(Path(path).parent / "CMakeLists.txt")
            if list_file not in tree.files or Path(path).name not in tree.text(list_file):
                problems.append(f"{path}: in no target")
        if path.endswith(".h") and not any(path.removeprefix("src/") == t or path.endswith("/" + t) for t in included):
            problems.append(f"{path}: nothing includes it")
    return problems


def check_readmes(tree):
    """Every folder of sources explains itself; a folder inside a module may be explained by the module's README."""
    problems = []
    for folder in sorted({Path(path).parent for path in tree.files
                          if path.startswith("src/") and path.endswith((".cpp", ".h"))}):
        above = f"{folder.parent}/README.md"
        if f"{folder}/README.md" not in tree.files and not (
                f"{folder}/CMakeLists.txt" not in tree.files and above in tree.files
                and f"`{folder.name}/`" in tree.text(above)):
            problems.append(f"{folder}: no README.md")
    return problems


def check_map(tree):
    """ARCHITECTURE.md names every module, and every folder it names in backticks exists."""
    if "ARCHITECTURE.md" not in tree.files:
        return ["ARCHITECTURE.md: missing"]
    text = tree.text("ARCHITECTURE.md")
    problems = [f"ARCHITECTURE.md: does not name src/{module}" for module in tree.modules()
                if not re.search(rf"(?<![\w/]){'(?:src/)?' + re.escape(module)}(?![\w/]*\w)", text)]
    layers = {module.split("/")[0] for module in tree.modules()}
    top = {path.split("/")[0] for path in tree.files if "/" in path}
    for name in re.findall(r"`([a-z_.]+(?:/[A-Za-z_.]+)*/?)`", text):
        first = name.split("/")[0]
        if not (name.endswith("/") or "/" in name and first in layers | top):
            continue
        if not any((tree.root / base / name).exists() for base in ("", "src")):
            problems.append(f"ARCHITECTURE.md: names {name}, which is gone")
    return problems


def check_links(tree):
    problems = []
    for path in tree.files:
        if not path.endswith(".md") or VERBATIM.search(path):
            continue
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", tree.text(path)):
            if not re.match(r"[a-z]+:", link) and not (tree.root / path).parent.joinpath(link).exists():
                problems.append(f"{path}: links to {link}, which does not exist")
    return problems


def check_style(tree):
    """STYLE.md quotes this code: each `> `path`: `line`` is still in its file."""
    problems = []
    for path, quoted in re.findall(r"^> `([^`]+)`: `([^`]+)`$", tree.text("STYLE.md"), re.M):
        if not (tree.root / path).is_file() or " ".join(quoted.split()) not in " ".join(tree.text(path).split()):
            problems.append(f"STYLE.md: quotes `{quoted}`, which is not in {path}")
    return problems


def check_includes_guard(tree):
    return check_includes.check(tree.root, tree.graph)[0]


def long_files(tree):
    lengths = [(len(tree.text(path).splitlines()), path) for path in tree.files
               if Path(path).suffix in CODE and not VERBATIM.search(path)]
    return [f"{path}: {count} lines" for count, path in sorted(lengths, reverse=True) if count > LINES_MAX]


def print_graph(tree):
    modules = check_includes.read_modules(tree.graph)
    width = max((len(module) for module in modules), default=0)
    print("module graph (each line: module -> what it may use, third-party in brackets)")
    for module, (deps, system, _, _) in modules.items():
        order = [name for name in modules if name in deps]
        libraries = f" [{' '.join(sorted(system))}]" if system else ""
        print(f"  {module:{width}} -> {' '.join(order) or '-'}{libraries}")


def read_tree(root, build):
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root,
                            check=True, capture_output=True, text=True).stdout
    files = sorted(path for path in set(listed.split("\0")) if path and (root / path).is_file())
    commands = json.loads((build / "compile_commands.json").read_text())
    compiled = {str(Path(c["file"]).relative_to(root)) for c in commands if Path(c["file"]).is_relative_to(root)}
    return Tree(root, files, (build / "modules.txt").read_text(), compiled)


CHECKS = [("format", check_format), ("includes", check_includes_guard), ("licence", check_spdx), ("text", check_text),
          ("dead files", check_dead_files), ("READMEs", check_readmes), ("map", check_map), ("links", check_links),
          ("style page", check_style)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--build", type=Path)
    args = parser.parse_args()
    root = args.root.resolve()
    build = (args.build or root / "build/dev").resolve()
    tree = read_tree(root, build)

    print_graph(tree)
    total = 0
    for name, check in CHECKS:
        problems = check(tree)
        total += len(problems)
        print(f"{name}: {'ok' if not problems else len(problems)}")
        for problem in problems:
            print(f"  {problem}")
    problems, count = check_purity.check(build, tree.modules())
    if count == 0:
        problems = ["no pure library was found: build first"]
    total += len(problems)
    print(f"purity: {'ok' if not problems else len(problems)} ({count} libraries)")
    for problem in problems:
        print(f"  {problem}")
    for warning in long_files(tree):
        print(f"long: {warning}")
    print(f"tidy: {total} violations")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
