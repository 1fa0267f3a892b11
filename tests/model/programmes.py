# SPDX-License-Identifier: Apache-2.0
"""The programmes in the model's own words. Written from the documents by hand, not read from them: a mistake in how
a document is read must show up as a difference."""
from datetime import date, timedelta

from earning import Amount, Fixed, Multiply, Per, Rule, Steps
from limits import Limit, Window

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

    def months_on(self, at, months):
        """The same time of day, to the second, so many months later."""
        day = self.local_date(at)
        return self.start(months_later(day, months)) + (at - self.start(day)) // 1_000_000 * 1_000_000


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
    """`rules` in their order, `stacking` group -> policy, `events` type -> its attributes"""

    def __init__(self, zone, units, ladders, rules, centres, limits=(), stacking=None, events=None):
        self.zone, self.units, self.ladders, self.rules, self.centres = zone, units, ladders, rules, centres
        self.limits, self.stacking, self.events = limits, stacking or {}, events or {}


def plain(*rules):
    """(unit, condition, amount) of paid orders"""
    return [Rule(number, unit, Amount(amount), when=when) for number, (unit, when, amount) in enumerate(rules, 1)]


def always(_):
    return True


def is_birth_month(event):
    return event.birth is not None and event.birth.month == event.day.month


def starter():
    zone = Zone(8)
    # Points live to the end of the year after the one they were earned in.
    points = Unit("points", lambda at: zone.start(date(zone.local_date(at).year + 2, 1, 1)), debt=1_000_000_000)

    rules = plain((1, always, lambda order: order.paid // 100), (1, is_birth_month, lambda order: order.paid // 100))
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

    rules = plain((1, lambda order: order.paid >= 200, lambda order: order.paid // 50),
                  (1, lambda order: order.channel == "app" and order.pieces > 2,
                   lambda order: order.lines * 10 + order.orders_before),
                  (2, lambda order: order.paid >= 5000, lambda order: 1 + order.tier),
                  (1, lambda order: order.day.isoweekday() == 7, lambda order: order.paid // 200))
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

    rules = plain((1, always, lambda order: order.paid // 10), (2, is_birth_month, lambda order: 7),
                  (2, lambda order: order.pieces >= 3, lambda order: order.pieces))
    return Programme(zone, [points, stars],
                     [Ladder([0, 15_000], ever=False, refund_lowers=True),
                      Ladder([0, 40_000], ever=False, refund_lowers=False)], rules, ["loyalty"])


def accelerated():
    zone = Zone(8)
    points = Unit("points", lambda at: (at + 90 * DAY) // 1_000_000 * 1_000_000, debt=200)
    stars = Unit("stars", lambda at: zone.months_on(at, 6), cap=60)
    monthly, daily, week, quarter, membership, once = range(1, 7)
    limits = [Limit(Window("month"), 900, counts="amount", earned=(1,)),
              Limit(Window("day"), 300, counts="amount", spent=(1,)),
              Limit(Window("rolling", 7), 2, cooldown=DAY // 2),
              Limit(Window("quarter"), 25, counts="amount", when_empty="refuse"),
              Limit(Window("anniversary"), 3),
              Limit(Window("lifetime"), 4, spent=(2,))]

    def is_coffee(line):
        return line.category == "coffee"

    rules = [Rule(1, 1, Per(100)),
             Rule(2, 1, Per(2500, each=9, recomputed=True), when=lambda order: order.channel == "store"),
             Rule(3, 2, Per(5000, carried=True), limits=(quarter,)),
             Rule(4, 1, Fixed(15), lines=is_coffee, group="bonus", limits=(week,)),
             Rule(5, 1, Steps((1000, 5), (8000, 40)), lines=lambda line: line.category != "tea", group="bonus"),
             Rule(6, 1, Multiply(150, 1, 2), when=lambda order: order.pieces >= 3, group="accelerate"),
             Rule(7, 1, Multiply(225, 1, 2), when=lambda order: order.channel == "app", group="accelerate"),
             Rule(8, 2, Multiply(200, 3), when=lambda order: order.day.isoweekday() >= 5, group="festive"),
             Rule(9, 2, Multiply(333, 3), when=lambda order: order.orders_before < 4, group="festive"),
             Rule(10, 1, Multiply(120, 4, 5), group="dearest"),
             Rule(11, 1, Multiply(180, 1), when=lambda order: order.lines > 2, group="dearest"),
             Rule(12, 1, Per(700, carried=True), lines=is_coffee),
             Rule(13, 1, Fixed(12), on="check_in", limits=(week, membership)),
             Rule(14, 2, Amount(lambda event: event.said["rating"] - 2), on="review.posted",
                  when=lambda event: event.said["photo"]),
             Rule(15, 1, Fixed(30), on="member.registered")]
    return Programme(zone, [points, stars], [Ladder([0, 20_000, 60_000], ever=False, refund_lowers=True)], rules,
                     ["loyalty"], limits,
                     {"bonus": "best", "accelerate": "add", "festive": "multiply", "dearest": "best"},
                     {"check_in": [], "review.posted": ["photo", "rating"]})


PROGRAMMES = {"starter": starter, "strict": strict, "rolling": rolling, "accelerated": accelerated}
