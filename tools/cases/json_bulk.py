#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""JSON parsing cases through the bulk endpoint of the real server, beside banyan_cases, which asks the parser alone.

    json_bulk.py PATH...        files or folders of cases named y_*, n_*, i_* (JSONTestSuite's form)

Each file is one line of a stream, its line ends taken out (inside a line JSON has no use for them), with one good
event before and one behind it. A case passes when the good events are applied, so that a bad line harms nobody else,
and when its own line is refused with a place: of an n_ file as malformed JSON, of a y_ file as anything else (it is
JSON, but no event). An i_ file may be either. A file that a line cannot carry is skipped by name. The last line is
`N passed, N failed, N skipped`; the exit status is 1 when any failed.
"""
import json
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))
from running import Server, need_binary  # noqa: E402


def case_files(arguments):
    for argument in map(Path, arguments):
        if argument.is_dir():
            yield from sorted(path for path in argument.rglob("*.json") if path.name[:2] in ("y_", "n_", "i_"))
        else:
            yield argument


def good_event(identifier):
    return json.dumps({"type": "member.registered", "id": identifier, "source": "cases",
                       "member": {"kind": "case", "id": identifier}}).encode()


def judge(name, answers):
    """Nothing when the case passed, else the sentence that says why not."""
    if len(answers) != 3:
        return f"3 lines were sent, {len(answers)} were answered"
    before, case, behind = answers
    if before["status"] not in ("applied", "replayed") or behind["status"] not in ("applied", "replayed"):
        return "a good event beside it was not applied"
    if case["status"] != "invalid":
        return f"its line was {case['status']}"
    malformed = case["problem"]["type"].endswith("malformed_json")
    if name.startswith("n_") and not malformed:
        return "it was taken for JSON"
    # An object that says a key twice is JSON; a request must not leave open which of the two is meant (RFC 8259, 4).
    twice = "written twice" in case["problem"].get("detail", "")
    if name.startswith("y_") and malformed and not twice:
        return f"it was refused as JSON: {case['problem'].get('detail')}"
    if malformed and not any(sign in json.dumps(case["problem"]) for sign in ("line", "byte", "column", "pointer")):
        return "the refusal names no place"
    return None


def main():
    passed = failed = skipped = 0
    files = list(case_files(sys.argv[1:]))
    if not files:
        sys.exit("no case files: name files or folders that hold y_*.json, n_*.json or i_*.json")
    need_binary()
    with tempfile.TemporaryDirectory() as scratch, Server(Path(scratch) / "brand") as server:
        for number, path in enumerate(files):
            line = path.read_bytes()
            if path.name.startswith("n_") and (b"\n" in line or b"\r" in line):
                skipped += 1  # without its line end it would be another text
                print(f"skipped  {path.name}: a line cannot carry its line ends")
                continue
            line = line.replace(b"\r", b" ").replace(b"\n", b" ")
            if not line.strip():
                skipped += 1
                print(f"skipped  {path.name}: a blank line of a stream is passed over")
                continue
            body = b"\n".join([good_event(f"a{number}"), line, good_event(f"b{number}"), b""])
            status, answer = server.ask("POST", "/v1/events", body, content="application/x-ndjson")
            lines = answer if isinstance(answer, list) else [json.loads(row) for row in str(answer).splitlines() if row]
            why = judge(path.name, lines) if status == 200 else f"the stream was answered {status}"
            if why is None:
                passed += 1
            else:
                failed += 1
                print(f"FAILED   {path.name}: {why}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
