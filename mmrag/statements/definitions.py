"""Definitions of statements, accounts and ratios, as `definitions.json` has them.

That file is where another field's ratios are added. `sources` says who defines; `statements` are
kinds of tables with their titles, rows that tell them apart beside their accounts, and which of all
these are sure `signs`; `accounts` are rows, each with the statements that show it, its
own first, and the names that rows and questions give it: those of `names`, and those of the account
`of` behind each of the words `before`. What questions alone call it is in `asked`. An account with
a `formula` is computed where no row has its name. `ratios` have names, a formula over accounts
(`mmrag.statements.formulas`), a unit and a source.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

RatioUnit = Literal["times", "percent", "days"]

_FILE = Path(__file__).with_name("definitions.json")


@dataclass(frozen=True, slots=True)
class Statement:
    """A kind of table. `full` is how many of its rows and accounts a whole one has at least.

    `signs` are rows and keys of accounts, one of which it has.
    """

    key: str
    title: str
    titles: tuple[str, ...]
    rows: tuple[str, ...]
    signs: tuple[str, ...]
    full: int
    source: str
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A row of statements: `statements` are the keys of those that show it, its own first."""

    key: str
    title: str
    statements: tuple[str, ...]
    names: tuple[str, ...]
    asked: tuple[str, ...] = ()
    formula: str = ""  # what it is worth where no row has its name
    signed: bool = False  # may be below nothing, as a loss is; else a minus says that it is paid


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure that is computed from accounts. `source` is who defines it so.

    `sound` is the usual mark from which on it speaks for a company, where there is one.
    """

    key: str
    title: str
    names: tuple[str, ...]
    formula: str
    unit: RatioUnit
    source: str
    sound: int | None = None


@dataclass(frozen=True, slots=True)
class Definitions:
    """All definitions, by their keys."""

    statements: Mapping[str, Statement]
    accounts: Mapping[str, Account]
    ratios: Mapping[str, Ratio]
    quotient_source: str  # of a ratio that a question spells out: "capex to revenue"


@cache
def load() -> Definitions:
    """The definitions that come with mmrag; read once, when a question first needs them."""
    data = json.loads(_FILE.read_text("utf-8"))
    sources = data["sources"]
    for entry in (*data["statements"].values(), *data["ratios"].values()):
        entry["source"] = sources[entry["source"]]
    return Definitions(
        {key: Statement(key, **_frozen(entry)) for key, entry in data["statements"].items()},
        {key: Account(key, **_named(entry, data)) for key, entry in data["accounts"].items()},
        {key: Ratio(key, **_frozen(entry)) for key, entry in data["ratios"].items()},
        sources["plain"],
    )


def _named(entry: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """An account with the names that words before those of another one give it."""
    told = _frozen(entry)
    before, account = told.pop("before", ()), told.pop("of", "")
    names = data["accounts"][account]["names"] if account else ()
    told["names"] += tuple(f"{word} {name}" for word in before for name in names)
    return told


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(item) if isinstance(item, list) else item for key, item in entry.items()}
