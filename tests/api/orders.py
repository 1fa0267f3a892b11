# SPDX-License-Identifier: Apache-2.0
"""Reads of orders and limits."""


def an_order_is_read_line_by_line(api):
    well, refuse = api.contract.well, api.contract.refused
    lines = [{"id": "1", "sku": "latte", "quantity": 2, "amount": "60.00"},
             {"id": "2", "sku": "beans", "quantity": 1, "amount": "40.00"}]
    member = well("post_event", {"type": "order.paid", "id": "read-1", "source": "shop",
                                 "occurred_at": "2026-02-01T00:00:00Z",
                                 "member": {"kind": "openid", "id": "reader"},
                                 "order": {"id": "read-1", "currency": "CNY", "lines": lines}})["member"]
    seen = well("get_order", source="shop", id="read-1")
    assert (seen["member"], seen["paid_at"], seen["stage"]) == (member, "2026-02-01T00:00:00Z", None), seen
    assert [(one["id"], one["amount"], one["earned"][0]["amount"]) for one in seen["lines"]] == \
        [("1", "60.00", "60"), ("2", "40.00", "40")], seen
    assert seen["lines"][0]["earned"][0]["rule"] == "base" and not seen["lines"][0]["earned"][0]["waits_for_release"]

    well("post_event", {"type": "order.refunded", "id": "read-r1", "source": "shop", "member": {"kind": "openid", "id": "reader"},
                        "refund": {"order": "read-1", "lines": [{"id": "1", "quantity": 1}]}})
    one, two = well("get_order", source="shop", id="read-1")["lines"]
    assert (one["refunded_quantity"], one["refunded_amount"], one["earned"][0]["reversed"]) == (1, "30.00", "30"), one
    assert (two["refunded_quantity"], two["earned"][0]["reversed"]) == (0, "0"), two

    # What is told before the payment is read, too.
    told = {"id": "read-2-shipped", "source": "shop", "member": {"kind": "openid", "id": "reader"}, "type": "order.shipped",
            "occurred_at": "2026-02-02T00:00:00Z",
            "order": {"id": "read-2", "parcel": {"id": "p-1", "lines": [{"id": "1", "quantity": 1}]}}}
    well("post_event", told)
    seen = well("get_order", source="shop", id="read-2")
    assert seen["paid_at"] is None and not seen["lines"], seen
    assert [(one["shipped_at"], one["lines"]) for one in seen["parcels"]] == \
        [("2026-02-02T00:00:00Z", [{"id": "1", "quantity": 1}])], seen

    refuse("get_order", 404, "order_unknown", source="shop", id="read-3")
    refuse("get_order", 404, "order_unknown", source="till", id="read-1")
    refuse("get_order", 400, "invalid_query", source="shop", id="read-1", at="now")


def limits_say_what_is_left(api):
    well = api.contract.well
    assert well("list_limits")["limits"] == []
    document = well("get_version", version="1")["document"]
    limited = document.replace("    cost_centre: loyalty\n", "    cost_centre: loyalty\n    limits: [orders_a_day, points_ever]\n", 1)
    assert limited != document
    limited += """
limits:
  - {limit: orders_a_day, scope: member, per: day, most: 3, when_empty: without}
  - {limit: points_ever, scope: shared, per: lifetime, most: 100000, counts: amount, when_empty: without}
"""
    well("set_clock", {"now": well("publish_programme", {"document": limited})["since"]})
    bought = well("post_event", {"type": "order.paid", "id": "limit-1", "source": "shop",
                                 "member": {"kind": "openid", "id": "limited"},
                                 "order": {"id": "limit-1", "currency": "CNY",
                                           "lines": [{"id": "1", "sku": "latte", "quantity": 1, "amount": "70.00"}]}})
    assert well("get_member", id=bought["member"])["limits"] == [{"limit": "orders_a_day", "left": 2}]
    own, shared = well("list_limits")["limits"]
    assert (own["limit"], own["scope"], own["per"], own["most"]) == ("orders_a_day", "member", "day", 3), own
    assert (shared["scope"], shared["most"], shared["used"], shared["left"]) == ("shared", 100000, 70, 99930), shared
    assert shared["lent"] >= 70 and shared["waiting"] == 0 and shared["period"] is None, shared
    api.contract.refused("list_limits", 400, "invalid_query", at="now")
    well("set_clock", {"now": well("publish_programme", {"document": document})["since"]})


def an_answer_says_what_is_missing_for_the_next_tier(api):
    well = api.contract.well
    bought = {"type": "order.paid", "id": "progress-1", "source": "shop", "member": {"kind": "openid", "id": "climber"},
              "order": {"id": "progress-1", "currency": "CNY",
                        "lines": [{"id": "1", "sku": "latte", "quantity": 1, "amount": "372.00"}]}}
    assert "progress" not in well("post_event", bought)
    for language, says in (("en", "¥128.00 more to One star"), ("zh", "还差 ¥128.00 升级为一星会员")):
        answer = well("post_event", bought, progress="true", headers={"Accept-Language": language})
        assert answer["replayed"], answer
        assert answer["progress"] == [{"ladder": "stars", "tier": "regular", "says": [says], "next": "star1"}], answer
    api.contract.refused("post_event", 400, "invalid_query", bought, progress="yes")


CASES = [an_order_is_read_line_by_line, an_answer_says_what_is_missing_for_the_next_tier, limits_say_what_is_left]
