# SPDX-License-Identifier: Apache-2.0
"""The real files as stories: per customer, what was paid and what went back, in order, with the local date of each.

Rows are matched by the oracles of the files themselves (online_retail.py, cdnow.py); this only writes down what they
play. A story is a list of Paid and Returned; `whole` says that by then everything of the order has come back.
"""

import dataclasses
import datetime

import cdnow
import data_files
import online_retail


@dataclasses.dataclass
class Paid:
    date: datetime.date
    order: str
    minor: int


@dataclasses.dataclass
class Returned:
    date: datetime.date
    order: str
    minor: int  # by this return alone
    whole: bool


def date_of(time):
    return datetime.date.fromisoformat(time[:10])


class Recorder(online_retail.Replay):
    def __init__(self, row_file):
        super().__init__(row_file)
        self.stories = {}
        self.lines = {}
        self.name = None

    def play(self, time, invoice, rows):
        self.name = rows[0].customer
        self.stories.setdefault(self.name, (date_of(time), []))
        super().play(time, invoice, rows)

    def play_purchase(self, customer, time, invoice, rows):
        super().play_purchase(customer, time, invoice, rows)
        order = customer.orders[invoice]
        self.lines[order] = [line for lines in customer.lines_by_stock.values() for line in lines if line.order is order]
        # Lines belong to the order object that was being played.
        self.stories[self.name][1].append(Paid(date_of(time), invoice, order.paid))

    def refund(self, customer, time, invoice, order, gone_back):
        super().refund(customer, time, invoice, order, gone_back)
        whole = all(line.returned == line.quantity for line in self.lines[order])
        whole = whole or 0 < order.paid == order.refunded
        self.stories[self.name][1].append(Returned(date_of(time), order.invoice, gone_back["money"], whole))


def of_online_retail(path):
    """{customer: (date of joining, events)}"""
    replay = Recorder(data_files.row_file_name(path))
    for time, _, invoice, rows in online_retail.invoices_in_order(online_retail.read_rows(path)):
        if rows[0].customer:
            replay.play(time, invoice, rows)
    return replay.stories


def of_cdnow(path):
    stories = {}
    for row in sorted(cdnow.read_rows(path), key=lambda row: (row.date, row.line)):
        date = datetime.date(int(row.date[:4]), int(row.date[4:6]), int(row.date[6:]))
        stories.setdefault(row.customer, (date, []))[1].append(Paid(date, str(row.line), row.cents))
    return stories
