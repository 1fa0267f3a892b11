# SPDX-License-Identifier: Apache-2.0
"""A member's own limits: what was claimed of each, period by period, and when it was claimed last. Claims lie with the
grant, hold or spend they were made for, and go back with it."""
from datetime import date, timedelta

from things import FOREVER, FORWARDED, Refused


class Window:
    """The days that count, `today` included, by the first of them."""

    def __init__(self, kind, days=0):
        self.kind, self.days = kind, days

    def first(self, today, joined):
        if self.kind == "lifetime":
            return date.min
        if self.kind == "day":
            return today
        if self.kind == "week":
            return today - timedelta(days=today.weekday())
        if self.kind == "month":
            return today.replace(day=1)
        if self.kind == "quarter":
            return date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
        if self.kind == "year":
            return date(today.year, 1, 1)
        if self.kind == "rolling":
            return today - timedelta(days=self.days - 1)
        assert self.kind == "anniversary"
        if today < joined:
            return today + timedelta(days=1)
        for year in (today.year, today.year - 1):
            day = 28 if (joined.month, joined.day) == (2, 29) and not is_leap(year) else joined.day
            if date(year, joined.month, day) <= today:
                return date(year, joined.month, day)
        raise AssertionError("there is no such year")

    def longest(self):
        return {"lifetime": 0, "day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366, "anniversary": 366,
                "rolling": self.days}[self.kind]


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


class Limit:
    """`earned`, `spent`: units that draw on it without naming it"""

    def __init__(self, window, most, counts="times", cooldown=0, when_empty="without", earned=(), spent=(), shared=False,
                 centre=None):
        self.window, self.most, self.counts, self.cooldown = window, most, counts, cooldown
        self.when_empty, self.earned, self.spent = when_empty, earned, spent
        self.shared, self.centre = shared, centre

    def amount(self, amount):
        return 1 if self.counts == "times" else amount


class Use:
    def __init__(self):
        self.last, self.used = 0, {}


class Claim:
    def __init__(self, limit, counts, period, at, amount):
        self.limit, self.counts, self.period, self.at, self.amount = limit, counts, period, at, amount

    def part(self, amount, whole):
        """What of it goes back when so much of its grant does."""
        if whole:
            return self.amount
        return min(amount, self.amount) if self.counts == "amount" else 0


class NotNow(Exception):
    def __init__(self, too_soon, left, again):
        self.too_soon, self.left, self.again = too_soon, left, again


class Limits:
    def try_claim(self, command, member, number, amount, at):
        limit, zone = self.programme.limits[number - 1], self.programme.zone
        use = member.uses.get(number, Use())
        # In no period that may be forgotten: never before the last time.
        when = max(min(command["occ"], at), member.joined, use.last)
        today, joined = zone.local_date(when), zone.local_date(member.joined)
        wanted, left = limit.amount(amount), self.left(use, limit, today, joined)
        if use.last and when < use.last + limit.cooldown:
            raise NotNow(True, left, use.last + limit.cooldown)
        if wanted > left:
            again = FOREVER
            for later in range(1, limit.window.longest() + 1):
                day = today + timedelta(days=later)
                if self.left(use, limit, day, joined) >= wanted:
                    again = zone.start(day)
                    break
            raise NotNow(False, left, again)
        first = limit.window.first(today, joined)
        return Claim(number, limit.counts, today if limit.window.kind == "rolling" else first, when, wanted), first

    @staticmethod
    def left(use, limit, today, joined):
        first = limit.window.first(today, joined)
        return max(0, limit.most - sum(amount for day, amount in use.used.items() if first <= day <= today))

    def take(self, command, member, number, amount, at):
        claim, first = self.try_claim(command, member, number, amount, at)
        use = member.uses.setdefault(number, Use())
        use.last = max(use.last, claim.at)
        use.used = {day: used for day, used in use.used.items() if day >= first}
        use.used[claim.period] = use.used.get(claim.period, 0) + claim.amount
        return claim

    def limits_of(self, rule):
        return [n for n, limit in enumerate(self.programme.limits, 1)
                if n in rule.limits or rule.unit in limit.earned or (limit.centre and limit.centre == rule.centre)]

    def within_limits(self, command, member, rule, amount, answer, at, may_refuse=True):
        """What the rule may grant of the amount now, and the claims it takes for it."""
        limits = [n for n in self.limits_of(rule) if not self.programme.limits[n - 1].shared]
        cap, wallet = self.unit(rule.unit).cap, member.wallets.get(rule.unit)
        posted = wallet.posted() if wallet else 0
        granted = amount if cap is None else max(0, min(amount, cap - posted))
        if not limits or granted == 0:
            return amount, []
        allowed = granted
        for number in limits:
            if allowed == 0:
                break
            try:
                self.try_claim(command, member, number, allowed, at)
            except NotNow as no:
                limit = self.programme.limits[number - 1]
                if limit.when_empty == "refuse" and may_refuse:
                    raise Refused("limit_reached") from no
                left = min(no.left, allowed) if limit.counts == "amount" and not no.too_soon else 0
                answer.limited.append([number, rule.number, allowed - left, no.again, False])
                allowed = left
        if allowed == 0:
            return 0, []
        claims = [self.take(command, member, number, allowed, at) for number in limits]
        return (amount if allowed == granted else allowed), claims

    def claim_spend(self, command, member, unit, amount, at):
        claims = []
        for number, limit in enumerate(self.programme.limits, 1):
            if unit in limit.spent:
                try:
                    claims.append(self.take(command, member, number, amount, at))
                except NotNow as no:
                    raise Refused("limit_reached") from no
        return claims

    def parts_back(self, claims, amount, whole):
        """The parts of kept claims that go back with so much of what they were made for."""
        back = []
        for claim in claims:
            part = claim.part(amount, whole)
            if part:
                claim.amount -= part
                back.append(Claim(claim.limit, claim.counts, claim.period, claim.at, part))
        return back

    def return_claims(self, command, member, back, place):
        back = [claim for claim in back if claim.amount]
        if not back:
            return
        if member.state == FORWARDED:
            self.ask(place, "returnuses", back, member.forwarded_to, command, completes=False)
        else:
            self.give_back(member, back)

    @staticmethod
    def give_back(member, back):
        for claim in back:
            use = member.uses.get(claim.limit)
            if use is None or (claim.period not in use.used and use.last != claim.at):
                continue
            if use.last == claim.at:
                use.last = 0
            if claim.period in use.used:
                use.used[claim.period] -= min(claim.amount, use.used[claim.period])
            use.used = {day: used for day, used in use.used.items() if used}
            if not use.used and not use.last:
                del member.uses[claim.limit]

    def do_returnuses(self, command, body, member, answer, place, at):
        self.give_back(member, body)

    def do_takeoveruses(self, command, body, member, answer, place, at):
        for number, theirs in body.items():
            use = member.uses.setdefault(number, Use())
            use.last = max(use.last, theirs.last)
            for day, used in theirs.used.items():
                use.used[day] = use.used.get(day, 0) + used
