#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bench measures what it says: tiny runs, the shape of what is printed, and that its numbers come from the run.

No figure is held against a time here: a busy machine must not fail a test.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "bench")]
import rules as rule_sets  # noqa: E402
from running import BUILD, ROOT  # noqa: E402
from suite import Skip, Suite  # noqa: E402

FIELDS = {"name", "value", "unit", "peer", "peer_value", "ratio", "goal", "met"}


def bench(*arguments):
    for program in ("banyan", "banyan_bench", "banyan_load", "banyan_rules_bench"):
        if not (BUILD / "bin" / program).exists():
            raise Skip(f"{program} is not built")
    return subprocess.run([ROOT / "bench/run", *arguments], capture_output=True, text=True, check=False,
                          env={**os.environ, "BANYAN_BUILD": str(BUILD)}, timeout=120)


def figures_of(*names):
    done = bench("--json", "--smoke", *[word for name in names for word in ("--only", name)])
    assert done.returncode == 0, done.stderr
    head, *found = [json.loads(line) for line in done.stdout.splitlines()]
    assert head["machine"]["cores"] >= 1 and head["machine"]["cpu"] and head["machine"]["kernel"], head
    assert head["commit"] and head["peer"] is None and head["smoke"] is True, head
    for figure in found:
        assert FIELDS <= set(figure), figure
        assert figure["value"] > 0 and figure["unit"], figure
        assert figure["met"] in (True, False, None) and figure["peer"] is None, figure
    assert [figure["name"] for figure in found] == list(names), found
    return {figure["name"]: figure for figure in found}


def in_process():
    found = figures_of("engine_cpu", "engine_journal_bytes", "runtime_cpu", "replay_facts")
    # An order's record names itself, the member, the line and the grant: it cannot be shorter than its hashes.
    assert found["engine_journal_bytes"]["value"] > 64, found
    replayed = found["replay_facts"]
    # 500 members with 4 orders each, and what each partition says about itself.
    assert replayed["records"] >= 2_500, replayed
    assert replayed["facts"] > replayed["records"], replayed


def over_http():
    found = figures_of("accrual_http_8", "accrual_batch_100")
    one, batch = found["accrual_http_8"], found["accrual_batch_100"]
    assert one["clients"] == 8 and one["ratio"] is None and one["met"] is None, one
    for figure in (one, batch):
        # Every order is synced before its answer; at most 8 or 800 of them can share a sync.
        assert figure["syncs_per_event"] >= 1 / 800, figure
        assert figure["bytes_per_event"] > 64, figure
        assert figure["p50_ms"] <= figure["p99_ms"], figure
    assert one["syncs_per_event"] >= 1 / 8, one


HOLDS = {"==": lambda a, b: a == b, ">=": lambda a, b: a >= b, "<": lambda a, b: a < b, "in": lambda a, b: a in b}


def rules_alone():
    found = figures_of("rule_predicate", "rules_20", "rules_10000")
    assert found["rule_predicate"]["value"] < found["rules_20"]["value"], found
    # What should have matched, in another language.
    for name, rules, events in [("rules_20", rule_sets.twenty(), rule_sets.events(50)),
                                ("rules_10000", rule_sets.ten_thousand(), rule_sets.events(5, 7))]:
        matched = sum(all(HOLDS[operator](event[path], value) for path, operator, value in rule["all"])
                      for event in events for rule in rules)
        assert found[name]["matched"] == matched > 0, (found[name], matched)
    assert found["rules_10000"]["matched"] == 5 * 5, found  # five of the 10,000 for each event


def unknown_name():
    done = bench("--json", "--smoke", "--only", "speed_of_light")
    assert done.returncode != 0, done.stdout
    assert "speed_of_light" in done.stderr and "accrual_http_8" in done.stderr, done.stderr
    assert done.stdout.count("\n") <= 1, "a figure was measured that nobody asked for"


suite = Suite(sys.argv)
suite.case("figures in process", in_process)
suite.case("figures of the rules alone", rules_alone)
suite.case("figures over HTTP", over_http)
suite.case("a figure that does not exist", unknown_name)
sys.exit(suite.finish())
