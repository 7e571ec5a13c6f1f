"""Output of `--json`, held against the JSON Schema that ships with mmrag."""

import json
from typing import Any

from jsonschema import Draft202012Validator

from mmrag import contract


def conforming(name: str, text: str) -> dict[str, Any]:
    """The object that a command printed, checked against its definition; its version is first."""
    told: dict[str, Any] = json.loads(text)
    Draft202012Validator({**contract.schema(), "anyOf": [{"$ref": f"#/$defs/{name}"}]}).validate(
        told
    )
    assert next(iter(told)) == "schema"
    return told
