#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Online Retail must come to: points, tiers and money per customer, computed without any of Banyan's code.

The rules, in the words both this file and the importer were written from, separately:

1. An invoice is an order at the earliest time of its rows. Rows without a customer are guest rows: counted, not played.
   A customer is a member from the first invoice, a cancelling one included.
2. Invoices are played by (time, first line in the file). Rows are named file:line, the header being line 1.
3. A row of an invoice not beginning with C and with a quantity above zero is a purchase line. Its money is quantity times
   the exact unit price, rounded half up to the penny once. An order's paid money is the sum of its lines; its points
   are whole pounds.
4. A row of a C invoice with quantity -q gives back purchase lines of the same customer and the very same stock code,
   played before, with quantity left: latest order first, within an order the last line first, as far as it goes. The
   rest is an unmatched adjustment. What one C invoice gives back of one order is one refund, named "<C>:<order>".
5. Refunds round cumulatively: a line that has given back r of Q has refunded round(money * r / Q) in all, and an order
   that has refunded R of its paid P has lost ceil(points * R / P) in all.
6. Points, expiry and ladder: programme.py. Local years are those of the times in the file (Europe/London).
"""

import argparse
import csv
import io
import json
import sys

import data_files
import programme

CATCH_UP_YEAR = 2026  # Any year from 2013 on gives the same: the last lots expire at the start of 2013.
MILLI_PER_MINOR = 10


class Row:
    """One line of the file; prices are exact, in thousandths of a pound."""

    def __init__(self, line, fields):
        self.line = line
        self.invoice, self.stock, _, quantity, self.time, price, customer, _ = fields
        self.quantity = int(quantity)
        self.price_milli = parse_milli(price)
        self.customer = parse_customer(customer)
        self.milli = self.quantity * self.price_milli
        self.repeat_key = tuple(fields)

    def cancels(self):
        return self.invoice.startswith("C")


class PurchaseLine:
    def __init__(self, order, row):
        self.order = order
        self.line = row.line
        self.quantity = row.quantity
        self.price_milli = row.price_milli
        self.money = programme.round_half_up(row.milli, MILLI_PER_MINOR)
        self.returned = 0
        self.refunded = 0

    def give_back(self, quantity):
        """Returns the pennies this further quantity is worth."""
        self.returned += quantity
        total = programme.round_half_up(self.money * self.returned, self.quantity)
        step = total - self.refunded
        self.refunded = total
        return step


class Order:
    def __init__(self, invoice):
        self.invoice = invoice
        self.paid = 0
        self.points = 0
        self.refunded = 0
        self.taken = 0


class Customer:
    def __init__(self, time):
        self.joined = time
        self.account = programme.PointsAccount()
        self.lines_by_stock = {}  # In order of playing.
        self.returned_whole = {}
        self.orders = {}
        self.refunds = 0
        self.paid = 0
        self.refunded = 0
        self.balance_end = 0


def parse_milli(text):
    sign = -1 if text.startswith("-") else 1
    whole, _, fraction = text.lstrip("-").partition(".")
    if not whole.isdigit() or len(fraction) > 3 or (fraction and not fraction.isdigit()):
        raise ValueError(f"not a price of at most three decimals: {text!r}")
    return sign * (int(whole) * 1000 + int(fraction.ljust(3, "0")))


def parse_customer(text):
    """The file stores customer numbers as 17850.0; the suffix is an accident of its export."""
    return text[:-2] if text.endswith(".0") else text


def read_rows(path):
    reader = csv.reader(io.StringIO(data_files.read_bytes(path).decode("utf-8"), newline=""), strict=True)
    next(reader)
    rows = []
    for fields in reader:
        rows.append(Row(reader.line_num, fields))
    return rows


def invoices_in_order(rows):
    """[(time, first line, invoice, rows)] in the order of playing."""
    by_invoice = {}
    for row in rows:
        by_invoice.setdefault(row.invoice, []).append(row)
    played = []
    for invoice, its_rows in by_invoice.items():
        if len({row.customer for row in its_rows}) > 1:
            raise ValueError(f"invoice {invoice} names several customers; the rules do not say whose it is")
        played.append((min(row.time for row in its_rows), min(row.line for row in its_rows), invoice, its_rows))
    return sorted(played)


class Replay:
    """Plays customers' invoices in order and adds up every penny that enters or leaves."""

    def __init__(self, row_file):
        self.row_file = row_file
        self.customers = {}
        self.refund_events = []
        self.adjustments = []
        self.matched_milli_at_cancelled_price = 0
        self.matched_milli_at_original_price = 0
        self.purchases_milli = 0
        self.several_orders = 0  # Cancelling rows whose stock code several earlier orders of the customer hold.
        self.exceeding = 0
        self.cancelling_lines = 0
        self.purchase_lines = 0

    def play(self, time, invoice, rows):
        customer = self.customers.setdefault(rows[0].customer, Customer(time))
        customer.account.settle(int(time[:4]))
        if rows[0].cancels():
            self.play_cancellation(customer, time, invoice, rows)
        else:
            self.play_purchase(customer, time, invoice, rows)

    def play_purchase(self, customer, time, invoice, rows):
        order = Order(invoice)
        for row in rows:
            if row.quantity <= 0 or row.price_milli < 0:
                raise ValueError(f"line {row.line}: a customer's purchase that the rules do not name")
            line = PurchaseLine(order, row)
            customer.lines_by_stock.setdefault(row.stock, []).append(line)
            order.paid += line.money
            self.purchases_milli += row.milli
            self.purchase_lines += 1
        order.points = programme.points_for(order.paid)
        customer.orders[invoice] = order
        customer.paid += order.paid
        customer.account.grant(invoice, order.points, int(time[:4]))

    def play_cancellation(self, customer, time, invoice, rows):
        touched = {}  # Original order -> {"money", "lines": {line: quantity}}, in the order first touched.
        for row in rows:
            if row.quantity >= 0:
                raise ValueError(f"line {row.line}: a cancelling row that cancels nothing")
            self.cancelling_lines += 1
            self.match(customer, row, touched)
        for order, gone_back in touched.items():
            self.refund(customer, time, invoice, order, gone_back)

    def match(self, customer, row, touched):
        wanted = -row.quantity
        self.play_all_or_nothing(customer, row)
        bought = customer.lines_by_stock.get(row.stock, [])
        self.several_orders += len({line.order for line in bought}) > 1
        for line in reversed([line for line in bought if line.returned < line.quantity]):
            if wanted == 0:
                break
            part = min(wanted, line.quantity - line.returned)
            wanted -= part
            gone_back = touched.setdefault(line.order, {"money": 0, "lines": {}})
            gone_back["money"] += line.give_back(part)
            gone_back["lines"][line.line] = gone_back["lines"].get(line.line, 0) + part
            self.matched_milli_at_cancelled_price += part * row.price_milli
            self.matched_milli_at_original_price += part * line.price_milli
        if wanted > 0:
            self.adjustments.append(
                {
                    "row": f"{self.row_file}:{row.line}",
                    "invoice": row.invoice,
                    "customer": row.customer,
                    "stock": row.stock,
                    "asked": -row.quantity,
                    "unmatched": wanted,
                    "milli": wanted * row.price_milli,
                }
            )

    def play_all_or_nothing(self, customer, row):
        """The published count of rows that exceed what was bought: there, a row that does not fit takes nothing."""
        bought = sum(line.quantity for line in customer.lines_by_stock.get(row.stock, []))
        if customer.returned_whole.get(row.stock, 0) - row.quantity > bought:
            self.exceeding += 1
        else:
            customer.returned_whole[row.stock] = customer.returned_whole.get(row.stock, 0) - row.quantity

    def refund(self, customer, time, invoice, order, gone_back):
        order.refunded += gone_back["money"]
        due = programme.points_due_back(order.points, order.paid, order.refunded)
        points = due - order.taken
        order.taken = due
        customer.refunds += 1
        customer.refunded += gone_back["money"]
        customer.account.take_back(order.invoice, points, int(time[:4]))
        self.refund_events.append(
            {
                "id": f"{invoice}:{order.invoice}",
                "time": time,
                "money_minor": gone_back["money"],
                "points": points,
                "lines": [{"line": line, "quantity": quantity} for line, quantity in gone_back["lines"].items()],
            }
        )


def facts_about(rows):
    """Counts of the file itself, which the published ones are held against."""
    seen = set()
    repeats = 0
    for row in rows:
        repeats += row.repeat_key in seen
        seen.add(row.repeat_key)
    times = {}
    for row in rows:
        times.setdefault(row.invoice, set()).add(row.time)
    with_customer = [row for row in rows if row.customer]
    return {
        "rows": len(rows),
        "customers": len({row.customer for row in with_customer}),
        "invoices": len(times),
        "stock_codes": len({row.stock for row in rows}),
        "stock_codes_ignoring_case": len({row.stock.upper() for row in rows}),
        "cancelling_rows": sum(row.cancels() for row in rows),
        "cancelling_rows_with_customer": sum(row.cancels() for row in with_customer),
        "rows_without_customer": len(rows) - len(with_customer),
        "negative_rows_not_cancelling": sum(row.quantity < 0 and not row.cancels() for row in rows),
        "negative_prices": sum(row.price_milli < 0 for row in rows),
        "prices_of_one_thousandth": sum(row.price_milli == 1 for row in rows),
        "zero_prices": sum(row.price_milli == 0 for row in rows),
        "zero_prices_with_customer": sum(row.price_milli == 0 for row in with_customer),
        "exact_repeats": repeats,
        "invoices_with_two_times": sum(len(its) > 1 for its in times.values()),
        "a_invoices": sum(invoice.startswith("A") for invoice in times),
        "first_time": min(row.time for row in rows),
        "last_time": max(row.time for row in rows),
        "sum_milli": sum(row.milli for row in rows),
        "sum_with_customer_milli": sum(row.milli for row in with_customer),
        "points_floored_per_row": sum(row.milli // 100_0 for row in with_customer if not row.cancels()),
    }


def guests_of(rows):
    """Rows nobody can be credited for, split by what they are."""
    result = {}
    for name, chosen in [
        ("cancelling", lambda row: row.cancels()),
        ("purchases", lambda row: not row.cancels() and row.quantity > 0 and row.invoice[0] != "A"),
        ("negative_not_cancelling", lambda row: not row.cancels() and row.quantity <= 0),
        ("bad_debt_adjustments", lambda row: row.quantity > 0 and row.invoice[0] == "A"),
    ]:
        group = [row for row in rows if not row.customer and chosen(row)]
        result[name] = {
            "rows": len(group),
            "invoices": len({row.invoice for row in group}),
            "milli": sum(row.milli for row in group),
        }
    return result


def reconcile(rows, replay, guests):
    """Where each thousandth of the file's sum went. Terms are signed and add up to the total; nothing is inferred."""
    customers = replay.customers.values()
    paid = sum(customer.paid for customer in customers)
    refunded = sum(customer.refunded for customer in customers)
    terms = {
        "orders_paid": paid * MILLI_PER_MINOR,
        "orders_rounding": replay.purchases_milli - paid * MILLI_PER_MINOR,
        "refunds": -refunded * MILLI_PER_MINOR,
        # Returned lines are paid back at what they cost, which is not always what the cancelling row says.
        "refunds_price_difference": replay.matched_milli_at_original_price - replay.matched_milli_at_cancelled_price,
        "refunds_rounding": refunded * MILLI_PER_MINOR - replay.matched_milli_at_original_price,
        "unmatched_adjustments": -sum(adjustment["milli"] for adjustment in replay.adjustments),
    }
    for name, group in guests.items():
        terms["guest_" + name] = group["milli"]
    total = sum(row.milli for row in rows)
    if sum(terms.values()) != total:
        raise AssertionError(f"reconciliation fails: {sum(terms.values())} is not {total}")
    return {"total_milli": total, "terms_milli": terms}


def customer_result(customer):
    account = customer.account
    account.check()
    balance_end, open_by_expiry, breakage_end = account.balance(), account.open_by_expiry(), account.breakage
    account.settle(CATCH_UP_YEAR)
    account.check()
    return {
        "joined": customer.joined,
        "orders": len(customer.orders),
        "refunds": customer.refunds,
        "paid_minor": customer.paid,
        "refunded_minor": customer.refunded,
        "spend_minor": customer.paid - customer.refunded,
        "tier": programme.tier_of(customer.paid - customer.refunded),
        "granted": account.granted,
        "taken_back": account.taken_back,
        "balance_end": balance_end,
        "breakage_end": breakage_end,
        "lots_end_by_expiry": {f"{year}-01-01": points for year, points in sorted(open_by_expiry.items())},
        "balance_after_catchup": account.balance(),
        "breakage_after_catchup": account.breakage,
    }


def totals_of(per_customer, replay):
    totals = {
        name: sum(result[name] for result in per_customer.values())
        for name in [
            "orders",
            "refunds",
            "paid_minor",
            "refunded_minor",
            "spend_minor",
            "granted",
            "taken_back",
            "balance_end",
            "breakage_end",
            "balance_after_catchup",
            "breakage_after_catchup",
        ]
    }
    tiers = {name: 0 for name, _ in programme.LADDER_C2}
    for result in per_customer.values():
        tiers[result["tier"]] += 1
    short = replay.adjustments
    totals.update(
        {
            "members": len(per_customer),
            "tiers": tiers,
            "purchase_lines": replay.purchase_lines,
            "cancelling_lines": replay.cancelling_lines,
            "cancelling_lines_with_several_orders": replay.several_orders,
            "cancelling_lines_exceeding_if_all_or_nothing": replay.exceeding,
            "cancelling_lines_short": len(short),
            "cancelling_lines_short_but_some": sum(one["unmatched"] < one["asked"] for one in short),
            "unmatched_quantity": sum(one["unmatched"] for one in short),
            "unmatched_milli": sum(one["milli"] for one in short),
            "customers_without_a_purchase": sum(result["orders"] == 0 for result in per_customer.values()),
        }
    )
    return totals


def compute(path, details=False):
    rows = read_rows(path)
    replay = Replay(data_files.row_file_name(path))
    for time, _, invoice, its_rows in invoices_in_order(rows):
        if its_rows[0].customer:
            replay.play(time, invoice, its_rows)
    guests = guests_of(rows)
    per_customer = {name: customer_result(replay.customers[name]) for name in sorted(replay.customers)}
    result = {
        "file": facts_about(rows),
        "guests": guests,
        "reconciliation": reconcile(rows, replay, guests),
        "totals": totals_of(per_customer, replay),
        "customers": per_customer,
    }
    if details:
        result["orders"] = {
            order.invoice: {
                "paid_minor": order.paid,
                "points": order.points,
                "refunded_minor": order.refunded,
                "taken": order.taken,
            }
            for customer in replay.customers.values()
            for order in customer.orders.values()
        }
        result["refund_events"] = replay.refund_events
        result["adjustments"] = replay.adjustments
    return result


def main():
    parser = argparse.ArgumentParser(description="Expected results for the Online Retail file, computed independently.")
    parser.add_argument("file", nargs="?", help="the CSV, plain or .xz (default: below BANYAN_DATA)")
    parser.add_argument("--json", metavar="FILE", help="write everything there")
    parser.add_argument("--details", action="store_true", help="with each order, refund and adjustment")
    arguments = parser.parse_args()
    path = arguments.file or find_file()
    if path is None:
        sys.exit("online_retail: no file given and none below " + str(data_files.data_directory()))
    result = compute(path, arguments.details)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as stream:
            json.dump(result, stream, indent=1, ensure_ascii=False)
            stream.write("\n")
    summary = {name: result[name] for name in ["file", "guests", "reconciliation", "totals"]}
    print(json.dumps(summary, indent=1, ensure_ascii=False))


def find_file():
    return data_files.find("online-retail/online_retail.csv.xz", "online-retail/online_retail.csv")


if __name__ == "__main__":
    main()
