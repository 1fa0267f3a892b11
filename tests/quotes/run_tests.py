#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Quotes of the real binary: a document says prices and promotions, and POST /v1/quotes answers. Expected money was
calculated by hand; the arithmetic stands beside it."""
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "api")]
from contract import Contract, exchange  # noqa: E402
from running import Server  # noqa: E402
from suite import Suite  # noqa: E402

NOW = "2026-03-01T04:00:00Z"  # noon in the shop


def tea(quantity=2, price="80.00", **more):
    return {"id": "1", "sku": "tea", "categories": ["drinks"], "quantity": quantity, "price": price, **more}


class Shop:
    def __init__(self, folder, partitions):
        self.server = Server(folder, "--clock", "test", "--partitions", partitions).start()
        self.contract = Contract(exchange(self.server.port, "GET", "/openapi.json").json, self.server)
        self.contract.well("set_clock", {"now": NOW})
        document = (HERE / "programme.yaml").read_text(encoding="utf-8")
        self.contract.well("publish_programme", {"document": document})
        # 600.00 paid: gold from 500.00, and 60000 / 10 = 6000 points.
        self.gold = self.contract.well("post_event", {
            "type": "order.paid", "id": "o-1", "source": "shop", "member": {"kind": "openid", "id": "gold"},
            "order": {"id": "o-1", "channel": "app", "currency": "CNY",
                      "lines": [{"id": "1", "sku": "tea", "quantity": 1, "amount": "600.00"}]}})["member"]

    def quote(self, lines, member=None, **more):
        body = {"lines": lines, **({"member": member} if member else {}), **more}
        return self.contract.well("quote_basket", body)


def why(quote, code):
    return next(one for one in quote["offers"] if one["code"] == code)


def a_guest_pays_the_list_less_promotions(shop):
    # 2 x 80 = 160; 10 off for every full 100 = 10; 150 left, so the 8.00 of freight are free.
    quote = shop.quote([tea()], freight="8.00")
    assert quote["pay"] == "150.00" and quote["member"] is None, quote
    goods, freight = quote["lines"]
    assert (goods["list"], goods["paid"]) == ("160.00", "150.00")
    assert goods["cuts"] == [{"instrument": "promotion", "code": "e100", "amount": "10.00"}]
    assert (freight["list"], freight["paid"]) == ("8.00", "0.00")
    assert why(quote, "gold-9")["why"] == "audience"


def a_tier_has_its_price_and_points_pay(shop):
    # 160 x 0.9 = 144; 10 off = 134; half of it may be paid with points: 67.00 of 134, the member has 60.00 = 6000 points.
    for member in ({"id": shop.gold}, {"kind": "openid", "id": "gold"}):
        quote = shop.quote([tea()], member, choose={"points": 6000})
        assert quote["pay"] == "74.00", quote
        assert quote["member"] == shop.gold
        assert quote["lines"][0]["points"] == 6000 and quote["chosen"]["points"] == 6000
        assert [cut["amount"] for cut in quote["lines"][0]["cuts"]] == ["16.00", "10.00", "60.00"]
        assert why(quote, "gold-9")["name_zh"] == "金卡价"
    none = shop.quote([tea()], {"id": shop.gold}, choose={"points": 0})
    assert none["pay"] == "134.00" and none["best"]["pay"] == "74.00"
    assert none["chosen"] == {"coupons": [], "points": 0, "pay": "134.00"}


def lists_are_paid_plus_cuts_to_the_fen(shop):
    quote = shop.quote([tea(3, "33.33"), {**tea(1, "77.77"), "id": "2", "sku": "jam"}], {"id": shop.gold})
    for line in quote["lines"]:
        off = sum(round(float(cut["amount"]) * 100) for cut in line["cuts"])
        assert round(float(line["list"]) * 100) == round(float(line["paid"]) * 100) + off, line


def why_not_is_said_in_both_languages(shop):
    # 120 less 10 = 110; 150 - 110 = 40 are missing for the freight.
    quote = shop.quote([tea(1, "120.00")], freight="8.00")
    free = why(quote, "free150")
    assert free["why"] == "below_threshold", free
    assert "40.00" in free["text_en"] and free["text_zh"].startswith("适用商品还差 40.00"), free
    for one in quote["offers"]:
        assert one["text_en"] and one["text_zh"] and one["text_en"] != one["text_zh"], one


def a_calendar_and_a_condition_decide(shop):
    # On the 8th tea is 70: 2 x 70 = 140, and 10 off.
    assert shop.quote([tea()], at="2026-03-08T04:00:00Z")["pay"] == "130.00"
    assert why(shop.quote([tea()]), "day")["why"] == "audience"
    # 6000 points are not 100000.
    assert why(shop.quote([tea()], {"id": shop.gold}), "rich")["why"] == "audience"


def a_quote_ends_when_a_calendar_changes(shop):
    # Member day begins on the 8th at midnight in the shop, 16:00 UTC: five minutes later.
    quote = shop.quote([tea()], at="2026-03-07T15:55:00Z")
    assert quote["valid_until"] == "2026-03-07T16:00:00Z", quote["valid_until"]
    assert shop.quote([tea()])["valid_until"] == "2026-03-01T04:15:00Z"


def the_same_is_answered_the_same_and_nothing_is_recorded(shop):
    before = shop.contract.well("get_ledger", id=shop.gold)
    first = shop.quote([tea()], {"id": shop.gold})
    assert shop.quote([tea()], {"id": shop.gold}) == first
    others = [shop.quote([tea(3)], {"id": shop.gold}), shop.quote([tea(brand="b")], {"id": shop.gold}),
              shop.quote([tea(product="b")], {"id": shop.gold}), shop.quote([tea()], {"id": shop.gold}, tags=["b"]),
              shop.quote([tea()], {"id": shop.gold}, channel="b"), shop.quote([tea(cost="1.00")], {"id": shop.gold})]
    assert len({first["id"], *(other["id"] for other in others)}) == 7, others
    assert shop.contract.well("get_ledger", id=shop.gold) == before


def what_is_wrong_is_refused_at_its_place(shop):
    def refused(status, problem, pointer, **body):
        shop.contract.refused("quote_basket", status, problem, body, pointer=pointer)

    refused(400, "invalid_request", "/lines", lines=[])
    refused(400, "invalid_request", "/lines/0/price", lines=[tea(1, 80)])
    refused(400, "invalid_request", "/lines", lines=[tea(), tea()])
    refused(400, "invalid_request", "/lines/0/colour", lines=[tea(colour="red")])
    refused(400, "invalid_request", "/at", lines=[tea()], at="2026-02-01T00:00:00Z")
    refused(400, "invalid_request", "/currency", lines=[tea()], currency="USD")
    refused(404, "member_unknown", None, lines=[tea()], member={"kind": "openid", "id": "nobody"})
    refused(404, "member_unknown", None, lines=[tea()], member={"id": "m9999999"})


def main():
    suite = Suite(sys.argv)
    cases = [a_guest_pays_the_list_less_promotions, a_tier_has_its_price_and_points_pay,
             lists_are_paid_plus_cuts_to_the_fen, why_not_is_said_in_both_languages,
             a_calendar_and_a_condition_decide, a_quote_ends_when_a_calendar_changes,
             the_same_is_answered_the_same_and_nothing_is_recorded, what_is_wrong_is_refused_at_its_place]
    answers = []
    for partitions in (1, 4, 16):
        with tempfile.TemporaryDirectory(prefix="banyan-quotes-") as folder:
            shop = Shop(Path(folder) / "data", str(partitions))
            try:
                for case in cases:
                    suite.case(f"{case.__name__} ({partitions})", case, shop)
                quote = shop.quote([tea(5), {**tea(), "id": "2"}], {"id": shop.gold}, freight="8.00")
                answers.append({key: quote[key] for key in quote if key not in ("id", "member", "version")})
            finally:
                shop.server.kill()

    def alike():
        assert answers[0] == answers[1] == answers[2], answers
    suite.case("as many partitions as there are answer alike", alike)
    sys.exit(suite.finish())


if __name__ == "__main__":
    main()
