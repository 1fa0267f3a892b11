# SPDX-License-Identifier: Apache-2.0
"""Two members that are one person: the survivor asks, the absorbed one gives everything it has, the survivor takes it.
The very lots and holds move; orders and spends stay where they were made and go on pointing at them."""
import copy

from things import ACTIVE, EMPTY, FORWARDED, Answer, Refused


class Merges:
    def do_merge(self, command, body, member, answer, place, at):
        if body["absorbed"] == member.number:
            raise Refused("merge_with_itself")
        if member.merging:
            raise Refused("merge_under_way")
        member.merging = body["absorbed"]
        self.ask(place, "absorb", member.number, body["absorbed"], command)
        answer.pending = True

    def do_absorb(self, command, body, member, answer, place, at):
        self.absorb(command, member, place, at)

    def absorb(self, command, member, place, at, exists=True):
        survivor = command["b"]
        answer = Answer(member.number)
        answer.pending = True
        if not exists or member.state not in (EMPTY, ACTIVE) or member.merging or survivor == member.number:
            self.ask(place, "mergerefused", member.number, survivor, command)
            return answer
        gift = copy.copy(member)  # the very lots and holds, in new lists
        gift.wallets = {}
        for unit, wallet in member.wallets.items():
            gift.wallets[unit] = (list(lot for lot in wallet.lots if lot.is_there()), wallet.debt)
            if gift.wallets[unit][0] or wallet.debt:
                member.touched.add(unit)
            self.move(unit, "transit", wallet.posted())
            wallet.lots, wallet.debt = [], 0
        gift.kinds, gift.holds, gift.absorbed = list(member.kinds), list(member.holds), list(member.absorbed)
        more = {n: row for n, row in member.standings.items() if self.programme.ladders[n - 1].held != "spend"}
        log, courses = member.log, member.courses
        member.state, member.forwarded_to, member.holds, member.standings = FORWARDED, survivor, [], {}
        member.log, member.courses = [], {}
        member.spend = member.orders = 0
        if member.uses or any(hold.claims for hold in gift.holds):
            self.ask(place, "takeoveruses", copy.deepcopy(member.uses), survivor, command, completes=False)
        if log or more:
            self.ask(place, "takeoverlog", (log, more, courses), survivor, command, completes=False)
            # Where all that counted was taken back, only who knows what was folded away knows whether anything goes.
            self.steps[place][-1]["perhaps"] = not more and not any(self.net(log).values())
        if any(member.carries.values()):
            carries = {rule: rest for rule, rest in member.carries.items() if rest}
            self.ask(place, "takeovercarries", carries, survivor, command, completes=False)
        member.carries = {}
        self.ask(place, "takeover", gift, survivor, command)
        return answer

    def do_takeover(self, command, gift, member, answer, place, at):
        for unit in sorted(gift.wallets):
            lots, debt = gift.wallets[unit]
            if not lots and not debt:
                continue
            member.touched.add(unit)
            wallet = member.wallet(unit)
            wallet.lots += lots
            wallet.debt += debt
            self.move(unit, "transit", debt - sum(lot.remaining for lot in lots))
        if gift.profile:  # one person: the survivor's own fields stand, what is missing comes along
            member.profile = self.completed(member.profile or {}, gift.profile)
        member.holds += gift.holds
        member.kinds += gift.kinds
        member.absorbed += [gift.number] + gift.absorbed
        if gift.state == ACTIVE:
            self.join(member, gift.joined, answer, at)
        member.spend += gift.spend
        member.orders += gift.orders
        member.merging = 0
        for unit in gift.wallets:
            if gift.wallets[unit][0]:
                self.stir(member, unit, at)
        member.gifts[gift.number] = gift
        gift.earlier = list(gift.absorbed)
        self.settle(member, at)
        self.review(member, answer, at)

    def do_unmerge(self, command, body, member, answer, place, at):
        gift = member.gifts.get(body["absorbed"])
        if body["absorbed"] not in member.absorbed or gift is None:
            raise Refused("merge_unknown")
        if any(self.net(member.log).values()) or any(member.carries.values()):
            raise Refused("merge_unknown")
        if member.merging:
            raise Refused("merge_under_way")
        came = [(unit, lot) for unit, (lots, _) in gift.wallets.items() for lot in lots]
        if any(held is lot for hold in member.holds for held, _ in hold.portions for _, lot in came):
            raise Refused("hold_open")
        back = {"lots": [], "debts": {}, "spend": gift.spend, "orders": gift.orders}
        for unit, lot in came:
            if lot.is_there() and lot in member.wallets[unit].lots:
                member.wallets[unit].lots.remove(lot)
                member.touched.add(unit)
                self.move(unit, "transit", lot.remaining)
                back["lots"].append((unit, lot))
        for unit, (_, debt) in gift.wallets.items():
            owed = min(debt, member.wallets[unit].debt) if unit in member.wallets else 0
            if owed:
                member.wallets[unit].debt -= owed
                member.touched.add(unit)
                self.move(unit, "transit", -owed)
                back["debts"][unit] = owed
        member.spend -= gift.spend
        member.orders -= gift.orders
        for kind in gift.kinds:
            member.kinds.remove(kind)
        member.absorbed = [number for number in member.absorbed if number not in [gift.number] + gift.earlier]
        del member.gifts[gift.number]
        self.review(member, answer, at, after_refund=True)
        self.ask(place, "takeback", back, gift.number, command)
        answer.pending = True

    def do_takeback(self, command, body, member, answer, place, at):
        """Itself again, with what is left of what it had."""
        member.state, member.forwarded_to = ACTIVE if member.joined else EMPTY, 0
        member.spend, member.orders = body["spend"], body["orders"]
        for unit, lot in body["lots"]:
            self.stir(member, unit, at)
            member.wallet(unit).lots.append(lot)
            member.touched.add(unit)
            self.move(unit, "transit", -lot.remaining)
        for unit, debt in body["debts"].items():
            member.wallet(unit).debt += debt
            member.touched.add(unit)
            self.move(unit, "transit", debt)
        self.settle(member, at)
        self.review(member, answer, at)

    def do_mergerefused(self, command, body, member, answer, place, at):
        answer.refused = "merge_under_way"
        member.merging = 0
