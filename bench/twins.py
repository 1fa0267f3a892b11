# SPDX-License-Identifier: Apache-2.0
"""The same orders through our side and the peer's, before either is timed: every member must have the same in the end."""
import json
import random

import banyan

MEMBERS, ORDERS = 60, 1500


def orders():
    """Of every kind the rules tell apart: (member, id, channel, store, lines)."""
    draw = random.Random(20261122)
    goods = [("latte", "coffee"), ("mocha", "coffee"), ("oolong", "tea"), ("bun", "bakery"), ("mug", "goods")]
    for number in range(ORDERS):
        lines = [(str(i + 1), *draw.choice(goods), draw.randint(1, 3), draw.randint(1, 40_000))
                 for i in range(draw.randint(1, 5))]
        yield (draw.randint(1, MEMBERS), f"twin-{number}", draw.choice(["app", "mini", "pos"]),
               f"s-{draw.randint(1, 6)}", lines)


def event_of(order):
    member, number, channel, store, lines = order
    said = [{"id": line, "sku": sku, "category": category, "quantity": quantity,
             "amount": f"{amount // 100}.{amount % 100:02d}"} for line, sku, category, quantity, amount in lines]
    return json.dumps({"type": "order.paid", "id": number, "source": "shop", "member": {"kind": "openid", "id": f"m-{member}"},
                       "order": {"id": number, "channel": channel, "store": store, "currency": "CNY", "lines": said}}) + "\n"


def call_of(order):
    member, number, channel, store, lines = order

    def column(index, kind):
        return "ARRAY[" + ",".join(f"'{line[index]}'" if kind == "text" else str(line[index]) for line in lines) + f"]::{kind}[]"
    return (f"SELECT accrue('shop', '{number}', 'openid', 'm-{member}', now(), '{channel}', '{store}', {column(0, 'text')}, "
            f"{column(1, 'text')}, {column(2, 'text')}, {column(3, 'bigint')}, {column(4, 'bigint')});")


def ours(bench, made):
    """{member: (points, growth, tier)}."""
    with banyan.Served(bench.directories, max(bench.members, MEMBERS)) as served:
        for result in served.server.send_events([event_of(order) for order in made]):
            if result["status"] != "applied":
                raise RuntimeError(f"a twin order was not applied: {result}")
        found = {}
        for identity, member in banyan.members_by_identity(served.server, "openid", [f"m-{i}" for i in range(1, MEMBERS + 1)]).items():
            said = served.server.get(f"/v1/members/{member}")
            balances = {each["unit"]: int(each["posted"]) for each in said["balances"]}
            found[int(identity[2:])] = (balances.get("points", 0), balances.get("growth", 0), said["tiers"][0]["tier"])
        return found


def theirs(cluster, made):
    cluster.sql("".join(call_of(order) for order in made))
    tiers = ["", "regular", "silver", "gold", "diamond"]
    rows = cluster.sql(f"SELECT id, posted, growth, tier FROM member WHERE id <= {MEMBERS} ORDER BY id").splitlines()
    return {int(member): (int(points), int(growth), tiers[int(tier)])
            for member, points, growth, tier in (row.split("|") for row in rows)}


def must_agree(bench, cluster):
    made = list(orders())
    mine, peer = ours(bench, made), theirs(cluster, made)
    for member, held in mine.items():
        if peer[member] != held:
            raise RuntimeError(f"the twins differ: member {member} has {held} here and {peer[member]} in the peer")
