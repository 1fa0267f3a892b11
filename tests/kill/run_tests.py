#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a process that dies, a disk that fills and bytes that rot may do to a brand: nothing that was acknowledged.

A short form of each; `tests/kill/run --kills 200` is the long form of the rounds.
"""
import http.client
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "oracle"))
import data_files  # noqa: E402
import online_retail  # noqa: E402
from running import Refused, Server, banyan, need_binary, record  # noqa: E402
from suite import Skip, Suite  # noqa: E402

import rounds  # noqa: E402
from workload import Client, events, expected  # noqa: E402

suite = Suite(sys.argv)
SEED = int(os.environ.get("BANYAN_SEED", time.time_ns() % 1_000_000))


def in_scratch(case):
    """A case with a folder of its own; what is left when it fails is kept where the message says."""

    def run():
        need_binary()
        folder = Path(tempfile.mkdtemp(prefix="banyan-kill-"))
        try:
            case(folder)
        except Skip:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            raise AssertionError(f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}: {error} "
                                 f"(seed {SEED}, everything is in {folder})") from error
        shutil.rmtree(folder, ignore_errors=True)

    return run


# Kills.

def kills_under_a_client(folder):
    record("kills", **rounds.client_round(folder, 5, SEED, partitions=4))


def kills_between_checkpoints(folder):
    options = ["--checkpoint-every", 64, "--threads", 2]
    record("kills", **rounds.client_round(folder, 5, SEED + 1, partitions=16, options=options))


def kills_under_an_import(folder):
    found = online_retail.find_file()
    if found is None:
        raise Skip(f"Online Retail is not below {data_files.data_directory()}")
    # The first tenth of the file is a file like any other: the oracle says what it comes to. The long form takes all.
    file = folder / data_files.row_file_name(found)
    file.write_bytes(b"".join(data_files.read_bytes(found).splitlines(keepends=True)[:60_000]))
    totals = online_retail.compute(file)["totals"]
    options = ["--partitions", 4, "--currency", "GBP", "--zone", "Europe/London"]
    record("kills", **rounds.import_round(folder, file, totals, "online-retail.yaml", options, 4, SEED, batch=50))


def kills_under_erasures(folder):
    record("kills", **rounds.erase_round(folder, 5, SEED))


# One process at a time.

def filled(folder, count=600, stop=True, **options):
    """A directory with some history, and the client whose log says what was acknowledged."""
    server = Server(folder / "data", "--partitions", 2, **options).start()
    client = Client(server)
    made = events(count, 50, SEED)
    client.send_all(made)
    client.check()
    if stop:
        assert server.stop() == 0
    return server, client, made


def refusal_of(server):
    """What a server that must not start says: one line, an exit status that is no signal."""
    try:
        server.start()
    except Refused as refused:
        lines = [line for line in refused.said.splitlines() if line.strip()]
        assert refused.status in (1, 2), f"ended with {refused.status}: {refused.said}"
        assert len(lines) == 1, f"one clear error, but it said: {refused.said}"
        return lines[0]
    server.kill()
    raise AssertionError("the server started")


def second_process_is_refused(folder):
    server, client, made = filled(folder, stop=False)
    second = Server(folder / "data")
    second.key = server.key
    said = refusal_of(second)
    assert str(server.process.pid) in said, said
    for command in ["audit", "replay"]:
        if rounds.has_command(command):
            status, _, error = banyan(command, "--data", server.data)
            assert status == 1 and str(server.process.pid) in error, (command, status, error)
    rounds.check_everything(server, client, made)
    server.stop()


# SIGTERM.

def sigterm_finishes_what_is_in_flight(folder):
    """Every request that was sent gets an answer; what was acknowledged is there, what was not is not half there."""
    server, _, _ = filled(folder, stop=False)
    made = events(4000, 50, SEED + 2)
    answered, silent = {}, []
    shares = [made[number::8] for number in range(8)]

    def post(share):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        head = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
        for event in share:
            try:
                connection.request("POST", "/v1/events", event.line, head)
            except OSError:
                return  # it no longer listens, and says so before it takes anything
            try:
                answer = connection.getresponse()
                answered[event.id] = (answer.status, json.loads(answer.read()))
            except http.client.RemoteDisconnected:
                silent.append(event.id)  # closed between two requests: nothing was promised
                return
            if answer.status == 503 or answer.getheader("Connection") == "close":
                return

    threads = [threading.Thread(target=post, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    status = server.stop(20)
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive(), "a request was never answered"
    assert status == 0, f"ended with {status}: {server.said()}"
    codes = {code for code, _ in answered.values()}
    # Per-member order is kept by one client only, so a refund may come before its order here: 404 and 409 are answers.
    assert codes <= {200, 404, 409, 503}, codes
    applied = {one: body for one, (code, body) in answered.items() if code == 200}
    assert len(applied) > 50, f"only {len(applied)} events were applied before the stop; the case shows nothing"
    server.start()
    asked = [event for event in made if event.id in applied]
    for event in asked:
        code, body = server.ask("POST", "/v1/events", event.line)
        first = applied[event.id]
        assert code == 200 and body == {**first, "replayed": True}, (first, body)
    totals = server.totals()
    server.stop()
    assert len(silent) <= 8 and totals["members"] <= 50, (silent, totals)


def sigterm_during_an_ndjson_stream_loses_nothing(folder):
    server = Server(folder / "data", "--partitions", 4).start()
    made = events(6000, 200, SEED + 3)
    client = Client(server, batch=3000)
    worker = threading.Thread(target=client.send_all, args=(made, 120))
    worker.start()
    stops = 0
    while worker.is_alive() and stops < 4:
        time.sleep(0.25)
        assert server.stop(20) == 0
        stops += 1
        server.start()
    worker.join()
    rounds.check_everything(server, client, made)
    server.stop()
    rounds.audit(server.data)


# Bytes that rot, are cut or come from elsewhere.

def segments(server):
    found = sorted((server.data / "journal").rglob("*.seg"))
    assert found, "the journal has no segments"
    return found


def flip(path, at):
    with open(path, "r+b") as stream:
        stream.seek(at)
        byte = stream.read(1)[0]
        stream.seek(at)
        stream.write(bytes([byte ^ 0x40]))


def assert_names(said, path):
    assert path.name in said and "journal" in said, f"the refusal does not name {path}: {said}"


def a_flipped_byte_is_refused(folder):
    server, client, made = filled(folder)
    path = segments(server)[0]
    untouched = path.read_bytes()
    for part in [0.1, 0.5, 0.9]:
        flip(path, int(len(untouched) * part))
        before = {one: one.read_bytes() for one in segments(server)}
        assert_names(refusal_of(server), path)
        assert before == {one: one.read_bytes() for one in segments(server)}, "the refused start changed the journal"
        path.write_bytes(untouched)
    server.start()
    rounds.check_everything(server, client, made)
    server.stop()


def a_flipped_byte_in_an_earlier_run_is_refused(folder):
    server, client, made = filled(folder)
    server.start()
    assert server.stop() == 0
    path = segments(server)[0]
    untouched = path.read_bytes()
    assert len({one.parent for one in segments(server)}) > 1, "a second start begins a second run"
    flip(path, len(untouched) // 2)
    assert_names(refusal_of(server), path)
    path.write_bytes(untouched)
    server.start()
    rounds.check_everything(server, client, made)
    server.stop()


def garbage_behind_the_end_is_cut(folder):
    server, client, made = filled(folder, stop=False)
    server.kill()
    tail = [path for path in segments(server) if path.stat().st_size][-1]
    for garbage in [b"\x00" * 5000, os.urandom(3000), tail.read_bytes()[64:600]]:
        with open(tail, "ab") as stream:
            stream.write(garbage)
        server.start()
        rounds.check_everything(server, client, made)
        server.kill()
        tail = [path for path in segments(server) if path.stat().st_size][-1]


def a_truncated_journal_is_refused(folder):
    """Cut in the middle where a later run says how far it went; a segment that is missing altogether likewise."""
    server, client, made = filled(folder)
    server.start()
    assert server.stop() == 0
    path = segments(server)[0]
    untouched = path.read_bytes()
    path.write_bytes(untouched[:len(untouched) // 2])
    assert_names(refusal_of(server), path)
    path.unlink()
    said = refusal_of(server)
    assert "journal" in said, said
    path.write_bytes(untouched)
    server.start()
    rounds.check_everything(server, client, made)
    server.stop()


def a_damaged_brand_file_is_refused(folder):
    server, client, made = filled(folder)
    path = server.data / "brand"
    untouched = path.read_bytes()
    for bytes_, words in [
        (untouched.replace(b"partitions 2", b"partitions 4"), ["damaged", "brand"]),
        (untouched.replace(b"directory 1", b"directory 2"), ["format 2"]),
        (b"something else altogether\n", ["not a Banyan data directory"]),
    ]:
        assert bytes_ != untouched
        path.write_bytes(bytes_)
        said = refusal_of(server)
        assert all(word in said for word in words), said
        path.write_bytes(untouched)
    server.start()
    rounds.check_everything(server, client, made)
    server.stop()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 & -(crc & 1))
    return crc ^ 0xFFFFFFFF


def a_newer_journal_is_refused(folder):
    server, client, made = filled(folder)
    path = segments(server)[0]
    untouched = path.read_bytes()
    header = bytearray(untouched[:64])
    struct.pack_into("<I", header, 8, 2)
    struct.pack_into("<I", header, 60, crc32c(bytes(header[:60])))
    path.write_bytes(bytes(header) + untouched[64:])
    said = refusal_of(server)
    assert "newer" in said or "format 2" in said, said
    path.write_bytes(untouched)
    server.start()
    rounds.check_everything(server, client, made)
    server.stop()


def another_brands_journal_is_refused(folder):
    server, _, _ = filled(folder)
    other = Server(folder / "other", "--partitions", 2).start()
    assert other.stop() == 0
    path = segments(other)[0]
    shutil.copyfile(segments(server)[0], path)
    said = refusal_of(other)
    assert path.name in said, said


def a_directory_of_something_else_is_refused(folder):
    place = folder / "data"
    place.mkdir()
    (place / "thesis.txt").write_text("years of work\n")
    server = Server.__new__(Server)
    server.data, server.options, server.port, server.connection = place, [], 0, None
    server.log, server.process, server.said_before, server.key = folder / "data.log", None, 0, ""
    said = refusal_of(server)
    assert "thesis.txt" in said and "empty" in said, said
    assert (place / "thesis.txt").read_text() == "years of work\n"
    left = sorted(path.name for path in place.iterdir())
    assert left in (["thesis.txt"], ["lock", "thesis.txt"]), left


def missing_keys_are_refused(folder):
    """Without them nothing can be opened; a new one in their place would make that certain."""
    server, client, made = filled(folder)
    client.server.start()
    server.ask("POST", "/v1/members", {"identities": [{"kind": "openid", "id": "o-1"}], "profile": {"name": "N"}},
               {"Idempotency-Key": "with-a-profile"})
    assert server.stop() == 0
    for name in ["brand.key", "vault.key"]:
        path = server.data / "keys" / name
        untouched = path.read_bytes()
        path.unlink()
        said = refusal_of(server)
        assert name in said, said
        assert not path.exists(), f"{name} was made anew"
        path.write_bytes(untouched[:-1])
        said = refusal_of(server)
        assert name in said, said
        path.write_bytes(untouched)
    server.start()
    for event, result in zip(made, server.send_events([event.line for event in made])):
        assert result["status"] == "replayed", (event.id, result)
    server.stop()


def lost_checkpoints_are_rebuilt(folder):
    server, client, made = filled(folder)
    before = rounds.audit(server.data)
    shutil.rmtree(server.data / "checkpoints")
    server.start()
    rounds.check_everything(server, client, made)
    server.stop()
    rounds.audit(server.data)
    if rounds.has_command("replay"):
        status, said, error = banyan("replay", "--data", server.data)
        assert status == 0, error
        assert "state hash" in said, said
    assert before


# Full disks.

class SmallDisk:
    """A file system of a few MiB in memory."""

    def __init__(self, place, mebibytes):
        self.place, self.mebibytes = place, mebibytes

    def __enter__(self):
        self.place.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.mebibytes}m", "tmpfs", self.place],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
        return self.place

    def __exit__(self, *_):
        for _ in range(50):
            if subprocess.run(["umount", self.place], capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.1)
        subprocess.run(["umount", "-l", self.place], check=False)


def fill(place):
    """Takes every last byte; the file that has to go to free them."""
    ballast = place / "ballast"
    descriptor = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    try:
        for size in [1 << 16, 1 << 12, 1]:
            try:
                while os.write(descriptor, b"\0" * size):
                    pass
            except OSError:
                continue  # no room for so many bytes; fewer may fit
    finally:
        os.close(descriptor)
    return ballast


def until(what, test, seconds=15):
    deadline = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def the_reserve_stops_writes_and_lets_reads_go_on(folder):
    with SmallDisk(folder / "disk", 64) as place:
        server = Server(place / "data", "--partitions", 2)
        server.log = folder / "server.log"
        server.start()
        try:
            client = Client(server)
            made = events(2000, 50, SEED)
            client.send_all(made[:1000])
            free = shutil.disk_usage(place).free
            ballast = place / "ballast"
            ballast.write_bytes(b"\0" * (free - (1 << 20)))  # 1 MiB left of 64: below 5 %
            until("readyz names the reserve", lambda: server.ask("GET", "/readyz")[0] == 503)
            code, problem = server.ask("POST", "/v1/events", made[1000].line)
            assert code == 503 and "reserve" in problem["detail"], (code, problem)
            status, text = server.ask("POST", "/v1/events", made[1000].line, content="application/x-ndjson")
            assert status == 503 or json.loads(text)["status"] == "stopped", (status, text)
            rounds.standing_of_everybody(server, {event.member: client.log[event.id][1] for event in made[:1000]})
            before = server.totals()
            ballast.unlink()
            until("writes resume by themselves", lambda: server.ask("GET", "/readyz")[0] == 200)
            assert server.totals() == before
            client.send_all(made[1000:])
            rounds.check_everything(server, client, made)
            assert server.stop() == 0
        finally:
            server.kill()


def a_disk_that_is_full_at_once_loses_nothing(folder):
    """Filled to the last byte faster than the reserve is looked at: the process may stop, but not lie."""
    with SmallDisk(folder / "disk", 64) as place:
        server = Server(place / "data", "--partitions", 2)
        server.log = folder / "server.log"
        server.start()
        try:
            client = Client(server, batch=50)
            made = events(6000, 100, SEED)
            client.send_all(made[:1000])
            ballast = fill(place)
            waiting, refused = list(made[1000:]), False
            for start in range(0, len(waiting), 500):
                if client.send(waiting[start:start + 500]):
                    refused = True
                    break
            assert refused, "everything was acknowledged on a full disk"
            try:
                code, _ = server.ask("POST", "/v1/events", made[-1].line)
                assert code == 503, code
            except (OSError, http.client.HTTPException):
                # What a failed write left is not known: the process ends with one error, and recovers when started.
                assert server.process.wait(20) == 70, server.process.returncode
                assert "space" in server.said(), server.said()
            acknowledged = dict(client.log)
            ballast.unlink()
            server.kill()
            server.start()
            assert acknowledged.items() <= client.log.items()
            client.send_all(made)
            rounds.check_everything(server, client, made)
            assert server.stop() == 0
            rounds.audit(server.data)
        finally:
            server.kill()


def a_full_disk_at_the_start_is_one_error(folder):
    with SmallDisk(folder / "disk", 32) as place:
        server = Server(place / "data", "--partitions", 2)
        server.log = folder / "server.log"
        server.start()
        client = Client(server)
        made = events(500, 20, SEED)
        client.send_all(made)
        assert server.stop() == 0
        ballast = fill(place)
        try:
            said = refusal_of(server)
            assert "space" in said or "full" in said, said
        finally:
            ballast.unlink()
        server.start()
        rounds.check_everything(server, client, made)
        server.stop()


CASES = [
    ("kill -9 under a client with its own log", kills_under_a_client),
    ("kill -9 between frequent checkpoints, two logs", kills_between_checkpoints),
    ("kill -9 under an import of Online Retail", kills_under_an_import),
    ("kill -9 under erasures", kills_under_erasures),
    ("a second process is refused", second_process_is_refused),
    ("SIGTERM finishes what is in flight", sigterm_finishes_what_is_in_flight),
    ("SIGTERM during a stream loses nothing", sigterm_during_an_ndjson_stream_loses_nothing),
    ("a flipped byte is refused", a_flipped_byte_is_refused),
    ("a flipped byte in an earlier run is refused", a_flipped_byte_in_an_earlier_run_is_refused),
    ("garbage behind the end is cut", garbage_behind_the_end_is_cut),
    ("a truncated journal is refused", a_truncated_journal_is_refused),
    ("a damaged, newer or foreign brand file is refused", a_damaged_brand_file_is_refused),
    ("a newer journal is refused", a_newer_journal_is_refused),
    ("another brand's journal is refused", another_brands_journal_is_refused),
    ("a directory of something else is refused", a_directory_of_something_else_is_refused),
    ("missing or damaged keys are refused", missing_keys_are_refused),
    ("lost checkpoints are rebuilt", lost_checkpoints_are_rebuilt),
    ("the disk's reserve stops writes, reads go on", the_reserve_stops_writes_and_lets_reads_go_on),
    ("a disk that is full at once loses nothing", a_disk_that_is_full_at_once_loses_nothing),
    ("a full disk at the start is one error", a_full_disk_at_the_start_is_one_error),
]


if __name__ == "__main__":
    for title, function in CASES:
        suite.case(title, in_scratch(function))
    sys.exit(suite.finish())
