# SPDX-License-Identifier: Apache-2.0
"""Our side of a figure: data directories made in process, a server over a copy of one, load, and what it cost."""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))
from running import BINARY, BUILD, Server, members_by_identity  # noqa: E402

BENCH, LOAD = BUILD / "bin/banyan_bench", BUILD / "bin/banyan_load"


def numbers_of(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name}: {done.stderr.strip()}")
    if done.stderr:
        print(done.stderr.strip(), file=sys.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def in_process(kind, data=None, members=0, events=0, programme=HERE / "accrual.yaml"):
    place = ["--data", data] if data else []
    return numbers_of([BENCH, kind, *place, "--members", members, "--events", events, "--programme", programme])


class Directories:
    """Prepared data directories by size; each server gets a copy, so no figure sees what another left. With a folder
    to keep them in they, and what making them cost, are found there again by the next run of the same binary."""

    def __init__(self, folder, keep=None):
        self.folder, self.kept, self.copies = Path(folder), Path(keep or folder), 0

    def prepared(self, members, events=0, programme="accrual"):
        data = self.kept / f"prepared-{programme}-{members}-{events}"
        cost = data.with_suffix(".json")
        if not cost.exists():
            shutil.rmtree(data, ignore_errors=True)
            cost.write_text(json.dumps(in_process("brand", data, members, events, HERE / f"{programme}.yaml")))
        return data, json.loads(cost.read_text())

    def copy(self, members, events=0, programme="accrual"):
        self.copies += 1
        target = self.folder / f"served-{self.copies}"
        shutil.copytree(self.prepared(members, events, programme)[0], target)
        return target


@contextlib.contextmanager
def environment(**changes):
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Served:
    """A served copy of a prepared directory, as a context; removed afterwards."""

    def __init__(self, directories, members, events=0, preload=None, options=(), programme="accrual"):
        self.data = directories.copy(members, events, programme)
        self.members, self.preload = members, preload or {}
        self.server = Server(self.data, *options)
        self.runs = 0

    def __enter__(self):
        start = time.monotonic()
        with environment(**self.preload):
            self.server.start()
        self.started_in = time.monotonic() - start
        return self

    def __exit__(self, *_):
        self.server.kill()
        shutil.rmtree(self.data, ignore_errors=True)

    def metrics(self):
        text = self.server.get("/metrics")
        lines = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
        return {name: float(value) for name, value in lines}

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.server.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_set(self):
        return int(Path(f"/proc/{self.server.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def load(self, connections, batch, seconds, warmup):
        self.runs += 1
        return numbers_of([LOAD, "--port", self.server.port, "--key", self.server.key, "--connections", connections,
                           "--batch", batch, "--seconds", seconds, "--warmup", warmup, "--members", self.members,
                           "--run", f"o{self.runs}"])

    def run(self, connections, batch, seconds, warmup):
        """Rate of orders, and what each cost in syncs, journal bytes and CPU (warm-up included in the costs)."""
        before, cpu = self.metrics(), self.cpu_seconds()
        load = self.load(connections, batch, seconds, warmup)
        cpu, after = self.cpu_seconds() - cpu, self.metrics()
        if load["not_applied"]:
            raise RuntimeError(f"{load['not_applied']} orders were not applied")
        events = max(load["acknowledged"], 1)

        def cost(name):
            return (after[name] - before[name]) / events
        return {**load, "cpu_us_per_event": cpu / events * 1e6, "syncs_per_event": cost("banyan_journal_syncs_total"),
                "bytes_per_event": cost("banyan_journal_bytes_total")}

    def back_test(self):
        """The unchanged back-test of the served directory, in a process of its own; its report, the programme's way."""
        done = subprocess.run([BINARY, "programme", "backtest", "--data", self.data, "--json"], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError("backtest: " + done.stderr)
        return json.loads(done.stdout)

    def rates_at(self, windows, connections, batch):
        """Commands a second in each (from, to) window of one long run."""
        end = max(to for _, to in windows)
        load = threading.Thread(target=self.load, args=(connections, batch, end + 2, 0))
        start = time.monotonic()
        load.start()
        counted = {}
        for moment in sorted({moment for window in windows for moment in window}):
            time.sleep(max(0, start + moment - time.monotonic()))
            counted[moment] = (time.monotonic(), self.metrics()["banyan_commands_total"])
        load.join()
        return [(counted[to][1] - counted[at][1]) / (counted[to][0] - counted[at][0]) for at, to in windows]
