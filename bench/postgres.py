# SPDX-License-Identifier: Apache-2.0
"""A private PostgreSQL 15 cluster: made, filled with the peer's schema, driven by pgbench, stopped, removed."""
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = Path("/usr/lib/postgresql/15/bin")
# Durable as it comes; given the memory and log room a careful administrator would give it on such a machine.
SETTINGS = {"fsync": "on", "synchronous_commit": "on", "shared_buffers": "1GB", "max_wal_size": "8GB",
            "checkpoint_timeout": "5min", "listen_addresses": "''", "max_connections": "40",
            "wal_buffers": "16MB", "track_functions": "none"}


def present():
    return (PROGRAMS / "initdb").exists()


class Cluster:
    """Usable as a context. `environment` reaches the server only, never pgbench."""

    def __init__(self, members, environment=None, below=None):
        self.members, self.environment = members, environment or {}
        self.folder = Path(tempfile.mkdtemp(prefix="peer-", dir=below))
        self.process = None
        self.user = pwd.getpwnam("postgres")

    # The server refuses to run as root; everything here is done as its own user.
    def as_postgres(self):
        if os.geteuid() != 0:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def __enter__(self):
        if os.geteuid() == 0:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        data = self.folder / "data"
        try:
            subprocess.run([PROGRAMS / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
                            "--locale=C"], check=True, stdout=subprocess.DEVNULL, cwd=self.folder,
                           **self.as_postgres())
            settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
            with open(self.folder / "log", "wb") as log:
                self.process = subprocess.Popen(
                    [PROGRAMS / "postgres", "-D", data, "-k", self.folder,
                     *[word.replace("''", "") for word in settings]],
                    stdout=log, stderr=log, cwd=self.folder, env={**os.environ, **self.environment},
                    **self.as_postgres())
            self.wait_until_ready()
            self.sql((HERE / "accrual.sql").read_text())
            self.sql(f"""
                INSERT INTO member (id, birth_month, joined_at)
                SELECT i, i % 12 + 1, now() FROM generate_series(1, {self.members}) AS i;
                INSERT INTO identity SELECT 'openid', 'm-' || i, i FROM generate_series(1, {self.members}) AS i;
                ANALYZE; CHECKPOINT""")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.process.send_signal(2)  # SIGINT: fast shutdown
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_until_ready(self):
        deadline = time.monotonic() + 60
        while subprocess.run([PROGRAMS / "pg_isready", "-q", "-h", self.folder], check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start: " + (self.folder / "log").read_text()[-2000:])
            time.sleep(0.1)

    def sql(self, text):
        done = subprocess.run([PROGRAMS / "psql", "-h", self.folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1",
                               "-qAtX", "postgres"], input=text, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError("psql: " + done.stderr)
        return done.stdout.strip()

    def version(self):
        return "PostgreSQL " + self.sql("SHOW server_version")

    def cpu_seconds(self):
        """Of the server and all its processes, also those that have ended."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                pid, rest = int(stat.parent.name), stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if pid == self.process.pid:
                ticks += sum(int(number) for number in rest[11:15])
            elif int(rest[1]) == self.process.pid:
                ticks += int(rest[11]) + int(rest[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def run(self, script, seconds, clients, per_transaction, warmup):
        """Rate of orders, and what each cost in syncs, log bytes and CPU."""
        self.pgbench(script, warmup, clients)
        before = self.counters()
        said = self.pgbench(script, seconds, clients)
        after = self.counters()
        events = (after["orders"] - before["orders"]) or 1
        rate = float(re.search(r"tps = ([0-9.]+) \(without", said).group(1)) * per_transaction
        failed = int(re.search(r"number of failed transactions: (\d+)", said).group(1))
        if failed:
            raise RuntimeError(f"{failed} transactions of the peer failed")
        return {"rate": rate, **{name + "_per_event": (after[name] - before[name]) / events
                                 for name in ("syncs", "bytes", "cpu_us")},
                "latency_ms": float(re.search(r"latency average = ([0-9.]+)", said).group(1))}

    def pgbench(self, script, seconds, clients):
        done = subprocess.run([PROGRAMS / "pgbench", "-h", self.folder, "-U", "postgres", "-n", "-M", "prepared",
                               "-c", str(clients), "-j", "1", "-T", str(max(1, round(seconds))), "-D",
                               f"members={self.members}", "--max-tries=10", "-f", HERE / script, "postgres"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError("pgbench: " + done.stderr)
        return done.stdout

    def counters(self):
        time.sleep(1.2)  # backends report to the statistics when they end or once a second
        orders, syncs, size = self.sql(
            "SELECT (SELECT count(*) FROM orders), wal_sync, wal_bytes FROM pg_stat_wal").split("|")
        return {"orders": int(orders), "syncs": int(syncs), "bytes": int(size), "cpu_us": self.cpu_seconds() * 1e6}
