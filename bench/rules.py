# SPDX-License-Identifier: Apache-2.0
"""The same rules and events for ours, ZEN and json-rules-engine, and what each makes of them. The peers come from npm, pinned
in rules_peers/package.json, into the build directory; they must match and grant what ours do, or there is no figure."""
import json
import random
import shutil
import subprocess
from pathlib import Path

from banyan import BUILD

HERE = Path(__file__).resolve().parent
BINARY = BUILD / "bin/banyan_rules_bench"
WORDS = {"event.month": "int", "event.weekday": "int", "order.paid": "int", "order.pieces": "int", "order.channel": "string",
         "order.store": "string", "member.tier": "int", "member.orders": "int"}
CHANNELS = ["app", "web", "tmall", "jd", "store", "wechat"]
STORES = 2_000
PREDICATE = [["order.paid", ">=", 10000], ["order.channel", "==", "app"], ["member.tier", ">=", 2]]


def rule(per, *parts):
    def text(part):
        path, operator, value = part
        return f"{path} {operator} {json.dumps(value)}"
    return {"all": list(parts), "per": per, "when": " && ".join(text(part) for part in parts), "amount": f"order.paid / {per}"}


def twenty():
    """A brand's twenty: a base, tiers, channels, days, sizes of order and newcomers."""
    paid, tier, channel = "order.paid", "member.tier", "order.channel"
    return [rule(100, [paid, ">=", 1]), rule(500, [tier, ">=", 2]), rule(250, [tier, ">=", 3]), rule(200, [tier, ">=", 4]),
            rule(1000, [channel, "==", "app"]), rule(1000, [channel, "in", ["wechat", "app"]]),
            rule(2000, [channel, "==", "tmall"], [paid, ">=", 20000]), rule(2000, [channel, "==", "jd"], [paid, ">=", 20000]),
            rule(400, ["event.weekday", "==", 6]), rule(400, ["event.weekday", "==", 0], [tier, ">=", 2]),
            rule(100, ["event.month", "==", 11], [paid, ">=", 11111]), rule(100, ["event.month", "==", 6], [paid, ">=", 6180]),
            rule(300, [paid, ">=", 50000]), rule(200, [paid, ">=", 100000]), rule(1000, ["order.pieces", ">=", 5]),
            rule(1000, ["order.pieces", ">=", 10], [tier, ">=", 2]), rule(100, ["member.orders", "<", 1]),
            rule(500, ["member.orders", ">=", 10], ["member.orders", "<", 20]), rule(600, ["order.store", "in", ["s-1", "s-2", "s-3"]]),
            rule(700, ["order.store", "==", "s-7"], [channel, "==", "store"])]


def ten_thousand():
    """Five campaigns of each of 2,000 stores; an order of at least 5 yuan matches those of its store."""
    return [rule(100 * (n // STORES + 1), ["order.store", "==", f"s-{n % STORES}"], ["order.paid", ">=", 100 * (n // STORES + 1)])
            for n in range(5 * STORES)]


def events(count, seed=20261122):
    chance = random.Random(seed)
    return [{"event.month": chance.randint(1, 12), "event.weekday": chance.randint(0, 6), "order.paid": chance.randint(500, 120000),
             "order.pieces": chance.randint(1, 12), "order.channel": chance.choice(CHANNELS),
             "order.store": f"s-{chance.randrange(STORES)}", "member.tier": chance.randint(1, 4),
             "member.orders": chance.randint(0, 30)} for _ in range(count)]


def case_file(folder, smoke):
    given = {"words": WORDS, "predicate": rule(1, *PREDICATE)["when"], "predicate_all": PREDICATE,
             "cases": [{"name": "rules_20", "rules": twenty(), "events": events(50 if smoke else 1000)},
                       {"name": "rules_10000", "rules": ten_thousand(), "events": events(5 if smoke else 60, 7)}]}
    path = Path(folder) / "rules.json"
    path.write_text(json.dumps(given))
    return path


def ours(path):
    done = subprocess.run([BINARY, path], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"banyan_rules_bench: {done.stderr.strip()}")
    return json.loads(done.stdout)


def peers_present():
    return shutil.which("node") is not None and shutil.which("npm") is not None


def peers(path, seconds=3):
    """What node printed, with the packages installed on the first run."""
    place = BUILD / "rules_peers"
    place.mkdir(exist_ok=True)
    for name in ("package.json", "run.mjs"):
        shutil.copy(HERE / "rules_peers" / name, place)
    if not (place / "node_modules/json-rules-engine").exists() or not (place / "node_modules/@gorules/zen-engine").exists():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"], cwd=place, check=True,
                       stdout=subprocess.DEVNULL)
    done = subprocess.run(["node", "run.mjs", path, str(seconds)], cwd=place, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"rules_peers: {done.stderr.strip()}")
    return json.loads(done.stdout)


def must_agree(mine, theirs):
    """Whoever grants something else does not run the same rules."""
    for peer in theirs["peers"]:
        for one, other in zip(mine["cases"], peer["cases"], strict=True):
            for sum_of in ("matched", "granted"):
                if one[sum_of] != other[sum_of]:
                    raise RuntimeError(f"{one['name']}: {sum_of} {one[sum_of]}, in {peer['peer']} {other[sum_of]}")
