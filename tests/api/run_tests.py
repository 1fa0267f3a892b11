#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The API of the real binary against its contract: every operation, every key, every kind of bad input.

The contract is read from the binary (/openapi.json). Every answer to a call by operation name is held against it
(contract.py); the cases below say what the contract cannot.
"""
import concurrent.futures
import json
import re
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
import closes  # noqa: E402
import jobs  # noqa: E402
import orders  # noqa: E402
import quotes  # noqa: E402
from contract import Contract, exchange  # noqa: E402
from running import DATA, Server, banyan, need_binary  # noqa: E402
from schema import faults  # noqa: E402
from suite import Skip, Suite  # noqa: E402

NOW = "2026-03-01T04:00:00Z"
SCOPES = ["events:write", "members:read", "members:write", "profile:read", "ledger:read", "ledger:write",
          "programme:read", "programme:write", "admin"]


def paid(order, member, amount="100.00", **more):
    lines = [{"id": "1", "sku": "latte", "category": "coffee", "quantity": 2, "amount": amount}]
    return {"type": "order.paid", "id": order, "source": "shop", "member": {"kind": "openid", "id": member},
            "order": {"id": order, "channel": "app", "store": "s1", "currency": "CNY", "lines": lines}, **more}


def refunded(event, order, member, **lines):
    return {"type": "order.refunded", "id": event, "source": "shop", "member": {"kind": "openid", "id": member},
            "refund": {"order": order, **lines}}


def balance(outcome, unit="points"):
    return next(one["available"] for one in outcome["balances"] if one["unit"] == unit)


class Api:
    """One server for all cases; each case uses members and ids of its own."""

    def __init__(self, folder):
        self.server = Server(folder, "--clock", "test", "--partitions", "4").start()
        document = exchange(self.server.port, "GET", "/openapi.json").json
        self.contract = Contract(document, self.server)
        self.keys = {}
        self.contract.well("set_clock", {"now": NOW})

    def key(self, *scopes):
        if scopes not in self.keys:
            status, said, error = banyan("key", "create", "--data", self.server.data, "--scopes", ",".join(scopes))
            assert status == 0, error
            self.keys[scopes] = said.strip()
            time.sleep(0.7)  # the server looks at its key file twice a second
        return self.keys[scopes]

    def member(self, name):
        """A member with 100 points."""
        return self.contract.well("post_event", paid(f"o-{name}", name))["member"]


# --- the contract itself ---------------------------------------------------------------------------------------

def the_contract_is_complete(api):
    document = api.contract.document
    assert document["openapi"].startswith("3.1")
    for name, (method, path, operation) in api.contract.operations.items():
        assert operation.get("summary"), name
        assert operation["x-scope"] in SCOPES + ["none"], name
        parts = {one["name"] for one in map(lambda p: resolved(document, p), operation.get("parameters", []))
                 if one["in"] == "path"}
        assert parts == set(re.findall(r"\{(\w+)\}", path)), f"{name}: {parts}"
        assert ("security" in operation) == (operation["x-scope"] == "none"), name


def resolved(document, node):
    if "$ref" not in node:
        return node
    for part in node["$ref"].removeprefix("#/").split("/"):
        document = document[part]
    return document


def every_example_is_valid_and_taken(api):
    count = 0
    for name, (_, _, operation) in api.contract.operations.items():
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            examples = [one["value"] for one in content.get("examples", {}).values()]
            examples += [content["example"]] if "example" in content else []
            if kind != "application/json":
                continue
            assert examples, f"{name} shows no example"
            for example in examples:
                wrong = faults(api.contract.document, content["schema"], example)
                assert not wrong, f"{name}: {wrong}"
                count += 1
    assert count >= 14, count
    examples = api.contract.operations["post_event"][2]["requestBody"]["content"]["application/json"]["examples"]
    for example in examples.values():
        api.contract.well("post_event", example["value"])


def yaml_and_json_are_one_document(api):
    text = exchange(api.server.port, "GET", "/openapi.yaml").body.decode()
    assert text == (HERE.parent.parent / "api/openapi.yaml").read_text(encoding="utf-8")


def nobody_passes_without_the_scope(api):
    for name, (method, path, operation) in api.contract.operations.items():
        concrete = re.sub(r"\{\w+\}", "m2000", path)
        headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
        body = b"{}" if method in ("post", "patch") else None

        def ask(key, method=method, concrete=concrete, headers=headers, body=body):
            sent = {**headers, **({"Authorization": f"Bearer {key}"} if key else {})}
            return exchange(api.server.port, method.upper(), concrete, body, sent)

        if operation["x-scope"] == "none":
            assert ask(None).status in (200, 404), name
            continue
        others = api.key(*[scope for scope in SCOPES if scope != operation["x-scope"]])
        for key, status, problem in [(None, 401, "key_missing"), ("bk_000000000000_" + "0" * 64, 401, "key_invalid"),
                                     (others, 403, "scope_missing")]:
            answer = ask(key)
            assert (answer.status, answer.problem) == (status, problem), f"{name} with {problem}: {answer.status}"
            api.contract.hold(name, operation, answer)
        allowed = ask(api.key(operation["x-scope"]))
        assert allowed.status not in (401, 403), f"{name}: {allowed.status} {allowed.body[:200]}"


def unknown_paths_and_methods(api):
    for path in ("/v1", "/v1/nothing", "/v1/members/m2000/nothing", "/v2/events", "/assets/none.js", "/keys.json",
                 "/assets/..%2f..%2fkeys.json", "//", "/v1/members/"):
        answer = exchange(api.server.port, "GET", path, headers={"Authorization": f"Bearer {api.server.key}"})
        assert (answer.status, answer.problem) == (404, "route_unknown"), path
    for path, item in api.contract.document["paths"].items():
        concrete = re.sub(r"\{\w+\}", "m2000", path)
        taken = {one.upper() for one in item}
        if path == "/v1/members/search":
            taken |= {"DELETE", "GET"}  # it has the shape of /v1/members/{id}
        for method in {"PUT", "PATCH", "DELETE", "POST", "OPTIONS"} - taken:
            answer = exchange(api.server.port, method, concrete)
            assert answer.status == 405, f"{method} {path}: {answer.status}"
            assert set(answer.headers["allow"].split(", ")) - {"HEAD"} <= {"GET", "POST", "PATCH", "DELETE"}


# --- what a brand does ------------------------------------------------------------------------------------------

def an_order_a_redemption_a_refund(api):
    well, refuse = api.contract.well, api.contract.refused
    first = well("post_event", paid("o-story", "story", "600.00"))
    member = first["member"]
    assert first["joined"] and balance(first) == "600"
    assert first["earned"][0]["rule"] == "base" and first["earned"][0]["expires_at"] == "2027-12-31T16:00:00Z"
    assert first["tiers"][-1]["after"] == "star1"
    again = well("post_event", paid("o-story", "story", "600.00"))
    assert again["replayed"] and again["lsn"] == first["lsn"] and again["earned"] == first["earned"]
    refuse("post_event", 422, "id_reused", paid("o-story", "story", "601.00"))
    refuse("post_event", 409, "order_exists", {**paid("o-story", "story"), "id": "another-event"})

    spent = well("redeem_points", {"unit": "points", "amount": "250"}, id=member, once="story-spend")
    assert balance(spent) == "350"
    assert well("redeem_points", {"unit": "points", "amount": "250"}, id=member, once="story-spend")["replayed"]
    refuse("redeem_points", 422, "id_reused", {"unit": "points", "amount": "251"}, id=member, once="story-spend")
    refuse("redeem_points", 409, "balance_insufficient", {"unit": "points", "amount": "351"}, id=member, once="story-more")
    part = well("reverse_redemption", {"unit": "points", "amount": 50}, id=member, spend="story-spend", once="story-back")
    assert balance(part) == "400"
    refuse("reverse_redemption", 409, "reversal_exceeds", {"unit": "points", "amount": 201}, id=member,
           spend="story-spend", once="story-back-2")
    refuse("reverse_redemption", 404, "spend_unknown", id=member, spend="no-such", once="story-back-3")
    rest = well("reverse_redemption", id=member, spend="story-spend", once="story-back-4")
    assert balance(rest) == "600"

    half = well("post_event", refunded("r-1", "o-story", "story", lines=[{"id": "1", "quantity": 1}]))
    assert half["refunded"] == "300.00" and balance(half) == "300"
    assert half["tiers"][-1] == {"ladder": "stars", "before": "star1", "after": "regular"}
    refuse("post_event", 409, "quantity_exceeds", refunded("r-2", "o-story", "story", lines=[{"id": "1", "quantity": 2}]))
    refuse("post_event", 409, "line_unknown", refunded("r-3", "o-story", "story", lines=[{"id": "2", "quantity": 1}]))
    refuse("post_event", 404, "order_unknown", refunded("r-4", "o-never", "story"))
    whole = well("post_event", refunded("r-5", "o-story", "story"))
    assert whole["refunded"] == "300.00" and balance(whole) == "0"
    refuse("post_event", 409, "nothing_left", refunded("r-6", "o-story", "story"))

    view = well("get_member", id=member)
    assert view["spend"] == "0.00" and view["orders"] == 1 and view["identity_kinds"] == ["openid"]
    timeline = well("get_timeline", id=member)
    assert [entry["event"] for entry in timeline["entries"]][-1] == "order.paid"
    statement = well("get_ledger", id=member, unit="points")
    assert sum(int(line["amount"]) for line in statement["lines"]) == 0
    assert well("get_tier", id=member)["tiers"][0]["missing"] == "500.00"


def holds_are_captured_released_and_run_out(api):
    well, refuse = api.contract.well, api.contract.refused
    member = api.member("holder")
    ask = {"unit": "points", "amount": "40", "expires_in": "PT15M"}
    assert balance(well("place_hold", ask, id=member, once="h-1")) == "60"
    assert well("get_member", id=member)["holds"][0]["amount"] == "40"
    refuse("place_hold", 409, "balance_insufficient", {**ask, "amount": "61"}, id=member, once="h-2")
    assert balance(well("capture_hold", id=member, hold="h-1", once="c-1")) == "60"
    refuse("capture_hold", 404, "hold_unknown", id=member, hold="h-1", once="c-2")
    part = {"unit": "points", "amount": "25"}
    well("place_hold", ask, id=member, once="h-4")
    refuse("capture_hold", 409, "capture_exceeds", {**part, "amount": "41"}, id=member, hold="h-4", once="c-3")
    assert balance(well("capture_hold", part, id=member, hold="h-4", once="c-4")) == "35"
    assert balance(well("capture_hold", part, id=member, hold="h-4", once="c-4")) == "35"  # the same once more
    refuse("capture_hold", 404, "hold_unknown", {**part, "amount": "15"}, id=member, hold="h-4", once="c-5")
    assert balance(well("reverse_redemption", id=member, spend="h-4", once="v-4")) == "60"
    well("place_hold", ask, id=member, once="h/3%?#")
    assert balance(well("release_hold", {}, id=member, hold="h/3%?#", once="e-3")) == "60"
    refuse("release_hold", 404, "hold_unknown", id=member, hold="nothing", once="e-4")
    assert balance(well("reverse_redemption", id=member, spend="h-1", once="v-1")) == "100"


def people_are_registered_bound_merged_and_erased(api):
    well, refuse = api.contract.well, api.contract.refused
    body = {"identities": [{"kind": "openid", "id": "p-1"}, {"kind": "phone", "id": "13800000001"}],
            "profile": {"name": "榕小间", "birthday": "1990-02-28", "city": "上海"}}
    made = well("register_member", body, once="reg-1")
    member = made["member"]
    assert made["joined"]
    for kind, one in (("openid", "p-1"), ("phone", "13800000001")):
        assert well("search_member", {"identity": {"kind": kind, "id": one}})["id"] == member
    refuse("search_member", 404, "member_unknown", {"identity": {"kind": "phone", "id": "13899999999"}})
    assert well("get_member", id=member)["profile"]["name"] == "榕小间"
    blind = well("get_member", id=member, key=api.key("members:read"))
    assert "profile" not in blind
    well("patch_profile", {"city": "杭州"}, id=member, once="pp-1")
    profile = well("get_member", id=member)["profile"]
    assert profile["city"] == "杭州" and profile["name"] == "榕小间"
    well("patch_profile", {"city": None, "gender": None, "name": "榕"}, id=member, once="pp-1-null")
    assert well("get_member", id=member)["profile"] == {"name": "榕", "birthday": "1990-02-28"}
    refuse("patch_profile", 400, "invalid_request", {}, id=member, once="pp-1-empty")
    assert well("get_member", id=member)["profile"] == {"name": "榕", "birthday": "1990-02-28"}
    well("patch_profile", {"name": None, "birthday": None}, id=member, once="pp-1-all")
    assert not well("get_member", id=member).get("profile")
    well("patch_profile", {"city": "杭州", "name": "榕小间"}, id=member, once="pp-1-again")

    well("bind_identity", {"identity": {"kind": "card", "id": "card-of-p-1"}}, id=member, once="bind-1")
    assert well("search_member", {"identity": {"kind": "card", "id": "card-of-p-1"}})["id"] == member
    other = api.member("p-2")
    refuse("bind_identity", 409, "identity_taken", {"identity": {"kind": "card", "id": "card-of-p-1"}}, id=other, once="bind-2")

    refuse("merge_member", 409, "merge_with_itself", {"absorb": member}, id=member, once="m-0")
    deadline = time.monotonic() + 10
    while (answer := api.contract.call("merge_member", {"absorb": other}, id=member, once="m-1")).status == 202:
        assert time.monotonic() < deadline, "the merge does not end"
        time.sleep(0.05)
    assert answer.status == 200, answer.body
    merged = well("get_member", id=member)
    assert merged["balances"][0]["available"] == "100"
    gone = well("get_member", id=other)
    assert gone["state"] == "forwarded" and gone["forwarded_to"] == member

    well("erase_member", id=member, once="erase-1")
    erased = well("get_member", id=member)
    assert erased["state"] in ("sealed", "gone") and "profile" not in erased
    refuse("adjust_points", 409, "member_erased", {"unit": "points", "amount": "1", "reason": "r"}, id=member, once="ea-1")
    for name in ("get_member", "get_timeline", "get_ledger", "get_balances", "get_tier", "get_expiring"):
        refuse(name, 404, "member_unknown", id="mzzzzzzz")
    refuse("erase_member", 404, "member_unknown", id="mzzzzzzz", once="erase-2")
    refuse("patch_profile", 404, "member_unknown", {"city": "x"}, id="nobody", once="pp-2")


def adjustments_and_what_expires(api):
    well, refuse = api.contract.well, api.contract.refused
    member = api.member("adjusted")
    given = well("adjust_points", {"unit": "points", "amount": 11, "reason": "goodwill", "cost_centre": "loyalty"},
                 id=member, once="a-1")
    assert balance(given) == "111"
    assert balance(well("adjust_points", {"unit": "points", "amount": "-11", "reason": "mistake"}, id=member, once="a-2")) == "100"
    refuse("adjust_points", 400, "invalid_request", {"unit": "miles", "amount": "1", "reason": "r"}, id=member, once="a-3",
           pointer="/unit")
    assert well("get_expiring", id=member)["lots"] == []
    soon = well("get_expiring", id=member, within="P700D")
    assert soon["totals"] == [{"unit": "points", "amount": "100"}], soon
    refuse("get_expiring", 400, "invalid_query", id=member, within="tomorrow")


def the_brand_can_be_read(api):
    well = api.contract.well
    programme = well("get_programme")
    assert programme["currency"] == "CNY" and programme["rules"][0]["grants"] == "order.paid / 100", programme
    assert well("get_tiers")["ladders"][0]["tiers"][0]["code"] == "regular"
    totals = well("get_totals")
    for unit in totals["units"]:
        value = {name: int(unit[name]) for name in ("issued", "redeemed", "expired", "liability", "debt")}
        assert value["issued"] - value["redeemed"] - value["expired"] == value["liability"] - value["debt"], unit
        held = value["liability"] - value["debt"]
        assert held + sum(int(one) for one in unit["accounts"].values()) == 0, unit
    for name in ("get_health", "get_readiness", "get_metrics", "get_openapi_yaml", "get_openapi_json", "get_page"):
        well(name, key="")
    assert "banyan_http_requests_total" in well("get_metrics", key="").body.decode()
    well("get_asset", key="", file="page.js")
    api.contract.refused("get_asset", 404, "route_unknown", key="", file="none.js")


def the_clock_only_goes_forward(api):
    assert api.contract.well("get_clock")["now"] == NOW
    api.contract.refused("set_clock", 400, "invalid_request", {"now": "2020-01-01T00:00:00Z"}, pointer="/now")
    api.contract.refused("set_clock", 400, "invalid_request", {"now": "soon"}, pointer="/now")
    assert api.contract.well("get_clock")["now"] == NOW


def pages_are_stable_under_inserts(api):
    for i in range(12):
        api.member(f"page-{i}")
    seen, after = [], None
    while True:
        page = api.contract.well("list_members", limit=5, after=after)
        assert len(page["members"]) <= 5
        seen += page["members"]
        api.member(f"page-new-{len(seen)}")  # arrives while we turn pages
        after = page["next"]
        if after is None:
            break
        assert len(seen) < 1000
    assert len(seen) == len(set(seen)), "a member was listed twice"
    for i in range(12):
        assert api.contract.well("search_member", {"identity": {"kind": "openid", "id": f"page-{i}"}})["id"] in seen

    member = api.member("pager")
    for i in range(9):
        api.contract.well("adjust_points", {"unit": "points", "amount": 1, "reason": "r"}, id=member, once=f"pager-{i}")
    for name, rows in (("get_timeline", "entries"), ("get_ledger", "lines")):
        whole = [one["lsn"] for one in api.contract.well(name, id=member, limit=200)[rows]]
        assert whole == sorted(whole, reverse=True) and len(whole) >= 10
        paged, before = [], None
        while True:
            page = api.contract.well(name, id=member, limit=3, before=before)
            paged += [one["lsn"] for one in page[rows]]
            before = page["next"]
            if before is None:
                break
            assert len(paged) < 100
        assert paged == whole, f"{name}: {paged} is not {whole}"
    api.contract.refused("list_members", 400, "invalid_query", limit=1001)
    api.contract.refused("list_members", 400, "invalid_query", limit=0)
    api.contract.refused("list_members", 400, "invalid_query", after="m1")
    api.contract.refused("get_timeline", 400, "invalid_query", id=member, before="x")
    api.contract.refused("get_ledger", 400, "invalid_query", id=member, unit="miles")
    api.contract.refused("get_member", 400, "invalid_query", id=member, at="yesterday")
    api.contract.refused("get_member", 400, "invalid_query", id=member, colour="red")


def as_of_an_instant(api):
    """The clock stands still in this suite, so the past is before the member, and now is now."""
    member = api.member("as-of")
    assert api.contract.well("get_balances", id=member, at=NOW)["balances"][0]["posted"] == "100"
    before = api.contract.well("get_balances", id=member, at="2020-01-01T00:00:00Z")
    assert all(one["posted"] == "0" for one in before["balances"]), before
    assert api.contract.well("get_ledger", id=member, until="2020-01-01T00:00:00Z")["lines"] == []


# --- bad input --------------------------------------------------------------------------------------------------

BAD_EVENTS = [
    ("an array", "[]", "invalid_request", ""),
    ("a number", "1", "invalid_request", ""),
    ("nothing", "", "malformed_json", None),
    ("half", '{"type":"order.paid"', "malformed_json", None),
    ("a key twice", '{"type":"order.paid","type":"order.paid"}', "malformed_json", None),
    ("invalid UTF-8", b'{"type":"\xff"}', "malformed_json", None),
    ("a byte order mark", b'\xef\xbb\xbf{}', "malformed_json", None),
    ("deep", "[" * 100_000, "malformed_json", None),
    ("deep and closed", "[" * 5000 + "]" * 5000, "malformed_json", None),
    ("a number beyond numbers", '{"type":1e999}', "malformed_json", None),
    ("a huge string", json.dumps({**paid("b", "b"), "id": "x" * 100_000}), "malformed_json", None),
    ("a long id", json.dumps({**paid("b", "b"), "id": "x" * 200}), "invalid_request", "/id"),
    ("unknown field", json.dumps({**paid("b", "b"), "colour": 1}), "invalid_request", "/colour"),
    ("unknown type", json.dumps({**paid("b", "b"), "type": "order"}), "invalid_request", "/type"),
    ("type of a wrong type", json.dumps({**paid("b", "b"), "type": 5}), "invalid_request", "/type"),
    ("no member", json.dumps({k: v for k, v in paid("b", "b").items() if k != "member"}), "invalid_request", "/member"),
    ("null member", json.dumps({**paid("b", "b"), "member": None}), "invalid_request", "/member"),
    ("too early", json.dumps({**paid("b", "b"), "occurred_at": "1969-12-31T23:59:59Z"}), "invalid_request", "/occurred_at"),
    ("year 10000", json.dumps({**paid("b", "b"), "occurred_at": "10000-01-01T00:00:00Z"}), "invalid_request", "/occurred_at"),
    ("no such day", json.dumps({**paid("b", "b"), "occurred_at": "2026-02-30T00:00:00Z"}), "invalid_request", "/occurred_at"),
    ("negative amount", json.dumps(paid("b", "b", "-1.00")), "invalid_request", "/order/lines/0/amount"),
    ("overflowing amount", json.dumps(paid("b", "b", "92233720368547758080.00")), "invalid_request", "/order/lines/0/amount"),
    ("largest int64", json.dumps(paid("b", "b", "92233720368547758.07")), "invalid_request", "/order/lines/0/amount"),
    ("too fine an amount", json.dumps(paid("b", "b", "1.001")), "invalid_request", "/order/lines/0/amount"),
    ("amount as number", json.dumps(paid("b", "b", 1.0)), "invalid_request", "/order/lines/0/amount"),
    ("NaN", json.dumps(paid("b", "b", "NaN")), "invalid_request", "/order/lines/0/amount"),
]


def bad_events_name_what_is_wrong(api):
    before = api.contract.well("get_totals")
    for title, body, problem, pointer in BAD_EVENTS:
        body = body if isinstance(body, bytes) else body.encode()
        answer = api.contract.refused("post_event", 400, problem, body, pointer=pointer or None)
        if problem == "malformed_json":
            assert re.fullmatch(r"\d+:\d+", answer.json["place"]), f"{title}: {answer.body}"
    wrong = paid("b-currency", "b")
    wrong["order"]["currency"] = "XXX"
    api.contract.refused("post_event", 400, "invalid_request", wrong, pointer="/order/currency")
    wrong["order"]["currency"] = "USD"  # known, but not this brand's
    api.contract.refused("post_event", 400, "invalid_request", wrong, pointer="/order/currency")
    future = {**paid("b-future", "b"), "occurred_at": "2026-03-02T05:00:00Z"}
    api.contract.refused("post_event", 409, "occurred_in_future", future)
    twice = paid("b-twice", "b")
    twice["order"]["lines"] *= 2
    api.contract.refused("post_event", 400, "line_repeated", twice)
    assert api.contract.well("get_totals")["units"] == before["units"], "something bad changed something"


def bad_bodies_are_bounded(api):
    call = api.contract.refused
    call("post_event", 413, "body_too_large", b" " * ((1 << 20) + 1))
    call("post_event", 415, "content_type_unsupported", b"a=b", content="application/x-www-form-urlencoded")
    call("post_event", 415, "content_type_unsupported", b"{}", headers={"Content-Encoding": "gzip"})
    call("register_member", 415, "content_type_unsupported", b"{}\n", content="application/x-ndjson", once="k")
    call("register_member", 413, "body_too_large", b" " * ((1 << 20) + 1), once="k")
    for once in (None, "", "has space", "x" * 129, "käse"):
        headers = {} if once is None else {"Idempotency-Key": once.encode("utf-8").decode("latin-1")}
        call("register_member", 400, "idempotency_key_missing", {"identities": [{"kind": "a", "id": "b"}]}, headers=headers)


def mutations_refuse_what_they_do_not_know(api):
    member = api.member("strict")
    for name, body, pointer, more in [
        ("register_member", {"identities": [{"kind": "openid", "id": "x"}], "vip": True}, "/vip", {}),
        ("register_member", {"identities": [{"kind": "openid", "id": "x", "y": 1}]}, "/identities/0/y", {}),
        ("register_member", {"profile": {}}, "/identities", {}),
        ("patch_profile", {"birthday": "1990-13-01"}, "/birthday", {"id": member}),
        ("bind_identity", {"identity": {"kind": "two words", "id": "x"}}, "/identity/kind", {"id": member}),
        ("merge_member", {"absorb": "somebody"}, "/absorb", {"id": member}),
        ("unmerge_member", {"absorb": member}, "/absorbed", {"id": member}),
        ("unmerge_member", {"absorbed": "somebody"}, "/absorbed", {"id": member}),
        ("transfer_points", {"unit": "points", "amount": "1"}, "/to", {"id": member}),
        ("transfer_points", {"to": member, "unit": "points", "amount": "0"}, "/amount", {"id": member}),
        ("adjust_points", {"unit": "points", "amount": "0", "reason": "r"}, "/amount", {"id": member}),
        ("adjust_points", {"unit": "points", "amount": "1.5", "reason": "r"}, "/amount", {"id": member}),
        ("adjust_points", {"unit": "points", "amount": "1"}, "/reason", {"id": member}),
        ("redeem_points", {"unit": "points", "amount": "-1"}, "/amount", {"id": member}),
        ("redeem_points", {"unit": "points", "amount": 10**19}, "/amount", {"id": member}),
        ("place_hold", {"unit": "points", "amount": "1", "expires_in": "soon"}, "/expires_in", {"id": member}),
        ("reverse_redemption", {"amount": "1"}, "/unit", {"id": member, "spend": "s"}),
        ("capture_hold", {"amount": "1"}, "/unit", {"id": member, "hold": "h"}),
        ("release_hold", {"amount": "1"}, "/amount", {"id": member, "hold": "h"}),
        ("search_member", {"kind": "openid", "id": "x"}, "/identity", {}),
        ("set_clock", {"now": NOW, "zone": "x"}, "/zone", {}),
        ("begin_history", {"from": NOW}, "/from", {}),
        ("end_history", {"to": NOW}, "/to", {}),
    ]:
        api.contract.refused(name, 400, "invalid_request", body, once="strict-1", pointer=pointer, **more)


def problems_in_both_languages(api):
    member = api.member("chinese")
    for language, title in (("zh-CN,zh;q=0.9", "余额不足"), ("en-US", "Balance insufficient")):
        answer = api.contract.refused("redeem_points", 409, "balance_insufficient", {"unit": "points", "amount": "999999"},
                                      id=member, once="zh-1", headers={"Accept-Language": language})
        assert answer.json["title"] == title
        assert answer.json["instance"] == f"/v1/members/{member}/redemptions"


def broken_http_is_refused(api):
    port = api.server.port
    for bytes_ in (b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                   b"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                   b"hello\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(bytes_)
            said = client.recv(65536)
        assert said.startswith(b"HTTP/1.1 400 "), (bytes_, said[:100])


# --- streams ----------------------------------------------------------------------------------------------------

def stream(api, lines, **more):
    body = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    answer = api.contract.call("post_event", body, content="application/x-ndjson", **more)
    assert answer.status == 200, answer.body[:300]
    return [json.loads(line) for line in answer.body.splitlines()]


def a_stream_answers_line_by_line(api):
    results = stream(api, [paid("s-1", "s"), b"\n", paid("s-1", "s"), paid("s-1", "s", "5.00"), b"{]\n",
                           refunded("s-r", "s-1", "s"), refunded("s-r2", "s-none", "s"), b'{"id":"s-x"}'])
    said = [(one["line"], one["status"]) for one in results]
    assert said == [(1, "applied"), (3, "replayed"), (4, "refused"), (5, "invalid"), (6, "applied"), (7, "refused"),
                    (8, "invalid")], said
    assert results[2]["problem"]["type"].endswith("id_reused") and results[2]["problem"]["status"] == 422
    assert results[3]["problem"]["place"] == "1:2" and "id" not in results[3]
    assert results[6]["id"] == "s-x" and results[6]["problem"]["pointer"] == "/type"
    few = stream(api, [paid("s-1", "s"), paid("s-9", "s"), b"x\n"], results="problems")
    assert few[0]["line"] == 3 and few[1] == {"lines": 3, "applied": 1, "replayed": 1, "pending": 0, "refused": 0,
                                              "invalid": 1, "stopped": 0}
    api.contract.refused("post_event", 400, "invalid_query", b"\n", content="application/x-ndjson", results="none")
    till = api.key("events:write")
    by_hand = {"type": "points.adjusted", "id": "s-h", "source": "shop", "member": {"kind": "openid", "id": "s"},
               "points": {"unit": "points", "amount": "1", "reason": "r"}}
    assert stream(api, [by_hand], key=till)[0]["problem"]["type"].endswith("scope_missing")
    api.contract.refused("post_event", 403, "scope_missing", by_hand, key=till)
    assert stream(api, [by_hand])[0]["status"] == "applied"


def many_streams_at_once_lose_nothing(api):
    streams, orders = 4, 3000

    def run(number):
        lines = [paid(f"load-{number}-{i}", f"load-{i % 50}", "1.00") for i in range(orders)]
        return [one["status"] for one in stream(api, lines)]

    before = api.contract.well("get_totals")["units"][0]["issued"]
    with concurrent.futures.ThreadPoolExecutor(streams) as pool:
        results = list(pool.map(run, range(streams)))
    assert all(one == ["applied"] * orders for one in results), [set(one) for one in results]
    after = api.contract.well("get_totals")["units"][0]["issued"]
    assert int(after) - int(before) == streams * orders


def a_stream_in_pieces_is_answered_while_it_comes(api):
    """The first result arrives while the request is still being sent: nothing waits for the whole body."""
    with socket.create_connection(("127.0.0.1", api.server.port), timeout=30) as client:
        client.sendall(f"POST /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {api.server.key}\r\n"
                       "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        got = b""
        for i in range(3):
            line = json.dumps(paid(f"live-{i}", "live")).encode() + b"\n"
            for piece in (line[:40], line[40:]):
                client.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            while got.count(b'"status":"applied"') <= i:
                more = client.recv(65536)
                assert more, got
                got += more
        client.sendall(b"0\r\n\r\n")
        while not got.endswith(b"0\r\n\r\n"):
            got += client.recv(65536)


def json_test_suite(api):
    folder = DATA / "json/test_parsing"
    if not folder.is_dir():
        raise Skip(f"{folder} is not there")
    bad = sorted(folder.glob("n_*.json"))
    assert len(bad) > 150
    for file in bad:
        answer = api.contract.refused("post_event", 400, "malformed_json", file.read_bytes())
        assert re.fullmatch(r"\d+:\d+", answer.json["place"]), file.name
    # In a stream a file is one line; those that hold line ends are several bad lines.
    flat = [file for file in bad if b"\n" not in file.read_bytes().rstrip(b"\n") and file.read_bytes().strip()]
    assert len(flat) > 150
    results = stream(api, [file.read_bytes().rstrip(b"\n") + b"\n" for file in flat])
    assert len(results) == len(flat)
    for file, result in zip(flat, results):
        assert result["status"] == "invalid" and result["problem"]["type"].endswith("malformed_json"), (file.name, result)
    good = sorted(folder.glob("y_*.json"))
    for file in good:
        answer = api.contract.call("post_event", file.read_bytes())
        twice = "duplicated_key" in file.name  # an object that says a key twice is JSON, and refused all the same
        assert answer.problem == ("malformed_json" if twice else "invalid_request"), (file.name, answer.body)


# --- keys, secrets, the end -------------------------------------------------------------------------------------

def a_revoked_key_is_out(api):
    key = api.key("ledger:read", "programme:read")
    api.contract.well("get_programme", key=key)
    status, _, error = banyan("key", "revoke", "--data", api.server.data, key.split("_")[1])
    assert status == 0, error
    time.sleep(1.2)
    api.contract.refused("get_programme", 401, "key_invalid", key=key)


def nothing_personal_is_said_where_it_does_not_belong(api):
    canary = "canary-5e1f0c"
    api.contract.well("register_member", {"identities": [{"kind": "phone", "id": canary}],
                                          "profile": {"name": canary, "address": canary}}, once="canary-1")
    for body in ({"identity": {"kind": "phone", "id": canary + "-none"}}, {"identity": {"kind": canary + " ", "id": canary}}):
        assert canary not in api.contract.call("search_member", body).body.decode()
    answer = api.contract.call("register_member", {"identities": [{"kind": "phone", "id": canary, canary: 1}]}, once="canary-2")
    assert answer.status == 400
    bad = api.contract.call("register_member", {"identities": [{"kind": "phone", "id": canary}],
                                                "profile": {"birthday": canary[:10]}}, once="canary-3")
    assert canary not in bad.body.decode()
    assert canary not in exchange(api.server.port, "GET", "/metrics").body.decode()
    assert canary not in api.server.log.read_text(errors="replace")
    for file in api.server.data.rglob("*"):
        if file.is_file():
            assert canary.encode() not in file.read_bytes(), file


def history_is_begun_and_ended(api):
    api.contract.well("begin_history")
    old = {**paid("h-1", "history"), "occurred_at": "2026-03-01T04:00:00Z"}
    api.contract.well("post_event", old)
    api.contract.well("end_history")


def a_programme_is_tried_published_and_taken_back(api):
    well, refused = api.contract.well, api.contract.refused
    (first,) = well("list_versions")["versions"]
    document = well("get_version", version="1")["document"]
    double = document.replace("amount: order.paid / 100", "amount: order.paid / 50", 1)
    assert double != document and well("check_programme", {"document": double})["valid"]
    assert not well("check_programme", {"document": document + "rules: []\n"})["valid"]

    def earned(tried):
        return sum(int(rule["amount"]) for rule in tried["rules"] if rule["held"])

    event = paid("try", "tried")
    before = well("get_totals")["units"]
    assert earned(well("dry_run_event", {"event": event})) == 100
    assert earned(well("dry_run_event", {"event": event, "document": double})) == 200
    assert well("get_totals")["units"] == before, "a trial left something behind"

    # An event that happened is told as one that might.
    well("post_event", paid("told", "told"))
    told = well("explain_event", source="shop", id="told")
    (base, birthday) = told["rules"]
    assert told["event"] == "order.paid" and told["differs"] is None and told["refused"] is None, told
    assert base["held"] and base["amount"] == "100" and not birthday["held"], told
    assert [part["value"] for part in base["grants_parts"]] == ["100", "10000", "100"], base
    assert birthday["because"] == ["the condition reads a personal attribute; it did not hold when it was asked"], birthday
    assert told["outcome"]["earned"][0]["amount"] == "100", told
    assert api.contract.call("explain_event", source="shop", id="nobody's").status == 404

    second = well("publish_programme", {"document": double})
    assert second["version"] == 2 and second["address"] != first["address"]
    well("set_clock", {"now": second["since"]})
    assert well("get_programme")["version"] == 2
    assert balance(well("post_event", event)) == "200"
    third = well("roll_back_programme", {"address": first["address"]})
    assert (third["version"], third["address"]) == (3, first["address"])
    well("set_clock", {"now": third["since"]})
    assert balance(well("post_event", paid("try-2", "tried"))) == "300"  # what was granted stays
    assert [one["version"] for one in well("list_versions")["versions"]] == [1, 2, 3]

    refused("list_versions", 400, "invalid_query", sorted="yes")
    for name in ("publish_programme", "check_programme", "dry_run_event", "roll_back_programme"):
        assert api.contract.call(name, {}).status == 400, name
    assert api.contract.call("publish_programme", {"document": "programme: mine\n"}).status == 400
    assert api.contract.call("get_version", version="9").status == 404
    assert api.contract.call("roll_back_programme", {"address": "sha256:" + "0" * 64}).status == 404


def a_price_in_parts_and_an_interaction_are_tried_under_a_draft(api):
    well, call = api.contract.well, api.contract.call
    draft = well("get_version", version="1")["document"].replace("units:\n", "units:\n  - {unit: stars}\n", 1) + """
  - {rule: star, on: order.paid, unit: stars, base: paid + points + freight, per: 5000, remainder: carried}
  - {rule: review, on: review.posted, unit: points, when: event.rating >= 4 && event.photo, fixed: 50}
events:
  - {event: review.posted, attributes: {rating: int, photo: bool, sku: string}}
"""

    def tried(event):
        run = well("dry_run_event", {"event": event, "document": draft})
        return {rule["rule"]: rule["amount"] for rule in run["rules"] if rule["held"]}

    order = paid("parts", "tried-parts")
    order["order"] |= {"coupon": "20.00", "freight": "8.00", "charged": "188.00", "payment": "wechat"}
    order["order"]["lines"] = [{"id": "1", "sku": "latte", "quantity": 2, "list": "120.00", "brand": "harbour"},
                               {"id": "2", "sku": "beans", "quantity": 1, "list": "80.00"}]
    assert tried(order) == {"base": "180", "star": "3"}
    order["order"]["charged"] = "188.01"
    wrong = call("dry_run_event", {"event": order, "document": draft})
    assert wrong.status == 400 and wrong.json["pointer"] == "/order/lines", wrong.json

    review = {"type": "review.posted", "id": "rv", "source": "shop", "member": order["member"],
              "attributes": {"rating": 5, "photo": True, "sku": "latte"}}
    assert tried(review) == {"review": "50"}
    for attributes, pointer in (({"rating": 5, "photo": True}, "sku"),
                                ({"rating": "5", "photo": True, "sku": "a"}, "rating")):
        wrong = call("dry_run_event", {"event": review | {"attributes": attributes}, "document": draft})
        assert wrong.status == 400 and wrong.json["pointer"] == f"/event/attributes/{pointer}", wrong.json
    assert call("post_event", review).status == 400  # the programme in force declares no such event

    well("post_event", paid("money", "refunds-money"))
    assert balance(well("post_event", refunded("money-back", "money", "refunds-money", amount="30.00"))) == "70"
    api.contract.refused("post_event", 409, "refund_exceeds", refunded("more", "money", "refunds-money", amount="70.01"))


def to_its_end(api, name, body, **more):
    """What goes on in another partition is asked for again with the same key."""
    deadline = time.monotonic() + 10
    while (answer := api.contract.call(name, body, **more)).status == 202:
        assert time.monotonic() < deadline, f"{name} does not end"
        time.sleep(0.05)
    return answer


def points_are_given_and_a_merge_is_undone(api):
    well, refuse = api.contract.well, api.contract.refused
    giver, taker = api.member("giver"), api.member("taker")
    gift = {"to": taker, "unit": "points", "amount": "30"}
    refuse("transfer_points", 409, "unit_not_transferable", gift, id=giver, once="t-0")
    document = well("get_version", version="1")["document"]
    generous = document.replace("debt_limit: 1000000000", "debt_limit: 1000000000\n    transferable: true", 1)
    well("set_clock", {"now": well("publish_programme", {"document": generous})["since"]})
    refuse("transfer_points", 409, "transfer_to_itself", {**gift, "to": giver}, id=giver, once="t-1")
    refuse("transfer_points", 409, "balance_insufficient", {**gift, "amount": "101"}, id=giver, once="t-2")
    for _ in range(2):
        given = to_its_end(api, "transfer_points", gift, id=giver, once="t-3")
        assert given.status == 200 and given.json["balances"][0]["available"] == "70", given.json
    assert well("get_member", id=taker)["balances"][0]["available"] == "130"
    nobody = to_its_end(api, "transfer_points", {**gift, "to": "mzzz0"}, id=giver, once="t-4")
    assert nobody.status == 404 and "member_unknown" in nobody.json.get("type", ""), nobody.json
    assert well("get_member", id=giver)["balances"][0]["available"] == "70"
    assert [line["movement"] for line in well("get_ledger", id=giver)["lines"]].count("given") >= 1

    refuse("unmerge_member", 409, "merge_unknown", {"absorbed": giver}, id=taker, once="u-0")
    assert to_its_end(api, "merge_member", {"absorb": giver}, id=taker, once="m-9").status == 200
    assert well("get_member", id=taker)["balances"][0]["available"] == "200"
    undone = to_its_end(api, "unmerge_member", {"absorbed": giver}, id=taker, once="u-1")
    assert undone.status == 200 and undone.json["member"] == giver, undone.json
    assert well("get_member", id=giver)["balances"][0]["available"] == "70"
    assert well("get_member", id=taker)["balances"][0]["available"] == "130"


def every_operation_was_met(api):
    missing = {name for name in api.contract.operations if 200 not in api.contract.seen.get(name, set())}
    assert not missing, f"never answered well: {sorted(missing)}"
    silent = {"get_health", "get_readiness", "get_metrics", "get_openapi_yaml", "get_openapi_json", "get_page",
              "get_programme", "get_tiers", "get_clock", "get_totals"}  # these have nothing to refuse but keys
    unrefused = {name for name, seen in api.contract.seen.items() if max(seen) < 400} - silent
    assert not unrefused, f"never refused: {sorted(unrefused)}"


def a_stop_lets_a_stream_end_where_it_is(api):
    """Last, because it stops the server: what was answered is there afterwards, once."""
    lines = [json.dumps(paid(f"stop-{i}", f"stop-{i % 10}", "1.00")).encode() + b"\n" for i in range(200_000)]
    got, sent_all = [], threading.Event()

    def send(client):
        try:
            for start in range(0, len(lines), 500):
                piece = b"".join(lines[start:start + 500])
                client.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            sent_all.set()
        except OSError:
            pass  # the server has ended the stream, as it should

    with socket.create_connection(("127.0.0.1", api.server.port), timeout=60) as client:
        client.sendall(f"POST /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {api.server.key}\r\n"
                       "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        sender = threading.Thread(target=send, args=(client,))
        sender.start()
        text, stopper = b"", None
        try:
            while more := client.recv(1 << 18):
                text += more
                if stopper is None and text.count(b'"applied"') > 2000:
                    stopper = threading.Thread(target=api.server.stop)
                    stopper.start()
        except ConnectionResetError:
            pass
        sender.join()
    assert stopper is not None and not sent_all.is_set(), "the stream ended before the stop"
    stopper.join()
    got = set(re.findall(rb'"id":"(stop-\d+)","status":"applied"', text))
    api.server.start()
    again = stream(api, [lines[i] for i in range(len(got))])
    assert all(one["status"] == "replayed" for one in again), "an answered event was lost"


CASES = [the_contract_is_complete, yaml_and_json_are_one_document, every_example_is_valid_and_taken,
         nobody_passes_without_the_scope, unknown_paths_and_methods, an_order_a_redemption_a_refund,
         holds_are_captured_released_and_run_out, people_are_registered_bound_merged_and_erased,
         adjustments_and_what_expires, the_brand_can_be_read, the_clock_only_goes_forward, pages_are_stable_under_inserts,
         as_of_an_instant, bad_events_name_what_is_wrong, bad_bodies_are_bounded, mutations_refuse_what_they_do_not_know,
         problems_in_both_languages, broken_http_is_refused, a_stream_answers_line_by_line,
         many_streams_at_once_lose_nothing, a_stream_in_pieces_is_answered_while_it_comes, json_test_suite,
         a_revoked_key_is_out, nothing_personal_is_said_where_it_does_not_belong, history_is_begun_and_ended,
         a_programme_is_tried_published_and_taken_back,
         a_price_in_parts_and_an_interaction_are_tried_under_a_draft, points_are_given_and_a_merge_is_undone,
         *orders.CASES, *jobs.CASES, *closes.CASES, *quotes.CASES, every_operation_was_met, a_stop_lets_a_stream_end_where_it_is]


def main():
    suite = Suite(sys.argv)
    with tempfile.TemporaryDirectory(prefix="banyan-api-") as folder:
        api = None
        try:
            need_binary()
            api = Api(Path(folder) / "brand")
        except Skip as reason:
            why = str(reason)

            def skip():
                raise Skip(why)

        for case in CASES:
            suite.case(case.__name__, *((case, api) if api else (skip,)))
        if api:
            api.server.kill()
    return suite.finish()


if __name__ == "__main__":
    sys.exit(main())
