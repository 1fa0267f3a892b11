# SPDX-License-Identifier: Apache-2.0
"""The naive model: what a member economy is, said the slow obvious way with plain objects and lists. It shares no code
and no data structure with the engine: lots are objects that move, nothing is numbered, packed or indexed, and every
balance is counted afresh when somebody asks.

`World.apply` takes one accepted command at its place and time and gives the answer it must have had; `World.refusal`
says why a command that was not accepted had to be refused."""
import copy

from earning import Earning
from ladders import Ladders
from life import Lives
from limits import Limits
from merges import Merges
from metrics import Metrics
from orders import Orders
from programmes import PROGRAMMES
from things import (ACTIVE, DAY, EMPTY, FOREVER, FORWARDED, GONE, MOST, SEALED, Answer, Hold, Lot, Member, Refused, Spend,
                    Wallet)
from transfers import Transfers

# What another partition settled already: it is met, whatever became of the member.
SETTLED = ("settle", "erased", "absorb", "takeover", "mergerefused", "reversegrants", "restore", "takeoveruses",
           "returnuses", "takeovercarries", "reversecarried", "takeoverlog", "movecounts", "meet", "taketransfer",
           "transferended", "takeback")


class World(Orders, Lives, Earning, Limits, Ladders, Metrics, Transfers, Merges):
    def __init__(self, programme, partitions):
        self.programme = PROGRAMMES[programme]()
        self.partitions = partitions
        self.members, self.orders, self.spends, self.lives = {}, {}, {}, {}
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
        """Everything that fell due, in due order; at one instant ladders before holds before lots."""
        accounts = self.accounts
        self.accounts = accounts if counts else {}
        while True:
            due = [(self.ladder_due(member), 0, 0, None)]
            due += [(hold.expires, 1, i, hold) for i, hold in enumerate(member.holds)]
            for unit, wallet in member.wallets.items():
                due += [(min(lot.expires, wallet.lapses), 2, unit, lot) for lot in wallet.lots if lot.free() > 0]
            at, kind, unit, what = min(due, key=lambda row: row[:3])
            if at > now or at == FOREVER:
                break
            if kind == 0:
                self.settle_ladder(member, at)
            elif kind == 1:
                self.free(member, what)
                self.give_back(member, what.claims)
            else:
                member.touched.add(unit)
                self.move(unit, "breakage", what.free())
                what.expired += what.free()
                what.remaining = what.held
        self.accounts = accounts

    def free(self, member, hold):
        member.holds.remove(hold)
        member.touched.add(hold.unit)
        for lot, amount in hold.portions:
            lot.held -= amount

    # --- what an answer is made of ---
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
        self.stir(member, unit, at)
        return self.new_lot(member, unit, amount, (available, expires))

    def stir(self, member, unit, at):
        """Something was done with the unit: where idleness lets it lapse, that counts anew."""
        if self.unit(unit).idle:
            member.wallet(unit).lapses = self.unit(unit).idle(at)

    def new_lot(self, member, unit, amount, times):
        self.move(unit, "issuance", -amount)
        return self.add_lot(member, unit, Lot(amount, *times))

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
        before = self.accounts, self.orders, self.spends, self.lives, self.steps
        body = command["b"][1] if command["k"] == "seek" else command["b"] if isinstance(command["b"], dict) else {}
        order, spend = (place[0], command["src"], body.get("order")), (place[0], command["src"], body.get("spend"))
        # Tried on copies; what the member shares with its order stays shared.
        member, orders, spends, lives = copy.deepcopy((
            self.members.get(number), {order: self.orders[order]} if order in self.orders else {},
            {spend: self.spends[spend]} if spend in self.spends else {},
            {order: self.lives[order]} if order in self.lives else {}))
        if member is None and number is None:
            # An identity that nobody claimed: the command would bring the next member of the partition into being.
            number = (1 + sum(1 for other in self.members if other % 65536 == place[0])) * 65536 + place[0]
            member = Member(number)
            command = dict(command, m=number)
        self.accounts, self.orders, self.spends, self.lives, self.steps = {}, orders, spends, lives, {}
        try:
            self.decide(command, member, place, at, asked=True)
        except Refused as refused:
            return refused.args[0]
        finally:
            self.accounts, self.orders, self.spends, self.lives, self.steps = before
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
            if kind == "taketransfer":
                answer = Answer(member.number)
                self.do_taketransfer(command, body, member, answer, place, at)
                return answer
        answer = Answer(member.number)
        member.touched = set()
        partition = place[0]
        if member.state == FORWARDED and kind not in ("absorb", "erased", "seek", "takeback") and not self.is_own(command, member, partition):
            if asked:
                return answer  # passed on, never refused here
            self.ask(place, kind, self.through(kind, body, member), member.forwarded_to, command)
            answer.pending = True
            return answer
        if member.state in (SEALED, GONE) and kind not in SETTLED + ("refund", "endhold", "tell", "keep"):
            raise Refused("member_erased")
        self.settle(member, at, counts=not asked)
        if kind != "settle" and member.state == ACTIVE:
            self.review_released(member, answer, at)
        getattr(self, "do_" + kind)(command, body, member, answer, place, at)
        if kind != "settle" and member.state == ACTIVE:
            self.review_after(member, answer, at)
        self.settle(member, at, counts=not asked)  # what was given back may have been overdue
        if kind == "absorb":
            answer.pending = True
        return self.finish(member, answer, at)

    @staticmethod
    def through(kind, body, gate):
        """What passes a gate is of whom the gate absorbed, or of the gate itself, as far as the next one knows."""
        if kind == "reversegrants":
            return body[:4] + (gate.number,)
        return body[:2] + (gate.number,) if kind == "meet" else body

    def is_own(self, command, member, partition):
        """Orders and spends stay where they were made; what came of them is decided there."""
        if command["k"] in ("refund", "release", "tell"):
            order = self.orders.get((partition, command["src"], command["b"]["order"]))
            return order is not None and order.member == member.number
        if command["k"] == "reverse":
            spend = self.spends.get((partition, command["src"], command["b"]["spend"]))
            return spend is not None and spend.member == member.number
        return False

    def ask(self, place, kind, body, member, command, completes=True):
        """`completes`: whoever waits for the command is answered by this step, or by one that it asks for."""
        step = {"k": kind, "b": body, "m": member, "src": command["src"], "occ": command["occ"],
                "name": command["name"] if completes else None, "claim": False, "follows": True}
        self.steps.setdefault(place, []).append(step)

    def taken_step(self, place, rec):
        """The step that a record is of, as far as a record says; nothing when nobody asked for it."""
        waiting = self.steps.get(place, [])
        for step in waiting:
            if step["k"] == rec["k"] and step["m"] == rec["m"]:
                waiting.remove(step)
                if not waiting:
                    del self.steps[place]
                return step
        return None

    # --- kinds ---
    def do_register(self, command, body, member, answer, place, at):
        is_new = member.state == EMPTY
        self.join(member, min(command["occ"], at), answer, at)
        if body["profile"]:
            member.profile = self.completed(body, member.profile)
        if is_new:
            event = self.event("member.registered", command, member, at)
            self.earn(command, member, event, [], None, answer, place, at)

    def do_profile(self, command, body, member, answer, place, at):
        member.profile = self.completed(body, member.profile) if body["profile"] else None

    @staticmethod
    def completed(given, present):
        """The fields that are given replace those there are; the others stay."""
        return {name: given.get(name) or (present or given).get(name) for name in ["profile", "name", "birthday"]}

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
        if self.unit(unit).growth:
            raise Refused("unit_not_spendable")
        if not at < expires <= at + 30 * DAY:
            raise Refused("hold_too_long")
        portions = self.choose(member, unit, body["amount"], at)
        claims = self.claim_spend(command, member, unit, body["amount"], at)
        for lot, part in portions:
            lot.held += part
        member.touched.add(unit)
        self.stir(member, unit, at)
        member.holds.append(Hold(command["name"], unit, body["amount"], expires, portions))
        member.holds[-1].claims = claims

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
        if not body["capture"]:
            self.give_back(member, hold.claims)
        else:
            self.give_back(member, self.parts_back(hold.claims, hold.amount - amount, whole=False))
            spent = []
            self.stir(member, hold.unit, at)
            for lot, part in hold.portions:
                part = min(part, amount)
                amount -= part
                if part:
                    lot.remaining -= part
                    self.move(hold.unit, "redemption", part)
                    spent.append((lot, part))
            self.keep_spend(place, name, member, hold.unit, sum(part for _, part in spent), spent, hold.claims)

    def keep_spend(self, place, name, member, unit, amount, portions, claims):
        spend = self.spends[(place[0],) + name] = Spend(member.number, unit, amount,
                                                        [[part, lot.expires] for lot, part in portions])
        spend.claims = claims

    def do_redeem(self, command, body, member, answer, place, at):
        unit = self.unit_number(body["unit"])
        if self.unit(unit).growth:
            raise Refused("unit_not_spendable")
        portions = self.choose(member, unit, body["amount"], at)
        claims = self.claim_spend(command, member, unit, body["amount"], at)
        for lot, part in portions:
            lot.remaining -= part
            self.move(unit, "redemption", part)
        member.touched.add(unit)
        self.stir(member, unit, at)
        self.keep_spend(place, command["name"], member, unit, body["amount"], portions, claims)

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
        claims = self.parts_back(spend.claims, amount, whole=spend.reversed == spend.amount)
        self.return_claims(command, member, claims, place)
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
