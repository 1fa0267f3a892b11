# SPDX-License-Identifier: Apache-2.0
"""Months are closed for the general ledger."""
import csv
import io
import time


def a_month_is_closed_and_downloaded(api):
    well, refuse = api.contract.well, api.contract.refused
    refuse("close_month", 400, "invalid_request", {}, month="yesterday", pointer="/month")
    refuse("close_month", 400, "invalid_request", {"now": True}, month="2026-03")
    refuse("get_close", 404, "route_unknown", month="2026-03")
    refuse("list_closes", 400, "invalid_query", limit=3)

    def closed(month):
        assert well("close_month", {}, month=month)["month"] == month
        deadline = time.monotonic() + 30
        while (seen := {one["month"]: one for one in well("list_closes")["closes"]}[month])["state"] == "closing":
            assert time.monotonic() < deadline, seen
            time.sleep(0.05)
        return seen

    month = well("get_clock")["now"][:7]
    seen = closed("2099-01")
    assert seen["state"] == "failed" and "not over" in seen["because"], seen
    # The month of the test's clock lies behind the wall's, so it is over.
    seen = closed(month)
    assert seen["state"] == "closed" and seen["because"] is None, seen
    text = well("get_close", month=month)
    assert text.headers["content-type"].startswith("text/csv"), text.headers
    rows = list(csv.DictReader(io.StringIO(text.body.decode())))
    assert rows and all(row["month"] == month for row in rows), rows
    for row in rows:
        numbers = [int(row[name]) for name in row if name not in ("month", "unit", "cost_centre", "closing")]
        assert sum(numbers) == int(row["closing"]), row
    assert sum(int(row["granted"]) for row in rows) > 0
    again = closed(month)
    assert again["state"] == "closed", again
    assert well("get_close", month=month).body == text.body


CASES = [a_month_is_closed_and_downloaded]
