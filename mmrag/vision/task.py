"""What every task is: a frozen value of its parameters that looks at a picture."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, TypeVar

import msgspec

from mmrag.readings import PictureSource
from mmrag.vision.looking import Bench, View

R_co = TypeVar("R_co", covariant=True)
Status = Literal["done", "nothing", "failed"]
"""`nothing`: looked at, and what was asked for is not there."""


class Task(Protocol[R_co]):
    """One kind of work on one picture, with its parameters as fields.

    `result` is the type of what it gives. `reads`: it works on what was read of the picture, which
    is read ahead in a batch. `version` changes with its rules and prompts: what an older one found
    is not taken from the cache.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    reads: ClassVar[bool]
    result: ClassVar[type]

    def run(self, view: View, bench: Bench) -> R_co:
        """The result, a frozen dataclass with `by`, who made it.

        Raises `MmragError` where it cannot be had.
        """
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one picture; `seconds` are those of the task, and of reading in a batch."""

    source: PictureSource
    task: str
    status: Status
    result: object = None  # of the task's own type; None where it failed
    problem: str = ""
    seconds: float = 0.0
    cached: bool = False


Plain = dict[str, Any]
"""A result as JSON has it."""


def plain_result(result: object) -> Plain:
    """A result as JSON has it: boxes to a tenth of a point, other numbers to four digits."""
    told: Plain = _rounded(msgspec.to_builtins(result))
    return told


def plain(outcome: Outcome) -> Plain:
    """An outcome as JSON has it: the fields of its result beside those of every outcome."""
    result: Plain = {} if outcome.result is None else plain_result(outcome.result)
    told: Plain = {"image": outcome.source.name, "task": outcome.task, "status": outcome.status}
    if outcome.problem:
        told["problem"] = outcome.problem
    return {**told, **result, "seconds": round(outcome.seconds, 4), "cached": outcome.cached}


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return round(value, 4)
        case [float(), float(), float(), float()]:
            return [round(number, 1) for number in value]
        case list():
            return [_rounded(item) for item in value]
        case dict():
            return {name: _rounded(item) for name, item in value.items()}
    return value
