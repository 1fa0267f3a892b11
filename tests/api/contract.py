# SPDX-License-Identifier: Apache-2.0
"""The contract as a client: an operation is called by its name, and every answer is held against what the contract
says of that operation, its status and its content."""
import http.client
import json
import re
import urllib.parse

from schema import faults, resolve

METHODS = ("get", "post", "patch", "delete")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.kind = headers.get("content-type", "").split(";")[0].strip()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        """The name of the problem, or None."""
        return self.json["type"].removeprefix("urn:banyan:problem:") if self.kind == "application/problem+json" else None


def exchange(port, method, path, body=None, headers=(), timeout=60):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


class Contract:
    def __init__(self, document, server):
        self.document, self.server = document, server
        self.operations = {}
        self.seen = {}  # operation -> statuses that the tests met
        for path, item in document["paths"].items():
            for method, operation in item.items():
                assert method in METHODS, f"{path}: {method}"
                name = operation["operationId"]
                assert name not in self.operations, f"{name} twice"
                self.operations[name] = (method, path, operation)

    def call(self, name, body=None, key=None, once=None, headers=(), content="application/json", check=True, **parameters):
        """`once` is the Idempotency-Key. `body` is a value, or bytes to send as they are."""
        method, path, operation = self.operations[name]
        for part in re.findall(r"\{(\w+)\}", path):
            path = path.replace("{" + part + "}", urllib.parse.quote(parameters.pop(part), safe=""))
        query = {one: value for one, value in parameters.items() if value is not None}
        if query:
            path += "?" + urllib.parse.urlencode(query)
        sent = dict(headers)
        key = self.server.key if key is None else key
        if key:
            sent["Authorization"] = f"Bearer {key}"
        if once is not None:
            sent["Idempotency-Key"] = once
        if body is not None:
            sent["Content-Type"] = content
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = exchange(self.server.port, method.upper(), path, body, sent)
        self.seen.setdefault(name, set()).add(answer.status)
        if check:
            self.hold(name, operation, answer)
        return answer

    def hold(self, name, operation, answer):
        """The answer is one that the contract foresees."""
        said = operation["responses"].get(str(answer.status))
        assert said is not None, f"{name}: {answer.status} is not in the contract: {answer.body[:300]}"
        said = resolve(self.document, said)
        content = said.get("content", {})
        assert answer.kind in content, f"{name} {answer.status}: {answer.kind} is not in the contract"
        schema = content[answer.kind]["schema"]
        if answer.kind == "application/x-ndjson":
            values = [json.loads(line) for line in answer.body.splitlines()]
        elif answer.kind.endswith("json"):
            values = [answer.json]
        else:
            values = [answer.body.decode()]
        for value in values:
            wrong = faults(self.document, schema, value)
            assert not wrong, f"{name} {answer.status}: {wrong[:5]}"
        if answer.kind == "application/problem+json":
            assert answer.json["status"] == answer.status, answer.body
        if "Retry-After" in said.get("headers", {}):
            assert int(answer.headers["retry-after"]) >= 1
        if "Banyan-Lsn" in said.get("headers", {}) and answer.kind == "application/json":
            assert re.fullmatch(r"\d+:\d+", answer.headers.get("banyan-lsn", "")), f"{name}: no Banyan-Lsn"

    def well(self, name, *args, **kwargs):
        answer = self.call(name, *args, **kwargs)
        assert answer.status == 200, f"{name}: {answer.status} {answer.body[:500]}"
        return answer.json if answer.kind == "application/json" else answer

    def refused(self, name, status, problem, *args, pointer=None, **kwargs):
        answer = self.call(name, *args, **kwargs)
        assert (answer.status, answer.problem) == (status, problem), f"{name}: {answer.status} {answer.body[:500]}"
        if pointer is not None:
            assert answer.json.get("pointer") == pointer, f"{name}: pointer {answer.json.get('pointer')}, not {pointer}"
        return answer
