# SPDX-License-Identifier: Apache-2.0
"""The programmes in the model's own words. Written from the documents by hand, not read from them: a mistake in how
a document is read must show up as a difference."""
from datetime import date, timedelta

DAY = 86_400_000_000
FOREVER = 253_402_300_799_999_999  # the last microsecond of the year 9999
EPOCH = date(1970, 1, 1)


class Zone:
    def __init__(self, hours):
        self.offset = hours * 3_600_000_000

    def local_date(self, at):
        return EPOCH + timedelta(days=(at + self.offset) // DAY)

    def start(self, day):
        return (day - EPOCH).days * DAY - self.offset


def months_later(day, months):
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("no such month")


def first_of_next_month(day):
    return months_later(day.replace(day=1), 1)


class Unit:
    """code, and the policies as plain functions of the moment of the grant"""

    def __init__(self, code, expires, available=lambda at: at, cap=None, debt=0, event=None):
        self.code, self.expires, self.available = code, expires, available
        self.cap, self.debt, self.event = cap, debt, event


class Ladder:
    def __init__(self, thresholds, ever, refund_lowers):
        self.thresholds, self.ever, self.refund_lowers = thresholds, ever, refund_lowers

    def deserved(self, spend):
        return max([1] + [i + 1 for i, least in enumerate(self.thresholds) if spend >= least])


class Programme:
    def __init__(self, zone, units, ladders, rules, centres):
        self.zone, self.units, self.ladders, self.rules, self.centres = zone, units, ladders, rules, centres


def starter():
    zone = Zone(8)
    # Points live to the end of the year after the one they were earned in.
    points = Unit("points", lambda at: zone.start(date(zone.local_date(at).year + 2, 1, 1)), debt=1_000_000_000)

    def rules(order):
        yield 1, 1, order.paid // 100
        if order.birth and order.birth.month == order.day.month:
            yield 2, 1, order.paid // 100

    return Programme(zone, [points], [Ladder([0, 50_000, 200_000, 300_000], ever=False, refund_lowers=True)], rules,
                     ["loyalty"])


def strict():
    zone = Zone(8)

    def next_end(at):
        today = zone.local_date(at)
        ends = [date(year, month, day) for year in (today.year, today.year + 1) for month, day in ((3, 31), (9, 30))]
        return zone.start(min(end for end in ends if end > today) + timedelta(days=1))

    points = Unit("points", next_end, available=lambda at: at + 7 * DAY, cap=5000, debt=300)
    stars = Unit("stars", lambda at: zone.start(first_of_next_month(months_later(zone.local_date(at), 2))),
                 available=lambda at: FOREVER, event="order.completed")

    def rules(order):
        if order.paid >= 200:
            yield 1, 1, order.paid // 50
        if order.channel == "app" and order.pieces > 2:
            yield 2, 1, order.lines * 10 + order.orders_before
        if order.paid >= 5000:
            yield 3, 2, 1 + order.tier
        if order.day.isoweekday() == 7:
            yield 4, 1, order.paid // 200

    return Programme(zone, [points, stars], [Ladder([0, 20_000, 100_000], ever=True, refund_lowers=False)], rules,
                     ["loyalty", "growth"])


def rolling():
    zone = Zone(0)
    # The time of day is kept to the second.
    points = Unit("points", lambda at: (at + 40 * DAY) // 1_000_000 * 1_000_000)

    def quarter_end(at):
        day = months_later(zone.local_date(at), 3)
        return zone.start(months_later(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3))

    stars = Unit("stars", quarter_end, available=lambda at: max(at, zone.start(date(2026, 3, 1))), cap=40, debt=15)

    def rules(order):
        yield 1, 1, order.paid // 10
        if order.birth and order.birth.month == order.day.month:
            yield 2, 2, 7
        if order.pieces >= 3:
            yield 3, 2, order.pieces

    return Programme(zone, [points, stars],
                     [Ladder([0, 15_000], ever=False, refund_lowers=True),
                      Ladder([0, 40_000], ever=False, refund_lowers=False)], rules, ["loyalty"])


PROGRAMMES = {"starter": starter, "strict": strict, "rolling": rolling}
