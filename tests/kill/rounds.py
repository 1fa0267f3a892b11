# SPDX-License-Identifier: Apache-2.0
"""Rounds of kill -9 against a working server, each ending with the proof that nothing was lost or doubled."""
import http.client
import random
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "erase"))
import canaries  # noqa: E402
from running import BINARY, ROOT, Pipeline, Refused, Server, banyan, members_by_identity  # noqa: E402
from suite import Skip  # noqa: E402
from workload import Client, events, expected  # noqa: E402


class Killer(threading.Thread):
    """Kills and restarts until `kills` are done or finish() is called. The pauses leave time to do some work."""

    def __init__(self, server, kills, seed, pause, graceful=0.0):
        super().__init__(daemon=True)
        self.server, self.wanted, self.draw = server, kills, random.Random(seed)
        self.pause, self.graceful = pause, graceful
        self.killed = self.killed_starting = self.terminated = 0
        self.failure, self.over = None, threading.Event()

    def run(self):
        try:
            while self.kills() < self.wanted and not self.over.wait(self.draw.uniform(*self.pause)):
                self.once()
        except (Refused, AssertionError) as failure:
            self.failure = failure

    def once(self):
        if self.draw.random() < self.graceful:
            status = self.server.stop()
            assert status == 0, f"after SIGTERM the server ended with {status}: {self.server.said()}"
            self.terminated += 1
        else:
            self.server.kill()
            self.killed += 1
        while self.draw.random() < 0.25:  # and again while it recovers
            self.server.spawn()
            time.sleep(self.draw.uniform(0, 0.25))
            self.server.kill()
            self.killed_starting += 1
        self.server.start()

    def kills(self):
        return self.killed + self.killed_starting

    def finish(self):
        """Call when the work is done; the server serves again afterwards."""
        self.over.set()
        self.join()
        if self.failure:
            raise AssertionError(f"kill {self.kills()}: {self.failure}")


def has_command(name):
    status, said, _ = banyan("--help")
    return status == 0 and re.search(rf"^  {name}\b", said, re.MULTILINE) is not None


def audit(data):
    """Runs the audit; its state hash. Skips by name where the program cannot audit yet."""
    if not has_command("audit"):
        raise Skip("this build has no `banyan audit`")
    status, said, error = banyan("audit", "--data", data)
    assert status == 0, f"audit ended with {status}: {said[-2000:]}{error[-500:]}"
    found = re.search(r"state hash (\S+)", said)
    assert found, said
    return found.group(1)


def standing_of_everybody(server, members):
    found = {}
    with Pipeline(server) as pipeline:
        answers = pipeline.all(("GET", f"/v1/members/{member}", None) for member in members.values())
        for identity, (status, member) in zip(members, answers):
            assert status == 200, (identity, status, member)
            points = [int(balance["posted"]) for balance in member["balances"] if balance["unit"] == "points"]
            whole, _, fraction = member["spend"].partition(".")
            found[identity] = (points[0] if points else 0, int(whole) * 100 + int(fraction), member["orders"])
    return found


def check_everything(server, client, made):
    """Each event is there exactly once: sent again it is known, under the LSN of its first acknowledgement."""
    client.check()
    assert client.log.keys() == {event.id for event in made}
    for start in range(0, len(made), 1000):
        chunk = made[start:start + 1000]
        for event, result in zip(chunk, server.send_events([event.line for event in chunk])):
            assert result["status"] == "replayed", f"{event.id}: acknowledged, then {result}"
            assert (result["lsn"], result["member"]) == client.log[event.id], (event.id, result, client.log[event.id])
    wanted = expected(made)
    members = members_by_identity(server, "customer", sorted(wanted))
    found = standing_of_everybody(server, members)
    wrong = [f"{one}: expected {wanted[one]}, found {found.get(one)}"
             for one in wanted if wanted[one] != found.get(one)]
    assert not wrong, f"{len(wrong)} of {len(wanted)} members stand wrong: {wrong[:3]}"
    totals = server.totals()
    assert totals["liability"] - totals["debt"] == sum(points for points, _, _ in wanted.values()), totals
    assert totals["members"] == len(wanted), totals


def client_round(folder, kills, seed, partitions=4, count=None, graceful=0.15, options=()):
    """Live events from a client with its own log. Returns what was done, for the record."""
    count = count or 150 * kills
    made = events(count, max(20, count // 10), seed)
    server = Server(Path(folder) / "data", "--partitions", partitions, *options).start()
    client = Client(server, batch=random.Random(seed).choice([5, 20, 100, 300]))
    killer = Killer(server, kills, seed, (0.02, 0.3), graceful)
    killer.start()
    try:
        # The work goes round until the kills are done: what is sent again must be known.
        client.send_all(made)
        while killer.kills() < kills and killer.is_alive():
            client.send_all(made[-2000:])
    finally:
        killer.finish()
    check_everything(server, client, made)
    assert server.stop() == 0
    hashed = None
    try:
        hashed = audit(server.data)
    finally:
        if hashed is None:
            server.kill()
    server.start()
    check_everything(server, client, made)
    server.stop()
    return {"round": "client", "seed": seed, "kills": killer.kills(), "kills_while_starting": killer.killed_starting,
            "sigterms": killer.terminated, "events": count, "requests": client.requests,
            "answers_cut": client.cut_answers, "partitions": partitions, "state_hash": hashed}


class Importing:
    """`banyan import` as its own process, with files of its own."""

    def __init__(self, server, file, mapping, folder, name, batch):
        self.report = Path(folder) / f"{name}.report.json"
        self.output = Path(folder) / f"{name}.out"
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                [BINARY, "import", file, "--server", server.address, "--key", server.key, "--mapping", mapping,
                 "--history", "--batch", str(batch), "--report", self.report,
                 "--notes", Path(folder) / f"{name}.notes", "--state", Path(folder) / f"{name}.state"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def counts(self, seconds=600):
        """(applied, known already, pending, refused) when it has ended."""
        status = self.process.wait(seconds)
        said = self.output.read_text(errors="replace")
        found = re.search(r"([\d,]+) applied, ([\d,]+) known already, ([\d,]+) pending, ([\d,]+) refused", said)
        assert found, f"the import ended with {status}: {said[-1500:]}"
        return tuple(int(number.replace(",", "")) for number in found.groups())


def import_round(folder, file, oracle_totals, mapping, options, kills, seed, batch=200):
    """A real file imported while the server is killed; the importer retries. Ends with the oracle's totals."""
    server = Server(Path(folder) / "data", *options).start()
    running = Importing(server, file, ROOT / "tools/import" / mapping, folder, "first", batch)
    # The importer waits half a second when nobody answers, so the pause leaves it some work in between.
    killer = Killer(server, kills, seed, (0.55, 0.95))
    killer.start()
    try:
        applied, known, pending, refused = running.counts()
    finally:
        if running.process.poll() is None:
            running.process.kill()
        killer.finish()
    assert pending == 0 and refused == 0, f"{pending} pending, {refused} refused; see the notes in {folder}"
    all_events = applied + known
    check_oracle(server, oracle_totals)
    again = Importing(server, file, ROOT / "tools/import" / mapping, folder, "again", 2000).counts()
    assert again == (0, all_events, 0, 0), f"everything sent again: {again}, expected all {all_events} known"
    check_oracle(server, oracle_totals)
    assert server.stop() == 0
    hashed = None
    try:
        hashed = audit(server.data)
    finally:
        server.kill()
    return {"round": "import", "file": Path(file).name, "seed": seed, "kills": killer.kills(),
            "kills_while_starting": killer.killed_starting, "events": all_events, "known_at_first": known,
            "options": [str(one) for one in options], "state_hash": hashed}


def check_oracle(server, expected_totals):
    totals = server.totals()
    found = {name: totals[name] for name in ["members", "issued", "expired", "liability", "debt"]}
    assert found == {
        "members": expected_totals["members"],
        "issued": expected_totals["granted"] - expected_totals["taken_back"],
        "expired": expected_totals["breakage_after_catchup"],
        "liability": expected_totals["balance_after_catchup"],
        "debt": 0,
    }, (found, expected_totals)


def erase_round(folder, kills, seed, partitions=4, options=()):
    """People are registered and erased while the server is killed; the erased are gone then, the others whole."""
    erased_count = max(20, 4 * kills)
    server = Server(Path(folder) / "data", "--partitions", partitions, *options).start()
    people = canaries.people(erased_count + 20, seed)
    erased, kept = people[:erased_count], people[erased_count:]
    members = {}

    def insist(method, path, body, key):
        """Until it is acknowledged: the same request under the same key."""
        for _ in range(2000):
            try:
                status, answer = server.ask(method, path, body, {"Idempotency-Key": key})
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            if status == 200:
                return answer
            assert status in (202, 429, 503), (method, path, status, answer)
            time.sleep(0.02)
        raise AssertionError(f"{method} {path} was never acknowledged; the server says: {server.said()}")

    killer = Killer(server, kills, seed, (0.02, 0.4), graceful=0.1)
    killer.start()
    try:
        for person in people:
            body = {"identities": person.identities, "profile": person.profile}
            members[person.number] = insist("POST", "/v1/members", body, f"reg-{person.number}")["member"]
            adjust = {"unit": "points", "amount": str(10 + person.number), "reason": "goodwill"}
            insist("POST", f"/v1/members/{members[person.number]}/adjustments", adjust, f"adj-{person.number}")
        for person in erased:
            insist("DELETE", f"/v1/members/{members[person.number]}", None, f"erase-{person.number}")
        while killer.kills() < kills and killer.is_alive():
            insist("DELETE", f"/v1/members/{members[erased[-1].number]}", None, f"erase-{erased[-1].number}")
            time.sleep(0.05)
    finally:
        killer.finish()
    deadline = time.monotonic() + 60
    while True:
        with Pipeline(server) as pipeline:
            asked = [("GET", f"/v1/members/{members[person.number]}", None) for person in people]
            views = {person.number: view for person, (_, view) in zip(people, pipeline.all(asked))}
        states = {views[person.number]["state"] for person in erased}
        if states == {"gone"}:
            break
        assert time.monotonic() < deadline, f"60 s after the last erasure some are still {states}"
        time.sleep(0.2)
    for person in people:
        view = views[person.number]
        assert [int(one["posted"]) for one in view["balances"]] == [10 + person.number], view
    for person in kept:
        assert views[person.number].get("profile") == person.profile, views[person.number]
        found = {one["kind"]: server.find(one["kind"], one["id"]) for one in person.identities}
        assert set(found.values()) == {members[person.number]}, f"{members[person.number]} is found by {found}"
    for person in erased:
        assert "profile" not in views[person.number], views[person.number]
        assert all(server.find(one["kind"], one["id"]) is None for one in person.identities)
    assert server.totals()["liability"] == sum(10 + person.number for person in people)
    assert server.stop() == 0
    hits, looked_at = canaries.traces(people, folder)
    assert not hits, f"{len(hits)} traces of people: {hits[:3]}"
    brand_key = (server.data / "keys/brand.key").read_bytes()
    hits, _ = canaries.search(canaries.handles(erased, brand_key), folder)
    assert not hits, f"{len(hits)} keyed ids of erased people: {hits[:3]}"
    hashed = audit(server.data)
    return {"round": "erase", "seed": seed, "kills": killer.kills(), "kills_while_starting": killer.killed_starting,
            "sigterms": killer.terminated, "erased": len(erased), "bytes_scanned": looked_at,
            "partitions": partitions, "state_hash": hashed}
