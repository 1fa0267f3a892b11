# SPDX-License-Identifier: Apache-2.0
"""What there is in the model: lots, wallets, holds, members, orders, spends, and what an answer is made of. Plain
objects; a lot is the same object wherever it is moved, and nothing keeps a sum."""

MOST = 10 ** 15
DAY = 86_400_000_000
EMPTY, ACTIVE, FORWARDED, SEALED, GONE = range(5)


class Refused(Exception):
    """A rule says no; args[0] names it."""


class Lot:
    def __init__(self, amount, available, expires):
        self.granted, self.remaining, self.available, self.expires = amount, amount, available, expires
        self.held = self.expired = self.revoked = 0

    def free(self):
        return self.remaining - self.held

    def spendable(self, now):
        return self.free() if self.available <= now < self.expires else 0

    def is_there(self):
        return self.remaining > 0 or self.expired > 0


class Wallet:
    def __init__(self):
        self.lots, self.debt = [], 0

    def posted(self):
        return sum(lot.remaining for lot in self.lots) - self.debt

    def available(self, now):
        return max(0, sum(lot.spendable(now) for lot in self.lots) - self.debt)

    def row(self, unit, now):
        pending = sum(lot.remaining for lot in self.lots if lot.available > now)
        return [unit, self.posted(), self.available(now), pending, sum(lot.held for lot in self.lots), self.debt]

    def take_order(self, now, but=None):
        """Who pays first: the lot that ends first, then the one that came first."""
        usable = [lot for lot in self.lots if lot is not but and lot.spendable(now) > 0]
        return sorted(usable, key=lambda lot: lot.expires)  # a stable sort keeps the older one first


class Hold:
    def __init__(self, name, unit, amount, expires, portions):
        self.name, self.unit, self.amount, self.expires, self.portions = name, unit, amount, expires, portions


class Member:
    def __init__(self, number):
        self.number = number
        self.state, self.forwarded_to, self.merging = EMPTY, 0, 0
        self.joined, self.spend, self.orders = 0, 0, 0
        self.profile = None
        self.kinds, self.wallets, self.holds, self.standings = [], {}, [], {}
        self.absorbed = []  # numbers, those whom the absorbed had absorbed behind them
        self.touched = set()  # units that the command being applied moved

    def wallet(self, unit):
        return self.wallets.setdefault(unit, Wallet())


class Order:
    def __init__(self, member, counts, lines):
        self.member, self.counts = member, counts
        self.lines = [[name, pieces, amount, 0, 0] for name, pieces, amount in lines]  # ..., returned, its money
        self.grants = []  # [unit, lot, rule, amount, reversed]

    def paid(self):
        return sum(line[2] for line in self.lines)

    def refunded(self):
        return sum(line[4] for line in self.lines)


class Spend:
    def __init__(self, member, unit, amount, portions):
        self.member, self.unit, self.amount, self.reversed, self.portions = member, unit, amount, 0, portions


class Bought:
    """What a rule may look at."""


class Answer:
    def __init__(self, member):
        self.member, self.joined, self.refunded = member, False, 0
        self.earned, self.back, self.tiers, self.balances = [], [], [], []
        self.pending, self.refused = False, None

    def fields(self):
        return {"m": self.member, "joined": self.joined, "refunded": self.refunded, "earned": self.earned,
                "back": self.back, "tiers": self.tiers, "bal": self.balances}


def half_up(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)


def rounded_up(numerator, denominator):
    return -(-numerator // denominator)
