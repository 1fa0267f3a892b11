#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges traces of simulated runs (src/simulator) by the naive model.

    check.py TRACE     every run of the file; says the first difference
    check.py --serve   reads runs from standard input and says one line for each: "ok" or the difference
"""
import copy
import json
import sys
from collections import deque

from invariants import LIMITS, Invariants
from model import SETTLED, World
from things import ACTIVE, EMPTY, FORWARDED, GONE, SEALED, Answer, Member

DAY = 86_400_000_000


class Different(Exception):
    """What the engine said is not what the model says."""


def expect(condition, *words):
    if not condition:
        raise Different(" ".join(str(word) for word in words))


class Run:
    def __init__(self, begin):
        self.world = World(begin["programme"], begin["partitions"])
        self.partitions = begin["partitions"]
        self.requests = {}  # n -> request
        self.words = {}     # (source, id) -> the request first sent under it
        self.accepted = {}  # (source, id) -> [request, answer, place]
        self.final = {}     # (source, id) -> answer, where the first one was "pending"
        self.heard = {}     # (source, id) -> when its own partition heard of it
        self.waiting = [deque() for _ in range(self.partitions)]  # records read, not yet applied
        self.done = [0] * self.partitions
        self.read = [0] * self.partitions
        self.time = [0] * self.partitions
        self.floor = [0] * self.partitions
        self.history = [False] * self.partitions
        self.owner = {}     # identity -> (member, partition, lsn of the claim)
        self.owners = {}    # identity -> all whom it was claimed for in this step
        self.later = []     # views of the past, judged when the batch is complete
        self.clock = 0
        self.poison = []    # requests that trip an assertion wherever they are decided
        self.quarantine = []  # those that may have tripped one

    # --- lines ---
    def take(self, line):
        getattr(self, "on_" + line["t"])(line)

    def on_req(self, line):
        line["name"] = (line["src"], line["id"])
        if not line["derived"]:
            self.requests[line["n"]] = line
        self.words.setdefault(line["name"], line)
        if line["b"].get("ch") == "poison":
            self.poison.append(line)

    def on_batch(self, line):
        self.flush()
        self.clock = max(self.clock or 0, line["clock"]) if line["log"] < 1000 else None

    def on_rec(self, rec):
        p = rec["p"]
        expect(rec["lsn"] == self.read[p] + 1, "I5: partition", p, "jumps to record", rec["lsn"])
        self.read[p] = rec["lsn"]
        self.check_time(rec)
        if rec["from"] is None and rec["id"] is not None:
            self.check_claim(rec)
        self.waiting[p].append(rec)

    def on_step(self, _):
        self.flush()
        # Rows whose claims came to nothing are gone with the step that decided it.
        self.owners = {identity: {known[0]} for identity, known in self.owner.items()}

    def on_opened(self, _):
        self.flush()

    def on_died(self, line):
        self.flush()
        expect(line["how"] != "assertion" or self.poison, "an assertion failed, but nothing was poisonous")
        self.quarantine = list(self.poison)  # the power may have gone while the note was written
        self.floor = [0] * self.partitions  # what was read is forgotten with the process
        self.clock = 0

    def on_quiet(self, _):
        self.flush()
        left = [step for steps in self.world.steps.values() for step in steps if not step.get("perhaps")]
        expect(not left, "I8: at rest, but these steps were never taken:", left)
        self.world.steps = {}

    def on_end(self, _):
        self.flush()

    def on_totals(self, line):
        self.flush()
        expect(line["members"] == len(self.world.members), "members", line["members"], len(self.world.members))
        for unit, liability, issuance, redemption, breakage, transit in line["units"]:
            accounts = self.world.accounts.get(unit, {"issuance": 0, "redemption": 0, "breakage": 0, "transit": 0})
            mine = sum(m.wallets[unit].posted() for m in self.world.members.values() if unit in m.wallets)
            expect([liability, issuance, redemption, breakage, transit] ==
                   [mine, accounts["issuance"], accounts["redemption"], accounts["breakage"], accounts["transit"]],
                   "totals of unit", unit, line, "the model has", mine, accounts)

    def on_statement(self, line):
        self.flush()
        member = self.world.members[line["m"]]
        sums = {unit: total for unit, total in line["sums"]}
        for unit, wallet in member.wallets.items():
            expect(sums.get(unit, 0) == wallet.posted(), "L3: the statement of member", line["m"], "unit", unit,
                   "sums to", sums.get(unit, 0), "the model has", wallet.posted())

    # --- records ---
    def check_time(self, rec):
        p = rec["p"]
        expect(rec["at"] >= self.time[p], "D3: partition", p, "record", rec["lsn"], "goes back in time")
        if rec["k"] not in ("epoch", "clock", "programme"):
            expect(rec["at"] >= self.floor[p], "D3: partition", p, "record", rec["lsn"],
                   "lies before a time that a reader was told")
            if self.clock is not None and not self.history[p]:
                expect(rec["at"] <= max(self.time[p], self.floor[p], self.clock), "time: partition", p, "record",
                       rec["lsn"], "lies in the future")
        if rec["k"] == "clock":
            self.history[p] = rec["history"]
        self.time[p] = rec["at"]

    def is_erased(self, number):
        """Itself, or whoever it was merged into."""
        member = self.world.members.get(number)
        while member is not None and member.state == FORWARDED:
            member = self.world.members.get(member.forwarded_to)
        return member is not None and member.state in (SEALED, GONE)

    def check_claim(self, rec):
        """An identity belongs to one member at a time."""
        request = self.words.get((rec["id"][0], rec["id"][1]))
        expect(request is not None, "a record of a command that nobody sent", rec)
        identity = request["ids"][0] if rec["claim"] else request["b"]["ident"] if request["k"] == "bind" else None
        if identity is None:
            return
        known = self.owner.get(identity)
        expect(known is None or self.is_erased(known[0]) or self.is_sealing(known[0]),
               "identity", identity, "is claimed for", rec["m"], "but belongs to", known)
        self.owner[identity] = (rec["m"], rec["p"], rec["lsn"])
        self.owners.setdefault(identity, set()).add(rec["m"])

    def is_sealing(self, number):
        return any(rec["m"] == number and rec["k"] in ("erase", "erased") for queue in self.waiting for rec in queue)

    def flush(self):
        for p in range(self.partitions):
            self.advance(p, self.read[p])
        for view in self.later:
            self.judge_past(view)
        self.later = []

    def advance(self, p, lsn):
        while self.waiting[p] and self.waiting[p][0]["lsn"] <= lsn:
            self.apply(self.waiting[p].popleft())

    def apply(self, rec):
        p, lsn, kind = rec["p"], rec["lsn"], rec["k"]
        if rec["from"] is not None:
            self.advance(*rec["from"])
        expect(lsn == self.done[p] + 1, "the model's own order", p, lsn)
        self.done[p] = lsn
        if kind in ("epoch", "clock", "programme"):
            return
        place = (p, lsn)
        if rec["from"] is not None:
            return self.apply_step(rec, place)
        if rec["id"] is None:  # the runtime's own: settlement, the end of an erasure
            command = {"k": kind, "b": None, "m": rec["m"], "src": None, "occ": rec["occ"], "claim": False,
                       "name": None}
            expect(rec["m"] in self.world.members, "a settlement of nobody", rec)
            self.world.apply(command, place, rec["at"])
            return
        name = tuple(rec["id"])
        request = self.words[name]
        expect(name not in self.accepted, "I1: command", name, "is applied a second time at", place)
        expect(self.invalid(request) is None, "accepted, but", self.invalid(request), request)
        expect(request["b"].get("ch") != "poison", "accepted, although it trips an assertion", request)
        expect(request["occ"] is None and rec["occ"] <= rec["at"] or request["occ"] == rec["occ"], "occurred-at", rec)
        expect(request["k"] == kind, "another kind of record", rec, request)
        if not rec["claim"]:
            self.check_subject(rec, request)
        command = dict(request, m=rec["m"], claim=rec["claim"], occ=rec["occ"], heard=rec["at"])
        self.heard[name] = rec["at"]
        answer = self.world.apply(command, place, rec["at"])
        self.accepted[name] = [request, answer, place]

    def apply_step(self, rec, place):
        origin = tuple(rec["from"])
        step = self.world.taken_step(origin, rec)
        expect(step is not None, "I8: a step that nobody asked for, or for the second time", rec)
        name = step["name"]
        expect(rec["completes"] == (list(name) if name else None), "whose answer this is", rec, name)
        if step["k"] == "hold":
            step["heard"] = self.heard[name]
        # A step that is refused changes nothing, not even what time alone would have done.
        refused = None if step["k"] in SETTLED else self.world.refusal(step, rec["m"], place, rec["at"])
        if refused is None:
            answer = self.world.apply(step, place, rec["at"])
        else:
            answer = Answer(rec["m"])
            answer.refused = refused
            if step["k"] == "bound":  # nobody's: the row of the directory goes
                self.owner.pop(step["b"], None)
        if not answer.pending and name is not None:
            expect(name not in self.final, "I8: command", name, "is completed twice")
            self.final[name] = answer

    def check_subject(self, rec, request):
        if request["derived"]:
            return
        # Where an identity was taken away in the same batch, the command may have come before that.
        wanted = {request["m"]} - {0} | {m for i in request["ids"] for m in self.owners.get(i, ())}
        expect(rec["m"] in wanted, "the command is about", wanted, "the record says", rec["m"])

    # --- answers ---
    def invalid(self, request):
        """What is wrong with the words themselves; nothing of the state is asked."""
        body, kind = request["b"], request["k"]
        if request["m"] == 0 and not request["ids"] and not request["derived"]:
            return "nobody is named"
        if kind == "order" and body["cur"] != "CNY":
            return "the currency"
        if kind == "order" and not body["lines"]:
            return "no lines"
        if "unit" in body and body["unit"] not in [unit.code for unit in self.world.programme.units]:
            return "the unit"
        if kind == "adjust" and body["cc"] and body["cc"] not in self.world.programme.centres:
            return "the cost centre"
        if kind == "event" and body["event"] not in self.world.programme.events:
            return "an event that nobody declared"
        if kind == "event" and sorted(body["said"]) != self.world.programme.events[body["event"]]:
            return "what the event says"
        if kind == "hold" and not 0 < body["exp"] <= 30 * DAY:
            return "the hold's length"
        return None

    def on_out(self, out):
        request = self.requests[out["n"]]
        status = out["st"]
        if status in ("overloaded", "stopped"):
            return
        if status == "invalid":
            expect(self.invalid(request) not in (None, "the unit"), "called invalid, but nothing is wrong with", request,
                   out)
            return
        if status == "refused":
            return self.on_refusal(request, out)
        if out["lsn"]:
            self.advance(out["p"], out["lsn"])
        name = request["name"]
        if status == "applied" and out["lsn"] == 0:
            known = self.owner.get(request["b"].get("ident"))
            expect(request["k"] == "bind" and known and known[0] == out["a"]["m"], "applied without a record", out)
            return
        expect(name in self.accepted, "I3: acknowledged without a record", out, request)
        first, answer, place = self.accepted[name]
        expect(same(first, request), "I2: another body was acknowledged under", name)
        if status == "pending":
            # An answer also waits for further identities of the person to be bound.
            binds = len(request["ids"]) + (1 if request["m"] else 0) > 1
            expect(answer.pending or binds, "pending, but it was decided at once", out)
            return
        if answer.pending:
            self.advance_to_final(name)
            expect(name in self.final, "I8: answered before its last step", out)
            answer = self.final[name].after(answer)
        expect(answer.refused is None, "acknowledged, but the model refuses:", answer.refused, out)
        mine = answer.fields()
        for field, value in mine.items():
            expect(out["a"][field] == value, "command", name, field + ":", "engine", out["a"][field], "model", value)

    def advance_to_final(self, name):
        """The last step may lie in a partition whose records were read but not applied yet."""
        for p, queue in enumerate(self.waiting):
            for rec in list(queue):
                if rec["completes"] == list(name):
                    self.advance(p, rec["lsn"])

    def on_refusal(self, request, out):
        name, why = request["name"], out["ref"]
        accepted = self.accepted[name][0] if name in self.accepted else self.accepted_soon(name)
        if why == "id_reused":
            expect(accepted and not same(accepted, request), "called reused:", request)
            return
        if why == "unit_unknown":  # before anything is looked at
            expect(self.invalid(request) == "the unit", "the unit is not unknown", request)
            return
        if why == "identities_differ":
            ever = self.subjects(request) | {m for i in request["ids"] for m in self.owners.get(i, ())}
            expect(len(ever) > 1, "identities do not differ", request)
            return
        if why == "id_uncheckable":
            expect(request["b"].get("profile"), "called uncheckable, but nothing personal is in it", request)
            if name in self.accepted and self.is_erased(self.accepted[name][1].member):
                return
            ever = self.subjects(request) | {m for i in request["ids"] for m in self.owners.get(i, ())}
            expect(any(self.is_erased(m) or self.is_sealing(m) for m in ever), "nobody is erased", request)
            return
        if why == "quarantined":
            expect(any(same(tripped, request) for tripped in self.quarantine), "quarantined without a reason", request)
            return
        self.advance(out["p"], max(out["saw"], out["lsn"]))
        self.advance_to_final(name)
        if name in self.final and same(self.accepted[name][0], request):
            expect(self.final[name].refused == why, "command", name, "was refused as", why, "the model says",
                   self.final[name].refused)
            return
        expect(name not in self.accepted or not same(self.accepted[name][0], request), "refused as", why,
               "although it was accepted before:", request, out)
        if why == "identity_taken":
            known = self.owners.get(request["b"]["ident"], set())  # a claim that comes to nothing holds until its end
            expect(known - self.subjects(request), "the identity is not taken", request, known)
            return
        if why == "member_unknown" and out["saw"] == 0:
            return self.nobody(request)
        reasons = [self.world.refusal(command, number, (out["p"], out["saw"] + 1), out["at"])
                   for number, command in self.readings(request, out)]
        expect(why in reasons, "refused as", why, "the model says", reasons, request, out)

    def nobody(self, request):
        numbers = [request["m"]]
        if request["k"] in ("merge", "transfer"):
            numbers.append(request["b"]["absorbed" if request["k"] == "merge" else "to"])
        far = any(number % 65536 >= self.partitions for number in numbers)
        unbound = request["k"] == "bind" and all(self.is_erased(number) for number in self.subjects(request))
        early = any(i in self.owner and self.done[self.owner[i][1]] < self.owner[i][2] for i in request["ids"])
        expect(far or unbound or early, "called unknown:", request)

    def accepted_soon(self, name):
        """A record that was read but waits for its turn."""
        for queue in self.waiting:
            for rec in queue:
                if rec["id"] == list(name):
                    return self.words[name]
        return None

    def subjects(self, request):
        numbers = {self.owner[i][0] for i in request["ids"] if i in self.owner}
        return numbers | ({request["m"]} if request["m"] else set())

    def readings(self, request, out):
        """Whom the request may have been about when it was refused: claims of the same batch may come later."""
        numbers = set()
        is_certain = bool(request["m"])
        if request["m"]:
            numbers.add(request["m"])
        for identity in request["ids"]:
            # A row whose claim came to nothing goes a moment after that was decided.
            numbers |= {m for m in self.owners.get(identity, ()) if m not in self.world.members or self.is_erased(m)}
            if identity in self.owner:
                number, p, lsn = self.owner[identity]
                numbers.add(number)
                is_certain = is_certain or (self.done[p] >= lsn and not self.is_erased(number))
        if not is_certain:
            numbers.add(None)
        occurred = request["occ"] if request["occ"] is not None else out["at"]
        for number in numbers:
            if number is not None and number % 65536 != out["p"]:
                continue
            yield number, dict(request, m=number or 0, claim=number is None, occ=occurred, heard=out["at"])

    # --- reads ---
    def on_view(self, view):
        if view["ok"] and view["asked"] is not None and view["lsn"] == 0:
            self.later.append(view)
            return
        number = view["m"]
        p = number % 65536
        if not view["ok"]:
            expect(view["error"] == "not_found" and number not in self.world.members, "a read failed:", view)
            return
        self.advance(p, view["lsn"])
        expect(view["as_of"] >= self.time_applied(p), "a read lies before what it saw", view)
        self.floor[p] = max(self.floor[p], view["as_of"])
        member = self.world.members.get(number)
        expect(member is not None, "a member that nobody made", view)
        self.compare(view, copy.deepcopy(member))

    def time_applied(self, p):
        return 0 if self.waiting[p] else self.time[p]

    def judge_past(self, view):
        was = Member(view["m"])
        for at, member in self.world.past.get(view["m"], []):
            if at <= view["asked"]:
                was = member
        expect(view["as_of"] == view["asked"], "asked for another time", view)
        self.compare(view, copy.deepcopy(was))

    def compare(self, view, member):
        now = view["as_of"]
        self.world.settle(member, now, counts=False)
        mine = {
            "state": member.state, "fwd": member.forwarded_to, "joined": member.joined, "spend": member.spend,
            "orders": member.orders, "kinds": sorted(member.kinds),
            "bal": sorted(w.row(u, now) for u, w in member.wallets.items()),
            "lots": [[u, l.granted, l.remaining, l.held, l.expired, l.revoked, l.available, min(l.expires, w.lapses)]
                     for u, w in sorted(member.wallets.items()) for l in sorted(w.lots, key=lambda l: l.expires)
                     if l.remaining],
            "holds": sorted([h.unit, h.amount, h.expires] for h in member.holds),
            "metrics": [[0, self.world.reading(member, n, now)] for n in range(1, len(self.world.programme.metrics) + 1)],
            "progress": self.world.progress(member, now),
            "standings": [[n, tier, since] for n, (tier, since) in sorted(member.standings.items())],
        }
        view["kinds"].sort()
        view["holds"].sort()
        for field, value in mine.items():
            expect(view[field] == value, "member", view["m"], "as of", now, field + ":", "engine", view[field], "model",
                   value)
        known = member.profile if view["opened"] and member.state in (EMPTY, ACTIVE) else None
        expect([view["name"], view["birthday"]] == [(known or {}).get(field) or "" for field in ("name", "birthday")],
               "the profile of member", view["m"], "engine", view["name"], view["birthday"], "model", known)


def same(a, b):
    return all(a[key] == b[key] for key in ("k", "b", "occ", "m", "ids"))


def judge(lines):
    """Runs of a stream, one verdict each."""
    run, verdict = None, "ok"
    for text in lines:
        line = json.loads(text)
        if line["t"] == "begin":
            is_judged = line["programme"] not in LIMITS
            run = Run(line) if is_judged else Invariants(line["programme"], expect)
            verdict, seed = "ok", line["seed"]
            continue
        if verdict == "ok":
            try:
                run.take(line)
            except Different as difference:
                verdict = str(difference)
            except Exception as error:  # the model itself fell: the run counts as failed and says where
                import traceback
                place = traceback.extract_tb(error.__traceback__)[-1]
                verdict = f"the model fell over {text.strip()[:400]}: {error!r} ({place.name}:{place.lineno})"
        if line["t"] == "end":
            yield seed, verdict


def main(arguments):
    if arguments == ["--serve"]:
        for _, verdict in judge(sys.stdin):
            print(verdict.replace("\n", " "), flush=True)
        return 0
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    with open(arguments[0], encoding="utf-8") as trace:
        for seed, verdict in judge(trace):
            if verdict != "ok":
                print(f"seed {seed}: {verdict}")
                return 1
    print("ok")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
