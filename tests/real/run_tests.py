#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real files, all rows, through the real binary, held against the oracle, which shares no code with it.

Each file is imported as history with 1, 4 and 16 partitions. Where every member stands when the rows end and after
the catch-up must be what tests/oracle computed, to the point and the penny; with 4 partitions each movement of each
statement is added up as well. BANYAN_REAL_DETAIL=1 does that for every partition count.
"""
import csv
import json
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "oracle"))
import cdnow  # noqa: E402
import data_files  # noqa: E402
import online_retail  # noqa: E402
from running import ROOT, Pipeline, Server, banyan, members_by_identity, need_binary  # noqa: E402
from suite import Skip, Suite  # noqa: E402

PARTITIONS = [1, 4, 16]
DETAIL = 4  # the partition count whose statements are read line by line
TIER = {"normal": "regular"}  # the starter programme's word for the oracle's
suite = Suite(sys.argv)


class RealFile:
    def __init__(self, name, oracle, mapping, currency, zone, end, months):
        self.name, self.oracle, self.currency, self.zone, self.end = name, oracle, currency, zone, end
        self.months = months  # the first and the last that have rows
        self.mapping = ROOT / "tools/import" / mapping
        self.expected = None

    def load(self, scratch):
        """The oracle's result, and the file as it was before somebody compressed it."""
        need_binary()
        found = self.oracle.find_file()
        if found is None:
            raise Skip(f"{self.name} is not below {data_files.data_directory()}")
        if self.expected is None:
            self.path = Path(scratch) / data_files.row_file_name(found)
            self.path.write_bytes(data_files.read_bytes(found))
            self.expected = self.oracle.compute(self.path)
        return self.expected


# What the last row's instant is in UTC; CDNOW's rows lie at New York midnights.
FILES = [
    RealFile("Online Retail", online_retail, "online-retail.yaml", "GBP", "Europe/London", "2011-12-09T12:50:00Z",
             ((2010, 12), (2011, 12))),
    RealFile("CDNOW", cdnow, "cdnow.yaml", "USD", "America/New_York", "1998-06-30T04:00:00Z",
             ((1997, 1), (1998, 6))),
]


def points_of(member, name="posted"):
    for balance in member["balances"]:
        if balance["unit"] == "points":
            return int(balance[name])
    return 0


def minor(text):
    whole, _, fraction = text.partition(".")
    sign = -1 if whole.startswith("-") else 1
    return sign * (abs(int(whole)) * 100 + int(fraction.ljust(2, "0")))


def standing(member):
    """What the oracle also says of a customer when the rows end."""
    lots = {}
    for lot in member["lots"]:
        if int(lot["remaining"]):
            year = lot["expires_at"][:4]  # at local midnight of 1 January, in zones that are not ahead of UTC
            lots[year] = lots.get(year, 0) + int(lot["remaining"])
    return {
        "balance_end": points_of(member),
        "spend_minor": minor(member["spend"]),
        "tier": member["tiers"][0]["tier"] if member["tiers"] else None,
        "orders": member["orders"],
        "lots_end": lots,
    }


def expected_standing(customer):
    return {
        "balance_end": customer["balance_end"],
        "spend_minor": customer["spend_minor"],
        "tier": TIER.get(customer["tier"], customer["tier"]),
        "orders": customer["orders"],
        "lots_end": {date[:4]: points for date, points in customer["lots_end_by_expiry"].items()},
    }


def differences(expected, found, most=5):
    wrong = [f"{key}: expected {expected.get(key)}, found {found.get(key)}"
             for key in sorted(expected.keys() | found.keys()) if expected.get(key) != found.get(key)]
    return len(wrong), "; ".join(wrong[:most])


def assert_same(expected, found, what):
    count, said = differences(expected, found)
    assert count == 0, f"{what}: {count} of {len(expected)} customers differ: {said}"


def statement_sums(pipeline, members):
    """{customer: (granted, taken back, expired)} from every line of every statement."""
    sums = {customer: [0, 0, 0] for customer in members}
    asking = [(customer, f"/v1/members/{member}/ledger?limit=200&unit=points") for customer, member in members.items()]
    while asking:
        again = []
        for (customer, _), (status, page) in zip(asking, pipeline.all([("GET", path, None) for _, path in asking])):
            assert status == 200, (customer, status, page)
            for line in page["lines"]:
                amount = int(line["amount"])
                if line["movement"] == "granted":
                    sums[customer][0] += amount
                elif line["movement"] == "expired":
                    sums[customer][2] -= amount
                elif line["event"] == "order.refunded":
                    sums[customer][1] -= amount
                else:
                    raise AssertionError(f"a movement that these files cannot cause: {line}")
            if page["next"]:
                path = f"/v1/members/{members[customer]}/ledger?limit=200&unit=points&before={page['next']}"
                again.append((customer, path))
        asking = again
    return {customer: tuple(three) for customer, three in sums.items()}


class Imported:
    """One import of one file, and what the server then says of everybody."""

    def __init__(self, file, partitions, scratch):
        self.file, self.partitions = file, partitions
        folder = Path(scratch) / f"{file.path.stem}-{partitions}"
        folder.mkdir()
        self.report_file, self.notes_file = folder / "report.json", folder / "notes.ndjson"
        self.server = Server(folder / "data", "--partitions", partitions, "--currency", file.currency, "--zone",
                             file.zone)
        self.server.start()
        self.status, said, error = banyan(
            "import", file.path, "--server", self.server.address, "--key", self.server.key, "--mapping", file.mapping,
            "--history", "--report", self.report_file, "--notes", self.notes_file, "--state", folder / "state")
        assert self.report_file.exists(), f"the import ended with {self.status}: {said}{error}"
        self.report = json.loads(self.report_file.read_text())
        self.members = members_by_identity(self.server, "customer", sorted(file.expected["customers"]))

    def refused(self):
        lines = self.notes_file.read_text().splitlines() if self.notes_file.exists() else []
        return [json.loads(line)["refused"] for line in lines if line.startswith('{"refused"')]

    def of_everybody(self, query):
        with Pipeline(self.server) as pipeline:
            asked = [("GET", f"/v1/members/{member}{query}", None) for member in self.members.values()]
            for customer, (status, member) in zip(self.members, pipeline.all(asked)):
                assert status == 200, (customer, status, member)
                yield customer, member


def import_is_complete(imported):
    refused = imported.refused()
    assert not refused, f"{len(refused)} events were refused, the first: {refused[0]}"
    assert imported.status == 0, f"the import ended with {imported.status}"
    assert imported.report["reconciles"] is True, imported.report
    expected = imported.file.expected
    assert imported.report["all"]["rows"] == expected["file"]["rows"], imported.report["all"]
    sum_milli = expected["file"].get("sum_milli", expected["file"].get("sum_minor", 0) * 10)
    whole, _, fraction = imported.report["all"]["amount"].partition(".")
    assert int(whole) * 1000 + int(fraction.ljust(3, "0")) == sum_milli, imported.report["all"]
    for name in ["orders", "refunds"]:
        assert imported.report[name] == expected["totals"][name], (name, imported.report[name])


def report_agrees_with_reconciliation(imported):
    """Online Retail: each part of the report against the oracle's own terms, to the thousandth of a pound."""
    terms = imported.file.expected["reconciliation"]["terms_milli"]

    def milli(text):
        sign = -1 if text.startswith("-") else 1
        whole, _, fraction = text.lstrip("-").partition(".")
        return sign * (int(whole) * 1000 + int((fraction or "0").ljust(3, "0")))

    report = imported.report
    found = {
        "purchases": milli(report["purchases"]["amount"]),
        "as sent": milli(report["purchases_as_sent"]),
        "guests": milli(report["guests"]["amount"]),
        "matched": milli(report["matched_at_purchase_price"]),
        "unmatched": milli(report["unmatched_amount"]),
        "unmatched quantity": report["unmatched_quantity"],
    }
    assert found == {
        "purchases": terms["orders_paid"] + terms["orders_rounding"],
        "as sent": terms["orders_paid"],
        "guests": sum(milli for name, milli in terms.items() if name.startswith("guest_")),
        "matched": -(terms["refunds"] + terms["refunds_rounding"]),
        "unmatched": -terms["unmatched_adjustments"],
        "unmatched quantity": imported.file.expected["totals"]["unmatched_quantity"],
    }, found


def totals_agree(imported):
    totals, expected = imported.server.totals(), imported.file.expected["totals"]
    found = {name: totals[name] for name in ["members", "issued", "expired", "liability", "debt", "redeemed"]}
    assert found == {
        "members": expected["members"],
        "issued": expected["granted"] - expected["taken_back"],
        "expired": expected["breakage_after_catchup"],
        "liability": expected["balance_after_catchup"],
        "debt": 0,
        "redeemed": 0,
    }, found


def everybody_is_a_member(imported):
    missing = sorted(imported.file.expected["customers"].keys() - imported.members.keys())
    assert not missing, f"{len(missing)} customers are no members, such as {missing[:5]}"


def standings_agree(imported, seen):
    found = {customer: standing(member) for customer, member in imported.of_everybody(f"?at={imported.file.end}")}
    seen[imported.partitions] = found
    expected = {customer: expected_standing(result) for customer, result in imported.file.expected["customers"].items()}
    assert_same(expected, found, "when the rows end")


def catch_up_agrees(imported):
    found = {customer: points_of(member) for customer, member in imported.of_everybody("/balances")}
    customers = imported.file.expected["customers"]
    expected = {customer: result["balance_after_catchup"] for customer, result in customers.items()}
    assert_same(expected, found, "after the catch-up")


def statements_agree(imported):
    with Pipeline(imported.server) as pipeline:
        found = statement_sums(pipeline, imported.members)
    expected = {customer: (result["granted"], result["taken_back"], result["breakage_after_catchup"])
                for customer, result in imported.file.expected["customers"].items()}
    assert_same(expected, found, "(granted, taken back, expired)")


def months_agree(imported):
    """Each month begins where the one before ended, and all together are what the oracle granted and took back."""
    first, last = imported.file.months
    expected = imported.file.expected["totals"]
    granted = taken_back = closing = 0
    year, month = first
    while (year, month) <= last:
        name = f"{year}-{month:02}"
        status, closed, said = banyan("close", name, "--data", imported.server.data)
        assert status == 0, said
        rows = list(csv.DictReader(closed.splitlines()))
        assert len(rows) == 1 and rows[0]["unit"] == "points", rows
        assert int(rows[0]["opening"]) == closing, (name, rows, closing)
        granted += int(rows[0]["granted"])
        taken_back -= int(rows[0]["taken_back"])
        closing = int(rows[0]["closing"])
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    found = {"granted": granted, "taken_back": taken_back}
    assert found == {name: expected[name] for name in found}, found
    status, again, said = banyan("close", name, "--data", imported.server.data)
    assert status == 0 and again == closed and "as it was closed before" in said, (status, said)


def partitions_agree(seen):
    if len(seen) < 2:
        raise Skip("fewer than two imports to compare")
    first = seen[min(seen)]
    for partitions, found in seen.items():
        assert_same(first, found, f"{partitions} partitions against {min(seen)}")


def with_one_file(file, scratch):
    seen = {}
    file.load(scratch)
    for partitions in PARTITIONS:
        name = f"{file.name}, {partitions} partition{'s' if partitions > 1 else ''}"
        if suite.words and not any(word in name for word in suite.words):
            continue
        holder = []
        suite.case(f"{name}: imported", lambda: holder.append(Imported(file, partitions, scratch)))
        if not holder:
            continue
        imported = holder[0]
        try:
            # A case selected by its file's name runs all its parts, so their names begin alike.
            suite.case(f"{name}: every row is taken", import_is_complete, imported)
            if file.oracle is online_retail:
                suite.case(f"{name}: the report's sums", report_agrees_with_reconciliation, imported)
            suite.case(f"{name}: every customer is a member", everybody_is_a_member, imported)
            suite.case(f"{name}: the ledger's totals", totals_agree, imported)
            suite.case(f"{name}: everybody when the rows end", standings_agree, imported, seen)
            detail = partitions == DETAIL or os.environ.get("BANYAN_REAL_DETAIL")
            if detail or file.oracle is online_retail:
                suite.case(f"{name}: everybody after the catch-up", catch_up_agrees, imported)
            if detail:
                suite.case(f"{name}: every movement of every statement", statements_agree, imported)
                suite.case(f"{name}: every month closed", months_agree, imported)
            suite.case(f"{name}: stops on SIGTERM", lambda: check_stop(imported.server))
        finally:
            imported.server.kill()
    suite.case(f"{file.name}: the partition counts agree", partitions_agree, seen)


def check_stop(server):
    status = server.stop()
    assert status == 0, f"ended with {status}"


def main():
    with tempfile.TemporaryDirectory(prefix="banyan-real-") as scratch:
        for file in FILES:
            try:
                file.load(scratch)
            except Skip as reason:
                def absent(why=str(reason)):
                    raise Skip(why)
                suite.case(f"{file.name}: imported with {PARTITIONS} partitions", absent)
                continue
            with_one_file(file, scratch)
    return suite.finish()


if __name__ == "__main__":
    sys.exit(main())
