"""Which statements, accounts and ratios a question names.

find("What is the quick ratio in 2023?")
    .ratio.title    "quick ratio"
    .accounts       ("cash", "short_term_investments", "receivables", "current_liabilities")
    .statements     ("balance",)
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Literal, NamedTuple

from mmrag.statements import names
from mmrag.statements.definitions import Ratio, load
from mmrag.statements.formulas import operands, parse
from mmrag.statements.names import Name

_OVER: frozenset[Name] = frozenset(
    map(names.of_label, ("as", "as percent", "as percentage", "as share", "divided by", "over"))
)
"""Between two accounts: the first is divided by the second."""
_TO: Name = ("to",)  # the same where the question speaks of a ratio
_RATIO, _AVERAGE = names.of_label("ratio average")

Kind = Literal["ratio", "account", "statement"]


@dataclass(frozen=True, slots=True)
class NamedLines:
    """What a question names, by keys, each once; false where it names nothing of a statement.

    `accounts` are those of the ratio, too, and those that an account is computed from where no row
    has its name. `statements` show these accounts, or are asked for themselves.
    """

    ratio: Ratio | None = None
    accounts: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()  # those of the statements that are asked for themselves
    account: str = ""  # the only account that is named, where no ratio is
    said: frozenset[str] = frozenset()  # the stems by which ratio, account and statements are named

    def __bool__(self) -> bool:
        return bool(self.statements)


@lru_cache(maxsize=256)
def find(question: str) -> NamedLines:
    """What a question names. Longest names first: "return on assets" is not "assets"."""
    words = names.of_text(question)
    definitions, known = load(), _known(question.lower())
    found = list(names.matches(words, known.everywhere))
    keys = [key for match in found for key in known.everywhere[match.name]]
    ratio = next((definitions.ratios[key] for kind, key in keys if kind == "ratio"), None)
    spelled = None if ratio else _quotient(words, known.in_quotients)
    ratio = spelled.ratio if spelled else ratio
    asked = list(dict.fromkeys(key for kind, key in keys if kind == "account"))
    account = asked[0] if len(asked) == 1 and ratio is None else ""
    if ratio:
        asked += [operand.account for operand in operands(parse(ratio.formula))]
    accounts = tuple(dict.fromkeys(part for key in asked for part in with_parts(key)))
    named = tuple(dict.fromkeys(key for kind, key in keys if kind == "statement"))
    shown = (*named, *(definitions.accounts[key].statements[0] for key in accounts))
    telling = {"statement", "ratio"} | ({"account"} if account else set())
    said = [match.name for match in found if known.everywhere[match.name][0][0] in telling]
    return NamedLines(
        ratio=ratio,
        accounts=accounts,
        statements=tuple(dict.fromkeys(shown)),
        asked=named,
        account=account,
        said=frozenset(chain(*said, spelled.said if spelled else ())),
    )


class _Quotient(NamedTuple):
    """A ratio that a question spells out, and the words by which it does."""

    ratio: Ratio
    said: Name


def _quotient(words: Name, known: Mapping[Name, tuple[str, ...]]) -> _Quotient | None:
    """The ratio that a question spells out: "capex to revenue ratio", "SG&A as % of sales"."""
    accounts = load().accounts
    for over, under in pairwise(names.matches(words, known)):
        between = words[over.end : under.start]
        averaged = between[-1:] == (_AVERAGE,)
        between = between[:-1] if averaged else between
        above, below = known[over.name][0], known[under.name][0]
        is_over = between in _OVER or (between == _TO and _RATIO in words)
        if is_over and above != below:  # "product sales as % of sales" names no account above
            ratio = Ratio(
                "quotient",
                f"{accounts[above].title} to {accounts[below].title}",
                (),
                f"{above} / avg({below})" if averaged else f"{above} / {below}",
                "times" if between == _TO else "percent",
                load().quotient_source,
            )
            return _Quotient(ratio, words[over.start : under.end])
    return None


def with_parts(account: str) -> Iterator[str]:
    """An account, and those that its formula is made of."""
    yield account
    if formula := load().accounts[account].formula:
        for operand in operands(parse(formula)):
            yield from with_parts(operand.account)


class _Known(NamedTuple):
    """What each name is of: anywhere in a question, and the accounts of a quotient that it spells.

    There "cash" and "assets" name an account; elsewhere a single word must be one that is asked.
    """

    everywhere: Mapping[Name, tuple[tuple[Kind, str], ...]]
    in_quotients: Mapping[Name, tuple[str, ...]]


def _known(question: str) -> _Known:
    """The names that a question in small letters may hold: to read all would take 15 ms.

    A ratio's name is no account's, and an account's no statement's.
    """
    definitions = load()
    accounts = _by_name(
        question,
        ((item.key, (*item.names, *item.asked)) for item in definitions.accounts.values()),
    )
    accounts |= {("total", *name): keys for name, keys in accounts.items()}
    asked = _by_name(question, ((item.key, item.asked) for item in definitions.accounts.values()))
    kinds: dict[Kind, Mapping[Name, tuple[str, ...]]] = {
        "ratio": _by_name(
            question, ((item.key, item.names) for item in definitions.ratios.values())
        ),
        "account": {name: accounts[name] for name in accounts if len(name) > 1 or name in asked},
        "statement": _by_name(
            question,
            ((item.key, (*item.titles, *item.asked)) for item in definitions.statements.values()),
        ),
    }
    everywhere: dict[Name, tuple[tuple[Kind, str], ...]] = {}
    for kind, known in kinds.items():
        for name, keys in known.items():
            everywhere.setdefault(name, tuple((kind, key) for key in keys))
    return _Known(everywhere, accounts)


def _by_name(
    question: str, entries: Iterable[tuple[str, Iterable[str]]]
) -> dict[Name, tuple[str, ...]]:
    return names.grouped(
        (name, key) for key, held in entries for name in held if names.may_stand_in(question, name)
    )
