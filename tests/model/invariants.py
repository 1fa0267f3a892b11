# SPDX-License-Identifier: Apache-2.0
"""A judge for programmes whose members compete: which of two gets the last of a shared limit depends on the order in which
partitions hear of it, which no model can foresee. It does not say what an answer must be; it holds what was answered
against what must be so whoever came first: a limit is never exceeded, every unit sums to zero, a balance is its lots and
its statement, and an id has one record, one body and one outcome."""

# limit -> (rules that draw on it, how much, whether it counts amounts)
LIMITS = {"shared": {"budget": ([2], 400, True), "first": ([3], 7, False), "line": ([4], 150, True)}}


class Invariants:
    """Takes the lines of a trace; `expect` says no."""

    def __init__(self, programme, expect):
        self.limits, self.expect = LIMITS[programme], expect
        self.words, self.requests, self.accepted, self.answers, self.posted = {}, {}, {}, {}, {}
        self.refunded = set()  # orders of which anything may have come back

    def on_req(self, line):
        name = (line["src"], line["id"])
        self.words.setdefault(name, []).append(line)
        if not line["derived"]:
            self.requests[line["n"]] = line

    def on_rec(self, rec):
        if rec["id"] is None or rec["from"] is not None:
            return
        name = tuple(rec["id"])
        self.expect(name not in self.accepted, "I1: command", name, "is applied a second time")
        self.accepted[name] = (rec["p"], rec["lsn"])
        if rec["k"] == "refund":
            self.refunded |= {request["b"]["order"] for request in self.words[name] if request["k"] == "refund"}

    def on_out(self, out):
        request = self.requests[out["n"]]
        name = (request["src"], request["id"])
        if out["st"] not in ("applied", "replayed") or not out["lsn"]:
            return
        self.expect(name in self.accepted, "I3: acknowledged without a record", out)
        answer = (out["a"]["m"], out["a"]["earned"], out["a"]["limited"], out["a"]["back"])
        before = self.answers.setdefault(name, (request, answer))
        self.expect(before[1] == answer, "I2: two answers under", name, before[1], answer)
        self.within_limits()

    def within_limits(self):
        """Of orders of which nothing came back, so that what was returned may be lent again."""
        for limit, (rules, most, is_amount) in self.limits.items():
            given = sum((row[2] if is_amount else 1) for request, (_, earned, _, _) in self.answers.values()
                        if request["k"] == "order" and request["b"]["order"] not in self.refunded
                        for row in earned if row[0] in rules and row[2])
            self.expect(given <= most, "Q: of limit", limit, "were given out", given, "of", most)

    def on_view(self, view):
        if not view["ok"]:
            return
        for unit, posted, available, pending, held, debt in view["bal"]:
            lots = sum(lot[2] for lot in view["lots"] if lot[0] == unit)
            self.expect(posted == lots - debt, "L3: member", view["m"], "unit", unit, posted, "its lots", lots, debt)
            self.expect(0 <= available <= lots and 0 <= held <= lots, "L5: member", view["m"], "unit", unit, view["bal"])
        if view["asked"] is None:
            self.posted[view["m"]] = {row[0]: row[1] for row in view["bal"]}

    def on_statement(self, line):
        sums = {unit: total for unit, total in line["sums"]}
        for unit, posted in self.posted.get(line["m"], {}).items():
            self.expect(sums.get(unit, 0) == posted, "L3: the statement of member", line["m"], "unit", unit, sums, posted)

    def on_totals(self, line):
        for row in line["units"]:
            self.expect(sum(row[1:]) == 0, "L2: the totals of a unit do not sum to zero", row)

    def take(self, line):
        handler = getattr(self, "on_" + line["t"], None)
        if handler:
            handler(line)
