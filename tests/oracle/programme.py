# SPDX-License-Identifier: Apache-2.0
"""The starter programme in naive arithmetic: 1 unit of money = 1 point, expiry at the end of the next year, ladder C2.

This is half of an oracle. It shares no code with the engine, keeps no index, and prefers the shortest statement of a
rule to a fast one, so that a reader can check it against the text of the rule. Money is an integer of minor units
(pence, cents), points are integers, quantities are integers. Nothing here uses floating point.
"""

# Ladder C2: (tier, net spend in minor units from which it holds). The tier is always a function of the present net
# spend, so a refund can lower it.
LADDER_C2 = [("normal", 0), ("star1", 50_000), ("star2", 200_000), ("star3", 300_000)]

MINOR_PER_POINT = 100


def round_half_up(numerator, denominator):
    """Nearest integer to numerator / denominator; a half goes away from zero."""
    if denominator <= 0:
        raise ValueError("round_half_up wants a positive denominator")
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def ceil_div(numerator, denominator):
    return -(-numerator // denominator)


def points_for(paid_minor):
    """Whole units of money paid for one order, one point each. An order that cost nothing earns nothing."""
    return paid_minor // MINOR_PER_POINT if paid_minor > 0 else 0


def points_due_back(granted, paid_minor, refunded_minor):
    """All points that must have been taken back once `refunded_minor` of an order of `paid_minor` went back.

    Cumulative, so that refunding an order in any number of steps takes back exactly what it granted.
    """
    return ceil_div(granted * refunded_minor, paid_minor) if paid_minor > 0 else 0


def tier_of(spend_minor):
    tier = LADDER_C2[0][0]
    for name, threshold in LADDER_C2:
        if spend_minor >= threshold:
            tier = name
    return tier


class Lot:
    """Points granted by one order, which live and expire together."""

    def __init__(self, order, granted, remaining, expires_year):
        self.order = order
        self.granted = granted
        self.remaining = remaining
        self.expires_year = expires_year  # Gone at local midnight on 1 January of this year.
        self.expired = 0  # What expiry moved to breakage and no refund has reversed since.


class PointsAccount:
    """One member's points. The caller gives the local year of each event and never goes back in time."""

    def __init__(self):
        self.lots = []  # In order of granting.
        self.debt = 0
        self.granted = 0
        self.taken_back = 0  # All that refunds took, wherever it was found.
        self.taken_from_breakage = 0  # The part of it that had expired before the refund came.
        self.breakage = 0

    def balance(self):
        return sum(lot.remaining for lot in self.lots) - self.debt

    def settle(self, local_year):
        """Expires what is due at the start of `local_year` or before."""
        for lot in self.lots:
            if lot.expires_year <= local_year and lot.remaining > 0:
                lot.expired += lot.remaining
                self.breakage += lot.remaining
                lot.remaining = 0

    def grant(self, order, points, local_year):
        self.settle(local_year)
        if points == 0:
            return
        self.granted += points
        repaid = min(points, self.debt)
        self.debt -= repaid
        self.lots.append(Lot(order, points, points - repaid, local_year + 2))

    def take_back(self, order, points, local_year):
        self.settle(local_year)
        self.taken_back += points
        own = [lot for lot in self.lots if lot.order == order]
        for lot in own:
            part = min(points, lot.remaining)
            lot.remaining -= part
            points -= part
        for lot in own:
            part = min(points, lot.expired)
            lot.expired -= part
            self.breakage -= part
            self.taken_from_breakage += part
            points -= part
        # sorted() is stable, so lots with one expiry stay oldest first.
        for lot in sorted(self.lots, key=lambda lot: lot.expires_year):
            part = min(points, lot.remaining)
            lot.remaining -= part
            points -= part
        self.debt += points

    def open_by_expiry(self):
        """Remaining points by the year at whose start they expire."""
        result = {}
        for lot in self.lots:
            if lot.remaining > 0:
                result[lot.expires_year] = result.get(lot.expires_year, 0) + lot.remaining
        return result

    def check(self):
        """Everything granted is somewhere: in the balance, taken back, or in breakage. Raises if not."""
        if self.granted != self.balance() + self.taken_back + self.breakage:
            raise AssertionError("points do not sum to zero")
        if self.debt < 0 or any(lot.remaining < 0 or lot.expired < 0 for lot in self.lots):
            raise AssertionError("a part of an account went below zero")
