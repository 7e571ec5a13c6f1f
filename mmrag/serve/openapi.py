"""The description of the API: what goes in is told by bodies, what comes out by the contract."""

import json
from typing import Any

from fastapi import FastAPI

from mmrag import contract

Responses = dict[int | str, dict[str, Any]]
_HERE, _THERE = "#/$defs/", "#/components/schemas/"


def says(name: str, status: int = 200) -> Responses:
    """A route answers with this object of the contract, or with an error."""
    return {
        status: {"description": "as the contract says", "content": _content(name)},
        "default": {"description": "what was not done, and why", "content": _content("error")},
    }


def describe(app: FastAPI) -> None:
    """Let the description of an app hold the objects of the contract."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        description = made()
        objects = json.loads(json.dumps(contract.schema()["$defs"]).replace(_HERE, _THERE))
        description["components"]["schemas"] |= objects
        return description

    app.openapi = openapi  # type: ignore[method-assign]


def _content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"{_THERE}{name}"}}}
