#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keeps RELIABILITY.md: how much doubt has been cast, by which command, on which commit and machine.

    ./dev sim --json --seeds 1..2000 | tools/reliability.py sim
    ./dev fuzz --full                | tools/reliability.py fuzz
    ./dev broken-promises            | tools/reliability.py broken-promises
    tools/reliability.py kills kills=200 acknowledged=541909 lost=0 doubled=0

What a command says on standard input is passed through and counted; words name=number are counted as they are. Runs
of the same command on the same commit and machine add up. The file is its own memory: nothing else is kept.
"""
import datetime
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "RELIABILITY.md"
ROW = re.compile(r"^\| (?P<tool>[\w-]+) \| (?P<counts>[^|]*) \| (?P<commit>[^|]*) \| (?P<machine>[^|]*) \| (?P<day>[^|]*) \|$")

HEAD = """# Reliability

What was done to make this break, and how often it did. Every row was written by `tools/reliability.py` from the output
of the command it names; a run that found something is not a row here but a fix and a test. Rows of the same command,
commit and machine add up.

- `sim`, `soak`: the real runtime on simulated time, disk and stores; one run a seed, every answer held against the naive
  model in `tests/model`. A crash is a death of the process inside some operation; a power cut also loses, tears and
  reorders what was not synced. After each the whole journal is held against what was promised.
- `kills`: `kill -9` of the real server during an import, held against the client's own log.
- `broken-promises`: each a patch that breaks one invariant on purpose; counted when a test went red.
- `fuzz`: executions of the fuzz targets under AddressSanitizer and UBSan without a finding.
"""


def commit():
    name = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short=10", "HEAD"], stdout=subprocess.PIPE,
                          text=True, check=True).stdout.strip()
    # What is in the index or the tree beside the commit was part of the run.
    changed = subprocess.run(["git", "-C", str(ROOT), "status", "--porcelain", "--", "src", "tests"],
                             stdout=subprocess.PIPE, text=True, check=True).stdout
    return name + ("+changes" if changed.strip() else "")


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} x {cpu}, Linux {platform.release().split('-')[0]}"


def read_rows():
    if not FILE.is_file():
        return []
    rows = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        match = ROW.match(line)
        if match and match["tool"] != "command" and not match["tool"].startswith("-"):
            counts = {name: float(number.replace(" ", "")) for number, name in
                      re.findall(r"([\d ]+(?:\.\d+)?) ([a-z_]+)", match["counts"])}
            rows.append({**match.groupdict(), "counts": counts})
    return rows


def counts_of(tool, said):
    if tool in ("sim", "soak"):
        found = re.findall(r"^\{.*\}$", said, re.MULTILINE)
        if not found:
            raise SystemExit("reliability: no JSON line of ./dev sim --json; a failed run is not counted")
        counts = json.loads(found[-1])
        return {name: float(counts[name]) for name in ("seeds", "commands", "records", "crashes", "power_cuts", "audits")}
    if tool == "fuzz":
        if "FAILED" in said:
            raise SystemExit("reliability: a target failed; nothing is counted")
        lines = re.findall(r"(\d+) executions, .*: clean$", said, re.MULTILINE)
        return {"targets": float(len(lines)), "executions": float(sum(map(int, lines)))}
    if tool == "broken-promises":
        last = re.search(r"^(\d+) passed, (\d+) failed", said, re.MULTILINE)
        if not last or int(last[2]):
            raise SystemExit("reliability: not every promise was noticed; nothing is counted")
        return {"broken_promises_noticed": float(last[1])}
    raise SystemExit(f"reliability: {tool} needs counts as name=number")


def words(counts):
    return ", ".join(f"{int(number):,} {name}".replace(",", " ", f"{int(number):,}".count(","))
                     for name, number in counts.items() if number or name in ("lost", "doubled"))


def write(rows):
    totals = {}
    for row in rows:
        for name, number in row["counts"].items():
            if name not in ("targets", "broken_promises_noticed"):
                totals[name] = totals.get(name, 0) + number
    promises = [row["counts"].get("broken_promises_noticed", 0) for row in rows]
    if any(promises):
        totals["broken_promises_noticed"] = max(promises)
    lines = [HEAD, "## In all", "", words(totals) + ".", "", "## Runs", "",
             "| command | counted | commit | machine | last day |", "|---|---|---|---|---|"]
    for row in rows:
        lines.append(f"| {row['tool']} | {words(row['counts'])} | {row['commit']} | {row['machine']} | {row['day']} |")
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def add(tool, counts):
    rows, here, this = read_rows(), machine(), commit()
    row = next((r for r in rows if (r["tool"], r["commit"], r["machine"]) == (tool, this, here)), None)
    if row is None:
        row = {"tool": tool, "counts": {}, "commit": this, "machine": here}
        rows.append(row)
    for name, number in counts.items():
        adds = name not in ("targets", "broken_promises_noticed")
        row["counts"][name] = row["counts"].get(name, 0) + number if adds else number
    row["day"] = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    write(rows)


def main(arguments):
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments else 2
    tool, given = arguments[0], arguments[1:]
    if given:
        pairs = [word.partition("=") for word in given]
        if not all(number.isdigit() for _, _, number in pairs):
            print("reliability: say name=number", file=sys.stderr)
            return 2
        add(tool, {name: float(number) for name, _, number in pairs})
        return 0
    said = ""
    for line in sys.stdin:
        print(line, end="", flush=True)
        said += line
    add(tool, counts_of(tool, said))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
