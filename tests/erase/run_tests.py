#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Erasing a person, held against every byte of the data directory, the logs and what the processes printed.

A hundred members whose every personal string occurs nowhere else register, buy, change their profiles, are looked for
and are erased. Afterwards no byte says them: not as they stand, not in another writing, not hashed; the directory's
keyed hashes of them are gone as well. Whoever was not erased stays, and the points of all stay to the last one.
"""
import shutil
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "kill"))
from running import Pipeline, Server, need_binary, record  # noqa: E402
from suite import Suite  # noqa: E402

import canaries  # noqa: E402
import rounds  # noqa: E402

suite = Suite(sys.argv)
ERASED, KEPT = 100, 20
SEED = time.time_ns() % 1_000_000


class Story:
    """Everything happens once; the cases look at its parts."""

    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "data", "--partitions", 4, "--checkpoint-every", 64)
        self.people = canaries.people(ERASED + KEPT, SEED)
        self.erased, self.kept = self.people[:ERASED], self.people[ERASED:]
        self.members, self.before, self.after = {}, {}, {}

    def change(self, method, path, body, key):
        status, answer = self.server.ask(method, path, body, {"Idempotency-Key": key})
        assert status == 200, (method, path, status, answer)
        return answer

    def live(self):
        """Registers everybody, in all the ways personal data can come in, refused ones included."""
        for person in self.people:
            body = {"identities": person.identities[:3], "profile": person.profile}
            self.members[person.number] = self.change("POST", "/v1/members", body, f"reg-{person.number}")["member"]
            member = f"/v1/members/{self.members[person.number]}"
            self.change("POST", member + "/identities", {"identity": person.identities[3]}, f"bind-{person.number}")
            self.change("PATCH", member + "/profile", {"city": person.city + "x"}, f"moved-{person.number}")
            self.change("PATCH", member + "/profile", {"city": person.city}, f"back-{person.number}")
            order = {"id": f"o-{person.number}", "currency": "CNY", "channel": "app",
                     "lines": [{"id": "1", "sku": "latte", "quantity": 1, "amount": f"{person.number + 20}.50"}]}
            event = {"type": "order.paid", "id": f"o-{person.number}", "source": "shop", "member": person.identities[0],
                     "order": order}
            status, answer = self.server.ask("POST", "/v1/events", event)
            assert status == 200 and answer["member"] == self.members[person.number], (status, answer)
            # Mistakes must not be written into logs with the person in them.
            for wrong in [
                {**event, "id": person.number},
                {**event, "id": f"w-{person.number}", "member": {**person.identities[0], "name": person.name}},
                {**event, "id": f"o-{person.number}", "order": {**order, "channel": "other"}},
                {**event, "id": f"v-{person.number}", "member": person.identities[1], "profile": {"named": person.name}},
            ]:
                status, answer = self.server.ask("POST", "/v1/events", wrong)
                assert status in (400, 422), (wrong, status, answer)
            assert self.server.find("openid", person.openid) == self.members[person.number]
            self.server.ask("GET", f"/v1/members/{person.phone}")
        self.server.get("/v1/ledger/totals")

    def views(self):
        with Pipeline(self.server) as pipeline:
            asked = [("GET", f"/v1/members/{self.members[person.number]}", None) for person in self.people]
            return {person.number: body for person, (_, body) in zip(self.people, pipeline.all(asked))}

    def erase(self):
        self.before, self.totals_before = self.views(), self.server.totals()
        for person in self.erased:
            answer = None
            for _ in range(50):
                status, answer = self.server.ask("DELETE", f"/v1/members/{self.members[person.number]}", None,
                                                 {"Idempotency-Key": f"erase-{person.number}"})
                if status == 200:
                    break
                assert status == 202, (status, answer)
                time.sleep(0.1)
            assert status == 200, answer
        deadline = time.monotonic() + 60
        while True:
            self.after = self.views()
            states = {self.after[person.number]["state"] for person in self.erased}
            if states == {"gone"}:
                break
            assert time.monotonic() < deadline, f"after 60 s some are still {states}"
            time.sleep(0.2)
        self.totals_after = self.server.totals()
        self.metrics = self.server.ask("GET", "/metrics")[1]
        (self.folder / "metrics.txt").write_text(self.metrics)


def the_scanner_sees_what_is_planted(folder):
    """Each form of each canary, planted, is found; a scan that finds nothing then says something."""
    person = canaries.people(1, SEED + 1)[0]
    needles = canaries.needles([person])
    assert len(needles) > 100, len(needles)
    for number, (needle, what) in enumerate(needles.items()):
        path = folder / f"planted-{number}"
        path.write_bytes(bytes(1000) + needle + bytes(77))
        hits, _ = canaries.traces([person], path)
        assert hits and hits[0][0] == str(path), what
    clean = folder / "clean"
    clean.write_bytes(bytes(range(256)) * 50)
    assert canaries.traces([person], clean)[0] == []


def main():
    folder = Path(tempfile.mkdtemp(prefix="banyan-erase-"))
    planted = folder / "planted"
    planted.mkdir()
    suite.case("the scanner sees what is planted", the_scanner_sees_what_is_planted, planted)
    shutil.rmtree(planted)
    story = []

    def live():
        need_binary()
        story.append(Story(folder))
        story[0].server.start()
        story[0].live()

    suite.case("a hundred and twenty people live", live)
    if not story:
        shutil.rmtree(folder, ignore_errors=True)
        return suite.finish()
    it = story[0]

    def no_clear_text_while_they_live():
        it.server.stop()
        hits, _ = canaries.traces(it.people, folder)
        assert not hits, f"{len(hits)} traces of people: {hits[:5]}"
        found, _ = canaries.search(canaries.handles(it.people, brand_key(it)), it.server.data / "directory")
        assert len({what for _, what in found}) == 4 * len(it.people), \
            f"the directory should hold {4 * len(it.people)} keyed ids; {len({what for _, what in found})} were found"
        outside = [path for path in it.server.data.iterdir() if path.name not in ("directory", "keys")]
        found, _ = canaries.search(canaries.handles(it.people, brand_key(it)), *outside)
        assert not found, f"keyed ids outside the directory: {found[:3]}"
        it.server.start()

    def a_changed_field_leaves_the_others():
        view = it.views()[it.kept[0].number]
        assert view["profile"] == it.kept[0].profile, f"after PATCH of the city alone: {sorted(view['profile'])}"

    def erased_people_are_gone():
        it.erase()
        for person in it.erased:
            view = it.after[person.number]
            assert "profile" not in view and view["identity_kinds"] == [], view
            for identity in person.identities:
                assert it.server.find(identity["kind"], identity["id"]) is None, identity

    def points_stay():
        assert it.totals_before == it.totals_after, (it.totals_before, it.totals_after)
        for person in it.people:
            before, after = it.before[person.number], it.after[person.number]
            for name in ["balances", "lots", "spend", "orders"]:
                assert before[name] == after[name], (person.number, name, before[name], after[name])

    def the_kept_stay():
        for person in it.kept:
            view = it.after[person.number]
            assert view["state"] == "active" and view["profile"] == it.before[person.number]["profile"], view
            assert it.server.find("phone", person.phone) == it.members[person.number]

    def no_byte_says_them():
        assert it.server.stop() == 0
        hits, looked_at = canaries.traces(it.people, folder)
        assert not hits, f"{len(hits)} traces: {hits[:5]}"
        erased, _ = canaries.search(canaries.handles(it.erased, brand_key(it)), folder)
        assert not erased, f"{len(erased)} keyed ids of erased people: {erased[:3]}"
        kept, _ = canaries.search(canaries.handles(it.kept, brand_key(it)), it.server.data / "directory")
        assert len({what for _, what in kept}) == 4 * KEPT, "the search no longer finds the ids of those who stay"
        record("erase", seed=SEED, erased=ERASED, kept=KEPT, bytes_scanned=looked_at, traces=0)

    def replay_and_restart_agree():
        it.server.start()
        again = it.views()
        for person in it.people:
            for name in ["state", "balances", "lots", "spend", "orders", "identity_kinds"]:
                assert again[person.number][name] == it.after[person.number][name], (person.number, name)
        assert it.server.totals() == it.totals_after
        it.server.stop()
        rounds.audit(it.server.data)

    try:
        suite.case("nothing personal is in clear while they live", no_clear_text_while_they_live)
        suite.case("a changed field of a profile leaves the others", a_changed_field_leaves_the_others)
        suite.case("erased people are gone", erased_people_are_gone)
        suite.case("points and totals stay", points_stay)
        suite.case("whoever was not erased stays", the_kept_stay)
        suite.case("no byte says them", no_byte_says_them)
        suite.case("a restart and an audit agree", replay_and_restart_agree)
    finally:
        it.server.kill()
    failed = suite.finish()
    if failed:
        print(f"seed {SEED}; everything is in {folder}")
        print(f"{suite.passed} passed, {suite.failed} failed, {suite.skipped} skipped")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return failed


def brand_key(story):
    return (story.server.data / "keys/brand.key").read_bytes()


if __name__ == "__main__":
    sys.exit(main())
