# SPDX-License-Identifier: Apache-2.0
"""What a member did, added up: a list of everything that ever counted, with its day, read afresh whenever somebody asks.
Nothing is folded away or bounded; within the windows that a brand declares that is the same."""
from datetime import date, timedelta

from things import rounded_up


class Measure:
    """What of an event counts. `of`: a number, or a thing; left out, the event itself"""

    def __init__(self, on, of=None, when=lambda event: True, refund="of_order", things=False):
        self.on, self.of, self.when, self.refund, self.things = on, of, when, refund, things

    def amounts(self):
        return self.of is not None and not self.things


class Metric:
    """A reading of a measure over a window"""

    def __init__(self, measure, fold, window, grace=0):
        self.measure, self.fold, self.window, self.grace = measure, fold, window, grace


class Counted:
    """What an order was to one measure."""

    def __init__(self, measure, day, amount, key):
        self.measure, self.day, self.amount, self.key, self.back = measure, day, amount, key, 0


class Metrics:
    def counts_of(self, event, day):
        for number, measure in enumerate(self.programme.measures):
            if measure.on != event.type or not measure.when(event):
                continue
            what = measure.of(event) if measure.of else 1
            if not measure.amounts():
                yield Counted(number, day, 1, what if measure.things else None)
            elif what > 0:
                yield Counted(number, day, what, None)

    def count(self, member, event, at, order=None):
        """`at`: of the event; a thing cannot lie in the future of the day it is told on."""
        for counted in self.counts_of(event, self.programme.zone.local_date(at)):
            member.log.append((counted.measure, counted.day, counted.key, counted.amount))
            if order is not None:
                order.counted.append(counted)

    def uncounted(self, order, refunded_at):
        """What a refund takes back of what the order counted, as entries of a log."""
        paid, refunded, entries = order.paid(), order.refunded(), []
        whole = all(line.returned == line.pieces for line in order.lines) or (paid > 0 and refunded == paid)
        for counted in order.counted:
            measure = self.programme.measures[counted.measure]
            if measure.refund == "never":
                continue
            gone = rounded_up(counted.amount * refunded, paid) if measure.amounts() and paid else 0
            part = (counted.amount if whole else gone) - counted.back
            counted.back += part
            if part:
                day = counted.day if measure.refund == "of_order" else self.programme.zone.local_date(refunded_at)
                entries.append((counted.measure, day, counted.key, -part))
        return entries

    @staticmethod
    def net(log):
        sums = {}
        for measure, day, key, amount in log:
            sums[measure, day, key] = sums.get((measure, day, key), 0) + amount
        return sums

    def reading(self, member, number, at):
        metric, zone = self.programme.metrics[number - 1], self.programme.zone
        today, joined = zone.local_date(at), zone.local_date(member.joined)
        first = metric.window.first(today, joined) if metric.window else date.min
        entries = [(day, key, amount) for measure, day, key, amount in member.log
                   if measure == metric.measure and first <= day <= today]
        if metric.fold in ("sum", "count"):
            return sum(amount for _, _, amount in entries)
        if metric.fold == "distinct":
            return sum(1 for thing in {key for _, key, _ in entries}
                       if sum(amount for _, key, amount in entries if key == thing) > 0)
        assert metric.fold == "streak"
        days = {day for day, _, _ in entries if sum(amount for other, _, amount in entries if other == day) > 0}
        return self.streak(days, today, metric.grace)

    @staticmethod
    def streak(days, today, grace):
        """How many days in a row, up to `grace` missed ones in between; today is not missed yet."""
        length, missed, day = 0, 0, today
        while days and day >= min(days):
            if day in days:
                length, missed = length + 1, 0
            elif day != today:
                missed += 1
                if missed > grace:
                    break
            day -= timedelta(days=1)
        return length

    def do_movecounts(self, command, body, member, answer, place, at):
        member.log += body
        self.review(member, answer, at, after_refund=True)
