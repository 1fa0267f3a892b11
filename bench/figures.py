# SPDX-License-Identifier: Apache-2.0
"""What ./dev bench measures. Each function yields figures: a name, a value, what it is held against, and beside it what
explains it. Goals are those of the first round; a figure without one is there to be watched."""
import subprocess
import tempfile
import threading
from pathlib import Path

import banyan
import postgres
import rules as rule_sets
import twins

HERE = Path(__file__).resolve().parent
RULES = "20 rules, 2 units, 4 tiers, expiry, double entry, id check (accrual.yaml, accrual.sql)"


def figure(name, value, unit, goal=None, met=None, peer=None, peer_value=None, ratio=None, **beside):
    """met: None where there is no goal."""
    def digits(number):
        return float(f"{number:.5g}") if isinstance(number, float) else number
    return {"name": name, "value": digits(value), "unit": unit, "peer": peer, "peer_value": digits(peer_value),
            "ratio": digits(ratio), "goal": goal, "met": met,
            **{key: digits(number) for key, number in beside.items()}}


class Bench:
    """What the figures share: sizes (small for a smoke), directories, the peer or none."""

    def __init__(self, folder, smoke=False, long=False, with_peer=True, keep=None):
        self.smoke, self.long = smoke, long
        self.with_peer = with_peer and not smoke and postgres.present()
        self.with_rule_peers = with_peer and not smoke and rule_sets.peers_present()
        self.directories = banyan.Directories(folder, keep)
        self.folder = Path(folder)
        self.folder.chmod(0o755)  # the peer runs as a user of its own
        self.members = 500 if smoke else 100_000
        self.seconds, self.warmup = (0.4, 0.1) if smoke else (8, 2)
        self.peer_version = None

    def slowed(self, microseconds):
        """The environment that slows every sync of a server; nothing for 0."""
        if microseconds == 0:
            return {}
        shim = self.folder / "slow_sync.so"
        if not shim.exists():
            subprocess.run(["g++", "-shared", "-fPIC", "-O2", "-o", shim, HERE / "slow_sync.cpp"], check=True)
            shim.chmod(0o755)
        return {"LD_PRELOAD": str(shim), "BENCH_SYNC_US": str(microseconds)}


def accrual(bench, delay_us):
    """Durable accrual at 8 clients, one by one and in batches of 100, beside PostgreSQL."""
    slowed = bench.slowed(delay_us)
    with banyan.Served(bench.directories, bench.members, preload=slowed) as served:
        ours = {batch: served.run(8, batch, bench.seconds, bench.warmup) for batch in (1, 100)}
    theirs = {}
    if bench.with_peer:
        with postgres.Cluster(bench.members, slowed, bench.folder) as cluster:
            bench.peer_version = cluster.version()
            if delay_us == 0:
                twins.must_agree(bench, cluster)
            theirs = {1: cluster.run("accrue_one.sql", bench.seconds, 8, 1, bench.warmup),
                      100: cluster.run("accrue_100.sql", bench.seconds, 8, 100, bench.warmup)}
    suffix = f"_sync_{delay_us // 1000}ms" if delay_us else ""
    for batch, name, factor in [(1, "accrual_http_8", 3), (100, "accrual_batch_100", 5)]:
        mine, peer = ours[batch], theirs.get(batch)
        ratio = mine["rate"] / peer["rate"] if peer else None
        beside = {key: mine[key] for key in ("p50_ms", "p99_ms", "syncs_per_event", "bytes_per_event",
                                             "cpu_us_per_event", "client_cpu_seconds")}
        if peer:
            beside |= {f"peer_{key}": peer[key] for key in ("syncs_per_event", "bytes_per_event",
                                                            "cpu_us_per_event", "latency_ms")}
        yield figure(name + suffix, mine["rate"], "events/s", f"ratio >= {factor}",
                     ratio >= factor if peer else None, bench.peer_version if peer else None,
                     peer["rate"] if peer else None, ratio, clients=8, rules=RULES, injected_sync_us=delay_us, **beside)


def ingest(bench):
    with banyan.Served(bench.directories, bench.members) as served:
        run = served.run(4, 1000, bench.seconds, bench.warmup)
        bulk = figure("ingest_ndjson_cpu", run["cpu_us_per_event"], "us CPU/event", "<= 9",
                      run["cpu_us_per_event"] <= 9, rate=run["rate"], journal_bytes_per_event=run["bytes_per_event"],
                      syncs_per_event=run["syncs_per_event"], connections=4, events_per_request=1000)
        single = served.run(64, 1, bench.seconds, bench.warmup)
    yield bulk
    yield figure("http_single_64", single["rate"], "events/s", ">= 30000 and p99 <= 5 ms",
                 single["rate"] >= 30_000 and single["p99_ms"] <= 5, p50_ms=single["p50_ms"], p99_ms=single["p99_ms"],
                 cpu_us_per_event=single["cpu_us_per_event"], syncs_per_event=single["syncs_per_event"],
                 client_cpu_seconds=single["client_cpu_seconds"], connections=64)


def engine(bench):
    core = banyan.in_process("core", members=bench.members, events=2_000 if bench.smoke else 300_000)
    yield figure("engine_cpu", core["cpu_us"], "us CPU/event", "<= 5", core["cpu_us"] <= 5,
                 what="decide, encode, chain hash, apply; one-line orders", facts_per_event=core["facts"])
    yield figure("engine_journal_bytes", core["journal_bytes"], "bytes/event", "<= 500", core["journal_bytes"] <= 500)
    _, made = bench.directories.prepared(*orders_of(bench))
    yield figure("runtime_cpu", made["cpu_us"], "us CPU/event",
                 what="the engine, hashed ids, identities, files and checkpoints on one thread, without HTTP",
                 journal_bytes=made["journal_bytes"], syncs_per_event=made["syncs"])


def rules(bench):
    """The rules module beside ZEN and json-rules-engine: the same rules, events and grants."""
    path = rule_sets.case_file(bench.folder, bench.smoke)
    mine = rule_sets.ours(path)
    theirs = {"peers": [], "node": None}
    if bench.with_rule_peers:
        theirs = rule_sets.peers(path)
        rule_sets.must_agree(mine, theirs)
    events = {case["name"]: case for case in mine["cases"]}

    def compared(name, ns, unit, scale, of_peer, goal, met, **beside):
        # Beside all peers the one that does best is the peer.
        found = sorted((of_peer(peer), peer["peer"]) for peer in theirs["peers"])
        peer_ns, peer = found[0] if found else (None, None)
        others = {f"ratio_{name}": other / ns for other, name in found}
        return figure(name, ns / scale, unit, goal, met(ns, peer_ns), peer and f"{peer} on node {theirs['node']}",
                      peer_ns / scale if peer_ns else None, peer_ns / ns if peer_ns else None, **others, **beside)

    def case(name):
        return lambda peer: next(each["ns"] for each in peer["cases"] if each["name"] == name)

    def fifty(ns, peer_ns):
        return peer_ns / ns >= 50 if peer_ns else None
    yield compared("rule_predicate", mine["predicate_ns"], "ns", 1, lambda peer: peer["predicate_ns"], "<= 50 and 50x",
                   lambda ns, peer_ns: ns <= 50 and (peer_ns is None or peer_ns / ns >= 50), what=rule_sets.rule(1, *rule_sets.PREDICATE)["when"])
    yield compared("rules_20", events["rules_20"]["ns"], "ns CPU/event", 1, case("rules_20"), "50x", fifty,
                   what="20 rules, an event laid out, conditions, amounts", matched=events["rules_20"]["matched"])
    yield compared("rules_10000", events["rules_10000"]["ns"], "us CPU/event", 1e3, case("rules_10000"), "<= 20 and 50x",
                   lambda ns, peer_ns: ns <= 20_000 and (peer_ns is None or peer_ns / ns >= 50),
                   what="10,000 rules of which 5 match", matched=events["rules_10000"]["matched"])


def back_test(bench):
    """The unchanged back-test of a served directory, and what it does to those who are served meanwhile."""
    with banyan.Served(bench.directories, *orders_of(bench)) as served:
        alone = served.run(8, 1, bench.seconds, bench.warmup)
        reports, going = [], threading.Event()

        def again_and_again():
            while not going.is_set():
                reports.append(served.back_test())
        tester = threading.Thread(target=again_and_again)
        tester.start()
        beside = served.run(8, 1, bench.seconds, bench.warmup)
        going.set()
        tester.join()
        report = served.back_test()
    if not report["equal"] or not all(each["equal"] for each in reports):
        raise RuntimeError("the unchanged back-test is not equal to what was recorded")
    rate = report["events"] / report["cpu_seconds"]
    yield figure("back_test", rate, "events/s a core", ">= 500000", rate >= 500_000, events=report["events"],
                 records=report["records"], cpu_seconds=report["cpu_seconds"], rules=RULES)
    ratio = beside["p99_ms"] / alone["p99_ms"]
    yield figure("back_test_beside_p99", ratio, "p99 beside / p99 alone", "<= 1.5", ratio <= 1.5, p99_ms_alone=alone["p99_ms"],
                 p99_ms_beside=beside["p99_ms"], rate_alone=alone["rate"], rate_beside=beside["rate"], clients=8)


def settlement(bench):
    members = 1_000 if bench.smoke else 1_000_000
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        run = banyan.in_process("settle", Path(folder) / "data", members, programme=HERE.parent / "presets/jingxiang.yaml")
    yield figure("settlement_1m_scores", run["wall_seconds"], "s", "<= 10", run["wall_seconds"] <= 10, members=members,
                 what="a composite score of five dimensions over 12 months and the level it gives, on one thread; a client"
                      " sends orders meanwhile", **{key: run[key] for key in
                      ("cpu_seconds", "settled", "orders_meanwhile", "p99_ms_before", "p50_ms_meanwhile", "p99_ms_meanwhile")})


def orders_of(bench):
    members = 500 if bench.smoke else 50_000
    return members, 4 * members


def replay(bench):
    data, _ = bench.directories.prepared(*orders_of(bench))
    run = banyan.in_process("replay", data)
    yield figure("replay_facts", run["facts_per_cpu_second"], "facts/s a core", ">= 1000000",
                 run["facts_per_cpu_second"] >= 1e6, records_per_second=run["records_per_cpu_second"],
                 facts=run["facts"], records=run["records"], bytes_per_record=run["bytes"] / run["records"])


def memory(bench):
    members, orders = orders_of(bench)
    with banyan.Served(bench.directories, members, orders, programme="memory") as served:
        rss_before = served.resident_set()
        # Not until something was written does the server count its blocks.
        served.run(1, 1, 0.3, 0)
        resident = served.metrics()["banyan_resident_bytes"] / members
        rss = served.resident_set() / members
    yield figure("memory_per_member", resident, "bytes", "<= 600", max(resident, rss) <= 600, by="banyan_resident_bytes",
                 rss_per_member=rss, rss_after_start=rss_before / members,
                 what=f"{members} members, 2 units, 4 orders each, 1 ladder, 8 metrics of which 3 roll over 12 months"
                      " (memory.yaml), after recovery")


def recovery(bench):
    members = 1_000 if bench.smoke else 1_000_000
    _, made = bench.directories.prepared(members)
    with banyan.Served(bench.directories, members) as served:
        yield figure("recovery_1m_members", served.started_in, "s", "<= 5", served.started_in <= 5, members=members,
                     what="from the start of the process until it serves; the last process ended without a last"
                          " checkpoint, as a killed one does", register_cpu_us=made["register_cpu_us"])


def sustained(bench):
    windows = [(60, 120), (540, 600)] if bench.long else [(0.2, 0.6), (0.8, 1.2)] if bench.smoke else [(10, 20), (50, 60)]
    with banyan.Served(bench.directories, bench.members) as served:
        early, late = served.rates_at(windows, 8, 100)
        after = served.metrics()
    yield figure("sustained", late / early, "late rate / early rate", ">= 0.8", late / early >= 0.8, early_rate=early,
                 late_rate=late, windows_s=str(windows), dirty_entities=after["banyan_dirty_entities"],
                 what="8 clients, batches of 100, checkpoints running" +
                      ("" if bench.long else "; the short form: --long compares minute 10 with minute 2"))


# In the order in which they run; the word selects with --only.
FIGURES = {
    "engine": (engine, ["engine_cpu", "engine_journal_bytes", "runtime_cpu"]),
    "rules": (rules, ["rule_predicate", "rules_20", "rules_10000"]),
    "replay": (replay, ["replay_facts"]),
    "accrual": (lambda bench: accrual(bench, 0), ["accrual_http_8", "accrual_batch_100"]),
    "accrual_sync_1ms": (lambda bench: accrual(bench, 1000), ["accrual_http_8_sync_1ms", "accrual_batch_100_sync_1ms"]),
    "accrual_sync_5ms": (lambda bench: accrual(bench, 5000), ["accrual_http_8_sync_5ms", "accrual_batch_100_sync_5ms"]),
    "ingest": (ingest, ["ingest_ndjson_cpu", "http_single_64"]),
    "back_test": (back_test, ["back_test", "back_test_beside_p99"]),
    "settlement": (settlement, ["settlement_1m_scores"]),
    "memory": (memory, ["memory_per_member"]),
    "recovery": (recovery, ["recovery_1m_members"]),
    "sustained": (sustained, ["sustained"]),
}


def selected(only):
    """(group's function, names wanted of it); a word that names nothing is an error."""
    chosen, unknown = [], set(only)
    for group, (function, names) in FIGURES.items():
        wanted = [name for name in names if not only or group in only or name in only]
        unknown -= {group, *names}
        if wanted:
            chosen.append((function, wanted))
    if unknown:
        raise SystemExit(f"bench: no figure is named {', '.join(sorted(unknown))}; there are: " +
                         ", ".join(name for _, names in FIGURES.values() for name in names))
    return chosen
