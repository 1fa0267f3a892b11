#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the oracles: the arithmetic on small stories, and the published counts on the real files.

Prints each failed or skipped test by name and ends with "N passed, N failed, N skipped". A real file that is absent
skips its tests; nothing else does.
"""

import os
import sys
import tempfile
import unittest

import datetime

import cdnow
import data_files
import jingxiang
import online_retail
import programme
import starbucks
import stories

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


def play(*rows):
    """Computes a story of rows "invoice,stock,quantity,time,price,customer" as if they were the whole file."""
    text = HEADER
    for row in rows:
        invoice, stock, quantity, time, price, customer = row.split(",")
        text += f'{invoice},{stock},"A ""THING"", OR TWO",{quantity},{time},{price},{customer},United Kingdom\n'
    return compute_text(online_retail, text, details=True)


def compute_text(oracle, text, **options):
    handle, path = tempfile.mkstemp(suffix=".csv")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        return oracle.compute(path, **options)
    finally:
        os.unlink(path)


class Arithmetic(unittest.TestCase):
    def test_a_half_goes_away_from_zero(self):
        cases = [(4, 10, 0), (5, 10, 1), (15, 10, 2), (25, 10, 3), (-5, 10, -1), (-4, 10, 0), (1, 3, 0), (2, 3, 1)]
        for numerator, denominator, expected in cases:
            self.assertEqual(programme.round_half_up(numerator, denominator), expected, (numerator, denominator))

    def test_points_are_whole_units_of_money(self):
        for paid, expected in [(0, 0), (99, 0), (100, 1), (199, 1), (25_012, 250), (-100, 0)]:
            self.assertEqual(programme.points_for(paid), expected, paid)

    def test_points_due_back_round_up_and_end_exactly(self):
        for refunded, expected in [(0, 0), (1, 1), (109, 1), (110, 2), (1098, 10), (1099, 10)]:
            self.assertEqual(programme.points_due_back(10, 1099, refunded), expected, refunded)
        self.assertEqual(programme.points_due_back(0, 0, 0), 0)

    def test_tiers_hold_from_their_threshold(self):
        cases = [(-1, "normal"), (0, "normal"), (49_999, "normal"), (50_000, "star1"), (199_999, "star1")]
        cases += [(200_000, "star2"), (299_999, "star2"), (300_000, "star3"), (99_999_999, "star3")]
        for spend, expected in cases:
            self.assertEqual(programme.tier_of(spend), expected, spend)

    def test_prices_are_exact(self):
        for text, expected in [("2.55", 2550), ("0.001", 1), ("3.0", 3000), ("-11062.06", -11_062_060), ("7", 7000)]:
            self.assertEqual(online_retail.parse_milli(text), expected, text)
        for text in ["", "1.0001", "1e3", "a", "1.x", ".5"]:
            self.assertRaises(ValueError, online_retail.parse_milli, text)


class Account(unittest.TestCase):
    def test_a_grant_lives_to_the_end_of_the_next_year(self):
        account = programme.PointsAccount()
        account.grant("a", 10, 2010)
        account.settle(2011)
        self.assertEqual((account.balance(), account.breakage), (10, 0))
        account.settle(2012)
        self.assertEqual((account.balance(), account.breakage), (0, 10))
        account.check()

    def test_a_refund_takes_its_own_lot_first(self):
        account = programme.PointsAccount()
        account.grant("old", 10, 2010)
        account.grant("new", 10, 2011)
        account.take_back("new", 7, 2011)
        self.assertEqual(account.open_by_expiry(), {2012: 10, 2013: 3})
        account.check()

    def test_what_expired_is_reversed_against_breakage(self):
        account = programme.PointsAccount()
        account.grant("old", 10, 2010)
        account.take_back("old", 4, 2010)
        account.grant("new", 10, 2012)
        account.take_back("old", 6, 2012)
        self.assertEqual((account.balance(), account.breakage, account.taken_from_breakage), (10, 0, 6))
        account.check()

    def test_other_lots_pay_by_expiry_then_age_then_debt(self):
        account = programme.PointsAccount()
        for order, points, year in [("a", 5, 2010), ("b", 5, 2010), ("c", 5, 2011)]:
            account.grant(order, points, year)
        account.take_back("elsewhere", 7, 2011)
        self.assertEqual([lot.remaining for lot in account.lots], [0, 3, 5])
        account.take_back("elsewhere", 10, 2011)
        self.assertEqual((account.balance(), account.debt), (-2, 2))
        account.check()

    def test_a_later_grant_first_repays_debt(self):
        account = programme.PointsAccount()
        account.take_back("elsewhere", 8, 2011)
        account.grant("a", 5, 2011)
        self.assertEqual((account.balance(), account.debt, account.lots[0].remaining), (-3, 3, 0))
        account.grant("b", 5, 2011)
        self.assertEqual((account.balance(), account.debt, account.lots[1].remaining), (2, 0, 2))
        account.check()

    def test_a_lost_point_is_noticed(self):
        account = programme.PointsAccount()
        account.grant("a", 5, 2011)
        account.lots[0].remaining -= 1
        self.assertRaises(AssertionError, account.check)


def day(text):
    return datetime.date.fromisoformat(text)


class OtherPresets(unittest.TestCase):
    def test_level_stars_begin_anew_and_a_fall_forfeits(self):
        story = (day("2010-12-01"), [stories.Paid(day("2010-12-01"), "1", 8_000_000)])
        kept = starbucks.compute(story, day("2011-12-01"))
        self.assertEqual((kept["level"], kept["reward"], kept["growth"]), ("gold", 1600, 0))
        fallen = starbucks.compute(story, day("2012-12-01"))
        self.assertEqual((fallen["level"], fallen["reward"], fallen["lapsed"]), ("silver", 0, 1600))

    def test_reward_stars_lapse_at_the_end_of_the_same_month_next_year(self):
        self.assertEqual(starbucks.month_after(day("2010-12-31")), day("2012-01-01"))
        self.assertEqual(starbucks.month_after(day("2010-01-01")), day("2011-02-01"))

    def test_a_return_lowers_the_level_but_not_below_what_the_review_left(self):
        paid = [stories.Paid(day("2010-12-01"), "1", 8_000_000)]
        story = (day("2010-12-01"), paid + [stories.Returned(day("2010-12-02"), "1", 8_000_000, True)])
        self.assertEqual(starbucks.compute(story, day("2010-12-02"))["level"], "silver")
        story = (day("2010-12-01"), paid + [stories.Returned(day("2011-12-02"), "1", 8_000_000, True)])
        self.assertEqual(starbucks.compute(story, day("2011-12-02"))["level"], "gold")

    def test_what_is_left_of_an_order_counts_toward_the_star_of_the_next(self):
        paid = [stories.Paid(day("2010-12-01"), "1", 4_900), stories.Paid(day("2010-12-02"), "2", 100),
                stories.Paid(day("2010-12-03"), "3", 9_900)]

        def stars(*returned):
            return starbucks.compute((day("2010-12-01"), paid + list(returned)), day("2010-12-04"))["reward"]
        self.assertEqual([starbucks.compute((day("2010-12-01"), paid[:n]), day("2010-12-04"))["reward"] for n in (1, 2, 3)],
                         [0, 1, 2])
        back = day("2010-12-04")
        self.assertEqual(stars(stories.Returned(back, "1", 4_900, True)), 2)
        self.assertEqual(stars(stories.Returned(back, "1", 4_900, True), stories.Returned(back, "2", 100, True)), 1)
        self.assertEqual(stars(stories.Returned(back, "3", 9_900, True)), 1)

    def test_an_anniversary_of_a_leap_day(self):
        self.assertEqual(starbucks.anniversary(day("2008-02-29"), 2009), day("2009-02-28"))

    def test_a_score_is_settled_on_the_second_as_of_the_first(self):
        story = (day("2010-12-01"), [stories.Paid(day("2010-12-01"), "1", 30_000),
                                     stories.Paid(day("2010-12-02"), "2", 1_499)])
        first = jingxiang.compute(story, day("2010-12-02"))
        self.assertEqual(first["parts"], {"spend": 30, "frequency": 10, "large": 25, "recency": 60, "constancy": 20})
        self.assertEqual((first["score"], first["level"], first["settled"]), (145, "two", "2010-12-02"))
        second = jingxiang.compute(story, day("2011-01-02"))
        self.assertEqual(second["parts"], {"spend": 31, "frequency": 20, "large": 25, "recency": 62, "constancy": 20})

    def test_what_came_back_whole_was_never_an_order(self):
        story = (day("2010-12-05"), [stories.Paid(day("2010-12-05"), "1", 30_000),
                                     stories.Returned(day("2010-12-20"), "1", 30_000, True)])
        self.assertEqual(jingxiang.compute(story, day("2011-01-02"))["score"], 0)

    def test_months_in_a_row_end_with_this_one_or_the_one_before(self):
        days = {day("2010-11-03"), day("2010-12-31"), day("2011-01-01"), day("2010-09-01")}
        self.assertEqual(jingxiang.months_in_a_row(days, day("2011-02-28")), 3)
        self.assertEqual(jingxiang.months_in_a_row(days, day("2011-03-01")), 0)


class OnlineRetailStories(unittest.TestCase):
    def test_a_cancelling_line_takes_the_latest_order_and_the_last_line_first(self):
        result = play(
            "1,X,2,2011-01-01 10:00:00,1.00,7.0",
            "2,X,2,2011-01-02 10:00:00,2.00,7.0",
            "2,X,2,2011-01-02 10:00:00,3.00,7.0",
            "C3,X,-5,2011-01-03 10:00:00,9.00,7.0",
        )
        self.assertEqual(
            [(event["id"], event["money_minor"], event["lines"]) for event in result["refund_events"]],
            [
                ("C3:2", 1000, [{"line": 4, "quantity": 2}, {"line": 3, "quantity": 2}]),
                ("C3:1", 100, [{"line": 2, "quantity": 1}]),
            ],
        )
        customer = result["customers"]["7"]
        self.assertEqual((customer["paid_minor"], customer["refunded_minor"], customer["refunds"]), (1200, 1100, 2))
        self.assertEqual((customer["granted"], customer["taken_back"], customer["balance_end"]), (12, 11, 1))

    def test_customer_and_the_exact_stock_code_must_match(self):
        result = play(
            "1,15056bl,2,2011-01-01 10:00:00,1.00,7.0",
            "2,15056BL,2,2011-01-01 11:00:00,1.00,8.0",
            "C3,15056BL,-1,2011-01-03 10:00:00,1.00,7.0",
        )
        self.assertEqual(result["refund_events"], [])
        self.assertEqual([one["unmatched"] for one in result["adjustments"]], [1])

    def test_what_finds_less_than_it_asks_is_reported(self):
        result = play("1,X,2,2011-01-01 10:00:00,1.50,7.0", "C3,X,-5,2011-01-03 10:00:00,1.25,7.0")
        self.assertEqual(result["totals"]["refunded_minor"], 300)
        self.assertEqual(result["totals"]["cancelling_lines_short_but_some"], 1)
        one = result["adjustments"][0]
        self.assertEqual((one["asked"], one["unmatched"], one["milli"], one["row"][-2:]), (5, 3, 3750, ":3"))
        self.assertEqual(result["reconciliation"]["terms_milli"]["refunds_price_difference"], 500)

    def test_a_later_purchase_is_not_a_candidate(self):
        result = play("C1,X,-1,2011-01-01 10:00:00,1.00,7.0", "2,X,2,2011-01-01 10:00:00,1.00,7.0")
        self.assertEqual((result["refund_events"], len(result["adjustments"])), ([], 1))
        self.assertEqual(result["customers"]["7"]["joined"], "2011-01-01 10:00:00")

    def test_an_order_has_the_earliest_time_of_its_rows(self):
        result = play(
            "1,X,1,2011-01-01 10:01:00,1.00,7.0",
            "1,X,1,2011-01-01 10:03:00,1.00,7.0",
            "C2,X,-2,2011-01-01 10:02:00,1.00,7.0",
        )
        self.assertEqual(result["refund_events"][0]["lines"], [{"line": 3, "quantity": 1}, {"line": 2, "quantity": 1}])

    def test_refund_money_rounds_over_all_refunds_of_the_line(self):
        rows = ["1,X,3,2011-01-01 10:00:00,0.335,7.0"]  # 1.005 is 1.01.
        rows += [f"C{n},X,-1,2011-01-0{n} 10:00:00,0.335,7.0" for n in (2, 3, 4)]
        result = play(*rows)
        self.assertEqual([event["money_minor"] for event in result["refund_events"]], [34, 33, 34])
        self.assertEqual([event["points"] for event in result["refund_events"]], [1, 0, 0])
        terms = result["reconciliation"]["terms_milli"]
        self.assertEqual((terms["orders_rounding"], terms["refunds_rounding"]), (-5, 5))

    def test_points_are_floored_per_order_and_money_rounded_per_line(self):
        result = play(*[f"1,{stock},1,2011-01-01 10:00:00,0.335,7.0" for stock in "ABC"])
        self.assertEqual((result["totals"]["paid_minor"], result["totals"]["granted"]), (102, 1))

    def test_a_zero_price_is_a_line_that_can_go_back(self):
        result = play("1,X,2,2011-01-01 10:00:00,0.0,7.0", "C2,X,-1,2011-01-03 10:00:00,1.00,7.0")
        self.assertEqual((result["totals"]["orders"], result["totals"]["refunds"]), (1, 1))
        self.assertEqual((result["totals"]["refunded_minor"], result["totals"]["taken_back"]), (0, 0))

    def test_a_refund_lowers_the_tier(self):
        result = play("1,X,2,2011-01-01 10:00:00,250.00,7.0")
        self.assertEqual(result["customers"]["7"]["tier"], "star1")
        result = play("1,X,2,2011-01-01 10:00:00,250.00,7.0", "C2,X,-1,2011-01-03 10:00:00,250.00,7.0")
        self.assertEqual(result["customers"]["7"]["tier"], "normal")

    def test_points_refunded_after_their_expiry_do_not_cost_the_member(self):
        result = play(
            "1,X,2,2010-12-01 10:00:00,5.00,7.0",
            "2,Y,1,2012-01-03 10:00:00,4.00,7.0",
            "C3,X,-1,2012-01-04 10:00:00,5.00,7.0",
        )
        customer = result["customers"]["7"]
        self.assertEqual((customer["taken_back"], customer["balance_end"], customer["breakage_end"]), (5, 4, 5))
        self.assertEqual((customer["balance_after_catchup"], customer["breakage_after_catchup"]), (0, 9))
        self.assertEqual(customer["lots_end_by_expiry"], {"2014-01-01": 4})

    def test_guests_are_counted_and_not_played(self):
        result = play(
            "1,X,2,2011-01-01 10:00:00,1.00,",
            "C2,X,-1,2011-01-02 10:00:00,1.00,",
            "3,X,-4,2011-01-02 10:00:00,0.0,",
            "A4,B,1,2011-01-02 10:00:00,-3.00,",
        )
        self.assertEqual(result["customers"], {})
        self.assertEqual({name: group["rows"] for name, group in result["guests"].items()},
                         {"cancelling": 1, "purchases": 1, "negative_not_cancelling": 1, "bad_debt_adjustments": 1})
        self.assertEqual(result["reconciliation"]["total_milli"], -2000)

    def test_what_the_rules_do_not_name_is_refused(self):
        for rows in [
            ["1,X,-1,2011-01-01 10:00:00,1.00,7.0"],
            ["1,X,1,2011-01-01 10:00:00,-1.00,7.0"],
            ["C1,X,1,2011-01-01 10:00:00,1.00,7.0"],
            ["1,X,1,2011-01-01 10:00:00,1.00,7.0", "1,X,1,2011-01-01 10:00:00,1.00,8.0"],
        ]:
            self.assertRaises(ValueError, play, *rows)


class CdnowStories(unittest.TestCase):
    TEXT = (
        " customer_id  date number_of_cds  dollar_value\r\n"
        " 00002 19980101  5   77.99\r\n"
        " 00001 19970101  1    0.00\r\n"
        " 00002 19971231  1   12.00\r\n"
        " 00002 19971231  1   12.00\r\n"
    )

    def test_each_row_is_an_order(self):
        result = compute_text(cdnow, self.TEXT)
        two = result["customers"]["00002"]
        self.assertEqual((two["orders"], two["granted"], two["joined"]), (3, 101, "1997-12-31"))
        self.assertEqual(two["lots_end_by_expiry"], {"1999-01-01": 24, "2000-01-01": 77})
        self.assertEqual((two["balance_after_catchup"], two["breakage_after_catchup"]), (0, 101))
        self.assertEqual(result["customers"]["00001"]["orders"], 1)
        self.assertEqual((result["file"]["zero_amounts"], result["file"]["exact_repeats"]), (1, 1))

    def test_another_form_is_refused(self):
        for text in ["a b c d\r\n", self.TEXT + " 00003 19970101  1\r\n", self.TEXT + " 00003 19970101  1  1.5\r\n"]:
            self.assertRaises(ValueError, compute_text, cdnow, text)


class OnlineRetailFile(unittest.TestCase):
    """The published counts of evidence.md, and what follows from the rules for the whole file."""

    @classmethod
    def setUpClass(cls):
        path = online_retail.find_file()
        if path is None:
            raise unittest.SkipTest("online-retail is absent below " + str(data_files.data_directory()))
        cls.result = online_retail.compute(path, details=True)

    def assert_holds(self, section, expected):
        self.assertEqual({name: self.result[section][name] for name in expected}, expected)

    def test_published_counts_of_the_file(self):
        self.assert_holds("file", {
            "rows": 541_909,
            "customers": 4_372,
            "invoices": 25_900,
            "stock_codes": 4_070,
            "stock_codes_ignoring_case": 3_958,
            "cancelling_rows": 9_288,
            "cancelling_rows_with_customer": 8_905,
            "rows_without_customer": 135_080,
            "negative_rows_not_cancelling": 1_336,
            "negative_prices": 2,
            "prices_of_one_thousandth": 4,
            "zero_prices": 2_515,
            "zero_prices_with_customer": 40,
            "exact_repeats": 5_268,
            "invoices_with_two_times": 43,
            "a_invoices": 3,
            "first_time": "2010-12-01 08:26:00",
            "last_time": "2011-12-09 12:50:00",
            "sum_milli": 9_747_747_934,
            "sum_with_customer_milli": 8_300_065_814,
            "points_floored_per_row": 8_715_721,
        })

    def test_published_counts_of_cancelling(self):
        self.assert_holds("totals", {
            "cancelling_lines": 8_905,
            "cancelling_lines_with_several_orders": 2_772,
            "cancelling_lines_exceeding_if_all_or_nothing": 1_387,
            "cancelling_lines_short": 1_389,
            "cancelling_lines_short_but_some": 54,
            "customers_without_a_purchase": 33,
        })

    def test_published_points_of_purchases(self):
        self.assert_holds("totals", {"granted": 8_902_670})

    def test_computed_totals_stay_what_they_were(self):
        self.assert_holds("totals", {
            "members": 4_372,
            "orders": 18_536,
            "refunds": 3_849,
            "paid_minor": 891_140_790,
            "refunded_minor": 51_615_445,
            "taken_back": 517_257,
            "balance_end": 8_385_413,
            "breakage_end": 0,
            "balance_after_catchup": 0,
            "breakage_after_catchup": 8_385_413,
            "tiers": {"normal": 1_825, "star1": 1_668, "star2": 336, "star3": 543},
            "unmatched_quantity": 23_970,
            "unmatched_milli": 137_373_630,
        })

    def test_every_thousandth_is_accounted_for(self):
        terms = self.result["reconciliation"]["terms_milli"]
        self.assertEqual(sum(terms.values()), 9_747_747_934)
        with_customer = sum(milli for name, milli in terms.items() if not name.startswith("guest_"))
        self.assertEqual(with_customer, 8_300_065_814)

    def test_customers_add_up_to_totals_and_points_to_nothing(self):
        customers = self.result["customers"].values()
        for name in ["granted", "taken_back", "balance_end", "spend_minor", "orders", "refunds"]:
            self.assertEqual(sum(customer[name] for customer in customers), self.result["totals"][name], name)
        for name, customer in self.result["customers"].items():
            self.assertEqual(customer["granted"], customer["taken_back"] + customer["balance_end"], name)
            self.assertEqual(customer["balance_end"], sum(customer["lots_end_by_expiry"].values()), name)

    def test_orders_give_back_all_only_when_all_went_back(self):
        for invoice, order in self.result["orders"].items():
            self.assertLessEqual(order["refunded_minor"], order["paid_minor"], invoice)
            self.assertLessEqual(order["taken"], order["points"], invoice)
            if order["refunded_minor"] == order["paid_minor"]:
                self.assertEqual(order["taken"], order["points"], invoice)
        ids = [event["id"] for event in self.result["refund_events"]]
        self.assertEqual(len(ids), len(set(ids)))


class CdnowFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        path = cdnow.find_file()
        if path is None:
            raise unittest.SkipTest("CDNOW_master.txt is absent below " + str(data_files.data_directory()))
        cls.result = cdnow.compute(path)

    def test_published_counts_of_the_file(self):
        self.assertEqual(self.result["file"], {
            "rows": 69_659,
            "customers": 23_570,
            "zero_amounts": 80,
            "exact_repeats": 255,
            "compact_discs": 167_881,
            "first_date": "19970101",
            "last_date": "19980630",
            "sum_minor": 250_031_563,
        })

    def test_computed_totals_stay_what_they_were(self):
        self.assertEqual(self.result["totals"], {
            "members": 23_570,
            "orders": 69_659,
            "refunds": 0,
            "paid_minor": 250_031_563,
            "spend_minor": 250_031_563,
            "granted": 2_453_159,
            "taken_back": 0,
            "balance_end": 2_453_159,
            "breakage_end": 0,
            "balance_after_catchup": 0,
            "breakage_after_catchup": 2_453_159,
            "tiers": {"normal": 22_836, "star1": 691, "star2": 24, "star3": 19},
        })


def tests_in(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from tests_in(item)
        else:
            yield item


def names_behind(holder, names):
    """The tests an entry stands for: itself, or all of its class when setUpClass skipped or failed."""
    if holder.id() in names:
        return [holder.id()]
    return [name for name in names if holder.id().endswith(f"({name.rpartition('.')[0]})")]


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    names = [test.id() for test in tests_in(suite)]
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0).run(suite)
    failed = [name for holder, _ in result.failures + result.errors for name in names_behind(holder, names)]
    skipped = 0
    for holder, reason in result.skipped:
        for name in names_behind(holder, names):
            skipped += 1
            print(f"skipped {name.removeprefix('__main__.')}: {reason}")
    for name in failed:
        print(f"failed {name.removeprefix('__main__.')}")
    print(f"{len(names) - len(failed) - skipped} passed, {len(failed)} failed, {skipped} skipped")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
