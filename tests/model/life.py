# SPDX-License-Identifier: Apache-2.0
"""What is told of an order, in any order, and what comes of it: which lines are released when, and what went back. A life
keeps what it was told; everything else is worked out from that whenever somebody asks."""
from datetime import timedelta

from things import DAY, FOREVER, FORWARDED, Part, Refused, rounded_up

UNKNOWN, PLACED, PAID, PARTLY_SHIPPED, SHIPPED, RECEIVED, COMPLETED, CLOSED = range(8)
REQUESTED, AGREED, DECLINED, WITHDRAWN, DONE = range(5)


class Terms:
    def __init__(self, receipt=7, shipping=30, whole_days=False, releases=True):
        self.receipt, self.shipping, self.whole_days, self.releases = receipt, shipping, whole_days, releases


class Parcel:
    def __init__(self):
        self.shipped = self.received = self.replaced = FOREVER
        self.is_told, self.has_all, self.pieces = False, False, {}

    def carries(self, line, count):
        return count if self.has_all else self.pieces.get(line, 0)


class Life:
    def __init__(self, teller):
        self.teller, self.lines, self.parcels, self.sales = teller, {}, {}, {}
        self.placed = self.paid = self.received = self.completed = self.closed = FOREVER

    def tell(self, event, at):
        kind = event["event"]
        if kind in ("order.placed", "order.completed", "order.closed"):
            word = kind.split(".")[1]
            setattr(self, word, min(getattr(self, word), at))
        elif kind == "order.shipped":
            for name in event["replaces"]:
                other = self.parcels.setdefault(name, Parcel())
                other.replaced = min(other.replaced, at)
            parcel = self.parcels.setdefault(event["parcel"], Parcel())
            parcel.shipped = min(parcel.shipped, at)
            parcel.has_all = parcel.has_all or not event["pieces"]
            for line, count in event["pieces"]:
                parcel.pieces[line] = max(parcel.pieces.get(line, 0), count)
        elif kind == "order.received":
            if event["parcel"]:
                parcel = self.parcels.setdefault(event["parcel"], Parcel())
                parcel.received = min(parcel.received, at)
            else:
                self.received = min(self.received, at)
        else:
            move = (at, event["step"], event["form"], tuple(sorted(map(tuple, event["pieces"]))))
            self.sales.setdefault(event["sale"], set()).add(move)

    def is_told(self, event):
        if event == "order.shipped":
            return any(parcel.shipped != FOREVER for parcel in self.parcels.values())
        if event == "order.received":
            return self.received != FOREVER or any(p.received != FOREVER for p in self.parcels.values())
        return getattr(self, event.split(".")[1], FOREVER) != FOREVER

    # --- what went back ---
    def undoing(self, line):
        """When after-sales of the line were open [(from, until)], and what was gone when [(at, pieces)]."""
        count, spans, gone = self.lines[line][0], [], []
        for moves in self.sales.values():
            opened, named = FOREVER, None
            for at, step, form, pieces in sorted(moves):
                named = dict(pieces) if pieces else named
                concerned = count if named is None else named.get(line)
                if step in (REQUESTED, AGREED) and concerned is not None:
                    opened = min(opened, at)
                else:
                    spans.append((opened, at))
                    opened = FOREVER
                if step == DONE:
                    if form < 2 and concerned:  # an exchange or a resend takes nothing back
                        gone.append((at, min(concerned, count)))
                    break
            spans.append((opened, FOREVER))
        if self.closed != FOREVER:
            gone.append((self.closed, count))
        merged = []
        for start, end in sorted(span for span in spans if span[0] < span[1]):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        left, clipped = count, []
        for at, pieces in sorted(gone):
            if min(pieces, left):
                clipped.append((at, min(pieces, left)))
            left -= min(pieces, left)
        return merged, clipped

    def gone(self, line):
        return sum(pieces for _, pieces in self.undoing(line)[1])

    def stage(self):
        if self.closed != FOREVER:
            return CLOSED
        if self.completed != FOREVER:
            return COMPLETED
        kept, shipped, received = not self.lines, True, True
        standing = [parcel for parcel in self.parcels.values() if parcel.replaced == FOREVER]
        for line, (count, _) in self.lines.items():
            gone = self.gone(line)
            if gone == count:
                continue
            kept = True
            on_way = sum(min(parcel.carries(line, count), count) for parcel in standing)
            there = sum(min(p.carries(line, count), count) for p in standing if p.received != FOREVER)
            shipped, received = shipped and on_way + gone >= count, received and there + gone >= count
        if not kept:
            return CLOSED
        if self.received != FOREVER:
            return RECEIVED
        if not self.lines:
            whole = [parcel for parcel in standing if parcel.has_all]
            shipped, received = bool(whole), any(parcel.received != FOREVER for parcel in whole)
        if received:
            return RECEIVED
        if shipped:
            return SHIPPED
        if self.parcels:
            return PARTLY_SHIPPED
        if self.paid != FOREVER or self.sales:
            return PAID
        return PLACED if self.placed != FOREVER else UNKNOWN

    # --- when a line is released ---
    def due(self, line, zone):
        count, terms = self.lines[line]
        spans, gone = self.undoing(line)
        all_there = min(self.received, self.completed)

        def run_down(start, days):
            """So many days from `start`, while no after-sale of the line is open."""
            if start == FOREVER:
                return FOREVER
            by_day = terms.whole_days and days > 0

            def ended(end):
                if by_day and end != zone.start(zone.local_date(end)):
                    end = zone.start(zone.local_date(end) + timedelta(days=1))
                return min(end, FOREVER)

            end = zone.start(zone.local_date(start) + timedelta(days=1 + days)) if by_day else start + days * DAY
            for opened, closed in spans:
                if closed <= start:
                    continue
                if opened >= ended(end):
                    break
                if closed == FOREVER:
                    return FOREVER
                end += closed - max(opened, start)
            return ended(end)

        def due_by(received, shipped):
            by_receipt = run_down(received, terms.receipt)
            return min(by_receipt, run_down(shipped, terms.shipping)) if terms.shipping else by_receipt

        def gone_by(pieces):
            """When so many pieces were gone."""
            for at, part in [(0, 0)] + gone:
                pieces -= part
                if pieces <= 0:
                    return at
            return FOREVER

        travels = []
        for parcel in self.parcels.values():
            pieces = parcel.carries(line, count)
            sent = min(parcel.shipped, parcel.received)
            there = min(parcel.received, all_there) if sent <= all_there else parcel.received
            if pieces:
                travels.append((sent, there, parcel.replaced, pieces))

        def due_after(moment):
            """As things stand at the moment, with the parcels that are under way or there."""
            now = [travel for travel in travels if travel[0] <= moment < travel[2]]
            missing = max(0, count - sum(travel[3] for travel in now))
            received = max([0] + [travel[1] for travel in now])
            shipped = max([0] + [travel[0] for travel in now])
            due = FOREVER
            if missing < count:  # what was refunded need not arrive
                due = max(due_by(received, shipped), gone_by(missing))
            if all_there != FOREVER:
                due = min(due, due_by(max(received, all_there), max(shipped, all_there)))
            if self.completed != FOREVER and terms.releases:
                due = min(due, run_down(self.completed, 0))
            due = max(due, moment)
            for opened, closed in spans:
                if opened < due < closed:
                    return closed
            return due

        moments = sorted([0] + [sent for sent, _, _, _ in travels] + [t[2] for t in travels if t[2] != FOREVER])
        due = due_after(moments[-1])
        for moment, following in zip(moments, moments[1:]):
            if due_after(moment) <= following:
                due = due_after(moment)
                break
        return due if due < gone_by(count) else FOREVER


class Lives:
    # --- what is told ---
    def do_tell(self, command, body, member, answer, place, at):
        key = (place[0], command["src"], body["order"])
        order = self.orders.get(key)
        payer = order.member if order is not None else 0
        if payer == member.number or (payer == 0 and key in self.lives):
            return self.tell_own(command, body, member, answer, place, at)
        gates = [gate for gate in member.absorbed if payer in (0, gate)]
        if gates:
            self.seek(command, "tell", body, gates, answer, place)
        elif payer:
            raise Refused("order_of_another_member")
        else:
            self.tell_own(command, body, member, answer, place, at)

    def do_keep(self, command, body, member, answer, place, at):
        """No gate has the order: what was told waits here for its payment."""
        order = self.orders.get((place[0], command["src"], body["order"]))
        if order is not None and order.member != member.number:
            raise Refused("order_of_another_member")
        self.tell_own(command, body, member, answer, place, at)

    def tell_own(self, command, body, member, answer, place, at):
        key = (place[0], command["src"], body["order"])
        order, life = self.orders.get(key), self.lives.get(key)
        if life is None:
            life = self.lives[key] = Life(member.number)
            if order is not None:
                self.tell_paid(life, order, order.at)
        elif order is None and life.teller not in [member.number] + member.absorbed:
            raise Refused("order_of_another_member")
        before = life.stage()
        life.tell(body, command["occ"])
        answer.stage = [before, life.stage()]
        if order is None:
            return
        effect = self.follow(command, order, life, member, answer, place, at)
        if member.state == FORWARDED and any(effect.values()):
            self.ask(place, "meet", (effect, answer.stage, member.number), member.forwarded_to, command)
            answer.pending = True

    @staticmethod
    def tell_paid(life, order, at, terms=lambda line: Terms()):
        life.paid = min(life.paid, at)
        for line in order.lines:
            life.lines[line.name] = (line.pieces, terms(line))
        returned = tuple(sorted((line.name, line.returned) for line in order.lines if line.returned))
        if returned:
            life.sales["order.refunded"] = {(at, DONE, 0, returned)}

    def tell_payment(self, command, key, order, store, member, answer):
        """The order was recorded: its life hears of the payment, and of the terms that hold for its lines."""
        life = self.lives.get(key)
        if life is None and not any(unit.released for unit in self.programme.units):
            return
        before = life.stage() if life else UNKNOWN
        if life is None or life.teller not in [member.number] + member.absorbed:
            life = self.lives[key] = Life(member.number)
        self.tell_paid(life, order, command["occ"], lambda line: self.programme.terms(store, line.category))
        answer.stage = [before, life.stage()]

    def tell_return(self, command, key, pieces, answer):
        """Pieces were refunded without an after-sale: to the life they are one that is done."""
        life = self.lives[key]
        before = life.stage()
        life.sales[("order.refunded", command["name"])] = {(command["occ"], DONE, 0, tuple(sorted(pieces)))}
        answer.stage = [before, life.stage()]

    # --- what comes of it ---
    def follow(self, command, order, life, member, answer, place, at):
        """What a life means for what its order earned; for a member that was merged, as what the survivor has to meet."""
        effect = {"travels": [], "spend": 0, "refunded": 0, "freed": [], "dues": []}
        gone = [(line, life.gone(line.name) - line.returned, 0) for line in order.lines if line.name in life.lines]
        gone = [row for row in gone if row[1] > 0]
        if gone:
            effect["travels"], effect["spend"] = self.meet_return(command, order, gone, member, answer, place, at)
            effect["refunded"] = answer.refunded
        for grant in order.grants:
            event = self.unit(grant.unit).event
            if grant.lot is None or event is None or not life.is_told(event):
                continue
            if member.state == FORWARDED:
                effect["freed"].append((grant.unit, grant.lot))
            else:
                self.release(member, grant.unit, grant.lot, at)
        for grant in order.grants:
            for part in grant.parts:
                due = life.due(order.lines[part.line].name, self.programme.zone)
                if member.state == FORWARDED:
                    effect["dues"].append((grant.unit, part.lot, due))
                else:
                    self.reschedule(member, grant.unit, part.lot, due, at)
        return effect

    def do_meet(self, command, body, member, answer, place, at):
        effect, stage, absorbed = body
        if self.goes_after(command, "meet", body, absorbed, member, answer, place):
            return
        answer.stage, answer.refunded = stage, effect["refunded"]
        for unit, lot, rule, amount in effect["travels"]:
            self.take_back(member, unit, lot, rule, amount, answer, at)
        self.lose_spend(member, effect["spend"], absorbed, answer, at)
        for unit, lot in effect["freed"]:
            self.release(member, unit, lot, at)
        for unit, lot, due in effect["dues"]:
            self.reschedule(member, unit, lot, due, at)

    def times_of(self, unit, due, at):
        """Since when what is due then can be used, and until when."""
        if due == FOREVER:
            return FOREVER, FOREVER
        return max(due, at), self.unit(unit).expires(max(due, at))

    def reschedule(self, member, unit, lot, due, at):
        if unit not in member.wallets or lot not in member.wallets[unit].lots or lot.available <= at or not lot.remaining:
            return
        available, expires = self.times_of(unit, due, at)
        if available != lot.available:
            lot.available, lot.expires = available, expires
            member.touched.add(unit)

    def grant_by_line(self, member, rule, amount, shares, grant, order, life, answer, at):
        """Each line's share is a lot of its own. `shares` [(line, amount)] of what the unit's cap leaves."""
        available = expires = 0
        if shares:
            self.stir(member, rule.unit, at)
        for index, part in shares:
            due = life.due(order.lines[index].name, self.programme.zone)
            times = self.times_of(rule.unit, due, at)
            available, expires = max(available, times[0]), max(expires, times[1])
            lot = self.new_lot(member, rule.unit, part, times)
            grant.parts.append(Part(index, lot, part))
        taken = sum(part for _, part in shares)
        answer.earned.append([rule.number, rule.unit, taken, amount - taken, available, expires])

    def due_of_part(self, part, line):
        whole, back = (line.amount, line.refunded) if line.amount else (line.pieces, line.returned)
        return rounded_up(part.amount * back, whole)
