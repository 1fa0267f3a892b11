#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real files, all rows, under the other presets, through the real binary, held against oracles of their own.

Online Retail and CDNOW are imported as history under presets/starbucks.yaml and presets/jingxiang.yaml with 1 and 4
partitions. Every member's balances, level, score, dimensions and metrics must be what tests/oracle computed from the
same rows: when the rows end, and a year and a half later, when reviews have taken levels away.
"""
import datetime
import json
import sys
import tempfile
import zoneinfo
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "oracle"))
import cdnow  # noqa: E402
import data_files  # noqa: E402
import jingxiang  # noqa: E402
import online_retail  # noqa: E402
import starbucks  # noqa: E402
import stories  # noqa: E402
from running import ROOT, Pipeline, Server, banyan, members_by_identity, need_binary  # noqa: E402
from suite import Skip, Suite  # noqa: E402

PARTITIONS = [1, 4]
LATER = datetime.timedelta(days=548)
suite = Suite(sys.argv)


class File:
    def __init__(self, name, oracle, read, mapping, currency, zone, end):
        self.name, self.oracle, self.read, self.currency, self.zone, self.end = name, oracle, read, currency, zone, end
        self.mapping = ROOT / "tools/import" / mapping
        self.stories = None

    def load(self, scratch):
        need_binary()
        found = self.oracle.find_file()
        if found is None:
            raise Skip(f"{self.name} is not below {data_files.data_directory()}")
        if self.stories is None:
            self.path = Path(scratch) / data_files.row_file_name(found)
            self.path.write_bytes(data_files.read_bytes(found))
            self.stories = self.read(self.path)


# The local day on which the rows end.
FILES = [
    File("Online Retail", online_retail, stories.of_online_retail, "online-retail.yaml", "GBP", "Europe/London",
         datetime.date(2011, 12, 9)),
    File("CDNOW", cdnow, stories.of_cdnow, "cdnow.yaml", "USD", "America/New_York", datetime.date(1998, 6, 30)),
]


def balance(member, unit):
    return next((int(one["posted"]) for one in member["balances"] if one["unit"] == unit), 0)


def stars_of(member):
    return {"level": member["tiers"][0]["tier"], "reward": balance(member, "reward"), "growth": balance(member, "level")}


def expected_stars(story, end):
    result = starbucks.compute(story, end)
    return {name: result[name] for name in ["level", "reward", "growth"]}


def score_of(member):
    tier = member["tiers"][0]
    parts = {one["dimension"]: one["points"] for one in tier["score"]["contributions"]}
    metrics = {one["metric"]: one["value"] for one in member["metrics"]}
    unknown = [one["metric"] for one in member["metrics"] if one["known"] != "exact"]
    assert not unknown, (member["id"], unknown)
    return {"level": tier["tier"], "score": tier["value"], "parts": parts, "metrics": metrics}


def expected_score(story, end):
    result = jingxiang.compute(story, end)
    return {name: result[name] for name in ["level", "score", "parts", "metrics"]}


PRESETS = [("starbucks", stars_of, expected_stars), ("jingxiang", score_of, expected_score)]


def everybody(server, members, day, zone):
    """In the last second of that local day."""
    last = datetime.datetime.combine(day, datetime.time(23, 59, 59), zoneinfo.ZoneInfo(zone))
    at = last.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with Pipeline(server) as pipeline:
        asked = [("GET", f"/v1/members/{member}?at={at}", None) for member in members.values()]
        for customer, (status, member) in zip(members, pipeline.all(asked)):
            assert status == 200, (customer, status, member)
            yield customer, member


def agree(server, members, file, day, read, expect):
    wrong = []
    for customer, member in everybody(server, members, day, file.zone):
        found, expected = read(member), expect(file.stories[customer], day)
        if found != expected:
            wrong.append(f"{customer}: expected {expected}, found {found}")
    assert not wrong, f"{len(wrong)} of {len(members)} members differ: " + "; ".join(wrong[:3])


def with_one(file, preset, read, expect, partitions, scratch):
    name = f"{file.name}, {preset}, {partitions} partition{'s' if partitions > 1 else ''}"
    if suite.words and not any(word in name for word in suite.words):
        return
    folder = Path(scratch) / f"{file.path.stem}-{preset}-{partitions}"
    folder.mkdir()
    server = Server(folder / "data", "--partitions", partitions, "--programme", ROOT / f"presets/{preset}.yaml",
                    "--currency", file.currency, "--zone", file.zone)
    server.start()
    try:
        def imported():
            report = folder / "report.json"
            status, said, error = banyan(
                "import", file.path, "--server", server.address, "--key", server.key, "--mapping", file.mapping,
                "--history", "--report", report, "--notes", folder / "notes.ndjson", "--state", folder / "state")
            assert status == 0, (status, said, error)
            assert json.loads(report.read_text())["reconciles"] is True, report.read_text()
        suite.case(f"{name}: imported", imported)
        members = members_by_identity(server, "customer", sorted(file.stories))
        assert members.keys() == file.stories.keys(), len(members)
        suite.case(f"{name}: everybody when the rows end", agree, server, members, file, file.end, read, expect)
        suite.case(f"{name}: everybody later", agree, server, members, file, file.end + LATER, read, expect)

        def stopped():
            assert server.stop() == 0
        suite.case(f"{name}: stops on SIGTERM", stopped)

        def audited():
            status, said, error = banyan("audit", "--data", folder / "data")
            assert status == 0, (said, error)
        suite.case(f"{name}: the journal folds to the same state", audited)

        def unchanged():
            status, said, error = banyan("programme", "backtest", "--data", folder / "data")
            assert status == 0, (said, error)
        suite.case(f"{name}: decided again it is the same", unchanged)
    finally:
        server.kill()


def main():
    with tempfile.TemporaryDirectory(prefix="banyan-presets-") as scratch:
        for file in FILES:
            try:
                file.load(scratch)
            except Skip as reason:
                def absent(why=str(reason)):
                    raise Skip(why)
                suite.case(f"{file.name}: imported", absent)
                continue
            for preset, read, expect in PRESETS:
                for partitions in PARTITIONS:
                    with_one(file, preset, read, expect, partitions, scratch)
    return suite.finish()


if __name__ == "__main__":
    sys.exit(main())
