# SPDX-License-Identifier: Apache-2.0
"""As much of JSON Schema 2020-12 as api/openapi.yaml uses, strictly: a keyword that is not known here is an error, so
that the contract cannot say something that nobody checks."""
import re

ANNOTATIONS = {"description", "example", "examples", "default", "title"}
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z\Z")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}


def resolve(document, node):
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        # Beside a $ref only annotations stand; they do not change what is valid.
        assert set(node) - {"$ref"} <= ANNOTATIONS, node
        node = target
    return node


def faults(document, schema, value, at=""):
    """What is wrong with the value, as sentences with their places."""
    schema = resolve(document, schema)
    found = []
    for keyword, wanted in schema.items():
        found += check(document, schema, keyword, wanted, value, at)
    return found


def check(document, schema, keyword, wanted, value, at):
    if keyword in ANNOTATIONS:
        return []
    if keyword == "type":
        kinds = wanted if isinstance(wanted, list) else [wanted]
        return [] if any(TYPES[kind](value) for kind in kinds) else [f"{at}: {value!r} is not {wanted}"]
    if keyword == "enum":
        return [] if value in wanted else [f"{at}: {value!r} is none of {wanted}"]
    if keyword == "anyOf":
        tries = [faults(document, one, value, at) for one in wanted]
        return [] if any(not one for one in tries) else [f"{at}: fits none of anyOf: {tries}"]
    if keyword == "items":
        if not isinstance(value, list):
            return []
        return [fault for i, one in enumerate(value) for fault in faults(document, wanted, one, f"{at}/{i}")]
    if keyword == "properties":
        if not isinstance(value, dict):
            return []
        return [fault for name, one in wanted.items() if name in value
                for fault in faults(document, one, value[name], f"{at}/{name}")]
    if keyword == "additionalProperties":
        assert wanted is False, "only additionalProperties: false is meant here"
        extra = set(value) - set(schema.get("properties", {})) if isinstance(value, dict) else set()
        return [f"{at}: unexpected {sorted(extra)}"] if extra else []
    if keyword == "required":
        missing = set(wanted) - set(value) if isinstance(value, dict) else set()
        return [f"{at}: missing {sorted(missing)}"] if missing else []
    if keyword == "pattern":
        return [f"{at}: {value!r} does not match {wanted}"] if isinstance(value, str) and not re.search(wanted, value) else []
    if keyword == "format":
        form = {"date-time": TIME, "date": DATE}[wanted]
        return [f"{at}: {value!r} is no {wanted}"] if isinstance(value, str) and not form.match(value) else []
    bounds = {"minimum": lambda v, w: v >= w, "maximum": lambda v, w: v <= w, "minLength": lambda v, w: len(v) >= w,
              "maxLength": lambda v, w: len(v) <= w, "minItems": lambda v, w: len(v) >= w, "maxItems": lambda v, w: len(v) <= w,
              "minProperties": lambda v, w: len(v) >= w}
    assert keyword in bounds, f"the validator does not know '{keyword}'"
    kind = int if keyword in ("minimum", "maximum") else str if keyword.endswith("Length") else list
    kind = dict if keyword == "minProperties" else kind
    return [f"{at}: {value!r} breaks {keyword} {wanted}"] if isinstance(value, kind) and not bounds[keyword](value, wanted) else []
