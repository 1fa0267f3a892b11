# SPDX-License-Identifier: Apache-2.0
"""What a story comes to under presets/jingxiang.yaml, in naive arithmetic.

1. Every order counts on its own day; what comes back of it is taken off on that day. An order that came back whole was
   never one.
2. On the 2nd of each month after the day of joining, at its start, the score is settled as of the day before, from what
   was known by then: five dimensions, each rounded as said and capped, added up. The level is what the score reaches.
3. Between two settlements nothing moves.
"""

import datetime

from programme import round_half_up
from stories import Paid

LEVELS = [("one", 0), ("two", 100), ("three", 300), ("four", 500), ("five", 700)]


class Book:
    """Orders by id: date, paid, what is left of the money, and whether there is anything left of the order."""

    def __init__(self):
        self.orders = {}

    def play(self, event):
        if isinstance(event, Paid):
            self.orders[event.order] = [event.date, event.minor, event.minor, True]
            return
        order = self.orders[event.order]
        order[2] -= event.minor
        if event.whole:
            order[2], order[3] = 0, False

    def within(self, day, days):
        first = day - datetime.timedelta(days=days - 1)
        return [order for order in self.orders.values() if first <= order[0] <= day]

    def metrics(self, day):
        year = self.within(day, 365)
        standing = [order for order in year if order[3]]
        return {
            "spend": sum(order[2] for order in year if order[1] > 0),
            "orders": len(standing),
            "large_orders": sum(order[1] >= 20_000 for order in standing),
            "recent": sum(order[2] for order in self.within(day, 90) if order[1] > 0),
            "months": months_in_a_row({order[0] for order in standing}, day),
        }


def months_in_a_row(days, today):
    """Months with something in them, back from this one, which is not missed before it is over."""
    months = {date.year * 12 + date.month for date in days}
    month = today.year * 12 + today.month
    if month not in months:
        month -= 1
    length = 0
    while month in months:
        length, month = length + 1, month - 1
    return length


def score(metrics):
    return {
        "spend": min(400, round_half_up(metrics["spend"], 1000)) if metrics["spend"] > 0 else 0,
        "frequency": min(200, metrics["orders"] * 10),
        "large": min(150, metrics["large_orders"] * 25),
        "recency": min(150, max(0, metrics["recent"]) // 500),
        "constancy": min(100, metrics["months"] * 20),
    }


def second_after(date):
    if date.day < 2:
        return date.replace(day=2)
    return datetime.date(date.year + date.month // 12, date.month % 12 + 1, 2)


def compute(story, end):
    joined, events = story
    book, settled, parts, rank = Book(), None, dict.fromkeys(score(Book().metrics(end)), 0), 0
    due = second_after(joined)
    for event in [*events, None]:
        while due <= (end if event is None else event.date):
            parts = score(book.metrics(due - datetime.timedelta(days=1)))
            rank = max(i for i, (_, threshold) in enumerate(LEVELS) if sum(parts.values()) >= threshold)
            settled, due = due, second_after(due)
        if event is not None:
            book.play(event)
    return {"level": LEVELS[rank][0], "score": sum(parts.values()), "parts": parts, "metrics": book.metrics(end),
            "settled": settled.isoformat() if settled else None}
