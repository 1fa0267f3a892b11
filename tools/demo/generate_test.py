#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the demo's generator on a small brand. Ends with "N passed, N failed, N skipped"."""

import datetime
import json
import pathlib
import sys
import tempfile
import unittest

import generate

UNTIL = datetime.date(2026, 11, 22)


def quietly(done, total):
    del done, total


def files_of(seed):
    with tempfile.TemporaryDirectory() as folder:
        generate.generate(pathlib.Path(folder), 2_000, seed, UNTIL, True, quietly)
        return {path.name: path.read_text(encoding="utf-8") for path in pathlib.Path(folder).iterdir()}


def fen(amount):
    whole, fraction = amount.split(".")
    assert len(fraction) == 2, amount
    return int(whole) * 100 + int(fraction)


class SmallBrand(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = files_of(7)
        cls.events = [json.loads(line) for line in cls.files["events.ndjson"].splitlines()]
        cls.orders = [event for event in cls.events if event["type"] == "order.paid"]
        cls.refunds = [event for event in cls.events if event["type"] == "order.refunded"]
        cls.manifest = json.loads(cls.files["manifest.json"])

    def test_the_same_seed_gives_the_same_bytes(self):
        self.assertEqual(files_of(7), self.files)
        self.assertNotEqual(files_of(8)["orders.ndjson"], self.files["orders.ndjson"])

    def test_events_are_sorted_unique_and_inside_two_years(self):
        for name in ["members.ndjson", "orders.ndjson", "events.ndjson"]:
            times = [json.loads(line)["occurred_at"] for line in self.files[name].splitlines()]
            self.assertEqual(times, sorted(times), name)
            self.assertGreaterEqual(times[0], "2024-11-22T00:00:00+08:00", name)
            self.assertLess(times[-1], "2026-11-22T00:00:00+08:00", name)
        ids = {(event["source"], event["id"]) for event in self.events}
        self.assertEqual(len(ids), len(self.events))

    def test_members_register_before_they_order(self):
        registered = set()
        for event in self.events:
            member = (event["member"]["kind"], event["member"]["id"])
            if event["type"] == "member.registered":
                self.assertNotIn(member, registered)
                registered.add(member)
                if "birthday" in event["profile"]:
                    datetime.date.fromisoformat(event["profile"]["birthday"])
            else:
                self.assertIn(member, registered)
        self.assertEqual(len(registered), 2_000)

    def test_amounts_follow_the_catalogue(self):
        products = {product["sku"]: product for product in json.loads(self.files["catalogue.json"])["products"]}
        self.assertEqual(len(products), 120)
        for product in products.values():
            self.assertLess(0, fen(product["cost"]))
            self.assertLess(fen(product["cost"]), fen(product["price"]))
        for event in self.orders:
            for line in event["order"]["lines"]:
                product = products[line["sku"]]
                self.assertEqual(line["category"], product["category"])
                list_price = fen(product["price"]) * line["quantity"]
                self.assertLessEqual(fen(line["amount"]), list_price)
                self.assertGreaterEqual(fen(line["amount"]), list_price * 80 // 100)

    def test_refunds_never_give_back_more_than_was_bought(self):
        left = {}
        for event in self.orders:
            lines = {line["id"]: line["quantity"] for line in event["order"]["lines"]}
            left[event["source"], event["order"]["id"]] = (event, lines)
        for event in self.refunds:
            order, lines = left[event["source"], event["refund"]["order"]]
            self.assertEqual(order["member"], event["member"])
            self.assertLess(order["occurred_at"], event["occurred_at"])
            self.assertGreater(sum(lines.values()), 0, event)
            for line in event["refund"].get("lines", [{"id": name, "quantity": lines[name]} for name in lines]):
                lines[line["id"]] -= line["quantity"]
                self.assertGreaterEqual(lines[line["id"]], 0, event)

    def test_shares_are_about_what_was_asked(self):
        total = len(self.orders)
        for channel, share in [("miniprogram", 0.55), ("store", 0.35), ("marketplace", 0.10)]:
            found = sum(event["order"]["channel"] == channel for event in self.orders) / total
            self.assertAlmostEqual(found, share, delta=0.06, msg=channel)
        self.assertAlmostEqual(self.manifest["orders_refunded"] / total, 0.06, delta=0.01)
        self.assertTrue(8 <= total / 2_000 <= 18, total)
        stores = {event["order"]["store"] for event in self.orders if event["order"]["channel"] == "store"}
        self.assertEqual(len(stores), 40)

    def test_member_days_and_peaks_stand_out(self):
        of_day = {}
        for event in self.orders:
            day = datetime.date.fromisoformat(event["occurred_at"][:10])
            of_day[day] = of_day.get(day, 0) + 1
        mean = len(self.orders) / 730
        fridays = [count for day, count in of_day.items() if day.weekday() == 4]
        self.assertGreater(sum(fridays) / len(fridays), 1.25 * mean)
        for year in (2025, 2026):
            self.assertGreater(of_day[datetime.date(year, 6, 18)], 1.4 * mean, year)

    def test_a_few_spend_most(self):
        spent = {}
        for event in self.orders:
            member = event["member"]["kind"] + event["member"]["id"]
            spent[member] = spent.get(member, 0) + sum(fen(line["amount"]) for line in event["order"]["lines"])
        ranked = sorted(spent.values(), reverse=True)
        self.assertGreater(sum(ranked[: len(ranked) // 5]), 0.6 * sum(ranked))

    def test_duplicates_are_the_same_person_in_other_words(self):
        profiles = {}
        for event in self.events:
            if event["type"] == "member.registered":
                profiles[event["member"]["kind"], event["member"]["id"]] = event["profile"]
        pairs = [json.loads(line)["members"] for line in self.files["duplicates.ndjson"].splitlines()]
        self.assertEqual(len(pairs), self.manifest["members"] - self.manifest["people"])
        self.assertGreater(len(pairs), 20)
        for one, other in pairs:
            self.assertNotEqual(one["kind"], other["kind"])
            names = {profiles[member["kind"], member["id"]]["name"] for member in (one, other)}
            self.assertEqual(len(names), 1)

    def test_it_says_that_it_is_simulated(self):
        self.assertIs(self.manifest["simulated"], True)
        self.assertIs(json.loads(self.files["catalogue.json"])["simulated"], True)
        self.assertEqual(self.manifest["orders"], len(self.orders))
        self.assertEqual(self.manifest["refunds"], len(self.refunds))
        self.assertEqual(self.files["orders.ndjson"].count("\n"), len(self.orders) + len(self.refunds))


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    total = suite.countTestCases()
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0).run(suite)
    # When the brand itself cannot be made, no test ran and all have failed.
    failed = len(result.failures) + len(result.errors) if result.testsRun else total
    print(f"{total - failed} passed, {failed} failed, 0 skipped")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
