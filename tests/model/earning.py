# SPDX-License-Identifier: Apache-2.0
"""What rules make of an event: those that hold are looked at together, groups take their best, multipliers multiply, and
then each grants what its limits leave. Exact fractions, rounded down once a group."""
from fractions import Fraction

from things import MOST, Grant


class Rule:
    """number, unit, and one effect; `when` and `lines` are plain functions, `limits` and `of` are numbers"""

    def __init__(self, number, unit, effect, on="order.paid", when=lambda event: True, lines=None, group=None, limits=(),
                 centre=None):
        self.number, self.unit, self.effect, self.on, self.when, self.lines = number, unit, effect, on, when, lines
        self.group, self.limits, self.centre = group, limits, centre

    def is_carried(self):
        return isinstance(self.effect, Per) and self.effect.carried


class Amount:
    def __init__(self, of):
        self.of = of


class Per:
    def __init__(self, per, each=1, carried=False, recomputed=False):
        self.per, self.each, self.carried, self.recomputed = per, each, carried, recomputed

    def of(self, base):
        return base // self.per * self.each


class Fixed:
    def __init__(self, amount):
        self.amount = amount


class Steps:
    def __init__(self, *steps):
        self.steps = steps

    def of(self, base):
        return ([0] + [grant for least, grant in self.steps if least <= base])[-1]


class Multiply:
    def __init__(self, hundredths, *of):
        self.hundredths, self.of = hundredths, of


class Plan:
    """One rule that holds: what it comes to, and on which lines [(index, base)]."""

    def __init__(self, rule, amount, lines):
        self.rule, self.amount, self.lines, self.stands = rule, amount, lines, True
        self.rest = None  # what is left over, of a rule that carries


def shared_out(total, weights):
    """By largest remainder, ties to the first; evenly where there is no weight at all."""
    if not any(weights):
        weights = [1] * len(weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    by_rest = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_rest[:total - sum(parts)]:
        parts[i] += 1
    return parts


class Earning:
    def earn(self, command, member, event, lines, order, answer, place, at):
        """`lines` of an order; an event that is none has none."""
        plans = [plan for rule in self.programme.rules if rule.on == event.type
                 for plan in [self.plan(rule, event, lines)] if plan is not None]
        for plan in plans:
            if plan.rule.is_carried():
                plan.amount, plan.rest = self.carried(member, plan.rule, plan.amount)
        self.beat(plans)
        self.multiply(plans, lines)
        for plan in plans:
            moved = plan.rest is not None and plan.rest != member.carries.get(plan.rule.number, 0)
            if plan.stands and (plan.amount or moved):
                self.grant_plan(command, member, plan, lines, order, answer, place, at)

    @staticmethod
    def plan(rule, event, lines):
        """What the rule grants by itself; of one that carries, what it counts. Nothing when it does not hold."""
        if not rule.when(event):
            return None
        counted = []
        if rule.lines or not isinstance(rule.effect, Amount):
            counted = [(i, line.amount) for i, line in enumerate(lines) if rule.lines is None or rule.lines(line)]
            if rule.lines and not counted:
                return None
        base, effect = sum(amount for _, amount in counted), rule.effect
        if isinstance(effect, Amount):
            amount = effect.of(event)
        elif isinstance(effect, Per):
            amount = base if effect.carried else effect.of(base)
        elif isinstance(effect, Steps):
            amount = effect.of(base)
        else:
            amount = effect.amount if isinstance(effect, Fixed) else 0
        return Plan(rule, amount, counted) if 0 <= amount <= MOST else None

    @staticmethod
    def carried(member, rule, base):
        """`base` more (or less) of the rule's running sum: what that grants or takes, and what is left over."""
        rest = member.carries.get(rule.number, 0) + base
        return rule.effect.of(rest), rest % rule.effect.per

    def group_of(self, plans, number, multipliers):
        return [plan for plan in plans
                if plan.rule.group == number and isinstance(plan.rule.effect, Multiply) == multipliers]

    def beat(self, plans):
        for number, policy in self.programme.stacking.items():
            if policy == "best":
                self.keep_best(self.group_of(plans, number, multipliers=False))

    @staticmethod
    def keep_best(plans):
        for plan in plans:
            if plan is not max(plans, key=lambda other: other.amount):
                plan.stands, plan.amount = False, 0

    def multiply(self, plans, lines):
        done = []
        for plan in plans:
            if not isinstance(plan.rule.effect, Multiply) or plan in done:
                continue
            policy = self.programme.stacking.get(plan.rule.group, "add")
            together = [plan] if plan.rule.group is None else self.group_of(plans, plan.rule.group, multipliers=True)
            done += together
            for some in [[one] for one in together] if policy == "best" else [together]:
                self.extras(some, plans, policy, lines)
            if policy == "best":
                self.keep_best(together)

    def extras(self, together, plans, policy, lines):
        of = [plan for plan in plans if plan.amount and plan.rule.number in together[0].rule.effect.of]
        granted, counted = sum(plan.amount for plan in of), self.lines_of(of, lines)
        factor, before = Fraction(1), granted
        for plan in together:
            mine = Fraction(plan.rule.effect.hundredths, 100)
            factor = factor * mine if policy == "multiply" else factor + mine - 1
            plan.amount = int(granted * factor) - before
            before += plan.amount
            plan.lines = counted

    @staticmethod
    def lines_of(of, lines):
        """The lines that the multiplied count: in common, or by what each has of the grants."""
        if all(plan.lines == of[0].lines for plan in of):
            return of[0].lines if of else []
        shares = {}
        for plan in of:
            counted = plan.lines or [(i, line.amount) for i, line in enumerate(lines)]
            for (i, _), part in zip(counted, shared_out(plan.amount, [base for _, base in counted])):
                shares[i] = shares.get(i, 0) + part
        return sorted(shares.items())

    def grant_plan(self, command, member, plan, lines, order, answer, place, at):
        rule, claims, allowed = plan.rule, [], 0
        if rule.is_carried():
            member.carries[rule.number] = plan.rest
        if plan.amount:
            allowed, claims = self.within_limits(command, member, rule, plan.amount, answer, at)
        if not allowed and not rule.is_carried():
            return
        if allowed and order is not None and self.unit(rule.unit).released:
            return self.grant_lines(command, member, plan, allowed, claims, lines, order, answer, place, at)
        before = len(answer.earned)
        lot = self.grant(member, rule.unit, allowed, rule.number, answer, at) if allowed else None
        if order is None or (lot is None and not rule.is_carried()):
            return
        grant = Grant(rule.unit, lot, rule.number, lot.granted if lot else 0, claims if lot else [])
        capped = answer.earned[-1][3] if len(answer.earned) > before else 0
        grant.lines = self.kept_lines(plan, lines)
        if grant.lines:
            grant.effect = rule.effect if isinstance(rule.effect, Per) else None
            grant.forgone = plan.amount - allowed + capped if rule.is_carried() else 0
        order.grants.append(grant)

    def grant_lines(self, command, member, plan, allowed, claims, lines, order, answer, place, at):
        rule, cap = plan.rule, self.unit(plan.rule.unit).cap
        posted = member.wallets[rule.unit].posted() if rule.unit in member.wallets else 0
        taken = allowed if cap is None else min(allowed, max(0, cap - posted))
        grant = Grant(rule.unit, None, rule.number, taken, claims)
        grant.lines = self.kept_lines(plan, lines)
        bases = dict(grant.lines) if grant.lines else {i: line.amount for i, line in enumerate(lines)}
        parts = shared_out(taken, [bases.get(i, 0) for i in range(len(lines))])
        life = self.lives[place[0], command["src"], command["b"]["order"]]
        shares = [(i, part) for i, part in enumerate(parts) if part]
        self.grant_by_line(member, rule, allowed, shares, grant, order, life, answer, at)
        if taken:
            order.grants.append(grant)

    @staticmethod
    def kept_lines(plan, lines):
        """What a refund must know of the lines; nothing where it is simply all that was paid."""
        carried, total = plan.rule.is_carried(), sum(base for _, base in plan.lines)
        if not plan.lines:
            return []
        if total == 0 and not carried:  # of what was given away, pieces are what can come back
            return [(i, lines[i].pieces) for i, _ in plan.lines]
        recomputed = isinstance(plan.rule.effect, Per) and plan.rule.effect.recomputed
        if plan.lines == [(i, line.amount) for i, line in enumerate(lines)] and not carried and not recomputed:
            return []
        return plan.lines

    def take_back_carried(self, member, parts, answer, at):
        for grant, base, forgiven in parts:
            amount, member.carries[grant.rule] = self.carried(member, self.programme.rules[grant.rule - 1], -base)
            if -amount - forgiven > 0:
                self.take_back(member, grant.unit, grant.lot, grant.rule, -amount - forgiven, answer, at)

    def do_reversecarried(self, command, body, member, answer, place, at):
        self.take_back_carried(member, body, answer, at)

    def do_takeovercarries(self, command, body, member, answer, place, at):
        for number, rest in sorted(body.items()):
            rule = self.programme.rules[number - 1]
            amount, member.carries[number] = self.carried(member, rule, rest)
            if amount:
                # What arrives with a merge cannot be refused any more.
                allowed, _ = self.within_limits(command, member, rule, amount, answer, at, may_refuse=False)
                if allowed:
                    self.grant(member, rule.unit, allowed, number, answer, at)
