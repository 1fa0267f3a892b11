# SPDX-License-Identifier: Apache-2.0
"""Points given to another member: they leave, they are taken whole or come back whole, and the giver's answer says which."""
from things import GONE, SEALED, Lot, Refused


class Transfers:
    def do_transfer(self, command, body, member, answer, place, at):
        unit = self.unit_number(body["unit"])
        if body["to"] == member.number:
            raise Refused("transfer_to_itself")
        if not self.unit(unit).transferable:
            raise Refused("unit_not_transferable")
        given = []
        for lot, part in self.choose(member, unit, body["amount"], at):
            lot.remaining -= part
            self.move(unit, "transit", part)
            given.append((part, lot.expires))
        member.touched.add(unit)
        self.stir(member, unit, at)
        self.ask(place, "taketransfer", (member.number, unit, given), body["to"], command)
        answer.pending = True

    def do_taketransfer(self, command, body, member, answer, place, at):
        giver, unit, given = body
        cap, wallet = self.unit(unit).cap, member.wallets.get(unit)
        posted = wallet.posted() if wallet else 0
        why = None
        if member.number not in self.members:
            why = "member_unknown"
        elif member.state in (SEALED, GONE):
            why = "member_erased"
        elif cap is not None and posted + sum(part for part, _ in given) > cap:
            why = "cap_exceeded"
        if why is None:
            self.stir(member, unit, at)
            self.receive(member, unit, given)
        self.ask(place, "transferended", (unit, why, given if why else []), giver, command)
        answer.pending = True

    def do_transferended(self, command, body, member, answer, place, at):
        unit, answer.refused, back = body
        self.receive(member, unit, back)
        member.touched.add(unit)

    def receive(self, member, unit, given):
        for part, expires in given:
            self.move(unit, "transit", -part)
            self.add_lot(member, unit, Lot(part, 0, expires))
