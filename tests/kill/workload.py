# SPDX-License-Identifier: Apache-2.0
"""Events with a known outcome, and a client that keeps its own log of what was acknowledged.

The outcome is plain addition: an order of one line grants its whole units of money, an adjustment adds, a redemption
subtracts, a refund of a whole order takes back what the order granted. So the balances after any number of kills can
be computed here, from the list of events alone, and must be the server's, whatever was sent twice or cut off.
"""
import http.client
import json
import random
import time


class Event:
    def __init__(self, identity, member, body, points=0, spend=0, orders=0):
        self.id, self.member = identity, member
        self.points, self.spend, self.orders = points, spend, orders
        self.line = json.dumps({"id": identity, "source": "killed", "member": {"kind": "customer", "id": member},
                                **body}, separators=(",", ":")) + "\n"


def events(count, members, seed, currency="CNY"):
    """`count` events of `members` members, in an order in which each is possible."""
    draw = random.Random(seed)
    balance, unrefunded, made = {}, {}, []
    while len(made) < count:
        number = draw.randrange(members)
        member, identity = f"c-{number:06}", f"e-{seed}-{len(made):07}"
        kind = draw.random()
        if kind < 0.1 and number % 2 and balance.get(member, 0) > 0:
            points = draw.randint(1, balance[member])
            body = {"type": "points.redeemed", "points": {"unit": "points", "amount": str(points)}}
            event = Event(identity, member, body, points=-points)
        elif kind < 0.2 and number % 2 == 0 and unrefunded.get(member):
            # Only members who never redeem refund, so a refund finds its points and nobody goes into debt.
            paid = unrefunded[member].pop(draw.randrange(len(unrefunded[member])))
            body = {"type": "order.refunded", "refund": {"order": paid.id}}
            event = Event(identity, member, body, points=-paid.points, spend=-paid.spend)
        elif kind < 0.3 and member in balance:
            points = draw.randint(1, 500)
            adjusted = {"unit": "points", "amount": str(points), "reason": "goodwill"}
            event = Event(identity, member, {"type": "points.adjusted", "points": adjusted}, points=points)
        else:
            minor = draw.randint(1, 50_000)
            line = {"id": "1", "sku": f"s-{draw.randrange(50)}", "quantity": 1,
                    "amount": f"{minor // 100}.{minor % 100:02}"}
            body = {"type": "order.paid", "order": {"id": identity, "currency": currency, "lines": [line]}}
            event = Event(identity, member, body, points=minor // 100, spend=minor, orders=1)
            unrefunded.setdefault(member, []).append(event)
        balance[member] = balance.get(member, 0) + event.points
        made.append(event)
    return made


def expected(made):
    """{member: (points, spend in minor units, orders)}"""
    sums = {}
    for event in made:
        points, spend, orders = sums.get(event.member, (0, 0, 0))
        sums[event.member] = (points + event.points, spend + event.spend, orders + event.orders)
    return sums


class Client:
    """Sends batches until each event is acknowledged, and notes each result line the moment it is read."""

    def __init__(self, server, batch=100):
        self.server, self.batch = server, batch
        self.log = {}  # event id -> (LSN, member) as first acknowledged
        self.wrong = []  # what contradicts the log, or is no acknowledgement
        self.cut_answers = self.requests = 0
        self.stopped = 0

    def note(self, event, result):
        """True when the result acknowledges the event."""
        if result["status"] in ("stopped", "pending"):
            self.stopped += 1
            return False
        if result["status"] not in ("applied", "replayed") or result.get("id") != event.id:
            self.wrong.append(f"{event.line.strip()} -> {result}")
            return True  # a refusal is final; it is reported, not sent for ever
        got = (result["lsn"], result["member"])
        before = self.log.setdefault(event.id, got)
        if before != got:
            self.wrong.append(f"{event.id} was acknowledged as {before} and now as {got}")
        if result["status"] == "applied" and before is not got:
            self.wrong.append(f"{event.id} was acknowledged as {before} and is applied again as {got}")
        return True

    def send(self, chunk):
        """One request; the events that still lack an acknowledgement. A killed server ends the answer anywhere."""
        self.requests += 1
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        acknowledged = set()
        try:
            head = {"Authorization": f"Bearer {self.server.key}", "Content-Type": "application/x-ndjson"}
            connection.request("POST", "/v1/events", "".join(event.line for event in chunk), head)
            answer = connection.getresponse()
            if answer.status != 200:
                text = answer.read().decode()
                if answer.status not in (429, 503):
                    self.wrong.append(f"{answer.status} {text}")
                return chunk
            while line := answer.readline():
                if not line.endswith(b"\n"):
                    break  # cut in the middle: says nothing
                result = json.loads(line)
                event = chunk[result["line"] - 1]
                if self.note(event, result):
                    acknowledged.add(event.id)
        except (OSError, http.client.HTTPException):
            self.cut_answers += 1
            time.sleep(0.02)
        finally:
            connection.close()
        return [event for event in chunk if event.id not in acknowledged]

    def send_all(self, made, seconds_max=600):
        deadline = time.monotonic() + seconds_max
        for start in range(0, len(made), self.batch):
            waiting = made[start:start + self.batch]
            while waiting:
                waiting = self.send(waiting)
                if time.monotonic() > deadline:
                    raise AssertionError(f"{len(self.log)} of {len(made)} events were acknowledged in {seconds_max} s")

    def check(self):
        assert not self.wrong, f"{len(self.wrong)} wrong answers, such as: {self.wrong[0][:600]}"
