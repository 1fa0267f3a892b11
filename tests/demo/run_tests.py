#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The demo as a newcomer meets it: tools/demo/run.sh on a small brand, with the real binary."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from running import BINARY, ROOT, need_binary  # noqa: E402
from suite import Suite  # noqa: E402

MEMBERS = 61
FOLDER = tempfile.TemporaryDirectory(prefix="banyan-demo-")
MAPPING = """mapping: 1
format: csv
rows: orders
source: till
time: {column: at, format: "yyyy-MM-dd", zone: Europe/London}
member: {kind: card, id: {column: card}}
order:
  id: {column: order}
  currency: GBP
  sku: sale
  quantity: "1"
  amount: {column: paid}
"""


def demo(*arguments, **options):
    environment = {**os.environ, "BANYAN_BUILD": str(BINARY.parent.parent), "BANYAN_DEMO": FOLDER.name}
    # A test run in the background inherits SIGINT ignored, and a shell cannot trap what it was told to ignore.
    return subprocess.Popen([ROOT / "tools/demo/run.sh", "--port", "0", *map(str, arguments)], env=environment, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            **options)


def once(*arguments):
    running = demo("--once", *arguments)
    said, complained = running.communicate(timeout=300)
    assert running.returncode == 0, (running.returncode, said, complained)
    return said, complained


def answers(said):
    """The answers below the three curl lines."""
    found = re.findall(r"^(\{.*\})$", said, re.M)
    assert said.count("$ curl ") == 3 and len(found) == 3, said
    return [json.loads(answer) for answer in found]


def prints_an_address_a_key_and_three_answers():
    need_binary()
    said, _ = once("--members", MEMBERS)
    assert re.search(r"^ready: http://127\.0\.0\.1:\d+$", said, re.M), said
    assert re.search(r"^KEY=bk_\w+$", said, re.M), said
    found, order, timeline = answers(said)
    assert order["member"] == found["id"] and order["status"] == "applied", (found, order)
    assert order["earned"][0]["amount"] == "48", order
    assert timeline["entries"][0]["paid"] == "48.00", timeline


def starts_again_in_seconds_without_importing():
    need_binary()
    first, _ = once("--members", MEMBERS)
    start = time.monotonic()
    second, complained = once("--members", MEMBERS)
    assert time.monotonic() - start < 60, time.monotonic() - start
    assert "importing" not in complained and "inventing" not in complained, complained
    assert re.search(r"KEY=\S+", first)[0] == re.search(r"KEY=\S+", second)[0]
    order, again = answers(first)[1], answers(second)[1]
    assert again["replayed"] is True and again["lsn"] == order["lsn"], (order, again)


def takes_somebody_s_own_data():
    need_binary()
    folder = Path(FOLDER.name)
    (folder / "orders.csv").write_text("order,at,card,paid\na-1,2024-05-01,77,12.50\na-2,2024-05-02,77,10.00\n")
    (folder / "mapping.yaml").write_text(MAPPING)
    said, complained = once("--data", folder / "orders.csv", "--mapping", folder / "mapping.yaml")
    totals, members, timeline = answers(said)
    assert totals["members"] == 1 and len(members["members"]) == 1, (totals, complained)
    # 12 and 10 points, which expired at the end of 2025: what is past is past.
    assert totals["units"][0]["issued"] == "22" and totals["units"][0]["expired"] == "22", totals
    assert timeline["entries"], timeline


def serves_until_it_is_interrupted_and_stops_its_server():
    need_binary()
    running = demo("--members", MEMBERS, start_new_session=True)
    address = None
    for line in running.stdout:
        address = address or (re.match(r"ready: (\S+)", line) or [None, None])[1]
        if line.startswith("Serving"):
            break
    assert address and urllib.request.urlopen(address + "/", timeout=10).status == 200
    os.killpg(running.pid, signal.SIGINT)  # what Ctrl-C does
    running.communicate(timeout=60)
    assert running.returncode == 130, running.returncode
    try:
        urllib.request.urlopen(address + "/healthz", timeout=5)
    except urllib.error.URLError:
        return
    raise AssertionError("the server outlived the demo")


def refuses_what_it_does_not_know():
    for arguments in (["--wrong"], ["--data", "x"], ["--members"]):
        running = demo(*arguments)
        _, complained = running.communicate(timeout=60)
        assert running.returncode == 1 and complained.splitlines()[-1].startswith("demo: "), complained


if __name__ == "__main__":
    suite = Suite(sys.argv)
    suite.case("prints_an_address_a_key_and_three_answers", prints_an_address_a_key_and_three_answers)
    suite.case("starts_again_in_seconds_without_importing", starts_again_in_seconds_without_importing)
    suite.case("takes_somebody_s_own_data", takes_somebody_s_own_data)
    suite.case("serves_until_it_is_interrupted_and_stops_its_server", serves_until_it_is_interrupted_and_stops_its_server)
    suite.case("refuses_what_it_does_not_know", refuses_what_it_does_not_know)
    sys.exit(suite.finish())
