# SPDX-License-Identifier: Apache-2.0
"""The programmes in the model's own words. Written from the documents by hand, not read from them: a mistake in how
a document is read must show up as a difference."""
from datetime import date, timedelta

from earning import Amount, Fixed, Multiply, Per, Rule, Steps
from ladders import Cadence, Dimension, Ladder, Tier
from life import Terms
from limits import Limit, Window
from metrics import Measure, Metric
from things import DAY, FOREVER

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

    def __init__(self, code, expires, available=lambda at: at, cap=None, debt=0, event=None, growth=False,
                 released=False, transferable=False, idle=None):
        self.transferable, self.idle = transferable, idle
        self.code, self.expires, self.available, self.growth = code, expires, available, growth
        self.cap, self.debt, self.event, self.released = cap, debt, event, released


class Programme:
    """`rules` in their order, `stacking` group -> policy, `events` type -> its attributes"""

    def __init__(self, zone, units, ladders, rules, centres, limits=(), stacking=None, events=None,
                 measures=(), metrics=(), terms=lambda store, category: Terms()):
        self.measures, self.metrics, self.terms = measures, metrics, terms
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


def climbing():
    zone = Zone(8)
    points = Unit("points", lambda at: zone.months_on(at, 5), cap=4000, debt=500)
    growth = Unit("growth", lambda at: zone.months_on(at, 12), growth=True)
    measures = [Measure("order.paid", of=lambda order: order.paid),
                Measure("order.paid", refund="of_refund"),
                Measure("check_in"),
                Measure("order.paid", of=lambda order: order.channel, things=True),
                Measure("order.paid", when=lambda order: order.channel == "app", refund="never"),
                Measure("review.posted", of=lambda event: event.said["rating"], when=lambda event: event.said["photo"])]
    spend, orders, visits, channels, app, rated = range(1, 7)
    metrics = [Metric(0, "sum", Window("rolling", 60)), Metric(1, "count", Window("quarter")),
               Metric(2, "streak", None, grace=1), Metric(3, "distinct", Window("year")),
               Metric(4, "count", Window("anniversary")), Metric(5, "sum", Window("month"))]

    def ordered_twice(world, member, as_of):
        return world.reading(member, orders, as_of) >= 2

    def is_known_elsewhere(world, member, as_of):
        growth = member.wallets[2].posted() if 2 in member.wallets else 0
        return world.tier_of(member, 1) >= 2 or growth > 300

    ladders = [Ladder([0, Tier(8_000, enter=[(1, 30)]), Tier(25_000, enter=[(1, 100)])], held=("metric", spend),
                      downgrade="one_step", review=Cadence("month", day=5), grace=10,
                      on_change=[("downgrade", 1, "forfeit")]),
               Ladder([0, 60, 250], held=("balance", 2), downgrade="by_qualification",
                      review=Cadence("days_from_upgrade", days=45), on_change=[("review", 2, "subtract_threshold")]),
               Ladder([0, Tier(20), Tier(60, enter=[(1, 40)])], held="score", downgrade="by_qualification",
                      review=Cadence("quarter", day=31), settle=Cadence("month", day=2),
                      dimensions=[Dimension(spend, per=1000, cap=40, half_up=True), Dimension(visits, weight=5, cap=20),
                                  Dimension(channels, weight=8), Dimension(rated, weight=2, per=3)]),
               Ladder([0, Tier(0, when=ordered_twice), Tier(1, when=is_known_elsewhere)], held=("metric", app),
                      refund_lowers=False, at_once=False, downgrade="one_step", review=Cadence("quarter", day=10),
                      on_change=[("upgrade", 1, "reset")]),
               Ladder([0, 12_000, 60_000], ever=True, refund_lowers=False, downgrade="one_step",
                      review=Cadence("anniversary"))]
    rules = [Rule(1, 1, Per(100)),
             Rule(2, 2, Per(100)),
             Rule(3, 1, Multiply(150, 1), when=lambda order: order.tiers.get(1, 0) == 3),
             Rule(4, 1, Amount(lambda event: event.reading(visits) * 2), on="check_in",
                  when=lambda event: event.reading(visits) >= 1),
             Rule(5, 2, Fixed(3), on="check_in"),
             Rule(6, 1, Amount(lambda order: order.reading(channels) * 5),
                  when=lambda order: order.reading(orders) > 1 and order.balance(2) < 400)]
    return Programme(zone, [points, growth], ladders, rules, ["loyalty"],
                     events={"check_in": [], "review.posted": ["photo", "rating"]}, measures=measures, metrics=metrics)


def delivered():
    zone = Zone(8)
    points = Unit("points", lambda at: zone.months_on(at, 4), debt=300, released=True)
    stars = Unit("stars", lambda at: zone.start(first_of_next_month(months_later(zone.local_date(at), 1))),
                 available=lambda at: FOREVER,
                 event="order.received", debt=20)
    growth = Unit("growth", lambda at: FOREVER, growth=True, released=True)
    coins = Unit("coins", lambda at: FOREVER, available=lambda at: at + 2 * DAY, cap=150)
    monthly = 1

    def terms(store, category):
        if store == "s1" and category == "coffee":
            return Terms(receipt=1, shipping=20)
        if category == "coffee":
            return Terms(receipt=3, shipping=0, whole_days=True, releases=False)
        return Terms(receipt=5, shipping=12, whole_days=True) if store == "s1" else Terms(receipt=7, shipping=15)

    rules = [Rule(1, 1, Per(100)),
             Rule(2, 1, Fixed(9), lines=lambda line: line.category == "coffee", limits=(monthly,)),
             Rule(3, 2, Amount(lambda order: order.paid // 2000)),
             Rule(4, 3, Per(100)),
             Rule(5, 1, Multiply(150, 1), when=lambda order: order.pieces > 4),
             Rule(6, 4, Steps((500, 3), (5000, 20)))]
    ladders = [Ladder([0, 20_000]), Ladder([0, 50, 200], held=("released", 3), downgrade="one_step",
                                           review=Cadence("month"))]
    return Programme(zone, [points, stars, growth, coins], ladders, rules, ["loyalty"], terms=terms,
                     limits=[Limit(Window("month"), 40, counts="amount")])


def gifted():
    zone = Zone(8)
    points = Unit("points", lambda at: zone.months_on(at, 3), cap=600, debt=100, transferable=True,
                  idle=lambda at: zone.months_on(at, 1))
    stars = Unit("stars", lambda at: FOREVER, released=True, transferable=True,
                 idle=lambda at: (at + 40 * DAY) // 1_000_000 * 1_000_000)
    growth = Unit("growth", lambda at: FOREVER, growth=True)
    daily = 1
    rules = [Rule(1, 1, Per(100), limits=(daily,)), Rule(2, 2, Per(1000)), Rule(3, 3, Per(100)),
             Rule(4, 1, Fixed(20), on="member.registered")]
    ladders = [Ladder([0, 20_000]),
               Ladder([0, Tier(40, enter=[(1, 15)]), 150], held=("balance", 3), downgrade="one_step",
                      review=Cadence("days_from_upgrade", days=30), on_change=[("review", 3, "subtract_threshold")])]
    return Programme(zone, [points, stars, growth], ladders, rules, ["loyalty"],
                     limits=[Limit(Window("day"), 250, counts="amount"),
                             Limit(Window("week"), 150, counts="amount", spent=(1,))])


PROGRAMMES = {"gifted": gifted, "delivered": delivered, "climbing": climbing, "starter": starter, "strict": strict, "rolling": rolling, "accelerated": accelerated}
