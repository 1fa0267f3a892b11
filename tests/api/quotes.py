# SPDX-License-Identifier: Apache-2.0
"""Quotes under a programme that says no price: the list. What a programme's prices come to is told in tests/quotes."""


def a_basket_without_offers_costs_its_list(api):
    lines = [{"id": "1", "sku": "tea", "quantity": 2, "price": "80.00"}]
    quote = api.contract.well("quote_basket", {"lines": lines})
    assert (quote["pay"], quote["member"], quote["lines"][0]["cuts"]) == ("160.00", None, []), quote
    api.contract.refused("quote_basket", 400, "invalid_request", {"lines": []})


CASES = [a_basket_without_offers_costs_its_list]
