"""One finding of the doctor."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Check:
    """What was found. `what_to_do` is empty where nothing needs doing."""

    name: str
    status: Literal["pass", "warn", "fail"]
    detail: str
    what_to_do: str = ""
