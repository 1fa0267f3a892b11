# SPDX-License-Identifier: Apache-2.0
"""The naive model: what a member economy is, said the slow obvious way with plain objects and lists. It shares no code
and no data structure with the engine: lots are objects that move, nothing is numbered, packed or indexed, and every
balance is counted afresh when somebody asks.

`World.apply` takes one accepted command at its place and time and gives the answer it must have had; `World.refusal`
says why a command that was not accepted had to be refused."""
import copy
from datetime import date

from merges import Merges
from programmes import PROGRAMMES
from things import (ACTIVE, DAY, EMPTY, FORWARDED, GONE, MOST, SEALED, Answer, Bought, Hold, Lot, Member, Order, Refused,
                    Spend, Wallet, half_up, rounded_up)


class World(Merges):
    def __init__(self, programme, partitions):
        self.programme = PROGRAMMES[programme]()
        self.partitions = partitions
        self.members, self.orders, self.spends = {}, {}, {}
        self.steps = {}     # (partition, lsn) -> what another partition was asked
        self.accounts = {}  # unit -> {account: balance}
        self.past = {}      # member -> [(time, how it was)]

    # --- small things ---
    def unit(self, number):
        return self.programme.units[number - 1]

    def unit_number(self, code):
        return 1 + [unit.code for unit in self.programme.units].index(code)

    def move(self, unit, account, amount):
        accounts = self.accounts.setdefault(unit, {"issuance": 0, "redemption": 0, "breakage": 0, "transit": 0})
        accounts[account] += amount

    # --- what time alone does ---
    def settle(self, member, now, counts=True):
        for hold in sorted((h for h in member.holds if h.expires <= now), key=lambda h: h.expires):
            self.free(member, hold)
        for unit, wallet in member.wallets.items():
            for lot in wallet.lots:
                if lot.expires <= now and lot.free() > 0:
                    member.touched.add(unit)
                    if counts:
                        self.move(unit, "breakage", lot.free())
                    lot.expired += lot.free()
                    lot.remaining = lot.held

    def free(self, member, hold):
        member.holds.remove(hold)
        member.touched.add(hold.unit)
        for lot, amount in hold.portions:
            lot.held -= amount

    # --- what an answer is made of ---
    def review(self, member, answer, at, after_refund=False):
        for number, ladder in enumerate(self.programme.ladders, 1):
            deserved, before = ladder.deserved(member.spend), member.standings.get(number, (0, 0))[0]
            if deserved == before or (deserved < before and not (after_refund and ladder.refund_lowers)):
                continue
            member.standings[number] = (deserved, at)
            answer.tiers.append([number, before, deserved])

    def join(self, member, since, answer, at):
        if member.state == EMPTY:
            member.state, member.joined, answer.joined = ACTIVE, since, True
            self.review(member, answer, at)

    def grant(self, member, unit, amount, rule, answer, at):
        policy, wallet = self.unit(unit), member.wallets.get(unit, Wallet())
        capped = 0
        if policy.cap is not None:
            capped = min(amount, max(0, wallet.posted() + amount - policy.cap))
        amount -= capped
        available, expires = policy.available(at), policy.expires(at)
        answer.earned.append([rule, unit, amount, capped, available, expires])
        if amount == 0:
            return None
        self.move(unit, "issuance", -amount)
        return self.add_lot(member, unit, Lot(amount, available, expires))

    def add_lot(self, member, unit, lot):
        wallet = member.wallet(unit)
        member.touched.add(unit)
        repaid = min(wallet.debt, lot.granted)
        wallet.debt -= repaid
        lot.remaining -= repaid
        wallet.lots.append(lot)
        return lot

    def choose(self, member, unit, amount, now):
        if amount <= 0:
            raise Refused("amount_not_positive")
        if amount > MOST:
            raise Refused("amount_too_large")
        wallet = member.wallets.get(unit, Wallet())
        if wallet.available(now) < amount:
            raise Refused("balance_insufficient")
        portions = []
        for lot in wallet.take_order(now):
            part = min(amount, lot.spendable(now))
            if part:
                portions.append((lot, part))
            amount -= part
        return portions

    def take_back(self, member, unit, lot, rule, amount, answer, at):
        """A grant is reversed: from its lot, from what the lot lost by expiry, from other lots, as debt."""
        if amount == 0:
            return
        wallet, rest = member.wallets.get(unit, Wallet()), amount
        from_lot = from_expired = 0
        if lot is not None and lot in wallet.lots:
            from_lot = min(rest, lot.free())
            from_expired = min(rest - from_lot, lot.expired)
            lot.remaining -= from_lot
            lot.expired -= from_expired
            lot.revoked += from_lot + from_expired
            rest -= from_lot + from_expired
        moved = from_lot + from_expired > 0
        self.move(unit, "issuance", from_lot + from_expired)
        self.move(unit, "breakage", -from_expired)
        for other in wallet.take_order(at, but=lot):
            part = min(rest, other.spendable(at))
            other.remaining -= part
            rest -= part
            moved = moved or part > 0
            self.move(unit, "issuance", part)
        debt = min(rest, max(0, self.unit(unit).debt - wallet.debt))
        if debt:
            member.wallet(unit).debt += debt
            self.move(unit, "issuance", debt)
        if moved or debt:
            member.touched.add(unit)
        answer.back.append([rule, unit, amount, from_expired, debt, rest - debt])

    def restore(self, member, unit, amount, expires):
        self.move(unit, "redemption", -amount)
        self.add_lot(member, unit, Lot(amount, 0, expires))

    def finish(self, member, answer, at):
        answer.balances = [member.wallets[unit].row(unit, at) for unit in sorted(member.touched)
                           if unit in member.wallets]
        return answer

    def remember(self, member, at):
        self.past.setdefault(member.number, []).append((at, copy.deepcopy(member)))

    # --- one command at its place ---
    def apply(self, command, place, at):
        """The answer of an accepted command. Requires: it is the next one of its partition."""
        member = self.members.get(command["m"])
        if command["claim"]:
            if member is not None:
                raise AssertionError("a new member gets a number that was given before")
            member = self.members[command["m"]] = Member(command["m"])
            member.kinds.append(command["ids"][0].split(":")[0])
        answer = self.decide(command, member, place, at)
        if member is not None and member.number % 65536 == place[0]:  # a claim may lie in another partition
            self.remember(member, at)
        return answer

    def refusal(self, command, number, place, at):
        """Why this would be refused now; None when it would not."""
        before = self.accounts, self.orders, self.spends, self.steps
        body = command["b"][1] if command["k"] == "seek" else command["b"] if isinstance(command["b"], dict) else {}
        order, spend = (place[0], command["src"], body.get("order")), (place[0], command["src"], body.get("spend"))
        # Tried on copies; what the member shares with its order stays shared.
        member, orders, spends = copy.deepcopy((
            self.members.get(number), {order: self.orders[order]} if order in self.orders else {},
            {spend: self.spends[spend]} if spend in self.spends else {}))
        if member is None and number is None:
            # An identity that nobody claimed: the command would bring the next member of the partition into being.
            number = (1 + sum(1 for other in self.members if other % 65536 == place[0])) * 65536 + place[0]
            member = Member(number)
            command = dict(command, m=number)
        self.accounts, self.orders, self.spends, self.steps = {}, orders, spends, {}
        try:
            self.decide(command, member, place, at, asked=True)
        except Refused as refused:
            return refused.args[0]
        finally:
            self.accounts, self.orders, self.spends, self.steps = before
        return None

    def decide(self, command, member, place, at, asked=False):
        kind, body = command["k"], command["b"]
        if kind == "bind":
            answer = Answer(0)
            answer.pending = True
            self.ask(place, "bound", body["ident"], command["m"], command)
            return answer
        follows = command.get("follows", False)
        if not follows and command["occ"] > at + DAY:
            raise Refused("occurred_in_future")
        if member is None:
            if not follows or kind == "bound":
                raise Refused("member_unknown")
            member = Member(command["m"])  # only to say no
            if kind == "absorb":
                return self.absorb(command, member, place, at, exists=False)
        answer = Answer(member.number)
        member.touched = set()
        partition = place[0]
        if member.state == FORWARDED and kind not in ("absorb", "erased", "seek") and not self.is_own(command, member, partition):
            if asked:
                return answer  # passed on, never refused here
            self.ask(place, kind, body, member.forwarded_to, command)
            answer.pending = True
            return answer
        outlives = ("settle", "erased", "refund", "endhold", "takeover", "mergerefused", "absorb", "reversegrants",
                    "restore")
        if member.state in (SEALED, GONE) and kind not in outlives:
            raise Refused("member_erased")
        self.settle(member, at, counts=not asked)
        getattr(self, "do_" + kind)(command, body, member, answer, place, at)
        self.settle(member, at, counts=not asked)  # what was given back may have been overdue
        if kind == "absorb":
            answer.pending = True
        return self.finish(member, answer, at)

    def is_own(self, command, member, partition):
        """Orders and spends stay where they were made; what came of them is decided there."""
        if command["k"] in ("refund", "release"):
            order = self.orders.get((partition, command["src"], command["b"]["order"]))
            return order is not None and order.member == member.number
        if command["k"] == "reverse":
            spend = self.spends.get((partition, command["src"], command["b"]["spend"]))
            return spend is not None and spend.member == member.number
        return False

    def ask(self, place, kind, body, member, command):
        self.steps[place] = {"k": kind, "b": body, "m": member, "src": command["src"], "occ": command["occ"],
                             "name": command["name"], "claim": False, "follows": True}

    # --- kinds ---
    def do_register(self, command, body, member, answer, place, at):
        self.join(member, min(command["occ"], at), answer, at)
        if body["profile"]:
            member.profile = self.completed(body, member.profile)

    def do_profile(self, command, body, member, answer, place, at):
        member.profile = self.completed(body, member.profile) if body["profile"] else None

    @staticmethod
    def completed(given, present):
        """The fields that are given replace those there are; the others stay."""
        return {name: given.get(name) or (present or given).get(name) for name in ["profile", "name", "birthday"]}

    def do_order(self, command, body, member, answer, place, at):
        key = (place[0], command["src"], body["order"])
        if key in self.orders:
            raise Refused("order_exists")
        paid, pieces, names = 0, 0, []
        for name, count, amount in body["lines"]:
            paid, pieces = paid + amount, pieces + count
            if count <= 0 or amount < 0 or paid > MOST or pieces > MOST:
                raise Refused("amount_too_large")
            if name in names:
                raise Refused("line_repeated")
            names.append(name)
        self.join(member, min(command["occ"], at), answer, at)
        counts = any(ladder.ever for ladder in self.programme.ladders) or command["occ"] >= member.joined
        order = self.orders[key] = Order(member.number, counts, body["lines"])
        for rule, unit, amount in list(self.programme.rules(self.bought(command, body, member, paid, pieces))):
            if 0 < amount <= MOST:
                lot = self.grant(member, unit, amount, rule, answer, at)
                if lot is not None:
                    order.grants.append([unit, lot, rule, lot.granted, 0])
        member.spend += paid if counts else 0
        member.orders += 1
        self.review(member, answer, at)

    def bought(self, command, body, member, paid, pieces):
        bought = Bought()
        bought.paid, bought.pieces, bought.lines = paid, pieces, len(body["lines"])
        bought.channel, bought.day = body["ch"], self.programme.zone.local_date(command["occ"])
        bought.orders_before, bought.tier = member.orders, member.standings[1][0]
        bought.birth = None
        if member.profile and member.profile["birthday"] and not command["claim"]:
            bought.birth = date.fromisoformat(member.profile["birthday"])
        return bought

    def own_order(self, command, body, member, answer, place):
        """The member's order; None when it is looked for with those whom the member absorbed."""
        order = self.orders.get((place[0], command["src"], body["order"]))
        if order is not None and order.member == member.number:
            return order
        gates = [gate for gate in member.absorbed if order is None or order.member == gate]
        if gates:
            self.seek(command, command["k"], body, gates, answer, place)
            return None
        raise Refused("order_unknown" if order is None else "order_of_another_member")

    def seek(self, command, kind, body, gates, answer, place):
        self.ask(place, "seek", (kind, body, gates[1:]), gates[0], command)
        answer.pending = True

    def do_seek(self, command, body, member, answer, place, at):
        kind, what, further = body
        order = self.orders.get((place[0], command["src"], what["order"]))
        if order is not None and order.member == member.number:
            getattr(self, "do_" + kind)(command, what, member, answer, place, at)
        elif further:
            self.seek(command, kind, what, further, answer, place)
        else:
            raise Refused("order_unknown")

    def do_refund(self, command, body, member, answer, place, at):
        order = self.own_order(command, body, member, answer, place)
        if order is None:
            return
        wanted = []
        if not body["lines"]:
            wanted = [(line, line[1] - line[3]) for line in order.lines if line[1] > line[3]]
            if not wanted:
                raise Refused("nothing_left")
        for name, count in body["lines"]:
            line = next((line for line in order.lines if line[0] == name), None)
            if line is None:
                raise Refused("line_unknown")
            if any(line is other for other, _ in wanted):
                raise Refused("line_repeated")
            if not 0 < count <= line[1] - line[3]:
                raise Refused("quantity_exceeds")
            wanted.append((line, count))
        money = 0
        for line, count in wanted:
            line[3] += count
            total = half_up(line[2] * line[3], line[1])
            money += total - line[4]
            line[4] = total
        answer.refunded = money
        travels = []
        for grant in order.grants:
            unit, lot, rule, amount, reversed_before = grant
            due = rounded_up(amount * order.refunded(), order.paid()) if order.paid() else 0
            grant[4] = due
            if due == reversed_before:
                continue
            if member.state == FORWARDED:
                travels.append((unit, lot, rule, due - reversed_before))
            else:
                self.take_back(member, unit, lot, rule, due - reversed_before, answer, at)
        spend = money if order.counts else 0
        if member.state == FORWARDED:
            self.ask(place, "reversegrants", ("reverse", travels, spend, money), member.forwarded_to, command)
            answer.pending = True
        elif spend:
            member.spend -= spend
            self.review(member, answer, at, after_refund=True)

    def do_release(self, command, body, member, answer, place, at):
        order = self.own_order(command, body, member, answer, place)
        if order is None:
            return
        travels = []
        for unit, lot, rule, amount, _ in order.grants:
            if self.unit(unit).event != body["event"]:
                continue
            travels.append((unit, lot, rule, amount))
            if member.state != FORWARDED:
                self.release(member, unit, lot, at)
        if member.state == FORWARDED:
            self.ask(place, "reversegrants", ("release", travels, 0, 0), member.forwarded_to, command)
            answer.pending = True

    def release(self, member, unit, lot, at):
        if unit in member.wallets and lot in member.wallets[unit].lots and lot.is_there() and lot.available > at:
            lot.available = at
            member.touched.add(unit)

    def do_reversegrants(self, command, body, member, answer, place, at):
        what, parts, spend, answer.refunded = body
        for unit, lot, rule, amount in parts:
            if what == "reverse":
                self.take_back(member, unit, lot, rule, amount, answer, at)
            else:
                self.release(member, unit, lot, at)
        if spend:
            member.spend -= spend
            self.review(member, answer, at, after_refund=True)

    def do_adjust(self, command, body, member, answer, place, at):
        unit, amount = self.unit_number(body["unit"]), body["amount"]
        if amount > 0:
            if amount > MOST:
                raise Refused("amount_too_large")
            cap = self.unit(unit).cap
            if cap is not None and member.wallets.get(unit, Wallet()).posted() + amount > cap:
                raise Refused("cap_exceeded")
            self.grant(member, unit, amount, 0, answer, at)
            return
        if amount < -MOST:
            raise Refused("amount_too_large")
        for lot, part in self.choose(member, unit, -amount, at):
            lot.remaining -= part
            self.move(unit, "issuance", part)
            member.touched.add(unit)

    def do_hold(self, command, body, member, answer, place, at):
        unit = self.unit_number(body["unit"])
        # The end was fixed when the member's own partition heard of it; a step to another one is no new beginning.
        expires = command["heard"] + body["exp"]
        if not at < expires <= at + 30 * DAY:
            raise Refused("hold_too_long")
        portions = self.choose(member, unit, body["amount"], at)
        for lot, part in portions:
            lot.held += part
        member.touched.add(unit)
        member.holds.append(Hold(command["name"], unit, body["amount"], expires, portions))

    def do_endhold(self, command, body, member, answer, place, at):
        name = (command["src"], body["hold"])
        hold = next((hold for hold in member.holds if hold.name == name), None)
        amount = body.get("amount")  # nothing = all of it
        if amount is not None and amount <= 0:
            raise Refused("amount_not_positive")
        if amount is not None and amount > MOST:
            raise Refused("amount_too_large")
        if hold is None or (amount is not None and self.unit_number(body["unit"]) != hold.unit):
            raise Refused("hold_unknown")
        amount = hold.amount if amount is None else amount
        if amount > hold.amount:
            raise Refused("capture_exceeds")
        self.free(member, hold)
        if body["capture"]:
            spent = []
            for lot, part in hold.portions:
                part = min(part, amount)
                amount -= part
                if part:
                    lot.remaining -= part
                    self.move(hold.unit, "redemption", part)
                    spent.append((lot, part))
            self.keep_spend(place, name, member, hold.unit, sum(part for _, part in spent), spent)

    def keep_spend(self, place, name, member, unit, amount, portions):
        self.spends[(place[0],) + name] = Spend(member.number, unit, amount,
                                                [[part, lot.expires] for lot, part in portions])

    def do_redeem(self, command, body, member, answer, place, at):
        unit = self.unit_number(body["unit"])
        portions = self.choose(member, unit, body["amount"], at)
        for lot, part in portions:
            lot.remaining -= part
            self.move(unit, "redemption", part)
        member.touched.add(unit)
        self.keep_spend(place, command["name"], member, unit, body["amount"], portions)

    def do_reverse(self, command, body, member, answer, place, at):
        spend = self.spends.get((place[0], command["src"], body["spend"]))
        if spend is None or spend.member != member.number:
            raise Refused("spend_unknown")
        left = spend.amount - spend.reversed
        amount = body["amount"] or left
        if left == 0:
            raise Refused("nothing_left")
        if amount < 0:
            raise Refused("amount_not_positive")
        if amount > MOST:
            raise Refused("amount_too_large")
        if amount > left:
            raise Refused("reversal_exceeds")
        spend.reversed += amount
        back = []
        while amount:  # what was taken last returns first
            portion = spend.portions[-1]
            part = min(amount, portion[0])
            back.append((part, portion[1]))
            amount -= part
            portion[0] -= part
            if portion[0] == 0:
                spend.portions.pop()
        if member.state == FORWARDED:
            self.ask(place, "restore", (spend.unit, back), member.forwarded_to, command)
            answer.pending = True
            return
        for part, expires in back:
            self.restore(member, spend.unit, part, expires)

    def do_restore(self, command, body, member, answer, place, at):
        for part, expires in body[1]:
            self.restore(member, body[0], part, expires)

    def do_erase(self, command, body, member, answer, place, at):
        if member.merging:
            raise Refused("merge_under_way")
        member.state, member.profile = SEALED, None

    def do_erased(self, command, body, member, answer, place, at):
        if member.state == SEALED:
            member.state, member.kinds = GONE, []

    def do_settle(self, command, body, member, answer, place, at):
        pass

    def do_bound(self, command, body, member, answer, place, at):
        member.kinds.append(body.split(":")[0])
