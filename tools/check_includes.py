#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Guard 2: what a file includes is what its module declared, and pure code stays pure.

Reads the module graph that CMake wrote (<build>/modules.txt, one line a module: path:deps|system|test deps|test
system) and every header and source under src. Debian's headers all lie in /usr/include, so the compiler cannot see
an undeclared library, and symbols do not show what was inlined: text is the place to look.
"""
import argparse
import re
import sys
from pathlib import Path

PURE_LAYERS = {"base", "domain", "engine", "codec"}
# Where value is counted there is no floating point (invariant L7).
EXACT = ("domain/ledger", "domain/limits", "domain/orders", "domain/basis", "domain/earning", "domain/tiers", "engine")

STANDARD = set("""algorithm any array atomic barrier bit bitset cassert ccomplex cctype cerrno cfenv cfloat charconv
chrono cinttypes climits clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal
cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception execution filesystem
format forward_list fstream functional future initializer_list iomanip ios iosfwd iostream istream iterator latch
limits list locale map memory memory_resource mutex new numbers numeric optional ostream queue random ranges ratio
regex scoped_allocator semaphore set shared_mutex source_location span spanstream sstream stack stacktrace stdexcept
stop_token streambuf string string_view strstream syncstream system_error thread tuple type_traits typeindex
typeinfo unordered_map unordered_set utility valarray variant vector version""".split())
IMPURE_HEADERS = set("""random thread mutex shared_mutex condition_variable future iostream fstream sstream
filesystem locale regex ctime barrier latch semaphore stop_token syncstream coroutine""".split())
IMPURE_TOKENS = re.compile(r"\b(?:system_clock|steady_clock|high_resolution_clock|utc_clock|random_device|getenv)\b"
                           r"|(?<![\w.>])rand\s*\(")

# Header prefix -> the word under which a module declares the library (cmake/Packages.cmake).
LIBRARIES = [("rocksdb/", "rocksdb"), ("simdjson", "simdjson"), ("fmt/", "fmt"), ("spdlog/", "spdlog"),
             ("yaml-cpp/", "yaml-cpp"), ("re2/", "re2"), ("openssl/", "openssl"), ("boost/json", "boost_json"),
             ("boost/url", "boost_url"), ("boost/", "boost"), ("CLI/", "cli11"), ("date/", "date-tz"),
             ("gtest/", "gtest"), ("gmock/", "gtest"), ("rapidcheck", "rapidcheck")]
TEST_LIBRARIES = {"gtest", "rapidcheck"}
# Each dependency has one room.
ROOMS = {"rocksdb": "adapters/rocksdb", "re2": "adapters/regex"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)
UNORDERED = r"unordered_(?:multi)?(?:map|set)\s*<"


def read_modules(graph):
    modules = {}
    for line in graph.splitlines():
        if line.strip():
            path, rest = line.split(":", 1)
            modules[path] = [set(part.split()) for part in rest.split("|")]
    return modules


def module_of(path, modules):
    parts = path.split("/")
    for end in range(len(parts) - 1, 0, -1):
        if "/".join(parts[:end]) in modules:
            return "/".join(parts[:end])
    return None


def without_comments(text, keep_strings=False):
    """The code alone, line numbers kept."""
    def blank(match):
        found = match.group(0)
        if keep_strings and found[0] in "\"'R":
            return found
        return '""' + "\n" * found.count("\n") if found[0] in "\"R" else re.sub(r"[^\n]", " ", found)
    # A digit before the quote is a separator (1'000'000), not a character.
    return re.sub(r'//[^\n]*|/\*.*?\*/|\bR"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'',
                  blank, text, flags=re.S)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def after_angles(code, start):
    """The position behind the '>' that closes the '<' at start."""
    depth = 0
    for position in range(start, len(code)):
        depth += {"<": 1, ">": -1}.get(code[position], 0)
        if depth == 0:
            return position + 1
    return len(code)


def unordered_names(code):
    """Names of variables, members and functions declared with an unordered container type, aliases included."""
    names, aliases = set(), set()
    patterns = [UNORDERED]
    while patterns:
        for match in re.finditer(patterns.pop(), code):
            # A container inside another template argument (vector<unordered_map<...>>) is not what is iterated.
            end = after_angles(code, match.end() - 1) if code[match.end() - 1] == "<" else match.end()
            alias = re.search(r"using\s+(\w+)\s*=\s*(?:std::|[\w:]*)?$", code[:match.start()])
            declared = re.match(r"\s*(?:const\b)?\s*[&*]*\s*(\w+)", code[end:])
            if alias:
                if alias.group(1) not in aliases:
                    aliases.add(alias.group(1))
                    patterns.append(r"\b" + alias.group(1) + r"\b(?!\s*=)")
            elif declared:
                names.add(declared.group(1))
    return names


def check_file(root, path, modules, headers_names, problems):
    text = (root / "src" / path).read_text(encoding="utf-8", errors="replace")
    code = without_comments(text)
    module = module_of(path, modules)

    def problem(position, what):
        problems.append(f"src/{path}:{line_of(text, position)}: {what}")

    if module is None:
        problem(0, "is in no module that src/CMakeLists.txt declares")
        return
    deps, system, test_deps, test_system = modules[module]
    is_test = re.search(r"_test\.(cpp|h)$", path) is not None
    pure = module.split("/")[0] in PURE_LAYERS and not is_test
    includes = [m for m in INCLUDE.finditer(without_comments(text, keep_strings=True))]

    for match in includes:
        kind, target = match.groups()
        if kind == '"':
            owner = module_of(target, modules)
            if not (root / "src" / target).is_file():
                problem(match.start(), f'"{target}" is no file under src; write the path from src')
            elif owner is None or owner not in {module} | deps | (test_deps if is_test else set()):
                problem(match.start(), f'"{target}" belongs to {owner}, which {module} does not declare')
            elif target.endswith("_test.h") and not is_test:
                problem(match.start(), f'"{target}" is for tests only')
            continue
        if target in STANDARD:
            if pure and target in IMPURE_HEADERS:
                problem(match.start(), f"<{target}> in pure {module}")
            continue
        if (root / "src" / target).is_file():
            problem(match.start(), f'<{target}> is ours: write "{target}"')
            continue
        word = next((word for prefix, word in LIBRARIES if target.startswith(prefix)), None)
        if pure:
            problem(match.start(), f"<{target}> in pure {module}: only the standard library")
        elif word is not None:
            allowed = system | ((test_system | TEST_LIBRARIES) if is_test else set())
            if word not in allowed and not (word == "boost" and any(w.startswith("boost") for w in allowed)):
                problem(match.start(), f"<{target}> needs SYSTEM {word} in {module}'s CMakeLists.txt")
            if word in ROOMS and module != ROOMS[word]:
                problem(match.start(), f"<{target}> belongs in {ROOMS[word]} only")

    own = re.sub(r"(_test)?\.cpp$", ".h", path)
    if path.endswith(".cpp") and own != path and (root / "src" / own).is_file():
        if not includes or includes[0].group(2) != own:
            problem(includes[0].start() if includes else 0, f'the file\'s own header "{own}" comes first')

    if pure:
        for match in IMPURE_TOKENS.finditer(code):
            problem(match.start(), f"`{match.group(0).strip()}` in pure {module}")
        reachable = {target for kind, target in (m.groups() for m in includes) if kind == '"'} | {path}
        names = set().union(*(headers_names(header) for header in reachable))
        loops = [(m, m.group(1)) for m in re.finditer(r"\bfor\s*\([^;{}]*?[^:]:\s*(?!:)([^;{}]+?)\)\s*(?:\{|[\w(])", code)]
        loops += [(m, m.group(1)) for m in re.finditer(r"([\w.\->]+)\s*(?:\.|->)\s*c?begin\s*\(", code)]
        for match, expression in loops:
            last = re.search(r"(\w+)\s*(?:\([^()]*\))?\s*$", expression)
            if re.search(UNORDERED, expression) or (last and last.group(1) in names):
                problem(match.start(), f"iterates over an unordered container (`{expression.strip()}`): "
                                       "its order is not part of the state")
    if any(module == exact or module.startswith(exact + "/") for exact in EXACT) and not is_test:
        for match in re.finditer(r"\b(?:double|float)\b", code):
            problem(match.start(), f"`{match.group(0)}` in {module}: value is counted in integers")


def check(root, graph):
    modules = read_modules(graph)
    files = sorted(str(p.relative_to(root / "src")) for p in (root / "src").rglob("*") if p.suffix in (".h", ".cpp"))
    cache = {}

    def headers_names(path):
        if path not in cache:
            file = root / "src" / path
            text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
            cache[path] = unordered_names(without_comments(text))
        return cache[path]

    problems = []
    for path in files:
        check_file(root, path, modules, headers_names, problems)
    return problems, len(files)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--modules", type=Path, help="the graph CMake wrote: <build>/modules.txt")
    args = parser.parse_args()
    graph = args.modules or args.root / "build/dev/modules.txt"
    problems, count = check(args.root, graph.read_text())
    for problem in problems:
        print(problem)
    print(f"includes: {count} files, {len(problems)} violations")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
