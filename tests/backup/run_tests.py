#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A backup of a brand that is being served, and what a restore must not bring back.

People register, buy and are backed up while somebody goes on buying; afterwards some are erased. The restored brand has
everything that was acknowledged before the backup began, passes its audit, and knows nobody who was erased since.
"""
import shutil
import sys
import tempfile
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "erase"))
from running import Server, banyan, need_binary  # noqa: E402
from suite import Suite  # noqa: E402

import canaries  # noqa: E402

suite = Suite(sys.argv)
ERASED, PEOPLE = 5, 30


class Story:
    def __init__(self, folder):
        self.folder, self.keys = folder, folder / "copy of the keys"
        self.server = Server(folder / "data", "--partitions", 4, "--checkpoint-every", 64).start()
        self.people = canaries.people(PEOPLE, 7)
        self.members = {}
        for person in self.people:
            status, answer = self.server.ask("POST", "/v1/members", {"identities": person.identities[:2],
                                                                     "profile": person.profile},
                                             {"Idempotency-Key": f"reg-{person.number}"})
            assert status == 200, answer
            self.members[person.number] = answer["member"]
            self.order(person, f"o-{person.number}")
        self.before = {person.number: self.points(self.server, person) for person in self.people}

    def order(self, person, name):
        event = {"type": "order.paid", "id": name, "source": "shop", "member": person.identities[0],
                 "order": {"id": name, "currency": "CNY", "channel": "app",
                           "lines": [{"id": "1", "sku": "latte", "quantity": 1, "amount": f"{person.number + 20}.00"}]}}
        status, answer = self.server.ask("POST", "/v1/events", event)
        assert status == 200, answer

    def points(self, server, person):
        status, view = server.ask("GET", f"/v1/members/{self.members[person.number]}")
        assert status == 200, view
        return view["balances"][0]["posted"]

    def back_up(self):
        """While somebody goes on buying."""
        over = threading.Event()
        failures = []

        def buy():
            other = Server.__new__(Server)
            other.__dict__ = {**self.server.__dict__, "connection": None}
            try:
                for number in range(100_000):
                    if over.is_set():
                        return
                    person = self.people[number % PEOPLE]
                    other.ask("POST", "/v1/events",
                              {"type": "order.paid", "id": f"b-{number}", "source": "shop",
                               "member": person.identities[0],
                               "order": {"id": f"b-{number}", "currency": "CNY", "channel": "app",
                                         "lines": [{"id": "1", "sku": "latte", "quantity": 1, "amount": "1.00"}]}})
            except Exception as failure:  # told by the case
                failures.append(failure)

        buyer = threading.Thread(target=buy)
        buyer.start()
        try:
            status, said, error = banyan("backup", "--data", self.server.data, "--to", self.folder / "backup")
        finally:
            over.set()
            buyer.join()
        assert status == 0 and "backup verified" in said, (status, said, error)
        # As the command asks: an erasure renews the vault's key, and the new one does not open this backup.
        shutil.copytree(self.server.data / "keys", self.keys)
        assert not failures, failures[0]

    def erase(self):
        for person in self.people[:ERASED]:
            status, answer = self.server.ask("DELETE", f"/v1/members/{self.members[person.number]}", None,
                                             {"Idempotency-Key": f"erase-{person.number}"})
            assert status in (200, 202), answer
        self.server.stop()
        listed = sum(len(path.read_text().splitlines()) for path in (self.server.data / "erasures").iterdir())
        assert listed == 2 * ERASED, f"{listed} handles are listed"


def restore(story, name, *options):
    return banyan("restore", "--from", story.folder / "backup", "--data", story.folder / name, *options)


def a_restore_asks_who_was_erased(story):
    for options in [[], ["--nobody-erased", "--erasures", story.server.data]]:
        status, _, error = restore(story, "unsaid", "--keys", story.keys, *options)
        assert status == 1 and "--nobody-erased" in error and "--erasures" in error, (status, error)
        assert not (story.folder / "unsaid").exists()
    status, _, error = restore(story, "unsaid", "--keys", story.keys, "--erasures", story.folder)
    assert status == 1 and "no list of erasures" in error, (status, error)


def a_broken_list_is_named(story):
    odd = story.folder / "odd" / "erasures"
    odd.mkdir(parents=True)
    (odd / "list").write_text("0" * 32 + "\nnobody\n")
    status, _, error = restore(story, "unsaid", "--keys", story.keys, "--erasures", odd)
    assert status == 1 and "line 2" in error and "erasures/list" in error, (status, error)
    assert not (story.folder / "unsaid").exists()


def a_backup_holds_no_keys(story):
    assert not (story.folder / "backup" / "keys").exists()
    status, _, error = restore(story, "keyless", "--nobody-erased")
    assert status == 1 and "--keys" in error, (status, error)
    shutil.rmtree(story.folder / "keyless", ignore_errors=True)


def what_was_acknowledged_is_back_and_the_erased_are_not(story):
    data = story.folder / "restored"
    status, said, error = restore(story, "restored", "--keys", story.keys,
                                  "--erasures", story.server.data / "erasures")
    assert status == 0 and "audit passed" in said, (status, said, error)
    assert f"erased again: {ERASED} members" in said, said
    shutil.copy(story.server.data / "keys.json", data / "keys.json")
    again = Server(data, "--partitions", 4)
    again.key = story.server.key
    with again:
        for person in story.people[ERASED:]:
            assert again.find("phone", person.phone) == story.members[person.number]
            points = story.points(again, person)
            assert points >= story.before[person.number], (person.number, points, story.before[person.number])
        for person in story.people[:ERASED]:
            _, view = again.ask("GET", f"/v1/members/{story.members[person.number]}")
            assert view["state"] == "gone", view
        again.stop()
    traces, looked_at = canaries.traces(story.people[:ERASED], data)
    assert looked_at > 10_000 and not traces, traces[:3]
    status, said, error = banyan("audit", "--data", data)
    assert status == 0, (said, error)


def brand_file(data):
    words = [line.split() for line in (data / "brand").read_text().splitlines()]
    return [line[1] for line in words if line[0] == "journal"], [line[1] for line in words if line[0] == "origin"]


def a_copy_is_a_journal_of_its_own(story):
    """And a copy of the copy, too, with everything that was in the first."""
    status, said, error = banyan("backup", "--data", story.folder / "restored", "--to", story.folder / "backup 2",
                                 "--with-keys")
    assert status == 0, (status, said, error)
    status, said, error = banyan("restore", "--from", story.folder / "backup 2", "--data", story.folder / "grandchild",
                                 "--nobody-erased")
    assert status == 0 and "audit passed" in said, (status, said, error)
    first, none = brand_file(story.server.data)
    second, origins = brand_file(story.folder / "restored")
    third, more = brand_file(story.folder / "grandchild")
    assert none == [] and origins == first and more == first + second and len({*first, *second, *third}) == 3
    with Server(story.folder / "grandchild", "--partitions", 4) as server:
        for person in story.people[ERASED:]:
            assert story.points(server, person) >= story.before[person.number]


def a_second_restore_goes_nowhere(story):
    for target in ["restored", "backup"]:
        status, _, error = restore(story, target, "--nobody-erased", "--keys", story.keys)
        assert status == 1 and "not empty" in error, (status, error)
    status, _, error = banyan("restore", "--from", story.folder / "restored", "--data", story.folder / "third",
                              "--nobody-erased")
    assert status == 1 and "holds no finished backup" in error, (status, error)


def main():
    folder = Path(tempfile.mkdtemp(prefix="banyan-backup-"))
    story = []

    def live():
        need_binary()
        story.append(Story(folder))
        story[0].back_up()
        story[0].erase()

    suite.case("a brand is backed up while it is served", live)
    if story:
        suite.case("a backup holds no keys", a_backup_holds_no_keys, story[0])
        suite.case("a restore asks who was erased", a_restore_asks_who_was_erased, story[0])
        suite.case("a broken list is named", a_broken_list_is_named, story[0])
        suite.case("what was acknowledged is back, the erased are not",
                   what_was_acknowledged_is_back_and_the_erased_are_not, story[0])
        suite.case("a copy is a journal of its own", a_copy_is_a_journal_of_its_own, story[0])
        suite.case("a second restore goes nowhere", a_second_restore_goes_nowhere, story[0])
        story[0].server.kill()
    shutil.rmtree(folder, ignore_errors=True)
    return suite.finish()


if __name__ == "__main__":
    sys.exit(main())
