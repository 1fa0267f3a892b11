# SPDX-License-Identifier: Apache-2.0
"""A `banyan serve` process under test: started, asked, killed, started again on the same port and directory.

    BINARY          the program: BANYAN_BIN, else bin/banyan of BANYAN_BUILD; need_binary() skips where there is none
    Server          one data directory and the process that serves it
    Pipeline        many small requests in one go over one connection; the fast way to ask about every member
    record(...)     one line of what a run did, for RELIABILITY.md, below build/reliability/
"""
import atexit
import datetime
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))
from suite import Skip  # noqa: E402

BUILD = Path(os.environ.get("BANYAN_BUILD", ROOT / "build/dev"))
BINARY = Path(os.environ.get("BANYAN_BIN", BUILD / "bin/banyan"))
DATA = Path(os.environ.get("BANYAN_DATA", ROOT.parent / "shared/data"))
START_SECONDS_MAX = 60


def need_binary():
    if not BINARY.exists():
        raise Skip(f"{BINARY} is not built")


def banyan(*arguments, timeout=300, **options):
    """Runs a command of the program to its end: (exit status, stdout, stderr)."""
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, errors="replace",
                          stdin=subprocess.DEVNULL, timeout=timeout, check=False, **options)
    return done.returncode, done.stdout, done.stderr


serving = set()  # processes that must not outlive the suite, whatever fails


@atexit.register
def kill_all():
    for process in serving:
        process.kill()
        process.wait()


class Refused(Exception):
    """The server did not start; what it said is the message."""

    def __init__(self, status, said):
        super().__init__(f"ended with {status}: {said.strip()}")
        self.status, self.said = status, said.strip()


class Server:
    """A data directory being served. `log` keeps everything that any of its processes printed."""

    def __init__(self, data, *options):
        need_binary()
        self.data, self.options = Path(data), [str(option) for option in options]
        self.log = self.data.parent / (self.data.name + ".log")
        self.port, self.process, self.connection, self.said_before = 0, None, None, 0
        if not (self.data / "keys.json").exists():
            status, said, error = banyan("key", "create", "--data", self.data, "--scopes", "all", "--label", "test")
            assert status == 0, error
            self.key = said.strip()

    def spawn(self):
        """Starts the process and does not wait for it."""
        self.said_before = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}", *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        serving.add(self.process)

    def said(self):
        """What the process printed since it was spawned."""
        with open(self.log, "rb") as log:
            log.seek(self.said_before)
            return log.read().decode(errors="replace")

    def start(self):
        """Until it says that it serves; raises Refused when it ends before that."""
        self.spawn()
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            ended = self.process.poll() is not None
            address = re.search(r"serving on http://127\.0\.0\.1:(\d+)", self.said())
            if ended:
                serving.discard(self.process)
                status, self.process = self.process.returncode, None
                raise Refused(status, self.said())
            if address:
                self.port = int(address.group(1))
                return self
            if time.monotonic() > deadline:
                self.kill()
                raise Refused(None, f"did not serve within {START_SECONDS_MAX} s; it said: {self.said()}")
            time.sleep(0.005)

    def kill(self):
        """kill -9: what a power cut leaves of a process."""
        self.drop_connection()
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            serving.discard(self.process)
            self.process = None

    def stop(self, seconds=60):
        """SIGTERM; its exit status."""
        self.drop_connection()
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not stop within {seconds} s of SIGTERM") from None
        serving.discard(self.process)
        self.process = None
        return status

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def drop_connection(self):
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()

    def ask(self, method, path, body=None, headers=(), content="application/json"):
        """(status, body as a value or as text) over a connection that is kept."""
        # Whoever kills the server meanwhile drops the connection; this call still ends with its error.
        connection = self.connection
        if connection is None:
            connection = self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = {"Authorization": f"Bearer {self.key}", **dict(headers)}
        if body is not None:
            sent["Content-Type"] = content
            body = body if isinstance(body, (bytes, str)) else json.dumps(body)
            body = body.encode() if isinstance(body, str) else body
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.drop_connection()
            raise
        kind = answer.getheader("Content-Type", "")
        return answer.status, json.loads(text) if "json" in kind and "ndjson" not in kind else text

    def get(self, path):
        status, body = self.ask("GET", path)
        assert status == 200, (path, status, body)
        return body

    def send_events(self, lines):
        """NDJSON in, one result a line out."""
        status, text = self.ask("POST", "/v1/events", "".join(lines), content="application/x-ndjson")
        assert status == 200, (status, text)
        results = [json.loads(line) for line in text.splitlines()]
        assert len(results) == len(lines), f"{len(lines)} events, {len(results)} results"
        return results

    def find(self, kind, identity):
        status, body = self.ask("POST", "/v1/members/search", {"identity": {"kind": kind, "id": identity}})
        return body["id"] if status == 200 else None

    def totals(self, unit="points"):
        """The ledger's totals of a unit, numbers as integers."""
        found = self.get("/v1/ledger/totals")
        chosen = [one for one in found["units"] if one["unit"] == unit]
        zero = {name: 0 for name in ["issued", "redeemed", "expired", "liability", "debt"]}
        numbers = {name: int(chosen[0][name]) for name in zero} if chosen else zero
        return {"members": found["members"], **numbers}


class Pipeline:
    """Asks many small requests at once. The server answers each connection's requests in their order."""

    WINDOW = 64

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=120)
        self.head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {server.key}\r\n"
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def all(self, requests):
        """requests: (method, path, body or None) -> (status, value) in the same order."""
        requests = list(requests)
        for start in range(0, len(requests), self.WINDOW):
            window = requests[start:start + self.WINDOW]
            self.socket.sendall(b"".join(self.encoded(*request) for request in window))
            for _ in window:
                yield self.answer()

    def encoded(self, method, path, body=None):
        head = f"{method} {path} HTTP/1.1\r\n{self.head}"
        if body is None:
            return (head + "\r\n").encode()
        content = json.dumps(body).encode()
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content

    def more(self):
        got = self.socket.recv(1 << 18)
        if not got:
            raise ConnectionError("the server closed the connection in the middle of an answer")
        self.rest += got

    def answer(self):
        while (end := self.rest.find(b"\r\n\r\n")) < 0:
            self.more()
        head = self.rest[:end].decode("latin-1")
        length = int(re.search(r"\r\ncontent-length: *(\d+)", head, re.IGNORECASE).group(1))
        while len(self.rest) < end + 4 + length:
            self.more()
        body, self.rest = self.rest[end + 4:end + 4 + length], self.rest[end + 4 + length:]
        return int(head[9:12]), json.loads(body)


def members_by_identity(server, kind, identities):
    """{external id: member id} of those that are members."""
    found = {}
    with Pipeline(server) as pipeline:
        searches = [("POST", "/v1/members/search", {"identity": {"kind": kind, "id": one}}) for one in identities]
        for identity, (status, body) in zip(identities, pipeline.all(searches)):
            assert status in (200, 404), (identity, status, body)
            if status == 200:
                found[identity] = body["id"]
    return found


def commit():
    done = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    return done.stdout.strip() or "unknown"


def record(kind, **fields):
    """Adds a line to build/reliability/<kind>.jsonl: what ran, of which commit, when."""
    folder = ROOT / "build/reliability"
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    with open(folder / f"{kind}.jsonl", "a", encoding="utf-8") as stream:
        stream.write(json.dumps({"kind": kind, "at": now, "commit": commit(), **fields}) + "\n")
