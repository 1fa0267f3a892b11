# SPDX-License-Identifier: Apache-2.0
"""Where members stand: what they deserve, what rises at once, what a review decides on its day, and what becomes of units
on the way. A review looks at the period that ended just before it."""
from datetime import date, timedelta

from things import FOREVER, Answer


class Tier:
    def __init__(self, least, when=None, enter=()):
        self.least, self.when, self.enter = least, when, enter  # enter: [(unit, amount)]


class Cadence:
    """Days on which a standing is looked at: month, quarter, year (of `month`), anniversary, days after an upgrade"""

    def __init__(self, kind, day=1, month=1, days=0):
        self.kind, self.day, self.month, self.days = kind, day, month, days

    def after(self, at, joined, zone):
        today = zone.local_date(at)
        if self.kind == "days_from_upgrade":
            return zone.start(today + timedelta(days=self.days))
        day = today + timedelta(days=1)
        while not self.holds(day, zone.local_date(joined)):
            day += timedelta(days=1)
        return zone.start(day)

    def holds(self, day, birth):
        wanted = birth.day if self.kind == "anniversary" else self.day
        months = {"month": range(1, 13), "quarter": (1, 4, 7, 10), "year": (self.month,), "anniversary": (birth.month,)}
        is_last = (day + timedelta(days=1)).day == 1
        return day.month in months[self.kind] and (day.day == wanted or (is_last and day.day < wanted))


class Dimension:
    def __init__(self, metric, weight=1, per=1, cap=0, half_up=False):
        self.metric, self.weight, self.per, self.cap, self.half_up = metric, weight, per, cap, half_up

    def points(self, value):
        if value <= 0:
            return 0
        points = (2 * value * self.weight + self.per * self.half_up) // (2 * self.per)
        return min(points, self.cap) if self.cap else points


class Ladder:
    """`held`: spend, ("metric", number), ("balance", unit), ("released", unit) or score; `on_change` [(when, unit, does)]"""

    def __init__(self, tiers, ever=False, refund_lowers=True, held="spend", at_once=True, downgrade=None, review=None,
                 grace=0, on_change=(), dimensions=(), settle=None):
        self.tiers = [tier if isinstance(tier, Tier) else Tier(tier) for tier in tiers]
        self.ever, self.refund_lowers, self.held, self.at_once = ever, refund_lowers, held, at_once
        self.downgrade, self.review, self.grace, self.on_change = downgrade, review, grace, on_change
        self.dimensions, self.settle = dimensions, settle

    def keeps_course(self):
        return self.review is not None or self.settle is not None or any(tier.enter for tier in self.tiers)

    def reviewed(self, tier, deserved):
        if deserved >= tier or self.downgrade is None:
            return max(tier, deserved)
        return tier - 1 if self.downgrade == "one_step" else deserved


class Course:
    def __init__(self):
        self.review = self.settling = FOREVER
        self.in_grace, self.floor, self.highest, self.entered = False, 0, 0, []
        self.scored_at, self.score, self.contributions = 0, 0, []

    def due(self):
        return min(self.review, self.settling)


class Ladders:
    def tier_of(self, member, number):
        return member.standings.get(number, (0, 0))[0]

    def held_by(self, member, number, as_of):
        held = self.programme.ladders[number - 1].held
        if held == "spend":
            return member.spend
        if held == "score":
            return member.courses[number].score if number in member.courses else 0
        kind, which = held
        if kind == "metric":
            return self.reading(member, which, as_of)
        wallet = member.wallets.get(which)
        if wallet is None:
            return 0
        pending = sum(lot.remaining for lot in wallet.lots if lot.available > as_of)
        return wallet.posted() - (pending if kind == "released" else 0)

    def deserved(self, member, number, as_of, value=None):
        value, best = self.held_by(member, number, as_of) if value is None else value, 1
        for tier, what in enumerate(self.programme.ladders[number - 1].tiers, 1):
            if value >= what.least and (what.when is None or what.when(self, member, as_of)):
                best = tier
        return best

    def next_review(self, ladder, tier, joined, after):
        if ladder.review is None or (ladder.review.kind == "days_from_upgrade" and tier <= 1):
            return FOREVER
        return ladder.review.after(after, joined, self.programme.zone)

    def next_settling(self, ladder, joined, after):
        return ladder.settle.after(after, joined, self.programme.zone) if ladder.settle else FOREVER

    # --- after an event ---
    def review(self, member, answer, at, after_refund=False):
        for number in range(1, len(self.programme.ladders) + 1):
            self.look_at(member, number, answer, at, after_refund)

    def review_released(self, member, answer, at):
        """Before a command: what was released since the last one lifts, so that the command is judged by it."""
        for number, ladder in enumerate(self.programme.ladders, 1):
            if ladder.held[0] == "released" and self.tier_of(member, number):
                self.look_at(member, number, answer, at, after_refund=False)

    def review_after(self, member, answer, at):
        """At the end of a command, where anything may have moved what a ladder holds."""
        for number, ladder in enumerate(self.programme.ladders, 1):
            if ladder.held != "spend" or ladder.keeps_course():
                self.look_at(member, number, answer, at, after_refund=any(row[2] for row in answer.back))

    def look_at(self, member, number, answer, at, after_refund):
        ladder, before = self.programme.ladders[number - 1], self.tier_of(member, number)
        deserved, after = self.deserved(member, number, at), before
        if before == 0:
            after = deserved if ladder.at_once else 1
        elif deserved > before and ladder.at_once:
            after = deserved
        elif deserved < before and after_refund and ladder.refund_lowers:
            floor = member.courses[number].floor if number in member.courses else 0
            after = max(deserved, floor, 1)
        if after != before:
            self.change(member, number, before, after, answer, at, "event" if after > before else "refund")
        if ladder.keeps_course():
            self.schedule(member, number, at)

    def schedule(self, member, number, at):
        """A version may have brought a review to a ladder on which members stand already."""
        ladder, course = self.programme.ladders[number - 1], member.courses.setdefault(number, Course())
        if course.review == FOREVER:
            course.review = self.next_review(ladder, self.tier_of(member, number), member.joined, at)
        if course.settling == FOREVER:
            course.settling = self.next_settling(ladder, member.joined, at)

    def change(self, member, number, before, after, answer, at, because):
        ladder = self.programme.ladders[number - 1]
        member.standings[number] = (after, at)
        answer.tiers.append([number, before, after])
        if ladder.keeps_course():
            course = member.courses.setdefault(number, Course())
            if after > before:
                self.enter(member, ladder, course, before, after, answer, at)
                validity = ladder.review is not None and ladder.review.kind == "days_from_upgrade"
                if validity or course.in_grace or before == 0:
                    course.in_grace = False
                    course.review = self.next_review(ladder, after, member.joined, at)
                if before == 0:
                    course.settling = self.next_settling(ladder, member.joined, at)
            elif because == "refund":
                self.undo_entries(member, course, after, answer, at)
        if after > before > 0:
            self.change_units(member, ladder, "upgrade", before)
        if after < before and because == "review":
            self.change_units(member, ladder, "downgrade", before)

    def enter(self, member, ladder, course, before, after, answer, at):
        for tier in range(max(before, course.highest) + 1, after + 1):
            for unit, amount in ladder.tiers[tier - 1].enter:
                lot = self.grant(member, unit, amount, 0, answer, at)
                if lot is not None:
                    course.entered.append((tier, unit, lot, lot.granted))
        course.highest = max(course.highest, after)

    def undo_entries(self, member, course, after, answer, at):
        for tier, unit, lot, amount in course.entered:
            if tier > after:
                self.take_back(member, unit, lot, 0, amount, answer, at)
        course.entered = [row for row in course.entered if row[0] <= after]
        course.highest = min(course.highest, after)

    def change_units(self, member, ladder, when, tier):
        for then, unit, does in ladder.on_change:
            if then != when or unit not in member.wallets:
                continue
            most = ladder.tiers[tier - 1].least if does == "subtract_threshold" else 10 ** 18
            for lot in sorted(member.wallets[unit].lots, key=lambda lot: lot.expires):
                part = min(most, lot.free())
                if part:
                    member.touched.add(unit)
                    self.move(unit, "breakage", part)
                    lot.expired += part
                    lot.remaining -= part
                    most -= part

    # --- on its day ---
    def ladder_due(self, member):
        return min((course.due() for course in member.courses.values()), default=FOREVER)

    def settle_ladder(self, member, at):
        number = min(n for n, course in member.courses.items() if course.due() == at)
        if member.courses[number].settling == at:
            self.settle_score(member, number, at)
        else:
            self.settle_review(member, number, at)

    def settle_review(self, member, number, at):
        ladder, course, tier = self.programme.ladders[number - 1], member.courses[number], self.tier_of(member, number)
        deserved = self.deserved(member, number, at - 1)
        if deserved < tier and ladder.downgrade and ladder.grace and not course.in_grace:
            course.in_grace = True
            course.review = self.programme.zone.start(self.programme.zone.local_date(at) + timedelta(days=ladder.grace))
            return
        after = ladder.reviewed(tier, deserved)
        course.in_grace, course.floor = False, after
        course.review = self.next_review(ladder, after, member.joined, at)
        if after != tier:
            self.change(member, number, tier, after, Answer(0), at, "review")
        self.change_units(member, ladder, "review", tier)

    def scores(self, member, ladder, as_of):
        return [dimension.points(self.reading(member, dimension.metric, as_of)) for dimension in ladder.dimensions]

    def settle_score(self, member, number, at):
        ladder, course, tier = self.programme.ladders[number - 1], member.courses[number], self.tier_of(member, number)
        course.contributions = self.scores(member, ladder, at - 1)
        course.score, course.scored_at = sum(course.contributions), at
        course.settling = self.next_settling(ladder, member.joined, at)
        deserved = self.deserved(member, number, at - 1)
        if ladder.at_once and deserved > tier:
            self.change(member, number, tier, deserved, Answer(0), at, "event")

    # --- what a read tells ---
    def progress(self, member, now):
        rows = []
        for number, ladder in enumerate(self.programme.ladders, 1):
            tier, since = member.standings.get(number, (0, 0))
            here, course = tier or 1, member.courses.get(number, Course())
            value = self.held_by(member, number, now)
            further = here + 1 if here < len(ladder.tiers) else 0
            missing = max(0, ladder.tiers[further - 1].least - value) if further else None
            projected = to_keep = None
            if course.review != FOREVER and tier:
                then = course.review - 1
                coming = self.held_by(member, number, then)
                if ladder.held == "score" and course.settling <= course.review:
                    coming = sum(self.scores(member, ladder, course.settling - 1))
                projected = ladder.reviewed(here, self.deserved(member, number, then, coming))
                to_keep = max(0, ladder.tiers[here - 1].least - coming)
            rows.append([number, tier, since, value, further, missing, course.review, course.in_grace, projected, to_keep,
                         course.scored_at, course.settling, course.contributions or [0] * len(ladder.dimensions)])
        return rows

    def do_takeoverlog(self, command, body, member, answer, place, at):
        log, standings, courses = body
        member.log += log
        for number, (tier, since) in sorted(standings.items()):
            before = self.tier_of(member, number)
            if tier <= before:
                continue
            member.standings[number] = (tier, since)
            answer.tiers.append([number, before, tier])
            if number in courses:
                member.courses[number] = courses[number]
                member.courses[number].entered = []
