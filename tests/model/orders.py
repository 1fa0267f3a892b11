# SPDX-License-Identifier: Apache-2.0
"""Orders: what they earn, what comes back of them, and where they are looked for."""
from datetime import date

from earning import shared_out
from things import FORWARDED, MOST, Bought, Line, Order, Refused, half_up


class Orders:
    def do_order(self, command, body, member, answer, place, at):
        key = (place[0], command["src"], body["order"])
        if key in self.orders:
            raise Refused("order_exists")
        paid, pieces, lines = 0, 0, []
        for name, count, amount, category in body["lines"]:
            paid, pieces = paid + amount, pieces + count
            if count <= 0 or amount < 0 or paid > MOST or pieces > MOST:
                raise Refused("amount_too_large")
            if any(line.name == name for line in lines):
                raise Refused("line_repeated")
            lines.append(Line(name, count, amount, category))
        self.join(member, min(command["occ"], at), answer, at)
        counts = any(ladder.ever for ladder in self.programme.ladders) or command["occ"] >= member.joined
        order = self.orders[key] = Order(member.number, counts, lines)
        order.at = command["occ"]
        self.tell_payment(command, key, order, body["st"], member, answer)
        event = self.event("order.paid", command, member, at)
        event.paid, event.pieces, event.lines, event.channel = paid, pieces, len(lines), body["ch"]
        self.earn(command, member, event, lines, order, answer, place, at)
        member.spend += paid if counts else 0
        member.orders += 1
        self.count(member, event, min(command["occ"], at), order)
        self.review(member, answer, at)
        if key in self.lives:  # what was told before
            self.follow(command, order, self.lives[key], member, answer, place, at)

    def event(self, kind, command, member, at):
        """What rules may ask of any event."""
        event = Bought()
        event.type, event.day = kind, self.programme.zone.local_date(command["occ"])
        event.orders_before, event.spend_before = member.orders, member.spend
        event.tiers = {number: tier for number, (tier, _) in member.standings.items()}
        event.tier = event.tiers.get(1, 0)
        event.reading = lambda number: self.reading(member, number, at)
        event.balance = lambda unit: member.wallets[unit].posted() if unit in member.wallets else 0
        event.birth = None
        if member.profile and member.profile["birthday"] and not command["claim"]:
            event.birth = date.fromisoformat(member.profile["birthday"])
        return event

    def do_event(self, command, body, member, answer, place, at):
        """What happened with a member and is no order."""
        self.join(member, min(command["occ"], at), answer, at)
        event = self.event(body["event"], command, member, at)
        event.said = body["said"]
        self.earn(command, member, event, [], None, answer, place, at)
        self.count(member, event, min(command["occ"], at))

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
        elif kind == "tell":
            self.ask(place, "keep", what, member.forwarded_to, command)
            answer.pending = True
        else:
            raise Refused("order_unknown")

    def do_refund(self, command, body, member, answer, place, at):
        order = self.own_order(command, body, member, answer, place)
        if order is None:
            return
        key = (place[0], command["src"], body["order"])
        rows = self.come_back(order, body)
        travels, spend = self.meet_return(command, order, rows, member, answer, place, at)
        pieces = [(line.name, count) for line, count, _ in rows if count]
        followed = key in self.lives and bool(pieces)
        effect = {"travels": travels, "spend": spend, "refunded": answer.refunded, "freed": [], "dues": []}
        if followed:
            self.tell_return(command, key, pieces, answer)
            more = self.follow(command, order, self.lives[key], member, answer, place, at)
            effect["freed"], effect["dues"] = more["freed"], more["dues"]
        if member.state != FORWARDED:
            return
        if followed:
            self.ask(place, "meet", (effect, answer.stage, member.number), member.forwarded_to, command)
        else:
            self.ask(place, "reversegrants", ("reverse", travels, spend, answer.refunded, member.number),
                     member.forwarded_to, command)
        answer.pending = True

    def meet_return(self, command, order, rows, member, answer, place, at):
        """Pieces and money came back. Gives what a survivor has to take back, and of its spend, where there is one."""
        before = [grant.returned_base(order) for grant in order.grants]
        money = answer.refunded = sum(self.come_back_of(line, count, part) for line, count, part in rows)
        travels = []
        for grant in order.grants:
            dues = [self.due_of_part(part, order.lines[part.line]) for part in grant.parts]
            amount = (sum(dues) if dues else grant.due_back(order)) - grant.reversed
            if amount == 0:
                continue
            grant.reversed += amount
            claims = self.parts_back(grant.claims, amount, whole=grant.reversed == grant.amount)
            self.return_claims(command, member, claims, place)
            if grant.is_carried():
                continue  # the member loses by the running sum
            back = [(grant.lot, amount)]
            if grant.parts:
                back = [(part.lot, due - part.reversed) for part, due in zip(grant.parts, dues) if due > part.reversed]
                for part, due in zip(grant.parts, dues):
                    part.reversed = due
            for lot, part in back:
                if member.state == FORWARDED:
                    travels.append((grant.unit, lot, grant.rule, part))
                else:
                    self.take_back(member, grant.unit, lot, grant.rule, part, answer, at)
        carried = []
        for grant, returned in zip(order.grants, before):
            now = grant.returned_base(order)
            if grant.is_carried() and now != returned:
                forgiven = [grant.forgone * part // grant.base() if grant.base() else 0 for part in (returned, now)]
                carried.append((grant, now - returned, forgiven[1] - forgiven[0]))
        spend = money if order.counts else 0
        counts = self.uncounted(order, min(command["occ"], at))
        if member.state == FORWARDED:
            if counts:
                self.ask(place, "movecounts", counts, member.forwarded_to, command, completes=False)
            if carried:
                self.ask(place, "reversecarried", carried, member.forwarded_to, command, completes=False)
            return travels, spend
        self.take_back_carried(member, carried, answer, at)
        if spend or counts:
            member.spend -= spend
            member.log += counts
            self.review(member, answer, at, after_refund=True)
        return travels, spend

    def come_back(self, order, body):
        """Which pieces come back, and which money without any: [(line, pieces, money)]."""
        rows = body["lines"]
        if not rows and body["money"] == 0:
            rows = [[line.name, line.pieces - line.returned, 0] for line in order.lines if line.pieces > line.returned]
            if not rows:
                raise Refused("nothing_left")
        wanted = []
        for name, count, money in rows:
            line = next((line for line in order.lines if line.name == name), None)
            if line is None:
                raise Refused("line_unknown")
            if any(line is other for other, _, _ in wanted):
                raise Refused("line_repeated")
            if money == 0 and not 0 < count <= line.pieces - line.returned:
                raise Refused("quantity_exceeds")
            if money != 0 and not 0 < money <= line.amount - line.refunded:
                raise Refused("refund_exceeds")
            wanted.append((line, 0 if money else count, money))
        if not rows:  # of the whole order, shared by what each line has left
            left = [line.amount - line.refunded for line in order.lines]
            if not 0 < body["money"] <= sum(left):
                raise Refused("refund_exceeds")
            wanted = [(line, 0, part) for line, part in zip(order.lines, shared_out(body["money"], left))]
        return wanted

    @staticmethod
    def come_back_of(line, count, money):
        if money:
            line.by_money += money
            line.refunded += money
            return money
        line.returned += count
        so_far = line.refunded - line.by_money
        owed = half_up((line.amount - line.by_money) * line.returned, line.pieces)
        money = line.amount - line.refunded if line.returned == line.pieces else max(0, owed - so_far)
        line.refunded += money
        return money

    def do_release(self, command, body, member, answer, place, at):
        order = self.own_order(command, body, member, answer, place)
        if order is None:
            return
        travels = []
        for grant in order.grants:
            if grant.lot is None or self.unit(grant.unit).event != body["event"]:
                continue
            travels.append((grant.unit, grant.lot, grant.rule, grant.amount))
            if member.state != FORWARDED:
                self.release(member, grant.unit, grant.lot, at)
        if member.state == FORWARDED:
            self.ask(place, "reversegrants", ("release", travels, 0, 0, member.number), member.forwarded_to,
                     command)
            answer.pending = True

    def release(self, member, unit, lot, at):
        if unit in member.wallets and lot in member.wallets[unit].lots and lot.is_there() and lot.available > at:
            lot.available = at
            member.touched.add(unit)

    def do_reversegrants(self, command, body, member, answer, place, at):
        what, parts, spend, refunded, absorbed = body
        if self.goes_after(command, "reversegrants", body, absorbed, member, answer, place):
            return
        answer.refunded = refunded
        for unit, lot, rule, amount in parts:
            if what == "reverse":
                self.take_back(member, unit, lot, rule, amount, answer, at)
            else:
                self.release(member, unit, lot, at)
        self.lose_spend(member, spend, absorbed, answer, at)

    def lose_spend(self, member, spend, absorbed, answer, at):
        if spend:
            member.spend -= spend
            if absorbed in member.gifts:
                member.gifts[absorbed].spend -= spend
            self.review(member, answer, at, after_refund=True)

    def goes_after(self, command, kind, body, absorbed, member, answer, place):
        """What was on its way to a survivor whose merge was undone goes to the member it is of."""
        if absorbed in [member.number] + member.absorbed:
            return False
        self.ask(place, kind, body, absorbed, command)
        answer.pending = True
        return True

