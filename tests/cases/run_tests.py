#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The case files of others, and that a wrong case does fail: what `./dev cases` promises."""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))
from suite import Skip, Suite  # noqa: E402

BUILD = Path(os.environ.get("BANYAN_BUILD", ROOT / "build/dev"))
DATA = Path(os.environ.get("BANYAN_DATA", ROOT.parent / "shared/data"))
suite = Suite(sys.argv)


def cases(kind, *paths):
    """(exit status, passed, failed, skipped, everything printed)"""
    program = BUILD / "bin/banyan_cases"
    if not program.exists():
        raise Skip(f"{program} is not built")
    done = subprocess.run([program, kind, *paths], capture_output=True, text=True, check=False)
    counts = re.search(r"(\d+) passed, (\d+) failed, (\d+) skipped\n$", done.stdout)
    assert counts, f"no counting line: {done.stdout}{done.stderr}"
    return done.returncode, *map(int, counts.groups()), done.stdout


def of_data(kind, folder, passed_at_least):
    path = DATA / folder
    if not path.exists():
        raise Skip(f"{path} is not there (BANYAN_DATA)")
    status, passed, failed, _, said = cases(kind, path)
    assert status == 0 and failed == 0, said[-3000:]
    assert passed >= passed_at_least, f"only {passed} cases were taken"


def baskets_of_the_house():
    status, passed, failed, skipped, said = cases("baskets", ROOT / "tests/baskets")
    assert status == 0 and failed == 0 and skipped == 0, said[-3000:]
    assert passed >= 133, f"only {passed} baskets were priced"


def planted(kind, name, content, expected):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(content)
        status, passed, failed, skipped, said = cases(kind, path)
    assert (passed, failed, skipped) == expected, said
    assert status == (1 if failed or not passed else 0), f"exit status {status}"


DECIMAL = """precision: 9
rounding: half_up
a1 add 1 1 -> 2
a2 add 1 1 -> 3
a3 add 1 NaN -> NaN
a4 divide 1 3 -> 0.333333333
a5 quantize 1.005 1e-2 -> 1.01 Inexact Rounded
"""
ALLOCATION = {"moneyphp_allocate": {"cases": [{"amount": 100, "ratios": [1, 1, 1], "expected": [34, 33, 33]},
                                              {"amount": 100, "ratios": [1, 1, 1], "expected": [33, 33, 34]},
                                              {"amount": 1, "expected": [1]}]},
              "their_own_rule": {"cases": [{"amount": 1, "n": 1, "expected": [1]}]}}

BASKET = """programme: {promotions: [{promotion: m, does: [{total: {off: 100}}]}]}
baskets:
  - basket: right
    lines: [{id: a, sku: s, price: 1000}]
    words: 10 - 1 = 9
    expect: {pay: 900, lines: {a: 900}, cuts: {m: {a: 100}}}
  - basket: wrong sum
    lines: [{id: a, sku: s, price: 1000}]
    words: 10 - 1 = 8
    expect: {pay: 800, lines: {a: 900}, cuts: {m: {a: 100}}}
  - basket: wrong share
    lines: [{id: a, sku: s, price: 1000}, {id: b, sku: t, price: 1000}]
    words: 20 - 1 = 19
    expect: {pay: 1900, lines: {a: 900, b: 1000}, cuts: {m: {a: 100}}}
  - basket: a word that is none
    lines: [{id: a, sku: s, price: 1000}]
    words: 10 - 1 = 9
    expect: {pay: 900, lines: {a: 900}, cuts: {m: {a: 100}}, total: 900}
"""

FIVE_OFF = {"code": "P", "application_method": {"target_type": "items", "type": "fixed", "allocation": "across", "value": 5}}
ITEM = {"items": [{"id": "i", "quantity": 1, "subtotal": 20}]}
FIVE = {"action": "addItemAdjustment", "item_id": "i", "amount": 5, "code": "P"}
MEDUSA = {"cases": [
    {"name": "right", "promotions": [FIVE_OFF], "codes": ["P"], "context": ITEM, "expected": [FIVE]},
    {"name": "wrong", "promotions": [FIVE_OFF], "codes": ["P"], "context": ITEM, "expected": [{**FIVE, "amount": 6}]},
    {"name": "differs", "promotions": [], "codes": [], "context": ITEM,
     "expected_error_contains": "Applied Promotion for code (X) not found"},
    {"name": "out of scope", "codes": ["P"], "context": ITEM, "expected": [],
     "promotions": [{**FIVE_OFF, "rules": [{"attribute": "a", "operator": "like", "values": ["b"]}]}]}]}

SYLIUS = """Feature: Ten percent
    Background:
        Given the store operates on a single channel in "United States"
        And the store has a product "Mug" priced at "$5.00"
        And there is a promotion "Ten"
        And it gives "10%" discount to every order

    Scenario: Right
        When I add product "Mug" to the cart
        Then my cart total should be "$4.50"

    Scenario: Wrong
        When I add product "Mug" to the cart
        Then my cart total should be "$4.51"

    Scenario: Nothing of money
        When I add product "Mug" to the cart
        Then there should be one item in my cart

    Scenario: Elsewhere
        Given I fly to the moon
        Then my cart total should be "$0.00"
"""

suite.case("baskets calculated by hand", baskets_of_the_house)
suite.case("a wrong basket fails", planted, "baskets", "x.yaml", BASKET, (1, 3, 0))
suite.case("medusa's computeActions cases", of_data, "medusa", "promotion-cases/medusa_compute_actions.json", 33)
suite.case("a wrong medusa case fails", planted, "medusa", "x.json", json.dumps(MEDUSA), (1, 1, 2))
suite.case("sylius' scenarios", of_data, "sylius", "sylius-features/features", 102)
suite.case("a wrong scenario fails", planted, "sylius", "x.feature", SYLIUS, (1, 1, 2))
suite.case("decimal cases of the specification", of_data, "decimal", "decimal", 3200)
suite.case("json parsing cases", of_data, "json", "json/test_parsing", 318)
suite.case("allocation cases", of_data, "allocation", "promotion-cases/allocation_rounding.json", 90)
suite.case("a wrong decimal case fails", planted, "decimal", "x.decTest", DECIMAL, (2, 1, 2))
suite.case("a wrong allocation case fails", planted, "allocation", "x.json", json.dumps(ALLOCATION), (1, 1, 2))
suite.case("a y_ that is no JSON fails", planted, "json", "y_x.json", "[1,]", (0, 1, 0))
suite.case("an n_ that is JSON fails", planted, "json", "n_x.json", "[1]", (0, 1, 0))
suite.case("nothing to run is no success", planted, "json", "x.json", "[1]", (0, 0, 1))
sys.exit(suite.finish())
