# SPDX-License-Identifier: Apache-2.0
"""What a story comes to under presets/starbucks.yaml, in naive arithmetic.

1. What a member paid less what came back, in minor units, is one running sum S; floor(S / 5000) stars have been granted
   less those taken back, twice: as reward stars and as level stars. No review and no lapse moves S.
2. An order grants the stars that it lifts floor(S / 5000) by. A return takes back those that it lowers it by: of what that
   order was granted and is left, then of what of it lapsed, then of other stars, then as debt.
3. Reward stars lapse at the start of the month after the month of granting, a year later.
4. On each anniversary of joining (29 February: the 28th in a common year), at the start of the day: the level is what the
   level stars reach now; who falls loses all reward stars; then the level stars are gone. What the review left is the
   floor until the next one.
5. A grant lifts the level at once. A return lowers it to what the level stars reach, but not below the floor.
"""

import dataclasses
import datetime

from stories import Paid

STAR = 5000
LEVELS = [("silver", 0), ("jade", 400), ("gold", 1600)]


@dataclasses.dataclass
class Lot:
    order: str
    remaining: int
    expires: datetime.date
    expired: int = 0


class Stars:
    def __init__(self):
        self.lots, self.debt, self.lapsed = [], 0, 0

    def balance(self):
        return sum(lot.remaining for lot in self.lots) - self.debt

    def lapse(self, which):
        for lot in self.lots:
            if which(lot):
                lot.expired += lot.remaining
                self.lapsed += lot.remaining
                lot.remaining = 0

    def grant(self, order, amount, expires):
        if amount == 0:
            return
        repaid = min(self.debt, amount)
        self.debt -= repaid
        self.lots.append(Lot(order, amount - repaid, expires))

    def take_back(self, order, amount):
        own = [lot for lot in self.lots if lot.order == order]
        for lot in own:
            part = min(amount, lot.remaining)
            lot.remaining -= part
            amount -= part
        for lot in own:
            part = min(amount, lot.expired)
            lot.expired -= part
            self.lapsed -= part
            amount -= part
        for lot in sorted(self.lots, key=lambda lot: lot.expires):
            part = min(amount, lot.remaining)
            lot.remaining -= part
            amount -= part
        self.debt += amount


def month_after(date):
    """The first day of the month after this month of the next year."""
    year, month = date.year + 1, date.month + 1
    return datetime.date(year + month // 13, (month - 1) % 12 + 1, 1)


def anniversary(joined, year):
    try:
        return joined.replace(year=year)
    except ValueError:
        return datetime.date(year, 2, 28)


def level(stars):
    return max(rank for rank, (_, threshold) in enumerate(LEVELS) if stars >= threshold or rank == 0)


NEVER = datetime.date.max


class Member:
    def __init__(self, joined):
        self.joined, self.reward, self.growth = joined, Stars(), Stars()
        self.rank = self.floor = 0
        self.review = anniversary(joined, joined.year + 1)
        self.sum = 0

    def until(self, date):
        """Everything due at the start of `date` or before, oldest first; a review before what lapses with it."""
        while True:
            due = min([self.review] + [lot.expires for lot in self.reward.lots if lot.remaining > 0])
            if due > date:
                return
            if due == self.review:
                self.look()
            else:
                self.reward.lapse(lambda lot: lot.expires == due)

    def look(self):
        deserved = level(self.growth.balance())
        if deserved < self.rank:
            self.reward.lapse(lambda lot: True)
        self.rank = self.floor = deserved
        self.growth.lapse(lambda lot: True)
        self.review = anniversary(self.joined, self.review.year + 1)

    def move(self, minor):
        """The stars by which the running sum goes up, or with a minus down."""
        before = self.sum // STAR
        self.sum += minor
        return self.sum // STAR - before

    def play(self, event):
        self.until(event.date)
        if isinstance(event, Paid):
            granted = self.move(event.minor)
            self.reward.grant(event.order, granted, month_after(event.date))
            self.growth.grant(event.order, granted, NEVER)
            self.rank = max(self.rank, level(self.growth.balance()))
            return
        part = -self.move(-event.minor)
        self.reward.take_back(event.order, part)
        self.growth.take_back(event.order, part)
        if event.minor > 0:
            self.rank = min(self.rank, max(level(self.growth.balance()), self.floor))

    def result(self):
        return {"level": LEVELS[self.rank][0], "reward": self.reward.balance(), "growth": self.growth.balance(),
                "lapsed": self.reward.lapsed, "review": self.review.isoformat()}


def compute(story, end):
    """The member as it stands at the end of that day."""
    joined, events = story
    member = Member(joined)
    for event in events:
        member.play(event)
    member.until(end)
    return member.result()
