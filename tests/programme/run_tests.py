#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A programme's way through the real binary: checked, compared, published, gone back from, and the back-test on every
row of Online Retail and CDNOW. The newcomer's walk in docs/first-programme.md is run as it stands there."""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "oracle")]
import cdnow  # noqa: E402
import data_files  # noqa: E402
import online_retail  # noqa: E402
from running import BINARY, ROOT, Server, banyan, need_binary  # noqa: E402
from suite import Skip, Suite  # noqa: E402

suite = Suite(sys.argv)
STARTER = (ROOT / "presets/starter.yaml").read_text(encoding="utf-8")
DOUBLE = STARTER.replace("amount: order.paid / 100", "amount: order.paid / 50", 1)
WRONG = """\
programme: mine
currency: CNY
zone: Asia/Shangai
units:
  - unit: points
    expirry: {years: 1}
ladders:
  - ladder: stars
    tiers:
      - {tier: a, from: 0}
      - {tier: b, from: "500"}
earning:
  - rule: base
    on: order.paid
    unit: pionts
    when: |
      order.paid > 100 &&
        order.payd > 1
    amount: order.paid /
  - rule: never
    on: order.paid
    unit: points
    when: event.month == 13
    amount: order.paid / 100
"""


def written(folder, name, text):
    path = Path(folder) / name
    path.write_text(text, encoding="utf-8")
    return path


def every_mistake_is_told_at_its_place():
    with tempfile.TemporaryDirectory() as folder:
        status, said, error = banyan("programme", "check", written(folder, "wrong.yaml", WRONG))
        assert status == 1 and error == "", (status, error)
        # The list of all fields grows with the language; that there is one is enough here.
        places = [re.sub(r"known here: unit, .*", "known here: unit, ...", re.sub(r"^.*wrong\.yaml:", "", line))
                  for line in said.splitlines()]
        assert places == [
            '3:7: error: "Asia/Shangai" is not an IANA time zone; write one such as Asia/Shanghai',
            '6:5: error: unknown field "expirry" (did you mean "expiry"?); known here: unit, ...',
            '11:25: error: expected a whole number, found text',
            '15:11: error: unit "pionts" is not declared (did you mean "points"?); declared are: points',
            "18:15: error: unknown name 'order.payd'; did you mean 'order.paid'?",
            '19:25: error: expected a value, found the end',
            ' 6 errors, 0 warnings'], places
        status, said, _ = banyan("programme", "check", ROOT / "presets/starter.yaml")
        assert status == 0 and "sha256:" in said, said


def a_doubt_is_a_warning_and_no_error():
    with tempfile.TemporaryDirectory() as folder:
        doubtful = STARTER.replace("when: member.birth_month == event.month", "when: event.month == 13")
        status, said, _ = banyan("programme", "check", written(folder, "p.yaml", doubtful))
        assert status == 0, said
        assert 'warning: the rule never grants: "event.month == 13" is never true: event.month is 1 to 12' in said, said


def a_difference_is_a_sentence_in_two_languages():
    with tempfile.TemporaryDirectory() as folder:
        old, new = written(folder, "old.yaml", STARTER), written(folder, "new.yaml", DOUBLE)
        assert banyan("programme", "diff", old, new)[1] == "rule base: 1 point per 1 yuan becomes 1 point per 0.5 yuan\n"
        assert banyan("programme", "diff", old, new, "--lang", "zh")[1] == "规则 base：每 1 元 1 积分，改为每 0.5 元 1 积分\n"
        again = written(folder, "again.yaml", "# another comment\n" + STARTER)
        assert banyan("programme", "diff", old, again)[1] == "no difference\n"
        addresses = {banyan("programme", "check", one)[1].splitlines()[-1] for one in (old, again)}
        assert len(addresses) == 1, addresses


def paid(order, member, amount="100.00"):
    return {"type": "order.paid", "id": order, "source": "shop", "member": {"kind": "openid", "id": member},
            "order": {"id": order, "currency": "CNY", "lines": [{"id": "1", "sku": "latte", "quantity": 1, "amount": amount}]}}


def points(answer):
    assert "earned" in answer, answer
    return [int(one["amount"]) for one in answer["earned"] if one["rule"] == "base"]


def a_version_is_published_and_gone_back_from():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data", "--clock", "test", "--partitions", "4")
        with server:
            at = ["--server", server.address, "--key", server.key]
            assert server.ask("POST", "/v1/clock", {"now": "2026-03-01T04:00:00Z"})[0] == 200
            assert points(server.ask("POST", "/v1/events", paid("o1", "a"))[1]) == [100]
            # Tried first: what would happen, under the draft and as it is; nothing is done.
            tried = server.ask("POST", "/v1/programme/dry-run", {"event": paid("o2", "a"), "document": DOUBLE})[1]
            assert [(one["rule"], one["held"], one["amount"]) for one in tried["rules"]] == [
                ("base", True, "200"), ("birthday-double", False, "0")], tried
            assert "order.paid = 10000" in tried["rules"][0]["reads"], tried
            assert "member.birth_month = (personal)" in tried["rules"][1]["reads"], tried
            assert points(tried["outcome"]) == [200], tried
            asis = server.ask("POST", "/v1/programme/dry-run", {"event": paid("o2", "nobody-yet")})[1]
            assert points(asis["outcome"]) == [100] and asis["outcome"]["joined"], asis
            assert len(server.get("/v1/members?limit=10")["members"]) == 1
            refused = server.ask("POST", "/v1/programme/dry-run", {"event": {**paid("o1", "a"), "id": "other"}})[1]
            assert refused["refused"] == "order_exists" and refused["outcome"] is None, refused

            order = written(folder, "order.json", json.dumps(paid("o2", "a"), indent=1))
            status, said, error = banyan("programme", "why", "o1", "--source", "shop", *at)
            assert status == 0 and said.splitlines() == [
                "order.paid of 2026-03-01T04:00:00Z, decided 2026-03-01T04:00:00Z under version 1",
                "  base                     100 points",
                "    grants order.paid / 100",
                "           order.paid = 10000",
                "  birthday-double          does not apply",
                "    when   member.birth_month == event.month",
                "           the condition reads a personal attribute; it did not hold when it was asked",
                "    grants order.paid / 100",
                "           event.month = 3",
                "           order.paid = 10000",
                "           member.birth_month = (personal)",
                "joined as a member",
                "earned 100 points by base, usable from 2026-03-01T04:00:00Z, until 2027-12-31T16:00:00Z",
                "moved on stars from no tier to regular",
                "held then 100 points, 100 of them usable"], said + error
            status, _, error = banyan("programme", "why", "o 1/?", "--source", "shop", *at)
            assert status == 1 and "no event of this source and id" in error, error
            double = written(folder, "double.yaml", DOUBLE)
            status, said, error = banyan("programme", "dry-run", order, "--with", double, *at)
            assert status == 0 and said.splitlines() == [
                "as of 2026-03-01T04:00:00Z, under the draft",
                "  base                     200 points",
                "    grants order.paid / 50",
                "           order.paid = 10000",
                "  birthday-double          does not apply",
                "    when   member.birth_month == event.month",
                "           `member.birth_month == event.month` is (personal)",
                "    grants order.paid / 100",
                "           event.month = 3",
                "           order.paid = 10000",
                "           member.birth_month = (personal)",
                "would earn 200 points by base, usable from 2026-03-01T04:00:00Z, until 2027-12-31T16:00:00Z",
                "would hold 300 points, 300 of them usable",
                "nothing was done"], said + error
            said = banyan("programme", "dry-run", order, "--json", *at)[1]
            assert points(json.loads(said)["outcome"]) == [100], said
            again = written(folder, "again.json", json.dumps({**paid("o1", "a"), "id": "other"}))
            status, said, error = banyan("programme", "dry-run", again, *at)
            assert status == 0 and said.splitlines()[-2:] == ["would be refused: order_exists", "nothing was done"], said
            nameless = written(folder, "nameless.json", json.dumps({**paid("o9", "a"), "source": ""}))
            status, _, error = banyan("programme", "dry-run", nameless, *at)
            assert status == 1 and "/event/source" in error, error
            status, _, error = banyan("programme", "dry-run", written(folder, "half.json", '{"type": '), *at)
            assert status == 1 and "half.json:1:" in error, error
            status, _, error = banyan("programme", "dry-run", order, "--with", written(folder, "w.yaml", WRONG), *at)
            assert status == 1 and "w.yaml:3:7: error:" in error and "nothing was tried" in error, error
            status, said, error = banyan("programme", "publish", double, *at)
            assert status == 0 and said.startswith("version 2  sha256:"), said + error
            assert points(server.ask("POST", "/v1/events", paid("o2", "a"))[1]) == [200]
            later = banyan("programme", "publish", written(folder, "base.yaml", STARTER), *at, "--at", "2026-03-02T00:00:00Z")
            assert later[0] == 0, later
            assert points(server.ask("POST", "/v1/events", paid("o3", "a"))[1]) == [200]
            assert server.ask("POST", "/v1/clock", {"now": "2026-03-02T00:00:00Z"})[0] == 200
            assert points(server.ask("POST", "/v1/events", paid("o4", "a"))[1]) == [100]
            listed = banyan("programme", "versions", *at)[1].splitlines()
            assert len(listed) == 3 and listed[2].endswith("(now)"), listed
            addresses = [line.split()[2] for line in listed]
            assert addresses[0] == addresses[2] != addresses[1], listed
            assert server.get(f"/v1/programme/versions/{addresses[1]}")["document"] == DOUBLE
            assert banyan("programme", "rollback", addresses[1], *at)[0] == 0
            assert points(server.ask("POST", "/v1/events", paid("o5", "a"))[1]) == [200]
            gone = STARTER.replace("points", "miles")
            status, _, error = banyan("programme", "publish", written(folder, "gone.yaml", gone), *at)
            assert status == 1 and 'unit "points" is gone' in error, error
            status, body = server.ask("POST", "/v1/programme/versions", {"document": WRONG})
            assert status == 400 and "programme:18:15" in body["detail"] and "programme:3:7" in body["detail"], body
            # The same findings as on the command line, in the same order.
            told = server.ask("POST", "/v1/programme/check", {"document": WRONG})[1]
            said = banyan("programme", "check", written(folder, "wrong.yaml", WRONG))[1].splitlines()[:-1]
            assert told["errors"] == [re.sub(r"^.*wrong\.yaml(:.*?): error", r"programme\1", line) for line in said], told
            # Five orders under four versions: each comes out under its own. The journal's end is known to be synced
            # once it is sealed.
            server.stop()
            again = json.loads(banyan("programme", "backtest", "--data", server.data, "--json")[1])
            assert again["equal"] and again["events"] == 5, again


PARTS = """\
mapping: 1
format: csv
rows: orders
source: till
time: {column: at}
member: {kind: openid, id: {column: member}}
order:
  id: {column: order}
  currency: CNY
  channel: app
  sku: {column: sku}
  quantity: {column: pieces}
  list: {column: list}
  discount: {column: off, trim_prefix: "-"}
  coupon: {column: coupon}
  subsidy: {column: subsidy}
  points: {column: points}
  gift_card: {column: card}
  freight: {column: freight}
  brand: {column: brand}
  payment: {column: payment}
"""
PARTS_ROWS = """\
at,member,order,sku,pieces,list,off,coupon,subsidy,points,card,freight,brand,payment
2026-01-05T02:00:00Z,{0}-a,{0}-1,latte,2,120.00,-10.00,20.00,5.00,3.50,40.00,8.00,harbour,wechat
2026-01-05T02:00:00Z,{0}-a,{0}-1,beans,1,80.00,,,,,,4.00,,wechat
2026-01-06T02:00:00Z,{0}-b,{0}-2,latte,1,60.00,,,,60.00,,,harbour,alipay
2026-01-07T02:00:00Z,{0}-a,{0}-3,beans,3,240.00,-0.01,,,,,,,
"""
PARTS_RULES = """
  - {rule: star, on: order.paid, unit: stars, base: paid + points + gift_card + freight, per: 1000, remainder: carried}
  - {rule: told, on: order.paid, unit: parts, base: paid + subsidy, per: 1, remainder: dropped}
"""


def as_events(rows):
    """The rows of PARTS_ROWS as whoever calls the API would say them."""
    orders, (head, *lines) = {}, (row.split(",") for row in rows.splitlines())
    for row in (dict(zip(head, line)) for line in lines):
        event = orders.setdefault(row["order"], {
            "type": "order.paid", "id": row["order"], "source": "till", "occurred_at": row["at"],
            "member": {"kind": "openid", "id": row["member"]},
            "order": {"id": row["order"], "channel": "app", "currency": "CNY", "lines": []}})
        if row["payment"]:
            event["order"]["payment"] = row["payment"]
        names = {"list": "list", "off": "discount", "coupon": "coupon", "subsidy": "subsidy", "points": "points",
                 "card": "gift_card", "freight": "freight", "brand": "brand"}
        said = {name: row[column].lstrip("-") for column, name in names.items() if row[column]}
        event["order"]["lines"].append({"id": str(len(event["order"]["lines"]) + 1), "sku": row["sku"],
                                        "quantity": int(row["pieces"]), **said})
    return list(orders.values())


def prices_in_parts_are_imported_as_the_api_takes_them():
    need_binary()
    document = STARTER.replace("units:\n", "units:\n  - {unit: stars}\n  - {unit: parts}\n", 1).rstrip() + PARTS_RULES
    with tempfile.TemporaryDirectory() as folder:
        with Server(Path(folder) / "data", "--clock", "test") as server:
            assert server.ask("POST", "/v1/clock", {"now": "2026-01-01T00:00:00Z"})[0] == 200
            status, said = server.ask("POST", "/v1/programme/versions", {"document": document})
            assert status == 200, said
            assert server.ask("POST", "/v1/clock", {"now": "2026-01-08T00:00:00Z"})[0] == 200
            rows = written(folder, "rows.csv", PARTS_ROWS.format("file"))
            status, said, error = banyan("import", rows, "--server", server.address, "--key", server.key, "--mapping",
                                         written(folder, "parts.yaml", PARTS))
            assert status == 0, said + error
            for event in as_events(PARTS_ROWS.format("api")):
                status, said = server.ask("POST", "/v1/events", event)
                assert status == 200, said

            def earned(prefix, name):
                member = server.find("openid", f"{prefix}-{name}")
                lines = server.get(f"/v1/members/{member}/ledger")["lines"]
                return [(line.get("rule"), line["unit"], line["amount"], line["at"]) for line in lines]

            for name in "ab":
                assert earned("file", name) == earned("api", name) != [], (earned("file", name), earned("api", name))
            # 41.50 + 80 paid, 3.50 by points, 40 by card, 12 freight: 177 yuan, of which 7 wait for the next order.
            granted = [(rule, amount) for rule, _, amount, _ in earned("file", "a")]
            assert ("star", "17") in granted and ("star", "24") in granted, granted
            assert ("told", "12650") in granted and [line[2] for line in earned("file", "b")] == ["6"], granted


FILES = [
    ("Online Retail", online_retail, "online-retail.yaml", "GBP", "Europe/London"),
    ("CDNOW", cdnow, "cdnow.yaml", "USD", "America/New_York"),
]


def a_back_test_of(name, oracle, mapping, currency, zone, partitions):
    need_binary()
    found = oracle.find_file()
    if found is None:
        raise Skip(f"{name} is not below {data_files.data_directory()}")
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / data_files.row_file_name(found)
        rows.write_bytes(data_files.read_bytes(found))
        server = Server(Path(folder) / "data", "--partitions", partitions, "--currency", currency, "--zone", zone)
        with server:
            status, said, error = banyan(
                "import", rows, "--server", server.address, "--key", server.key, "--mapping",
                ROOT / "tools/import" / mapping, "--history", "--state", Path(folder) / "state", "--notes",
                Path(folder) / "notes", timeout=550)
            assert status == 0, said + error
            totals = server.totals()
            issued = f"issued {totals['issued']:,}, redeemed {totals['redeemed']:,}, expired {totals['expired']:,}"
            # Beside the process that serves it, whose last batch counts for others once an idle moment sealed it.
            for _ in range(20):
                status, said, error = banyan("programme", "backtest", "--data", server.data)
                assert status == 0, said + error
                if issued in said:
                    break
                time.sleep(0.5)
            assert issued in said, (issued, said)
            print(f"     {name}, {partitions} partitions: {said.splitlines()[0]}")
        server.stop()
        exact = json.loads(banyan("programme", "backtest", "--data", server.data, "--json")[1])
        assert exact["equal"] and exact["differences"] == [], exact["differences"]
        assert exact["postings"] > 10_000, exact
        document = STARTER.replace("currency: CNY", f"currency: {currency}").replace("Asia/Shanghai", zone)
        same = written(folder, "same.yaml", document)
        draft = json.loads(banyan("programme", "backtest", "--data", server.data, "--with", same, "--json")[1])
        (unit,) = draft["units"]
        assert unit["winners"] == unit["losers"] == 0 and unit["same"] == draft["members"] > 1000, unit
        assert all(unit[key]["difference"] == 0 for key in ("granted", "taken_back", "spent", "expired", "liability"))
        assert unit["granted"]["was"] - unit["taken_back"]["was"] == totals["issued"], (unit, totals)
        assert unit["liability"]["was"] == totals["liability"], (unit, totals)
        double = written(folder, "double.yaml", document.replace("amount: order.paid / 100", "amount: order.paid / 50", 1))
        draft = json.loads(banyan("programme", "backtest", "--data", server.data, "--with", double, "--json")[1])
        (unit,) = draft["units"]
        base = unit["by_rule"]["base"]
        assert 1.9 < base["would"] / base["was"] < 2.1, base
        assert base["cause"] == "rule_changed" and unit["by_cause"] == {"rule_changed": base["difference"]}, unit
        # The rows are so old that everything has expired since: it costs, and nobody has more at the end.
        assert unit["expired"]["difference"] == base["difference"] > 0, unit
        assert unit["winners"] == unit["losers"] == 0 and unit["gained"] == [], unit
        (ladder,) = draft["ladders"]
        assert sum(move["members"] for move in ladder["moves"]) == draft["members"]
        assert ladder["tiers"][0] == "regular" and {move["was"] for move in ladder["moves"]} <= set(ladder["tiers"]), ladder
        # A rule more: what it grants is new, and nothing else moves.
        extra = document + """
  - rule: large
    on: order.paid
    unit: points
    when: order.paid >= 100000
    amount: "7"
"""
        draft = json.loads(banyan("programme", "backtest", "--data", server.data, "--with", written(folder, "extra.yaml", extra),
                                  "--json")[1])
        (unit,) = draft["units"]
        assert unit["by_rule"]["large"]["cause"] == "rule_new" and unit["by_rule"]["base"]["difference"] == 0, unit
        assert unit["by_cause"] == {"rule_new": unit["by_rule"]["large"]["would"]} and unit["by_cause"]["rule_new"] > 0, unit


# --- the walk ---------------------------------------------------------------------------------------------------

PAGE = ROOT / "docs/first-programme.md"


def blocks_of(page):
    for language, body in re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        yield language, body


def the_newcomers_walk_is_as_it_was():
    """Every command of the page in its order, in a folder of its own; what it prints is what the page shows."""
    need_binary()
    with tempfile.TemporaryDirectory() as folder:
        serving = None
        environment = {**os.environ, "PATH": f"{BINARY.parent}:{os.environ['PATH']}", "TZ": "UTC"}
        port = None
        try:
            for language, body in blocks_of(PAGE.read_text(encoding="utf-8")):
                if language in ("yaml", "json"):
                    first, rest = body.split("\n", 1)
                    written(folder, first.removeprefix("# ").removeprefix("// "), rest)
                    continue
                if language != "console":
                    continue
                for command, shown in re.findall(r"^\$ (.*(?:\\\n.*)*)\n((?:(?!\$ ).*\n)*)", body, re.MULTILINE):
                    if command.startswith("banyan serve"):
                        options = command.split()[2:-1]
                        assert options[0] == "--data", command
                        log = Path(folder) / "serve.log"
                        with open(log, "wb") as out:
                            serving = subprocess.Popen([BINARY, "serve", *options, "--listen", "127.0.0.1:0"], cwd=folder,
                                                       stdout=out, stderr=out, env=environment)
                        for _ in range(600):
                            ready = re.search(r"127\.0\.0\.1:(\d+)", log.read_text())
                            if ready or serving.poll() is not None:
                                break
                            subprocess.run(["sleep", "0.1"], check=True)
                        assert ready, log.read_text()
                        port = ready.group(1)
                        environment["BANYAN_SERVER"] = f"http://127.0.0.1:{port}"
                        continue
                    run = command.replace("127.0.0.1:8080", f"127.0.0.1:{port}")
                    if export := re.match(r"export (\w+)=\$\((.*)\)$", run):
                        done = subprocess.run(["bash", "-c", export.group(2)], cwd=folder, env=environment, text=True,
                                              capture_output=True, timeout=120, check=True)
                        environment[export.group(1)] = done.stdout.strip()
                        continue
                    done = subprocess.run(["bash", "-c", run], cwd=folder, env=environment, text=True,
                                          capture_output=True, timeout=120, check=False)
                    said = done.stdout + done.stderr
                    # Instants of the wall clock, rates and seconds differ from run to run.
                    plain = [re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", re.sub(r"[\d.,]+ s; [\d,]+ events/s a core", "RATE", text))
                             for text in (said, shown)]
                    assert plain[0] == plain[1], f"$ {command}\n--- said\n{said}--- the page shows\n{shown}"
        finally:
            if serving:
                serving.terminate()
                serving.wait(60)


def main():
    for case in [every_mistake_is_told_at_its_place, a_doubt_is_a_warning_and_no_error,
                 a_difference_is_a_sentence_in_two_languages, a_version_is_published_and_gone_back_from,
                 the_newcomers_walk_is_as_it_was, prices_in_parts_are_imported_as_the_api_takes_them]:
        suite.case(case.__name__, case)
    for name, *rest in FILES:
        for partitions in (1, 4):
            suite.case(f"{name}: decided again it is the same to the last unit, {partitions} partitions",
                       a_back_test_of, name, *rest, partitions)
    return suite.finish()


sys.exit(main())
