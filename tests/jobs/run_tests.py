#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A wrong import is taken back through the real binary, which is killed in the middle: with 1 and 4 partitions every
member ends where it was, the audit passes, and the unchanged back-test of it all equals the ledger."""
import json
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from running import Server, banyan, need_binary  # noqa: E402
from suite import Suite  # noqa: E402

suite = Suite(sys.argv)
MEMBERS, EVENTS = 40, 6_000
STARTER = HERE.parent.parent / "presets/starter.yaml"


def order(source, number, amount):
    return {"type": "order.paid", "id": f"{source}-{number}", "source": source,
            "member": {"kind": "openid", "id": f"c-{number % MEMBERS}"},
            "order": {"id": f"{source}-{number}", "currency": "CNY", "channel": "app",
                      "lines": [{"id": "1", "sku": "latte", "quantity": 1, "amount": amount}]}}


def send(server, events):
    body = "".join(json.dumps(event) + "\n" for event in events).encode()
    status, answer = server.ask("POST", "/v1/events?results=problems", body, content="application/x-ndjson")
    assert status == 200, answer


def standing(server):
    """What every member has, and the brand in all."""
    status, listed = server.ask("GET", "/v1/members?limit=1000")
    assert status == 200 and len(listed["members"]) == MEMBERS, listed
    held = {}
    for member in listed["members"]:
        status, view = server.ask("GET", f"/v1/members/{member}")
        assert status == 200, view
        held[member] = (view["balances"][0]["posted"], view["spend"], [one["tier"] for one in view["tiers"]])
    return held


def job(server, number):
    status, seen = server.ask("GET", f"/v1/jobs/{number}")
    assert status == 200, seen
    return seen


def wait(server, number, until):
    deadline = time.monotonic() + 120
    while not until(seen := job(server, number)):
        assert time.monotonic() < deadline, seen
        time.sleep(0.02)
    return seen


def an_import_is_taken_back_through_kills(folder, partitions):
    need_binary()
    server = Server(folder / f"brand-{partitions}", "--partitions", partitions).start()
    send(server, [order("shop", number, "25.00") for number in range(MEMBERS * 3)])
    before = standing(server)
    send(server, [order("wrong", number, "40.00") for number in range(EVENTS)])
    assert standing(server) != before
    call = ["--server", f"http://127.0.0.1:{server.port}", "--key", server.key]

    status, said, error = banyan("jobs", "reverse", "import:wrong", *call)
    assert status == 0, error
    assert f"preview: {EVENTS} compensations for {MEMBERS} members" in said, said
    assert "nothing was changed" in said and "banyan jobs resume 1" in said, said
    promised = job(server, 1)["preview"]
    assert promised["units"][0]["amount"] == str(EVENTS * 40), promised

    status, said, error = banyan("jobs", "resume", "1", *call)
    assert status == 0, error
    kills = 0
    for share in (10, 3):  # a tenth is done, then a third
        seen = wait(server, 1, lambda seen: seen["state"] == "done" or seen["done"]["compensations"] > EVENTS / share)
        kills += seen["state"] != "done"
        server.kill()
        server.start()
    assert kills, "the job was over before it could be killed"
    seen = wait(server, 1, lambda seen: seen["state"] == "done")
    assert {**promised, "members": 0, "kept": 0} == {**seen["done"], "members": 0, "kept": 0}, seen
    assert standing(server) == before, "somebody does not stand where he stood"
    status, said, error = banyan("jobs", "list", *call)
    assert status == 0 and "import:wrong" in said and "done" in said, said + error

    assert server.stop() == 0
    status, said, error = banyan("audit", "--data", server.data)
    assert status == 0, said + error
    status, said, error = banyan("programme", "backtest", "--data", server.data)
    assert status == 0, said + error
    # Under a draft that doubles the points the reversal takes twice as much, and leaves what the shop's orders earn.
    draft = folder / "double.yaml"
    draft.write_text(STARTER.read_text(encoding="utf-8").replace("amount: order.paid / 100", "amount: order.paid / 50", 1))
    status, said, error = banyan("programme", "backtest", "--data", server.data, "--with", draft, "--json")
    assert status == 0, said + error
    [points] = json.loads(said)["units"]
    assert (points["liability"]["was"], points["liability"]["would"]) == (MEMBERS * 75, MEMBERS * 150), points


def a_word_that_is_none_is_refused(folder):
    need_binary()
    for word in ("spring", "import:", "person:ann"):
        status, _, error = banyan("jobs", "reverse", word, "--server", "http://127.0.0.1:1", "--key", "k")
        assert status == 1 and "import:SOURCE, grant:REASON or rule:CODE" in error, error


with tempfile.TemporaryDirectory(prefix="banyan-jobs-") as temporary:
    for count in (1, 4):
        suite.case(f"an import is taken back through kills, {count} partitions",
                   an_import_is_taken_back_through_kills, Path(temporary), count)
    suite.case("a word that is none is refused", a_word_that_is_none_is_refused, Path(temporary))
sys.exit(suite.finish())
