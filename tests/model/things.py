# SPDX-License-Identifier: Apache-2.0
"""What there is in the model: lots, wallets, holds, members, orders, spends, and what an answer is made of. Plain
objects; a lot is the same object wherever it is moved, and nothing keeps a sum."""

MOST = 10 ** 15
DAY = 86_400_000_000
FOREVER = 253_402_300_799_999_999  # the last microsecond of the year 9999
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
        self.lots, self.debt, self.lapses = [], 0, FOREVER

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
        self.claims = []


class Member:
    def __init__(self, number):
        self.number = number
        self.state, self.forwarded_to, self.merging = EMPTY, 0, 0
        self.joined, self.spend, self.orders = 0, 0, 0
        self.profile = None
        self.kinds, self.wallets, self.holds, self.standings = [], {}, [], {}
        self.absorbed = []  # numbers, those whom the absorbed had absorbed behind them
        self.touched = set()  # units that the command being applied moved
        self.uses = {}        # limit -> what was used of it
        self.carries = {}     # rule -> what its bases left over
        self.log = []         # (measure, day, thing, amount) of everything that counted
        self.courses = {}     # ladder -> what it keeps of the way
        self.gifts = {}       # absorbed -> what came with it

    def wallet(self, unit):
        return self.wallets.setdefault(unit, Wallet())


class Line:
    def __init__(self, name, pieces, amount, category=""):
        self.name, self.pieces, self.amount, self.category = name, pieces, amount, category
        self.returned, self.refunded = 0, 0  # pieces, and the money of all that came back
        self.by_money = 0                    # of which came back without pieces


class Order:
    def __init__(self, member, counts, lines):
        self.member, self.counts, self.lines, self.grants = member, counts, lines, []
        self.counted, self.at = [], 0

    def paid(self):
        return sum(line.amount for line in self.lines)

    def refunded(self):
        return sum(line.refunded for line in self.lines)


class Grant:
    """What an order earned by a rule. `lines` [(index, base)] and what the base became, where a refund must know them;
    a rule that carries has one even where no lot came of it."""

    def __init__(self, unit, lot, rule, amount, claims):
        self.unit, self.lot, self.rule, self.amount, self.claims = unit, lot, rule, amount, claims
        self.reversed, self.lines, self.effect, self.forgone = 0, [], None, 0
        self.parts = []  # of the lines, where each waits for its release

    def is_carried(self):
        return self.effect is not None and self.effect.carried

    def base(self):
        return sum(base for _, base in self.lines)

    def returned_base(self, order):
        total = 0
        for i, base in self.lines:
            line = order.lines[i]
            part = half_up(base * line.returned, line.pieces)
            if line.by_money:
                part = max(part, half_up(base * line.refunded, line.amount))
            total += part
        return total

    def due_back(self, order):
        """How much of it is to be taken back, all in all."""
        if not self.lines:
            return rounded_up(self.amount * order.refunded(), order.paid()) if order.paid() else 0
        base, returned = self.base(), self.returned_base(order)
        if self.effect is not None and self.effect.recomputed:
            return self.amount - min(self.amount, self.effect.of(base - returned))
        return rounded_up(self.amount * returned, base) if base else 0


class Part:
    """One line's share of a grant, as a lot of its own."""

    def __init__(self, line, lot, amount):
        self.line, self.lot, self.amount, self.reversed = line, lot, amount, 0


class Spend:
    def __init__(self, member, unit, amount, portions):
        self.member, self.unit, self.amount, self.reversed, self.portions = member, unit, amount, 0, portions
        self.claims = []


class Bought:
    """What a rule may look at."""


class Answer:
    def __init__(self, member):
        self.member, self.joined, self.refunded = member, False, 0
        self.earned, self.back, self.tiers, self.balances, self.limited = [], [], [], [], []
        self.pending, self.refused, self.stage = False, None, None

    def fields(self):
        return {"m": self.member, "joined": self.joined, "refunded": self.refunded, "earned": self.earned,
                "back": self.back, "tiers": self.tiers, "bal": self.balances, "limited": self.limited,
                "stage": self.stage}

    def after(self, first):
        """The whole of an answer that began with another one."""
        whole = Answer(self.member)
        whole.joined, whole.refunded = self.joined or first.joined, self.refunded or first.refunded
        whole.earned, whole.back, whole.tiers = first.earned + self.earned, first.back + self.back, first.tiers + self.tiers
        whole.limited = [row for row in first.limited if not row[4]] + self.limited
        newer = [row[0] for row in self.balances]
        kept = [row for row in first.balances if row[0] not in newer] if self.member == first.member else []
        whole.balances, whole.refused = self.balances + kept, self.refused
        whole.stage = self.stage or first.stage
        return whole


def half_up(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)


def rounded_up(numerator, denominator):
    return -(-numerator // denominator)
