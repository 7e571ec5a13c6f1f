"""JSON and TOML from elsewhere: whatever is wrong with it is a `ValueError` that says so."""

import json
import tomllib
from typing import Any

_DEEP = "lists or tables within one another, deeper than can be read"


def from_json(text: str | bytes) -> Any:
    """The value of a JSON text. Raises `ValueError`, where it is nested too deeply, too."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError(_DEEP) from error


def from_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises `ValueError`, where it is nested too deeply, too."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError(_DEEP) from error
