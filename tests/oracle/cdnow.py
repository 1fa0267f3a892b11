#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What CDNOW must come to: points, tiers and money per customer, computed without any of Banyan's code.

The rules, in the words both this file and the importer were written from, separately:

1. The file is not CSV: one header line, CRLF, columns aligned by blanks, dates without a time. Line numbers count the
   header as 1.
2. Each row is one order with the id file:line and one line of its dollar value (exact cents). Rows of no value, and rows
   that repeat an earlier one exactly, are orders like any other.
3. An order happens at local midnight (America/New_York) of its date; orders are played by (date, line).
4. A customer is a member from the first row. There are no refunds.
5. Points, expiry and ladder: programme.py, a dollar for a pound.
"""

import argparse
import json
import sys

import data_files
import programme

CATCH_UP_YEAR = 2026  # Any year from 2000 on gives the same: the last lots expire at the start of 2000.
HEADER = ["customer_id", "date", "number_of_cds", "dollar_value"]


class Row:
    def __init__(self, line, text):
        self.line = line
        fields = text.split()
        if len(fields) != 4 or len(fields[1]) != 8:
            raise ValueError(f"line {line}: not a row of four columns")
        self.customer, self.date = fields[0], fields[1]
        self.compact_discs = int(fields[2])
        self.cents = parse_cents(fields[3])
        self.repeat_key = tuple(fields)

    def year(self):
        return int(self.date[:4])


class Customer:
    def __init__(self, date):
        self.joined = f"{date[:4]}-{date[4:6]}-{date[6:]}"
        self.account = programme.PointsAccount()
        self.orders = 0
        self.paid = 0


def parse_cents(text):
    whole, point, fraction = text.partition(".")
    if not (whole.isdigit() and point and len(fraction) == 2 and fraction.isdigit()):
        raise ValueError(f"not an amount with two decimals: {text!r}")
    return int(whole) * 100 + int(fraction)


def read_rows(path):
    lines = data_files.read_bytes(path).decode("ascii").split("\n")
    if lines[0].split() != HEADER:
        raise ValueError("the header is not CDNOW's")
    return [Row(number, line) for number, line in enumerate(lines[1:], start=2) if line.strip()]


def facts_about(rows):
    return {
        "rows": len(rows),
        "customers": len({row.customer for row in rows}),
        "zero_amounts": sum(row.cents == 0 for row in rows),
        "exact_repeats": len(rows) - len({row.repeat_key for row in rows}),
        "compact_discs": sum(row.compact_discs for row in rows),
        "first_date": min(row.date for row in rows),
        "last_date": max(row.date for row in rows),
        "sum_minor": sum(row.cents for row in rows),
    }


def customer_result(customer):
    account = customer.account
    account.check()
    balance_end, open_by_expiry, breakage_end = account.balance(), account.open_by_expiry(), account.breakage
    account.settle(CATCH_UP_YEAR)
    account.check()
    return {
        "joined": customer.joined,
        "orders": customer.orders,
        "refunds": 0,
        "paid_minor": customer.paid,
        "refunded_minor": 0,
        "spend_minor": customer.paid,
        "tier": programme.tier_of(customer.paid),
        "granted": account.granted,
        "taken_back": account.taken_back,
        "balance_end": balance_end,
        "breakage_end": breakage_end,
        "lots_end_by_expiry": {f"{year}-01-01": points for year, points in sorted(open_by_expiry.items())},
        "balance_after_catchup": account.balance(),
        "breakage_after_catchup": account.breakage,
    }


def totals_of(per_customer):
    names = [
        "orders",
        "refunds",
        "paid_minor",
        "spend_minor",
        "granted",
        "taken_back",
        "balance_end",
        "breakage_end",
        "balance_after_catchup",
        "breakage_after_catchup",
    ]
    totals = {name: sum(result[name] for result in per_customer.values()) for name in names}
    tiers = {name: 0 for name, _ in programme.LADDER_C2}
    for result in per_customer.values():
        tiers[result["tier"]] += 1
    totals.update({"members": len(per_customer), "tiers": tiers})
    return totals


def compute(path):
    rows = read_rows(path)
    row_file = data_files.row_file_name(path)
    customers = {}
    for row in sorted(rows, key=lambda row: (row.date, row.line)):
        customer = customers.setdefault(row.customer, Customer(row.date))
        customer.orders += 1
        customer.paid += row.cents
        customer.account.grant(f"{row_file}:{row.line}", programme.points_for(row.cents), row.year())
    per_customer = {name: customer_result(customers[name]) for name in sorted(customers)}
    return {"file": facts_about(rows), "totals": totals_of(per_customer), "customers": per_customer}


def find_file():
    return data_files.find("cdnow/CDNOW_master.txt")


def main():
    parser = argparse.ArgumentParser(description="Expected results for the CDNOW master file, computed independently.")
    parser.add_argument("file", nargs="?", help="CDNOW_master.txt (default: below BANYAN_DATA)")
    parser.add_argument("--json", metavar="FILE", help="write everything there")
    arguments = parser.parse_args()
    path = arguments.file or find_file()
    if path is None:
        sys.exit("cdnow: no file given and none below " + str(data_files.data_directory()))
    result = compute(path)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as stream:
            json.dump(result, stream, indent=1)
            stream.write("\n")
    print(json.dumps({name: result[name] for name in ["file", "totals"]}, indent=1))


if __name__ == "__main__":
    main()
